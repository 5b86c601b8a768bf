/** The issuer's side where it could be silent: locks counted twice, chains and moves that fall out of sight, queues. */

import type { StandingLevels } from '@sonae/core/log/levels.ts';
import type { Rates } from '@sonae/core/nouns/instruments/views.ts';
import { isDayAhead } from '@sonae/core/nouns/reserves/decisions/checks.ts';
import type { Coins } from '@sonae/core/nouns/reserves/views/coin.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { readView } from './support/comms.ts';
import { beginReserves, later, level, now, POLICY, run, t } from './support/reserves.ts';

beforeEach(beginReserves);

const back = (...items: [string, string, (string | null)?][]): Promise<string> =>
  run('RecordBacking', {
    asset: 'JPYX',
    asOf: now(),
    backing: items.map(([kind, amount, maturity = null]) => ({
      ...{ kind, bank: 'beta', amount, maturity, cancellable: false },
    })),
  });
type Row = [chain: string, form: 'native' | 'bridged', amount: string, locked?: string | null, home?: string];
const supply = (...rows: Row[]): Promise<string> =>
  run('RecordSupply', {
    asset: 'JPYX',
    asOf: now(),
    chains: rows.map(([chain, form, amount, locked = null, lockedOn]) => ({
      ...{ chain, form, amount, locked },
      ...(lockedOn === undefined ? {} : { lockedOn }),
    })),
  });
const why = async (subject: string): Promise<string> =>
  (await readView<StandingLevels>(t, 'reserves.levels'))[`reserves.${subject}`]?.why.en ?? '';
const levels = async (...subjects: string[]): Promise<string[]> => {
  const found: string[] = [];
  for (const subject of subjects) found.push(await level(subject));
  return found;
};

describe('one lock carries one bridge', () => {
  test('the locks of all bridges together are held against the native supply', async () => {
    await back(['demand-deposit', '100']);
    const bridges = (amount: string): Row[] =>
      ['polygon', 'arbitrum', 'optimism'].map((chain) => [chain, 'bridged', amount, amount]);
    await supply(['ethereum', 'native', '100'], ...bridges('33'));
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['ok', 'ok']);
    later(1);
    await supply(['ethereum', 'native', '100'], ...bridges('34'));
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['critical', 'critical']);
    later(1);
    await back(['demand-deposit', '299']);
    await supply(['ethereum', 'native', '100'], ...bridges('100'));
    expect(await level('coin-backed/JPYX'), '300 are owed').toBe('critical');
    expect(await why('bridge-backed/JPYX')).toContain('102 JPYX is locked; the native supply there is 100');
    later(1);
    await back(['demand-deposit', '300']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['ok', 'critical']);
  });

  test('a lock that names its chain is held against the native supply of that chain', async () => {
    await back(['demand-deposit', '200']);
    const native: Row[] = [
      ['ethereum', 'native', '100'],
      ['solana', 'native', '100'],
    ];
    await supply(...native, ['polygon', 'bridged', '150', '150']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['ok', 'ok']);
    later(1);
    await supply(...native, ['polygon', 'bridged', '150', '150', 'ethereum']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['critical', 'critical']);
  });

  test('bridged supply without its native chain is never ok', async () => {
    await back(['demand-deposit', '100']);
    await supply(['polygon', 'bridged', '100', '100']);
    expect(await levels('coin-backed/JPYX', 'bridge-backed/JPYX')).toEqual(['blind', 'blind']);
    later(1);
    await back();
    expect(await level('coin-backed/JPYX'), '100 are owed at least').toBe('critical');
  });
});

describe('a chain that was told once', () => {
  const both = (): Promise<string> => supply(['ethereum', 'native', '100'], ['solana', 'native', '50']);

  test('counts as last told when a report leaves it out, and blinds when it is too old', async () => {
    await back(['demand-deposit', '100']);
    await both();
    expect(await level('coin-backed/JPYX')).toBe('critical');
    later(1);
    await supply(['ethereum', 'native', '100']);
    expect(await level('coin-backed/JPYX'), 'leaving out cures nothing').toBe('critical');
    await back(['demand-deposit', '150']);
    expect(await level('coin-backed/JPYX')).toBe('ok');
    later(10_000);
    await supply(['ethereum', 'native', '100']);
    await back(['demand-deposit', '150']);
    expect(await level('coin-backed/JPYX'), 'one minute too old').toBe('blind');
    expect(await why('coin-backed/JPYX')).toContain(
      'Left out of the newest report: solana (2026-04-01T00:00',
    );
    later(1);
    await both();
    expect(await level('coin-backed/JPYX')).toBe('ok');
  });

  test('counts no longer once the policy gives it up, and again when a report names it', async () => {
    await back(['demand-deposit', '100']);
    await both();
    later(1);
    await supply(['ethereum', 'native', '100']);
    await run('SetPolicy', {
      ...POLICY,
      coins: POLICY.coins.map((coin) => ({ ...coin, retiredChains: ['solana'] })),
    });
    expect(await level('coin-backed/JPYX')).toBe('ok');
    later(1);
    await both();
    expect(await level('coin-backed/JPYX')).toBe('critical');
  });

  test('stands once in a report, and a coin is on 100 chains at most', async () => {
    expect(await supply(['ethereum', 'native', '1'], ['ethereum', 'native', '1'])).toBe('chain-twice');
    const chains = (from: number): Row[] =>
      Array.from({ length: 50 }, (_, n) => [`chain-${from + n}`, 'native', '1']);
    expect([await supply(...chains(0)), await supply(...chains(50)), await supply(...chains(51))]).toEqual([
      'done',
      'done',
      'too-many-chains',
    ]);
  });
});

describe('a newer statement within the same second', () => {
  const [whole, later500] = ['2026-03-31T23:59:59Z', '2026-03-31T23:59:59.500Z'] as const;

  test('takes the place of the older one: supply, backing, redemptions', async () => {
    const said = async (asOf: string, amount: string): Promise<void> => {
      const about = { asset: 'JPYX', asOf };
      const chains = [{ chain: 'ethereum', form: 'native', amount, locked: null }];
      await run('RecordSupply', { ...about, chains });
      const item = { kind: 'demand-deposit', bank: 'beta', amount, maturity: null, cancellable: false };
      await run('RecordBacking', { ...about, backing: [item] });
      const period = { from: whole, requested: amount, paid: amount };
      await run('RecordRedemptions', { ...about, queue: { count: 0, amount: '0', oldestAt: null }, period });
    };
    await said(whole, '1');
    await said(later500, '2');
    const [coin] = (await readView<Coins>(t, 'reserves.coins')).coins;
    expect([
      coin?.supply?.chains[0]?.amount,
      coin?.backing?.items[0]?.amount,
      coin?.redemptions?.period.paid,
    ]).toEqual(['2', '2', '2']);
  });

  test('takes the place of the older one: values of assets', async () => {
    for (const [at, price] of [
      [whole, '1'],
      [later500, '2'],
    ] as const)
      await t.run('instruments.RecordRates', {
        ...{ currency: 'JPY', at, source: 'test' },
        rates: [{ asset: 'BTC', price }],
      });
    expect((await readView<Rates>(t, 'instruments.rates', 'JPY')).rates.BTC?.price).toBe('2');
  });

  test('a day has begun in its first second', () => {
    expect(isDayAhead('2026-04-02', '2026-04-01T10:00:00.500Z')).toBe(false);
    expect(isDayAhead('2026-04-02', '2026-04-01T09:59:59.500Z')).toBe(true);
  });
});
