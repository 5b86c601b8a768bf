/**
 * C2SP signed-note: a text and signature lines under it, readable by people and by every other log tool.
 * Spec: https://c2sp.org/signed-note@v1.0.0. Only Ed25519 (type 0x01) is made and checked here; other types sit beside
 * it as further `NoteVerifier`s (see cosignature.ts). Private keys stay behind injected functions.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8Encode } from './bytes.ts';
import { plainSha256 } from './merkle.ts';
import { demand, type ProofErrorCode } from './proof-error.ts';

export type NoteVerifier = {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** Whether `signature` (without its key ID) is this key's over `text`. Never throws. */
  verify(text: Uint8Array, signature: Uint8Array): boolean;
};

export type NoteSigner = {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** Signature over `text`, without its key ID. */
  sign(text: Uint8Array): Uint8Array;
};

/** One signature line; `signature` excludes the key ID. */
export type NoteSignature = {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
};
/** `text` ends in a newline and is what the signatures cover. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };
export type VerifierKey = {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** Signature type byte, spec section "Signature types". */
  readonly type: number;
  readonly publicKey: Uint8Array;
};
export type VerifySignature = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

/** Spec section "Signature types". */
export const ED25519_TYPE = 0x01;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** Spec section "Format": at least 16 must be accepted, and there should be a limit. */
export const MAX_NOTE_SIGNATURES = 64;
/** In UTF-16 units; a post-quantum signature line has about 5,000. */
export const MAX_NOTE_LENGTH = 1_000_000;
const KEY_ID_BYTES = 4;
const SIGNATURE_PREFIX = '— ';

/** Strict RFC 8032 verification: canonical points only, no small-order keys. Returns false for malformed input. */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== PUBLIC_KEY_BYTES) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: false });
}

/** Key ID: the first 4 bytes of SHA-256(name || newline || type || public key). */
export function noteKeyId(name: string, type: number, publicKey: Uint8Array): Uint8Array {
  const hash = plainSha256(concatBytes(utf8Encode(`${name}\n`), Uint8Array.of(type), publicKey));
  return hash.slice(0, KEY_ID_BYTES);
}

/** Key ID of an Ed25519 note key. */
export function ed25519KeyId(name: string, publicKey: Uint8Array): Uint8Array {
  return noteKeyId(name, ED25519_TYPE, publicKey);
}

