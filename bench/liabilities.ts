/**
 * Proof of liabilities: building one asset's tree from customers on two cores, step by step: keys made ready (once for a
 * customer, for all assets and epochs), arrangement, and the tree itself (tags, leaves, nodes, root); one thread beside
 * plain SHA-256 of the same messages; one customer's file, and the whole list. Beside it two Merkle trees of other people,
 * which carry no sums, tags or order and are given their leaves ready hashed and in their place: they are held against
 * the tree alone. `liabilities-large` builds 10 million customers of twenty assets.
 */

import { AMOUNT_BYTES, epochRoot, LIABILITIES_FORMAT, type Statement } from '@sonae/proof/liabilities';
import { seededOrder } from '@sonae/proof/liabilities-arrange';
import { createKeyPreparer, laneTreeHash } from '@sonae/proof/liabilities-lanes';
import { createListVerifier } from '@sonae/proof/liabilities-list';
import {
  amountsOf,
  type CustomerExpects,
  formatCustomerProof,
  proveParts,
  verifyCustomerProof,
} from '@sonae/proof/liabilities-proof';
import { ENTRY_BYTES, nodeLevels, SECRET_BYTES, TILE_LEAVES, treeRules } from '@sonae/proof/liabilities-tree';
import { plainSha256 } from '@sonae/proof/merkle';
import {
  type AssetBuilder,
  type BuiltAsset,
  startAssetBuilder,
} from '../packages/server/src/liabilities/build-asset.ts';
import { createShardBuilder } from '../packages/server/src/liabilities/build-shard.ts';
import {
  type BookColumns,
  createColumns,
  ROW,
  ROW_WORDS,
  setKeys,
} from '../packages/server/src/liabilities/columns.ts';
import { createFastSha256 } from '../packages/server/src/liabilities/fast-sha256.ts';
import { fixedMerkleTreeRate, openZeppelinRate } from './liabilities-peers.ts';
import { quantile, type Result, ratePerSecond } from './measure.ts';

const SIZES = [100_000, 300_000, 1_000_000];
/** Built once: the point is that time grows in a line. */
const LARGEST = 10_000_000;
const ASSETS = 20;
const WORKERS = 2;
const RUNS = 5;
const ID_CHARS = 12;
/** Two for a tag (HMAC), one for the leaf, one for a node. */
const HASHES_PER_LEAF = 4;
/** Bytes hashed for a tag's inner and outer hash, a leaf and a node. */
const MESSAGE_BYTES = [112, 96, 136, 192];
const NAME = { exchange: 'bench.sonae.invalid', epoch: 'bench', asset: 'BTC' };
const SEED = new Uint8Array(32).fill(4);
const sha256 = createFastSha256();
const prepareKeys = createKeyPreparer();

const customerName = (row: number): string => `c${String(row).padStart(ID_CHARS - 1, '0')}`;

/** Customers as a firm's own systems would hand them over; not timed. */
type Book = { readonly columns: BookColumns; readonly secrets: Uint8Array };

function customers(count: number): Book {
  const columns = createColumns(count, count * ID_CHARS);
  const secrets = new Uint8Array(count * SECRET_BYTES);
  const ids = Buffer.from(columns.ids.buffer);
  for (let row = 0; row < count; row++) {
    const idFrom = row * ID_CHARS;
    ids.write(customerName(row), idFrom, 'latin1');
    columns.words.set([idFrom, idFrom + ID_CHARS, 0], row * ROW_WORDS + ROW.idFrom);
    secrets.set(sha256(columns.ids.subarray(idFrom, idFrom + ID_CHARS)), row * SECRET_BYTES);
  }
  setAmounts(columns, 0);
  return { columns, secrets };
}

/** What the customers have of the asset with this number. */
function setAmounts({ rows, words }: BookColumns, asset: number): void {
  const amounts = new DataView(words.buffer);
  for (let row = 0; row < rows; row++) {
    const at = 4 * (row * ROW_WORDS + ROW.amounts);
    amounts.setUint32(at + AMOUNT_BYTES - 4, (row * 2_654_435_761 + asset) % 2 ** 32);
    amounts.setUint32(at + 2 * AMOUNT_BYTES - 4, row % 10 === asset % 10 ? row : 0);
  }
}

type Timed = Book & {
  readonly built: BuiltAsset;
  /** Seconds: keys, arrangement, tree. */
  readonly keys: number;
  readonly arrange: number;
  readonly tree: number;
};

