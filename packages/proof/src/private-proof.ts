/**
 * sonae/private-liabilities-proof/v1: one customer's file in private mode. It shows that the customer's own leaf holds
 * their amount, that nothing below any node beside the path is negative, and that the root holds the stated total; so the
 * customer is counted in the total, and learns nothing about anybody else's balance.
 *
 * Why that is enough: a ciphertext under the epoch's key holds exactly one amount modulo the group's order (2^252 and
 * more). The own amount and at most 17 siblings are each shown to be 0 to 2^64 - 1, so their sum cannot wrap around, and
 * it is the total. Audited components, own composition.
 */
import { equalBytes, toHex } from './bytes.ts';
import { canonicalJson, type JsonValue, objectWithKeys, parseCanonicalJson } from './canonical-json.ts';
import { MAX_ASSETS } from './liabilities.ts';
import { HASH_BYTES, plainSha256, type Sha256 } from './merkle.ts';
import {
  COMMITMENT_BYTES,
  EQUALITY_PROOF_BYTES,
  equalityData,
  type PrivateVerifier,
  RANGE_PROOF_BYTES,
  rangeData,
  rangeGroups,
  zeroData,
} from './private-engine.ts';
import {
  CIPHER_BYTES,
  type PrivateAsset,
  type PrivateStatement,
  parsePrivateStatement,
  privateEpochRoot,
  privateStatementJson,
  readPrivateAmount,
  scaledUp,
  ZERO_PROOF_BYTES,
} from './private-liabilities.ts';
import {
  cipherBytes,
  createPrivateTagger,
  PRIVATE_NODE_BYTES,
  privateClimb,
  privateLeaf,
  privateTreeId,
  withoutAmount,
} from './private-tree.ts';
import { demand } from './proof-error.ts';
import { fieldReaders } from './reserves-fields.ts';

export const PRIVATE_PROOF_FORMAT = 'sonae/private-liabilities-proof/v1';
export const MAX_PRIVATE_PROOF_CHARS = 32 * 1024 * 1024;
/** 2^17 is more than the leaves a tree may have. */
const MAX_SIBLINGS = 17;
const read = fieldReaders('bad-liabilities');

export type HiddenSibling = {
  /** 96 bytes: digest and ciphertext. */
  readonly node: Uint8Array;
  readonly commitment: Uint8Array;
  /** That ciphertext and commitment hold the same. */
  readonly equality: Uint8Array;
};
export type PrivateHolding = {
  readonly asset: string;
  readonly index: number;
  readonly amount: bigint;
  /** 96 bytes: tag and ciphertext. */
  readonly entry: Uint8Array;
  /** That the ciphertext holds `amount`, 96 bytes. */
  readonly own: Uint8Array;
  /** Lowest first. */
  readonly path: readonly HiddenSibling[];
  /** One for each of `rangeGroups(path.length)`, from the root down. */
  readonly ranges: readonly Uint8Array[];
};
export type PrivateProof = {
  readonly statement: PrivateStatement;
  readonly customer: string;
  /** Sorted by asset, no asset twice. */
  readonly holdings: readonly PrivateHolding[];
};

export type PrivateExpects = {
  readonly exchange: string;
  readonly epoch: string;
  /** Epoch root as the log holds it, 32 bytes: not the one the file brings along. */
  readonly root: Uint8Array;
  readonly customer: string;
  readonly secret: Uint8Array;
  /** What the customer knows to be owed, in smallest units; assets left out are owed nothing. Null compares nothing. */
  readonly balances: readonly { readonly asset: string; readonly amount: bigint }[] | null;
};
/** Amounts in 10^scale smallest units, rounded up for each customer. */
export type PrivateShown = {
  readonly asset: string;
  readonly scale: number;
  readonly amount: bigint;
  readonly total: bigint;
};
export type PrivateReport = {
  readonly exchange: string;
  readonly epoch: string;
  readonly at: string;
  readonly holdings: readonly PrivateShown[];
  readonly balancesCompared: boolean;
};

/** One line of canonical JSON. Throws as `parsePrivateProof`. */
export function formatPrivateProof({ statement, customer, holdings }: PrivateProof): string {
  const text = canonicalJson({
    format: PRIVATE_PROOF_FORMAT,
    statement: privateStatementJson(statement),
    customer,
    holdings: holdings.map(({ asset, index, amount, entry, own, path, ranges }) => ({
      asset,
      index,
      amount: String(amount),
      tag: toHex(entry.subarray(0, HASH_BYTES)),
      cipher: toHex(entry.subarray(HASH_BYTES)),
      own: toHex(own),
      path: path.map(({ node, commitment, equality }) => ({
        hash: toHex(node.subarray(0, HASH_BYTES)),
        cipher: toHex(node.subarray(HASH_BYTES)),
        commitment: toHex(commitment),
        equality: toHex(equality),
      })),
      ranges: ranges.map(toHex),
    })),
  });
  parsePrivateProof(text);
  return text;
}

