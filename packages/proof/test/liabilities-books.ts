/** Whole epochs for tests: customers in, statement, entries and customer files out, by the package's own functions. */
import { utf8Encode } from '../src/bytes.ts';
import {
  type Amounts,
  epochRoot,
  LIABILITIES_FORMAT,
  type LiabilitiesFormat,
  type Statement,
} from '../src/liabilities.ts';
import { arrangeLeaves, entriesOf, type Leaf } from '../src/liabilities-arrange.ts';
import { amountsOf, formatCustomerProof, type Holding, proveParts } from '../src/liabilities-proof.ts';
import {
  createTreeBuilder,
  createTreeHash,
  nodeLevels,
  type PathSource,
  type TreeName,
} from '../src/liabilities-tree.ts';
import { plainSha256 } from '../src/merkle.ts';

export const EXCHANGE = 'exchange.example';
export const EPOCH = '2026-06-30';
const SEED = new Uint8Array(32).fill(7);

/** Balances by asset and customer. */
export type Books = Readonly<Record<string, Readonly<Record<string, Amounts>>>>;
export type BuiltAsset = {
  readonly tree: TreeName;
  readonly leaves: readonly Leaf[];
  readonly entries: Uint8Array;
  readonly source: PathSource;
  readonly root: Uint8Array;
};
export type Built = {
  readonly statement: Statement;
  readonly root: Uint8Array;
  readonly assets: ReadonlyMap<string, BuiltAsset>;
};

export function secretOf(customer: string): Uint8Array {
  return plainSha256(utf8Encode(`test secret ${customer}`));
}

export function treeOf(tree: TreeName, leaves: readonly Leaf[], entries: Uint8Array): BuiltAsset {
  const hash = createTreeHash(tree);
  const builder = createTreeBuilder(hash);
  builder.push(entries);
  const { root, tileNodes } = builder.end();
  const readTile = (tile: number) => entries.subarray(tile * 16_384, (tile + 1) * 16_384);
  return {
    tree,
    leaves,
    entries,
    root,
    source: { rules: hash.rules, readTile, levels: nodeLevels(hash.rules, tileNodes) },
  };
}

export function buildEpoch(
  books: Books,
  parts = 1,
  blanks = 0,
  epoch = EPOCH,
  format: LiabilitiesFormat = LIABILITIES_FORMAT,
): Built {
  const assets = new Map<string, BuiltAsset>();
  for (const asset of Object.keys(books).sort()) {
    const customers = Object.entries(books[asset]!).map(([customer, amounts]) => ({ customer, ...amounts }));
    const leaves = arrangeLeaves({ seed: SEED, customers, parts, blanks });
    const tree = { format, exchange: EXCHANGE, epoch, asset, leaves: leaves.length };
    assets.set(asset, treeOf(tree, leaves, entriesOf(tree, leaves, secretOf, SEED)));
  }
  return state(assets, epoch);
}

export function state(assets: ReadonlyMap<string, BuiltAsset>, epoch = EPOCH): Built {
  const statement: Statement = {
    format: [...assets.values()][0]?.tree.format ?? LIABILITIES_FORMAT,
    exchange: EXCHANGE,
    epoch,
    at: '2026-06-30T15:00:00.000Z',
    assets: [...assets.values()].map(({ tree, root }) => ({
      asset: tree.asset,
      leaves: tree.leaves,
      ...amountsOf(root),
      root: root.slice(0, 32),
    })),
  };
  return { statement, root: epochRoot(statement), assets };
}

/** Places of a customer's leaves, by part. */
export function placesOf({ leaves }: BuiltAsset, customer: string): number[] {
  return leaves
    .flatMap((leaf, index) => (leaf.customer === customer ? [{ index, part: leaf.part }] : []))
    .sort((a, b) => a.part - b.part)
    .map(({ index }) => index);
}

/** The file an honest firm gives to `customer`. */
export function fileFor(built: Built, customer: string): string {
  const holdings = [...built.assets.values()].flatMap((asset) => {
    const places = placesOf(asset, customer);
    return places.length === 0 ? [] : [proveParts(asset.source, places)];
  });
  return formatCustomerProof({ statement: built.statement, customer, holdings });
}

/** What `customer` knows and expects. */
export function expectsOf(books: Books, { root }: Pick<Built, 'root'>, customer: string) {
  const balances: Holding[] = Object.entries(books).flatMap(([asset, by]) => {
    const own = by[customer];
    return own === undefined ? [] : [{ asset, ...own }];
  });
  return { exchange: EXCHANGE, epoch: EPOCH, root, customer, secret: secretOf(customer), balances };
}

/** `count` customers with different balances of one asset; every seventh also owes. */
export function manyCustomers(count: number): Record<string, Amounts> {
  const amounts = (n: number) => ({
    credit: BigInt(n) * 1_000_003n + 5n,
    debt: n % 7 === 0 ? BigInt(n) : 0n,
  });
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`customer-${n}`, amounts(n)]));
}
