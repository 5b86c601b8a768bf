/** A software authenticator: makes WebAuthn registrations and assertions as a browser with a passkey would, for tests. */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Credential, type Proof, type Statement, statementDigest } from '@sonae/proof/approval';
import { toBase64 } from '@sonae/proof/bytes';

export type PasskeyOptions = {
  readonly rpId?: string;
  readonly origin?: string;
  readonly userVerified?: boolean;
  readonly userPresent?: boolean;
  readonly type?: string;
  readonly crossOrigin?: boolean;
};
export type SoftwarePasskey = {
  readonly principal: string;
  readonly credential: Extract<Credential, { kind: 'passkey' }>;
  readonly key: KeyObject;
  sign(statement: Statement, options?: PasskeyOptions): Proof;
  /** Over any 32 bytes. */
  assert(challenge: Uint8Array, options?: PasskeyOptions): Extract<Proof, { kind: 'passkey' }>;
};

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

export function createSoftwarePasskey(
  principal: string,
  credential: string,
  origin: string,
  algorithm: 'ES256' | 'EdDSA' = 'ES256',
  pem?: string,
): SoftwarePasskey {
  const rpId = new URL(origin).hostname;
  const key =
    pem !== undefined
      ? createPrivateKey(pem)
      : algorithm === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
        : generateKeyPairSync('ed25519').privateKey;
  const jwk = key.export({ format: 'jwk' });
  const part = (name: 'x' | 'y'): Buffer => Buffer.from(jwk[name] ?? '', 'base64url');
  const publicKey = algorithm === 'ES256' ? Buffer.concat([Buffer.of(4), part('x'), part('y')]) : part('x');
  const handle = sha256(publicKey).toString('base64url');
  const assert = (
    challenge: Uint8Array,
    options: PasskeyOptions = {},
  ): Extract<Proof, { kind: 'passkey' }> => {
    const client = JSON.stringify({
      type: options.type ?? 'webauthn.get',
      challenge: Buffer.from(challenge).toString('base64url'),
      origin: options.origin ?? origin,
      crossOrigin: options.crossOrigin ?? false,
    });
    const flags = (options.userPresent === false ? 0 : 1) | (options.userVerified === false ? 0 : 4);
    const data = Buffer.concat([sha256(options.rpId ?? rpId), Buffer.of(flags, 0, 0, 0, 1)]);
    const message = Buffer.concat([data, sha256(client)]);
    const signature = sign(algorithm === 'ES256' ? 'sha256' : null, message, key);
    return {
      kind: 'passkey',
      authenticatorData: toBase64(data),
      clientDataJSON: toBase64(Buffer.from(client)),
      signature: toBase64(signature),
    };
  };
  return {
    principal,
    credential: {
      id: credential,
      kind: 'passkey',
      handle,
      algorithm,
      publicKey: toBase64(publicKey),
      rpId,
      origins: [origin],
    },
    key,
    assert,
    sign: (statement, options) => assert(statementDigest(statement), options),
  };
}
