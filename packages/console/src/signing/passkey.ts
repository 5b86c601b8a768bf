/**
 * Passkeys of this device: signing a statement (its digest is the challenge) and making a new one. The authenticator
 * always verifies its person.
 */
import { type PublicKeyCredentialCreationOptionsJSON, startRegistration } from '@simplewebauthn/browser';
import { type Credential, type Proof, type Statement, statementDigest } from '@sonae/proof/approval';
import { toBase64 } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { post } from '../api.ts';

export type PasskeyOf = Extract<Credential, { kind: 'passkey' }>;

const ASK_WITHIN_MS = 120_000;

export function hasPasskeys(): boolean {
  // Passkeys belong to names: an address made of numbers has none.
  const isNamed = !/^[\d.]+$|:/.test(location.hostname);
  return typeof PublicKeyCredential === 'function' && window.isSecureContext && isNamed;
}

/** Signs with whichever of these passkeys the device holds, and says which. */
export async function signWithPasskey(
  credentials: readonly PasskeyOf[],
  statement: Statement,
): Promise<{ credential: string; proof: Extract<Proof, { kind: 'passkey' }> }> {
  const [first] = credentials;
  if (first === undefined) throw new Error('no passkey is bound to this person');
  const given = await navigator.credentials.get({
    publicKey: {
      challenge: new Uint8Array(statementDigest(statement)),
      rpId: first.rpId,
      allowCredentials: credentials.map(({ handle }) => ({ type: 'public-key', id: bytesOf(handle) })),
      userVerification: 'required',
      timeout: ASK_WITHIN_MS,
    },
  });
  if (!(given instanceof PublicKeyCredential) || !(given.response instanceof AuthenticatorAssertionResponse))
    throw new Error('the device gave no signature');
  const { authenticatorData, clientDataJSON, signature } = given.response;
  const used = credentials.find(({ handle }) => handle === given.id);
  if (used === undefined) throw new Error('the device used another passkey');
  const text = (part: ArrayBuffer): string => toBase64(new Uint8Array(part));
  const proof = {
    kind: 'passkey' as const,
    authenticatorData: text(authenticatorData),
    clientDataJSON: text(clientDataJSON),
    signature: text(signature),
  };
  return { credential: used.id, proof };
}

/** A change that binds a new passkey to a person, as a power over the rules takes it. */
export type BindChange = {
  readonly change: 'bind-credential';
  readonly principal: string;
  readonly credential: PasskeyOf;
  readonly proof: Extract<Proof, { kind: 'passkey' }>;
};

/** Makes a passkey on this device and has the server check and describe it. It is bound to nobody yet. */
export async function makePasskey(principal: string, id: string): Promise<PasskeyOf> {
  const optionsJSON = await post<PublicKeyCredentialCreationOptionsJSON>('/auth/passkey/options', {
    principal,
  });
  const response = await startRegistration({ optionsJSON });
  return post<PasskeyOf>('/auth/passkey/describe', { id, response });
}

/** The new passkey says itself, to this firm only, whose it is: nobody can bind a key that is not there. */
export async function bindPasskey(
  founding: string,
  principal: string,
  credential: PasskeyOf,
): Promise<BindChange> {
  const body = { founding, principal, credential: credential as unknown as JsonValue };
  const { proof } = await signWithPasskey([credential], { says: 'bind', body });
  return { change: 'bind-credential', principal, credential, proof };
}

/** Base64url, as authenticators name their keys. */
function bytesOf(handle: string): Uint8Array<ArrayBuffer> {
  const text = atob(handle.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
