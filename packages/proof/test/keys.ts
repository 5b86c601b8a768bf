/** Deterministic Ed25519 keys for tests; node:crypto does the work because noble is 15 times slower. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { concatBytes, fromHex } from '../src/bytes.ts';
import { COSIGNATURE_TYPE, cosign } from '../src/cosignature.ts';
import {
  ed25519Signer,
  formatVerifierKey,
  type NoteSignature,
  type VerifySignature,
} from '../src/signed-note.ts';

/** RFC 8410 section 7: PKCS #8 and SPKI wrappers of raw Ed25519 keys. */
const PKCS8_PREFIX = fromHex('302e020100300506032b657004220420');
const SPKI_PREFIX = fromHex('302a300506032b6570032100');

export function testKey(name: string, seedByte: number) {
  const seed = new Uint8Array(32).fill(seedByte);
  const der = Buffer.from(concatBytes(PKCS8_PREFIX, seed));
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const publicKey = new Uint8Array(spki.subarray(-32));
  function signRaw(message: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, message, privateKey));
  }
  return {
    name,
    publicKey,
    sign: signRaw,
    vkey: formatVerifierKey(name, publicKey),
    witnessVkey: formatVerifierKey(name, publicKey, COSIGNATURE_TYPE),
    signer: ed25519Signer({ name, publicKey, sign: signRaw }),
    cosign(text: string, timestampSec: number): NoteSignature {
      return cosign({ name, publicKey, text, timestampSec, sign: signRaw });
    },
  };
}

export const nativeVerify: VerifySignature = (signature, message, publicKey) => {
  const der = Buffer.from(concatBytes(SPKI_PREFIX, publicKey));
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
};

/** Every text made from `bytes` by one change at one place: flip a bit, drop, double, insert, swap with the next. */
export function* singleChanges(bytes: Uint8Array): Generator<{ what: string; changed: Uint8Array }> {
  for (let at = 0; at < bytes.length; at++) {
    const here = bytes[at]!;
    const next = bytes[at + 1];
    const before = bytes.subarray(0, at);
    const after = bytes.subarray(at + 1);
    for (const bit of [1, 32]) {
      yield { what: `flip ${bit} at ${at}`, changed: concatBytes(before, Uint8Array.of(here ^ bit), after) };
    }
    yield { what: `drop at ${at}`, changed: concatBytes(before, after) };
    yield { what: `double at ${at}`, changed: concatBytes(before, Uint8Array.of(here, here), after) };
    yield { what: `insert at ${at}`, changed: concatBytes(before, Uint8Array.of(0x20, here), after) };
    if (next !== undefined && next !== here) {
      yield {
        what: `swap at ${at}`,
        changed: concatBytes(before, Uint8Array.of(next, here), after.subarray(1)),
      };
    }
  }
  yield { what: 'append newline', changed: concatBytes(bytes, Uint8Array.of(0x0a)) };
}
