import { spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ed25519 } from '@noble/curves/ed25519.js';
import { type Action, actionHash, type ExchangeAct } from '@sonae/proof/action';
import { ed25519Message } from '@sonae/proof/approval';
import { toBase64, toHex } from '@sonae/proof/bytes';
import type { PasskeyProof } from '@sonae/proof/webauthn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSoftwarePasskey } from '../../test/support/software-passkey.ts';
import openapi from './openapi.json' with { type: 'json' };
import type { Approval } from './orders.ts';
import { REFUSAL_STATUS } from './refusal.ts';
import { BODY_BYTES_MAX, createExchange, type Exchange, REQUESTS_PER_MINUTE } from './server.ts';
import { signRequest } from './signing.ts';
import { STOPS_PER_SUBJECT_MAX } from './standing-stops.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const KEY = { id: 'sonae', secret: 'a-secret-of-thirty-two-characters-or-more' };
const FOUNDING = 'a1'.repeat(32);
const HOUR_MS = 3_600_000;

let nowMs: number;
let dir: string;
let exchange: Exchange;
const clock = (): number => nowMs;
const iso = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');

beforeEach(() => {
  nowMs = START;
  dir = mkdtempSync(join(tmpdir(), 'exchange-'));
  exchange = createExchange({ keys: [KEY], clock, journalPath: join(dir, 'journal.jsonl') });
});
afterEach(() => {
  exchange.close();
  rmSync(dir, { recursive: true });
});

let uses = 0;
function actionOf(act: Partial<ExchangeAct> = {}, over: Partial<Action> = {}): Action {
  uses += 1;
  const operation = act.operation ?? 'halt-withdrawals';
  const resumes = /^(resume|unfreeze|lift)/.test(operation);
  return {
    format: 'sonae/action/v1',
    founding: FOUNDING,
    use: `use-${uses}`,
    power: 'stop-withdrawals',
    policy: 'b2'.repeat(32),
    target: 'exchange',
    step: resumes ? 'resume' : 'stop',
    reason: 'c3'.repeat(32),
    until: resumes ? null : iso(nowMs + HOUR_MS),
    validBefore: iso(nowMs + 600_000),
    act: { kind: 'exchange', system: 'exchange', operation, subject: 'BTC', limit: null, ...act },
    ...over,
  };
}

type Sent = { status: number; body: Record<string, unknown>; headers: Headers; text: string };
type Over = Partial<{
  key: string;
  secret: string;
  timestamp: number;
  nonce: string;
  path: string;
  body: string;
}>;

async function send(
  method: string,
  path: string,
  body = '',
  extra: HeadersInit = {},
  over: Over = {},
): Promise<Sent> {
  const timestamp = String(over.timestamp ?? nowMs);
  const nonce = over.nonce ?? randomBytes(16).toString('hex');
  const bytes = new TextEncoder().encode(body);
  const headers = new Headers(extra);
  headers.set('X-Sonae-Key', over.key ?? KEY.id);
  headers.set('X-Sonae-Timestamp', timestamp);
  headers.set('X-Sonae-Nonce', nonce);
  headers.set(
    'X-Sonae-Signature',
    signRequest(over.secret ?? KEY.secret, timestamp, nonce, { method, path, body: bytes }),
  );
  const sent = over.body ?? body;
  const request = new Request(`http://exchange${over.path ?? path}`, {
    method,
    headers,
    ...(sent !== '' && { body: sent }),
  });
  const response = await exchange.fetch(request);
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text), headers: response.headers, text };
}

const hashOf = (action: Action): string => toHex(actionHash(action));
function order(action: Action, approvals: readonly Approval[] = [], path = '/v1/orders'): Promise<Sent> {
  return send('POST', path, JSON.stringify({ action, approvals }), { 'Idempotency-Key': hashOf(action) });
}
async function demo(what: string, body: object): Promise<number> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  return (await exchange.fetch(new Request(`http://exchange/demo/${what}`, init))).status;
}
const withdraw = (asset = 'BTC', account = 'one'): Promise<number> =>
  demo('withdraw', { asset, account, amount: '5' });
const stops = async (query = ''): Promise<Record<string, unknown>[]> =>
  (await send('GET', `/v1/status${query}`)).body.stops as Record<string, unknown>[];

