/** Holidays against an independent record of what was proclaimed, and the arithmetic of days, months and zones. */
import { isHoliday } from '@holiday-jp/holiday_jp';
import { describe, expect, test } from 'vitest';
import {
  addBusinessDays,
  addDays,
  addMonths,
  type CivilDate,
  civilDate,
  dateText,
  dayNumber,
  endOfDay,
  isJapaneseBusinessDay,
  isJapaneseHoliday,
  rollForward,
  weekday,
} from './business-days.ts';
import { isoTime, parseTime } from './time.ts';

const date = (text: string): CivilDate => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
};

describe('national holidays', () => {
  test('every day of 2016 to 2030 is as the independent record has it', () => {
    const odd: string[] = [];
    for (let n = dayNumber(date('2016-01-01')); n <= dayNumber(date('2030-12-31')); n += 1) {
      const day = addDays(date('1970-01-01'), n);
      // The record reads the local date of a Date.
      const recorded = isHoliday(new Date(day.year, day.month - 1, day.day));
      if (recorded !== isJapaneseHoliday(day)) odd.push(dateText(day));
    }
    expect(odd).toEqual([]);
  });

  test.each([
    ['2026-09-22', 'between 敬老の日 and 秋分の日'],
    ['2019-04-30', 'between 昭和の日 and the enthronement'],
    ['2026-05-06', 'substitute for 憲法記念日 on a Sunday'],
    ['2021-08-09', 'substitute for the moved 山の日'],
  ])('%s: %s', (text) => expect(isJapaneseHoliday(date(text))).toBe(true));

  test('years that nobody can know are refused', () => {
    expect(() => isJapaneseHoliday(date('2100-01-01'))).toThrow('2016 to 2099');
  });
});

describe('business days', () => {
  test.each([
    ['2026-11-20', 1, '2026-11-24', 'Friday, then a weekend and a holiday'],
    ['2026-12-28', 1, '2027-01-04', 'over the turn of the year'],
    ['2026-04-28', 2, '2026-05-01', 'one holiday inside'],
    ['2026-05-01', 2, '2026-05-08', 'over Golden Week'],
    ['2026-09-18', 5, '2026-09-30', 'over Silver Week'],
    ['2026-11-21', 1, '2026-11-24', 'a Saturday counts as day 0 too'],
  ])('%s + %i = %s (%s)', (from, count, expected) => {
    expect(dateText(addBusinessDays(date(from), count))).toBe(expected);
  });

  test('a firm’s own closed days are left out; a day rolls forward only when closed', () => {
    expect(dateText(addBusinessDays(date('2026-11-09'), 1, ['2026-11-10']))).toBe('2026-11-11');
    expect(dateText(rollForward(date('2026-11-23')))).toBe('2026-11-24');
    expect(dateText(rollForward(date('2026-11-24')))).toBe('2026-11-24');
    expect(isJapaneseBusinessDay(date('2026-12-29'))).toBe(false);
    expect(isJapaneseBusinessDay(date('2026-01-02'))).toBe(false);
  });
});

describe('months and zones', () => {
  test.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2026-08-31', 1, '2026-09-30'],
    ['2026-12-15', 1, '2027-01-15'],
    ['2026-10-31', 4, '2027-02-28'],
  ])('%s + %i months = %s', (from, months, expected) => {
    expect(dateText(addMonths(date(from), months))).toBe(expected);
  });

  test('a date is that of the zone, and a day ends there', () => {
    expect(dateText(civilDate(parseTime('2026-11-20T15:30:00Z'), 'Asia/Tokyo'))).toBe('2026-11-21');
    expect(isoTime(endOfDay(date('2026-11-21'), 'Asia/Tokyo'))).toBe('2026-11-21T14:59:59Z');
    expect(isoTime(endOfDay(date('2026-10-25'), 'Europe/Brussels'))).toBe('2026-10-25T22:59:59Z');
    expect(isoTime(endOfDay(date('2026-03-08'), 'America/New_York'))).toBe('2026-03-09T03:59:59Z');
  });

  test('weekdays: 2026-11-22 is a Sunday', () => expect(weekday(date('2026-11-22'))).toBe(0));
});
