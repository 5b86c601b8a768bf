/** Worst first, and nothing unknown ever looks ok. */
import { expect, it } from 'vitest';
import { asLevel, byWorst, isAlarming, shownLevel, worstLevel } from './level-order.ts';

it('puts the worst first and of equals the older one', () => {
  const rows = [
    { level: 'ok', since: '' },
    { level: 'watch', since: '2023-03-11T02:00:00Z' },
    { level: 'critical', since: '2023-03-11T03:24:00Z' },
    { level: 'blind', since: '2023-03-01T00:00:00Z' },
    { level: 'watch', since: '2023-03-10T22:00:00Z' },
  ] as const;
  const sorted = [...rows].sort(byWorst).map(({ level, since }) => `${level} ${since.slice(8, 13)}`);
  expect(sorted).toEqual(['critical 11T03', 'watch 10T22', 'watch 11T02', 'blind 01T00', 'ok ']);
});

it('finds the worst; blindness is worse than ok and never hides a known evil', () => {
  expect(worstLevel([])).toBe('ok');
  expect(worstLevel(['ok', 'blind'])).toBe('blind');
  expect(worstLevel(['blind', 'critical', 'watch'])).toBe('critical');
});

it('takes an unknown level for blind', () => {
  expect(asLevel('warning')).toBe('warning');
  expect(asLevel('splendid')).toBe('blind');
});

it('never shows calm where there is no price', () => {
  expect(shownLevel('ok', null)).toBe('blind');
  expect(shownLevel('ok', 1)).toBe('ok');
  expect(shownLevel('critical', null)).toBe('critical');
});

it.each([
  ['ok', false],
  ['blind', false],
  ['watch', false],
  ['warning', true],
  ['critical', true],
])('%s is alarming: %s', (level, expected) => {
  expect(isAlarming(level)).toBe(expected);
});