/** A proof from its text, strictly. Nothing is verified. Throws `bad-liabilities`, `bad-json` or `too-large`. */
export function parsePrivateProof(text: string): PrivateProof {
  const fits = text.length <= MAX_PRIVATE_PROOF_CHARS;
  demand(fits, 'too-large', `a proof has at most ${MAX_PRIVATE_PROOF_CHARS} characters`);
  const keys = ['customer', 'format', 'holdings', 'statement'] as const;
  const fields = objectWithKeys(parseCanonicalJson(text), keys, 'a private proof');
  const isFormat = fields.format === PRIVATE_PROOF_FORMAT;
  demand(isFormat, 'bad-liabilities', `the format is not ${PRIVATE_PROOF_FORMAT}`);
  demand(typeof fields.customer === 'string', 'bad-liabilities', 'customer must be a text');
  const holdings = read.list(fields.holdings, MAX_ASSETS, 'holdings').map(parseHolding);
  read.rising(
    holdings.map(({ asset }) => asset),
    'holdings',
  );
  return { statement: parsePrivateStatement(fields.statement), customer: fields.customer, holdings };
}

/**
 * Verifies that what the customer is owed is counted in the totals of the statement that the log holds, and that nothing
 * negative stands beside it. Throws `liabilities-epoch`, `liabilities-root` (not what the log holds, or a path that leads
 * elsewhere), `liabilities-leaf` (not this customer's), `liabilities-balance` (the leaf holds another amount),
 * `liabilities-range` (a node beside the path is not shown to be 0 or more), `liabilities-sum` (the total is not proved),
 * or what `parsePrivateProof` throws.
 */
export function verifyPrivateProof(
  text: string,
  expects: PrivateExpects,
  zk: PrivateVerifier,
  sha256: Sha256 = plainSha256,
): PrivateReport {
  const { statement, customer, holdings } = parsePrivateProof(text);
  const { exchange, epoch, at } = statement;
  demand(exchange === expects.exchange, 'liabilities-epoch', `this is about the exchange ${exchange}`);
  demand(epoch === expects.epoch, 'liabilities-epoch', `this is about the epoch ${epoch}`);
  const isLogged = equalBytes(privateEpochRoot(statement, sha256), expects.root);
  demand(isLogged, 'liabilities-root', 'the statement in the file is not the one that the log holds');
  demand(customer === expects.customer, 'liabilities-leaf', `the file was made for the customer ${customer}`);
  const shown = holdings.map((holding) => {
    const stated = statement.assets.find(({ asset }) => asset === holding.asset);
    demand(stated !== undefined, 'liabilities-balance', `the statement does not know ${holding.asset}`);
    checkHolding(statement, stated, holding, expects, zk, sha256);
    return { asset: holding.asset, scale: stated.scale, amount: holding.amount, total: stated.total };
  });
  if (expects.balances !== null) compareBalances(statement, shown, expects.balances);
  return { exchange, epoch, at, holdings: shown, balancesCompared: expects.balances !== null };
}

/** Whether every total of the statement is proved: what anybody can check without being a customer. */
export function totalsAreProved(statement: PrivateStatement, zk: PrivateVerifier): boolean {
  return statement.assets.every((stated) => isTotalProved(statement, stated, zk));
}

function checkHolding(
  statement: PrivateStatement,
  stated: PrivateAsset,
  { asset, index, amount, entry, own, path, ranges }: PrivateHolding,
  { customer, secret }: PrivateExpects,
  zk: PrivateVerifier,
  sha256: Sha256,
): void {
  const id = privateTreeId({ ...statement, asset, leaves: stated.leaves }, sha256);
  const tag = createPrivateTagger(id, sha256)(secret, customer);
  const isOwn = equalBytes(tag, entry.subarray(0, HASH_BYTES));
  demand(isOwn, 'liabilities-leaf', `${asset}: the leaf is not of this customer, secret and tree`);
  const nodes = path.map(({ node }) => node);
  const root = privateClimb(privateLeaf(id, entry, index, sha256), index, stated.leaves, nodes, sha256);
  const isRoot = equalBytes(root.subarray(0, HASH_BYTES), stated.root);
  demand(isRoot, 'liabilities-root', `${asset}: the path does not lead to the stated root`);
  const isSum = equalBytes(cipherBytes(root), stated.sum);
  demand(isSum, 'liabilities-sum', `${asset}: the path leads to another sum than the stated one`);
  demand(isTotalProved(statement, stated, zk), 'liabilities-sum', `${asset}: the total is not proved`);
  const held = zeroData(statement.key, withoutAmount(cipherBytes(entry), amount), own);
  demand(zk.isZero(held), 'liabilities-balance', `${asset}: the leaf is not shown to hold ${amount}`);
  checkSiblings(statement.key, asset, path, ranges, zk);
}

