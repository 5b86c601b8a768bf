/** What is due each business day: which day is missing, since when, and whether that is still in the hours of grace. */
import {
  addBusinessDays,
  addDays,
  type CivilDate,
  dateText,
  endOfDay,
  rollForward,
} from '../../../kernel/business-days.ts';
import { HOUR_MS, SECOND_MS } from '../../../kernel/time.ts';
import type { Daily } from '../facts/policy.ts';
import { type Covered, civilDay, uncoveredDays } from './covered-days.ts';

export type Due = {
  readonly state: 'done' | 'never' | 'late' | 'too-late';
  /** The oldest business day that is missing, YYYY-MM-DD. */
  readonly day: string;
  /** By when it was, or is, to be there. Unix milliseconds. */
  readonly dueMs: number;
};
export type Calendar = { readonly zone: string; readonly closedOn: readonly string[] };

/** By when what is about a business day is to be there, Unix milliseconds. */
function dueMsOf({ dueHour }: Daily, day: CivilDate, { zone, closedOn }: Calendar): number {
  const on = addBusinessDays(day, 1, closedOn);
  return endOfDay(addDays(on, -1), zone) + SECOND_MS + dueHour * HOUR_MS;
}

function dueOn(daily: Daily, day: CivilDate, isFirst: boolean, calendar: Calendar, nowMs: number): Due {
  const dueMs = dueMsOf(daily, day, calendar);
  const isLate = nowMs > dueMs;
  const isTooLate = nowMs > dueMs + daily.graceHours * HOUR_MS;
  const state = isTooLate ? 'too-late' : isLate ? 'late' : isFirst ? 'never' : 'done';
  return { state, day: dateText(day), dueMs };
}

/**
 * Of what is done anew for everything each day, so that the newest day stands for all before it.
 *
 * @param lastDay the newest day that is there; null: none ever
 */
export function dueOf(daily: Daily, lastDay: string | null, calendar: Calendar, nowMs: number): Due {
  const { closedOn } = calendar;
  const day =
    lastDay === null
      ? rollForward(civilDay(daily.since), closedOn)
      : addBusinessDays(civilDay(lastDay), 1, closedOn);
  return dueOn(daily, day, lastDay === null, calendar, nowMs);
}

/** Of what speaks about its own days only: a newer day does not stand for an older one. */
export function dueOfDays(daily: Daily, covered: Covered, calendar: Calendar, nowMs: number): Due {
  const [first = daily.since] = uncoveredDays(daily.since, covered, calendar.closedOn, 1);
  return dueOn(daily, civilDay(first), covered.spans.length === 0, calendar, nowMs);
}

/** Business days whose statement should be here and is not, oldest first. */
export function lateDays(
  daily: Daily,
  covered: Covered,
  calendar: Calendar,
  nowMs: number,
  max: number,
): string[] {
  const isLate = (day: CivilDate): boolean => nowMs > dueMsOf(daily, day, calendar);
  return uncoveredDays(daily.since, covered, calendar.closedOn, max, isLate);
}
