/** Rules of composition on both sides of their limits, switched by confidence; and mints of unusual size. */
import { expect, test } from 'vitest';
import type { Backing, Move } from '../facts/coin.ts';
import { compositionFindings, isOpen } from './composition.ts';
import { mintFindings, NO_MOVES, withMoves, withWindow } from './mints.ts';

const of = (kind: Backing['kind'], amount: string, maturity: string | null = null): Backing => ({
  kind,
  bank: 'alpha',
  amount,
  maturity,
  cancellable: false,
});
const found = (
  backing: readonly Backing[],
  rule: string,
  trusts: readonly string[],
  day = '2027-02-01',
): number => compositionFindings(backing, [rule], trusts, day).length;

test('93 days and not 94, only where figures of confidence C are trusted, only once in force', () => {
  const bill = (maturity: string): Backing[] => [of('treasury', '1', maturity)];
  expect(found(bill('2027-05-05'), 'us-genius', ['C'])).toBe(0);
  expect(found(bill('2027-05-06'), 'us-genius', ['C'])).toBe(1);
  expect(found(bill('2027-05-06'), 'us-genius', ['A', 'B'])).toBe(0);
  expect(found(bill('2027-05-06'), 'us-genius', ['C'], '2027-01-17')).toBe(0);
});

test('what matured before today fails every rule; what matures today does not', () => {
  const bonds = (maturity: string): Backing[] => [of('demand-deposit', '60'), of('treasury', '40', maturity)];
  for (const [rule, trust] of [
    ['jp-specific-trust', 'A'],
    ['us-genius', 'C'],
    ['eu-mica-emt', 'B'],
    ['eu-mica-emt-significant', 'B'],
  ] as const)
    expect(
      ['2020-01-01', '2027-01-31', '2027-02-01'].map((day) => found(bonds(day), rule, [trust])),
      rule,
    ).toEqual([1, 1, 0]);
});

test('30% of deposits, and 60% where the token is significant', () => {
  const share = (deposits: string, rest: string): Backing[] => [
    of('demand-deposit', deposits),
    of('treasury', rest),
  ];
  expect([
    found(share('30', '70'), 'eu-mica-emt', ['B']),
    found(share('29', '71'), 'eu-mica-emt', ['B']),
  ]).toEqual([0, 1]);
  const significant = (deposits: string, rest: string): number =>
    found(share(deposits, rest), 'eu-mica-emt-significant', ['B']);
  expect([significant('60', '40'), significant('59', '41')]).toEqual([0, 1]);
});

test('the rest of an e-money token is of the permitted kinds', () => {
  const rest = (kind: Backing['kind'], rule: string): number =>
    found([of('demand-deposit', '60'), of(kind, '40', '2027-03-01')], rule, ['B']);
  for (const rule of ['eu-mica-emt', 'eu-mica-emt-significant'])
    expect([
      rest('treasury', rule),
      rest('repo', rule),
      rest('money-fund', rule),
      rest('central-bank', rule),
      rest('other', rule),
    ]).toEqual([0, 0, 0, 0, 1]);
});

test('a bank of every day keeps its hours and its closed days too', () => {
  const bank = { bank: 'a', calendar: 'always', zone: 'Asia/Tokyo', openHour: 9, closeHour: 15 } as const;
  const open = (at: string, hours: { openHour?: number; closeHour?: number } = {}): boolean =>
    isOpen({ ...bank, ...hours, closedOn: ['2026-06-10'] }, Date.parse(at));
  // A Saturday, before it opens, after it closes; and the closed day.
  expect(open('2026-06-13T00:00:00Z')).toBe(true);
  expect([open('2026-06-12T23:59:59Z'), open('2026-06-13T06:00:00Z')]).toEqual([false, false]);
  const allDay = { openHour: 0, closeHour: 24 };
  expect([open('2026-06-12T15:00:00Z', allDay), open('2026-06-10T03:00:00Z', allDay)]).toEqual([true, false]);
});

test('a mint of more than ten times the median of the others is unusual, with five others at least', () => {
  const mint = (n: number, amount: string): Move => ({
    id: `m${n}`,
    kind: 'mint',
    at: '2026-04-01T00:00:00Z',
    amount,
    reference: '',
  });
  const money = (one: Move): Move => ({ ...one, id: `i${one.id}`, kind: 'inflow' });
  const unusual = (count: number, last: string): string[] => {
    const mints = [...Array.from({ length: count }, (_, n) => mint(n, String(100 + n))), mint(99, last)];
    const book = withMoves(withWindow(NO_MOVES, 60_000), [...mints, ...mints.map(money)]);
    const found = mintFindings(book, 100, '2026-04-02T00:00:00Z');
    return found.map(({ move, is }) => `${move.id} ${is}`);
  };
  expect([unusual(5, '1020'), unusual(5, '1021'), unusual(4, '9999')]).toEqual([[], ['m99 unusual'], []]);
});
