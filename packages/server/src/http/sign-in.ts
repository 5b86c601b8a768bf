/**
 * Signing in, and making a passkey known. Signing in is one signature over a nonce of this server with any bound
 * credential; it opens a session and never approves anything. A new passkey is only described here (attestation checked,
 * key extracted): binding it to a person takes the founding or a power.
 */
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { Credential } from '@sonae/proof/approval';
import { concatBytes, toBase64 } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type Context, Hono } from 'hono';
import type { Node } from '../node.ts';
import { rateLimit } from './guards.ts';
import type { Sessions } from './session.ts';

const SIGN_IN: Principal = { id: 'system:sign-in', kind: 'system' };
const PER_MINUTE = 120;
/** ES256 and EdDSA (COSE); others would need other code to verify an approval. */
const ALGORITHMS = [-7, -8];

export function createSignIn(node: Node, sessions: Sessions, people: () => Promise<People>): Hono {
  const http = new Hono();
  http.use('*', rateLimit(PER_MINUTE));
  http.get('/nonce', async (c) => {
    const { origin, founding } = await people();
    return c.json({
      nonce: sessions.issueNonce(),
      origin,
      founding,
      provider: node.config.oidc !== undefined,
    });
  });
  /** Which credentials a person has: public in the charter, needed by a browser to ask its authenticator. */
  http.get('/credentials/:principal', async (c) => {
    const person = (await people()).persons[c.req.param('principal')];
    const bound = Object.values(person?.credentials ?? {}).filter(({ revokedAt }) => revokedAt === null);
    return c.json({ credentials: bound.map(({ credential }) => credential) });
  });
  http.post('/sign-in', async (c) => {
    const input = await body(c);
    const nonce = String(input.nonce ?? '');
    if (!sessions.useNonce(nonce))
      throw new FaultError(
        'http.unauthenticated',
        'the nonce is unknown, used or too old',
        'GET /auth/nonce first',
      );
    const outcome = await node.app.submit({
      command: 'people.SignIn',
      input: input as JsonValue,
      actor: SIGN_IN,
    });
    if (outcome.status === 'refused')
      throw new FaultError('http.unauthenticated', outcome.message, outcome.fix);
    const principal = String(input.principal);
    const { token, expiresAt } = sessions.open(c, principal);
    return c.json({ principal, token, expiresAt: new Date(expiresAt).toISOString() });
  });
  http.post('/sign-out', (c) => {
    sessions.close(c);
    return c.json({ signedOut: true });
  });
  http.post('/passkey/options', async (c) => {
    const { principal } = await body(c);
    const { rpId } = siteOf(c);
    const options = await generateRegistrationOptions({
      rpName: node.config.name.en,
      rpID: rpId,
      userName: String(principal ?? '').slice(0, 40) || 'sonae',
      challenge: new Uint8Array(Buffer.from(sessions.issueNonce(), 'base64url')),
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return c.json(options);
  });
  http.post('/passkey/describe', async (c) => {
    const { id, response } = await body(c);
    return c.json(await describePasskey(c, sessions, String(id ?? ''), response as RegistrationResponseJSON));
  });
  return http;
}

async function body(c: Context): Promise<Record<string, unknown>> {
  const value: unknown = await c.req.json().catch(() => null);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new FaultError('input.unreadable', 'the body is not a JSON object', 'send one JSON object');
}

/** The site as the browser sees it: its origin has passed the guards of every request. */
function siteOf(c: Context): { origin: string; rpId: string } {
  const host = c.req.header('host') ?? '';
  const origin = c.req.header('origin') ?? `http://${host}`;
  return { origin, rpId: new URL(origin).hostname };
}

/** The credential that a registration made, as it goes into a charter or a change. */
async function describePasskey(
  c: Context,
  sessions: Sessions,
  id: string,
  response: RegistrationResponseJSON,
): Promise<Credential> {
  const { origin, rpId } = siteOf(c);
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => sessions.useNonce(challenge),
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) throw new Error('the registration does not verify');
    const { credential } = registrationInfo;
    return {
      id,
      kind: 'passkey',
      handle: credential.id,
      ...keyOf(credential.publicKey),
      rpId,
      origins: [origin],
    };
  } catch (error) {
    const message = `the passkey can not be used: ${(error as Error).message.slice(0, 200)}`;
    throw new FaultError(
      'input.invalid',
      message,
      'register it again on this site, with user verification',
      error,
    );
  }
}

function keyOf(encoded: Uint8Array<ArrayBuffer>): { algorithm: 'ES256' | 'EdDSA'; publicKey: string } {
  const key = decodeCredentialPublicKey(encoded);
  const part = (name: number): Uint8Array => {
    const value = (key as unknown as Map<number, unknown>).get(name);
    if (value instanceof Uint8Array) return value;
    throw new Error('the key has no coordinates');
  };
  if (cose.isCOSEPublicKeyOKP(key)) return { algorithm: 'EdDSA', publicKey: toBase64(part(cose.COSEKEYS.x)) };
  if (!cose.isCOSEPublicKeyEC2(key)) throw new Error('only ES256 and EdDSA passkeys are taken');
  const point = concatBytes(Uint8Array.of(4), part(cose.COSEKEYS.x), part(cose.COSEKEYS.y));
  return { algorithm: 'ES256', publicKey: toBase64(point) };
}
