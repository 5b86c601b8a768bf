/** Controls of custody through the log: levels on both sides of each limit, blindness, and the legal clocks they start. */
import { DAY_MS, HOUR_MS, isoTime } from '@sonae/core/kernel/time.ts';
import { newFact } from '@sonae/core/log/fact.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { readCoin } from '@sonae/core/nouns/custody/controls/coin.ts';
import { policySchema } from '@sonae/core/nouns/custody/facts/policy.ts';
import type { Holdings } from '@sonae/core/nouns/custody/views/holdings.ts';
import type { Inventory } from '@sonae/core/nouns/custody/views/inventory.ts';
import { totalsStated } from '@sonae/core/nouns/ledger/facts/totals.ts';
import { ledgerTotals } from '@sonae/core/nouns/ledger/views/totals.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { ADDRESSES, type Custody, createCustody, ETH, keyOf, POLICY, walletOf } from './support/custody.ts';

const RATES = { ETH: '500000', USDC: '150', BTC: '15000000' };
let c: Custody;
beforeEach(async () => {
  c = await createCustody();
});

const hold = async (holdings: Readonly<Record<string, number>>) => {
  const at = isoTime(c.clock.now());
  const rows = Object.entries(holdings).map(([wallet, eth]) => ({ wallet, asset: 'ETH', amount: ETH(eth) }));
  c.result(await c.system('RecordHoldings', { at, source: 'test', holdings: rows }));
  await c.keep();
};
const levelOf = async (key: string): Promise<string> =>
  (await c.view<StandingLevels>('levels'))[`custody.${key}`]?.level ?? 'ok';
const events = async () =>
  (await c.facts('reports.FirmEventRecorded'))
    .map(({ event }) => event)
    .filter((event) => event !== 'plan-approved');

describe('holdings are read', () => {
  test('a new wallet is awaited, then blind: that it is awaited hides nothing', async () => {
    await c.keep();
    expect(await levelOf('holdings-fresh/ethereum')).toBe('watch');
    c.pass(2 * HOUR_MS);
    await c.keep();
    expect(await levelOf('holdings-fresh/ethereum')).toBe('blind');
  });
});

describe('hot share over the whole portfolio', () => {
  test.each([
    [320, 'ok'],
    [321, 'watch'],
    [400, 'watch'],
    [401, 'warning'],
    [500, 'warning'],
    [501, 'critical'],
  ])('%d of 10,000 is %s', async (hot, wanted) => {
    await hold({ vault: 10_000 - hot, till: hot });
    expect(await levelOf('hot-share/all')).toBe(wanted);
  });

  test('starts the one-day clock when the legal limit breaks, once, and ends it when it is kept', async () => {
    await hold({ vault: 9_000, till: 1_000 });
    await hold({ vault: 9_000, till: 1_001 });
    expect(await events()).toEqual(['hot-over-limit']);
    expect((await c.facts('reports.DutyIncurred')).map(({ duty }) => duty)).toContain('hot-over-limit');
    await hold({ vault: 9_900, till: 100 });
    expect(await events()).toEqual(['hot-over-limit', 'hot-over-limit-cured']);
  });

  test('is blind without a fresh rate or reading; blindness neither hides a break nor cures it', async () => {
    await hold({ vault: 9_900, till: 100 });
    c.pass(16 * 60_000);
    await c.keep();
    expect(await levelOf('hot-share/all')).toBe('blind');
    await c.rates(RATES);
    await hold({ vault: 9_600, till: 400 });
    expect(await levelOf('hot-share/all')).toBe('watch');
    c.pass(2 * HOUR_MS);
    await c.keep();
    expect(await levelOf('hot-share/all'), 'nearly too much before says nothing of now').toBe('blind');
    await c.rates(RATES);
    await hold({ vault: 9_000, till: 1_000 });
    expect(await levelOf('hot-share/all')).toBe('critical');
    c.pass(2 * HOUR_MS);
    await c.keep();
    expect(await levelOf('holdings-fresh/ethereum')).toBe('blind');
    expect(await levelOf('hot-share/all')).toBe('critical');
    expect(await events()).toEqual(['hot-over-limit']);
  });

  test('counts a wallet by equal measures with cold', async () => {
    const warm = { everOnline: true, onlineOnlyToSign: true, leavesDevice: false };
    await c.change({ kind: 'key', key: keyOf('h1', 'south', 'cloud', warm) });
    await hold({ vault: 1, till: 1_000 });
    expect(await levelOf('hot-share/all')).toBe('ok');
  });
});

