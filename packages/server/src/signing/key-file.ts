/**
 * Keys of people who sign from a command line: an Ed25519 key or an EVM account in a file of mode 0600, optionally
 * encrypted under a passphrase (scrypt and AES-256-GCM). Passkeys stay in their authenticators.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { ed25519 } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import {
  type Credential,
  ed25519Message,
  type Proof,
  type Statement,
  typedDataOf,
} from '@sonae/proof/approval';
import { fromBase64, toBase64, toHex } from '@sonae/proof/bytes';
import { addressOfKey, typedDataDigest } from '@sonae/proof/eip712';
import { z } from 'zod';

const SCRYPT = { N: 2 ** 16, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const FORMAT = 'sonae/key/v1';
const schema = z
  .object({
    format: z.literal(FORMAT),
    kind: z.enum(['ed25519', 'evm']),
    /** Who it belongs to and how it is called there. */
    principal: z.string(),
    credential: z.string(),
    /** Base64 of the 32-byte secret, or of its ciphertext. */
    secret: z.base64(),
    seal: z.object({ salt: z.base64(), nonce: z.base64(), tag: z.base64() }).strict().nullable(),
  })
  .strict();
type KeyFile = z.infer<typeof schema>;

export type Signer = {
  readonly principal: string;
  readonly credential: Credential;
  sign(statement: Statement): Proof;
};

/** A signer over a 32-byte secret. */
export function signerOf(
  kind: KeyFile['kind'],
  principal: string,
  credential: string,
  secret: Uint8Array,
): Signer {
  if (kind === 'ed25519') {
    const publicKey = toBase64(ed25519.getPublicKey(secret));
    return {
      principal,
      credential: { id: credential, kind, publicKey },
      sign: (statement) => ({ kind, signature: toBase64(ed25519.sign(ed25519Message(statement), secret)) }),
    };
  }
  const address = addressOfKey(secp256k1.getPublicKey(secret, false));
  return {
    principal,
    credential: { id: credential, kind, address },
    sign: (statement) => ({ kind, signature: signDigest(typedDataDigest(typedDataOf(statement)), secret) }),
  };
}

/** 0x, r, s and v (27 or 28) of the lower-s signature over a 32-byte digest. */
function signDigest(digest: Uint8Array, secret: Uint8Array): string {
  const signature = secp256k1.sign(digest, secret, { prehash: false, format: 'recovered' });
  const v = 27 + (signature[0] ?? 0);
  return `0x${toHex(signature.subarray(1))}${v.toString(16)}`;
}

/** Writes a new key (never over an existing file) and returns its signer. */
export function createKeyFile(
  path: string,
  named: { kind: KeyFile['kind']; principal: string; credential: string },
  passphrase: string | null,
): Signer {
  const secret = named.kind === 'evm' ? secp256k1.utils.randomSecretKey() : randomBytes(32);
  const file: KeyFile = { format: FORMAT, ...named, ...sealed(secret, passphrase) };
  try {
    writeFileSync(path, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const message = `${path} cannot be written: ${(error as Error).message}`;
    throw new FaultError('input.unreadable', message, 'choose a file that does not exist yet', error);
  }
  return signerOf(named.kind, named.principal, named.credential, secret);
}

function sealed(secret: Uint8Array, passphrase: string | null): Pick<KeyFile, 'secret' | 'seal'> {
  if (passphrase === null) return { secret: toBase64(secret), seal: null };
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, SCRYPT), nonce);
  const body = Buffer.concat([cipher.update(secret), cipher.final()]);
  const seal = { salt: toBase64(salt), nonce: toBase64(nonce), tag: toBase64(cipher.getAuthTag()) };
  return { secret: toBase64(body), seal };
}

/** The signer of a key file. `passphrase` is asked only when the file is encrypted. */
export async function readKeyFile(path: string, passphrase: () => Promise<string>): Promise<Signer> {
  let file: KeyFile;
  try {
    file = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new FaultError(
      'input.unreadable',
      `${path} is not a key file of Sonae`,
      'make one with `sonae keys new`',
      error,
    );
  }
  const secret = file.seal === null ? fromBase64(file.secret) : opened(file, await passphrase());
  return signerOf(file.kind, file.principal, file.credential, secret);
}

function opened({ secret, seal }: KeyFile, passphrase: string): Uint8Array {
  const part = (name: 'salt' | 'nonce' | 'tag'): Uint8Array => fromBase64(seal?.[name] ?? '');
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      scryptSync(passphrase, part('salt'), 32, SCRYPT),
      part('nonce'),
    );
    decipher.setAuthTag(part('tag'));
    return new Uint8Array(Buffer.concat([decipher.update(fromBase64(secret)), decipher.final()]));
  } catch (error) {
    throw new FaultError('input.invalid', 'the passphrase does not open this key', 'type it again', error);
  }
}
