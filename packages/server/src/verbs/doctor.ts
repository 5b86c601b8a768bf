/** `sonae doctor`: what is configured, reachable, stale, missing. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Overview } from '@sonae/core/app/api.ts';
import { faultOf } from '@sonae/core/kernel/errors.ts';
import type { Command } from 'commander';
import { openStore } from '../compose.ts';
import { type Config, readConfig } from '../config.ts';
import { type DataDir, openDataDir, readServerFile } from '../data-dir.ts';
import { call } from './client.ts';
import { connectionChecks } from './doctor-powers.ts';
import { EXIT_NO, say } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

type Finding = {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'broken';
  readonly detail: string;
};
type Options = { config?: string; data: string; json?: boolean };

const DISK_WARNING_BYTES = 1024 ** 3;

export function addDoctor(program: Command, version: string): void {
  program
    .command('doctor')
    .description('what is configured, reachable, stale, missing\n設定・到達性・鮮度・不足を診断する')
    .option('--config <file>', 'configuration file (JSON)')
    .option('--data <dir>', 'data directory', DEFAULT_DATA)
    .option('--json', 'print one JSON object')
    .action(async (options: Options) => {
      const findings = await examine(options, version);
      const broken = findings.some(({ state }) => state === 'broken');
      if (options.json) say(JSON.stringify({ ok: !broken, findings }));
      else
        for (const { check, state, detail } of findings)
          say(`${state.padEnd(8)} ${check.padEnd(12)} ${detail}`);
      if (broken) process.exitCode = EXIT_NO;
    });
}

async function examine(options: Options, version: string): Promise<Finding[]> {
  const findings: Finding[] = [
    { check: 'program', state: 'ok', detail: `sonae ${version} on Node ${process.versions.node}` },
  ];
  let config: Config | null = null;
  findings.push(
    await finding('config', async () => {
      config = readConfig(options.config);
      const assets =
        config.assets.map((asset) => asset.asset).join(', ') || 'no assets: the shipped scenario plays';
      return `${options.config ?? 'defaults'}; ${assets}; webhook ${config.webhook ? 'configured' : 'not configured'}; founding ${config.founding ? 'pinned' : 'not pinned'}`;
    }),
  );
  for (const { name, look } of config === null ? [] : connectionChecks(config)) {
    let seen: Finding | null = null;
    const outcome = await finding(name, async () => {
      seen = await look();
      return seen.detail;
    });
    findings.push(seen ?? outcome);
  }
  const dir = resolve(options.data);
  if (!existsSync(dir))
    return [
      ...findings,
      { check: 'data', state: 'warning', detail: `${dir} does not exist yet; \`sonae up\` creates it` },
    ];
  let data: DataDir | null = null;
  findings.push(
    await finding('data', async () => {
      data = openDataDir(dir);
      accessSync(dir, constants.W_OK);
      return `${dir} is writable; key ${existsSync(data.keyPath) ? 'present' : 'not yet made'}`;
    }),
    diskFinding(dir),
  );
  if (data === null || config === null) return findings;
  const server = readServerFile(data);
  if (server) return [...findings, ...(await examineServer(server))];
  findings.push({ check: 'server', state: 'warning', detail: 'not running' });
  findings.push(
    await finding('store', async () => {
      const store = await openStore(config as Config, data as DataDir);
      const { frontier, recordedAt } = await store.head();
      const pending = await store.pendingOutbox();
      await store.close();
      return `${store.kind}: ${frontier.size} facts, newest ${recordedAt || 'none'}; outbox ${pending} pending`;
    }),
  );
  return findings;
}

async function examineServer(server: Parameters<typeof call>[0]): Promise<Finding[]> {
  let overview: Overview | null = null;
  const reached = await finding('server', async () => {
    ({ body: overview } = await call<Overview>(server, '/api/overview'));
    return `${server.url} answers; ${overview.node.store}, ${overview.log.size} facts, ${overview.node.leader ? 'leads' : 'follows'}`;
  });
  if (overview === null) return [reached];
  const { feeds } = overview as Overview;
  const blind = feeds.blind.length > 0;
  const detail = blind ? `blind: ${feeds.blind.join(', ')}` : `${feeds.total} feeds speak`;
  return [reached, { check: 'feeds', state: blind ? 'warning' : 'ok', detail }];
}

async function finding(check: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { check, state: 'ok', detail: await work() };
  } catch (error) {
    const { message, hint } = faultOf(error);
    return { check, state: 'broken', detail: `${message} (${hint})` };
  }
}

function diskFinding(dir: string): Finding {
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  return { check: 'disk', state: free < DISK_WARNING_BYTES ? 'warning' : 'ok', detail };
}
