/** Starting a node, keeping it up, and stopping it in order: no step is cut in half, nothing acknowledged is lost. */
import { rmSync } from 'node:fs';
import { faultOf } from '@sonae/core/kernel/errors.ts';
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import { type Logger, pino } from 'pino';
import { openApp, openJournal } from './compose.ts';
import type { Config } from './config.ts';
import { startIntake } from './connectors/intake/start.ts';
import { followTable } from './connectors/journal-table/follow-table.ts';
import { claimTime, openDataDir, writeServerFile } from './data-dir.ts';
import { sleep } from './drive-scenario.ts';
import { readPeople } from './http/powers.ts';
import { createHttp, type Listening, listen } from './http/server.ts';
import { createSessions } from './http/session.ts';
import { createBooks } from './ledger/books.ts';
import { keepSealing } from './ledger/keep-sealing.ts';
import { openEpochFiles } from './liabilities/epoch-files.ts';
import { createNode, type Node } from './node.ts';
import { startPowers } from './powers/start.ts';
import type { ReplaySpan } from './replay-run.ts';
import { keepReconciled } from './reserves/reconcile.ts';
import { watchChains } from './reserves/watch-chains.ts';
import { restoreSeries, restoreWatch } from './runtime.ts';
import type { Stage } from './stage.ts';
import { note } from './verbs/say.ts';
import { keepWitnessed } from './witness/keep-witnessed.ts';

export type ServeOptions = {
  readonly config: Config;
  readonly stage: Stage;
  readonly dataDir: string;
  readonly port: number;
  readonly version: string;
  readonly verbose: boolean;
  /** Plays a firm with powers on a local chain beside the scenario. */
  readonly demonstration?: boolean;
  /** Ends the node when the stage has played, and is told how it went. */
  readonly onPlayed?: (node: Node, span: ReplaySpan | null) => Promise<'stay' | 'stop'>;
};

const LEAD_EVERY_MS = 2 * SECOND_MS;

/** Serves until SIGINT or SIGTERM. */
export async function serveNode(options: ServeOptions): Promise<void> {
  const { config, stage } = options;
  const logger = pino({ level: options.verbose ? 'debug' : 'warn' }, pino.destination(2));
  const data = openDataDir(options.dataDir);
  claimTime(data, stage.time);
  const app = await openApp(
    config,
    data,
    (store) => stage.clockFor(store),
    (error, command) => logger.error({ err: error, command }, 'a command was stopped by a defect'),
  );
  const node = createNode(app, config, options.version, stage.watched);
  const books = createBooks(
    app,
    await openJournal(config, data),
    // A drill states its own flows.
    stage.time === 'live' && config.journal.flows,
  );
  node.books = books;
  node.epochs = openEpochFiles(data.dir);
  const sessions = createSessions(() => readPeople(node));
  const abort = new AbortController();
  const intake = startIntake(node, logger);
  const watching = Promise.all([
    keepSealing(node, books, abort.signal, logger),
    watchChains(node, config.reserves.chains, abort.signal, logger),
    keepWitnessed(node, data.dir, abort.signal, logger),
    keepReconciled(node, books, config.reserves.reconciliations, abort.signal, logger),
    ...config.journal.tables.map((table) =>
      followTable(
        table,
        () => books.open(table.book),
        () => node.leader,
        abort.signal,
        logger,
      ),
    ),
  ]);
  let server: Listening | null = null;
  let powers: Awaited<ReturnType<typeof startPowers>> | null = null;
  const stop = (): void => abort.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    server = await listen(createHttp(node, sessions, logger, intake.gatherer), options.port);
    const url = `http://127.0.0.1:${server.port}`;
    writeServerFile(data, { url, token: sessions.toolToken, pid: process.pid });
    announce(url, sessions.issueLink(), options);
    await intake.open();
    powers = await startPowers(node, options, data.dir, abort.signal, logger);
    await lead(node, options, abort, logger);
    abort.abort();
    await powers.done;
  } finally {
    abort.abort();
    await powers?.stop();
    await intake.close();
    await server?.close();
    await watching;
    await books.close();
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
    try {
      if (node.leader && !played) {
        const term = await playTerm(node, options.stage, abort.signal, logger);
        played = term.played;
        if (played && (await options.onPlayed?.(node, term.span)) === 'stop') return;
        continue;
      }
      if (!played) for (const watched of options.stage.watched) await restoreSeries(node.app, watched);
    } catch (error) {
      // A store that is away comes back; anything else would only fail again.
      if (!faultOf(error).retry) throw error;
      logger.error({ err: error }, 'the node lost its store and tries again');
    }
    await sleep(LEAD_EVERY_MS, abort.signal);
  }
}

type Term = { readonly played: boolean; readonly span: ReplaySpan | null };

/** One term of leadership: until the stage has played, the node stops, or the lock is lost. */
async function playTerm(node: Node, stage: Stage, stop: AbortSignal, logger: Logger): Promise<Term> {
  const term = new AbortController();
  const end = (): void => term.abort();
  stop.addEventListener('abort', end);
  const guard = guardLead(node, term, logger);
  try {
    const span = await takeOver(node, stage, term.signal, logger);
    return { played: !term.signal.aborted, span };
  } finally {
    stop.removeEventListener('abort', end);
    term.abort();
    await guard;
  }
}

/** What the log holds is the only thing a new leader may build on. */
async function takeOver(
  node: Node,
  stage: Stage,
  signal: AbortSignal,
  logger: Logger,
): Promise<ReplaySpan | null> {
  for (const watched of stage.watched) {
    watched.renew();
    await restoreSeries(node.app, watched);
    await restoreWatch(node.app, watched);
  }
  return stage.play(node, signal, logger);
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
