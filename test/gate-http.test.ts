/** The gate over HTTP: idempotent, durable before it answers, closed whenever anything is wrong. */
import { createHash } from 'node:crypto';
import type { App } from '@sonae/core/app/handle.ts';
import { DAY_MS, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import {
  DESTINATIONS_PER_COMMAND_MAX,
  PAYMENTS_PER_COMMAND_MAX,
} from '@sonae/core/nouns/custody/facts/gate.ts';
import { SIGHTINGS_PER_COMMAND_MAX } from '@sonae/core/nouns/custody/facts/holdings.ts';
import { ADDRESS_LENGTH_MAX, addressKey } from '@sonae/core/nouns/custody/facts/words.ts';
import { unknownAddresses } from '@sonae/core/nouns/custody/views/holdings.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Hono } from 'hono';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { gateSchema } from '../packages/server/src/custody/gate-config.ts';
import { createGate } from '../packages/server/src/http/gate.ts';
import { createTestApp, SYSTEM } from './support/app.ts';
import { ADDRESSES, type Custody, ETH, foundCustody, POLICY, rule, withCustody } from './support/custody.ts';

const TOKEN = 'a-token-that-only-the-exchange-knows';
const tokenSha256 = createHash('sha256').update(TOKEN).digest('hex');
const gateOf = (app: App, change: object = {}): Hono =>
  createGate({ app }, gateSchema.parse({ tokenSha256, ...change }));

let store: Store;
let c: Custody;
let gate: Hono;
const RATES = { ETH: '500000', USDC: '150', BTC: '15000000' };

const post = async (path: string, body: unknown, to = gate, token = TOKEN) => {
  const answer = await to.request(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answered = (await answer.json()) as Record<string, unknown>;
  return { ...answered, status: answer.status } as Record<string, unknown>;
};
const W = { customer: 'c-1', asset: 'ETH', amount: ETH(1), destination: ADDRESSES.payee, chain: 'ethereum' };
const ask = (id: string, change: object = {}, to = gate) => post('/withdrawals', { id, ...W, ...change }, to);
const list = (customer: string, address: string) =>
  post('/destinations', { destinations: [{ customer, chain: 'ethereum', address }] });

beforeEach(async () => {
  store = createMemoryStore();
  c = await foundCustody(createTestApp(store));
  await c.policy(POLICY);
  gate = gateOf(c.app);
  await list('c-1', ADDRESSES.payee);
  c.pass(DAY_MS);
  await c.rates(RATES);
});

describe('a withdrawal', () => {
  test('is allowed by a rule, with what remains, and stands in the log with its evidence before the answer', async () => {
    const answer = await ask('w-1');
    expect(answer).toMatchObject({
      status: 200,
      decision: 'allow',
      rule: 'listed',
      remaining: { limit: 'customer-day', left: '2500000', unit: 'value' },
      final: true,
    });
    const [fact] = await c.facts('custody.GateDecided');
    expect(fact).toMatchObject({ count: 1, policy: 1, answers: [{ id: 'w-1', decision: 'allow' }] });
    expect((await store.evidence(String(fact?.root)))?.[0]).toContain('"w-1"');
  });

  test('asked again gets the same answer and counts once; with other content it is a conflict', async () => {
    const [first, second, third] = await Promise.all([ask('w-1'), ask('w-1'), ask('w-1')]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    c.pass(MINUTE_MS);
    expect(await ask('w-1', { at: new Date(c.clock.now()).toISOString() })).toEqual(first);
    expect((await ask('w-1', { amount: ETH(2) })).status).toBe(409);
    expect((await ask('w-1', { destination: ADDRESSES.thief })).status).toBe(409);
    expect((await ask('w-2')).remaining).toMatchObject({ left: '2000000' });
    expect((await c.facts('custody.GateDecided')).flatMap(({ answers }) => answers)).toHaveLength(2);
  });

  test.each<[string, object, string, string]>([
    ['to an address nobody listed', { destination: ADDRESSES.thief }, 'deny', 'default'],
    ['to an address that another customer listed', { customer: 'c-2' }, 'deny', 'default'],
    ['by a customer who calls himself the firm', { customer: 'firm' }, 'deny', 'default'],
    ['of an asset that is not', { asset: 'NOPE' }, 'deny', 'gate.no-asset'],
    ['named like a part of every object', { asset: 'A.CONSTRUCTOR' }, 'deny', 'gate.no-asset'],
    ['on another chain', { chain: 'base' }, 'deny', 'gate.no-asset'],
    ['to no address', { destination: '0x12' }, 'deny', 'gate.bad-address'],
    ['above the band', { amount: ETH(2.001) }, 'hold', 'large-withdrawal'],
    ['asked long ago', { at: '2026-04-01T00:00:00Z' }, 'hold', 'gate.stale-request'],
    ['asked in the future', { at: '2030-04-01T00:00:00Z' }, 'hold', 'gate.stale-request'],
  ])('%s', async (_, change, decision, by) => {
    expect(await ask('w-1', change)).toMatchObject({ status: 200, decision, rule: by });
  });

  test('attack: whitelist, then withdraw at once; our clock counts, not the caller’s', async () => {
    await list('c-1', ADDRESSES.thief);
    expect(await ask('w-1', { destination: ADDRESSES.thief })).toMatchObject({
      decision: 'deny',
      rule: 'cooling',
    });
    c.pass(DAY_MS - 1_000);
    await c.rates(RATES);
    expect(await ask('w-2', { destination: ADDRESSES.thief })).toMatchObject({ rule: 'cooling' });
    await list('c-1', ADDRESSES.thief);
    c.pass(1_000);
    expect(await ask('w-3', { destination: ADDRESSES.thief })).toMatchObject({ decision: 'allow' });
    await post('/destinations/remove', {
      destinations: [{ customer: 'c-1', chain: 'ethereum', address: ADDRESSES.thief }],
    });
    expect(await ask('w-4', { destination: ADDRESSES.thief })).toMatchObject({ rule: 'default' });
  });

  test('attack: structuring below the band, all at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => ask(`w-${n}`, { amount: ETH(0.4) })),
    );
    const decisions = answers.map(({ decision }) => decision);
    expect(decisions).toEqual(['allow', 'allow', 'allow', 'allow', 'allow', 'hold', 'hold', 'hold']);
  });
});

describe('velocity', () => {
  const many = async (to: Hono, from: number, count: number) => {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, n) => {
        const address = `0x${(from + n).toString(16).padStart(40, '7')}`;
        return ask(`m-${from + n}`, { destination: address, amount: ETH(0.5) }, to);
      }),
    );
    return answers.filter(({ decision }) => decision === 'allow').length;
  };
  const listMany = async (count: number) => {
    const destinations = Array.from({ length: count }, (_, n) => ({
      customer: 'c-1',
      chain: 'ethereum',
      address: `0x${n.toString(16).padStart(40, '7')}`,
    }));
    await post('/destinations', { destinations });
    c.pass(DAY_MS);
    await c.rates(RATES);
  };

  test('holds over any number of requests at once, and over gates on one log', async () => {
    await listMany(300);
    const other = gateOf(createTestApp(store, 2, undefined, c.clock.now()).app);
    // 3,000,000 yen a day at 250,000 each.
    const [here, there] = await Promise.all([many(gate, 0, 150), many(other, 150, 150)]);
    expect(here + there).toBe(12);
  });

  test('survives a restart from the same store, to the yen', async () => {
    await listMany(20);
    expect(await many(gate, 0, 7)).toBe(7);
    const again = createTestApp(store, 3, undefined, c.clock.now());
    const after = gateOf(again.app);
    expect(await many(after, 7, 13)).toBe(5);
    expect(
      await ask('m-0', { destination: `0x${'0'.padStart(40, '7')}`, amount: ETH(0.5) }, after),
    ).toMatchObject({
      decision: 'allow',
    });
  });
});

