import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Order, Target } from '@sonae/core/ports/target.ts';
import { type Action, actionHash, type NetworkAct, parseAction } from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signWebhook, verifyWebhook } from '../webhook/webhook.ts';
import { covers, overlaps, readRange } from './address-ranges.ts';
import { createNetworkTarget, type NetworkTargetConfig } from './network-target.ts';

const SECRET = 'a-secret-of-thirty-two-characters-or-more';
const START = Date.parse('2026-03-01T12:00:00Z');

function orderOf(act: Partial<NetworkAct> = {}): Order {
  const action: Action = {
    format: 'sonae/action/v1',
    founding: 'a1'.repeat(32),
    use: 'use-1',
    power: 'block-addresses',
    policy: 'b2'.repeat(32),
    target: 'firewall',
    step: 'stop',
    reason: 'c3'.repeat(32),
    until: '2026-03-01T13:00:00Z',
    validBefore: '2026-03-01T12:10:00Z',
    act: {
      kind: 'network',
      system: 'edge',
      operation: 'block',
      subjects: ['192.0.2.0/24', '2001:db8::1'],
      ...act,
    },
  };
  const actionText = canonicalJson(action as unknown as JsonValue);
  return { action, actionText, hash: toHex(actionHash(action)), approvals: [] };
}

