/** The issuer's side where it could be silent: locks counted twice, chains and moves that fall out of sight, queues. */

import type { StandingLevels } from '@sonae/core/log/levels.ts';
import type { Rates } from '@sonae/core/nouns/instruments/views.ts';
import { isDayAhead } from '@sonae/core/nouns/reserves/decisions/checks.ts';
import { standingOfRule } from '@sonae/core/nouns/reserves/engine/composition.ts';
import { type Coins, coins } from '@sonae/core/nouns/reserves/views/coin.ts';
import type { CoinMoves } from '@sonae/core/nouns/reserves/views/moves.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { readView } from './support/comms.ts';
import {
  beginReserves,
  factsOf,
  keep,
  later,
  level,
  now,
  POLICY,
  person,
  run,
  t,
} from './support/reserves.ts';

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

describe('mints and their money', () => {
  type Told = [id: string, kind: string, amount: string, reference?: string, at?: string];
  const moves = (...list: Told[]): Promise<string> =>
    run('RecordMoves', {
      asset: 'JPYX',
      moves: list.map(([id, kind, amount, reference = '', at = now()]) => ({
        ...{ id, kind, amount, at, reference },
      })),
    });
  /** So many mints of 7, or the inflows that pay them. */
  const many = async (kind: 'mint' | 'inflow', count: number, name = 'x'): Promise<void> => {
    for (let from = 0; from < count; from += 200)
      await moves(
        ...Array.from(
          { length: Math.min(200, count - from) },
          (_, n): Told => [`${name}${from + n}`, kind, '7', `${name}${from + n}`],
        ),
      );
  };

  test('an unpaid mint stays, however many paid ones follow', async () => {
    await moves(['m1', 'mint', '5000']);
    later(61);
    await many('mint', 400);
    await many('inflow', 400);
    later(61);
    await keep();
    expect([await level('mints/JPYX'), await why('mints/JPYX')]).toEqual([
      'critical',
      'mint m1 of 5000 JPYX has no money to it.',
    ]);
    await moves(['i1', 'inflow', '5000', '', '2026-04-01T00:30:00Z']);
    expect(await level('mints/JPYX'), 'its money was told late').toBe('ok');
  });

  test('a mint that is told late is judged, whatever is newer', async () => {
    const at = now();
    later(1);
    await many('mint', 400);
    await many('inflow', 400);
    later(120);
    await moves(['late', 'mint', '7', '', at]);
    expect(await why('mints/JPYX')).toBe('mint late of 7 JPYX has no money to it.');
  });

  test('inflows that come after 400 mints pay them all, and pay nothing a second time', async () => {
    await many('mint', 400);
    await many('inflow', 400);
    later(61);
    await keep();
    expect(await level('mints/JPYX')).toBe('ok');
    const at = '2026-04-01T00:00:00.000Z';
    await moves(['second', 'mint', '7', 'x0'], ['x0', 'inflow', '7', 'x0', at]);
    later(61);
    await keep();
    expect(await why('mints/JPYX')).toBe('mint second of 7 JPYX has no money to it.');
  });

  test('the same id with another amount, time or reference is refused, and so is all beside it', async () => {
    await moves(['m1', 'mint', '10', 'r'], ['i1', 'inflow', '10', 'r']);
    expect(await moves(['m1', 'mint', '10', 'r', '2026-04-01T00:00:00Z'])).toBe('done');
    for (const odd of [
      ['m1', 'mint', '999', 'r'],
      ['m1', 'mint', '10', 's'],
      ['m1', 'mint', '10', 'r', '2026-03-31T00:00:00Z'],
    ] satisfies Told[])
      expect(await moves(['m9', 'mint', '1'], odd)).toBe('conflict');
    expect(await moves(['m2', 'mint', '1'], ['m2', 'mint', '2'])).toBe('conflict');
    expect(await factsOf('reserves.MovesRecorded')).toHaveLength(1);
  });

  test('what has no counterpart is settled by two people, neither of whom moves money alone', async () => {
    await moves(['m1', 'mint', '10']);
    later(61);
    await keep();
    const about = {
      asset: 'JPYX',
      moves: [{ kind: 'mint', id: 'm1' }],
      beyond: false,
      note: 'paid by cheque',
    };
    const [anna, ben] = [person('anna'), person('ben')];
    expect(await run('SettleMoves', about, ben)).toBe('not-explained');
    expect(await run('ExplainMoves', { ...about, moves: [{ kind: 'mint', id: 'm7' }] }, anna)).toBe(
      'no-move',
    );
    expect(await run('ExplainMoves', { ...about, moves: [] }, anna)).toBe('no-move');
    expect(await run('ExplainMoves', about, anna)).toBe('done');
    expect(await run('SettleMoves', about, anna)).toBe('own-explanation');
    expect(await run('SettleMoves', about, person('mover'))).toBe('moves-coins');
    expect(await level('mints/JPYX')).toBe('critical');
    expect(await run('SettleMoves', about, ben)).toBe('done');
    expect(await level('mints/JPYX')).toBe('ok');
  });

  test('of more than 5,000 open ones the number stands in a reading of its own until two people settle it', async () => {
    for (const [kind, count] of [
      ['mint', 4_900],
      ['inflow', 101],
    ] as const)
      for (let from = 0; from < count; from += 200)
        await moves(
          ...Array.from(
            { length: Math.min(200, count - from) },
            (_, n): Told => [`${kind}${from + n}`, kind, kind === 'mint' ? '7' : '5', `${kind}${from + n}`],
          ),
        );
    const book = (await readView<CoinMoves>(t, 'reserves.moves')).books.JPYX;
    expect([book?.open.length, book?.open.filter(({ kind }) => kind === 'mint').length]).toEqual([
      5_000, 4_900,
    ]);
    expect(await level('mints/JPYX/beyond')).toBe('critical');
    const about = { asset: 'JPYX', moves: [], beyond: true, note: 'not of this coin' };
    expect(await run('ExplainMoves', about, person('anna'))).toBe('done');
    expect(await run('SettleMoves', about, person('ben'))).toBe('done');
    expect(await level('mints/JPYX/beyond')).toBe('ok');
  });
});

