/** Which clocks the strip shows. */
import type { Clock } from '@sonae/core/app/response/api.ts';
import { expect, test } from 'vitest';
import { bySoonest, STRIP_CLOCKS, stripClocks } from './clock-order.ts';

const clock = (instance: string, now: Clock['now'], limitAt: string): Clock =>
  ({ instance, now, limitAt }) as unknown as Clock;
const CLOCKS = [
  clock('met', 'satisfied', '2026-01-01T00:00:00Z'),
  clock('later', 'running', '2026-01-04T00:00:00Z'),
  clock('late', 'missed', '2026-01-02T00:00:00Z'),
  clock('waits', 'suspended', '2026-01-01T00:00:00Z'),
  clock('soon', 'critical', '2026-01-03T00:00:00Z'),
  clock('last', 'warning', '2026-01-05T00:00:00Z'),
];

const NOW = '2026-01-01T00:00:00Z';

test('a yearly clock is shown only when its end is near', () => {
  const yearly = clock('yearly', 'running', '2026-12-01T00:00:00Z');
  expect(stripClocks([yearly], NOW).shown).toEqual([]);
  expect(stripClocks([yearly], '2026-10-15T00:00:00Z').shown).toEqual([yearly]);
});

test('the soonest that run, and how many more do', () => {
  const { shown, more } = stripClocks(CLOCKS, NOW);
  expect(shown.map(({ instance }) => instance)).toEqual(['late', 'soon', 'later']);
  expect(shown).toHaveLength(STRIP_CLOCKS);
  expect(more).toBe(1);
});

test('what is met, suspended or exempt runs not', () => {
  expect(stripClocks([CLOCKS[0], CLOCKS[3]] as Clock[], NOW)).toEqual({ shown: [], more: 0 });
});

test('what runs stands before what does not', () => {
  expect([...CLOCKS].sort(bySoonest).map(({ instance }) => instance)).toEqual([
    'late',
    'soon',
    'later',
    'last',
    'met',
    'waits',
  ]);
});
