import { describe, expect, test } from 'vitest';
import { findUnequal, type Treatment } from './uniformity.ts';

const NOW = Date.parse('2026-04-01T00:00:00Z');
const account = (name: string, change: Partial<Treatment> = {}): Treatment => ({
  account: name,
  tier: 'margin',
  flags: { allow_negative: false, exempt: false },
  limits: { borrow: 100 },
  marginShortSince: null,
  liquidations: 0,
  withdrawals: 10,
  withdrawalMs: 600_000,
  ...change,
});
const peers = Array.from({ length: 10 }, (_, n) => account(`p${n}`, { liquidations: n === 0 ? 1 : 0 }));
const found = (
  change: Partial<Treatment>,
  before: readonly Treatment[] = [],
  approved: { account: string; what: string }[] = [],
) =>
  findUnequal([...peers, account('x', change)], before, approved, NOW).map(
    ({ account: of, kind, what }) => `${of} ${kind} ${what}`,
  );

test('accounts that are treated alike', () => {
  expect(found({})).toEqual([]);
});

describe('an account that is treated otherwise', () => {
  const CASES: readonly [string, Partial<Treatment>, string[]][] = [
    ['a flag of its own', { flags: { allow_negative: true, exempt: false } }, ['x flag allow_negative']],
    ['a flag that it lacks', { flags: { exempt: false } }, ['x flag allow_negative']],
    [
      'a flag that nobody else has',
      { flags: { allow_negative: false, exempt: false, hidden: true } },
      ['x flag hidden'],
    ],
    ['ten times the limit is not above it', { limits: { borrow: 1_000 } }, []],
    ['more than ten times', { limits: { borrow: 1_001 } }, ['x limit borrow']],
    ['short for ten minutes', { marginShortSince: NOW - 600_000 }, []],
    ['short for longer, and spared', { marginShortSince: NOW - 600_001 }, ['x not-liquidated ']],
    ['short for longer, and liquidated', { marginShortSince: NOW - 600_001, liquidations: 1 }, []],
    ['withdrawals at a fifth of the time', { withdrawalMs: 120_000 }, []],
    ['faster than that', { withdrawalMs: 119_999 }, ['x withdrawals ']],
    ['slower than five times', { withdrawalMs: 3_000_001 }, ['x withdrawals ']],
    ['too few withdrawals to say', { withdrawalMs: 1, withdrawals: 4 }, []],
  ];
  test.each(CASES)('%s', (_, change, expected) => {
    expect(found(change)).toEqual(expected);
  });

  test('a class of one is held against everybody', () => {
    const change = {
      tier: 'market-maker',
      flags: { allow_negative: true, exempt: true },
      limits: { borrow: 65_355_999_994 },
    };
    expect(found(change)).toEqual(['x flag allow_negative', 'x flag exempt', 'x limit borrow']);
  });

  test('a class with peers of its own is held against them', () => {
    const vip = Array.from({ length: 5 }, (_, n) =>
      account(`v${n}`, { tier: 'vip', limits: { borrow: 5_000 } }),
    );
    expect(findUnequal([...peers, ...vip], [], [], NOW)).toEqual([]);
    const odd = account('v9', { tier: 'vip', limits: { borrow: 50_001 } });
    expect(findUnequal([...peers, ...vip, odd], [], [], NOW)).toMatchObject([
      { account: 'v9', kind: 'limit', peers: '5000' },
    ]);
  });

  test('what was approved is no finding, and covers nothing else', () => {
    const change = { flags: { allow_negative: true, exempt: true } };
    expect(found(change, [], [{ account: 'x', what: 'allow_negative' }])).toEqual(['x flag exempt']);
    expect(found(change, [], [{ account: 'y', what: 'exempt' }])).toHaveLength(2);
  });

  test('a setting that changed without approval is a finding, whatever it changed to', () => {
    const before = [account('x', { flags: { allow_negative: true, exempt: false } })];
    expect(found({}, before)).toEqual(['x changed allow_negative']);
    expect(found({}, before, [{ account: 'x', what: 'allow_negative' }])).toEqual([]);
    expect(found({}, [account('x')])).toEqual([]);
  });
});