const secondsOf = async <T>(work: () => Promise<T> | T): Promise<{ seconds: number; value: T }> => {
  const startedAt = performance.now();
  const value = await work();
  return { seconds: (performance.now() - startedAt) / 1000, value };
};

/** Each step's best of some runs: others use the machine too. */
async function buildTimes(builder: AssetBuilder, count: number, runs: number = RUNS): Promise<Timed> {
  const { columns, secrets } = customers(count);
  const best = { keys: Infinity, arrange: Infinity, tree: Infinity };
  let built: BuiltAsset | undefined;
  for (let run = 0; run < runs; run++) {
    const keys = await secondsOf(() => setKeys(columns, prepareKeys(secrets)));
    const arranged = await secondsOf(() => columns.order.set(seededOrder(SEED, count, sha256)));
    const tree = await secondsOf(() => builder.build(NAME, columns));
    best.keys = Math.min(best.keys, keys.seconds);
    best.arrange = Math.min(best.arrange, arranged.seconds);
    best.tree = Math.min(best.tree, tree.seconds);
    built = tree.value;
  }
  return { columns, secrets, built: built as BuiltAsset, ...best };
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
  return {
    format: LIABILITIES_FORMAT,
    exchange: tree.exchange,
    epoch: tree.epoch,
    at: '2026-01-01T00:00:00.000Z',
    assets: [total],
  };
}

/** Milliseconds for making and for checking the files of some customers; checking as a browser without WASM does. */
function proofTimes({ columns, secrets, built }: Timed): { make: number[]; check: number[]; bytes: number } {
  const statement = statementOf(built);
  const root = epochRoot(statement);
  const tileBytes = TILE_LEAVES * ENTRY_BYTES;
  const readTile = (tile: number) => built.entries.subarray(tile * tileBytes, (tile + 1) * tileBytes);
  const rules = treeRules(built.tree, sha256);
  const source = { rules, readTile, levels: nodeLevels(rules, built.tileNodes, sha256) };
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
    const secret = secrets.slice(row * SECRET_BYTES, (row + 1) * SECRET_BYTES);
    const expects: CustomerExpects = { ...NAME, root, customer, secret, balances: null };
    verifyCustomerProof(text, expects, plainSha256);
    check.push(performance.now() - madeAt);
    make.push(madeAt - startedAt);
    bytes = text.length;
  }
  return { make, check, bytes };
}

/** Leaves a second of adding up the whole list, by the engine of servers and browsers. */
const listRate = ({ built }: Timed): Promise<number> =>
  ratePerSecond(built.tree.leaves, () => {
    const verifier = createListVerifier(statementOf(built), NAME.asset, null, sha256, laneTreeHash);
    verifier.push(built.entries);
    verifier.end();
  });

const wholeOf = ({ keys, arrange, tree }: Timed): number => keys + arrange + tree;
const rateOf = ({ tree, columns }: Timed): number => columns.rows / tree;

