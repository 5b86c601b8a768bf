/** The matcher: what each step takes, what it leaves alone, and what holds for every input whatever its order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MatchResult, matchItems } from './match.ts';
import { absolute, type Item, SUM_CANDIDATES_MAX, slackOf, sumOf } from './match-terms.ts';

const DAY = 86_400_000;
const OPTIONS = { toleranceMinor: 0n, toleranceBps: 0n, windowMs: DAY, now: 10 * DAY };
const item = (id: string, amount: number | bigint, more: Partial<Item> = {}): Item => ({
  id,
  asset: 'BTC',
  amount: BigInt(amount),
  at: 0,
  ...more,
});
const ids = (groups: MatchResult['matched']): string[] =>
  groups.map(
    ({ left, right, how }) => `${how} ${left.map((i) => i.id).join('+')}=${right.map((i) => i.id).join('+')}`,
  );

describe('one against one', () => {
  test('equal amounts match within the window and not beyond it', () => {
    const at = (ms: number) => matchItems([item('l', 5)], [item('r', 5, { at: ms })], OPTIONS);
    expect(ids(at(DAY).matched)).toEqual(['exact l=r']);
    expect(at(DAY + 1).matched).toEqual([]);
    expect(at(DAY + 1).unmatchedLeft.map(({ id }) => id)).toEqual(['l']);
  });

  test('a tolerance in minor units and one in basis points hold to the unit', () => {
    const by = (right: bigint, more: Partial<typeof OPTIONS>) =>
      matchItems([item('l', 1_000_000)], [item('r', right)], { ...OPTIONS, ...more }).matched.length;
    expect([by(1_000_005n, { toleranceMinor: 5n }), by(1_000_006n, { toleranceMinor: 5n })]).toEqual([1, 0]);
    expect([by(999_900n, { toleranceBps: 1n }), by(999_899n, { toleranceBps: 1n })]).toEqual([1, 0]);
  });

  test('a fee under way explains as much as it may be and no more', () => {
    const left = [item('l', -1_000, { feeMax: 20n })];
    expect(ids(matchItems(left, [item('r', -1_020)], OPTIONS).matched)).toEqual(['tolerance l=r']);
    expect(matchItems(left, [item('r', -1_021)], OPTIONS).matched).toEqual([]);
  });

  test('the nearest in time wins; two that are equally near are both shown', () => {
    const rights = [item('far', 5, { at: 900 }), item('near', 5, { at: 100 })];
    const chosen = matchItems([item('l', 5)], rights, OPTIONS);
    expect(ids(chosen.matched)).toEqual(['exact l=near']);
    const tied = matchItems([item('l', 5, { at: 500 })], rights, OPTIONS);
    expect(ids(tied.matched)).toEqual([]);
    expect(tied.ambiguous).toEqual([
      {
        left: [item('l', 5, { at: 500 })],
        right: [item('near', 5, { at: 100 }), item('far', 5, { at: 900 })],
        candidates: [
          { left: ['l'], right: ['far'] },
          { left: ['l'], right: ['near'] },
        ],
      },
    ]);
  });

  test('as many twins on both sides go together, and one too many makes them ambiguous', () => {
    const twins = [item('a', 5), item('b', 5)];
    expect(ids(matchItems(twins, twins, OPTIONS).matched)).toEqual(['exact a+b=a+b']);
    expect(matchItems(twins, [...twins, item('c', 5)], OPTIONS).ambiguous[0]?.candidates).toHaveLength(6);
  });

  test('assets never mix', () => {
    expect(matchItems([item('l', 5)], [item('r', 5, { asset: 'ETH' })], OPTIONS).matched).toEqual([]);
  });
});

describe('references', () => {
  test('bind where both sides use them, against an equally good stranger', () => {
    const rights = [item('stranger', 5), item('named', 5, { reference: 'tx', at: 900 })];
    const result = matchItems([item('l', 5, { reference: 'tx' })], rights, OPTIONS);
    expect(ids(result.matched)).toEqual(['reference l=named']);
    expect(result.unmatchedRight.map(({ id }) => id)).toEqual(['stranger']);
  });

  test('with other amounts nothing else is taken instead', () => {
    const rights = [item('named', 4, { reference: 'tx' }), item('stranger', 5)];
    expect(matchItems([item('l', 5, { reference: 'tx' })], rights, OPTIONS).matched).toEqual([]);
  });

  test('that only one side knows do not matter', () => {
    const [l, r] = [item('l', 5, { reference: 'ours' }), item('r', 5, { reference: 'theirs' })];
    expect(ids(matchItems([l], [r], OPTIONS).matched)).toEqual(['exact l=r']);
  });
});

describe('sums', () => {
  test('one against many, in both directions, negative too', () => {
    const parts = [item('a', 3), item('b', 4), item('c', 20)];
    expect(ids(matchItems([item('l', 7)], parts, OPTIONS).matched)).toEqual(['one-to-many l=a+b']);
    expect(ids(matchItems(parts, [item('r', 7)], OPTIONS).matched)).toEqual(['one-to-many a+b=r']);
    const debits = [item('a', -3), item('b', -4)];
    expect(ids(matchItems([item('l', -7)], debits, OPTIONS).matched)).toEqual(['one-to-many l=b+a']);
  });

  test('two sums that fit are ambiguous, and so are two targets of the same part', () => {
    const two = [item('a', 3), item('b', 4), item('c', 2), item('d', 5)];
    expect(matchItems([item('l', 7)], two, OPTIONS).ambiguous[0]?.candidates).toHaveLength(2);
    const shared = [item('l', 7), item('m', 8)];
    const parts = [item('a', 3), item('b', 4), item('c', 5)];
    const result = matchItems(shared, parts, OPTIONS);
    expect(result.matched).toEqual([]);
    expect(result.ambiguous[0]?.left.map(({ id }) => id)).toEqual(['l', 'm']);
  });

  test('many against many', () => {
    const result = matchItems([item('a', 10), item('b', 21)], [item('c', 13), item('d', 18)], OPTIONS);
    expect(ids(result.matched)).toEqual(['many-to-many a+b=c+d']);
  });

  test('a search that is too large is given up whole, and said', () => {
    const parts = Array.from({ length: SUM_CANDIDATES_MAX + 1 }, (_, n) => item(`r${n}`, 1 + n));
    const result = matchItems([item('l', 500)], parts, OPTIONS);
    expect([result.workLimitReached, result.unmatchedLeft.length]).toEqual([true, 1]);
  });
});

test('what is not final is in flight until its deadline and overdue from then on, with its partner', () => {
  const left = [item('l', 5, { finalBy: 100 })];
  const at = (now: number, right: Item[]) => matchItems(left, right, { ...OPTIONS, now });
  expect(ids(at(99, [item('r', 5)]).inFlight)).toEqual(['exact l=r']);
  expect(ids(at(100, [item('r', 5)]).overdue)).toEqual(['exact l=r']);
  expect(ids(at(99, []).inFlight)).toEqual(['alone l=']);
  expect(at(99, []).unmatchedLeft).toEqual([]);
});

test('an id twice on one side is a defect of the caller', () => {
  expect(() => matchItems([item('l', 1), item('l', 2)], [], OPTIONS)).toThrow(/stands once on the left side/);
});

const someItems = fc.array(
  fc.record({
    asset: fc.constantFrom('BTC', 'ETH'),
    amount: fc.bigInt({ min: -12n, max: 12n }),
    at: fc.integer({ min: 0, max: 4 }),
    reference: fc.constantFrom('', '', 'x', 'y'),
    feeMax: fc.constantFrom(0n, 0n, 1n),
    finalBy: fc.constantFrom(undefined, undefined, 5, 20),
  }),
  { maxLength: 12 },
);
const named = (side: string) => (items: readonly Omit<Item, 'id'>[]) =>
  items.map(({ finalBy, ...one }, n) => ({
    ...one,
    id: `${side}${n}`,
    ...(finalBy === undefined ? {} : { finalBy }),
  }));
const options = fc.record({
  toleranceMinor: fc.constantFrom(0n, 1n),
  toleranceBps: fc.constantFrom(0n, 500n),
  windowMs: fc.constantFrom(0, 2, 4),
  now: fc.constant(10),
});

describe('for every input', () => {
  test('each item is in exactly one place, sums agree within what is allowed, nothing is lost', () => {
    fc.assert(
      fc.property(someItems.map(named('l')), someItems.map(named('r')), options, (left, right, allowed) => {
        const result = matchItems(left, right, allowed);
        const groups = [...result.matched, ...result.inFlight, ...result.overdue];
        for (const group of groups.filter(({ how }) => how !== 'alone')) {
          const difference = absolute(sumOf(group.left) - sumOf(group.right));
          expect(difference <= slackOf(group.left, group.right, allowed)).toBe(true);
          const times = [...group.left, ...group.right].map(({ at }) => at);
          expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(allowed.windowMs);
        }
        const places = [...groups, ...result.ambiguous];
        const lefts = [...places.flatMap((one) => one.left), ...result.unmatchedLeft];
        const rights = [...places.flatMap((one) => one.right), ...result.unmatchedRight];
        expect(lefts.map(({ id }) => id).sort()).toEqual(left.map(({ id }) => id).sort());
        expect(rights.map(({ id }) => id).sort()).toEqual(right.map(({ id }) => id).sort());
        expect(sumOf(lefts)).toBe(sumOf(left));
        expect(sumOf(rights)).toBe(sumOf(right));
      }),
      { numRuns: 2_000 },
    );
  });

  test('the order of the input changes nothing', () => {
    const shuffled = fc
      .tuple(someItems.map(named('l')), someItems.map(named('r')), options)
      .chain(([left, right, allowed]) =>
        fc.record({
          left: fc.constant(left),
          right: fc.constant(right),
          otherLeft: fc.shuffledSubarray(left, { minLength: left.length }),
          otherRight: fc.shuffledSubarray(right, { minLength: right.length }),
          allowed: fc.constant(allowed),
        }),
      );
    fc.assert(
      fc.property(shuffled, ({ left, right, otherLeft, otherRight, allowed }) => {
        expect(matchItems(otherLeft, otherRight, allowed)).toEqual(matchItems(left, right, allowed));
      }),
      { numRuns: 2_000 },
    );
  });
});
