/**
 * Civil time for deadlines: dates in a zone, Japanese national holidays, business days, months with their end. Holidays
 * follow 国民の祝日に関する法律 (昭和23年法律第178号) from 2016 on; business days follow 資金移動業者に関する内閣府令11条,
 * which leaves out Saturdays, Sundays, holidays, January 2 and 3 and December 29 to 31.
 */
import { assert } from './assert.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './time.ts';

/** A day of the Gregorian calendar; months from 1. */
export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, ...parts, ...time });
  formats.set(zone, made);
  return made;
}

/** Wall-clock reading of an instant in a zone, as if it were UTC. */
function wallMs(atMs: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(atMs)) parts[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The date that a clock in this zone (IANA name) shows at an instant. */
export function civilDate(atMs: number, zone: string): CivilDate {
  const wall = new Date(wallMs(Math.floor(atMs / SECOND_MS) * SECOND_MS, zone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** The last second of a day in a zone (23:59:59), in milliseconds. */
export function endOfDay(date: CivilDate, zone: string): number {
  const wall = dayNumber(date) * DAY_MS + 23 * HOUR_MS + 59 * MINUTE_MS + 59 * SECOND_MS;
  // Twice: the offset at the first guess may be that of the other side of a change of the clocks.
  const guess = wall - (wallMs(wall, zone) - wall);
  return wall - (wallMs(guess, zone) - guess);
}

/** Days since 1970-01-01. */
export function dayNumber({ year, month, day }: CivilDate): number {
  return Math.round(Date.UTC(year, month - 1, day) / DAY_MS);
}

export function dateOfDay(number: number): CivilDate {
  const date = new Date(number * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export const addDays = (date: CivilDate, days: number): CivilDate => dateOfDay(dayNumber(date) + days);

/** The same day number so many months later; where the month has none, its last day (民法143条2項). */
export function addMonths({ year, month, day }: CivilDate, months: number): CivilDate {
  const index = year * 12 + (month - 1) + months;
  const target = { year: Math.floor(index / 12), month: (index % 12) + 1 };
  const last = new Date(Date.UTC(target.year, target.month, 0)).getUTCDate();
  return { ...target, day: Math.min(day, last) };
}

/** 0 Sunday ... 6 Saturday. */
export const weekday = (date: CivilDate): number => (((dayNumber(date) + 4) % 7) + 7) % 7;

/** The first year whose holidays are known. */
export const HOLIDAYS_FROM = 2016;
const HOLIDAYS_TO = 2099;
const key = (month: number, day: number): string => `${month}-${day}`;

function nthMonday(year: number, month: number, nth: number): string {
  const first = weekday({ year, month, day: 1 });
  return key(month, 1 + ((8 - first) % 7) + (nth - 1) * 7);
}

/** Days of the equinoxes as the National Observatory computes them; good for 1980 to 2099. */
function equinox(year: number, base: number): number {
  return Math.floor(base + 0.242194 * (year - 1980)) - Math.floor((year - 1980) / 4);
}

/** Special acts: the enthronement of 2019 and the Olympic years. */
const SPECIAL: Readonly<
  Record<number, { readonly without: readonly string[]; readonly with: readonly string[] }>
> = {
  2019: { without: ['2-23', '12-23'], with: ['5-1', '10-22'] },
  2020: { without: ['7-20', '8-11', '10-12'], with: ['7-23', '7-24', '8-10'] },
  2021: { without: ['7-19', '8-11', '10-11'], with: ['7-22', '7-23', '8-8'] },
};

const years = new Map<number, ReadonlySet<string>>();

/** National holidays of a year as `month-day`, substitute holidays and days between holidays included. */
function holidaysOf(year: number): ReadonlySet<string> {
  const known = years.get(year);
  if (known) return known;
  assert(year >= HOLIDAYS_FROM && year <= HOLIDAYS_TO, `holidays are known for 2016 to 2099, not ${year}`);
  const fixed = ['1-1', '2-11', '4-29', '5-3', '5-4', '5-5', '8-11', '11-3', '11-23'];
  const emperor = year >= 2020 ? '2-23' : '12-23';
  const mondays = [
    nthMonday(year, 1, 2),
    nthMonday(year, 7, 3),
    nthMonday(year, 9, 3),
    nthMonday(year, 10, 2),
  ];
  const equinoxes = [key(3, equinox(year, 20.8431)), key(9, equinox(year, 23.2488))];
  const special = SPECIAL[year] ?? { without: [], with: [] };
  const named = new Set(
    [...fixed, emperor, ...mondays, ...equinoxes, ...special.with].filter(
      (d) => !special.without.includes(d),
    ),
  );
  const all = withSubstitutes(year, named);
  years.set(year, all);
  return all;
}

function withSubstitutes(year: number, named: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(named);
  const dates = [...named].map((text): CivilDate => {
    const [month = 1, day = 1] = text.split('-').map(Number);
    return { year, month, day };
  });
  const isNamed = (date: CivilDate): boolean => named.has(key(date.month, date.day));
  for (const date of dates) {
    // 3条2項: on a Sunday, the nearest following day that is no holiday.
    if (weekday(date) === 0) {
      let next = addDays(date, 1);
      while (isNamed(next)) next = addDays(next, 1);
      all.add(key(next.month, next.day));
    }
    // 3条3項: a day between two holidays.
    const between = addDays(date, 1);
    if (!isNamed(between) && weekday(between) !== 0 && isNamed(addDays(date, 2)))
      all.add(key(between.month, between.day));
  }
  return all;
}

export function isJapaneseHoliday(date: CivilDate): boolean {
  return holidaysOf(date.year).has(key(date.month, date.day));
}

/** Days that a firm or rule leaves out beside the calendar's own, as `YYYY-MM-DD`. */
export type ExtraClosed = readonly string[];

export function isJapaneseBusinessDay(date: CivilDate, extra: ExtraClosed = []): boolean {
  const { month, day } = date;
  const day0 = weekday(date);
  if (day0 === 0 || day0 === 6) return false;
  if ((month === 1 && (day === 2 || day === 3)) || (month === 12 && day >= 29)) return false;
  return !isJapaneseHoliday(date) && !extra.includes(dateText(date));
}

/** `YYYY-MM-DD`. */
export function dateText({ year, month, day }: CivilDate): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** No gap of closed days is this long; beyond it a calendar is wrong. */
const SEARCH_DAYS_MAX = 400;

/** The n-th business day after `date`, counted from the next day (翌日から起算). */
export function addBusinessDays(date: CivilDate, count: number, extra: ExtraClosed = []): CivilDate {
  let left = count;
  let at = date;
  for (let i = 0; i < SEARCH_DAYS_MAX; i += 1) {
    if (left === 0) return at;
    at = addDays(at, 1);
    if (isJapaneseBusinessDay(at, extra)) left -= 1;
  }
  assert(false, `${count} business days after ${dateText(date)} lie within ${SEARCH_DAYS_MAX} days`);
  return at;
}

/** The day itself, or the next business day. */
export function rollForward(date: CivilDate, extra: ExtraClosed = []): CivilDate {
  return isJapaneseBusinessDay(date, extra) ? date : addBusinessDays(date, 1, extra);
}
