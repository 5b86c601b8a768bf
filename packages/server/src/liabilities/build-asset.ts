/**
 * Builds trees of liabilities on all cores: worker threads live as long as an epoch has assets to build, shards go to
 * them as they become free, and the root is folded from what they leave in shared memory. The result is the same for any
 * number of workers.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { LIABILITIES_FORMAT } from '@sonae/proof/liabilities';
import { createLaneTree } from '@sonae/proof/liabilities-lanes';
import {
  ENTRY_BYTES,
  NODE_BYTES,
  shardRanges,
  TILE_LEAVES,
  type TreeName,
} from '@sonae/proof/liabilities-tree';
import { ProofError, type ProofErrorCode } from '@sonae/proof/proof-error';
import type { BuildJob, ShardRange } from './build-shard.ts';
import { type BookColumns, checkOrder } from './columns.ts';
import { createFastSha256 } from './fast-sha256.ts';

export type BuiltAsset = {
  readonly tree: TreeName;
  /** The published list, 64 bytes a leaf. */
  readonly entries: Uint8Array;
  /** 64 bytes for every 256 leaves: all that paths need beside the list. */
  readonly tileNodes: Uint8Array;
  /** Root node: digest, credit, debt. */
  readonly root: Uint8Array;
};

export type AssetBuilder = {
  /** Fills the order of `columns` from a secret seed, on one of the threads. */
  arrange(columns: BookColumns, seed: Uint8Array): Promise<void>;
  /**
   * Entries, tile nodes and root of `columns` as the tree of `name`; one at a time. Throws `input.invalid` for columns
   * that leave a row out, and `ProofError`: `liabilities-sum` when a sum exceeds 128 bits, `bad-argument` for an id or a
   * part that cannot be.
   */
  build(name: AssetName, columns: BookColumns): Promise<BuiltAsset>;
  /** Ends the threads. */
  end(): Promise<void>;
};
export type AssetName = Pick<TreeName, 'exchange' | 'epoch' | 'asset'>;

/** What a worker is told: an order to draw, a tree to work on from now on, or a run of its leaves. */
export type BuildMessage =
  | { readonly order: Uint32Array; readonly seed: Uint8Array }
  | { readonly job: BuildJob }
  | { readonly range: ShardRange };
/** Its answer to an order or a run of leaves. */
export type BuildReply = { readonly code: ProofErrorCode; readonly message: string } | null;

export const MAX_WORKERS = 64;
/** Enough that no worker waits long for the last one, large enough that a shard is worth its message. */
const SHARDS_PER_WORKER = 32;
const SHARD_LEAVES_MIN = 8_192;

/** Starts the threads: they get ready while the first asset is put together. Throws `input.invalid`. */
export function startAssetBuilder(
  workers: number = Math.min(availableParallelism(), MAX_WORKERS),
): AssetBuilder {
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS)
    throw new FaultError(
      'input.invalid',
      `workers: ${workers}`,
      `give a whole number from 1 to ${MAX_WORKERS}`,
    );
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL('./build-worker.ts', import.meta.url)),
  );
  return {
    arrange: ({ order }, seed) => talk(threads[0] as Worker, [{ order, seed }]),
    build: (name, columns) => build(threads, name, columns),
    async end() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

async function build(threads: readonly Worker[], name: AssetName, columns: BookColumns): Promise<BuiltAsset> {
  checkOrder(columns);
  const { exchange, epoch, asset } = name;
  const tree = { format: LIABILITIES_FORMAT, exchange, epoch, asset, leaves: columns.rows };
  const tiles = Math.ceil(columns.rows / TILE_LEAVES);
  const entries = new Uint8Array(new SharedArrayBuffer(columns.rows * ENTRY_BYTES));
  const tileNodes = new Uint8Array(new SharedArrayBuffer(tiles * NODE_BYTES));
  const job = { tree, columns, entries, tileNodes };
  const most = Math.max(threads.length, Math.ceil(columns.rows / SHARD_LEAVES_MIN));
  const waiting = shardRanges(columns.rows, Math.min(most, threads.length * SHARDS_PER_WORKER));
  const messages: BuildMessage[] = waiting.map((range) => ({ range }));
  const work = threads.slice(0, waiting.length).map((thread) => talk(thread, messages, { job }));
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return { tree, entries, tileNodes, root: createLaneTree(tree, createFastSha256()).fold(tileNodes) };
}

/** Gives `thread` one message after the other until none is waiting; a failure leaves none to wait for. */
function talk(thread: Worker, waiting: BuildMessage[], first?: BuildMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    const hear = (reply: BuildReply): void => {
      if (reply === null) next();
      else fail(new ProofError(reply.code, reply.message));
    };
    const ended = (code: number): void => fail(new Error(`a worker ended by itself with code ${code}`));
    const stop = (): void => {
      thread.off('message', hear).off('error', fail).off('exit', ended);
    };
    const fail = (error: Error): void => {
      waiting.length = 0;
      stop();
      reject(error);
    };
    const next = (): void => {
      const message = waiting.shift();
      if (message !== undefined) {
        thread.postMessage(message);
        return;
      }
      stop();
      resolve();
    };
    thread.on('message', hear).on('error', fail).on('exit', ended);
    // One that is gone already says so no more.
    if (thread.threadId < 0) ended(0);
    else {
      if (first !== undefined) thread.postMessage(first);
      next();
    }
  });
}
