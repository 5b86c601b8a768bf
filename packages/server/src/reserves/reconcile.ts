/**
 * The books against the statements of an account: every posting of the one must be an entry of the other, and the other
 * way round. Both sides are read whole from the day the reconciliation began, so that what was missing yesterday and came
 * today closes its break.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { civilDate, dateText } from '@sonae/core/kernel/business-days.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { DAY_MS, MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import { ITEMS_PER_SIDE_MAX, matchItems } from '@sonae/core/nouns/reserves/engine/match.ts';
import type { Item } from '@sonae/core/nouns/reserves/engine/match-terms.ts';
import { reportOf } from '@sonae/core/nouns/reserves/engine/report.ts';
import { overlapping, withoutRepeats } from '@sonae/core/nouns/reserves/engine/statement-order.ts';
import type { Entry } from '@sonae/core/nouns/reserves/facts/statements.ts';
import type { Run } from '@sonae/core/nouns/reserves/views/breaks.ts';
import type { ReservesSetup } from '@sonae/core/nouns/reserves/views/setup.ts';
import type { Received } from '@sonae/core/nouns/reserves/views/statements.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Logger } from 'pino';
import { sleep } from '../drive-scenario.ts';
import type { Books } from '../ledger/books.ts';
import { postingsOf } from '../ledger/read-book.ts';
import type { Node } from '../node.ts';
import type { ReconciliationConfig } from './reserves-config.ts';
import { entriesOf, receivedOf } from './statement-entries.ts';

const KEEPER = { id: 'system:reserves', kind: 'system' } as const;
const POSTINGS_AT_ONCE = 10_000;
const LOOK_EVERY_MS = 10 * MINUTE_MS;
const NOON_MS = DAY_MS / 2;

/** Reconciles as of the end of `day` (YYYY-MM-DD, by default the day before now in the policy's zone) and records it. */
export async function reconcile(
  app: App,
  books: Books,
  config: ReconciliationConfig,
  day?: string,
): Promise<Outcome> {
  const setup = await setupOf(app);
  const zone = setup?.policy?.zone ?? 'UTC';
  const now = app.ports.clock.now();
  const until = day ?? dateText(civilDate(now - DAY_MS, zone));
  const [left, right] = [
    await postingItems(books, config, until, zone, now),
    await entryItems(app, config, until),
  ];
  if (left.length > ITEMS_PER_SIDE_MAX || right.length > ITEMS_PER_SIDE_MAX)
    throw new FaultError(
      'input.too-large',
      `${config.scope}: more than ${ITEMS_PER_SIDE_MAX} items`,
      'begin it later',
    );
  const result = matchItems(left, right, {
    toleranceMinor: BigInt(config.toleranceMinor),
    toleranceBps: BigInt(config.toleranceBps),
    windowMs: config.windowDays * DAY_MS,
    now,
  });
  const input = { scope: config.scope, day: until, ...reportOf(result, left.length, right.length) };
  return app.submit({
    command: 'reserves.RecordReconciliation',
    input: input as unknown as JsonValue,
    actor: KEEPER,
  });
}

/** Days have no hours in a statement: postings stand at the noon of their civil day, as entries do. */
const noonOf = (day: string): number => parseTime(`${day}T00:00:00Z`) + NOON_MS;

async function postingItems(
  books: Books,
  { book, account, since, inFlightDays }: ReconciliationConfig,
  until: string,
  zone: string,
  now: number,
): Promise<Item[]> {
  const ledger = await books.open(book);
  const items: Item[] = [];
  // A day of the firm's zone may begin before that of UTC.
  const from = parseTime(`${since}T00:00:00Z`) - DAY_MS;
  for (let before: number | undefined; ; ) {
    const page = await postingsOf(ledger, books.journal, account, {
      before,
      since: from,
      limit: POSTINGS_AT_ONCE,
    });
    if (page === null)
      throw new FaultError(
        'input.invalid',
        `account: ${account} is not in book ${book}`,
        'name the account that stands for it',
      );
    for (const { id, ordinal, at, debit, asset, amount } of page.postings) {
      const day = dateText(civilDate(parseTime(at), zone));
      if (day < since || day > until) continue;
      const finalBy = noonOf(day) + inFlightDays * DAY_MS;
      const item = {
        id: `${id}#${ordinal}`,
        asset,
        amount: debit === account ? BigInt(amount) : -BigInt(amount),
        at: noonOf(day),
      };
      items.push(finalBy > now ? { ...item, finalBy } : item);
    }
    if (page.next === null || items.length > ITEMS_PER_SIDE_MAX) return items;
    before = page.next;
  }
}

/** What two statements both say counts once; what moves no money is nothing to match. */
async function entryItems(
  app: App,
  { statement, since }: ReconciliationConfig,
  until: string,
): Promise<Item[]> {
  const items: Item[] = [];
  const counted: (Received & { readonly entries: readonly Entry[] })[] = [];
  for (const received of await receivedOf(app, statement)) {
    const { statementId, currency } = received;
    const numbered = (await entriesOf(app, received)).map((one, n) => ({ ...one, n }));
    const before = overlapping(
      received,
      counted.filter((one) => one.currency === currency),
    ).flatMap(({ entries }) => entries);
    const booked = numbered.filter(({ isBooked, amount }) => isBooked && BigInt(amount) !== 0n);
    const entries = withoutRepeats(booked, before);
    counted.push({ ...received, entries });
    for (const { n, on, amount, reference } of entries) {
      if (on < since || on > until) continue;
      const item = { id: `${statementId}/${n}`, asset: currency, amount: BigInt(amount), at: noonOf(on) };
      items.push(reference === '' ? item : { ...item, reference });
    }
  }
  return items;
}

/** Runs every reconciliation once for each day that is over, whether or not a statement came: what is missing is told. */
export async function keepReconciled(
  node: Node,
  books: Books,
  configs: readonly ReconciliationConfig[],
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  const { app } = node;
  while (!signal.aborted && configs.length > 0) {
    await sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted || !node.leader) continue;
    const setup = await setupOf(app);
    const yesterday = dateText(civilDate(app.ports.clock.now() - DAY_MS, setup?.policy?.zone ?? 'UTC'));
    const text = await app.ports.store.view('reserves.runs', 'all');
    const { runs } = text === undefined ? { runs: [] } : (JSON.parse(text) as { runs: readonly Run[] });
    for (const config of configs.filter(
      ({ scope }) => (runs.find((run) => run.scope === scope)?.day ?? '') < yesterday,
    ))
      await reconcile(app, books, config).catch((error: unknown) =>
        logger.warn({ err: error, scope: config.scope }, 'a reconciliation could not be run'),
      );
  }
}

async function setupOf(app: App): Promise<ReservesSetup | null> {
  return JSON.parse((await app.ports.store.view('reserves.setup', 'all')) ?? 'null') as ReservesSetup | null;
}
