import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CarriedApproval, Order, Target } from '@sonae/core/ports/target.ts';
import { type Action, actionHash, type ExchangeAct } from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExchange, type Exchange } from '../../../../../examples/exchange/server.ts';
import { createExchangeTarget } from './exchange-target.ts';
import { signExchangeAnswer, signExchangeRequest } from './exchange-wire.ts';

const SECRET = 'a-secret-of-thirty-two-characters-or-more';
const START = Date.parse('2026-03-01T12:00:00Z');
const HOUR_MS = 3_600_000;

let nowMs: number;
const now = (): number => nowMs;
const iso = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  nowMs = START;
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

let uses = 0;
function orderOf(act: Partial<ExchangeAct> = {}, over: Partial<Action> = {}): Order {
  uses += 1;
  const operation = act.operation ?? 'halt-withdrawals';
  const resumes = /^(resume|unfreeze|lift)/.test(operation);
  const action: Action = {
    format: 'sonae/action/v1',
    founding: 'a1'.repeat(32),
    use: `use-${uses}`,
    power: 'stop-withdrawals',
    policy: 'b2'.repeat(32),
    target: 'exchange',
    step: resumes ? 'resume' : 'stop',
    reason: 'c3'.repeat(32),
    until: resumes ? null : iso(nowMs + HOUR_MS),
    validBefore: iso(nowMs + 600_000),
    act: { kind: 'exchange', system: 'main', operation, subject: 'BTC', limit: null, ...act },
    ...over,
  };
  const actionText = canonicalJson(action as unknown as JsonValue);
  return { action, actionText, hash: toHex(actionHash(action)), approvals: [] };
}

const targetOf = (url: string, timeoutMs = 2_000): Target =>
  createExchangeTarget({ system: 'main', url, keyId: 'sonae', secret: SECRET, timeoutMs }, now);

describe('with the reference exchange', () => {
  let exchange: Exchange;
  let target: Target;
  beforeEach(async () => {
    exchange = createExchange({ system: 'main', keys: [{ id: 'sonae', secret: SECRET }], clock: now });
    const listening = await exchange.listen(0);
    closers.push(() => listening.close());
    target = targetOf(listening.url);
  });

  it('rehearses, performs once, observes, and sees the stop end by itself', async () => {
    const order = orderOf();
    expect(await target.observe(order)).toMatchObject({ inEffect: false, seen: { stops: [] } });
    expect(await target.rehearse(order)).toMatchObject({
      works: true,
      shows: { operation: 'halt-withdrawals', subject: 'BTC', before: [], after: [{ hash: order.hash }] },
    });
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
    const first = await target.perform(order);
    expect(first).toMatchObject({ state: 'performed', receipt: { hash: order.hash } });
    nowMs += 1_000;
    expect(await target.perform(order)).toEqual(first);
    expect(exchange.state.results.size).toBe(1);
    expect(await target.observe(order)).toMatchObject({
      inEffect: true,
      seen: { stops: [{ hash: order.hash }] },
    });
    nowMs = START + HOUR_MS;
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
  });

  it('resumes: in effect when nothing stands any more', async () => {
    await target.perform(orderOf());
    const resume = orderOf({ operation: 'resume-withdrawals' });
    expect(await target.observe(resume)).toMatchObject({ inEffect: false });
    expect(await target.perform(resume)).toMatchObject({ state: 'performed' });
    expect(await target.observe(resume)).toMatchObject({ inEffect: true });
  });

  it('takes a shorter stop or a looser limit for not in effect, a stricter one for in effect', async () => {
    await target.perform(orderOf());
    expect(await target.observe(orderOf({}, { until: iso(START + 2 * HOUR_MS) }))).toMatchObject({
      inEffect: false,
    });
    expect(await target.observe(orderOf({}, { until: iso(START + 60_000) }))).toMatchObject({
      inEffect: true,
    });
    const limited = (limit: string): Order => orderOf({ operation: 'limit-redemptions', limit });
    await target.perform(limited('500'));
    expect(await target.observe(limited('499'))).toMatchObject({ inEffect: false });
    expect(await target.observe(limited('1000'))).toMatchObject({ inEffect: true });
  });

  it('passes refusals on: for good when they are, not when approvals or time can heal them', async () => {
    const late = orderOf({}, { validBefore: iso(nowMs - 1_000) });
    expect(await target.perform(late)).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringMatching(
        /^127\.0\.0\.1:\d+ refused with 410: order-expired; action\.validBefore .* passed/,
      ),
    });
    expect(await target.rehearse(late)).toMatchObject({ works: false, why: expect.stringContaining('410') });
    for (let count = 0; count < 130; count += 1) await target.observe(late);
    expect(await target.perform(orderOf())).toMatchObject({
      state: 'failed',
      permanent: false,
      why: expect.stringContaining('429: too-many-requests'),
    });
  });

  it('believes no answer to a wrong secret or a wrong clock', async () => {
    const { port, close } = await exchange.listen(0);
    closers.push(close);
    const config = { system: 'main', url: `http://127.0.0.1:${port}`, keyId: 'sonae' };
    const stranger = createExchangeTarget({ ...config, secret: `${SECRET}!` }, now);
    expect(await stranger.perform(orderOf())).toMatchObject({
      state: 'failed',
      permanent: false,
      why: expect.stringContaining(
        '401 without a signature (check url, keyId and secret): {"code":"signature-wrong"',
      ),
    });
    const late = createExchangeTarget({ ...config, secret: SECRET }, () => nowMs - 400_000);
    expect(await late.observe(orderOf())).toMatchObject({
      inEffect: null,
      seen: { why: expect.stringContaining('clock') },
    });
    expect(exchange.state.results.size).toBe(0);
  });

  it('sends nothing that is not its own or not what was approved', async () => {
    const order = orderOf();
    const bad: [Order, string][] = [
      [{ ...order, action: { ...order.action, act: { kind: 'govern', change: null } } }, 'performs exchange'],
      [{ ...order, actionText: order.actionText.replace('BTC', 'ETH') }, 'canonical JSON'],
      [{ ...order, hash: '0'.repeat(64) }, 'hash'],
      [orderOf({ system: 'other' }), 'system is other'],
      [{ ...order, approvals: new Array<CarriedApproval>(700).fill(APPROVAL) }, 'an exchange takes 65536'],
    ];
    for (const [one, why] of bad) {
      const failed = { state: 'failed', permanent: true, why: expect.stringContaining(why) };
      expect(await target.perform(one)).toMatchObject(failed);
      expect(await target.rehearse(one)).toMatchObject({ works: false, why: expect.stringContaining(why) });
      expect(await target.observe(one)).toMatchObject({ inEffect: null });
    }
    expect(exchange.state.results.size).toBe(0);
  });
});

