/**
 * Builds one asset's tree of private liabilities on all cores: shards of leaves are encrypted and added up by worker
 * threads, their roots are added up here. Amounts stay with the firm: with them and the epoch's secret it can make any
 * customer's file later.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { seededOrder } from '@sonae/proof/liabilities-arrange';
import { SECRET_BYTES, shardRanges } from '@sonae/proof/liabilities-tree';
import {
  MAX_PRIVATE_AMOUNT,
  MAX_PRIVATE_LEAVES,
  type PrivateAsset,
  scaledUp,
} from '@sonae/proof/private-liabilities';
import {
  cipherBytes,
  PRIVATE_NODE_BYTES,
  type PrivateTreeName,
  privateLevels,
  withoutAmount,
} from '@sonae/proof/private-tree';
import { ProofError, type ProofErrorCode } from '@sonae/proof/proof-error';
import { MAX_WORKERS } from './build-asset.ts';
import { createFastSha256 } from './fast-sha256.ts';
import type { PrivateRow, PrivateShard, PrivateShardBuilt } from './private-shard.ts';
import { createZkProver } from './zk-sdk.ts';

export type PrivateBuild = {
  readonly exchange: string;
  readonly epoch: string;
  readonly asset: string;
  /** Each customer once; amounts in smallest units. */
  readonly rows: readonly PrivateRow[];
  /** Amounts are stated in 10^scale smallest units, rounded up, so that a total fits in 64 bits; 0 to 30. */
  readonly scale: number;
  /** 32 bytes: the secret half of the epoch's key, the same for all assets. */
  readonly epochSecret: Uint8Array;
  /** 32 bytes: where leaves stand, so that neighbours tell nothing. */
  readonly seed: Uint8Array;
  readonly workers?: number;
};
export type PrivateBuilt = {
  readonly tree: PrivateTreeName;
  /** 96 bytes a leaf. */
  readonly entries: Uint8Array;
  /** Nodes of 96 bytes by level, from the leaves to the root. */
  readonly levels: readonly Uint8Array[];
  /** What the nodes hold, by level: the firm's own. */
  readonly amounts: readonly BigUint64Array[];
  readonly placeOf: ReadonlyMap<string, number>;
  /** The asset's line of the statement, with its proof. */
  readonly stated: PrivateAsset;
};

type Reply =
  | { readonly built: PrivateShardBuilt }
  | { readonly code: ProofErrorCode; readonly message: string };
const SHARDS_PER_WORKER = 4;

/**
 * Tree and statement line of `rows`. Throws `input.invalid` naming the row, and `ProofError` `liabilities-sum` when the
 * total does not fit in 64 bits.
 */
export async function buildPrivateAsset(build: PrivateBuild): Promise<PrivateBuilt> {
  const { exchange, epoch, asset, epochSecret, seed, scale } = build;
  const workers = build.workers ?? Math.min(availableParallelism(), MAX_WORKERS);
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS)
    throw invalid(`workers: ${workers}`, `give a whole number from 1 to ${MAX_WORKERS}`);
  checkRows(build.rows, scale);
  const order = seededOrder(seed, build.rows.length, createFastSha256());
  const rows = Array.from(order, (from) => {
    const row = build.rows[from] as PrivateRow;
    return { ...row, amount: scaledUp(row.amount, scale) };
  });
  const amounts = amountLevels(rows.map(({ amount }) => amount));
  const prover = createZkProver(epochSecret);
  const tree = { exchange, epoch, asset, leaves: rows.length, key: prover.key };
  const shards = shardRanges(rows.length, workers * SHARDS_PER_WORKER).map(({ first, end }) => ({
    first,
    rows: rows.slice(first, end),
  }));
  const built = await runShards({ tree, epochSecret }, shards, Math.min(workers, shards.length));
  const levels = joinLevels(built, rows.length);
  const root = levels.at(-1) as Uint8Array;
  const sum = cipherBytes(root);
  const total = (amounts.at(-1) as BigUint64Array)[0] as bigint;
  const proof = prover.proveZero(withoutAmount(sum, total));
  return {
    tree,
    entries: Buffer.concat(built.map(({ entries }) => entries)),
    levels,
    amounts,
    placeOf: new Map(rows.map(({ customer }, index) => [customer, index])),
    stated: { asset, leaves: rows.length, root: root.slice(0, 32), sum, scale, total, proof },
  };
}

