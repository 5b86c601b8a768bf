/**
 * A book at work: batches come in, are verified in memory, written to the journal, and answered once they are durable.
 * Memory holds nothing that the journal does not: a book is built from it at the start, and anew after a failed write.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { assert } from '@sonae/core/kernel/assert.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import type { Assets } from '@sonae/core/nouns/instruments/views.ts';
import { type AccountDef, openAccount } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { type Book, createBook } from '@sonae/core/nouns/ledger/engine/book.ts';
import {
  BATCH_TRANSFERS_MAX,
  type Columns,
  copyTransfer,
  createColumns,
} from '@sonae/core/nouns/ledger/engine/columns.ts';
import {
  decodeFrame,
  encodeFrame,
  FrameError,
  type FrameHeader,
  frameHash,
  NO_FRAME,
} from '@sonae/core/nouns/ledger/engine/frame.ts';
import { replayBatch, type Verified, verifyBatch } from '@sonae/core/nouns/ledger/engine/verify.ts';
import type { LoggedViolation } from '@sonae/core/nouns/ledger/facts/batches.ts';
import type { LedgerPolicy } from '@sonae/core/nouns/ledger/views/policy.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { applyPolicy, correctionNumbers } from './apply-policy.ts';
import { changedAccount, describe, unreadRows } from './describe-violations.ts';
import { createFrameWriter, type FrameWriter } from './frame-writer.ts';
import { type RawTransfer, readRows } from './read-rows.ts';

export const BATCH_ACCOUNTS_MAX = 20_000;
/** Batches whose first answer is at hand, beside the transfers, which are known for ever. */
const ANSWERS_MAX = 10_000;

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

export type LedgerBook = {
  readonly id: string;
  /** The state as of the newest verified batch; read only. Another object after a failed write. */
  book(): Book;
  /** Number and hash of the newest durable frame. */
  written(): { readonly number: number; readonly hash: Uint8Array };
  ingest(batch: Batch): Promise<BatchAnswer>;
  /** Reads when all that was verified is durable too, and before anything more is. */
  settled<T>(read: () => T): Promise<T>;
  /** Headers of durable frames after `number`, oldest first. */
  unsealed(number: number): readonly FrameHeader[];
  forgetSealed(number: number): void;
  close(): Promise<void>;
};

type State = { book: Book; hash: Uint8Array; number: number; asOf: string };

/** Builds the book from its journal. Throws `store.damaged` when a frame does not follow from the one before. */
export async function openLedgerBook(
  app: App,
  journal: Journal,
  id: string,
  sealedTo: number,
): Promise<LedgerBook> {
  const answers = new Map<string, { hash: string; answer: Promise<BatchAnswer> }>();
  const headers: FrameHeader[] = [];
  let state = await load();
  let durable = { number: state.number, hash: state.hash };
  let writer = createWriter();
  let isSpoiled = false;
  let lane: Promise<unknown> = Promise.resolve();

  async function load(): Promise<State> {
    headers.length = 0;
    answers.clear();
    return loadBook(app, journal, id, (header) => {
      if (header.number > sealedTo) headers.push(header);
      remember(header.batch.id, header.batch.hash, Promise.resolve(answerOf(id, header)));
    });
  }

  function createWriter(): FrameWriter {
    durable = { number: state.number, hash: state.hash };
    return createFrameWriter(
      (frames) => journal.append(id, frames),
      (header, bytes) => {
        headers.push(header);
        durable = { number: header.number, hash: frameHash(bytes) };
      },
    );
  }

  function remember(batch: string, hash: string, answer: Promise<BatchAnswer>): void {
    answers.set(batch, { hash, answer });
    if (answers.size > ANSWERS_MAX) answers.delete(answers.keys().next().value ?? '');
  }

  async function take(batch: Batch): Promise<{ written: Promise<BatchAnswer> }> {
    if (writer.failed() || isSpoiled) {
      // What is in memory is ahead of what was kept: begin again from what was kept.
      await writer.idle();
      state = await load();
      writer = createWriter();
      isSpoiled = false;
    }
    const known = answers.get(batch.id);
    if (known !== undefined) {
      if (known.hash === batch.hash) return { written: known.answer };
      const message = `batch ${batch.id} was received before with another content`;
      throw new FaultError(
        'input.invalid',
        message,
        'give another batch id; transfers are known by their own ids',
      );
    }
    checkOrder(state.book, batch);
    isSpoiled = true;
    const { written } = await bookBatch(app, id, state, writer, batch);
    isSpoiled = false;
    remember(batch.id, batch.hash, written);
    written.catch(() => answers.delete(batch.id));
    return { written };
  }

  return {
    id,
    book: () => state.book,
    written: () => durable,
    ingest: async (batch) => {
      checkSize(batch);
      const taken = lane.then(() => take(batch));
      lane = taken.catch(() => undefined);
      return (await taken).written;
    },
    settled: (read) => {
      const done = lane.then(async () => {
        await writer.idle();
        return read();
      });
      lane = done.catch(() => undefined);
      return done;
    },
    unsealed: (number) => headers.filter((header) => header.number > number),
    forgetSealed: (number) => {
      sealedTo = Math.max(sealedTo, number);
      while (headers[0] !== undefined && headers[0].number <= number) headers.shift();
    },
    close: async () => {
      await lane;
      await writer.idle();
    },
  };
}

