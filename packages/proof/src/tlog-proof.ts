/**
 * C2SP tlog-proof: a text file that proves offline that an entry is in a log: index, inclusion proof, checkpoint.
 * Spec: https://c2sp.org/tlog-proof (draft of 2026, header "c2sp.org/tlog-proof@v1"), section "Format".
 */
import { fromBase64, toBase64 } from './bytes.ts';
import { type OpenedCheckpoint, openCheckpoint, parseSize } from './checkpoint.ts';
import { HASH_BYTES, leafHash, plainSha256, type Sha256, verifyInclusion } from './merkle.ts';
import { demand } from './proof-error.ts';
import { MAX_NOTE_LENGTH, type NoteVerifier } from './signed-note.ts';

export type TlogProof = {
  /** Index of the entry in the log, from 0. */
  readonly index: number;
  /** Inclusion proof, leaf's sibling first, 32 bytes each. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint note, verbatim. */
  readonly checkpoint: string;
  /** Opaque and unauthenticated; never trust it. */
  readonly extra?: Uint8Array;
};

const HEADER = 'c2sp.org/tlog-proof@v1';
/** No tree within `MAX_TREE_SIZE` has longer paths. */
const MAX_PROOF_HASHES = 48;
const MAX_EXTRA_LENGTH = 100_000;

/** Text of a proof. Throws `bad-proof`. */
export function formatTlogProof({ index, proof, checkpoint, extra }: TlogProof): string {
  const extraLine = extra === undefined ? [] : [`extra ${toBase64(extra)}`];
  const text = [HEADER, ...extraLine, `index ${index}`, ...proof.map(toBase64), '', checkpoint].join('\n');
  parseTlogProof(text);
  return text;
}

/** Parts of a proof. Nothing is verified. Throws `bad-proof`, `bad-encoding` or `too-large`. */
export function parseTlogProof(text: string): TlogProof {
  const maxLength = MAX_NOTE_LENGTH + MAX_EXTRA_LENGTH;
  demand(text.length <= maxLength, 'too-large', `a proof has at most ${maxLength} characters`);
  const headEnd = text.indexOf('\n\n');
  demand(headEnd >= 0, 'bad-proof', 'a proof has an empty line before its checkpoint');
  const [header, ...lines] = text.slice(0, headEnd).split('\n');
  demand(header === HEADER, 'bad-proof', `a proof starts with the line ${HEADER}`);
  const extraText = lines[0]?.startsWith('extra ') ? lines.shift()!.slice('extra '.length) : undefined;
  const indexLine = lines.shift() ?? '';
  demand(indexLine.startsWith('index '), 'bad-proof', 'a proof states the index of its entry');
  demand(lines.length <= MAX_PROOF_HASHES, 'too-large', `a proof has at most ${MAX_PROOF_HASHES} hashes`);
  const proof = lines.map(fromBase64);
  const areHashes = proof.every((hash) => hash.length === HASH_BYTES);
  demand(areHashes, 'bad-proof', `a proof's hashes have ${HASH_BYTES} bytes`);
  const index = parseSize(indexLine.slice('index '.length), 'entry index');
  const parsed = { index, proof, checkpoint: text.slice(headEnd + 2) };
  return extraText === undefined ? parsed : { ...parsed, extra: fromBase64(extraText) };
}

export type VerifiedEntry = { readonly index: number; readonly checkpoint: OpenedCheckpoint };

/**
 * Verifies that the bytes `entry` are in the log of `verifier`, and returns where and under which checkpoint, with the
 * names of the `witnesses` that cosigned it. How many witnesses are enough is the caller's policy.
 * Throws `bad-proof` when the entry is not there, or what `parseTlogProof` and `openCheckpoint` throw.
 */
export function verifyTlogProof(
  text: string,
  entry: Uint8Array,
  verifier: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
  sha256: Sha256 = plainSha256,
): VerifiedEntry {
  const { index, proof, checkpoint: note } = parseTlogProof(text);
  const checkpoint = openCheckpoint(note, verifier, witnesses);
  const { size, root } = checkpoint;
  const isIncluded = verifyInclusion({ index, size, leaf: leafHash(entry, sha256), proof, root }, sha256);
  demand(isIncluded, 'bad-proof', `the entry is not at index ${index} of the log`);
  return { index, checkpoint };
}
