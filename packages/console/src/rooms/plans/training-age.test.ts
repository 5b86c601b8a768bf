/** A year without training is a hole. */
import { expect, test } from 'vitest';
import { isTrainingOld } from './training-age.ts';

test.each([
  ['2026-01-01T00:00:00Z', false],
  ['2025-11-22T00:00:00Z', false],
  ['2025-11-20T00:00:00Z', true],
])('training of %s: %s', (at, expected) =>
  expect(isTrainingOld(at, Date.parse('2026-11-22T00:00:00Z'))).toBe(expected),
);
