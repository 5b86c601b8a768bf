/** Signing in over HTTP with every kind of credential, registering a passkey, and what a session may not do. */
import { createHash } from 'node:crypto';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { Statement } from '@sonae/proof/approval';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Signer } from '../packages/server/src/signing/key-file.ts';
import { SYSTEM } from './support/app.ts';
import { as, charter, foundFirm, KEYS, WALLETS } from './support/firm.ts';
import { createTestNode, HOST, type TestNode } from './support/node.ts';
import { createSoftwarePasskey, type SoftwarePasskey } from './support/software-passkey.ts';

const ORIGIN = `http://${HOST}`;
let t: TestNode;
let passkey: SoftwarePasskey;

/** Without the tool token that `t.call` adds. */
const request = (
  path: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Response> =>
  Promise.resolve(t.http.request(ORIGIN + path, { ...init, headers: { host: HOST, ...init.headers } }));
const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', origin: ORIGIN, ...headers },
  });
const nonce = async (): Promise<{ nonce: string; origin: string }> =>
  (await (await request('/auth/nonce')).json()) as { nonce: string; origin: string };

async function signIn(
  signer: Pick<Signer, 'principal' | 'credential' | 'sign'>,
  change: object = {},
): Promise<Response> {
  const asked = await nonce();
  const statement: Statement = { says: 'sign-in', body: { nonce: asked.nonce, origin: asked.origin } };
  const { principal, credential } = signer;
  return post('/auth/sign-in', {
    nonce: asked.nonce,
    principal,
    credential: credential.id,
    proof: signer.sign(statement),
    ...change,
  });
}
const cookieOf = (response: Response): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const meOf = async (cookie: string): Promise<Response> => request('/api/me', { headers: { cookie } });

beforeEach(async () => {
  t = createTestNode();
  passkey = createSoftwarePasskey('north', 'phone', ORIGIN);
  const of = charter();
  const [north, ...rest] = of.principals;
  const bound = { ...north!, credentials: [...north!.credentials, passkey.credential] } as typeof north;
  await foundFirm(t.testApp, { ...of, principals: [bound!, ...rest] } as typeof of);
});

describe('signing in', () => {
  test('with a passkey, a key or a wallet, as oneself', async () => {
    for (const signer of [passkey, KEYS.north, WALLETS.north]) {
      const answer = await signIn(signer);
      expect(answer.status).toBe(200);
      expect(cookieOf(answer)).toContain('sonae_session=');
      expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/);
      expect(await (await meOf(cookieOf(answer))).json()).toEqual({
        principal: 'north',
        roles: ['guardian'],
        enrolled: true,
        scopes: null,
      });
    }
  });

  test.each<[string, () => Promise<Response>]>([
    ['another person’s name', () => signIn(KEYS.north, { principal: 'east' })],
    ['another credential', () => signIn(KEYS.north, { credential: 'wallet' })],
    ['a credential nobody bound', () => signIn(createSoftwarePasskey('north', 'phone', ORIGIN))],
    ['a nonce of its own', () => signIn(KEYS.north, { nonce: 'x'.repeat(43) })],
    ['no nonce', () => signIn(KEYS.north, { nonce: undefined })],
  ])('is refused with %s', async (_, attempt) => {
    const answer = await attempt();
    expect([400, 401]).toContain(answer.status);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('a nonce is good once', async () => {
    const asked = await nonce();
    const proof = KEYS.north.sign({ says: 'sign-in', body: { nonce: asked.nonce, origin: asked.origin } });
    const body = { nonce: asked.nonce, principal: 'north', credential: 'key', proof };
    expect((await post('/auth/sign-in', body)).status).toBe(200);
    expect((await post('/auth/sign-in', body)).status).toBe(401);
  });

  test('a sign-in signature approves nothing, and an approval signs nobody in', async () => {
    const asked = await nonce();
    const requested = await t.testApp.run(
      'authority.Request',
      { power: 'halt-withdrawals', target: 'btc', reason: 'r' },
      as('watch'),
    );
    const { use } = (requested as unknown as { result: { use: string } }).result;
    const proof = KEYS.north.sign({ says: 'sign-in', body: { nonce: asked.nonce, origin: asked.origin } });
    const { token } = (await (await signIn(KEYS.north)).json()) as { token: string };
    const approval = { use, principal: 'north', credential: 'key', proof };
    const answer = await post('/api/commands/authority.Approve', approval, {
      authorization: `Bearer ${token}`,
    });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ refused: 'bad-proof' });
  });

  test('ends with signing out, and with leaving the firm', async () => {
    const first = cookieOf(await signIn(KEYS.west));
    await post('/auth/sign-out', {}, { cookie: first });
    expect((await meOf(first)).status).toBe(401);
    const second = cookieOf(await signIn(KEYS.west));
    const change = { change: 'offboard-principal', principal: 'west' } as JsonValue;
    const asked = await t.testApp.run(
      'authority.Request',
      { power: 'tighten-rules', target: 'rules', reason: 'left', fill: { change } },
      as('watch'),
    );
    const { use } = (asked as unknown as { result: { use: string } }).result;
    const { action } = JSON.parse((await t.node.app.ports.store.view('authority.use', use)) ?? '{}');
    for (const who of ['north', 'east'] as const) {
      const proof = KEYS[who].sign({ says: 'approve', action }) as unknown as JsonValue;
      await t.testApp.run('authority.Approve', { use, principal: who, credential: 'key', proof }, as(who));
    }
    const people = JSON.parse(
      (await t.node.app.ports.store.view('people.register', 'all')) ?? '{}',
    ) as People;
    expect(people.persons.west?.offboardedAt).not.toBeNull();
    expect((await meOf(second)).status).toBe(401);
    expect((await signIn(KEYS.west)).status).toBe(401);
  });

  test('an enrolled person acts under their own name; nobody acts as the system', async () => {
    const cookie = cookieOf(await signIn(KEYS.watch));
    const answer = await post(
      '/api/commands/authority.Request',
      { power: 'halt-withdrawals', target: 'btc', reason: 'r' },
      { cookie },
    );
    expect(answer.status).toBe(200);
    const keep = await post('/api/commands/authority.Keep', {}, { cookie });
    expect(await keep.json()).toMatchObject({ refused: 'not-permitted' });
    const rows = await t.node.app.ports.store.facts({ newestFirst: true, limit: 1 });
    expect(JSON.parse(rows[0]?.text ?? '{}')).toMatchObject({
      type: 'authority.Requested@1',
      actor: 'watch',
    });
    expect(SYSTEM.kind).toBe('system');
  });
});

