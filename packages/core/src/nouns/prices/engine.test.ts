/** Combining venues: what a minority can and cannot do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combine, median, PRICE_LIMITS, type Venue } from './engine.ts';

const price = fc.double({ min: 0.5, max: 1.5, noNaN: true });
const volume = fc.double({ min: 1, max: 1e12, noNaN: true });
const honest = fc.double({ min: 0.999, max: 1.001, noNaN: true });

const venuesOf = (prices: readonly (readonly [number, number])[]): Venue[] =>
  prices.map(([value, size], i) => ({ venue: `v${i}`, price: value, volume: size, assumed: false }));

describe('combine', () => {
  test('any minority, at any price and volume, leaves the composite among the honest', () => {
    const world = fc
      .integer({ min: 1, max: 4 })
      .chain((liars) =>
        fc.tuple(
          fc.array(fc.tuple(price, volume), { minLength: liars, maxLength: liars }),
          fc.array(fc.tuple(honest, volume), { minLength: liars + 1, maxLength: liars + 4 }),
        ),
      );
    fc.assert(
      fc.property(world, ([lies, truths]) => {
        const { price: composite } = combine(venuesOf([...lies, ...truths]), 0, PRICE_LIMITS);
        // A lie within the tolerance of the median may count, so the bound is the tolerance and not the honest range.
        const tolerance = PRICE_LIMITS.outlierBps / 10_000 + 0.004 * PRICE_LIMITS.outlierMads;
        return composite > 0.999 - tolerance && composite < 1.001 + tolerance;
      }),
      { numRuns: 2_000 },
    );
  });

  test('no venue weighs more than its cap beside two others', () => {
    const { venues } = combine(
      venuesOf([
        [1, 1e12],
        [1.0001, 1],
        [0.9999, 1],
      ]),
      0,
      PRICE_LIMITS,
    );
    expect(venues.map((v) => v.weight)).toEqual([0.5, 0.25, 0.25]);
  });

  test('weights are shares', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(price, volume), { minLength: 1, maxLength: 9 }), (prices) => {
        const { venues, low, high, price: composite } = combine(venuesOf(prices), 0, PRICE_LIMITS);
        const sum = venues.reduce((total, v) => total + v.weight, 0);
        return Math.abs(sum - 1) < 1e-9 && composite >= low - 1e-9 && composite <= high + 1e-9;
      }),
    );
  });

  test('a price that rests on a quote taken at parity carries the doubt', () => {
    const [venue] = venuesOf([[0.99, 1]]);
    const assumed = combine([{ ...(venue as Venue), assumed: true }], 0, PRICE_LIMITS);
    expect(assumed.assumedParity).toBe(true);
    expect(assumed.high).toBeCloseTo(0.99 * 1.003, 9);
  });
});

test('median of even and odd counts', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
