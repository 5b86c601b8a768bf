/**
 * A book at work: batches come in, are verified in memory, written to the journal, and answered once they are durable.
 * Memory holds nothing that the journal does not: a book is built from it at the start, and anew after a failed write.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Book } from '@sonae/core/nouns/ledger/engine/book.ts';
import { BATCH_TRANSFERS_MAX } from '@sonae/core/nouns/ledger/engine/columns.ts';
import { type FrameHeader, frameHash } from '@sonae/core/nouns/ledger/engine/frame.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import { type Batch, type BatchAnswer, bookBatch, checkOrder, readRules } from './book-batch.ts';
import type { StepFlows } from './flow-sums.ts';
import { createFrameIndex, type FrameIndex, type FrameKeep, type KnownBatch } from './frame-index.ts';
import { createFrameWriter, type FrameWriter } from './frame-writer.ts';
import { loadBook, type State } from './load-book.ts';

export const BATCH_ACCOUNTS_MAX = 20_000;

export type LedgerBook = {
  readonly id: string;
  /** The state as of the newest verified batch; read only. Another object after a failed write. */
  book(): Book;
  /** Number and hash of the newest durable frame. */
  written(): { readonly number: number; readonly hash: Uint8Array };
  ingest(batch: Batch): Promise<BatchAnswer>;
  /** Reads when all that was verified is durable too, and before anything more is. */
  settled<T>(read: () => T): Promise<T>;
  /** Where frames lie: ordinal of the first transfer, and newest time (ms), by number - 1. */
  frameIndex(): FrameIndex;
  /** Customers' flows in steps that grew since they were last asked for. */
  takeFlows(): StepFlows[];
  /** Headers of durable frames after `number`, oldest first. */
  unsealed(number: number): readonly FrameHeader[];
  forgetSealed(number: number): void;
  close(): Promise<void>;
};

/** Builds the book from its journal. Throws `store.damaged` when a frame does not follow from the one before. */
export async function openLedgerBook(
  app: App,
  journal: Journal,
  id: string,
  sealedTo: number,
): Promise<LedgerBook> {
  const worker = await createWorker(app, journal, id, createFrameIndex(id, sealedTo));
  const { index } = worker;
  let lane: Promise<unknown> = Promise.resolve();
  // One after the other: what is verified follows from everything before it.
  const inLane = <T>(work: () => Promise<T>): Promise<T> => {
    const done = lane.then(work);
    lane = done.catch(() => undefined);
    return done;
  };
  return {
    id,
    book: () => worker.state().book,
    written: () => worker.durable(),
    ingest: async (batch) => {
      checkSize(batch);
      const { written } = await inLane(() => worker.take(batch));
      written.catch(() => inLane(worker.renew).catch(() => undefined));
      return written;
    },
    settled: (read) =>
      inLane(async () => {
        await worker.idle();
        await worker.renew();
        return read();
      }),
    frameIndex: () => index,
    takeFlows: () => index.flows.take(),
    unsealed: (number) => index.headers.filter((header) => header.number > number),
    forgetSealed: (number) => index.forgetSealed(number),
    close: () => inLane(worker.idle),
  };
}

type Worker = {
  readonly index: FrameKeep;
  state(): State;
  durable(): { readonly number: number; readonly hash: Uint8Array };
  /** Resolves when the batch is verified; `written` when it is durable. */
  take(batch: Batch): Promise<{ written: Promise<BatchAnswer> }>;
  /** What is in memory may be ahead of what was kept: then begins again from what was kept. */
  renew(): Promise<void>;
  idle(): Promise<void>;
};

async function createWorker(app: App, journal: Journal, id: string, index: FrameKeep): Promise<Worker> {
  const load = (): Promise<State> => {
    index.clear();
    return loadBook(app, journal, id, index.add);
  };
  const createWriter = (): FrameWriter =>
    createFrameWriter(
      (frames) => journal.append(id, frames),
      (header, bytes, columns) => {
        index.add(header, columns, state.book.accounts);
        durable = { number: header.number, hash: frameHash(bytes) };
      },
    );
  let state = await load();
  let durable = { number: state.number, hash: state.hash };
  let writer = createWriter();
  let isSpoiled = false;

  async function renew(): Promise<void> {
    if (!writer.failed() && !isSpoiled) return;
    await writer.idle();
    state = await load();
    durable = { number: state.number, hash: state.hash };
    writer = createWriter();
    isSpoiled = false;
  }

  return {
    index,
    state: () => state,
    durable: () => durable,
    renew,
    idle: () => writer.idle(),
    take: async (batch) => {
      await renew();
      const known = index.answers.get(batch.id);
      if (known !== undefined) return { written: sameAnswer(known, batch) };
      const rules = await readRules(app, id, batch);
      checkOrder(state.book, batch);
      // Were it to stop half-way, memory would hold what no frame does.
      isSpoiled = true;
      const written = bookBatch(app.ports.clock.now(), id, state, writer, batch, rules);
      isSpoiled = false;
      index.remember(batch.id, batch.hash, written);
      written.catch(() => index.answers.delete(batch.id));
      return { written };
    },
  };
}

async function sameAnswer(known: KnownBatch, batch: Batch): Promise<BatchAnswer> {
  if (known.hash === batch.hash) return { ...(await known.answer), known: true };
  const message = `batch ${batch.id} was received before with another content`;
  throw new FaultError(
    'input.invalid',
    message,
    'give another batch id; transfers are known by their own ids',
  );
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
