/**
 * sonae/liabilities/v1 and v2: what a firm says it owes at one moment, as one Merkle-sum tree per asset under one epoch root.
 * Here stand the format's constants, the statement (all assets, sums and roots of an epoch), the epoch root and the
 * texts of amounts; LIABILITIES.md of this package describes the whole format for other implementers.
 */
import { concatBytes, fromHex, toHex, utf8Encode } from './bytes.ts';
import { canonicalBytes, canonicalJson, type JsonValue, objectWithKeys } from './canonical-json.ts';
import { HASH_BYTES, isSize, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';

/** All that there have been: what was published in one of them is verified for ever. */
export const LIABILITIES_FORMATS = ['sonae/liabilities/v1', 'sonae/liabilities/v2'] as const;
export type LiabilitiesFormat = (typeof LIABILITIES_FORMATS)[number];
/** What is built today. */
export const LIABILITIES_FORMAT: LiabilitiesFormat = 'sonae/liabilities/v2';
/** Amounts are unsigned integers of 128 bits in the asset's smallest unit. */
export const MAX_AMOUNT = 2n ** 128n - 1n;
export const AMOUNT_BYTES = 16;
/** A statement travels inside every customer's file, so it has to stay small. */
export const MAX_ASSETS = 1_000;
export const MAX_CUSTOMER_BYTES = 200;
const MAX_AMOUNT_DIGITS = 39;

/** What is owed: `credit` by the firm to customers, `debt` by customers to the firm. They are never netted. */
export type Amounts = { readonly credit: bigint; readonly debt: bigint };

/** One asset of a statement. */
export type AssetTotal = Amounts & {
  readonly asset: string;
  /** Leaves of the asset's tree, at least 1. */
  readonly leaves: number;
  /** Digest of the tree's root node, 32 bytes. */
  readonly root: Uint8Array;
};

export type Statement = {
  readonly format: LiabilitiesFormat;
  /** Lasting public name of the firm, for instance its domain; 1 to 100 printable ASCII characters, no space. */
  readonly exchange: string;
  /** Name of the moment, never used twice by an exchange; same characters. */
  readonly epoch: string;
  /** The moment itself, `YYYY-MM-DDTHH:MM:SS.sssZ`. */
  readonly at: string;
  /** Sorted by asset name (UTF-16 code units), no asset twice, at least one. */
  readonly assets: readonly AssetTotal[];
};

/** JSON value of a statement. Throws `bad-liabilities` or `too-large` when it is not one. */
export function statementJson(statement: Statement): JsonValue {
  const { format, exchange, epoch, at, assets } = statement;
  const value = {
    format,
    exchange,
    epoch,
    at,
    assets: assets.map(({ asset, leaves, credit, debt, root }) => ({
      asset,
      leaves,
      credit: String(credit),
      debt: String(debt),
      root: toHex(root),
    })),
  };
  parseStatement(value);
  return value;
}

/** A statement from its JSON value, strictly. Throws `bad-liabilities`, `bad-json`, `bad-encoding` or `too-large`. */
export function parseStatement(value: JsonValue): Statement {
  const keys = ['assets', 'at', 'epoch', 'exchange', 'format'] as const;
  const { format, exchange, epoch, at, assets } = objectWithKeys(value, keys, 'a statement');
  demand(isLiabilitiesFormat(format), 'bad-liabilities', `the format is none of ${LIABILITIES_FORMATS}`);
  demand(Array.isArray(assets), 'bad-liabilities', 'assets of a statement are not an array');
  demand(assets.length > 0, 'bad-liabilities', 'a statement has at least one asset');
  demand(assets.length <= MAX_ASSETS, 'too-large', `a statement has at most ${MAX_ASSETS} assets`);
  const totals = assets.map(parseTotal);
  for (let n = 1; n < totals.length; n++) {
    const inOrder = totals[n - 1]!.asset < totals[n]!.asset;
    demand(inOrder, 'bad-liabilities', `assets are not sorted, or twice there: ${totals[n]!.asset}`);
  }
  return {
    format,
    exchange: nameOf(exchange, 'exchange'),
    epoch: nameOf(epoch, 'epoch'),
    at: timeOf(at),
    assets: totals,
  };
}

/**
 * The 32 bytes that go into the log: SHA-256(format || " epoch\n" || canonical JSON of the statement).
 * Throws as `statementJson`.
 */
export function epochRoot(statement: Statement, sha256: Sha256 = plainSha256): Uint8Array {
  const domain = utf8Encode(`${statement.format} epoch\n`);
  return Uint8Array.from(sha256(concatBytes(domain, canonicalBytes(statementJson(statement)))));
}

/** Whether `a` and `b`, both of which verify, show that the exchange told two stories about one epoch. */
export function isEquivocation(a: Statement, b: Statement): boolean {
  const isSameEpoch = a.exchange === b.exchange && a.epoch === b.epoch;
  return isSameEpoch && canonicalJson(statementJson(a)) !== canonicalJson(statementJson(b));
}

/** The statement's line about `asset`. Throws `liabilities-balance` when it has none. */
export function totalOf(statement: Statement, asset: string): AssetTotal {
  const total = statement.assets.find((candidate) => candidate.asset === asset);
  demand(total !== undefined, 'liabilities-balance', `the statement does not know the asset ${asset}`);
  return total;
}

/** Amount of a decimal text in its one form. Throws `bad-liabilities`; negative amounts have no form. */
export function parseAmount(value: JsonValue | undefined, what: string): bigint {
  const isDecimal =
    typeof value === 'string' && value.length <= MAX_AMOUNT_DIGITS && /^(0|[1-9]\d*)$/.test(value);
  demand(isDecimal, 'bad-liabilities', `${what} must be a whole number from 0, as decimal text`);
  const amount = BigInt(value);
  demand(isAmount(amount), 'bad-liabilities', `${what} does not fit in 128 bits`);
  return amount;
}

export function isAmount(amount: bigint): boolean {
  return amount >= 0n && amount <= MAX_AMOUNT;
}

/** Sum of two amounts. Throws `liabilities-sum` beyond 128 bits: wrapping around would hide what is owed. */
export function addAmounts(a: Amounts, b: Amounts): Amounts {
  const sum = { credit: a.credit + b.credit, debt: a.debt + b.debt };
  const fits = isAmount(sum.credit) && isAmount(sum.debt);
  demand(fits, 'liabilities-sum', 'a sum does not fit in 128 bits');
  return sum;
}

/** Writes 16 bytes, big-endian. Throws `bad-argument` for a negative amount or one beyond 128 bits. */
export function writeAmount(amount: bigint, bytes: Uint8Array, at: number): void {
  demand(isAmount(amount), 'bad-argument', `${amount} is not an amount from 0 to 2^128 - 1`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, AMOUNT_BYTES);
  view.setBigUint64(0, amount >> 64n);
  view.setBigUint64(8, BigInt.asUintN(64, amount));
}

/** The amount in 16 bytes, big-endian. */
export function readAmount(bytes: Uint8Array, at: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, AMOUNT_BYTES);
  return (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
}

export function isLiabilitiesFormat(value: JsonValue | undefined): value is LiabilitiesFormat {
  return LIABILITIES_FORMATS.some((format) => format === value);
}

/** Names an asset may have, also as a part of a path. */
export function isAssetName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}

