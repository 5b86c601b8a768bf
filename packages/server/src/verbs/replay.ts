/** `sonae replay SCENARIO|DIR`: a recorded or simulated crisis through the real pipeline, with everything served. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { readFeedFolder } from '../connectors/feed-files/feed-folder.ts';
import { readScenario } from '../connectors/scenario/scenario.ts';
import { incidentSummaries } from '../http/read-model.ts';
import type { Stage } from '../stage.ts';
import { say } from './say.ts';
import { portOf } from './up.ts';

type Options = {
  config?: string;
  data?: string;
  port: string;
  speed: string;
  exit?: boolean;
  json?: boolean;
  verbose?: boolean;
};

export function addReplay(program: Command, version: string): void {
  program
    .command('replay <scenario-or-dir>')
    .description(
      'a recorded or simulated crisis through the real pipeline\n記録または模擬の危機を実際の処理系で再生する',
    )
    .option('--speed <n>', 'simulated time per wall time, or max', '2000')
    .option('--config <file>', 'configuration file (JSON)')
    .option('--data <dir>', 'data directory (default: a new one under the temporary directory)')
    .option('--port <n>', 'port on 127.0.0.1, 0 for any', '0')
    .option('--exit', 'end when the replay ends instead of staying up')
    .option('--json', 'print one JSON object at the end, and end')
    .option('--verbose', 'log every request and step')
    .action(async (what: string, options: Options) => {
      const dataDir = resolve(options.data ?? mkdtempSync(join(tmpdir(), 'sonae-replay-')));
      const config = readConfig(options.config);
      const speed = speedOf(options.speed);
      const { folderStage, scenarioStage } = await import('../stage.ts');
      const { serveNode } = await import('../serve.ts');
      const stage: Stage = existsSync(what)
        ? folderStage(config, readFeedFolder(what), speed)
        : scenarioStage(config, readScenario(what), speed, 'nothing');
      await serveNode({
        config,
        stage,
        dataDir,
        port: portOf(options.port),
        version,
        verbose: options.verbose ?? false,
        onPlayed: async (node, span) => {
          const { frontier } = await node.app.ports.store.head();
          const incidents = await incidentSummaries(node, false);
          const summary = {
            from: isoTime(span?.from ?? 0),
            to: isoTime(span?.to ?? 0),
            rows: span?.rows ?? 0,
            rejected: span?.rejected ?? 0,
            facts: frontier.size,
            incidents: incidents.map(({ id, title, phase, openedAt, quietSince }) => ({
              id,
              title,
              phase,
              openedAt,
              quietSince,
            })),
            data: dataDir,
          };
          if (options.json) say(JSON.stringify(summary));
          else
            say(
              `replayed ${summary.from} to ${summary.to}: ${summary.rows} rows, ${summary.facts} facts, ${incidents.length} incident(s)`,
            );
          return options.exit || options.json ? 'stop' : 'stay';
        },
      });
    });
}

function speedOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new FaultError(
    'input.invalid',
    `--speed ${text} is neither a positive number nor max`,
    'give e.g. 2000, or max',
  );
}
