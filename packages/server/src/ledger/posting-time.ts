/** Times of postings, read without a date object: a journal has hundreds of thousands a second of them. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;
/** The day after the newest posting is written down too (exports), and has a year of four digits. */
const TIME_END = Date.parse('9999-12-31T00:00:00Z');
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ZERO = 48;
const FRACTION_AT = 20;

/** Two digits from `at` on. */
const two = (text: string, at: number): number =>
  (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;

/** Milliseconds of an ISO 8601 time with a zone, on a day that there is, from 1970 on; null for anything else. Finer digits are dropped. */
export function postingTime(at: unknown): number | null {
  if (typeof at !== 'string' || !ISO.test(at)) return null;
  const [year, month, day] = [two(at, 0) * 100 + two(at, 2), two(at, 5), two(at, 8)];
  const [hour, minute, second] = [two(at, 11), two(at, 14), two(at, 17)];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  if (day < 1 || day > days || hour > 23 || minute > 59 || second > 59) return null;
  const offset = zoneMs(at);
  if (offset === null) return null;
  const ms = Date.UTC(year, month - 1, day) + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
  const instant = ms + fractionMs(at) - offset;
  // Years below 100 would be taken for 19xx; they are before 1970 either way.
  return year >= 1969 && instant >= 0 && instant < TIME_END ? instant : null;
}

/** Whole milliseconds behind the point. */
function fractionMs(at: string): number {
  if (at[FRACTION_AT - 1] !== '.') return 0;
  let ms = 0;
  let weight = 100;
  for (let n = FRACTION_AT; weight >= 1; n += 1, weight = Math.trunc(weight / 10)) {
    const digit = at.charCodeAt(n) - ZERO;
    if (digit < 0 || digit > 9) break;
    ms += digit * weight;
  }
  return ms;
}

/** How far the zone is ahead of UTC; null for none that there can be. */
function zoneMs(at: string): number | null {
  if (at.endsWith('Z')) return 0;
  const minutes = two(at, at.length - 2);
  const sign = at.length - (at[at.length - 3] === ':' ? 6 : 5);
  const hours = two(at, sign + 1);
  if (hours > 23 || minutes > 59) return null;
  return (hours * HOUR_MS + minutes * MINUTE_MS) * (at[sign] === '-' ? -1 : 1);
}
