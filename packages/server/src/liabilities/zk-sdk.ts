/**
 * The zero-knowledge engine of private liabilities: @solana/zk-sdk (WASM of solana-zk-sdk over curve25519-dalek), pinned.
 * It was reviewed by zkSecurity in autumn 2025 at another commit than this release; our composition was not reviewed.
 * Objects of the library hold WASM memory, which a build of 100,000 leaves would exhaust: they are freed at once. What
 * goes into the library as an array is freed by it.
 */

import {
  BatchedRangeProofU64Data,
  BatchedRangeProofU128Data,
  BatchedRangeProofU256Data,
  CiphertextCommitmentEqualityProofData,
  ElGamalCiphertext,
  ElGamalKeypair,
  ElGamalSecretKey,
  PedersenCommitment,
  PedersenOpening,
  ZeroCiphertextProofData,
} from '@solana/zk-sdk/node';
import {
  type CipherAmount,
  type PrivateProver,
  type PrivateVerifier,
  type RangeGroup,
  type RangeSlots,
  zkVerifierOf,
} from '@sonae/proof/private-engine';
import { ProofError } from '@sonae/proof/proof-error';

type Freed = { free(): void };
type Proof = Freed & { verify(): void; toBytes(): Uint8Array };

/** Contexts that stand before the proofs in the library's bytes. */
const ZERO_CONTEXT_BYTES = 96;
const EQUALITY_CONTEXT_BYTES = 128;
const RANGE_CONTEXT_BYTES = 264;
const RANGE_BITS = 64;
const RANGES = {
  1: BatchedRangeProofU64Data,
  2: BatchedRangeProofU128Data,
  4: BatchedRangeProofU256Data,
} as const;

/** 32 bytes of a new secret key for one epoch. */
export function newEpochSecret(): Uint8Array {
  return using(new ElGamalSecretKey(), (secret) => secret.toBytes());
}

export const zkVerifier: PrivateVerifier = zkVerifierOf({
  ZeroCiphertextProofData,
  CiphertextCommitmentEqualityProofData,
  BatchedRangeProofU64Data,
  BatchedRangeProofU128Data,
  BatchedRangeProofU256Data,
});

/** A prover under the epoch's secret (32 bytes). Throws `bad-key` when it is no scalar. */
export function createZkProver(secret: Uint8Array): PrivateProver {
  const keypair = keypairOf(secret);
  const key = keypair.pubkey();
  return {
    key: key.toBytes(),
    encrypt: (amount) => using(key.encryptU64(amount), (cipher) => cipher.toBytes()),
    proveZero: (cipher) =>
      using(ciphertextOf(cipher), (ciphertext) =>
        proofOf(new ZeroCiphertextProofData(keypair, ciphertext), ZERO_CONTEXT_BYTES),
      ),
    proveRange: (nodes) => proveRange(keypair, nodes),
  };
}

function proveRange(keypair: ElGamalKeypair, nodes: readonly CipherAmount[]): RangeGroup {
  const slots = nodes.length as RangeSlots;
  const openings = nodes.map(() => new PedersenOpening());
  const commitments = nodes.map(({ amount }, n) =>
    PedersenCommitment.from(amount, openings[n] as PedersenOpening),
  );
  const equalities = nodes.map(({ cipher, amount }, n) =>
    using(ciphertextOf(cipher), (ciphertext) =>
      proofOf(
        new CiphertextCommitmentEqualityProofData(
          keypair,
          ciphertext,
          commitments[n] as PedersenCommitment,
          openings[n] as PedersenOpening,
          amount,
        ),
        EQUALITY_CONTEXT_BYTES,
      ),
    ),
  );
  const commitmentBytes = commitments.map((commitment) => commitment.toBytes());
  const amounts = BigUint64Array.from(nodes, ({ amount }) => amount);
  const bits = new Uint8Array(slots).fill(RANGE_BITS);
  const range = proofOf(new RANGES[slots](commitments, amounts, bits, openings), RANGE_CONTEXT_BYTES);
  return { commitments: commitmentBytes, equalities, range };
}

function keypairOf(secret: Uint8Array): ElGamalKeypair {
  try {
    return using(ElGamalSecretKey.fromBytes(secret), (key) => ElGamalKeypair.fromSecretKey(key));
  } catch {
    throw new ProofError('bad-key', 'the secret of an epoch is a scalar of 32 bytes');
  }
}

function ciphertextOf(bytes: Uint8Array): ElGamalCiphertext {
  const ciphertext = ElGamalCiphertext.fromBytes(bytes);
  if (ciphertext === undefined) throw new ProofError('bad-liabilities', 'a ciphertext is two points');
  return ciphertext;
}

function proofOf(proof: Proof, contextBytes: number): Uint8Array {
  return using(proof, (data) => data.toBytes().slice(contextBytes));
}

function using<T extends Freed, R>(value: T, work: (value: T) => R): R {
  try {
    return work(value);
  } finally {
    value.free();
  }
}
