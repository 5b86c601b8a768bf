/**
 * C2SP tlog-checkpoint: the signed head of a log (origin, size, root hash), as a signed note.
 * Spec: https://c2sp.org/tlog-checkpoint@v1.0.0, section "Note text".
 */
import { fromBase64, toBase64 } from './bytes.ts';
import { HASH_BYTES, isSize } from './merkle.ts';
import { demand } from './proof-error.ts';
import { isSameKey, type NoteVerifier, openNote } from './signed-note.ts';

export type Checkpoint = {
  /** Identity of the log. */
  readonly origin: string;
  /** Entries in the tree. */
  readonly size: number;
  /** Root hash, 32 bytes. */
  readonly root: Uint8Array;
  /** Opaque lines after the root; not recommended by the spec, normally empty. */
  readonly extensions: readonly string[];
};

/** A checkpoint whose log signature is verified, and the names of the given witnesses that cosigned it. */
export type OpenedCheckpoint = Checkpoint & { readonly witnesses: readonly string[] };

/** Note text of a checkpoint, to be signed. Throws `bad-checkpoint`. */
export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  const text = `${[origin, size, toBase64(root), ...extensions].join('\n')}\n`;
  parseCheckpoint(text);
  return text;
}

/** The checkpoint in a note text. Nothing is verified. Throws `bad-checkpoint` or `bad-encoding`. */
export function parseCheckpoint(text: string): Checkpoint {
  demand(text.endsWith('\n'), 'bad-checkpoint', 'a checkpoint ends with a newline');
  const lines = text.slice(0, -1).split('\n');
  demand(lines.length >= 3, 'bad-checkpoint', 'a checkpoint has at least an origin, a size and a root hash');
  demand(!lines.includes(''), 'bad-checkpoint', 'a checkpoint has no empty lines');
  const [origin, sizeText, rootText, ...extensions] = lines as [string, string, string, ...string[]];
  const root = fromBase64(rootText);
  demand(root.length === HASH_BYTES, 'bad-checkpoint', `a root hash has ${HASH_BYTES} bytes`);
  return { origin, size: parseSize(sizeText, 'tree size'), root, extensions };
}

/**
 * Verifies the signed note `note` by the log's key and returns its checkpoint. `witnesses` that cosigned are checked
 * and named in the result; how many of them are enough is the caller's policy.
 * The origin must be `origin`, by default the name of the log's key.
 * Throws `bad-signature`, `bad-note`, `bad-checkpoint`, `bad-encoding` or `too-large`.
 */
export function openCheckpoint(
  note: string,
  verifier: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
  origin: string = verifier.name,
): OpenedCheckpoint {
  const { text, signatures } = openNote(note, [verifier, ...witnesses]);
  const isByLog = signatures.some((signature) => isSameKey(signature, verifier));
  demand(isByLog, 'bad-signature', `the checkpoint is not signed by the log ${verifier.name}`);
  const checkpoint = parseCheckpoint(text);
  demand(checkpoint.origin === origin, 'bad-checkpoint', `the checkpoint is of another log than ${origin}`);
  const cosigned = signatures.filter((signature) => !isSameKey(signature, verifier));
  return { ...checkpoint, witnesses: cosigned.map(({ name }) => name) };
}

/** A tree size or entry index in decimal without leading zeroes. Throws `bad-encoding`, naming `what` it is. */
export function parseSize(text: string, what: string): number {
  const value = Number(text);
  demand(isSize(value) && String(value) === text, 'bad-encoding', `${what} is not a plain decimal number`);
  return value;
}
