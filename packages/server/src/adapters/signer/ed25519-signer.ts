/** The log's Ed25519 key in node:crypto; kept as PKCS#8 PEM, readable by its owner only. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { LogSigner } from '@sonae/core/ports/signer.ts';
import { ed25519Signer, formatVerifierKey, signNote } from '@sonae/proof/signed-note';

/** A signer from a PEM file; creates the key with mode 0600 when the file is absent. */
export function signerFromFile(path: string, origin: string): LogSigner {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  }
  return signerFromKey(createPrivateKey(readFileSync(path)), origin);
}

/** DER prefix of an Ed25519 PKCS#8 key (RFC 8410 section 7), before the 32-byte seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX_BYTES = 12;

/** A signer from a 32-byte seed, for tests and replays that must come out the same twice. */
export function signerFromSeed(seed: Uint8Array, origin: string): LogSigner {
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  return signerFromKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }), origin);
}

function signerFromKey(key: KeyObject, origin: string): LogSigner {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX_BYTES));
  const signBytes = (message: Uint8Array): Uint8Array => new Uint8Array(sign(null, message, key));
  const signer = ed25519Signer({ name: origin, publicKey, sign: signBytes });
  return {
    origin,
    verifierKey: formatVerifierKey(origin, publicKey),
    sign: signBytes,
    signNote: (text) => signNote(text, [signer]),
  };
}