function checkSize({ transfers, accounts }: Batch): void {
  const tooMany =
    transfers.length > BATCH_TRANSFERS_MAX
      ? `transfers: ${transfers.length} of at most ${BATCH_TRANSFERS_MAX}`
      : accounts.length > BATCH_ACCOUNTS_MAX
        ? `accounts: ${accounts.length} of at most ${BATCH_ACCOUNTS_MAX}`
        : null;
  if (tooMany !== null) throw new FaultError('input.too-large', tooMany, 'send several batches');
}

async function loadBook(
  app: App,
  journal: Journal,
  id: string,
  onFrame: (header: FrameHeader) => void,
): Promise<State> {
  const state: State = { book: createBook(), hash: NO_FRAME, number: 0, asOf: '' };
  applyPolicy(state.book, await readPolicy(app, id));
  for await (const { number, bytes } of journal.frames(id, 1)) {
    try {
      const { header, columns, hash } = decodeFrame(bytes, state.hash, nodeSha256);
      for (const def of header.accounts) openAccount(state.book.accounts, def);
      replayBatch(state.book, columns);
      state.book.nextSeq = header.nextSeq;
      state.book.isEmpty = state.book.isEmpty && header.count + header.turnedAway === 0;
      Object.assign(state, { hash, number, asOf: header.asOf });
      onFrame(header);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const message = `frame ${number} of the journal of ${id}: ${error.message}`;
      throw new FaultError('store.damaged', message, 'restore the journal from a copy', error);
    }
  }
  return state;
}

async function readPolicy(app: App, book: string): Promise<LedgerPolicy | null> {
  const text = await app.ports.store.view('ledger.policy', book);
  return text === undefined ? null : (JSON.parse(text) as LedgerPolicy);
}

async function readDecimals(app: App): Promise<Map<string, number>> {
  const text = await app.ports.store.view('instruments.assets', 'all');
  const { assets } = text === undefined ? { assets: {} } : (JSON.parse(text) as Assets);
  return new Map(Object.values(assets).map(({ asset, decimals }) => [asset, decimals]));
}

/** Verifies a batch and hands its frame to the writer. Until the first await of the caller, memory runs ahead of disk. */
async function bookBatch(
  app: App,
  id: string,
  state: State,
  writer: FrameWriter,
  batch: Batch,
): Promise<{ written: Promise<BatchAnswer> }> {
  const { book } = state;
  const [policy, decimals] = [await readPolicy(app, id), await readDecimals(app)];
  checkAccounts(batch.accounts, decimals);
  const opened = batch.accounts.map((def) => ({ def, how: openAccount(book.accounts, def) }));
  applyPolicy(book, policy);
  const context = { accounts: book.accounts, decimals, corrections: correctionNumbers(policy) };
  const read = readRows(batch.transfers, context);
  const verified = verifyBatch(book, read.columns, app.ports.clock.now());
  const number = state.number + 1;
  const violations = [
    ...opened.filter(({ how }) => how === 'changed').map(({ def }) => changedAccount(book, def, number)),
    ...unreadRows(read.bad, batch.transfers, number),
    ...describe(book, verified.violations, batch.transfers, read, number),
  ];
  const columns = bookedOnly(read.columns, verified);
  if (book.newestAt > 0)
    state.asOf = isoTime(Math.max(book.newestAt, state.asOf === '' ? 0 : parseTime(state.asOf)));
  const header: FrameHeader = {
    number,
    batch: { id: batch.id, hash: batch.hash, source: batch.source },
    receivedAt: isoTime(app.ports.clock.now()),
    accounts: opened.filter(({ how }) => how === 'opened').map(({ def }) => def),
    count: verified.bookedCount,
    first: book.ids.count - verified.bookedCount,
    isNumberedHere: read.columns.isNumberedHere,
    nextSeq: book.nextSeq,
    asOf: state.asOf === '' ? isoTime(app.ports.clock.now()) : state.asOf,
    repeats: verified.repeats,
    turnedAway: verified.turnedAway + read.bad.length,
    violations,
  };
  const isNews = header.accounts.length + header.count + violations.length > 0;
  const answer = answerOf(id, header);
  if (!isNews) return { written: Promise.resolve({ ...answer, frame: null }) };
  const bytes = encodeFrame(header, columns, state.hash, nodeSha256);
  Object.assign(state, { hash: frameHash(bytes), number });
  return { written: writer.write(header, bytes).then(() => answer) };
}

function checkAccounts(accounts: readonly AccountDef[], decimals: ReadonlyMap<string, number>): void {
  const unknown = accounts.find(({ asset }) => !decimals.has(asset));
  if (unknown === undefined) return;
  const message = `accounts: ${unknown.account} is of ${unknown.asset}, which is not defined`;
  throw new FaultError('input.invalid', message, 'define the asset first: instruments.DefineAsset');
}

/** Pages that arrive out of order are sent again in order; a hole that will not be filled is said to be one. */
function checkOrder(book: Book, { transfers, isGapConfirmed }: Batch): void {
  const first = Number(transfers[0]?.seq ?? Number.NaN);
  if (book.isEmpty || isGapConfirmed || !(first > book.nextSeq)) return;
  const message = `transfers[0].seq: ${first}, though the journal of the book goes on with ${book.nextSeq}`;
  const hint = `send ${book.nextSeq} to ${first - 1} first, or set gapConfirmed where they do not exist`;
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

function answerOf(book: string, header: FrameHeader): BatchAnswer {
  const { batch, number, accounts, count, repeats, turnedAway, violations, nextSeq } = header;
  assert(number > 0, 'frames are counted from 1');
  return {
    book,
    batch: batch.id,
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