/** Names an exchange or an epoch may have. */
export function isPublicName(text: string): boolean {
  return /^[\x21-\x7e]{1,100}$/.test(text);
}

/** UTF-8 bytes of a customer's id. Throws `bad-argument` unless there are 1 to `MAX_CUSTOMER_BYTES`. */
export function customerBytes(customer: string): Uint8Array {
  const bytes = utf8Encode(customer);
  const fits = bytes.length >= 1 && bytes.length <= MAX_CUSTOMER_BYTES;
  demand(fits, 'bad-argument', `a customer's id has 1 to ${MAX_CUSTOMER_BYTES} bytes`);
  return bytes;
}

/** 32 bytes from hex. Throws `bad-liabilities` or `bad-encoding`. */
export function digestOf(value: JsonValue | undefined, what: string): Uint8Array {
  demand(typeof value === 'string', 'bad-liabilities', `${what} must be hex text`);
  const bytes = fromHex(value);
  demand(bytes.length === HASH_BYTES, 'bad-liabilities', `${what} has ${HASH_BYTES} bytes`);
  return bytes;
}

function parseTotal(value: JsonValue): AssetTotal {
  const keys = ['asset', 'credit', 'debt', 'leaves', 'root'] as const;
  const { asset, credit, debt, leaves, root } = objectWithKeys(value, keys, 'an asset of a statement');
  const isNamed = typeof asset === 'string' && isAssetName(asset);
  demand(isNamed, 'bad-liabilities', 'an asset has 1 to 64 letters, digits, dots, dashes or underscores');
  const isCount = typeof leaves === 'number' && isSize(leaves) && leaves > 0;
  demand(isCount, 'bad-liabilities', `leaves of ${asset} is not a tree size from 1`);
  return {
    asset,
    leaves,
    credit: parseAmount(credit, `credit of ${asset}`),
    debt: parseAmount(debt, `debt of ${asset}`),
    root: digestOf(root, `root of ${asset}`),
  };
}

function nameOf(value: JsonValue, what: string): string {
  const isName = typeof value === 'string' && isPublicName(value);
  demand(isName, 'bad-liabilities', `${what} must be 1 to 100 printable ASCII characters without spaces`);
  return value;
}

function timeOf(value: JsonValue): string {
  const isShaped = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
  const millis = isShaped ? Date.parse(value) : Number.NaN;
  const isTime = isShaped && Number.isFinite(millis) && new Date(millis).toISOString() === value;
  demand(isTime, 'bad-liabilities', 'at must be a time as YYYY-MM-DDTHH:MM:SS.sssZ');
  return value;
}
