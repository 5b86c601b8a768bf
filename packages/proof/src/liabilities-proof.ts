/**
 * sonae/liabilities-proof/v1: one customer's file. It holds the epoch's statement, the customer's leaves in every asset
 * and the path of each; the customer adds id, secret and what they know they are owed, and the epoch root from the log.
 * Whatever does not hold is refused with its own code and a sentence for people.
 */
import { equalBytes, toHex } from './bytes.ts';
import { canonicalJson, type JsonValue, objectWithKeys, parseCanonicalJson } from './canonical-json.ts';
import {
  type Amounts,
  addAmounts,
  customerBytes,
  digestOf,
  epochRoot,
  isAssetName,
  parseAmount,
  parseStatement,
  readAmount,
  type Statement,
  statementJson,
  totalOf,
  writeAmount,
} from './liabilities.ts';
import {
  climb,
  createTagger,
  ENTRY_BYTES,
  leafNode,
  leafPath,
  MAX_PARTS,
  NODE_BYTES,
  type PathSource,
  TILE_LEAVES,
  treeRules,
} from './liabilities-tree.ts';
import { HASH_BYTES, isSize, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';

export const CUSTOMER_PROOF_FORMAT = 'sonae/liabilities-proof/v1';
/** 1,000 assets with a leaf or two each fit. */
export const MAX_CUSTOMER_PROOF_CHARS = 16 * 1024 * 1024;
/** No tree within `MAX_TREE_SIZE` has longer paths. */
const MAX_PATH = 48;
const CREDIT_AT = HASH_BYTES;
const DEBT_AT = HASH_BYTES + 16;

/** One leaf of the customer. */
export type Part = {
  readonly index: number;
  /** 64 bytes: tag, credit, debt. */
  readonly entry: Uint8Array;
  /** Siblings, lowest first, 64 bytes each. */
  readonly path: readonly Uint8Array[];
};
/** Parts in the order of their number, from 0. */
export type AssetParts = { readonly asset: string; readonly parts: readonly Part[] };
export type CustomerProof = {
  readonly statement: Statement;
  readonly customer: string;
  /** Sorted by asset, no asset twice. */
  readonly holdings: readonly AssetParts[];
};

/** What is shown for one asset, beside what is said to be owed to all customers together. */
export type Holding = Amounts & { readonly asset: string };
export type CheckedHolding = Holding & { readonly parts: number; readonly total: Amounts };

export type CustomerExpects = {
  readonly exchange: string;
  readonly epoch: string;
  /** Epoch root as it stands in the log, 32 bytes: not the one the file brings along. */
  readonly root: Uint8Array;
  readonly customer: string;
  /** 32 bytes that only the customer and the exchange know. */
  readonly secret: Uint8Array;
  /**
   * What the customer knows to be owed, in smallest units; assets left out are owed nothing. Null compares nothing:
   * then the person has to compare the holdings that are returned.
   */
  readonly balances: readonly Holding[] | null;
};

export type CustomerReport = {
  readonly exchange: string;
  readonly epoch: string;
  readonly at: string;
  readonly holdings: readonly CheckedHolding[];
  readonly balancesCompared: boolean;
};

/** Leaves at `indexes` (in the order of their parts) with their paths. Throws `bad-argument`. */
export function proveParts(
  source: PathSource,
  indexes: readonly number[],
  sha256: Sha256 = plainSha256,
): AssetParts {
  const parts = indexes.map((index) => {
    const path = leafPath(source, index, sha256);
    const at = (index % TILE_LEAVES) * ENTRY_BYTES;
    return {
      index,
      entry: source.readTile(Math.floor(index / TILE_LEAVES)).slice(at, at + ENTRY_BYTES),
      path,
    };
  });
  return { asset: source.rules.tree.asset, parts };
}

/** One line of canonical JSON, without a newline. Throws as `parseCustomerProof`. */
export function formatCustomerProof({ statement, customer, holdings }: CustomerProof): string {
  const text = canonicalJson({
    format: CUSTOMER_PROOF_FORMAT,
    statement: statementJson(statement),
    customer,
    holdings: holdings.map(({ asset, parts }) => ({
      asset,
      parts: parts.map(({ index, entry, path }) => ({
        index,
        tag: toHex(entry.subarray(0, HASH_BYTES)),
        ...amountsJson(entry),
        path: path.map((node) => ({ hash: toHex(node.subarray(0, HASH_BYTES)), ...amountsJson(node) })),
      })),
    })),
  });
  parseCustomerProof(text);
  return text;
}

/** A proof from its text. Nothing is verified. Throws `bad-liabilities`, `bad-json`, `bad-encoding` or `too-large`. */
export function parseCustomerProof(text: string): CustomerProof {
  const fits = text.length <= MAX_CUSTOMER_PROOF_CHARS;
  demand(fits, 'too-large', `a proof has at most ${MAX_CUSTOMER_PROOF_CHARS} characters`);
  const keys = ['customer', 'format', 'holdings', 'statement'] as const;
  const { format, statement, customer, holdings } = objectWithKeys(
    parseCanonicalJson(text),
    keys,
    'a customer proof',
  );
  demand(format === CUSTOMER_PROOF_FORMAT, 'bad-liabilities', `the format is not ${CUSTOMER_PROOF_FORMAT}`);
  demand(typeof customer === 'string', 'bad-liabilities', 'customer must be a text');
  demand(Array.isArray(holdings), 'bad-liabilities', 'holdings must be an array');
  const parsed = holdings.map(parseHolding);
  for (let n = 1; n < parsed.length; n++) {
    const inOrder = parsed[n - 1]!.asset < parsed[n]!.asset;
    demand(inOrder, 'bad-liabilities', `holdings are not sorted, or twice there: ${parsed[n]!.asset}`);
  }
  return { statement: parseStatement(statement), customer, holdings: parsed };
}

/**
 * Verifies that what the customer is owed is counted, once, in the sums of the statement that the log holds.
 * Throws `liabilities-epoch` (another exchange or epoch), `liabilities-root` (not what the log holds, or a path that
 * leads elsewhere), `liabilities-leaf` (not this customer's leaf, or one counted twice), `liabilities-balance` (owed
 * more or less than shown), `liabilities-sum` (beyond 128 bits), or what `parseCustomerProof` throws.
 */
export function verifyCustomerProof(
  text: string,
  expects: CustomerExpects,
  sha256: Sha256 = plainSha256,
): CustomerReport {
  const { statement, customer, holdings } = parseCustomerProof(text);
  const { exchange, epoch, at } = statement;
  demand(exchange === expects.exchange, 'liabilities-epoch', `this is about the exchange ${exchange}`);
  demand(epoch === expects.epoch, 'liabilities-epoch', `this is about the epoch ${epoch}`);
  const isLogged = equalBytes(epochRoot(statement, sha256), expects.root);
  demand(isLogged, 'liabilities-root', 'the statement in the file is not the one that the log holds');
  demand(customer === expects.customer, 'liabilities-leaf', `the file was made for the customer ${customer}`);
  const checked = holdings.map((holding) => checkHolding(statement, holding, expects, sha256));
  if (expects.balances !== null) compareBalances(checked, expects.balances);
  return { exchange, epoch, at, holdings: checked, balancesCompared: expects.balances !== null };
}

function checkHolding(
  statement: Statement,
  { asset, parts }: AssetParts,
  { customer, secret }: CustomerExpects,
  sha256: Sha256,
): CheckedHolding {
  const total = totalOf(statement, asset);
  const rules = treeRules({ ...statement, asset, leaves: total.leaves }, sha256);
  const tagOf = createTagger(rules, sha256);
  const bytes = customerBytes(customer);
  const seen = new Set<number>();
  let sum: Amounts = { credit: 0n, debt: 0n };
  for (const [number, { index, entry, path }] of parts.entries()) {
    const where = `${asset}, part ${number}`;
    const isOwn = equalBytes(tagOf(secret, bytes, number), entry.subarray(0, HASH_BYTES));
    demand(isOwn, 'liabilities-leaf', `${where}: the leaf is not of this customer, secret and tree`);
    demand(!seen.has(index), 'liabilities-leaf', `${where}: the leaf ${index} is counted twice`);
    seen.add(index);
    const node = leafNode(rules, entry, index, sha256);
    const root = climb(rules, node, index, path, sha256);
    const isRoot = equalBytes(root.subarray(0, HASH_BYTES), total.root);
    demand(isRoot, 'liabilities-root', `${where}: the path does not lead to the root of ${asset}`);
    const { credit, debt } = amountsOf(root);
    const isTotal = credit === total.credit && debt === total.debt;
    demand(isTotal, 'liabilities-sum', `${where}: the path leads to other sums than those stated`);
    sum = addAmounts(sum, amountsOf(entry));
  }
  return { asset, ...sum, parts: parts.length, total: { credit: total.credit, debt: total.debt } };
}

function compareBalances(shown: readonly Holding[], known: readonly Holding[]): void {
  const names = new Set([...shown, ...known].map(({ asset }) => asset));
  const none = { credit: 0n, debt: 0n };
  for (const asset of names) {
    const own = known.filter((balance) => balance.asset === asset);
    demand(own.length <= 1, 'bad-argument', `two balances are given for ${asset}`);
    const { credit, debt } = own[0] ?? none;
    const file = shown.find((holding) => holding.asset === asset) ?? none;
    const isSame = file.credit === credit && file.debt === debt;
    const texts = `${file.credit} owed to you and ${file.debt} owed by you, not ${credit} and ${debt}`;
    demand(isSame, 'liabilities-balance', `${asset}: the file counts ${texts}`);
  }
}

function parseHolding(value: JsonValue): AssetParts {
  const { asset, parts } = objectWithKeys(value, ['asset', 'parts'], 'a holding');
  const isNamed = typeof asset === 'string' && isAssetName(asset);
  demand(isNamed, 'bad-liabilities', 'a holding names its asset');
  const isList = Array.isArray(parts) && parts.length >= 1 && parts.length <= MAX_PARTS;
  demand(isList, 'bad-liabilities', `a holding has 1 to ${MAX_PARTS} parts`);
  return { asset, parts: parts.map(parsePart) };
}

function parsePart(value: JsonValue): Part {
  const keys = ['credit', 'debt', 'index', 'path', 'tag'] as const;
  const { index, tag, path, credit, debt } = objectWithKeys(value, keys, 'a part');
  const isIndex = typeof index === 'number' && isSize(index);
  demand(isIndex, 'bad-liabilities', 'index of a part is a whole number from 0');
  const isPath = Array.isArray(path) && path.length <= MAX_PATH;
  demand(isPath, 'bad-liabilities', `a path has at most ${MAX_PATH} nodes`);
  return { index, entry: recordOf(tag, credit, debt, 'tag'), path: path.map(parseNode) };
}

function parseNode(value: JsonValue): Uint8Array {
  const { hash, credit, debt } = objectWithKeys(value, ['credit', 'debt', 'hash'], 'a node of a path');
  return recordOf(hash, credit, debt, 'hash');
}

function recordOf(hash: JsonValue, credit: JsonValue, debt: JsonValue, what: string): Uint8Array {
  const record = new Uint8Array(NODE_BYTES);
  record.set(digestOf(hash, what));
  writeAmount(parseAmount(credit, 'credit'), record, CREDIT_AT);
  writeAmount(parseAmount(debt, 'debt'), record, DEBT_AT);
  return record;
}

/** Amounts of an entry or node. */
export function amountsOf(record: Uint8Array): Amounts {
  return { credit: readAmount(record, CREDIT_AT), debt: readAmount(record, DEBT_AT) };
}

function amountsJson(record: Uint8Array): { credit: string; debt: string } {
  const { credit, debt } = amountsOf(record);
  return { credit: String(credit), debt: String(debt) };
}