/** `<name>+<hex key ID>+<base64(type || public key)>`. Throws `bad-key`. */
export function formatVerifierKey(name: string, publicKey: Uint8Array, type: number = ED25519_TYPE): string {
  checkName(name, 'bad-key');
  demand(
    publicKey.length === PUBLIC_KEY_BYTES,
    'bad-key',
    `an Ed25519 public key has ${PUBLIC_KEY_BYTES} bytes`,
  );
  const keyId = toHex(noteKeyId(name, type, publicKey));
  return `${name}+${keyId}+${toBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/** Parts of a verifier key of any type; its key ID must be the recommended one. Throws `bad-key` or `bad-encoding`. */
export function parseVerifierKey(vkey: string): VerifierKey {
  const nameEnd = vkey.indexOf('+');
  const idEnd = vkey.indexOf('+', nameEnd + 1);
  demand(nameEnd >= 0 && idEnd >= 0, 'bad-key', 'a verifier key is <name>+<hex key ID>+<base64>');
  const name = vkey.slice(0, nameEnd);
  checkName(name, 'bad-key');
  const keyId = fromHex(vkey.slice(nameEnd + 1, idEnd));
  const typeAndKey = fromBase64(vkey.slice(idEnd + 1));
  demand(typeAndKey.length > 1, 'bad-key', 'a verifier key holds a type byte and a public key');
  const type = typeAndKey[0]!;
  const publicKey = typeAndKey.slice(1);
  const isOwnId = equalBytes(keyId, noteKeyId(name, type, publicKey));
  demand(isOwnId, 'bad-key', 'the key ID does not belong to this name and public key');
  return { name, keyId, type, publicKey };
}

/** `parseVerifierKey`, for a key that must be Ed25519 material of signature type `type`. */
export function parseEd25519Key(vkey: string, type: number): VerifierKey {
  const key = parseVerifierKey(vkey);
  const fits = key.type === type && key.publicKey.length === PUBLIC_KEY_BYTES;
  demand(fits, 'bad-key', `not a verifier key of signature type ${type} with a public key of 32 bytes`);
  return key;
}

/** Verifier of an Ed25519 `vkey` (type 0x01). Throws `bad-key` or `bad-encoding` for the key only. */
export function ed25519Verifier(
  vkey: string,
  verifySignature: VerifySignature = verifyEd25519,
): NoteVerifier {
  const { name, keyId, publicKey } = parseEd25519Key(vkey, ED25519_TYPE);
  return {
    name,
    keyId,
    verify(text, signature) {
      return verifiesSafely(verifySignature, signature, text, publicKey);
    },
  };
}

/** Signer whose private key stays behind `sign`, which returns a raw Ed25519 signature over its argument. */
export function ed25519Signer(key: {
  name: string;
  publicKey: Uint8Array;
  sign: (message: Uint8Array) => Uint8Array;
}): NoteSigner {
  checkName(key.name, 'bad-key');
  return { name: key.name, keyId: ed25519KeyId(key.name, key.publicKey), sign: key.sign };
}

/** An injected function that throws has not verified anything. */
export function verifiesSafely(
  verifySignature: VerifySignature,
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  try {
    return signature.length === SIGNATURE_BYTES && verifySignature(signature, message, publicKey);
  } catch {
    return false;
  }
}

/** `— <name> <base64(key ID || signature)>` and a newline. */
export function formatSignatureLine({ name, keyId, signature }: NoteSignature): string {
  checkName(name, 'bad-note');
  return `${SIGNATURE_PREFIX}${name} ${toBase64(concatBytes(keyId, signature))}\n`;
}

/** The note of `text` (which ends in a newline) under `signatures`. Throws `bad-note` or `too-large`. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  const note = `${text}\n${signatures.map(formatSignatureLine).join('')}`;
  demand(parseNote(note).text === text, 'bad-note', 'the text of a note ends with a newline');
  return note;
}

/** `formatNote` with one signature by each signer. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const bytes = utf8Encode(text);
  return formatNote(
    text,
    signers.map(({ name, keyId, sign }) => ({ name, keyId, signature: sign(bytes) })),
  );
}

/** Text and signatures of a note. Nothing is verified: do not use the text. Throws `bad-note` or `too-large`. */
export function parseNote(note: string): Note {
  demand(note.length <= MAX_NOTE_LENGTH, 'too-large', `a note has at most ${MAX_NOTE_LENGTH} characters`);
  demand(
    note.isWellFormed() && !hasControls(note),
    'bad-note',
    'a note holds a control character or lone surrogate',
  );
  const separator = note.lastIndexOf('\n\n');
  demand(separator >= 0, 'bad-note', 'a note is a text, an empty line and signature lines');
  demand(note.endsWith('\n'), 'bad-note', 'a note ends with a newline');
  const lines = note.slice(separator + 2, -1).split('\n');
  demand(
    lines.length <= MAX_NOTE_SIGNATURES,
    'too-large',
    `a note has at most ${MAX_NOTE_SIGNATURES} signatures`,
  );
  return { text: note.slice(0, separator + 1), signatures: lines.map(parseSignatureLine) };
}

/** A note some of whose signatures are verified; `verified[i]` is the key name of `signatures[i]`. */
export type OpenedNote = {
  readonly text: string;
  readonly verified: readonly string[];
  readonly signatures: readonly NoteSignature[];
};

/**
 * Verifies every signature whose name and key ID belong to one of `verifiers`; others are ignored, as the spec asks.
 * Throws `bad-signature` when one of them fails or none is there, `bad-note` when a known key signed twice.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const bytes = utf8Encode(text);
  const opened: NoteSignature[] = [];
  for (const signature of signatures) {
    const verifier = verifiers.find((candidate) => isSameKey(candidate, signature));
    if (verifier === undefined) continue;
    const isRepeated = opened.some((earlier) => isSameKey(earlier, signature));
    demand(!isRepeated, 'bad-note', `${signature.name} signed the note twice`);
    const isGood = verifier.verify(bytes, signature.signature);
    demand(isGood, 'bad-signature', `the signature of ${signature.name} does not verify`);
    opened.push(signature);
  }
  demand(opened.length > 0, 'bad-signature', 'the note has no signature by a known key');
  return { text, verified: opened.map(({ name }) => name), signatures: opened };
}

/** Whether two keys, verifiers or signatures carry the same name and key ID, which together identify a key. */
export function isSameKey(
  a: { readonly name: string; readonly keyId: Uint8Array },
  b: { readonly name: string; readonly keyId: Uint8Array },
): boolean {
  return a.name === b.name && equalBytes(a.keyId, b.keyId);
}

function parseSignatureLine(line: string): NoteSignature {
  const separator = line.lastIndexOf(' ');
  const isLine = line.startsWith(SIGNATURE_PREFIX) && separator > SIGNATURE_PREFIX.length;
  demand(isLine, 'bad-note', 'a signature line is an em dash, a key name and base64, separated by one space');
  const name = line.slice(SIGNATURE_PREFIX.length, separator);
  checkName(name, 'bad-note');
  const bytes = fromBase64(line.slice(separator + 1));
  demand(bytes.length > KEY_ID_BYTES, 'bad-note', 'a signature is a key ID of 4 bytes and more');
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

/** Spec section "Format": not empty, no Unicode spaces, no plus; and, as part of a note, no control characters. */
function checkName(name: string, code: ProofErrorCode): void {
  const isName =
    name !== '' && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name) && !hasControls(name);
  demand(isName, code, 'a key name is not empty and holds no space, plus or control character');
}

/** ASCII control characters other than newline. */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
}
