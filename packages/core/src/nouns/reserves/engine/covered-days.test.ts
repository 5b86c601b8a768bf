/** Days that statements are about: joined over weekends, asked for where none is, bounded however long the gaps go on. */
import { expect, test } from 'vitest';
import { type Covered, SPANS_KEPT, uncoveredDays, withSpan } from './covered-days.ts';

const NONE: Covered = { until: '', spans: [] };
const covered = (...spans: (readonly [string, string])[]): Covered => spans.reduce(withSpan, NONE);

test('spans join where no weekday lies between, in whatever order they come', () => {
  // 3 April 2026 is a Friday.
  const all = covered(
    ['2026-04-07', '2026-04-07'],
    ['2026-04-01', '2026-04-02'],
    ['2026-04-03', '2026-04-03'],
  );
  expect(all.spans).toEqual([
    ['2026-04-01', '2026-04-03'],
    ['2026-04-07', '2026-04-07'],
  ]);
  expect(withSpan(all, ['2026-04-06', '2026-04-06']).spans).toEqual([['2026-04-01', '2026-04-07']]);
  expect(covered(['2026-04-01', '2026-04-30'], ['2026-04-02', '2026-04-03']).spans).toEqual([
    ['2026-04-01', '2026-04-30'],
  ]);
});

test('business days without a span are asked for; weekends, holidays and closed days are not', () => {
  const all = covered(['2026-04-28', '2026-04-28'], ['2026-05-07', '2026-05-07']);
  // The 29th and 3 to 6 May are holidays, the 2nd and 3rd a weekend.
  expect(uncoveredDays('2026-04-27', all, [], 3)).toEqual(['2026-04-27', '2026-04-30', '2026-05-01']);
  expect(uncoveredDays('2026-04-27', all, ['2026-04-30'], 3)).toEqual([
    '2026-04-27',
    '2026-05-01',
    '2026-05-08',
  ]);
  const isEarly = ({ month }: { month: number }): boolean => month < 5;
  expect(uncoveredDays('2026-04-27', all, [], 3, isEarly)).toEqual(['2026-04-27', '2026-04-30']);
});

test('beyond so many spans the oldest is settled with what lies before it', () => {
  const mondays = Array.from({ length: SPANS_KEPT + 1 }, (_, n) =>
    new Date(Date.UTC(2026, 3, 6 + 7 * n)).toISOString().slice(0, 10),
  );
  const all = covered(...mondays.map((day) => [day, day] as const));
  expect(all.spans).toHaveLength(SPANS_KEPT);
  expect(all.until).toBe('2026-04-06');
  expect(uncoveredDays('2026-04-01', all, [], 1)).toEqual(['2026-04-07']);
});

test('nothing is asked for from before the years whose holidays are known', () => {
  expect(uncoveredDays('1999-01-01', NONE, [], 1)).toEqual(['2016-01-04']);
});
