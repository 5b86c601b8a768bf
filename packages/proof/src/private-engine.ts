/**
 * What private mode needs of a zero-knowledge engine, so that this package carries none: the server and the page that
 * verifies inject @solana/zk-sdk. Bytes are that library's: a proof follows the context that it is about, and the context
 * is always put together here from what the verifier knows, never taken from a file.
 */
import { concatBytes } from './bytes.ts';
import { KEY_BYTES, ZERO_PROOF_BYTES } from './private-liabilities.ts';
import { demand } from './proof-error.ts';

/** Amounts that one range proof is about. */
export type RangeSlots = 1 | 2 | 4;

/** Each takes context and proof as one array, and tells whether it verifies. None throws. */
export type PrivateVerifier = {
  /** ZeroCiphertextProof, 192 bytes: the ciphertext holds 0. */
  isZero(data: Uint8Array): boolean;
  /** CiphertextCommitmentEqualityProof, 320 bytes: ciphertext and commitment hold the same. */
  isEqual(data: Uint8Array): boolean;
  /** BatchedRangeProof over 64 bits each: all commitments hold 0 to 2^64 - 1. */
  isInRange(data: Uint8Array, slots: RangeSlots): boolean;
};

type Checked = { verify(): void; free(): void };
type Reader = { fromBytes(data: Uint8Array): Checked };
/** The part of @solana/zk-sdk that verifies, in any of its builds (node, web). */
export type ZkLibrary = {
  readonly ZeroCiphertextProofData: Reader;
  readonly CiphertextCommitmentEqualityProofData: Reader;
  readonly BatchedRangeProofU64Data: Reader;
  readonly BatchedRangeProofU128Data: Reader;
  readonly BatchedRangeProofU256Data: Reader;
};

/** A verifier on that library. Objects of it hold memory of its own, which is given back at once. */
export function zkVerifierOf(library: ZkLibrary): PrivateVerifier {
  const { BatchedRangeProofU64Data, BatchedRangeProofU128Data, BatchedRangeProofU256Data } = library;
  const ranges = { 1: BatchedRangeProofU64Data, 2: BatchedRangeProofU128Data, 4: BatchedRangeProofU256Data };
  return {
    isZero: (data) => verifies(library.ZeroCiphertextProofData, data),
    isEqual: (data) => verifies(library.CiphertextCommitmentEqualityProofData, data),
    isInRange: (data, slots) => verifies(ranges[slots], data),
  };
}

/** The library throws for a proof that does not verify, and for bytes that are none. */
function verifies(reader: Reader, data: Uint8Array): boolean {
  let proof: Checked | undefined;
  try {
    proof = reader.fromBytes(data);
    proof.verify();
    return true;
  } catch {
    return false;
  } finally {
    proof?.free();
  }
}

/** Commitments to the amounts of some nodes, with what shows that they are those amounts and not negative. */
export type RangeGroup = {
  /** 32 bytes each. */
  readonly commitments: readonly Uint8Array[];
  /** 192 bytes each. */
  readonly equalities: readonly Uint8Array[];
  readonly range: Uint8Array;
};
export type CipherAmount = { readonly cipher: Uint8Array; readonly amount: bigint };
/** Holds the secret half of the epoch's key. */
export type PrivateProver = {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 64 bytes, different at every call. */
  encrypt(amount: bigint): Uint8Array;
  /** That `cipher` holds 0; 96 bytes. */
  proveZero(cipher: Uint8Array): Uint8Array;
  /** One, two or four nodes. */
  proveRange(nodes: readonly CipherAmount[]): RangeGroup;
};

export const COMMITMENT_BYTES = 32;
export const EQUALITY_PROOF_BYTES = 192;
export const RANGE_PROOF_BYTES: Readonly<Record<RangeSlots, number>> = { 1: 672, 2: 736, 4: 800 };
const RANGE_BITS = 64;
/** The library's context has eight places, filled up with zeros. */
const CONTEXT_SLOTS = 8;

/** Context and proof that `cipher` holds 0 under `key`. */
export function zeroData(key: Uint8Array, cipher: Uint8Array, proof: Uint8Array): Uint8Array {
  demand(key.length === KEY_BYTES, 'bad-argument', `a key has ${KEY_BYTES} bytes`);
  demand(proof.length === ZERO_PROOF_BYTES, 'bad-argument', `a zero proof has ${ZERO_PROOF_BYTES} bytes`);
  return concatBytes(key, cipher, proof);
}

/** Context and proof that `cipher` under `key` and `commitment` hold the same amount. */
export function equalityData(
  key: Uint8Array,
  cipher: Uint8Array,
  commitment: Uint8Array,
  proof: Uint8Array,
): Uint8Array {
  return concatBytes(key, cipher, commitment, proof);
}

/** Context and proof that all `commitments` hold 0 to 2^64 - 1. */
export function rangeData(commitments: readonly Uint8Array[], proof: Uint8Array): Uint8Array {
  const context = new Uint8Array(CONTEXT_SLOTS * (COMMITMENT_BYTES + 1));
  for (const [n, commitment] of commitments.entries()) {
    context.set(commitment, n * COMMITMENT_BYTES);
    context[CONTEXT_SLOTS * COMMITMENT_BYTES + n] = RANGE_BITS;
  }
  return concatBytes(context, proof);
}

/**
 * How a path's siblings are grouped for range proofs, counted from the root: fours, then a two, then a one. Customers
 * below the same node share the groups above it.
 */
export function rangeGroups(siblings: number): RangeSlots[] {
  const groups: RangeSlots[] = Array.from({ length: Math.floor(siblings / 4) }, () => 4);
  if (siblings & 2) groups.push(2);
  if (siblings & 1) groups.push(1);
  return groups;
}