describe('stopping', () => {
  it('halts and resumes withdrawals of one asset only', async () => {
    expect(await withdraw()).toBe(200);
    const halt = actionOf();
    expect((await order(halt)).body).toMatchObject({ state: 'performed', hash: hashOf(halt), lifted: [] });
    expect([await withdraw('BTC'), await withdraw('ETH')]).toEqual([423, 200]);
    const resumed = await order(actionOf({ operation: 'resume-withdrawals' }));
    expect(resumed.body.lifted).toEqual([hashOf(halt)]);
    expect(await withdraw()).toBe(200);
    expect(await stops()).toEqual([]);
  });

  it.each([
    ['halt-market', 'resume-market', 'BTC/JPY', 'trade', { market: 'BTC/JPY' }, { market: 'ETH/JPY' }],
    [
      'freeze-account',
      'unfreeze-account',
      'mallory',
      'withdraw',
      { asset: 'BTC', account: 'mallory', amount: '1' },
      { asset: 'BTC', account: 'one', amount: '1' },
    ],
  ] as const)('%s and %s', async (operation, back, subject, what, stopped, other) => {
    await order(actionOf({ operation, subject }));
    expect([await demo(what, stopped), await demo(what, other)]).toEqual([423, 200]);
    await order(actionOf({ operation: back, subject }));
    expect(await demo(what, stopped)).toBe(200);
  });

  it('limits redemptions a day, the smallest limit counts, and a new day begins at zero', async () => {
    const redeem = (amount: string): Promise<number> => demo('redeem', { asset: 'JPYX', amount });
    expect(await redeem('300')).toBe(200);
    await order(
      actionOf({ operation: 'limit-redemptions', subject: 'JPYX', limit: '1000' }, { until: null }),
    );
    await order(actionOf({ operation: 'limit-redemptions', subject: 'JPYX', limit: '5000' }));
    expect([await redeem('701'), await redeem('700'), await redeem('1')]).toEqual([423, 200, 423]);
    nowMs += 24 * HOUR_MS;
    expect([await redeem('1000'), await redeem('1')]).toEqual([200, 423]);
    await order(actionOf({ operation: 'lift-redemption-limit', subject: 'JPYX' }));
    expect(await redeem('999999')).toBe(200);
  });

  it('ends by itself on its own clock; a shorter stop never shortens a longer one', async () => {
    const long = actionOf();
    await order(long);
    await order(actionOf({}, { until: iso(nowMs + 60_000) }));
    nowMs += 60_000;
    expect(await withdraw()).toBe(423);
    expect(await stops()).toMatchObject([{ hash: hashOf(long), until: long.until }]);
    nowMs = START + HOUR_MS - 1;
    expect(await withdraw()).toBe(423);
    nowMs += 1;
    expect(await withdraw()).toBe(200);
    expect(await stops()).toEqual([]);
  });

  it('extends only what stands', async () => {
    expect((await order(actionOf({}, { step: 'extend' }))).body.code).toBe('nothing-to-extend');
    await order(actionOf());
    await order(actionOf({}, { step: 'extend', until: iso(nowMs + 2 * HOUR_MS) }));
    nowMs += HOUR_MS + 1_000;
    expect(await withdraw()).toBe(423);
  });

  it('answers the status by operation and subject', async () => {
    await order(actionOf());
    await order(actionOf({ operation: 'halt-market', subject: 'BTC' }));
    expect(await stops('?operation=halt-market')).toHaveLength(1);
    expect(await stops('?subject=BTC')).toHaveLength(2);
    expect(await stops('?operation=freeze-account&subject=BTC')).toEqual([]);
    expect((await send('GET', '/v1/status?operation=explode')).body.code).toBe('query-invalid');
    expect((await send('GET', '/v1/status?asset=BTC')).body.code).toBe('query-invalid');
  });
});

