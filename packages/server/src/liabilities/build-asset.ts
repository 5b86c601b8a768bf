/**
 * Builds one asset's tree of liabilities on all cores: shards go to worker threads as these become free, and the root is
 * folded from what they leave in shared memory. The result is the same for any number of workers.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import {
  ENTRY_BYTES,
  foldNodes,
  NODE_BYTES,
  shardRanges,
  TILE_LEAVES,
  type TreeName,
} from '@sonae/proof/liabilities-tree';
import { ProofError, type ProofErrorCode } from '@sonae/proof/proof-error';
import type { BuildJob, ShardRange } from './build-shard.ts';
import { type BookColumns, checkColumns } from './columns.ts';
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

export const MAX_WORKERS = 64;
/** Enough that no worker waits long for the last one, few enough that a shard is worth its message. */
const SHARDS_PER_WORKER = 8;

type Reply = { readonly code: ProofErrorCode; readonly message: string } | null;

/**
 * Entries, tile nodes and root of `columns` as the tree of `name`. Throws `input.invalid` for columns that leave a row
 * out, and `ProofError` `liabilities-sum` when a sum exceeds 128 bits; then all workers are ended.
 */
export async function buildAsset(
  name: Omit<TreeName, 'leaves'>,
  columns: BookColumns,
  workers: number = Math.min(availableParallelism(), MAX_WORKERS),
): Promise<BuiltAsset> {
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS)
    throw new FaultError(
      'input.invalid',
      `workers: ${workers}`,
      `give a whole number from 1 to ${MAX_WORKERS}`,
    );
  checkColumns(columns);
  const { exchange, epoch, asset } = name;
  const tree = { exchange, epoch, asset, leaves: columns.rows };
  const tiles = Math.ceil(columns.rows / TILE_LEAVES);
  const entries = new Uint8Array(new SharedArrayBuffer(columns.rows * ENTRY_BYTES));
  const tileNodes = new Uint8Array(new SharedArrayBuffer(tiles * NODE_BYTES));
  const ranges = shardRanges(columns.rows, workers * SHARDS_PER_WORKER);
  await runShards({ tree, columns, entries, tileNodes }, ranges, Math.min(workers, ranges.length));
  return { tree, entries, tileNodes, root: foldNodes(tileNodes, createFastSha256()) };
}

async function runShards(job: BuildJob, ranges: readonly ShardRange[], count: number): Promise<void> {
  const waiting = [...ranges];
  const threads = Array.from(
    { length: count },
    () => new Worker(new URL('./build-worker.ts', import.meta.url), { workerData: job }),
  );
  try {
    await Promise.all(threads.map((thread) => feed(thread, waiting)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Gives `thread` one shard after the other until none is waiting. */
function feed(thread: Worker, waiting: ShardRange[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const range = waiting.shift();
      if (range === undefined) resolve();
      else thread.postMessage(range);
    };
    thread.on('message', (reply: Reply) => {
      if (reply === null) next();
      else reject(new ProofError(reply.code, reply.message));
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`a worker ended by itself with code ${code}`)));
    next();
  });
}
