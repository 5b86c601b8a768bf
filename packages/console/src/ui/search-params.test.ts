/** Addresses are input from outside: whatever stands there, the room opens. */
import { expect, it } from 'vitest';
import { oneOf, someText, wholeNumber } from './search-params.ts';

it('takes known values only', () => {
  expect(oneOf('all', ['open', 'all'], 'open')).toBe('all');
  for (const raw of ['shut', 3, undefined, null, {}])
    expect(oneOf(raw, ['open', 'all'], 'open')).toBe('open');
});

it('reads whole numbers, also as text', () => {
  expect([7, '7', 0].map(wholeNumber)).toEqual([7, 7, 0]);
  expect([-1, 1.5, '', 'x', null, Number.NaN, 2 ** 60].map(wholeNumber)).toEqual(Array(7).fill(undefined));
});

it('reads texts, trimmed and bounded', () => {
  expect([' peg/USDC ', 42].map(someText)).toEqual(['peg/USDC', '42']);
  expect(['', '  ', 'x'.repeat(201), {}, undefined].map(someText)).toEqual(Array(5).fill(undefined));
});