describe('one effect', () => {
  it('answers the same hash with the first result for ever, byte for byte', async () => {
    const halt = actionOf();
    const first = await order(halt);
    await order(actionOf({ operation: 'resume-withdrawals' }));
    nowMs += 2 * HOUR_MS;
    const again = await order(halt, [
      { principal: 'p', credential: 'c', kind: 'ed25519', address: null, signature: 'x' },
    ]);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(await withdraw()).toBe(200);
    expect((await send('GET', `/v1/orders/${hashOf(halt)}`)).text).toBe(first.text);
  });

  it('refuses a key with another action', async () => {
    const [halt, other] = [actionOf(), actionOf({ subject: 'ETH' })];
    await order(halt);
    const body = JSON.stringify({ action: other, approvals: [] });
    const sent = await send('POST', '/v1/orders', body, { 'Idempotency-Key': hashOf(halt) });
    expect([sent.status, sent.body.code]).toEqual([422, 'key-mismatch']);
    expect(await withdraw('ETH')).toBe(200);
  });

  it('rehearses without effect, tells missing approvals, and never turns into an order', async () => {
    const halt = actionOf();
    const shown = (await order(halt, [], '/v1/orders?rehearse=true')).body;
    expect(shown).toMatchObject({ state: 'rehearsed', before: [], after: [{ hash: hashOf(halt) }] });
    expect(await withdraw()).toBe(200);
    const body = JSON.stringify({ action: halt, approvals: [] });
    const key = { 'Idempotency-Key': hashOf(halt) };
    const bent = await send('POST', '/v1/orders?rehearse=true', body, key, { path: '/v1/orders' });
    expect([bent.status, bent.body.code]).toEqual([401, 'signature-wrong']);
    expect((await order(halt, [], '/v1/orders?rehearse=yes')).body.code).toBe('query-invalid');
    expect(await withdraw()).toBe(200);
  });

  it('keeps everything over restarts and cuts off a line that was never acknowledged', async () => {
    const halt = actionOf();
    const first = await order(halt);
    await order(actionOf({ operation: 'limit-redemptions', subject: 'JPYX', limit: '100' }));
    await demo('redeem', { asset: 'JPYX', amount: '60' });
    exchange.close();
    const path = join(dir, 'journal.jsonl');
    appendFileSync(path, '{"kind":"order","result":{"hash":"備');
    exchange = createExchange({ keys: [KEY], clock, journalPath: path });
    expect(await withdraw()).toBe(423);
    expect((await order(halt)).text).toBe(first.text);
    expect(await demo('redeem', { asset: 'JPYX', amount: '41' })).toBe(423);
    expect(await demo('redeem', { asset: 'JPYX', amount: '40' })).toBe(200);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(4);
    exchange.close();
    exchange = createExchange({ keys: [KEY], clock, journalPath: path });
    expect(await demo('redeem', { asset: 'JPYX', amount: '1' })).toBe(423);
  });

  it('does not start on a damaged journal and names file and line', async () => {
    await order(actionOf());
    exchange.close();
    const path = join(dir, 'journal.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${text}{"kind":"oder"}\n${text}`);
    expect(() => createExchange({ keys: [KEY], clock, journalPath: path })).toThrow(/journal\.jsonl:2: /);
    writeFileSync(path, text + text);
    exchange = createExchange({ keys: [KEY], clock, journalPath: path });
    expect(await stops()).toHaveLength(1);
  });

  it('does nothing when the journal can not be written', async () => {
    exchange.close();
    const sent = await order(actionOf());
    expect([sent.status, sent.body.code]).toEqual([500, 'journal-unwritable']);
    expect(await withdraw()).toBe(200);
    exchange = createExchange({ keys: [KEY], clock });
  });
});

describe('refusals', () => {
  const meaning: [string, () => Action, string][] = [
    ['another system', () => actionOf({ system: 'elsewhere' }), 'other-system'],
    ['an order whose time has passed', () => actionOf({}, { validBefore: iso(nowMs) }), 'order-expired'],
    ['an end in the past', () => actionOf({}, { until: iso(nowMs) }), 'until-invalid'],
    ['a stop with the step resume', () => actionOf({}, { step: 'resume' }), 'action-invalid'],
    ['a govern step', () => actionOf({}, { step: 'govern' }), 'action-invalid'],
    [
      'a resume with an end',
      () => actionOf({ operation: 'resume-market' }, { until: iso(nowMs + 9_000) }),
      'action-invalid',
    ],
    [
      'a resume with the step stop',
      () => actionOf({ operation: 'resume-market' }, { step: 'stop' }),
      'action-invalid',
    ],
    ['a limit where none belongs', () => actionOf({ limit: '5' }), 'action-invalid'],
    ['no limit where one belongs', () => actionOf({ operation: 'limit-redemptions' }), 'action-invalid'],
    [
      'a limit that is no amount',
      () => actionOf({ operation: 'limit-redemptions', limit: '1e3' }),
      'action-invalid',
    ],
    ['a subject that is no name', () => actionOf({ subject: 'BTC; rm' }), 'action-invalid'],
    ['an unknown operation', () => actionOf({ operation: 'explode' as 'halt-market' }), 'action-invalid'],
    [
      'an act of another kind',
      () => ({ ...actionOf(), act: { kind: 'govern', change: null } }),
      'action-invalid',
    ],
    [
      'an act with one field more',
      () => ({ ...actionOf(), act: { ...actionOf().act, urgent: true } as unknown as ExchangeAct }),
      'action-invalid',
    ],
    ['an action with one field more', () => ({ ...actionOf(), note: '' }) as Action, 'action-invalid'],
  ];
  it.each(meaning)('%s', async (_, make, code) => {
    const sent = await order(make());
    expect(sent.body.code).toBe(code);
    expect(sent.status).toBe(REFUSAL_STATUS[code as keyof typeof REFUSAL_STATUS]);
    expect(await stops()).toEqual([]);
  });

  it('another firm, unknown subjects and stops that are too long, where configured', async () => {
    exchange.close();
    const isKnown = (kind: string, subject: string): boolean => kind !== 'asset' || subject === 'BTC';
    exchange = createExchange({ keys: [KEY], clock, founding: FOUNDING, isKnown, longestStopMs: HOUR_MS });
    expect((await order(actionOf({}, { founding: 'd4'.repeat(32) }))).body.code).toBe('other-firm');
    expect((await order(actionOf({ subject: 'btc' }))).body.code).toBe('subject-unknown');
    expect((await order(actionOf({}, { until: iso(nowMs + HOUR_MS + 1_000) }))).body.code).toBe(
      'until-invalid',
    );
    expect((await order(actionOf({}, { until: null }))).body.code).toBe('until-invalid');
    expect((await order(actionOf())).status).toBe(200);
  });

  it('requests that nobody known signed, unsigned and without effect', async () => {
    const halt = actionOf();
    const body = JSON.stringify({ action: halt, approvals: [] });
    const key = { 'Idempotency-Key': hashOf(halt) };
    const tries: [Over, string][] = [
      [{ key: 'other' }, 'signature-wrong'],
      [{ secret: 'another-secret-of-thirty-two-characters' }, 'signature-wrong'],
      [{ body: body.replace('BTC', 'ETH') }, 'signature-wrong'],
      [{ nonce: 'short' }, 'signature-missing'],
      [{ timestamp: nowMs - 300_001 }, 'clock-apart'],
      [{ timestamp: nowMs + 300_001 }, 'clock-apart'],
    ];
    for (const [over, code] of tries) {
      const sent = await send('POST', '/v1/orders', body, key, over);
      expect([sent.status, sent.body.code, sent.headers.get('x-sonae-signature')]).toEqual([401, code, null]);
    }
    expect(await withdraw()).toBe(200);
  });

  it('bodies that are too large, no JSON, or of another form', async () => {
    const key = { 'Idempotency-Key': 'e5'.repeat(32) };
    const large = await send('POST', '/v1/orders', ' '.repeat(BODY_BYTES_MAX + 1), key);
    expect([large.status, large.body.code]).toEqual([413, 'body-too-large']);
    expect((await send('POST', '/v1/orders', '{', key)).body.code).toBe('body-unreadable');
    expect((await send('POST', '/v1/orders', '{"action":{}}', key)).body.message).toContain('approvals');
    expect((await send('POST', '/v1/orders', '{}')).body.code).toBe('key-missing');
    expect((await send('GET', `/v1/orders/${'0'.repeat(64)}`)).status).toBe(404);
    expect((await send('DELETE', '/v1/orders')).body.code).toBe('not-found');
  });

  it('more than its limits', async () => {
    for (let count = 0; count < STOPS_PER_SUBJECT_MAX; count += 1)
      expect((await order(actionOf())).status).toBe(200);
    expect((await order(actionOf())).body.code).toBe('limit-reached');
    expect((await order(actionOf({ operation: 'resume-withdrawals' }))).status).toBe(200);
    expect((await order(actionOf())).status).toBe(200);
  });

  it('more requests of one key than its allowance, signed, with Retry-After, and heals', async () => {
    for (let count = 0; count < REQUESTS_PER_MINUTE; count += 1) await send('GET', '/v1/status');
    const over = await send('GET', '/v1/status');
    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '60']);
    expect(over.headers.get('x-sonae-signature')).toMatch(/^v1=/);
    nowMs += 1_000;
    expect((await send('GET', '/v1/status')).status).toBe(200);
  });

  it('a secret that could be guessed', () => {
    expect(() => createExchange({ keys: [{ id: 'a', secret: 'short' }], clock })).toThrow(/secret of a/);
  });
});