test('own coin of the same kind and quantity, cold and apart, stands behind hot coin', async () => {
  await hold({ vault: 9_900, till: 100 });
  expect(await levelOf('guarantee/ETH')).toBe('critical');
  await c.change({ kind: 'wallet', wallet: walletOf('guard', { owner: 'house', purpose: 'guarantee' }) });
  await hold({ vault: 9_900, till: 100, guard: 99.999 });
  expect(await levelOf('guarantee/ETH')).toBe('critical');
  await hold({ vault: 9_900, till: 100, guard: 100 });
  expect(await levelOf('guarantee/ETH')).toBe('ok');
  // Not by own coin that is itself hot, nor by own coin kept for something else.
  const hot = walletOf('guard', { owner: 'house', purpose: 'guarantee', keys: ['h1'], quorum: 1 });
  await c.change({ kind: 'wallet', wallet: hot });
  await c.keep();
  expect(await levelOf('guarantee/ETH')).toBe('critical');
  await c.change({ kind: 'wallet', wallet: walletOf('guard', { owner: 'house', purpose: 'own-funds' }) });
  await c.keep();
  expect(await levelOf('guarantee/ETH')).toBe('critical');
});

describe('own coin among customers’', () => {
  const inventory = async () => c.view<Inventory>('inventory');
  const read = async (customerBalance: string | null, buffer: string) => {
    await hold({ vault: 100, till: 1 });
    const nowMs = c.clock.now();
    const totals = {
      asOf: isoTime(nowMs),
      statedAt: customerBalance === null ? '' : isoTime(nowMs),
      transfers: 1,
      totals:
        customerBalance === null
          ? []
          : [{ asset: 'ETH', owner: 'customer' as const, balance: customerBalance, owed: '0', accounts: 1 }],
    };
    const store = c.app.ports.store;
    const parsed = async (view: string, key: string) => JSON.parse((await store.view(view, key)) ?? '{}');
    const readings = readCoin({
      inventory: await inventory(),
      holdings: await c.view<Holdings>('holdings'),
      policy: policySchema.parse({ ...POLICY, buffers: { ETH: buffer } }),
      rates: await parsed('instruments.rates', 'JPY'),
      assets: await parsed('instruments.assets', 'all'),
      totals,
      standing: {},
      nowMs,
    });
    return readings.find(({ control }) => control === 'custody.own-coin-buffer')?.level;
  };
  test.each([
    ['exactly the buffer', ETH(99), ETH(2), 'ok'],
    ['a wei more', String(BigInt(ETH(99)) - 1n), ETH(2), 'critical'],
    ['no buffer', ETH(100.5), '0', 'critical'],
    ['less than owed is for the reconciliation, not for this', ETH(200), '0', 'ok'],
    ['books that were never stated', null, ETH(2), 'blind'],
  ])('%s', async (_, balance, buffer, wanted) => {
    expect(await read(balance, buffer)).toBe(wanted);
  });

  test('reads the book that the ledger states', () => {
    const body = { book: 'main', asOf: '2026-04-01T00:00:00Z', transfers: 1, totals: [] };
    const fact = {
      ...newFact(totalsStated, 'ledger/main', body),
      seq: 0,
      id: 'x',
      recordedAt: '2026-04-01T00:00:00Z',
      occurredAt: '2026-04-01T00:00:00Z',
      actor: 'x',
      cause: 'x',
    };
    expect(ledgerTotals.keysOf(fact as never)).toEqual(['main']);
  });
});

