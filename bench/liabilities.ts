/**
 * Proof of liabilities: building one asset's tree from customers (arrangement, tags, leaves, nodes, root) on two cores;
 * and on one thread beside nothing but its hashes by the same engine, which is the physical limit: a leaf takes two
 * hashes for its tag, one for itself and one for a node. Then one customer's file, and the whole list; and per leaf two
 * Merkle trees of other people, which carry no sums, tags or order and are given their leaves ready hashed.
 */

import { AMOUNT_BYTES, epochRoot, type Statement } from '@sonae/proof/liabilities';
import { seededOrder } from '@sonae/proof/liabilities-arrange';
import { createListVerifier } from '@sonae/proof/liabilities-list';
import {
  amountsOf,
  type CustomerExpects,
  formatCustomerProof,
  proveParts,
  verifyCustomerProof,
} from '@sonae/proof/liabilities-proof';
import { ENTRY_BYTES, nodeLevels, SECRET_BYTES, TILE_LEAVES } from '@sonae/proof/liabilities-tree';
import { plainSha256 } from '@sonae/proof/merkle';
import { type BuiltAsset, buildAsset } from '../packages/server/src/liabilities/build-asset.ts';
import { createShardBuilder } from '../packages/server/src/liabilities/build-shard.ts';
import {
  type BookColumns,
  createColumns,
  ROW_AMOUNT_BYTES,
} from '../packages/server/src/liabilities/columns.ts';
import { createFastSha256 } from '../packages/server/src/liabilities/fast-sha256.ts';
import { fixedMerkleTreeRate, openZeppelinRate } from './liabilities-peers.ts';
import { quantile, type Result, ratePerSecond } from './measure.ts';

const SIZES = [100_000, 300_000, 1_000_000];
/** Built once: the point is that time grows in a line. */
const LARGEST = 10_000_000;
const WORKERS = 2;
const RUNS = 3;
const ID_CHARS = 12;
/** Two for a tag (HMAC), one for the leaf, one for a node. */
const HASHES_PER_LEAF = 4;
/** Bytes hashed for a tag's inner and outer hash, a leaf and a node. */
const MESSAGE_BYTES = [137, 96, 130, 154];
const NAME = { exchange: 'bench.sonae.invalid', epoch: 'bench', asset: 'BTC' };
const SEED = new Uint8Array(32).fill(4);
const sha256 = createFastSha256();

const customerName = (row: number): string => `c${String(row).padStart(ID_CHARS - 1, '0')}`;

/** Customers as a firm's own systems would hand them over; not timed. */
function customers(count: number): BookColumns {
  const columns = createColumns(count, count * ID_CHARS);
  const amounts = new DataView(columns.amounts.buffer);
  const ids = Buffer.from(columns.ids.buffer);
  for (let row = 0; row < count; row++) {
    ids.write(customerName(row), row * ID_CHARS, 'latin1');
    columns.idEnds[row] = (row + 1) * ID_CHARS;
    amounts.setUint32(row * ROW_AMOUNT_BYTES + AMOUNT_BYTES - 4, (row * 2_654_435_761) % 2 ** 32);
    amounts.setUint32(row * ROW_AMOUNT_BYTES + 2 * AMOUNT_BYTES - 4, row % 10 === 0 ? row : 0);
    columns.secrets.set(
      sha256(columns.ids.subarray(row * ID_CHARS, (row + 1) * ID_CHARS)),
      row * SECRET_BYTES,
    );
  }
  return columns;
}

type Timed = {
  readonly columns: BookColumns;
  readonly built: BuiltAsset;
  readonly seconds: number;
  readonly cpuSeconds: number;
};

/** Best of some runs: others use the machine too. Arrangement, check of columns, start of workers are inside. */
async function buildTimes(count: number, runs: number = RUNS): Promise<Timed> {
  const columns = customers(count);
  let best: Timed | undefined;
  for (let run = 0; run < runs; run++) {
    const cpuBefore = process.cpuUsage();
    const startedAt = performance.now();
    columns.order.set(seededOrder(SEED, count, sha256));
    const built = await buildAsset(NAME, columns, WORKERS);
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuSeconds = (user + system) / 1e6;
    if (best === undefined || seconds < best.seconds) best = { columns, built, seconds, cpuSeconds };
  }
  return best as Timed;
}

/**
 * Leaves a second of one thread that builds shards, and of one that does nothing but hash what those leaves ask for; run
 * by run one after the other, the best of each.
 */
async function oneThread({ columns, built }: Timed): Promise<{ shards: number; hashes: number }> {
  const messages = MESSAGE_BYTES.map((bytes) => new Uint8Array(bytes).fill(1));
  const { tree } = built;
  const entries = new Uint8Array(built.entries.length);
  const tileNodes = new Uint8Array(built.tileNodes.length);
  const buildShard = createShardBuilder({ tree, columns, entries, tileNodes });
  const best = { shards: 0, hashes: 0 };
  for (let run = 0; run < RUNS; run++) {
    const shards = await ratePerSecond(tree.leaves, () => buildShard({ first: 0, end: tree.leaves }));
    const hashes = await ratePerSecond(tree.leaves, () => {
      for (let n = 0; n < tree.leaves; n++) for (const message of messages) sha256(message);
    });
    best.shards = Math.max(best.shards, shards);
    best.hashes = Math.max(best.hashes, hashes);
  }
  return best;
}