const APPROVAL = {
  principal: 'alice',
  credential: 'alice-key',
  kind: 'ed25519',
  address: null,
  signature: 'A'.repeat(88),
} as const satisfies CarriedApproval;

describe('with an exchange that fails or lies', () => {
  type Answering = (req: IncomingMessage, res: ServerResponse) => void;
  async function fake(answer: Answering): Promise<{ url: string; seen: IncomingMessage[] }> {
    const seen: IncomingMessage[] = [];
    const server: Server = createServer((req, res) => {
      seen.push(req);
      req.resume();
      req.once('end', () => answer(req, res));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closers.push(async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/private-path`, seen };
  }
  const respond = (
    res: ServerResponse,
    req: IncomingMessage,
    status: number,
    value: unknown,
    over: { nonce?: string; timestamp?: string; signed?: unknown } = {},
  ): void => {
    const nonce = over.nonce ?? String(req.headers['x-sonae-nonce']);
    const timestamp = over.timestamp ?? String(nowMs);
    const signedBody = JSON.stringify('signed' in over ? over.signed : value);
    const signature = signExchangeAnswer(SECRET, timestamp, nonce, { status, body: signedBody });
    res.writeHead(status, { 'x-sonae-timestamp': timestamp, 'x-sonae-signature': signature });
    res.end(JSON.stringify(value));
  };
  const open = { system: 'main', at: iso(START), stops: [] };

  it('signs as others can compute', () => {
    // printf 'request.1772366400000.00.GET./v1/status.e3b0…b855' | openssl dgst -sha256 -hmac key
    const request = { method: 'GET', path: '/v1/status', body: '' };
    expect(signExchangeRequest('key', '1772366400000', '00', request)).toBe(
      'v1=27ebf587458d0632e03fbd022b56b8055588c13f3374184fb3c1ed4c8bcf6db3',
    );
  });

  it.each([400, 403, 404, 409, 410, 413, 422])('gives up on a signed %i', async (status) => {
    const refusal = { code: 'x', message: 'm', hint: 'h' };
    const { url } = await fake((req, res) => respond(res, req, status, refusal));
    const result = await targetOf(url).perform(orderOf());
    expect(result).toMatchObject({ state: 'failed', permanent: true });
    expect(JSON.stringify(result)).not.toContain('private-path');
  });

  it.each([401, 408, 425, 429, 500, 502, 503])('tries again after a signed %i', async (status) => {
    const { url } = await fake((req, res) => respond(res, req, status, {}));
    expect(await targetOf(url).perform(orderOf())).toMatchObject({ state: 'failed', permanent: false });
  });

  it('never gives up on the word of an unsigned 4xx', async () => {
    const { url } = await fake((_, res) => res.writeHead(422).end('<h1>proxy</h1>'));
    expect(await targetOf(url).perform(orderOf())).toMatchObject({
      state: 'failed',
      permanent: false,
      why: expect.stringContaining('answered 422 without a signature'),
    });
  });

  it('does not believe a status that is old, for another request, altered or of another system', async () => {
    const order = orderOf({ operation: 'resume-withdrawals' });
    const lies: [Parameters<typeof respond>[4], unknown, string][] = [
      [{ nonce: '0'.repeat(32) }, open, 'does not belong'],
      [{ signed: { ...open, stops: [1] } }, open, 'does not belong'],
      [{ timestamp: String(START - 300_001) }, open, 'away from our clock'],
      [{ timestamp: 'x' }, open, 'not in milliseconds'],
      [{}, { ...open, system: 'other' }, 'status is of other'],
      [{}, { ...open, stops: [{ operation: 'halt-withdrawals' }] }, 'another form: stops.0'],
      [{}, null, 'another form'],
    ];
    for (const [over, value, why] of lies) {
      const { url } = await fake((req, res) => respond(res, req, 200, value, over));
      expect(await targetOf(url).observe(order)).toMatchObject({
        inEffect: null,
        seen: { why: expect.stringContaining(why) },
      });
    }
    const { url } = await fake((req, res) => respond(res, req, 200, open));
    expect(await targetOf(url).observe(order)).toMatchObject({ inEffect: true });
  });

  it('does not take its own request, sent back, for an answer', async () => {
    const { url } = await fake((req, res) => {
      const { 'x-sonae-timestamp': timestamp, 'x-sonae-signature': signature } = req.headers;
      res
        .writeHead(200, { 'x-sonae-timestamp': String(timestamp), 'x-sonae-signature': String(signature) })
        .end('');
    });
    expect(await targetOf(url).observe(orderOf())).toMatchObject({ inEffect: null });
  });

  it('does not take a result of another order, or no result, for performed', async () => {
    for (const value of [{ hash: 'f'.repeat(64), state: 'performed', at: '' }, {}, []]) {
      const { url } = await fake((req, res) => respond(res, req, 200, value));
      expect(await targetOf(url).perform(orderOf())).toMatchObject({ state: 'failed', permanent: false });
      expect(await targetOf(url).rehearse(orderOf())).toMatchObject({ works: false });
    }
  });

  it.each<[string, Answering, RegExp]>([
    ['silence', () => undefined, /no answer in 150 ms/],
    ['a broken connection', (_, res) => res.socket?.destroy(), /the request failed \(\w+\)/],
    [
      'a redirect',
      (_, res) => res.writeHead(307, { location: '/elsewhere' }).end(),
      /redirect, which is not followed/,
    ],
    ['an endless body', (_, res) => void res.writeHead(200).write('x'), /no answer in 150 ms/],
    ['a huge body', (_, res) => res.end('y'.repeat(300_000)), /longer than 262144 bytes/],
  ])('never throws on %s and tries again', async (_, answer, why) => {
    const { url, seen } = await fake(answer);
    const target = targetOf(url, 150);
    const result = await target.perform(orderOf());
    expect(result).toMatchObject({ state: 'failed', permanent: false, why: expect.stringMatching(why) });
    expect(JSON.stringify(result)).not.toContain('private-path');
    expect(seen).toHaveLength(1);
    expect(await target.observe(orderOf())).toMatchObject({ inEffect: null });
  });

  it('never throws when nobody listens', async () => {
    expect(await targetOf('http://127.0.0.1:9').perform(orderOf())).toMatchObject({
      state: 'failed',
      permanent: false,
    });
  });
});

describe('configuration', () => {
  const good = { system: 'main', url: 'https://exchange.example/stop', keyId: 'sonae', secret: SECRET };
  it.each([
    ['url', { url: 'http://exchange.example' }],
    ['url', { url: 'https://user:pw@exchange.example' }],
    ['url', { url: 'https://exchange.example/?token=1' }],
    ['url', { url: 'nowhere' }],
    ['secret', { secret: 'short' }],
    ['keyId', { keyId: 'two words' }],
  ])('refuses an unusable %s', (field, over) => {
    expect(() => createExchangeTarget({ ...good, ...over }, now)).toThrow(field);
    expect(createExchangeTarget(good, now).kind).toBe('exchange');
  });
});