describe('keys', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['two of three in three places', {}, 'ok'],
    ['three of three', { quorum: 3 }, 'warning'],
    ['one of three', { quorum: 1 }, 'warning'],
    ['two signers', { keys: ['k1', 'k2'] }, 'warning'],
  ])('%s', async (_, change, wanted) => {
    await c.change({ kind: 'wallet', wallet: walletOf('vault', change as never) });
    await c.keep();
    expect(await levelOf('key-spread/vault')).toBe(wanted);
  });

  test.each<[string, Record<string, unknown>]>([
    ['in one place', { place: 'osaka' }],
    ['with one person', { holder: 'west' }],
    ['one place by an unsealed backup', { backups: [{ place: 'osaka', sealed: false }] }],
  ])('enough of them %s', async (_, change) => {
    await c.keep();
    expect(await levelOf('key-spread/vault')).toBe('ok');
    await c.change({ kind: 'key', key: keyOf('k1', 'east', 'tokyo', change as never) });
    await c.keep();
    expect(await levelOf('key-spread/vault')).toBe('warning');
  });
});

test('a custodian holds no more than its share', async () => {
  const custodian = {
    id: 'bank-a',
    name: 'A',
    everOnline: false,
    onlineOnlyToSign: false,
    leavesDevice: false,
    contentChecked: true,
    manual: true,
  };
  await c.change({ kind: 'custodian', custodian });
  const wallet = walletOf('away', {
    kind: 'custodian',
    chainId: null,
    custodian: 'bank-a',
    keys: [],
    quorum: 0,
  });
  await c.change({ kind: 'wallet', wallet });
  await hold({ vault: 1_000, till: 0, away: 1_000 });
  expect(await levelOf('custodian-share/bank-a')).toBe('ok');
  await hold({ vault: 1_000, till: 0, away: 1_001 });
  expect(await levelOf('custodian-share/bank-a')).toBe('warning');
});

test('an address outside the inventory that receives customers’ coin is critical until it is added or explained', async () => {
  const sighting = (address: string) => ({
    chain: 'ethereum',
    address,
    at: isoTime(c.clock.now()),
    transaction: '0x1',
  });
  const see = async (...addresses: string[]) =>
    c.result(await c.system('RecordSightings', { source: 'test', sightings: addresses.map(sighting) }));
  expect(await see(ADDRESSES.safe, `0x${'5A'.repeat(20)}`)).toEqual({ unknown: 0, addresses: [] });
  const claimed = { wallet: 'vault', chain: 'ethereum', addresses: [ADDRESSES.thief], reason: 'x' };
  expect(await c.act('ProposeAddresses', claimed, 'north')).toBe('done');
  expect(await see(ADDRESSES.thief, ADDRESSES.payee), 'a claim is no proof').toMatchObject({ unknown: 2 });
  await c.keep();
  expect(await levelOf('unknown-address/ethereum')).toBe('critical');
  const explain = (who: string) =>
    c.act('ExplainUnknownAddress', { chain: 'ethereum', address: ADDRESSES.thief, reason: 'x' }, who);
  expect(await explain('south')).toBe('no-duty');
  expect(await explain('audit')).toBe('done');
  await c.keep();
  expect(await levelOf('unknown-address/ethereum')).toBe('critical');
  await c.addresses('vault', 'ethereum', [ADDRESSES.payee]);
  await c.keep();
  expect(await levelOf('unknown-address/ethereum')).toBe('ok');
});

test('attack: mover = reconciler is seen', async () => {
  await c.keep();
  expect(await levelOf('duties-separated/south')).toBe('ok');
  const roles = policySchema.parse(POLICY).roles;
  await c.policy({ ...POLICY, roles: { ...roles, reconcile: ['custody-mover'] } });
  c.pass(5 * DAY_MS);
  await c.keep();
  await c.keep();
  expect(await levelOf('duties-separated/south')).toBe('warning');
});

test('what is not due costs nothing', async () => {
  await hold({ vault: 100, till: 1 });
  const before = (await c.app.ports.store.head()).frontier.size;
  await c.keep();
  await c.keep();
  expect((await c.app.ports.store.head()).frontier.size).toBe(before);
});
