/**
 * WebAuthn assertions (passkeys): whether this credential's holder, present and verified, signed exactly this challenge
 * for exactly this site. Pure, so that the log's decisions and outsiders check the same way; tests hold it against
 * @simplewebauthn/server. Source: https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { concatBytes, equalBytes, fromBase64, toBase64, utf8Decode, utf8Encode } from './bytes.ts';
import { plainSha256, type Sha256 } from './merkle.ts';

export type PasskeyCredential = {
  readonly algorithm: 'ES256' | 'EdDSA';
  /** Base64: 65 bytes (uncompressed P-256 point) or 32 bytes (Ed25519). */
  readonly publicKey: string;
  readonly rpId: string;
  /** Web origins, e.g. `https://console.example`. */
  readonly origins: readonly string[];
};
/** All base64. */
export type PasskeyProof = {
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
};

const RP_HASH_BYTES = 32;
const FLAGS_AT = 32;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
/** rpIdHash, flags, counter; extensions may follow. */
const AUTHENTICATOR_DATA_MIN = 37;
const PART_CHARS_MAX = 8_192;

/** Null when the assertion holds; otherwise what is wrong, for people. Never throws. */
export function passkeyProblem(
  credential: PasskeyCredential,
  proof: PasskeyProof,
  challenge: Uint8Array,
  sha256: Sha256 = plainSha256,
): string | null {
  try {
    return problemOf(credential, proof, challenge, sha256);
  } catch {
    return 'the assertion is not well formed';
  }
}

function problemOf(
  credential: PasskeyCredential,
  proof: PasskeyProof,
  challenge: Uint8Array,
  sha256: Sha256,
): string | null {
  const parts = [proof.authenticatorData, proof.clientDataJSON, proof.signature];
  if (parts.some((part) => part.length > PART_CHARS_MAX)) return 'the assertion is too long';
  const [data, client, signature] = parts.map(fromBase64) as [Uint8Array, Uint8Array, Uint8Array];
  const said = JSON.parse(utf8Decode(client)) as Record<string, unknown>;
  if (said.type !== 'webauthn.get') return 'the browser signed something other than an assertion';
  if (said.challenge !== base64Url(challenge)) return 'the passkey signed another challenge';
  if (typeof said.origin !== 'string' || !credential.origins.includes(said.origin))
    return `the passkey was used on another site (${String(said.origin).slice(0, 100)})`;
  if (said.crossOrigin === true) return 'the passkey was used inside a frame of another site';
  if (data.length < AUTHENTICATOR_DATA_MIN) return 'the authenticator data is too short';
  if (!equalBytes(data.subarray(0, RP_HASH_BYTES), sha256(utf8Encode(credential.rpId))))
    return 'the passkey answered for another relying party';
  const flags = data[FLAGS_AT] ?? 0;
  if ((flags & USER_PRESENT) === 0) return 'nobody was present at the authenticator';
  if ((flags & USER_VERIFIED) === 0) return 'the authenticator did not verify its user (PIN or biometry)';
  const message = concatBytes(data, sha256(client));
  return isSigned(credential, signature, message) ? null : 'the signature does not belong to this passkey';
}

function isSigned(
  { algorithm, publicKey }: PasskeyCredential,
  signature: Uint8Array,
  message: Uint8Array,
): boolean {
  const key = fromBase64(publicKey);
  if (algorithm === 'EdDSA') return ed25519.verify(signature, message, key, { zip215: false });
  return p256.verify(signature, message, key, { format: 'der', lowS: false });
}

/** Base64url without padding, as challenges travel. */
export function base64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
