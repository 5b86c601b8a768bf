/**
 * C2SP tlog-cosignature, Ed25519 (signature type 0x04, "cosignature/v1"): a witness states that, as of a time, it has
 * seen no other history of the log. Spec: https://c2sp.org/tlog-cosignature@v1.0.1, section "Ed25519 signed message".
 */
import { concatBytes, utf8Encode } from './bytes.ts';
import { demand } from './proof-error.ts';
import {
  type NoteSignature,
  type NoteVerifier,
  noteKeyId,
  parseEd25519Key,
  SIGNATURE_BYTES,
  type VerifierKey,
  type VerifySignature,
  verifiesSafely,
  verifyEd25519,
} from './signed-note.ts';

/** signed-note, section "Signature types". */
export const COSIGNATURE_TYPE = 0x04;
const TIMESTAMP_BYTES = 8;
/** Section "Format": a timestamp must not exceed 2^63 - 1. */
const MAX_TIMESTAMP = 2n ** 63n - 1n;

export type WitnessVerifier = NoteVerifier & {
  /** POSIX seconds at which `signature` claims to have been made; only meaningful once it verifies. */
  timestampOf(signature: Uint8Array): number;
};

/** Parts of a witness's verifier key (type 0x04). Throws `bad-key` or `bad-encoding`. */
export function parseWitnessKey(vkey: string): VerifierKey {
  return parseEd25519Key(vkey, COSIGNATURE_TYPE);
}

/** Verifier of a witness's cosignatures. Throws `bad-key` or `bad-encoding` for the key only. */
export function witnessVerifier(
  vkey: string,
  verifySignature: VerifySignature = verifyEd25519,
): WitnessVerifier {
  const { name, keyId, publicKey } = parseWitnessKey(vkey);
  return {
    name,
    keyId,
    verify(text, signature) {
      if (signature.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return false;
      const timestamp = readTimestamp(signature);
      if (timestamp > MAX_TIMESTAMP) return false;
      const message = cosignedMessage(text, timestamp);
      return verifiesSafely(verifySignature, signature.subarray(TIMESTAMP_BYTES), message, publicKey);
    },
    timestampOf(signature) {
      return Number(readTimestamp(signature));
    },
  };
}

/**
 * A witness's cosignature over the checkpoint text `text` (with its final newline), made at `timestampSec` (POSIX
 * seconds). `sign` returns a raw Ed25519 signature. Add it to a note with `formatNote`, or send it as a line with
 * `formatSignatureLine`.
 */
export function cosign(request: {
  name: string;
  publicKey: Uint8Array;
  text: string;
  timestampSec: number;
  sign: (message: Uint8Array) => Uint8Array;
}): NoteSignature {
  const { name, publicKey, text, timestampSec, sign } = request;
  const isTime = Number.isSafeInteger(timestampSec) && timestampSec >= 0;
  demand(isTime, 'bad-argument', `${timestampSec} is not a time in whole seconds`);
  const timestamp = new Uint8Array(TIMESTAMP_BYTES);
  new DataView(timestamp.buffer).setBigUint64(0, BigInt(timestampSec));
  const signature = sign(cosignedMessage(utf8Encode(text), BigInt(timestampSec)));
  return {
    name,
    keyId: noteKeyId(name, COSIGNATURE_TYPE, publicKey),
    signature: concatBytes(timestamp, signature),
  };
}

function cosignedMessage(text: Uint8Array, timestampSec: bigint): Uint8Array {
  return concatBytes(utf8Encode(`cosignature/v1\ntime ${timestampSec}\n`), text);
}

function readTimestamp(signature: Uint8Array): bigint {
  demand(
    signature.length >= TIMESTAMP_BYTES,
    'bad-signature',
    'a cosignature starts with a timestamp of 8 bytes',
  );
  const view = new DataView(signature.buffer, signature.byteOffset, TIMESTAMP_BYTES);
  return view.getBigUint64(0);
}