function checkRows(rows: readonly PrivateRow[], scale: number): void {
  if (rows.length < 1 || rows.length > MAX_PRIVATE_LEAVES)
    throw invalid(
      `rows: ${rows.length}`,
      `private mode takes 1 to ${MAX_PRIVATE_LEAVES} accounts a build; use open mode for more`,
    );
  const seen = new Set<string>();
  for (const [n, { customer, secret, amount }] of rows.entries()) {
    if (seen.has(customer))
      throw invalid(`customer of row ${n} is there twice`, 'give each customer one row');
    seen.add(customer);
    if (secret.length !== SECRET_BYTES)
      throw invalid(`secret of row ${n} has ${secret.length} bytes`, `give ${SECRET_BYTES} bytes`);
    if (amount < 0n || scaledUp(amount, scale) > MAX_PRIVATE_AMOUNT)
      throw invalid(
        `amount of row ${n} is ${amount}`,
        'give 0 to 2^64 - 1 units: a larger scale makes them fit',
      );
  }
}

/** Sums by level, over what leaves hold. Throws `liabilities-sum`: a node beyond 64 bits could not be proved. */
export function amountLevels(leaves: readonly bigint[]): BigUint64Array[] {
  const levels = [BigUint64Array.from(leaves)];
  for (let below = levels[0] as BigUint64Array; below.length > 1; below = levels.at(-1) as BigUint64Array) {
    const above = new BigUint64Array(Math.ceil(below.length / 2));
    for (let n = 0; n < above.length; n++) {
      const sum = (below[2 * n] as bigint) + (below[2 * n + 1] ?? 0n);
      if (sum > MAX_PRIVATE_AMOUNT)
        throw new ProofError(
          'liabilities-sum',
          `the total ${leaves.reduce((total, amount) => total + amount, 0n)} does not fit in the 64 bits of private mode; state the asset with a larger scale`,
        );
      above[n] = sum;
    }
    levels.push(above);
  }
  return levels;
}

/** Levels of the whole tree from those of the shards, in order. */
function joinLevels(shards: readonly PrivateShardBuilt[], leaves: number): Uint8Array[] {
  const heights = shards.map(({ levels }) => levels.length);
  const height = Math.max(...heights);
  const levels: Uint8Array[] = [];
  for (let level = 0; level < height; level++) {
    // A last shard that is smaller has its root carried up until it meets the others.
    const parts = shards.map((shard) => shard.levels[level] ?? (shard.levels.at(-1) as Uint8Array));
    levels.push(Buffer.concat(parts));
    if ((levels[level] as Uint8Array).length !== Math.ceil(leaves / 2 ** level) * PRIVATE_NODE_BYTES)
      throw new Error(`level ${level} of the tree is not whole`);
  }
  return [...levels.slice(0, -1), ...privateLevels(levels.at(-1) as Uint8Array, createFastSha256())];
}

async function runShards(
  workerData: { readonly tree: PrivateTreeName; readonly epochSecret: Uint8Array },
  shards: readonly PrivateShard[],
  count: number,
): Promise<PrivateShardBuilt[]> {
  const results: PrivateShardBuilt[] = [];
  const waiting = shards.map((shard, number) => ({ shard, number }));
  const threads = Array.from(
    { length: count },
    () => new Worker(new URL('./private-worker.ts', import.meta.url), { workerData }),
  );
  try {
    await Promise.all(threads.map((thread) => feed(thread, waiting, results)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return results;
}

/** Gives `thread` one shard after the other until none is waiting. */
function feed(
  thread: Worker,
  waiting: { shard: PrivateShard; number: number }[],
  results: PrivateShardBuilt[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let current = -1;
    const next = (): void => {
      const one = waiting.shift();
      if (one === undefined) {
        resolve();
        return;
      }
      current = one.number;
      thread.postMessage(one.shard);
    };
    thread.on('message', (reply: Reply) => {
      if ('code' in reply) {
        reject(new ProofError(reply.code, reply.message));
        return;
      }
      results[current] = reply.built;
      next();
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`a worker ended by itself with code ${code}`)));
    next();
  });
}

function invalid(message: string, hint: string): FaultError {
  return new FaultError('input.invalid', message, hint);
}
