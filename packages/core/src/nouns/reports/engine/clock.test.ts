/** Properties of every clock, whatever the start: never before it, later starts are never due earlier, stages only grow. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addBusinessDays,
  addDays,
  civilDate,
  dayNumber,
  isJapaneseBusinessDay,
} from '../../../kernel/business-days.ts';
import { DAY_MS, HOUR_MS, parseTime } from '../../../kernel/time.ts';
import { type ClockRule, deadline, stageOf, targetOf } from './clock.ts';
import { DUTIES } from './duties.ts';

const START = parseTime('2024-01-01T00:00:00Z');
const instants = fc.integer({ min: START, max: parseTime('2034-12-31T00:00:00Z') });
const ZONES = ['Asia/Tokyo', 'Europe/Brussels', 'America/New_York', 'Asia/Singapore'];
const rules: readonly ClockRule[] = DUTIES.map(({ clock }) => clock).filter(
  ({ unit }) => unit !== 'none' && unit !== 'given',
);

describe('deadlines', () => {
  test('never lie before the start, and a later start is never due earlier', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...rules),
        fc.constantFrom(...ZONES),
        instants,
        fc.integer({ min: 0, max: 40 * DAY_MS }),
        (rule, zone, start, more) => {
          const due = deadline(rule, start, zone, [], null) as number;
          const later = deadline(rule, start + more, zone, [], null) as number;
          expect(due).toBeGreaterThan(start);
          expect(later).toBeGreaterThanOrEqual(due);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('a clock in days ends with the last second of a day in its zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        instants,
        fc.integer({ min: 1, max: 90 }),
        (zone, start, amount) => {
          const rule = { unit: 'days', amount, counting: 'next-day', roll: 'stay' } as const;
          const due = deadline(rule, start, zone, [], null) as number;
          const day = civilDate(due, zone);
          expect(dayNumber(day) - dayNumber(civilDate(start, zone))).toBe(amount);
          expect(civilDate(due + 1_000, zone)).toEqual(addDays(day, 1));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('so many business days later is a business day, with so many between', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 30 }), (at, count) => {
        const from = civilDate(at, 'Asia/Tokyo');
        const to = addBusinessDays(from, count);
        expect(isJapaneseBusinessDay(to)).toBe(true);
        let found = 0;
        for (let day = addDays(from, 1); dayNumber(day) <= dayNumber(to); day = addDays(day, 1))
          if (isJapaneseBusinessDay(day)) found += 1;
        expect(found).toBe(count);
      }),
      { numRuns: 500 },
    );
  });

  test('a firm’s closed day moves a deadline in business days, never forward in time', () => {
    const rule = { unit: 'business-days', amount: 1 } as const;
    const friday = parseTime('2026-11-06T03:00:00Z');
    const plain = deadline(rule, friday, 'Asia/Tokyo', [], null) as number;
    const closed = deadline(rule, friday, 'Asia/Tokyo', ['2026-11-09'], null) as number;
    expect((closed - plain) / DAY_MS).toBe(1);
  });
});

describe('stages', () => {
  const ORDER = ['running', 'warning', 'critical', 'missed'];

  test('only grow as time passes, and the limit itself is not yet missed', () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 60_000, max: 400 * DAY_MS }),
        fc.boolean(),
        fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), { minLength: 2, maxLength: 8 }),
        (startAt, span, isLegal, shares) => {
          const dueAt = isLegal ? startAt + span : null;
          const targetAt = targetOf(startAt, dueAt, isLegal ? null : span / 60_000);
          const at = { startAt, dueAt, targetAt };
          const limit = dueAt ?? targetAt;
          const stages = [...shares]
            .sort((a, b) => a - b)
            .map((share) => ORDER.indexOf(stageOf(at, startAt + share * span)));
          expect(stages).toEqual([...stages].sort((a, b) => a - b));
          expect(stageOf(at, limit)).not.toBe('missed');
          expect(stageOf(at, limit + 1)).toBe('missed');
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('the firm’s own target never lies behind the law’s instant', () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 0, max: 90 * DAY_MS }),
        fc.integer({ min: 1, max: 200_000 }),
        (start, span, minutes) => {
          expect(targetOf(start, start + span, minutes)).toBeLessThanOrEqual(start + span);
        },
      ),
    );
    expect(targetOf(0, 10 * HOUR_MS, null)).toBe(8 * HOUR_MS);
  });
});