describe('fails closed', () => {
  test('without the token, whatever is sent', async () => {
    for (const token of ['', 'x', `${TOKEN}x`])
      expect((await post('/withdrawals', {}, gate, token)).status).toBe(401);
    const unset = createGate({ app: c.app }, gateSchema.parse({}));
    for (const token of ['', TOKEN, '\0'.repeat(32)]) {
      const answer = await unset.request('/withdrawals', {
        method: 'POST',
        headers: token === '' || token.includes('\0') ? {} : { authorization: `Bearer ${token}` },
      });
      expect(answer.status).toBe(401);
    }
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /not JSON/],
    ['no id', { ...W }, /id/],
    ['an amount of nothing', { id: 'w', ...W, amount: '0' }, /amount/],
    ['a negative amount', { id: 'w', ...W, amount: '-1' }, /amount/],
    ['an amount as a number', { id: 'w', ...W, amount: 1 }, /amount/],
    ['a field too many', { id: 'w', ...W, bypass: true }, /bypass|body/],
  ])('with %s', async (_, body, message) => {
    const { status, fault } = await post('/withdrawals', body);
    expect(status).toBe(400);
    expect((fault as { message: string }).message).toMatch(message);
  });

  test('without a policy', async () => {
    const bare = await foundCustody(createTestApp(createMemoryStore()));
    const answer = await ask('w-1', {}, gateOf(bare.app));
    expect(answer).toMatchObject({ status: 200, decision: 'hold', rule: 'gate.no-policy' });
  });

  test('when rates are stale or missing', async () => {
    c.pass(15 * MINUTE_MS);
    expect((await ask('w-1')).decision).toBe('allow');
    c.pass(1);
    expect(await ask('w-2')).toMatchObject({ decision: 'hold', rule: 'gate.no-rate' });
    expect(await ask('w-1'), 'what was answered stays answered').toMatchObject({ decision: 'allow' });
  });

  test('when the log fails, and the id can be asked again', async () => {
    let broken = true;
    const app: App = {
      ...c.app,
      submit: (envelope) => (broken ? Promise.reject(new Error('disk')) : c.app.submit(envelope)),
    };
    const flaky = gateOf(app);
    expect(await ask('w-1', {}, flaky)).toMatchObject({
      status: 200,
      decision: 'hold',
      rule: 'gate.error',
      final: false,
    });
    broken = false;
    expect(await ask('w-1', {}, flaky)).toMatchObject({ decision: 'allow', final: true });
  });

  test('when it takes too long', async () => {
    const app: App = { ...c.app, submit: () => new Promise(() => undefined) };
    expect(await ask('w-1', {}, gateOf(app, { deadlineMs: 50 }))).toMatchObject({
      status: 200,
      decision: 'hold',
      rule: 'gate.deadline',
      final: false,
    });
  });

  test('when it was decided too late, which then stands', async () => {
    const app: App = {
      ...c.app,
      submit: (envelope) => {
        c.pass(3_000);
        return c.app.submit(envelope);
      },
    };
    expect(await ask('w-1', {}, gateOf(app))).toMatchObject({
      decision: 'hold',
      rule: 'gate.late',
      final: true,
    });
    expect(await ask('w-1')).toMatchObject({ decision: 'hold', rule: 'gate.late' });
  });

  test('when the policy is tightened in the middle of everything', async () => {
    expect((await ask('w-1')).decision).toBe('allow');
    await c.policy({ ...POLICY, rules: [...POLICY.rules, rule('stop', 'deny')] });
    expect(await ask('w-2')).toMatchObject({ decision: 'deny', rule: 'stop' });
  });

  test('no operator can decide in its stead', async () => {
    const input = { withdrawals: [{ id: 'w-1', ...W, answerBy: '2030-01-01T00:00:00Z' }] } as JsonValue;
    expect(await c.act('DecideWithdrawals', input)).toBe('not-permitted');
    expect((await c.app.submit({ command: 'custody.DecideWithdrawals', input, actor: SYSTEM })).status).toBe(
      'done',
    );
  });
});