function statementOf({ tree, root }: BuiltAsset): Statement {
  const total = { asset: tree.asset, leaves: tree.leaves, ...amountsOf(root), root: root.slice(0, 32) };
  return { exchange: tree.exchange, epoch: tree.epoch, at: '2026-01-01T00:00:00.000Z', assets: [total] };
}

/** Milliseconds for making and for checking the files of some customers; checking as a browser without WASM does. */
function proofTimes({ columns, built }: Timed): { make: number[]; check: number[]; bytes: number } {
  const statement = statementOf(built);
  const root = epochRoot(statement);
  const tileBytes = TILE_LEAVES * ENTRY_BYTES;
  const readTile = (tile: number) => built.entries.subarray(tile * tileBytes, (tile + 1) * tileBytes);
  const source = { tree: built.tree, readTile, levels: nodeLevels(built.tileNodes, sha256) };
  const make: number[] = [];
  const check: number[] = [];
  let bytes = 0;
  for (let n = 0; n < 200; n++) {
    const index = (n * 7_919) % built.tree.leaves;
    const row = columns.order[index] as number;
    const customer = customerName(row);
    const startedAt = performance.now();
    const holdings = [proveParts(source, [index], sha256)];
    const text = formatCustomerProof({ statement, customer, holdings });
    const madeAt = performance.now();
    const secret = columns.secrets.slice(row * SECRET_BYTES, (row + 1) * SECRET_BYTES);
    const expects: CustomerExpects = { ...NAME, root, customer, secret, balances: null };
    verifyCustomerProof(text, expects, plainSha256);
    check.push(performance.now() - madeAt);
    make.push(madeAt - startedAt);
    bytes = text.length;
  }
  return { make, check, bytes };
}

/** Leaves a second of the peers, for the size that they are asked to build. */
function peerRates(progress: (line: string) => void): { fixed: number; openZeppelin: number } {
  const leaves = SIZES[0] as number;
  progress(`fixed-merkle-tree and @openzeppelin/merkle-tree, ${leaves} leaves`);
  return { fixed: fixedMerkleTreeRate(leaves), openZeppelin: openZeppelinRate(leaves) };
}

const perLeaf = ({ seconds, columns }: Timed): number => (seconds / columns.rows) * 1e6;

export async function benchLiabilities(progress: (line: string) => void): Promise<Result> {
  await buildTimes(10_000);
  const timed: Timed[] = [];
  for (const size of SIZES) {
    progress(`build ${size} customers, ${RUNS} runs`);
    timed.push(await buildTimes(size));
  }
  const [small, middle, large] = timed as [Timed, Timed, Timed];
  progress('one thread, and plain SHA-256 of the same messages');
  const { shards, hashes } = await oneThread(middle);
  const peers = peerRates(progress);
  progress('files of customers, and the whole list');
  const files = proofTimes(large);
  const list = await ratePerSecond(large.built.tree.leaves, () => {
    const verifier = createListVerifier(statementOf(large.built), NAME.asset, null, sha256);
    verifier.push(large.built.entries);
    verifier.end();
  });
  progress(`build ${LARGEST} customers, once`);
  const largest = await buildTimes(LARGEST, 1);
  const build = (t: Timed) => ({
    id: `build ${t.columns.rows} customers, ${WORKERS} workers`,
    value: t.seconds,
    unit: 's',
  });
  return {
    rows: [
      ...[...timed, largest].map(build),
      { id: 'build, 1M customers', value: 1e6 / perLeaf(large), unit: 'leaves/s' },
      { id: 'build, 1M customers, CPU time of all threads', value: large.cpuSeconds, unit: 's' },
      { id: 'build shards, one thread', value: shards, unit: 'leaves/s' },
      { id: 'only their hashes, one thread', value: hashes, unit: 'leaves/s' },
      { id: 'plain SHA-256, one thread', value: hashes * HASHES_PER_LEAF, unit: 'hashes/s' },
      { id: 'fixed-merkle-tree 100000, one thread', value: peers.fixed, unit: 'leaves/s' },
      { id: '@openzeppelin/merkle-tree 100000, one thread', value: peers.openZeppelin, unit: 'leaves/s' },
      ...fileRows(files),
      { id: 'add up the whole list, one thread', value: list, unit: 'leaves/s' },
    ],
    ratios: [
      { id: 'goal of 3 s / build of 1M customers', value: 3 / large.seconds },
      { id: 'build shards / only their hashes', value: shards / hashes },
      { id: 'time per leaf, 1M / 300,000 (linear is 1)', value: perLeaf(large) / perLeaf(middle) },
      { id: 'time per leaf, 10M / 1M (linear is 1)', value: perLeaf(largest) / perLeaf(large) },
      { id: 'build 100,000, two workers / fixed-merkle-tree', value: 1e6 / perLeaf(small) / peers.fixed },
      { id: 'build shards, one thread / fixed-merkle-tree', value: shards / peers.fixed },
      { id: 'build 100,000, two workers / @openzeppelin', value: 1e6 / perLeaf(small) / peers.openZeppelin },
    ],
  };
}

function fileRows({ make, check, bytes }: ReturnType<typeof proofTimes>): Result['rows'] {
  return [
    { id: 'make one file, p50', value: quantile(make, 0.5), unit: 'ms' },
    { id: 'verify one file, @noble/hashes, p50', value: quantile(check, 0.5), unit: 'ms' },
    { id: 'verify one file, @noble/hashes, p99', value: quantile(check, 0.99), unit: 'ms' },
    { id: 'one file', value: bytes, unit: 'bytes' },
  ];
}