describe('redemptions', () => {
  type Queue = [count: number, amount: string, oldestAt: string | null];
  const redeem = (
    queue: Queue,
    requested = '0',
    paid = '0',
    from = '2026-04-01T00:00:00Z',
  ): Promise<string> => {
    const [count, amount, oldestAt] = queue;
    const period = { from, requested, paid };
    return run('RecordRedemptions', {
      asset: 'JPYX',
      asOf: now(),
      queue: { count, amount, oldestAt },
      period,
    });
  };
  const empty: Queue = [0, '0', null];

  test('that nobody tells of are blind, and so are those not told of lately', async () => {
    await keep();
    expect(await level('redemptions/JPYX')).toBe('blind');
    await redeem(empty);
    expect(await level('redemptions/JPYX')).toBe('ok');
    later(10_001);
    await keep();
    expect(await level('redemptions/JPYX')).toBe('blind');
  });

  test('that wait say since when, and no time lies ahead', async () => {
    expect(await redeem([1_000, '5000000', null])).toBe('bad-queue');
    expect(await redeem([0, '5', null])).toBe('bad-queue');
    expect(await redeem([0, '0', now()])).toBe('bad-queue');
    expect(await redeem([1, '5', '2026-04-01T00:01:01Z'])).toBe('from-the-future');
    expect(await redeem(empty, '0', '0', '2026-04-01T00:01:01Z')).toBe('from-the-future');
    expect(await redeem([1, '5', '2026-04-01T00:01:00Z'])).toBe('done');
  });

  test('an older log without the oldest is judged from when the queue was seen first', () => {
    const body = (asOf: string, count: number) => ({
      ...{ asset: 'JPYX', asOf, queue: { count, amount: '5', oldestAt: null } },
      period: { from: asOf, requested: '0', paid: '0' },
    });
    const fold = (state: Coins, [asOf, count]: readonly [string, number]): Coins =>
      coins.apply(state, { type: 'reserves.RedemptionsRecorded@1', body: body(asOf, count) } as never, 'all');
    const since = (...told: (readonly [string, number])[]) =>
      told.reduce(fold, coins.initial('all')).coins[0]?.redemptions?.queuedSince;
    expect(since(['2026-04-01T00:00:00Z', 3], ['2026-04-02T00:00:00Z', 2])).toBe('2026-04-01T00:00:00Z');
    expect(since(['2026-04-01T00:00:00Z', 3], ['2026-04-02T00:00:00Z', 0])).toBe(null);
  });

  test('of a period are paid or wait; the policy may ask for more', async () => {
    const said = async (...told: Parameters<typeof redeem>): Promise<string> => {
      later(1);
      await redeem(...told);
      return level('redemptions/JPYX/period');
    };
    expect(await said(empty, '1000', '0')).toBe('critical');
    expect(await said([1, '400', '2026-04-01T00:00:00Z'], '1000', '600')).toBe('ok');
    expect(await said([1, '399', '2026-04-01T00:00:00Z'], '1000', '600')).toBe('critical');
    await supply(['ethereum', 'native', '10000']);
    const limits = { redemptionPaidMinBps: 6_000, redemptionMaxBps: 1_000 };
    await run('SetPolicy', { ...POLICY, coins: POLICY.coins.map((coin) => ({ ...coin, ...limits })) });
    expect(await said(empty, '1000', '1000')).toBe('ok');
    expect(await said(empty, '1001', '1001')).toBe('warning');
    later(1_440);
    expect(await said([1, '400', now()], '1000', '600')).toBe('ok');
    expect(await said([1, '401', now()], '1000', '599')).toBe('warning');
  });
});

describe('composition', () => {
  test('a rule that is not tested is watch and says why', async () => {
    const rules = ['jp-specific-trust', 'us-genius', 'eu-mica-emt'];
    t.clock.moveTo(Date.parse('2027-01-10T00:00:00Z'));
    await back(['other', '100']);
    await run('SetPolicy', { ...POLICY, coins: POLICY.coins.map((coin) => ({ ...coin, rules })) });
    const of = (rule: string): string => `composition/JPYX/${rule}`;
    expect(await levels(...rules.map(of))).toEqual(['critical', 'watch', 'watch']);
    expect(await why(of('us-genius'))).toContain('Not decided: not in force until 2027-01-18');
    expect(await why(of('eu-mica-emt'))).toContain('Not decided: the policy does not trust confidence B');
  });

  test('a rule decides from its first day to its last, where its confidence is trusted', () => {
    const rule = { confidence: 'B', validFrom: '2026-01-01', validTo: '2026-12-31' } as const;
    const on = (day: string, trusts: readonly string[] = ['B']) => standingOfRule(rule, trusts, day);
    expect(['2025-12-31', '2026-01-01', '2026-12-31', '2027-01-01'].map((day) => on(day))).toEqual([
      'not-yet',
      'decides',
      'decides',
      'over',
    ]);
    expect(on('2026-06-01', ['A', 'C'])).toBe('not-trusted');
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