/** A hot wallet of the firm, with its one address. */
async function addTill(): Promise<void> {
  const places = withCustody(c);
  await places.change({
    kind: 'key',
    key: {
      id: 'h1',
      name: 'h1',
      kind: 'hsm',
      place: 'dc',
      holder: 'south',
      everOnline: true,
      onlineOnlyToSign: false,
      leavesDevice: false,
      backups: [],
    },
  });
  await places.change({
    kind: 'wallet',
    wallet: {
      id: 'till',
      name: 'till',
      chain: 'ethereum',
      kind: 'evm',
      chainId: 1,
      descriptor: null,
      custodian: null,
      owner: 'customer',
      purpose: 'customer-coin',
      keys: ['h1'],
      quorum: 1,
      manual: true,
      contentChecked: true,
    },
  });
  await places.addresses('till', 'ethereum', [ADDRESSES.hot]);
}

test('a payment on chain is matched with the withdrawal that the gate allowed, once', async () => {
  await ask('w-1');
  await addTill();
  const movement = {
    chain: 'ethereum',
    transaction: '0x1',
    index: 0,
    from: ADDRESSES.hot,
    to: ADDRESSES.payee,
    asset: 'ETH',
    amount: ETH(1),
    at: '2026-04-02T00:00:00Z',
    transfer: null,
    withdrawal: 'w-1',
    customer: 'c-1',
  };
  const report = async (change: object) =>
    c.result(await c.system('RecordOnChain', { movements: [{ ...movement, ...change }] }));
  expect(await report({ transaction: '0x0', amount: ETH(2) })).toEqual({ recorded: 1, unapproved: 1 });
  expect(await report({})).toEqual({ recorded: 1, unapproved: 0 });
  expect(await report({})).toEqual({ recorded: 0, unapproved: 0 });
  expect(await report({ transaction: '0x2' })).toEqual({ recorded: 1, unapproved: 1 });
});

