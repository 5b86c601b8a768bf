/** Starting a node, keeping it up, and stopping it in order: no step is cut in half, nothing acknowledged is lost. */
import { rmSync } from 'node:fs';
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import { type Logger, pino } from 'pino';
import { openApp } from './compose.ts';
import type { Config } from './config.ts';
import { openDataDir, writeServerFile } from './data-dir.ts';
import { sleep } from './drive-scenario.ts';
import { createHttp, listen } from './http/server.ts';
import { createSessions } from './http/session.ts';
import { createNode, type Node, pumpOutbox } from './node.ts';
import type { ReplaySpan } from './replay-run.ts';
import { restore } from './runtime.ts';
import type { Stage } from './stage.ts';
import { note } from './verbs/say.ts';

export type ServeOptions = {
  readonly config: Config;
  readonly stage: Stage;
  readonly dataDir: string;
  readonly port: number;
  readonly version: string;
  readonly verbose: boolean;
  /** Ends the node when the stage has played, and is told how it went. */
  readonly onPlayed?: (node: Node, span: ReplaySpan | null) => Promise<'stay' | 'stop'>;
};

const LEAD_EVERY_MS = 2 * SECOND_MS;

/** Serves until SIGINT or SIGTERM. */
export async function serveNode(options: ServeOptions): Promise<void> {
  const { config, stage } = options;
  const logger = pino({ level: options.verbose ? 'debug' : 'warn' }, pino.destination(2));
  const data = openDataDir(options.dataDir);
  const app = await openApp(
    config,
    data,
    (store) => stage.clockFor(store),
    (error, command) => logger.error({ err: error, command }, 'a command was stopped by a defect'),
  );
  const node = createNode(app, config, options.version, stage.watched);
  const sessions = createSessions();
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const server = await listen(createHttp(node, sessions, logger), options.port);
    const url = `http://127.0.0.1:${server.port}`;
    writeServerFile(data, { url, token: sessions.toolToken, pid: process.pid });
    announce(url, sessions.issueLink(), options);
    for (const watched of stage.watched) await restore(app, watched);
    const outbox = pumpOutbox(app, config, abort.signal, (error) =>
      logger.error({ err: error }, 'the outbox stumbled'),
    );
    await lead(node, options, abort, logger);
    abort.abort();
    await outbox;
    await server.close();
  } finally {
    abort.abort();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    await app.stop();
    await app.ports.store.close();
    rmSync(data.serverPath, { force: true });
  }
}

function announce(url: string, token: string, { stage, dataDir }: ServeOptions): void {
  note('');
  note(`  Sonae 備え  ${stage.title}  data in ${dataDir}`);
  note('');
  note(`  console      ${url}/login?token=${token}   (this link works once)`);
  note(`  public site  ${url}/status/`);
  note(`  public log   ${url}/log/checkpoint`);
  note('');
  note('  Ctrl-C stops it.');
  note('');
}

/** Plays the stage while this node leads; takes over when the leader goes, steps back when it loses the lock. */
async function lead(
  node: Node,
  options: ServeOptions,
  abort: AbortController,
  logger: Logger,
): Promise<void> {
  const { store } = node.app.ports;
  let played = false;
  while (!abort.signal.aborted) {
    node.leader = await store.lead().catch(() => false);
    if (node.leader && !played) {
      const term = new AbortController();
      const end = (): void => term.abort();
      abort.signal.addEventListener('abort', end);
      const play = options.stage.play(node, term.signal, logger);
      const guard = guardLead(node, term, logger);
      const span = await play.finally(() => abort.signal.removeEventListener('abort', end));
      played = !term.signal.aborted;
      term.abort();
      await guard;
      if (played && (await options.onPlayed?.(node, span)) === 'stop') return;
    } else {
      await sleep(LEAD_EVERY_MS, abort.signal);
    }
  }
}

async function guardLead(node: Node, term: AbortController, logger: Logger): Promise<void> {
  while (!term.signal.aborted) {
    await sleep(LEAD_EVERY_MS, term.signal);
    if (term.signal.aborted || (await node.app.ports.store.lead().catch(() => false))) continue;
    logger.warn('this node no longer leads');
    node.leader = false;
    term.abort();
  }
}