export async function benchLiabilities(progress: (line: string) => void): Promise<Result> {
  const started = await secondsOf(() => startAssetBuilder(WORKERS));
  const builder = started.value;
  await buildTimes(builder, 10_000);
  const timed: Timed[] = [];
  for (const size of SIZES) {
    progress(`build ${size} customers, ${RUNS} runs`);
    timed.push(await buildTimes(builder, size));
  }
  const [small, middle, large] = timed as [Timed, Timed, Timed];
  progress('one thread, and plain SHA-256 of the same messages');
  const { shards, hashes } = await oneThread(middle);
  progress('fixed-merkle-tree and @openzeppelin/merkle-tree');
  const [few, many] = [small.columns.rows, large.columns.rows];
  const peers = {
    fixed: fixedMerkleTreeRate(few),
    fixedLarge: fixedMerkleTreeRate(many),
    openZeppelin: openZeppelinRate(few),
  };
  progress('files of customers, and the whole list');
  const files = proofTimes(large);
  const list = await listRate(large);
  progress(`build ${LARGEST} customers, once`);
  const largest = await buildTimes(builder, LARGEST, 1);
  await builder.end();
  const steps = (t: Timed) => {
    const of = `${t.columns.rows} customers`;
    return [
      { id: `${of}: keys, one thread`, value: t.keys, unit: 's' },
      { id: `${of}: arrangement, one thread`, value: t.arrange, unit: 's' },
      { id: `${of}: tree, ${WORKERS} workers`, value: t.tree, unit: 's' },
    ];
  };
  return {
    rows: [
      ...[...timed, largest].flatMap(steps),
      { id: 'tree of 1M customers', value: rateOf(large), unit: 'leaves/s' },
      { id: 'tree, one thread', value: shards, unit: 'leaves/s' },
      { id: 'only its hashes by OpenSSL, one thread', value: hashes, unit: 'leaves/s' },
      { id: 'plain SHA-256, one thread', value: hashes * HASHES_PER_LEAF, unit: 'hashes/s' },
      { id: 'fixed-merkle-tree 100000, one thread', value: peers.fixed, unit: 'leaves/s' },
      { id: 'fixed-merkle-tree 1000000, one thread', value: peers.fixedLarge, unit: 'leaves/s' },
      { id: '@openzeppelin/merkle-tree 100000, one thread', value: peers.openZeppelin, unit: 'leaves/s' },
      ...fileRows(files),
      { id: 'add up the whole list, one thread', value: list, unit: 'leaves/s' },
    ],
    ratios: [
      { id: 'goal of 3 s / keys, arrangement and tree of 1M customers', value: 3 / wholeOf(large) },
      { id: 'tree, one thread / only its hashes by OpenSSL', value: shards / hashes },
      { id: 'time per leaf, 1M / 300,000 (linear is 1)', value: rateOf(middle) / rateOf(large) },
      { id: 'time per leaf, 10M / 1M (linear is 1)', value: rateOf(large) / rateOf(largest) },
      { id: 'tree of 1M, two workers / fixed-merkle-tree', value: rateOf(large) / peers.fixedLarge },
      { id: 'tree of 100,000, two workers / fixed-merkle-tree', value: rateOf(small) / peers.fixed },
      { id: 'tree, one thread / fixed-merkle-tree', value: shards / peers.fixed },
      { id: 'tree of 100,000, two workers / @openzeppelin', value: rateOf(small) / peers.openZeppelin },
      { id: 'tree, one thread / @openzeppelin', value: shards / peers.openZeppelin },
    ],
  };
}

/** 10 million customers of twenty assets: keys once, then asset by asset, as an epoch is published. */
export async function benchLiabilitiesLarge(progress: (line: string) => void): Promise<Result> {
  const builder = startAssetBuilder(WORKERS);
  progress(`${LARGEST} customers`);
  const { columns, secrets } = customers(LARGEST);
  const keys = await secondsOf(() => setKeys(columns, prepareKeys(secrets)));
  const assets: number[] = [];
  for (let asset = 0; asset < ASSETS; asset++) {
    setAmounts(columns, asset);
    const { seconds } = await secondsOf(async () => {
      columns.order.set(seededOrder(sha256(Uint8Array.of(asset)).slice(), LARGEST, sha256));
      await builder.build({ ...NAME, asset: `A${asset}` }, columns);
    });
    progress(`asset ${asset + 1} of ${ASSETS}: ${seconds.toFixed(1)} s`);
    assets.push(seconds);
  }
  await builder.end();
  const sum = assets.reduce((all, one) => all + one, 0);
  const whole = keys.seconds + sum;
  return {
    rows: [
      { id: `keys of ${LARGEST} customers, one thread`, value: keys.seconds, unit: 's' },
      { id: 'arrangement and tree of an asset, p50', value: quantile(assets, 0.5), unit: 's' },
      { id: `${LARGEST} customers x ${ASSETS} assets`, value: whole, unit: 's' },
      { id: 'leaves', value: (LARGEST * ASSETS) / whole, unit: 'leaves/s' },
      { id: 'memory at its largest', value: process.resourceUsage().maxRSS / 2 ** 20, unit: 'GiB' },
    ],
    ratios: [
      {
        id: 'last five assets / first five (linear is 1)',
        value: lastFive(assets) / lastFive([...assets].reverse()),
      },
    ],
  };
}

const lastFive = (values: readonly number[]): number => values.slice(-5).reduce((all, one) => all + one, 0);

function fileRows({ make, check, bytes }: ReturnType<typeof proofTimes>): Result['rows'] {
  return [
    { id: 'make one file, p50', value: quantile(make, 0.5), unit: 'ms' },
    { id: 'verify one file, @noble/hashes, p50', value: quantile(check, 0.5), unit: 'ms' },
    { id: 'verify one file, @noble/hashes, p99', value: quantile(check, 0.99), unit: 'ms' },
    { id: 'one file', value: bytes, unit: 'bytes' },
  ];
}
