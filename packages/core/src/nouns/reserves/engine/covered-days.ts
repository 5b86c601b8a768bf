/**
 * Which days an account's statements speak about, and which business days none of them does. A day without a statement is
 * not passed over because a newer one came: what was booked on it is in neither.
 */
import {
  addBusinessDays,
  addDays,
  type CivilDate,
  dateText,
  HOLIDAYS_FROM,
  rollForward,
  weekday,
} from '../../../kernel/business-days.ts';

/** First and last day, both included, YYYY-MM-DD. */
export type Span = readonly [from: string, to: string];
export type Covered = {
  /** Up to this day nothing is asked for any more; empty: from the beginning. */
  readonly until: string;
  /** In order and apart from each other. */
  readonly spans: readonly Span[];
};

/** Gaps of years do not pile up: beyond so many spans the oldest is settled with everything before it. */
export const SPANS_KEPT = 100;

export function civilDay(text: string): CivilDate {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
}

const after = (day: string, days = 1): string => dateText(addDays(civilDay(day), days));

/** Nobody sends a statement of a weekend: spans on both sides of one are one. */
function nextWeekday(day: string): string {
  let next = addDays(civilDay(day), 1);
  while (weekday(next) === 0 || weekday(next) === 6) next = addDays(next, 1);
  return dateText(next);
}

export function withSpan({ until, spans }: Covered, added: Span): Covered {
  const joined: Span[] = [];
  for (const [from, to] of [...spans, added].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const last = joined.at(-1);
    if (last === undefined || from > nextWeekday(last[1])) joined.push([from, to]);
    else joined[joined.length - 1] = [last[0], to > last[1] ? to : last[1]];
  }
  const dropped = joined.splice(0, Math.max(0, joined.length - SPANS_KEPT)).at(-1);
  return { until: dropped?.[1] ?? until, spans: joined };
}

/**
 * Business days from `since` on that no span has, oldest first, up to the first that is not wanted.
 *
 * @param max how many at most
 */
export function uncoveredDays(
  since: string,
  { until, spans }: Covered,
  closedOn: readonly string[],
  max: number,
  isWanted: (day: CivilDate) => boolean = () => true,
): string[] {
  const days: string[] = [];
  const first = [since, until === '' ? '' : after(until), `${HOLIDAYS_FROM}-01-01`].sort().at(-1) ?? since;
  for (let day = rollForward(civilDay(first), closedOn); ; ) {
    const text = dateText(day);
    const span = spans.find(([from, to]) => from <= text && text <= to);
    if (span === undefined) {
      if (days.length >= max || !isWanted(day)) return days;
      days.push(text);
    }
    day = addBusinessDays(span === undefined ? day : civilDay(span[1]), 1, closedOn);
  }
}
