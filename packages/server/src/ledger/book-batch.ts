/** One batch: read, verified, booked in memory, made a frame, handed to the writer. */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime, MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import type { Assets, Rates } from '@sonae/core/nouns/instruments/views.ts';
import { type AccountDef, openAccount } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import type { Book } from '@sonae/core/nouns/ledger/engine/book.ts';
import { type Columns, copyTransfer, createColumns } from '@sonae/core/nouns/ledger/engine/columns.ts';
import type { PriceBand } from '@sonae/core/nouns/ledger/engine/fair-price.ts';
import { encodeFrame, type FrameHeader, frameHash } from '@sonae/core/nouns/ledger/engine/frame.ts';
import { type Verified, verifyBatch } from '@sonae/core/nouns/ledger/engine/verify.ts';
import type { LoggedViolation } from '@sonae/core/nouns/ledger/facts/batches.ts';
import type { LedgerPolicy } from '@sonae/core/nouns/ledger/views/policy.ts';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { applyPolicy, correctionNumbers } from './apply-policy.ts';
import { changedAccount, describe, unreadRows } from './describe-violations.ts';
import type { FrameWriter } from './frame-writer.ts';
import { readPolicy, type State } from './load-book.ts';
import { isPlainId, type RawTransfer, type ReadRows, readRows, seqOf } from './read-rows.ts';

export type Batch = {
  /** Who sends: a connector, a file, a service of the exchange. */
  readonly source: string;
  readonly id: string;
  /** Hash of what was received: the same id with another content is refused. */
  readonly hash: string;
  readonly accounts: readonly AccountDef[];
  readonly transfers: readonly RawTransfer[];
  /** The sender knows that what is missing before these numbers will not come. */
  readonly isGapConfirmed?: boolean;
};

export type BatchAnswer = {
  readonly book: string;
  readonly batch: string;
  /** The batch was received before: this is what was answered then, and nothing was booked again. */
  readonly known: boolean;
  /** The frame it became; null when it brought nothing new. */
  readonly frame: number | null;
  readonly accounts: number;
  readonly booked: number;
  /** Transfers that were in the book already, unchanged. */
  readonly repeats: number;
  readonly turnedAway: number;
  readonly violations: number;
  readonly first: readonly LoggedViolation[];
  readonly nextSeq: number;
};

const FIRST_SHOWN = 20;

/** Digits after the point of every defined asset. */
export async function readDecimals(app: App): Promise<Map<string, number>> {
  const text = await app.ports.store.view('instruments.assets', 'all');
  const { assets } = text === undefined ? { assets: {} } : (JSON.parse(text) as Assets);
  return new Map(Object.values(assets).map(({ asset, decimals }) => [asset, decimals]));
}

export type Rules = {
  readonly policy: LedgerPolicy | null;
  readonly decimals: ReadonlyMap<string, number>;
  readonly prices: PriceBand | null;
};

/** What a batch is read and judged by. Throws `input.invalid` for an account of an asset that nobody defined. */
export async function readRules(app: App, id: string, batch: Batch): Promise<Rules> {
  const [policy, decimals] = [await readPolicy(app, id), await readDecimals(app)];
  checkAccounts(batch.accounts, decimals);
  return { policy, decimals, prices: await readPrices(app, policy, decimals) };
}

/** The newest values in the currency of the band; null when the firm has set none. */
async function readPrices(
  app: App,
  policy: LedgerPolicy | null,
  decimals: ReadonlyMap<string, number>,
): Promise<PriceBand | null> {
  const band = policy?.priceBand ?? null;
  if (band === null) return null;
  const { currency, bps, withinMinutes } = band;
  const text = await app.ports.store.view('instruments.rates', currency);
  const { rates } = text === undefined ? { rates: {} } : (JSON.parse(text) as Rates);
  const itself = { perUnit: 10 ** -(decimals.get(currency) ?? 0), at: Number.NaN };
  const worth = new Map(
    Object.entries(rates).flatMap(([asset, { price, at }]) => {
      const perUnit = Number(price) / 10 ** (decimals.get(asset) ?? 0);
      return perUnit > 0 ? [[asset, { perUnit, at: parseTime(at) }] as const] : [];
    }),
  );
  worth.set(currency, itself);
  return { currency, bps, withinMs: withinMinutes * MINUTE_MS, worth };
}

