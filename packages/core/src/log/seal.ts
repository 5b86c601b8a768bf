/**
 * Personal data never stands in a fact in clear: it is sealed under a key of that person. Erasing the key forgets the
 * data everywhere at once, in every copy of the log, without changing a byte of it.
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): 24-byte random nonces cannot collide in practice.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concatBytes, fromBase64, toBase64, utf8Decode, utf8Encode } from '@sonae/proof/bytes';
import { z } from 'zod';
import { assert } from '../kernel/assert.ts';
import { FaultError } from '../kernel/errors.ts';

export const PERSON_KEY_BYTES = 32;
const NONCE_BYTES = 24;

/** A sealed text inside a fact. */
export const sealedSchema = z.object({ person: z.string().min(1).max(64), sealed: z.string() }).strict();
export type Sealed = z.infer<typeof sealedSchema>;

/** @param key 32 bytes of that person  @param nonce 24 fresh random bytes */
export function sealText(person: string, text: string, key: Uint8Array, nonce: Uint8Array): Sealed {
  assert(
    key.length === PERSON_KEY_BYTES && nonce.length === NONCE_BYTES,
    'sealing takes a 32-byte key, a 24-byte nonce',
  );
  const cipher = xchacha20poly1305(key, nonce, utf8Encode(person));
  return { person, sealed: toBase64(concatBytes(nonce, cipher.encrypt(utf8Encode(text)))) };
}

/** What a store throws when something is to be sealed for a person whose key was erased: it must not come back. */
export function forgottenPerson(person: string): FaultError {
  const hint = 'leave the personal data out, or record it under another person';
  return new FaultError('input.invalid', `person ${person.slice(0, 64)} was forgotten`, hint);
}

/** The text, or null when the person's key has been erased. Throws when the sealed bytes were altered. */
export function openSealed(sealed: Sealed, key: Uint8Array | null): string | null {
  if (key === null) return null;
  const bytes = fromBase64(sealed.sealed);
  const cipher = xchacha20poly1305(key, bytes.subarray(0, NONCE_BYTES), utf8Encode(sealed.person));
  return utf8Decode(cipher.decrypt(bytes.subarray(NONCE_BYTES)));
}
