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

export type Due = {
  readonly state: 'done' | 'never' | 'late' | 'too-late';
  /** The oldest business day that is missing, YYYY-MM-DD. */
  readonly day: string;
  /** By when it was, or is, to be there. Unix milliseconds. */
  readonly dueMs: number;
};

/** @param lastDay the newest day that is there; null: none ever */
export function dueOf(
  { dueHour, graceHours, since }: Daily,
  lastDay: string | null,
  zone: string,
  closedOn: readonly string[],
  nowMs: number,
): Due {
  const day =
    lastDay === null ? rollForward(dateOf(since), closedOn) : addBusinessDays(dateOf(lastDay), 1, closedOn);
  const on = addBusinessDays(day, 1, closedOn);
  const dueMs = endOfDay(addDays(on, -1), zone) + SECOND_MS + dueHour * HOUR_MS;
  const isLate = nowMs > dueMs;
  const isTooLate = nowMs > dueMs + graceHours * HOUR_MS;
  const state = isTooLate ? 'too-late' : isLate ? 'late' : lastDay === null ? 'never' : 'done';
  return { state, day: dateText(day), dueMs };
}

function dateOf(text: string): CivilDate {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
}