function checkSiblings(
  key: Uint8Array,
  asset: string,
  path: readonly HiddenSibling[],
  ranges: readonly Uint8Array[],
  zk: PrivateVerifier,
): void {
  for (const [height, { node, commitment, equality }] of path.entries()) {
    const isEqual = zk.isEqual(equalityData(key, cipherBytes(node), commitment, equality));
    demand(isEqual, 'liabilities-range', `${asset}: node ${height} of the path is not what it commits to`);
  }
  const fromRoot = path.toReversed();
  let at = 0;
  for (const [n, slots] of rangeGroups(path.length).entries()) {
    const commitments = fromRoot.slice(at, at + slots).map(({ commitment }) => commitment);
    at += slots;
    const isInRange = zk.isInRange(rangeData(commitments, ranges[n]!), slots);
    const where = `${asset}: range ${n}, counted from the root`;
    demand(isInRange, 'liabilities-range', `${where}, does not show that amounts are 0 or more`);
  }
}

function isTotalProved(
  { key }: PrivateStatement,
  { sum, total, proof }: PrivateAsset,
  zk: PrivateVerifier,
): boolean {
  return zk.isZero(zeroData(key, withoutAmount(sum, total), proof));
}

function compareBalances(
  statement: PrivateStatement,
  shown: readonly PrivateShown[],
  known: readonly { readonly asset: string; readonly amount: bigint }[],
): void {
  for (const asset of new Set([...shown, ...known].map((balance) => balance.asset))) {
    const own = known.filter((balance) => balance.asset === asset);
    demand(own.length <= 1, 'bad-argument', `two balances are given for ${asset}`);
    const file = shown.find((holding) => holding.asset === asset)?.amount ?? 0n;
    const scale = statement.assets.find((one) => one.asset === asset)?.scale ?? 0;
    const amount = scaledUp(own[0]?.amount ?? 0n, scale);
    demand(
      file === amount,
      'liabilities-balance',
      `${asset}: the file counts ${file} owed to you, not ${amount}`,
    );
  }
}

function parseHolding(value: JsonValue): PrivateHolding {
  const keys = ['amount', 'asset', 'cipher', 'index', 'own', 'path', 'ranges', 'tag'] as const;
  const fields = objectWithKeys(value, keys, 'a holding');
  const asset = read.asset(fields.asset, 'asset of a holding');
  const path = read.list(fields.path, MAX_SIBLINGS, `path of ${asset}`).map(parseSibling);
  const groups = rangeGroups(path.length);
  const ranges = read.list(fields.ranges, MAX_SIBLINGS, `ranges of ${asset}`);
  const isGrouped = ranges.length === groups.length;
  demand(
    isGrouped,
    'bad-liabilities',
    `ranges of ${asset} must be ${groups.length} for ${path.length} nodes`,
  );
  return {
    asset,
    index: read.count(fields.index, `index of ${asset}`),
    amount: readPrivateAmount(fields.amount, `amount of ${asset}`),
    entry: recordOf(fields.tag, fields.cipher, 'tag'),
    own: read.bytes(fields.own, ZERO_PROOF_BYTES, `own of ${asset}`),
    path,
    ranges: ranges.map((range, n) => read.bytes(range, RANGE_PROOF_BYTES[groups[n]!], `range of ${asset}`)),
  };
}

function parseSibling(value: JsonValue): HiddenSibling {
  const keys = ['cipher', 'commitment', 'equality', 'hash'] as const;
  const { cipher, commitment, equality, hash } = objectWithKeys(value, keys, 'a node of a path');
  return {
    node: recordOf(hash, cipher, 'hash'),
    commitment: read.bytes(commitment, COMMITMENT_BYTES, 'commitment'),
    equality: read.bytes(equality, EQUALITY_PROOF_BYTES, 'equality'),
  };
}

function recordOf(first: JsonValue, cipher: JsonValue, what: string): Uint8Array {
  const record = new Uint8Array(PRIVATE_NODE_BYTES);
  record.set(read.bytes(first, HASH_BYTES, what));
  record.set(read.bytes(cipher, CIPHER_BYTES, 'cipher'), HASH_BYTES);
  return record;
}