describe('approvals', () => {
  const keys = ['one', 'two', 'three'].map((principal, at) => ({
    principal,
    seed: new Uint8Array(32).fill(at + 1),
  }));
  const approvalOf = (action: Action, at: number, principal = keys[at]!.principal): Approval => {
    const signature = toBase64(ed25519.sign(ed25519Message({ says: 'approve', action }), keys[at]!.seed));
    return { principal, credential: `${principal}-key`, kind: 'ed25519', address: null, signature };
  };
  beforeEach(() => {
    exchange.close();
    const approvers = keys.map(({ principal, seed }) => ({
      principal,
      credential: {
        id: `${principal}-key`,
        kind: 'ed25519' as const,
        publicKey: toBase64(ed25519.getPublicKey(seed)),
      },
    }));
    const pinnedApprovers = { needed: { stop: 2, extend: 2, resume: 3 }, approvers };
    exchange = createExchange({ keys: [KEY], clock, pinnedApprovers });
  });

  it('counts genuine signatures of different pinned people, by what is done', async () => {
    const halt = actionOf();
    const one = await order(halt, [approvalOf(halt, 0), approvalOf(halt, 0)]);
    expect([one.status, one.body.message]).toEqual([403, expect.stringContaining('1 of 2')]);
    expect((await order(halt, [approvalOf(halt, 0), approvalOf(halt, 1)])).status).toBe(200);
    const resume = actionOf({ operation: 'resume-withdrawals' });
    expect((await order(resume, [approvalOf(resume, 0), approvalOf(resume, 1)])).status).toBe(403);
    expect(
      (
        await order(
          resume,
          [0, 1, 2].map((at) => approvalOf(resume, at)),
        )
      ).status,
    ).toBe(200);
  });

  it('counts a passkey’s approval with what its signature covers', async () => {
    const halt = actionOf();
    const [ours, theirs] = ['one', 'two'].map((of) =>
      createSoftwarePasskey(of, 'phone', 'https://console.example'),
    );
    const approvers = [ours!, theirs!].map(({ principal, credential }) => ({
      principal,
      credential: { ...credential, origins: [...credential.origins] },
    }));
    exchange = createExchange({
      keys: [KEY],
      clock,
      pinnedApprovers: { needed: { stop: 2, extend: 2, resume: 2 }, approvers },
    });
    const carried = (of: typeof ours, isWhole = true) => {
      const proof = of!.sign({ says: 'approve', action: halt as never }) as PasskeyProof;
      const { authenticatorData, clientDataJSON, signature } = proof;
      const passkey = isWhole ? { authenticatorData, clientDataJSON } : null;
      return {
        principal: of!.principal,
        credential: 'phone',
        kind: 'passkey',
        address: null,
        signature,
        passkey,
      };
    };
    expect((await order(halt, [carried(ours), carried(theirs, false)] as never)).status).toBe(403);
    expect((await order(halt, [carried(ours), { ...carried(ours), principal: 'two' }] as never)).status).toBe(
      403,
    );
    expect((await order(halt, [carried(ours), carried(theirs)] as never)).status).toBe(200);
  });

  it('ignores strangers, other keys under a pinned name and signatures over another action', async () => {
    const [halt, other] = [actionOf(), actionOf()];
    const bad = [approvalOf(halt, 2, 'two'), approvalOf(other, 1), approvalOf(halt, 0, 'four')];
    const sent = await order(halt, [approvalOf(halt, 0), ...bad]);
    expect([sent.status, sent.body.message]).toEqual([403, expect.stringContaining('1 of 2')]);
    expect(await withdraw()).toBe(200);
    const shown = await order(halt, bad, '/v1/orders?rehearse=true');
    expect(shown.body.approvalsProblem).toContain('0 of 2');
  });

  it('asks the deployment’s own check last', async () => {
    exchange = createExchange({
      keys: [KEY],
      clock,
      checkApprovals: ({ act }) => (act.subject === 'BTC' ? 'not BTC' : null),
    });
    expect((await order(actionOf())).body).toMatchObject({
      code: 'approvals-insufficient',
      message: 'approvals: not BTC',
    });
    expect((await order(actionOf({ subject: 'ETH' }))).status).toBe(200);
  });
});

