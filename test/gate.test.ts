/** The gate's engine: tables on both sides of every limit, and properties over any sequence of requests. */
import { addBusinessDays } from '@sonae/core/kernel/business-days.ts';
import { HOUR_MS, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import {
  type Ask,
  compilePolicy,
  type Decision,
  decideTransfer,
  sumNames,
  valueUp,
} from '@sonae/core/nouns/custody/engine/decide.ts';
import { addSum, type SumRow, slotAt, sumSince } from '@sonae/core/nouns/custody/engine/sums.ts';
import { type Policy, policySchema, SLOT_MS, WINDOW_MS_MAX } from '@sonae/core/nouns/custody/facts/policy.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limit, POLICY, rule } from './support/custody.ts';

/** A Wednesday, 10:00 in Tokyo. */
const AT = Date.parse('2026-04-01T01:00:00Z');
const ASK: Ask = {
  path: 'gate',
  atMs: AT,
  asset: 'ETH',
  chain: 'ethereum',
  wallet: null,
  customer: 'c-1',
  counterpart: null,
  destination: '0xa',
  destinationIs: 'listed',
  amount: 1_000n,
  value: 1_000n,
};
const ALLOW = rule('all', 'allow');
const policyOf = (change: object): Policy =>
  policySchema.parse({ rules: [ALLOW], bands: POLICY.bands, ...change });

/** Counters as the log keeps them. */
function counters() {
  const rows = new Map<string, SumRow>();
  return {
    sums: (name: string, since: number) => sumSince(rows.get(name) ?? [], since),
    count: (ask: Ask) => {
      for (const name of sumNames(ask))
        rows.set(
          name,
          addSum(rows.get(name) ?? [], slotAt(ask.atMs), { value: ask.value, count: 1, amount: ask.amount }),
        );
    },
  };
}
function decideAll(policy: Policy, asks: readonly Ask[]): Decision[] {
  const compiled = compilePolicy(policy);
  const { sums, count } = counters();
  return asks.map((ask) => {
    const decision = decideTransfer(compiled, ask, sums);
    if (decision.decision === 'allow') count(ask);
    return decision;
  });
}
const last = (policy: object, ...asks: Partial<Ask>[]): string => {
  const made = decideAll(
    policyOf(policy),
    asks.map((ask) => ({ ...ASK, ...ask })),
  ).at(-1);
  return `${made?.decision} ${made?.rule}`;
};

describe('rules', () => {
  test('nothing allows: denied', () => {
    expect(last({ rules: [] }, {})).toBe('deny default');
  });

  test.each<[string, object, Partial<Ask>, string]>([
    ['an asset it names', { rules: [rule('eth', 'allow', { assets: ['ETH'] })] }, {}, 'allow eth'],
    ['an asset it does not name', { rules: [rule('btc', 'allow', { assets: ['BTC'] })] }, {}, 'deny default'],
    [
      'an asset nobody names',
      { rules: [ALLOW, rule('x', 'deny', { assets: ['ETH'] })] },
      { asset: 'DOGE' },
      'allow all',
    ],
    ['a chain', { rules: [rule('c', 'allow', { chains: ['ethereum'] })] }, { chain: 'base' }, 'deny default'],
    [
      'a counterpart',
      { rules: [rule('c', 'allow', { counterparts: ['x'] })] },
      { counterpart: 'x' },
      'allow c',
    ],
    ['no counterpart', { rules: [rule('c', 'allow', { counterparts: ['x'] })] }, {}, 'deny default'],
    [
      'a deny of a wallet that is not said',
      { rules: [ALLOW, rule('w', 'deny', { wallets: ['x'] })] },
      {},
      'deny w',
    ],
    ['a path', { rules: [rule('p', 'allow', { path: 'transfer' })] }, {}, 'deny default'],
    ['deny over hold over allow', { rules: [ALLOW, rule('h', 'hold'), rule('d', 'deny')] }, {}, 'deny d'],
    ['hold over allow', { rules: [ALLOW, rule('h', 'hold')] }, {}, 'hold h'],
    ['a hold that nothing allows', { rules: [rule('h', 'hold')] }, {}, 'deny default'],
    ['value at the edge', { rules: [ALLOW, rule('v', 'deny', { valueAbove: '1000' })] }, {}, 'allow all'],
    [
      'value above',
      { rules: [ALLOW, rule('v', 'deny', { valueAbove: '1000' })] },
      { value: 1_001n },
      'deny v',
    ],
    ['at most, at the edge', { rules: [rule('v', 'allow', { valueAtMost: '1000' })] }, {}, 'allow v'],
    [
      'at most, above',
      { rules: [rule('v', 'allow', { valueAtMost: '1000' })] },
      { value: 1_001n },
      'deny default',
    ],
    [
      'amount at the edge',
      { rules: [ALLOW, rule('m', 'deny', { assets: ['ETH'], amountAbove: '1000' })] },
      {},
      'allow all',
    ],
    [
      'amount above',
      { rules: [ALLOW, rule('m', 'deny', { assets: ['ETH'], amountAbove: '1000' })] },
      { amount: 1_001n },
      'deny m',
    ],
  ])('%s', (_, policy, ask, wanted) => {
    expect(last(policy, ask)).toBe(wanted);
  });

  const hours = (from: string, to: string, businessDays: boolean) => ({
    rules: [ALLOW, rule('closed', 'deny', { outside: { from, to, businessDays } })],
    closedDays: ['2026-04-02'],
  });
  test.each<[string, string, object, string]>([
    ['the first minute', '2026-04-01T00:00:00Z', hours('09:00', '17:00', true), 'allow all'],
    ['the minute before', '2026-03-31T23:59:59Z', hours('09:00', '17:00', true), 'deny closed'],
    ['the last minute', '2026-04-01T07:59:59Z', hours('09:00', '17:00', true), 'allow all'],
    ['the minute after', '2026-04-01T08:00:00Z', hours('09:00', '17:00', true), 'deny closed'],
    ['Saturday', '2026-04-04T01:00:00Z', hours('09:00', '17:00', true), 'deny closed'],
    ['Saturday, if it does not matter', '2026-04-04T01:00:00Z', hours('09:00', '17:00', false), 'allow all'],
    ['a day the firm is closed', '2026-04-02T01:00:00Z', hours('09:00', '17:00', true), 'deny closed'],
    ['a holiday (昭和の日)', '2026-04-29T01:00:00Z', hours('09:00', '17:00', true), 'deny closed'],
    ['over midnight, inside', '2026-04-01T16:00:00Z', hours('22:00', '05:00', false), 'allow all'],
    ['over midnight, outside', '2026-04-01T01:00:00Z', hours('22:00', '05:00', false), 'deny closed'],
  ])('hours: %s', (_, at, policy, wanted) => {
    expect(last(policy, { atMs: Date.parse(at) })).toBe(wanted);
  });

  test('a business day here is one of the calendar', () => {
    expect(addBusinessDays({ year: 2026, month: 4, day: 28 }, 1)).toEqual({ year: 2026, month: 4, day: 30 });
  });
});

describe('limits', () => {
  const value = { limits: [limit('v', { per: 'customer', windowMs: HOUR_MS, max: { value: '3000' } })] };
  test.each<[string, object, Partial<Ask>[], string]>([
    ['exactly used up', value, [{}, {}, {}], 'allow all'],
    ['one yen over', value, [{}, {}, { value: 1_001n }], 'deny v'],
    ['of another customer', value, [{ value: 3_000n }, { customer: 'c-2' }], 'allow all'],
    ['just inside the window', value, [{ value: 3_000n }, { atMs: AT + HOUR_MS - 1 }], 'deny v'],
    ['a window and a slot later', value, [{ value: 3_000n }, { atMs: AT + HOUR_MS + SLOT_MS }], 'allow all'],
    [
      'a hold',
      { limits: [limit('h', { effect: 'hold', per: 'firm', max: { count: 1 } })] },
      [{}, {}],
      'hold h',
    ],
    ['a count', { limits: [limit('n', { per: 'firm', max: { count: 1 } })] }, [{}], 'allow all'],
    ['a count of nothing', { limits: [limit('n', { per: 'firm', max: { count: 0 } })] }, [{}], 'deny n'],
    [
      'an amount',
      { limits: [limit('a', { per: 'asset', assets: ['ETH'], max: { amount: '1999' } })] },
      [{}, {}],
      'deny a',
    ],
    [
      'an amount of another asset',
      { limits: [limit('a', { per: 'asset', assets: ['ETH'], max: { amount: '1999' } })] },
      [{}, { asset: 'BTC' }],
      'allow all',
    ],
    [
      'to one destination',
      { limits: [limit('d', { per: 'destination', max: { value: '1500' } })] },
      [{}, { customer: 'c-2' }],
      'deny d',
    ],
    [
      'to two destinations',
      { limits: [limit('d', { per: 'destination', max: { value: '1500' } })] },
      [{}, { destination: '0xb' }],
      'allow all',
    ],
    [
      'per wallet',
      { limits: [limit('w', { per: 'wallet', max: { value: '1500' } })] },
      [{ wallet: 'a' }, { wallet: 'b' }],
      'allow all',
    ],
    [
      'per wallet, again',
      { limits: [limit('w', { per: 'wallet', max: { value: '1500' } })] },
      [{ wallet: 'a' }, { wallet: 'a' }],
      'deny w',
    ],
    [
      'what another rule let pass counts too',
      { ...value, rules: [rule('small', 'allow', { valueAtMost: '1' }), rule('rest', 'allow')] },
      [{ value: 2_999n }, { value: 1n }, { value: 1n }],
      'deny v',
    ],
  ])('%s', (_, policy, asks, wanted) => {
    expect(last(policy, ...asks)).toBe(wanted);
  });

  test('attack: structuring just below a band is summed by destination', () => {
    const banded = {
      rules: [
        rule('small', 'allow', { valueAtMost: '1999' }),
        rule('large', 'hold', { valueAbove: '1999' }),
        ALLOW,
      ],
    };
    expect(last(banded, { value: 1_999n })).toBe('allow small');
    expect(last(banded, { value: 1_999n }, { value: 1n })).toBe('hold large');
  });

  test('what remains is of the tightest limit', () => {
    const limits = [
      limit('wide', { per: 'firm', max: { value: '100000' } }),
      limit('count', { per: 'firm', max: { count: 2 } }),
    ];
    const [first] = decideAll(policyOf({ limits }), [ASK]);
    expect(first?.remaining).toEqual({ limit: 'count', left: 1n, unit: 'count' });
  });

  test.each([
    [1n, 18, '500000', 1n],
    [10n ** 18n, 18, '500000', 500_000n],
    [10n ** 18n + 1n, 18, '500000', 500_001n],
    [1n, 0, '0.4', 1n],
    [5n, 0, '0.2', 1n],
    [1n, 0, '0', null],
    [1n, 0, 'x', null],
  ])('%d with %d decimals at %s is %d yen, rounded up', (amount, decimals, price, wanted) => {
    expect(valueUp(amount, decimals, price)).toBe(wanted);
  });
});

const arbitraryAsk = fc.record({
  path: fc.constant('gate' as const),
  gapMs: fc.integer({ min: 0, max: 40 * MINUTE_MS }),
  asset: fc.constantFrom('ETH', 'BTC', 'USDC'),
  customer: fc.constantFrom('a', 'b'),
  destination: fc.constantFrom('0x1', '0x2', '0x3'),
  destinationIs: fc.constantFrom('own' as const, 'listed' as const, 'cooling' as const, 'unknown' as const),
  value: fc.bigInt({ min: 1n, max: 2_000n }),
});
const sequence = fc.array(arbitraryAsk, { minLength: 1, maxLength: 60 }).map((parts) => {
  let atMs = AT;
  return parts.map(({ gapMs, ...ask }): Ask => {
    atMs += gapMs;
    return { ...ASK, ...ask, amount: ask.value, atMs };
  });
});
const arbitraryRule = fc
  .record({
    effect: fc.constantFrom('allow' as const, 'hold' as const, 'deny' as const),
    assets: fc.option(fc.constantFrom(['ETH'], ['BTC', 'USDC']), { nil: null }),
    destination: fc.option(fc.constantFrom(['listed'], ['own', 'cooling'], ['unknown']), { nil: null }),
    valueAbove: fc.option(fc.constantFrom('100', '1500'), { nil: null }),
  })
  .map(({ effect, ...change }) => ({ effect, change }));
const arbitraryRules = fc
  .array(arbitraryRule, { maxLength: 12 })
  .map((all) => all.map(({ effect, change }, n) => rule(`r${n}`, effect, change)));

describe('properties', () => {
  test('no sequence of requests passes a velocity limit in any rolling window', () => {
    const windowMs = 2 * HOUR_MS;
    const limits = [
      limit('customer', { per: 'customer', windowMs, max: { value: '4000' } }),
      limit('count', { per: 'firm', windowMs, max: { count: 6 } }),
      limit('eth', { per: 'asset', assets: ['ETH'], windowMs, max: { amount: '3000' } }),
    ];
    const policy = policyOf({ limits });
    let stopped = 0;
    fc.assert(
      fc.property(sequence, (asks) => {
        const decisions = decideAll(policy, asks);
        const passed = asks.filter((_, n) => decisions[n]?.decision === 'allow');
        stopped += asks.length - passed.length;
        for (const end of passed) {
          const inWindow = passed.filter(({ atMs }) => atMs <= end.atMs && atMs > end.atMs - windowMs);
          const total = (of: readonly Ask[]) => of.reduce((sum, { value }) => sum + value, 0n);
          expect(inWindow.length).toBeLessThanOrEqual(6);
          for (const customer of ['a', 'b'])
            expect(total(inWindow.filter((ask) => ask.customer === customer))).toBeLessThanOrEqual(4_000n);
          expect(total(inWindow.filter(({ asset }) => asset === 'ETH'))).toBeLessThanOrEqual(3_000n);
        }
      }),
    );
    expect(stopped).toBeGreaterThan(0);
  });

  test('a deny that fires overrides everything, wherever it stands', () => {
    fc.assert(
      fc.property(arbitraryRules, sequence, fc.nat(12), (rules, asks, at) => {
        const denied = [...rules.slice(0, at), rule('no', 'deny', { assets: ['ETH'] }), ...rules.slice(at)];
        const decisions = decideAll(policyOf({ rules: denied }), asks);
        asks.forEach((ask, n) => {
          if (ask.asset === 'ETH') expect(decisions[n]?.decision).toBe('deny');
        });
      }),
    );
  });

  test('taking an allow away never allows more; adding a deny or a hold neither', () => {
    const passes = (rules: readonly object[], ask: Ask): boolean =>
      decideAll(policyOf({ rules }), [ask])[0]?.decision === 'allow';
    fc.assert(
      fc.property(arbitraryRules, sequence, (rules, asks) => {
        for (const [n, one] of rules.entries()) {
          const without = rules.filter((_, m) => m !== n);
          for (const ask of asks.slice(0, 5)) {
            if (one.effect === 'allow') expect(passes(without, ask) && !passes(rules, ask)).toBe(false);
            else expect(passes(rules, ask) && !passes(without, ask)).toBe(false);
          }
        }
      }),
    );
  });

  test('a sum is never below what is truly in the window, and rows stay bounded', () => {
    const additions = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 12 * HOUR_MS }), fc.bigInt({ min: 0n, max: 10n })),
      {
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(additions, fc.integer({ min: SLOT_MS, max: WINDOW_MS_MAX }), (all, windowMs) => {
        let row: SumRow = [];
        let atMs = AT;
        const made: { atMs: number; value: bigint }[] = [];
        for (const [gap, value] of all) {
          atMs += gap;
          made.push({ atMs, value });
          row = addSum(row, slotAt(atMs), { value, count: 1, amount: value });
        }
        const truly = made.filter((one) => one.atMs > atMs - windowMs);
        const wider = made.filter((one) => one.atMs > atMs - windowMs - SLOT_MS);
        const sum = sumSince(row, atMs - windowMs);
        expect(sum.count).toBeGreaterThanOrEqual(truly.length);
        expect(sum.count).toBeLessThanOrEqual(wider.length);
        expect(row.length).toBeLessThanOrEqual(WINDOW_MS_MAX / SLOT_MS + 3);
      }),
    );
  });
});
