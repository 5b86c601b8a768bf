/**
 * Disclosure of one fact of a private log. The public log holds, per fact, only a commitment through a random salt:
 * tiles and checkpoints say nothing about facts, and a fact is disclosed by publishing its salt and value.
 * Sonae's own format, on top of RFC 8785 and C2SP tlog-proof.
 */
import { concatBytes, fromBase64, utf8Encode } from './bytes.ts';
import {
  canonicalBytes,
  canonicalJson,
  type JsonValue,
  objectWithKeys,
  parseCanonicalJson,
} from './canonical-json.ts';
import type { OpenedCheckpoint } from './checkpoint.ts';
import { isSize, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import type { NoteVerifier } from './signed-note.ts';
import { parseTlogProof, verifyTlogProof } from './tlog-proof.ts';

export type Disclosure = {
  /** Index of the fact in the log, from 0. */
  readonly index: number;
  /** 32 random bytes, base64. */
  readonly salt: string;
  readonly fact: JsonValue;
  /** C2SP tlog-proof text for the fact's commitment, without extra data. */
  readonly tlogProof: string;
};

export const SALT_BYTES = 32;
/** Separates commitments from anything else that is hashed. */
const COMMITMENT_DOMAIN = utf8Encode('sonae/fact/v1\n');

/**
 * The log entry (32 bytes) that stands for a fact: SHA-256("sonae/fact/v1\n" || salt || factBytes), where `factBytes`
 * are the canonical bytes of the fact and `salt` is 32 random bytes, never used twice. Its Merkle leaf is
 * `leafHash(commitment)`. Throws `bad-argument` for a salt of another length.
 */
export function factCommitment(
  salt: Uint8Array,
  factBytes: Uint8Array,
  sha256: Sha256 = plainSha256,
): Uint8Array {
  demand(salt.length === SALT_BYTES, 'bad-argument', `a salt has ${SALT_BYTES} bytes`);
  return sha256(concatBytes(COMMITMENT_DOMAIN, salt, factBytes));
}

/** One line of canonical JSON, without a newline. Throws as `parseDisclosure`. */
export function formatDisclosure({ index, salt, fact, tlogProof }: Disclosure): string {
  const text = canonicalJson({ index, salt, fact, tlogProof });
  parseDisclosure(text);
  return text;
}

/** A disclosure from its text. Nothing is verified. Throws `bad-json`, `bad-disclosure` or `bad-encoding`. */
export function parseDisclosure(text: string): Disclosure {
  const value = parseCanonicalJson(text);
  const { index, salt, fact, tlogProof } = objectWithKeys(
    value,
    ['fact', 'index', 'salt', 'tlogProof'],
    'a disclosure',
  );
  const isTyped = typeof index === 'number' && typeof salt === 'string' && typeof tlogProof === 'string';
  demand(isTyped, 'bad-disclosure', 'a disclosure has a number index and texts salt and tlogProof');
  demand(isSize(index), 'bad-disclosure', `${index} is not an index`);
  demand(fromBase64(salt).length === SALT_BYTES, 'bad-disclosure', `a salt has ${SALT_BYTES} bytes`);
  return { index, salt, fact, tlogProof };
}

/**
 * Verifies that the log of `verifier` holds this fact at this index, and returns the fact and the checkpoint (with the
 * names of the `witnesses` that cosigned it).
 * Throws `bad-disclosure`, `bad-json`, or what `verifyTlogProof` throws.
 */
export function verifyDisclosure(
  disclosure: Disclosure,
  verifier: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
  sha256: Sha256 = plainSha256,
): { fact: JsonValue; checkpoint: OpenedCheckpoint } {
  const { index, salt, fact, tlogProof } = parseDisclosure(canonicalJson(disclosure));
  const proof = parseTlogProof(tlogProof);
  demand(proof.index === index, 'bad-disclosure', 'the disclosure and its proof name different indexes');
  demand(
    proof.extra === undefined,
    'bad-disclosure',
    'the proof carries extra data, which nothing authenticates',
  );
  const commitment = factCommitment(fromBase64(salt), canonicalBytes(fact), sha256);
  const { checkpoint } = verifyTlogProof(tlogProof, commitment, verifier, witnesses, sha256);
  return { fact, checkpoint };
}