describe('ranges', () => {
  it.each([
    ['192.0.2.1', 4, 32, 0xc0000201n, 0xc0000201n],
    ['192.0.2.0/24', 4, 24, 0xc0000200n, 0xc00002ffn],
    ['0.0.0.0/0', 4, 0, 0n, 0xffffffffn],
    ['::', 6, 128, 0n, 0n],
    ['::1', 6, 128, 1n, 1n],
    ['2001:db8::/32', 6, 32, 0x20010db8n << 96n, (0x20010db9n << 96n) - 1n],
    ['2001:db8::a:0:1', 6, 128, (0x20010db8n << 96n) + 0xa00000001n, (0x20010db8n << 96n) + 0xa00000001n],
    ['1:2:3:4:5:6:7:8', 6, 128, 0x00010002000300040005000600070008n, 0x00010002000300040005000600070008n],
  ])('reads %s', (text, family, prefix, first, last) => {
    expect(readRange(text)).toEqual({ family, prefix, first, last });
  });

  it.each([
    ['', /no IPv4 or IPv6/],
    ['example.org', /no names/],
    ['192.0.2.1/33', /prefix from 0 to 32/],
    ['192.0.2.0/024', /prefix/],
    ['192.0.2.0/-1', /prefix/],
    ['192.0.2.0/', /prefix/],
    ['192.0.2.0/24/8', /more than one slash/],
    ['192.0.2.1/24', /write 192\.0\.2\.0\/24/],
    ['192.000.2.1', /no IPv4/],
    ['0x7f.0.0.1', /no IPv4/],
    ['2130706433', /no IPv4/],
    ['2001:db8::1/32', /write 2001:db8::\/32/],
    ['2001:DB8::1', /canonical form; write 2001:db8::1/],
    ['2001:db8:0:0::1', /canonical form; write 2001:db8::1/],
    ['::ffff:192.0.2.1', /canonical form/],
    ['::ffff:c000:201', /write it as IPv4/],
    ['fe80::1%eth0', /no zones/],
    [' 192.0.2.1', /no IPv4/],
  ])('refuses %j', (text, problem) => {
    expect(readRange(text)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('compares within a family only', () => {
    const range = (text: string) => {
      const read = readRange(text);
      if ('problem' in read) throw new Error(read.problem);
      return read;
    };
    expect(overlaps(range('10.0.0.0/8'), range('10.255.255.255'))).toBe(true);
    expect(overlaps(range('10.0.0.0/8'), range('11.0.0.0'))).toBe(false);
    expect(overlaps(range('0.0.0.0/0'), range('::1'))).toBe(false);
    expect(covers(range('10.0.0.0/8'), range('10.1.0.0/16'))).toBe(true);
    expect(covers(range('10.1.0.0/16'), range('10.0.0.0/8'))).toBe(false);
    expect(covers(range('10.0.0.0/8'), range('10.0.0.0/8'))).toBe(true);
  });
});

type Adapter = Awaited<ReturnType<typeof localAdapter>>;
/**
 * A reference adapter: verifies, does each hash once, ends blocks by its own clock, tells what is blocked.
 */
async function localAdapter(now: () => number) {
  const state = {
    blocked: new Map<string, number>(),
    routes: ['primary'],
    hashes: new Set<string>(),
    posts: 0,
  };
  const bend: {
    answer: ((req: IncomingMessage, res: ServerResponse) => boolean) | null;
    busy: boolean;
    lie: object;
    refuse: boolean;
  } = {
    answer: null,
    busy: false,
    lie: {},
    refuse: false,
  };
  const reply = (res: ServerResponse, id: string, value: object, status = 200): void => {
    const body = JSON.stringify(value);
    const signature = signWebhook(SECRET, now(), body);
    res.writeHead(status, {
      'x-sonae-id': id,
      'x-sonae-timestamp': String(now()),
      'x-sonae-signature': signature,
    });
    res.end(body);
  };
  const take = (body: string): object => {
    const { action, hash, operation, subjects, until } = JSON.parse(body);
    const text = canonicalJson(action);
    if (toHex(actionHash(parseAction(text))) !== hash) return { hash, state: 'refused', why: 'not the hash' };
    if (bend.refuse) return { hash, state: 'refused', why: 'not this range' };
    if (bend.busy) return { hash, state: 'accepted' };
    if (!state.hashes.has(hash)) {
      state.hashes.add(hash);
      for (const subject of subjects)
        if (operation === 'block') state.blocked.set(subject, Date.parse(until));
        else if (operation === 'unblock') state.blocked.delete(subject);
        else state.routes = [subject];
    }
    return { hash, state: 'applied' };
  };
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    if (req.method === 'POST') state.posts += 1;
    if (bend.answer?.(req, res)) return;
    const text = req.method === 'GET' ? (req.url ?? '') : body;
    if (!verifyWebhook(SECRET, req.headers, text, now()).genuine)
      return void res.writeHead(401).end('who are you');
    const id = String(req.headers['x-sonae-id']);
    if (req.method === 'POST') return reply(res, id, take(body));
    const nonce = new URL(req.url ?? '', 'http://adapter').searchParams.get('nonce');
    const blocked = [...state.blocked].filter(([, untilMs]) => untilMs > now()).map(([subject]) => subject);
    reply(res, id, { nonce, system: 'edge', blocked, routes: state.routes, ...bend.lie });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return {
    state,
    bend,
    reply,
    close,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  };
}

describe('createNetworkTarget', () => {
  let nowMs: number;
  let adapter: Adapter;
  const now = (): number => nowMs;
  const targetOf = (over: Partial<NetworkTargetConfig> = {}): Target =>
    createNetworkTarget({ system: 'edge', url: adapter.url, secret: SECRET, timeoutMs: 1_000, ...over }, now);
  beforeEach(async () => {
    nowMs = START;
    adapter = await localAdapter(now);
  });
  afterEach(() => adapter.close());

  it('blocks once, sees it in effect and sees it end by itself', async () => {
    const target = targetOf();
    const order = orderOf();
    expect(await target.rehearse(order)).toMatchObject({
      works: true,
      shows: { operation: 'block', wouldChange: 2, for: ['192.0.2.0/24', '2001:db8::1'] },
    });
    expect(adapter.state.posts).toBe(0);
    expect(await target.observe(order)).toMatchObject({ inEffect: false, seen: { notInEffect: 2 } });
    expect(await target.perform(order)).toEqual({
      state: 'performed',
      receipt: { hash: order.hash, state: 'applied' },
    });
    expect(await target.perform(order)).toMatchObject({ state: 'performed' });
    expect(adapter.state.hashes.size).toBe(1);
    expect(await target.observe(order)).toMatchObject({
      inEffect: true,
      seen: { blocked: 2, notInEffect: 0 },
    });
    nowMs = Date.parse('2026-03-01T13:00:00Z');
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
  });

  it('counts what a wider block covers as blocked, and what any block touches as not unblocked', async () => {
    const forever = Number.MAX_SAFE_INTEGER;
    adapter.state.blocked.set('192.0.0.0/16', forever);
    const target = targetOf();
    expect(await target.observe(orderOf({ subjects: ['192.0.2.0/24'] }))).toMatchObject({ inEffect: true });
    expect(await target.observe(orderOf({ subjects: ['192.0.0.0/15'] }))).toMatchObject({ inEffect: false });
    expect(await target.observe(orderOf({ operation: 'unblock', subjects: ['192.0.2.0/24'] }))).toMatchObject(
      { inEffect: false },
    );
    adapter.state.blocked.clear();
    expect(await target.observe(orderOf({ operation: 'unblock', subjects: ['192.0.2.0/24'] }))).toMatchObject(
      { inEffect: true },
    );
  });

  it('shifts a route', async () => {
    const target = targetOf();
    const order = orderOf({ operation: 'shift', subjects: ['scrubbing'] });
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
    expect(await target.perform(order)).toMatchObject({ state: 'performed' });
    expect(await target.observe(order)).toMatchObject({ inEffect: true });
  });

  it.each<[string, Partial<NetworkAct>, RegExp]>([
    ['everybody', { subjects: ['0.0.0.0/0'] }, /wider than \/8/],
    ['everybody on IPv6', { subjects: ['::/0'] }, /wider than \/19/],
    ['a seventh of everybody', { subjects: ['10.0.0.0/7'] }, /wider than \/8/],
    [
      'too much in pieces',
      { subjects: ['11.0.0.0/8', '12.0.0.0/8', '13.0.0.0/8', '14.0.0.0/8', '15.0.0.1'] },
      /together/,
    ],
    [
      'too much IPv6 in pieces',
      { subjects: ['2000::/19', '2000:2000::/19', '2000:4000::/19', '2000:6000::/19', '2001:db8::1'] },
      /together/,
    ],
    ['loopback', { subjects: ['127.0.0.1'] }, /must never be blocked/],
    ['IPv6 loopback', { subjects: ['::1'] }, /must never be blocked/],
    ['no address', { subjects: ['::'] }, /must never be blocked/],
    [
      'the office',
      { subjects: ['198.51.0.0/16'] },
      /overlaps 198\.51\.100\.0\/24, which must never be blocked/,
    ],
    ['the same twice', { subjects: ['192.0.2.1', '192.0.2.1'] }, /twice/],
    ['nothing', { subjects: [] }, /are 0/],
    [
      'too many',
      { subjects: Array.from({ length: 1_001 }, (_, at) => `10.0.${at >> 8}.${at & 255}`) },
      /are 1001/,
    ],
    ['a name', { subjects: ['example.org'] }, /subjects\.0 "example\.org" is no IPv4/],
    ['two routes', { operation: 'shift', subjects: ['a', 'b'] }, /one route/],
    ['a route that is a command', { operation: 'shift', subjects: ['a; reboot'] }, /one route/],
    ['an unblock of everybody', { operation: 'unblock', subjects: ['0.0.0.0/0'] }, /wider than \/8/],
    ['another system', { system: 'core' }, /this target is edge/],
  ])('never sends %s', async (_, act, why) => {
    const target = targetOf({ neverBlock: ['198.51.100.0/24'] });
    const order = orderOf(act);
    expect(await target.perform(order)).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringMatching(why),
    });
    expect(await target.rehearse(order)).toMatchObject({ works: false, why: expect.stringMatching(why) });
    expect(await target.observe(order)).toMatchObject({ inEffect: null });
    expect(adapter.state.posts).toBe(0);
  });

  it('allows exactly its limits, and lifting a block that should never have been', async () => {
    const target = targetOf({ neverBlock: ['198.51.100.0/24'], ipv4PrefixMin: 16 });
    expect(
      await target.perform(
        orderOf({ subjects: ['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'] }),
      ),
    ).toMatchObject({ state: 'performed' });
    expect(await target.perform(orderOf({ subjects: ['10.0.0.0/15'] }))).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('/16'),
    });
    expect(await target.perform(orderOf({ operation: 'unblock', subjects: ['198.51.100.7'] }))).toMatchObject(
      { state: 'performed' },
    );
    const most = Array.from({ length: 1_000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    expect(await target.perform(orderOf({ subjects: most }))).toMatchObject({ state: 'performed' });
  });

  it('waits for what is only accepted, and gives up on a signed refusal', async () => {
    adapter.bend.busy = true;
    expect(await targetOf().perform(orderOf())).toMatchObject({ state: 'pending', retryAfterMs: 5_000 });
    adapter.bend.refuse = true;
    expect(await targetOf().perform(orderOf())).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringMatching(/^127\.0\.0\.1:\d+ refused: not this range$/),
    });
  });

  it('sends nothing after validBefore, but counts what was done before', async () => {
    const [done, late] = [orderOf(), orderOf({ subjects: ['203.0.113.9'] })];
    await targetOf().perform(done);
    nowMs = Date.parse(done.action.validBefore);
    expect(await targetOf().perform(done)).toMatchObject({ state: 'performed' });
    expect(await targetOf().perform(late)).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringContaining('validBefore'),
    });
    expect(adapter.state.posts).toBe(1);
    adapter.bend.answer = (_, res) => Boolean(res.writeHead(503).end());
    expect(await targetOf().perform(late)).toMatchObject({ state: 'failed', permanent: false });
  });

  it.each<[string, (req: IncomingMessage, res: ServerResponse) => void, RegExp]>([
    [
      'an unsigned 404',
      (_, res) => res.writeHead(404).end('gone'),
      /without a valid signature \(missing-header\): gone/,
    ],
    [
      'another hash',
      (_, res) => adapter.reply(res, 'x', { hash: 'f'.repeat(64), state: 'applied' }),
      /did not acknowledge/,
    ],
    [
      'a signed 404 without a refusal',
      (_, res) => adapter.reply(res, 'x', {}, 404),
      /answered 404 and did not acknowledge/,
    ],
    [
      'a redirect',
      (_, res) => res.writeHead(308, { location: '/x' }).end(),
      /redirect, which is not followed/,
    ],
    ['silence', () => undefined, /no answer in 100 ms/],
    ['a broken connection', (_, res) => res.socket?.destroy(), /failed/],
  ])('takes %s for a failure that may pass', async (_, answer, why) => {
    adapter.bend.answer = (req, res) => {
      answer(req, res);
      return true;
    };
    const result = await targetOf({ timeoutMs: 100 }).perform(orderOf());
    expect(result).toMatchObject({ state: 'failed', permanent: false, why: expect.stringMatching(why) });
    expect(JSON.stringify(result)).not.toContain('/hook');
    expect(await targetOf({ timeoutMs: 100 }).observe(orderOf())).toMatchObject({ inEffect: null });
  });

  it('is not believed by the adapter with another secret', async () => {
    expect(await targetOf({ secret: `${SECRET}!` }).perform(orderOf())).toMatchObject({
      state: 'failed',
      permanent: false,
    });
    expect(adapter.state.hashes.size).toBe(0);
  });

  it.each<[object, RegExp]>([
    [{ nonce: '0'.repeat(32) }, /another request/],
    [{ system: 'core' }, /status is of core/],
    [{ blocked: ['anything'] }, /blocked anything is no IPv4/],
    [{ blocked: 7 }, /another form: blocked/],
  ])('does not believe a status with %j', async (lie, why) => {
    adapter.bend.lie = lie;
    expect(await targetOf().observe(orderOf())).toMatchObject({
      inEffect: null,
      seen: { why: expect.stringMatching(why) },
    });
    expect(await targetOf().rehearse(orderOf())).toMatchObject({
      works: false,
      why: expect.stringMatching(why),
    });
  });

  it('never blocks its own adapter', async () => {
    const target = createNetworkTarget(
      { system: 'edge', url: 'https://192.0.2.7/hook', secret: SECRET },
      now,
    );
    expect(await target.perform(orderOf())).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringContaining('overlaps 192.0.2.7'),
    });
  });

  it.each<[string, Partial<NetworkTargetConfig>]>([
    ['url', { url: 'http://adapter.example/hook' }],
    ['secret', { secret: 'short' }],
    ['neverBlock.1', { neverBlock: ['192.0.2.0/24', '192.0.2.1/24'] }],
    ['ipv4PrefixMin', { ipv4PrefixMin: 0 }],
    ['ipv6PrefixMin', { ipv6PrefixMin: 129 }],
  ])('refuses an unusable %s', (field, over) => {
    expect(() => targetOf(over)).toThrow(field);
  });
});