test('deposits that arrived where no wallet of ours is are named before they are credited', async () => {
  await addTill();
  const deposit = (address: string, change: object = {}) => ({
    ...{ chain: 'ethereum', address, transaction: '0x1', at: '2026-04-02T00:00:00Z' },
    ...change,
  });
  const tell = (...deposits: object[]) => post('/deposits', { deposits });
  expect(await tell(deposit(ADDRESSES.hot))).toEqual({ status: 200, seen: 1, unknown: 0, addresses: [] });
  // The exchange credits customers for what arrives at the affiliate: how FTX took deposits at Alameda's accounts.
  expect(await tell(deposit(ADDRESSES.hot), deposit(ADDRESSES.thief), deposit(ADDRESSES.thief))).toEqual({
    ...{ status: 200, seen: 3, unknown: 1 },
    addresses: [{ chain: 'ethereum', address: ADDRESSES.thief.toLowerCase() }],
  });
  expect(await c.facts('custody.SightingsRecorded')).toMatchObject([
    { unknown: [] },
    { unknown: [{ address: ADDRESSES.thief.toLowerCase() }] },
  ]);
  expect(await post('/deposits', { deposits: [deposit('')] })).toMatchObject({ status: 400 });
  expect(await post('/deposits', { deposits: [] })).toMatchObject({ status: 400 });
  const many = Array.from({ length: 1_001 }, () => deposit(ADDRESSES.hot));
  expect((await tell(...many)).status).toBe(400);
  const stranger = await post('/deposits', { deposits: [deposit(ADDRESSES.hot)] }, gate, 'another');
  expect(stranger.status).toBe(401);
});

test('the longest lists of the longest fields fit; a body beyond that is refused by its size', async () => {
  const address = 'Z'.repeat(ADDRESS_LENGTH_MAX);
  const at = '2026-04-02T00:00:00.123456789Z';
  const deposits = Array.from({ length: SIGHTINGS_PER_COMMAND_MAX }, (_, n) => ({
    ...{ chain: 'c'.repeat(40), address, at },
    transaction: String(n).padStart(100, '0'),
  }));
  expect(await post('/deposits', { deposits })).toMatchObject({ status: 200, seen: deposits.length });
  const payments = Array.from({ length: PAYMENTS_PER_COMMAND_MAX }, (_, n) => ({
    ...{ id: String(n).padStart(100, 'w'), customer: 'c'.repeat(64), chain: 'c'.repeat(40) },
    transaction: `0x${String(n).padStart(64, '0')}`,
  }));
  expect(await post('/payments', { payments })).toEqual({ status: 200, announced: payments.length });
  const destinations = Array.from({ length: DESTINATIONS_PER_COMMAND_MAX }, (_, n) => ({
    ...{ customer: String(n).padStart(64, 'c'), chain: 'ethereum', address: ADDRESSES.payee },
  }));
  expect(await post('/destinations', { destinations })).toMatchObject({ status: 200 });
  const large = await post('/deposits', { deposits, padding: ' '.repeat(1024 * 1024) });
  expect(large).toMatchObject({ status: 413, fault: { code: 'input.too-large' } });
});

test('an explanation that a log of 0.4.0 holds under its old name still ends the finding', () => {
  const seen = { chain: 'ethereum', address: ADDRESSES.thief.toLowerCase() };
  const key = addressKey(seen.chain, seen.address);
  const open = { addresses: { [key]: { ...seen, at: '2026-04-02T00:00:00Z', transaction: '0x1' } }, more: 0 };
  const fact = { type: 'custody.UnaddressTextExplained@1', body: { ...seen, reason: 'test' } };
  expect(unknownAddresses.apply(open, fact as never, 'all').addresses).toEqual({});
});