describe('registering a passkey', () => {
  const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();
  /** What an authenticator answers to `create`, with attestation `none` (WebAuthn 6.5, CBOR by hand). */
  function registration(challenge: string, origin = ORIGIN, rpId = '127.0.0.1', flags = 0x45): object {
    const key = Buffer.from(passkey.credential.publicKey, 'base64');
    const id = Buffer.from(passkey.credential.handle, 'base64url');
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      key.subarray(1, 33),
      Buffer.from('225820', 'hex'),
      key.subarray(33),
    ]);
    const head = Buffer.concat([
      sha256(rpId),
      Buffer.of(flags, 0, 0, 0, 0),
      Buffer.alloc(16),
      Buffer.of(0, id.length),
    ]);
    const data = Buffer.concat([head, id, cose]);
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.of(data.length),
      data,
    ]);
    const client = JSON.stringify({ type: 'webauthn.create', challenge, origin });
    return {
      id: passkey.credential.handle,
      rawId: passkey.credential.handle,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: Buffer.from(client).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      },
    };
  }
  const challenge = async (): Promise<string> => {
    const options = await post('/auth/passkey/options', { principal: 'south' });
    return ((await options.json()) as { challenge: string }).challenge;
  };

  test('gives the credential as it goes into a charter or a change', async () => {
    const answer = await post('/auth/passkey/describe', {
      id: 'phone',
      response: registration(await challenge()),
    });
    expect(await answer.json()).toEqual({ ...passkey.credential, id: 'phone' });
  });

  test.each<[string, (c: string) => object]>([
    ['for another site', (c) => registration(c, 'https://evil.example')],
    ['for another relying party', (c) => registration(c, ORIGIN, 'evil.example')],
    ['without user verification', (c) => registration(c, ORIGIN, '127.0.0.1', 0x41)],
    ['for a challenge nobody gave', () => registration('A'.repeat(43))],
    ['that is garbage', () => ({ id: 'x', rawId: 'x', type: 'public-key', response: {} })],
  ])('is refused %s', async (_, make) => {
    const answer = await post('/auth/passkey/describe', { id: 'phone', response: make(await challenge()) });
    expect(answer.status).toBe(400);
  });
});
