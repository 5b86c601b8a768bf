/**
 * sonae/private-liabilities/v1: what a firm owes its customers, with every amount but the totals hidden. Here stand the
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

export const PRIVATE_LIABILITIES_FORMAT = 'sonae/private-liabilities/v1';
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
const EPOCH_DOMAIN = utf8Encode('sonae/private-liabilities/v1 epoch\n');
const read = fieldReaders('bad-liabilities');

export type PrivateAsset = {
  readonly asset: string;
  /** Leaves of the tree, 1 to 100,000. */
  readonly leaves: number;
  /** Digest of the root node, 32 bytes. */
  readonly root: Uint8Array;
  /** The root's ciphertext, 64 bytes: the sum of all leaves' ciphertexts. */
  readonly sum: Uint8Array;
  /** What is owed to all customers together, smallest units. */
  readonly total: bigint;
  /** That `sum` holds exactly `total`, 96 bytes. */
  readonly proof: Uint8Array;
};
export type PrivateStatement = {
  readonly exchange: string;
  readonly epoch: string;
  readonly at: string;
  /** ElGamal key of the epoch, 32 bytes; its secret half guards privacy, and forges nothing. */
  readonly key: Uint8Array;
  /** Sorted by asset, no asset twice, at least one. */
  readonly assets: readonly PrivateAsset[];
};

/** JSON value of a statement. Throws `bad-liabilities` or `too-large` when it is not one. */
export function privateStatementJson({ exchange, epoch, at, key, assets }: PrivateStatement): JsonValue {
  const value = {
    format: PRIVATE_LIABILITIES_FORMAT,
    exchange,
    epoch,
    at,
    key: toHex(key),
    assets: assets.map(({ asset, leaves, root, sum, total, proof }) => ({
      asset,
      leaves,
      root: toHex(root),
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
  const isFormat = fields.format === PRIVATE_LIABILITIES_FORMAT;
  demand(isFormat, 'bad-liabilities', `the format is not ${PRIVATE_LIABILITIES_FORMAT}`);
  const assets = read.list(fields.assets, MAX_ASSETS, 'assets').map(parseAsset);
  demand(assets.length > 0, 'bad-liabilities', 'a statement has at least one asset');
  read.rising(
    assets.map(({ asset }) => asset),
    'assets',
  );
  return {
    exchange: read.name(fields.exchange, 'exchange'),
    epoch: read.name(fields.epoch, 'epoch'),
    at: read.time(fields.at, 'at'),
    key: read.bytes(fields.key, KEY_BYTES, 'key'),
    assets,
  };
}

/** The 32 bytes that go into the log: SHA-256("sonae/private-liabilities/v1 epoch\n" || canonical JSON). */
export function privateEpochRoot(statement: PrivateStatement, sha256: Sha256 = plainSha256): Uint8Array {
  const bytes = canonicalBytes(privateStatementJson(statement));
  return Uint8Array.from(sha256(concatBytes(EPOCH_DOMAIN, bytes)));
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

function parseAsset(value: JsonValue): PrivateAsset {
  const keys = ['asset', 'leaves', 'proof', 'root', 'sum', 'total'] as const;
  const fields = objectWithKeys(value, keys, 'an asset of a private statement');
  const asset = read.asset(fields.asset, 'asset');
  const leaves = read.count(fields.leaves, `leaves of ${asset}`);
  const fits = leaves >= 1 && leaves <= MAX_PRIVATE_LEAVES;
  demand(fits, 'bad-liabilities', `leaves of ${asset} must be 1 to ${MAX_PRIVATE_LEAVES}`);
  return {
    asset,
    leaves,
    root: read.bytes(fields.root, HASH_BYTES, `root of ${asset}`),
    sum: read.bytes(fields.sum, CIPHER_BYTES, `sum of ${asset}`),
    total: readPrivateAmount(fields.total, `total of ${asset}`),
    proof: read.bytes(fields.proof, ZERO_PROOF_BYTES, `proof of ${asset}`),
  };
}