/** Verifies a batch and hands its frame to the writer: memory runs ahead of disk until the answer comes. */
export function bookBatch(
  now: number,
  id: string,
  state: State,
  writer: FrameWriter,
  batch: Batch,
  { policy, decimals, prices }: Rules,
): Promise<BatchAnswer> {
  const { book } = state;
  const opened = batch.accounts.map((def) => ({ def, how: openAccount(book.accounts, def) }));
  applyPolicy(book, policy, prices);
  const context = { accounts: book.accounts, decimals, corrections: correctionNumbers(policy) };
  const read = readRows(batch.transfers, context);
  const verified = verifyBatch(book, read.columns, now, read.unread);
  const number = state.number + 1;
  const violations = [
    ...opened.filter(({ how }) => how === 'changed').map(({ def }) => changedAccount(book, def, number)),
    ...unreadRows(read.bad, batch.transfers, number),
    ...describe(book, verified.violations, batch.transfers, read, number, decimals),
  ];
  const columns = bookedOnly(read.columns, verified);
  // A posting of next year does not make the book one of next year: it would never again be called stale.
  if (book.newestAt > 0)
    state.asOf = isoTime(
      Math.min(now, Math.max(book.newestAt, state.asOf === '' ? 0 : parseTime(state.asOf))),
    );
  const header: FrameHeader = {
    number,
    batch: { id: batch.id, hash: batch.hash, source: batch.source },
    receivedAt: isoTime(now),
    accounts: opened.filter(({ how }) => how === 'opened').map(({ def }) => def),
    count: verified.bookedCount,
    first: book.ids.count - verified.bookedCount,
    isNumberedHere: read.columns.isNumberedHere,
    nextSeq: book.nextSeq,
    ...(verified.opened.length > 0 ? { openedSeqs: verified.opened } : {}),
    ...(verified.taken.length > 0 ? { takenSeqs: verified.taken } : {}),
    asOf: state.asOf === '' ? isoTime(now) : state.asOf,
    repeats: verified.repeats,
    turnedAway: verified.turnedAway + read.badRows,
    violations,
    ids: textIds(batch.transfers, read, verified),
  };
  const isNews = header.accounts.length + header.count + violations.length > 0;
  const answer = answerOf(id, header);
  if (!isNews) return Promise.resolve({ ...answer, frame: null });
  const bytes = encodeFrame(header, columns, state.hash, nodeSha256);
  Object.assign(state, { hash: frameHash(bytes), number });
  return writer.write(header, bytes, columns).then(() => answer);
}

function checkAccounts(accounts: readonly AccountDef[], decimals: ReadonlyMap<string, number>): void {
  const unknown = accounts.find(({ asset }) => !decimals.has(asset));
  if (unknown === undefined) return;
  const message = `accounts: ${unknown.account} is of ${unknown.asset}, which is not defined`;
  throw new FaultError('input.invalid', message, 'define the asset first: instruments.DefineAsset');
}

/** Pages that arrive out of order are sent again in order; a hole that will not be filled is said to be one. */
export function checkOrder(book: Book, { transfers, isGapConfirmed }: Batch): void {
  const first = seqOf(transfers[0]?.seq);
  if (book.isEmpty || isGapConfirmed || first === null || first <= book.nextSeq) return;
  const message = `transfers[0].seq: ${first}, though the journal of the book goes on with ${book.nextSeq}`;
  const missing = first - 1 === book.nextSeq ? `${book.nextSeq}` : `${book.nextSeq} to ${first - 1}`;
  const hint = `send ${missing} first, or set gapConfirmed where they do not exist`;
  throw new FaultError('input.invalid', message, hint);
}

function bookedOnly(columns: Columns, { booked, bookedCount }: Verified): Columns {
  if (booked === null) return columns;
  const kept = createColumns(bookedCount);
  kept.isNumberedHere = columns.isNumberedHere;
  kept.count = bookedCount;
  for (const [to, from] of booked.entries()) copyTransfer(columns, from, kept, to);
  return kept;
}

/** Texts of ids that are more than their 128 bits, in the order of what was booked. */
function textIds(
  rows: readonly RawTransfer[],
  { rowOf }: ReadRows,
  { booked, bookedCount }: Verified,
): FrameHeader['ids'] {
  const ids = Array.from({ length: bookedCount }, (_, n): string | null => {
    const { id } = rows[rowOf[booked === null ? n : (booked[n] as number)] as number] as RawTransfer;
    return isPlainId(id) ? null : String(id);
  });
  return ids.some((id) => id !== null) ? ids : null;
}

export function answerOf(book: string, header: FrameHeader): BatchAnswer {
  const { batch, number, accounts, count, repeats, turnedAway, violations, nextSeq } = header;
  return {
    book,
    batch: batch.id,
    known: false,
    frame: number,
    accounts: accounts.length,
    booked: count,
    repeats,
    turnedAway,
    violations: violations.length,
    first: violations.slice(0, FIRST_SHOWN),
    nextSeq,
  };
}
