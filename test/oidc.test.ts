/** Signing in through a real OpenID provider's wire formats, spoken by a small provider on this machine. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { readConfig } from '../packages/server/src/config.ts';
import { readPeople } from '../packages/server/src/http/powers.ts';
import { createHttp } from '../packages/server/src/http/server.ts';
import { createSessions } from '../packages/server/src/http/session.ts';
import { createNode } from '../packages/server/src/node.ts';
import { createTestApp } from './support/app.ts';
import { foundFirm } from './support/firm.ts';
import { HOST } from './support/node.ts';

const CLIENT = 'sonae';
/** What the provider answers next; tests bend it. */
type Answer = { sub: string; aud: string; nonce: string | null; issuer: string | null; badKey: boolean };
let answer: Answer;
let provider: Server;
let issuer: string;
const codes = new Map<string, { challenge: string; nonce: string }>();

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const stranger = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' };
  provider = createServer(async (request, response) => {
    const send = (body: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/.well-known/openid-configuration')
      return send({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        code_challenge_methods_supported: ['S256'],
      });
    if (url.pathname === '/keys') return send({ keys: [jwk] });
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const form = new URLSearchParams(text);
    const asked = codes.get(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (asked === undefined || asked.challenge !== verifier) return send({ error: 'invalid_grant' }, 400);
    const token = await new SignJWT({ nonce: answer.nonce ?? asked.nonce })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(answer.issuer ?? issuer)
      .setSubject(answer.sub)
      .setAudience(answer.aud)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(answer.badKey ? stranger.privateKey : privateKey);
    return send({ access_token: 'a', token_type: 'Bearer', id_token: token });
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => provider.close(resolve)));

let get: (path: string, cookie?: string) => Promise<Response>;
beforeEach(async () => {
  answer = { sub: 'account-7', aud: CLIENT, nonce: null, issuer: null, badKey: false };
  const testApp = createTestApp(createMemoryStore());
  await foundFirm(testApp);
  const people = { 'account-7': 'north', 'account-9': 'nobody' };
  const oidc = { issuer, clientId: CLIENT, clientSecret: 'secret', scope: 'openid', claim: 'sub', people };
  const node = createNode(testApp.app, { ...readConfig(undefined), oidc }, 'test', []);
  const http = createHttp(
    node,
    createSessions(() => readPeople(node)),
    pino({ level: 'silent' }),
  );
  get = async (path, cookie) =>
    http.request(`http://${HOST}${path}`, {
      headers: { host: HOST, ...(cookie === undefined ? {} : { cookie }) },
    });
});

/** The browser's way: to the provider, where somebody agrees, and back. */
async function signIn(bend: (callback: URLSearchParams) => void = () => undefined): Promise<Response> {
  const start = await get('/auth/oidc/start');
  expect(start.status).toBe(302);
  const asked = new URL(start.headers.get('location') ?? '').searchParams;
  expect(asked.get('redirect_uri')).toBe(`http://${HOST}/auth/oidc/callback`);
  const code = `code-${codes.size}`;
  codes.set(code, { challenge: asked.get('code_challenge') ?? '', nonce: asked.get('nonce') ?? '' });
  const callback = new URLSearchParams({ code, state: asked.get('state') ?? '' });
  bend(callback);
  return get(`/auth/oidc/callback?${callback}`);
}
const cookieOf = (response: Response): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('an identity provider', () => {
  test('opens a session of the person whose account it is, and nothing more', async () => {
    const back = await signIn();
    expect(back.headers.get('location')).toBe('/console/');
    expect(await (await get('/api/me', cookieOf(back))).json()).toMatchObject({
      principal: 'north',
      enrolled: true,
    });
    const log = (await (await get('/api/log?limit=1', cookieOf(back))).json()) as {
      facts: { type: string }[];
    };
    expect(log.facts[0]?.type).toBe('people.ProviderSignInAccepted@1');
  });

  test.each<[string, () => void, ((c: URLSearchParams) => void)?]>([
    ['an account that is nobody', () => Object.assign(answer, { sub: 'account-8' })],
    ['an account of somebody who is not enrolled', () => Object.assign(answer, { sub: 'account-9' })],
    ['a token for another client', () => Object.assign(answer, { aud: 'other' })],
    ['a token of another issuer', () => Object.assign(answer, { issuer: 'https://evil.example' })],
    ['a token with another nonce', () => Object.assign(answer, { nonce: 'old' })],
    ['a token signed by another key', () => Object.assign(answer, { badKey: true })],
    ['a state that nobody began', () => undefined, (c) => c.set('state', 'x')],
    [
      'a code of another sign-in',
      () => codes.set('stolen', { challenge: 'x', nonce: 'y' }),
      (c) => c.set('code', 'stolen'),
    ],
  ])('is refused with %s', async (_, prepare, bend) => {
    prepare();
    const back = await signIn(bend);
    expect(back.status).toBe(401);
    expect(back.headers.get('set-cookie')).toBeNull();
  });

  test('a callback is good once', async () => {
    let again = '';
    await signIn((callback) => {
      again = callback.toString();
    });
    expect((await get(`/auth/oidc/callback?${again}`)).status).toBe(401);
  });
});
