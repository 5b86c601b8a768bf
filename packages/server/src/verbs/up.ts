/** `sonae up`: server, console and public site; the shipped scenario when no assets are configured. */
import { resolve } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { parseTime } from '@sonae/core/kernel/time.ts';
import type { Command } from 'commander';
import { liveClock } from '../adapters/clock/clock.ts';
import { type Config, readConfig } from '../config.ts';
import { readScenario } from '../connectors/scenario/scenario.ts';
import type { Stage } from '../stage.ts';

export const DEFAULT_DATA = '.sonae';
const DEFAULT_PORT = '8790';
const DEMO = 'usdc-2023';
/** Seconds in which the shipped scenario passes: long enough to read, short enough to wait for. */
const DEMO_SECONDS = 120;

type Options = {
  config?: string;
  data: string;
  port: string;
  scenario?: string;
  powers: boolean;
  verbose?: boolean;
};

export function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new FaultError('input.invalid', `--port ${text} is not a port`, 'give a number from 0 to 65535');
}

export function addUp(program: Command, version: string): void {
  program
    .command('up', { isDefault: false })
    .description('server, console and public site\nサーバー、操作画面、公開ページを起動する')
    .option('--config <file>', 'configuration file (JSON)')
    .option('--data <dir>', 'data directory', DEFAULT_DATA)
    .option('--port <n>', 'port on 127.0.0.1', DEFAULT_PORT)
    .option(
      '--scenario <id>',
      `play this scenario instead of live feeds (default without configured assets or alarms: ${DEMO})`,
    )
    .option('--no-powers', 'without the demonstration of powers on a local chain (scenarios only)')
    .option('--verbose', 'log every request and step')
    .action(async (options: Options) => {
      const config = readConfig(options.config);
      const stage = await stageOf(config, options.scenario);
      // The server is large: other verbs start without it.
      const { serveNode } = await import('../serve.ts');
      await serveNode({
        config,
        stage,
        dataDir: resolve(options.data),
        port: portOf(options.port),
        version,
        verbose: options.verbose ?? false,
        demonstration: stage.time === 'simulated' && options.powers,
      });
    });
}

async function stageOf(config: Config, scenario: string | undefined): Promise<Stage> {
  const { liveStage, scenarioStage } = await import('../stage.ts');
  // Whoever connected a monitor means the present, also without a price to watch.
  const isLive = config.assets.length > 0 || config.intake.sources.length > 0;
  if (scenario === undefined && isLive) return liveStage(config, liveClock);
  const chosen = readScenario(scenario ?? DEMO);
  const speed = (parseTime(chosen.to) - parseTime(chosen.from)) / 1000 / DEMO_SECONDS;
  return scenarioStage(config, chosen, speed, 'calm');
}
