/** Ninety days of a component: every recorded millisecond is counted once, on its day, and nothing before recording. */
import { expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../kernel/time.ts';
import type { Fact } from '../../../log/fact.ts';
import { componentStatusChanged, componentsListed } from '../facts/board.ts';
import { barsOf, componentHistory, countTo, HISTORY_DAYS, type History, uptimeOf } from './history.ts';

const fact = (type: string, recordedAt: string, body: object): Fact =>
  ({ type, recordedAt, body }) as unknown as Fact;
const listed = (at: string): Fact => fact(componentsListed.type, at, { components: [{ id: 'api' }] });
const turned = (at: string, to: string): Fact =>
  fact(componentStatusChanged.type, at, { component: 'api', to });
const fold = (...facts: Fact[]): History =>
  facts.reduce((state, one) => componentHistory.apply(state, one, 'api'), componentHistory.initial('api'));

it('an outage over midnight falls on both days', () => {
  const history = fold(
    listed('2026-04-01T00:00:00Z'),
    turned('2026-04-01T22:00:00Z', 'major_outage'),
    turned('2026-04-02T03:00:00Z', 'operational'),
  );
  const { days } = countTo(history, '2026-04-03T00:00:00Z');
  expect(days).toEqual([
    {
      date: '2026-04-01',
      worst: 'major_outage',
      lastedMs: { operational: 22 * HOUR_MS, major_outage: 2 * HOUR_MS },
    },
    {
      date: '2026-04-02',
      worst: 'major_outage',
      lastedMs: { major_outage: 3 * HOUR_MS, operational: 21 * HOUR_MS },
    },
  ]);
  expect(uptimeOf(days)).toBeCloseTo(1 - 5 / 48, 12);
});

it('what was never recorded is not claimed', () => {
  const bars = barsOf(componentHistory.initial('api'), '2026-04-01T00:00:00Z');
  expect(bars).toEqual(Array.from({ length: HISTORY_DAYS }, () => null));
});

it('a status that changed back within the same moment still shows as the worst of its day', () => {
  const at = '2026-04-01T05:00:00Z';
  const history = fold(listed(at), turned(at, 'partial_outage'), turned(at, 'operational'));
  expect(history.days).toEqual([
    { date: '2026-04-01', worst: 'partial_outage', lastedMs: { partial_outage: 0, operational: 0 } },
  ]);
});

it('stays within ninety days, however long nothing happens, and counts each of them whole', () => {
  const history = fold(
    listed('2020-01-01T00:00:00Z'),
    turned('2026-04-01T00:00:00Z', 'degraded_performance'),
  );
  const bars = barsOf(history, '2026-06-30T00:00:00Z');
  expect(bars).toHaveLength(HISTORY_DAYS);
  expect(bars.slice(0, -1).every((day) => day?.lastedMs.degraded_performance === DAY_MS)).toBe(true);
  expect(bars.at(-1), 'today has only begun').toBe(null);
  expect(history.days.length).toBeLessThanOrEqual(HISTORY_DAYS + 1);
});

it('counting is the same in one step or in many', () => {
  const begun = fold(listed('2026-04-01T06:30:00Z'));
  let many = begun;
  for (let hour = 7; hour < 24 * 5; hour += 1)
    many = countTo(many, new Date(Date.UTC(2026, 3, 1, hour)).toISOString().replace('.000Z', 'Z'));
  expect(many.days).toEqual(countTo(begun, many.countedTo).days);
});
