/**
 * sonae/private-liabilities: what a firm owes its customers, with every amount but the totals hidden. Here stand the
 * statement of an epoch and its root, which take nothing but hashing; the tree is in private-tree, the customer's file in
 * private-proof. PRIVATE-LIABILITIES.md of this package describes the format for other implementers.
 *
 * Audited components, own composition: the curve code and the zero-knowledge proofs were audited by others, the way they
 * are put together here was not.
 */
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import { canonicalBytes, type JsonValue, objectWithKeys } from './canonical-json.ts';
import { MAX_ASSETS } from './liabilities.ts';
import { HASH_BYTES, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import { fieldReaders } from './reserves-fields.ts';

/** The first version: amounts in smallest units. Trees are named by it in every version. */
export const PRIVATE_LIABILITIES_FORMAT = 'sonae/private-liabilities/v1';
/** The version that is written: amounts in 10^scale smallest units, each rounded up. */
export const PRIVATE_LIABILITIES_FORMAT_2 = 'sonae/private-liabilities/v2';
export const PRIVATE_FORMATS = [PRIVATE_LIABILITIES_FORMAT, PRIVATE_LIABILITIES_FORMAT_2] as const;
export type PrivateFormat = (typeof PRIVATE_FORMATS)[number];
export const isPrivateFormat = (value: unknown): value is PrivateFormat =>
  PRIVATE_FORMATS.some((format) => format === value);
/** For everything that shows results of this mode to people. */
export const PRIVATE_LABEL = {
  en: 'Audited components, own composition: the parts were reviewed independently, their combination was not.',
  ja: '構成要素は第三者監査済み、組み合わせは独自設計：各部品は独立した監査を受けているが、その組み合わせは未監査である。',
} as const;
/** Range proofs are about 64 bits: an asset whose total is larger in its smallest unit is stated in a larger one. */
export const MAX_PRIVATE_AMOUNT = 2n ** 64n - 1n;
/** Accounts of one build. */
export const MAX_PRIVATE_LEAVES = 100_000;
export const KEY_BYTES = 32;
/** Twisted ElGamal ciphertext: commitment C and handle D, one compressed ristretto255 point each. */
export const CIPHER_BYTES = 64;
export const ZERO_PROOF_BYTES = 96;
/** So many digits are more than any asset has. */
const MAX_SCALE = 30;
const read = fieldReaders('bad-liabilities');

export type PrivateAsset = {
  readonly asset: string;
  /** Leaves of the tree, 1 to 100,000. */
  readonly leaves: number;
  /** Digest of the root node, 32 bytes. */
  readonly root: Uint8Array;
  /** The root's ciphertext, 64 bytes: the sum of all leaves' ciphertexts. */
  readonly sum: Uint8Array;
  /** Amounts of this tree are in units of 10^scale smallest units; 0 to 30, and 0 in the first version. */
  readonly scale: number;
  /** What is owed to all customers together, in those units. */
  readonly total: bigint;
  /** That `sum` holds exactly `total`, 96 bytes. */
  readonly proof: Uint8Array;
};
export type PrivateStatement = {
  readonly format: PrivateFormat;
  readonly exchange: string;
  readonly epoch: string;
  readonly at: string;
  /** ElGamal key of the epoch, 32 bytes; its secret half guards privacy, and forges nothing. */
  readonly key: Uint8Array;
  /** Sorted by asset, no asset twice, at least one. */
  readonly assets: readonly PrivateAsset[];
};

/** What is owed in smallest units: each customer's amount was rounded up, so it is never less than what is owed. */
export const owedInSmallest = ({ total, scale }: Pick<PrivateAsset, 'total' | 'scale'>): bigint =>
  total * unitOf(scale);

/** Smallest units in one unit of an amount. */
export const unitOf = (scale: number): bigint => 10n ** BigInt(scale);

/** An amount of smallest units in units of 10^scale, rounded up: nobody is counted with less than they are owed. Throws `bad-argument` below 0. */
export function scaledUp(smallest: bigint, scale: number): bigint {
  demand(smallest >= 0n, 'bad-argument', `an amount that is owed is not ${smallest}`);
  const unit = unitOf(scale);
  return (smallest + unit - 1n) / unit;
}

/** JSON value of a statement. Throws `bad-liabilities` or `too-large` when it is not one. */
export function privateStatementJson({
  format,
  exchange,
  epoch,
  at,
  key,
  assets,
}: PrivateStatement): JsonValue {
  const isScaled = format !== PRIVATE_LIABILITIES_FORMAT;
  demand(isScaled || assets.every(({ scale }) => scale === 0), 'bad-liabilities', `${format} has no scale`);
  const value = {
    format,
    exchange,
    epoch,
    at,
    key: toHex(key),
    assets: assets.map(({ asset, leaves, root, sum, scale, total, proof }) => ({
      asset,
      leaves,
      root: toHex(root),
      ...(isScaled ? { scale } : {}),
      sum: toHex(sum),
      total: String(total),
      proof: toHex(proof),
    })),
  };
  parsePrivateStatement(value);
  return value;
}

/** A statement from its JSON value, strictly. Nothing is proved. Throws `bad-liabilities`, `bad-json`, `too-large`. */
export function parsePrivateStatement(value: JsonValue): PrivateStatement {
  const keys = ['assets', 'at', 'epoch', 'exchange', 'format', 'key'] as const;
  const fields = objectWithKeys(value, keys, 'a private statement');
  const { format } = fields;
  demand(isPrivateFormat(format), 'bad-liabilities', `the format is none of ${PRIVATE_FORMATS}`);
  const assets = read.list(fields.assets, MAX_ASSETS, 'assets').map((one) => parseAsset(one, format));
  demand(assets.length > 0, 'bad-liabilities', 'a statement has at least one asset');
  read.rising(
    assets.map(({ asset }) => asset),
    'assets',
  );
  return {
    format,
    exchange: read.name(fields.exchange, 'exchange'),
    epoch: read.name(fields.epoch, 'epoch'),
    at: read.time(fields.at, 'at'),
    key: read.bytes(fields.key, KEY_BYTES, 'key'),
    assets,
  };
}

/** The 32 bytes that go into the log: SHA-256(format || " epoch\n" || canonical JSON). */
export function privateEpochRoot(statement: PrivateStatement, sha256: Sha256 = plainSha256): Uint8Array {
  const bytes = canonicalBytes(privateStatementJson(statement));
  return Uint8Array.from(sha256(concatBytes(utf8Encode(`${statement.format} epoch\n`), bytes)));
}

/** An amount of private mode. Throws `bad-liabilities` naming the limit of 64 bits. */
export function readPrivateAmount(value: JsonValue | undefined, what: string): bigint {
  const amount = read.amount(value, what);
  demand(
    amount <= MAX_PRIVATE_AMOUNT,
    'bad-liabilities',
    `${what} does not fit in the 64 bits of private mode`,
  );
  return amount;
}

const ASSET_KEYS = ['asset', 'leaves', 'proof', 'root', 'sum', 'total'] as const;
const SCALED_KEYS = ['asset', 'leaves', 'proof', 'root', 'scale', 'sum', 'total'] as const;

function parseAsset(value: JsonValue, format: PrivateFormat): PrivateAsset {
  const what = 'an asset of a private statement';
  const isScaled = format !== PRIVATE_LIABILITIES_FORMAT;
  const scaled = isScaled ? objectWithKeys(value, SCALED_KEYS, what) : null;
  const fields = scaled ?? objectWithKeys(value, ASSET_KEYS, what);
  const asset = read.asset(fields.asset, 'asset');
  const leaves = read.count(fields.leaves, `leaves of ${asset}`);
  const fits = leaves >= 1 && leaves <= MAX_PRIVATE_LEAVES;
  demand(fits, 'bad-liabilities', `leaves of ${asset} must be 1 to ${MAX_PRIVATE_LEAVES}`);
  const scale = scaled === null ? 0 : read.count(scaled.scale, `scale of ${asset}`);
  demand(scale <= MAX_SCALE, 'bad-liabilities', `scale of ${asset} must be 0 to ${MAX_SCALE}`);
  return {
    asset,
    leaves,
    root: read.bytes(fields.root, HASH_BYTES, `root of ${asset}`),
    sum: read.bytes(fields.sum, CIPHER_BYTES, `sum of ${asset}`),
    scale,
    total: readPrivateAmount(fields.total, `total of ${asset}`),
    proof: read.bytes(fields.proof, ZERO_PROOF_BYTES, `proof of ${asset}`),
  };
}
