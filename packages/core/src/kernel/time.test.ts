/** Instants are ordered by what they name, not as texts. */
import { expect, test } from 'vitest';
import { compareTimes } from './time.ts';

test('times of unlike precision are ordered by their instants; what names none comes first', () => {
  const ordered = ['', '2026-06-10T00:59Z', '2026-06-10T00:59:59Z', '2026-06-10T00:59:59.500Z'];
  expect([...ordered].reverse().sort(compareTimes)).toEqual(ordered);
  expect(compareTimes('2026-06-10T00:59:59Z', '2026-06-10T00:59:59.000Z')).toBe(0);
  expect(compareTimes('', '')).toBe(0);
});