describe('the published interface', () => {
  const published = JSON.parse(
    JSON.stringify(openapi.components.schemas).replaceAll('#/components/schemas/', '#/$defs/'),
  );
  const conforms = (schema: string, value: unknown): string | null => {
    const root = { $ref: `#/$defs/${schema}`, $defs: published };
    const result = z.fromJSONSchema(root as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);
    return result.success ? null : result.error.message;
  };

  it('is what the server answers', async () => {
    const halt = actionOf({ operation: 'limit-redemptions', limit: '7' });
    const rehearsal = await order(halt, [], '/v1/orders?rehearse=true');
    expect(conforms('OrderRehearsal', rehearsal.body)).toBeNull();
    expect(conforms('OrderResult', (await order(halt)).body)).toBeNull();
    expect(conforms('Status', (await send('GET', '/v1/status')).body)).toBeNull();
    expect(conforms('Refusal', (await send('GET', '/v1/nothing')).body)).toBeNull();
    expect(conforms('Order', { action: halt, approvals: [] })).toBeNull();
    expect(conforms('Order', { action: { ...halt, step: 'govern' }, approvals: [] })).not.toBeNull();
    expect(conforms('Status', { ...rehearsal.body })).not.toBeNull();
    expect(Object.keys(openapi.paths)).toEqual(['/v1/orders', '/v1/orders/{hash}', '/v1/status']);
  });

  it('lists exactly the codes that the server uses', () => {
    expect([...openapi.components.schemas.Refusal.properties.code.enum].sort()).toEqual(
      Object.keys(REFUSAL_STATUS).sort(),
    );
  });

  it('signs as its words say', async () => {
    const nonce = '0123456789abcdef0123456789abcdef';
    const { headers, text, status } = await send('GET', '/v1/status', '', {}, { nonce });
    const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');
    const over = `answer.${headers.get('x-sonae-timestamp')}.${nonce}.${status}.${sha256(text)}`;
    const expected = `v1=${createHmac('sha256', KEY.secret).update(over).digest('hex')}`;
    expect(headers.get('x-sonae-signature')).toBe(expected);
    // printf 'request.1772366400000.NONCE.GET./v1/status.e3b0…b855' | openssl dgst -sha256 -hmac SECRET
    const request = { method: 'GET', path: '/v1/status', body: new Uint8Array() };
    expect(signRequest(KEY.secret, '1772366400000', nonce, request)).toBe(
      'v1=b127038c9a3e0f961c3b9e7794a4bd18f0fb4497167e4397e96ef1c3b41609aa',
    );
  });
});

