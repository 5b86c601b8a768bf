/** `sonae status export`: a static copy of the public page, from the running server or, when it is down, from its store. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Command } from 'commander';
import { pino } from 'pino';
import { liveClock } from '../adapters/clock/clock.ts';
import { type ReadAddress, writeStatusCopy } from '../comms/status-copy.ts';
import { readConfig } from '../config.ts';
import { claimTime, openDataDir } from '../data-dir.ts';
import { findServer } from './client.ts';
import { note, say, withProgress } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

type Options = { out: string; data: string; config?: string; json?: boolean };

export function addStatus(program: Command, version: string): void {
  program
    .command('status')
    .description('the public page\n公開ページ')
    .command('export')
    .description('a static copy that any host can serve\n任意のホストで配信できる静的な写しを書き出す')
    .requiredOption('--out <dir>', 'directory to write')
    .option('--data <dir>', 'data directory', DEFAULT_DATA)
    .option('--config <file>', 'configuration file, for when the server is down')
    .option('--json', 'print one JSON object')
    .action(async (options: Options) => {
      const out = resolve(options.out);
      const report = await withProgress('status export', options.json ?? false, () =>
        withReader(options, version, (read) => writeStatusCopy(out, read)),
      );
      const { files, facts, size } = report;
      if (options.json) say(JSON.stringify({ out, ...report }));
      else say(`${out}: ${files} files, ${facts} disclosed facts with proofs, log of ${size}`);
    });
}

async function withReader<T>(
  options: Options,
  version: string,
  work: (read: ReadAddress) => Promise<T>,
): Promise<T> {
  if (!existsSync(resolve(options.data))) {
    const hint = 'name the data directory with --data';
    throw new FaultError('input.unreadable', `${resolve(options.data)} does not exist`, hint);
  }
  const server = findServer(options.data);
  if (server !== null) return work(async (path) => bytesOf(path, await fetch(server.url + path)));
  const { openApp } = await import('../compose.ts');
  const { createHttp } = await import('../http/server.ts');
  const { createSessions } = await import('../http/session.ts');
  const { createNode } = await import('../node.ts');
  const config = readConfig(options.config);
  const data = openDataDir(resolve(options.data));
  // A copy of a replay would say that its crisis is real: only its own server knows where its time stands.
  claimTime(data, 'live');
  const app = await openApp(
    config,
    data,
    async () => liveClock,
    (error) => note(String(error)),
  );
  try {
    const node = createNode(app, config, version, []);
    const sessions = createSessions(async () => {
      throw new FaultError('http.unauthenticated', 'nobody signs in to a copy', 'start the server');
    });
    const http = createHttp(node, sessions, pino({ level: 'silent' }));
    const { origin, host } = new URL(config.publicOrigin ?? 'http://127.0.0.1');
    return await work(async (path) =>
      bytesOf(path, await http.request(`${origin}${path}`, { headers: { host } })),
    );
  } finally {
    await app.stop();
    await app.ports.store.close();
  }
}

async function bytesOf(path: string, response: Response): Promise<Uint8Array> {
  if (!response.ok)
    throw new FaultError(
      'server.unreachable',
      `${path} answered ${response.status}`,
      'see the log of the server',
    );
  return new Uint8Array(await response.arrayBuffer());
}