describe('the command', () => {
  it('listens, answers and ends', async () => {
    const secretFile = join(dir, 'secret');
    writeFileSync(secretFile, `${KEY.secret}\n`);
    const script = fileURLToPath(new URL('./server.ts', import.meta.url));
    const child = spawn(process.execPath, [
      script,
      '--port',
      '0',
      '--secret-file',
      secretFile,
      '--assets',
      'BTC',
    ]);
    try {
      const line = await new Promise<string>((resolve, reject) => {
        child.stdout.once('data', (data) => resolve(String(data)));
        child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
      });
      const url = /http:\/\/\S+/.exec(line)?.[0];
      const answer = await fetch(`${url}/v1/status`);
      expect([answer.status, await answer.json()]).toEqual([
        401,
        expect.objectContaining({ code: 'signature-missing' }),
      ]);
      const init = { method: 'POST', body: JSON.stringify({ market: 'BTC/JPY' }) };
      expect((await fetch(`${url}/demo/trade`, init)).status).toBe(200);
    } finally {
      child.removeAllListeners('exit');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
  });

  it('says what is missing', async () => {
    const script = fileURLToPath(new URL('./server.ts', import.meta.url));
    const child = spawn(process.execPath, [script, '--port', '0']);
    let said = '';
    child.stderr.on('data', (data) => {
      said += String(data);
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, said]).toEqual([2, expect.stringContaining('--secret-file')]);
  });
});
