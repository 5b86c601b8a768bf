/**
 * When a duty is due. Days, weeks and months leave out the first day and end with the last one (民法140条, 141条, 143条),
 * hours run from the event itself (民法139条), business days count from the next day. Pure; every shipped row is tested.
 */
import {
  addBusinessDays,
  addDays,
  addMonths,
  type CivilDate,
  civilDate,
  type ExtraClosed,
  endOfDay,
  rollForward,
} from '../../../kernel/business-days.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../kernel/time.ts';

export type ClockRule =
  /** No number in the rule: 直ちに, 速やかに, or a date that nobody set yet. */
  | { readonly unit: 'none' }
  /** The recipient sets the date. */
  | { readonly unit: 'given' }
  | { readonly unit: 'hours'; readonly amount: number }
  | { readonly unit: 'business-days'; readonly amount: number }
  | {
      readonly unit: 'days' | 'weeks' | 'months';
      readonly amount: number;
      /** Whether the day of the event is day one. */
      readonly counting: 'next-day' | 'event-day';
      /** Where the last day is closed: stay, or go to the next business day. */
      readonly roll: 'stay' | 'forward';
    };

export type Instants = {
  readonly startAt: number;
  readonly dueAt: number | null;
  readonly targetAt: number;
};

/** Milliseconds of the last moment to comply, or null where the rule has no number. */
export function deadline(
  rule: ClockRule,
  startMs: number,
  zone: string,
  closed: ExtraClosed,
  givenMs: number | null,
): number | null {
  if (rule.unit === 'none') return null;
  if (rule.unit === 'given') return givenMs;
  if (rule.unit === 'hours') return startMs + rule.amount * HOUR_MS;
  const start = civilDate(startMs, zone);
  if (rule.unit === 'business-days') return endOfDay(addBusinessDays(start, rule.amount, closed), zone);
  const last = lastDay(rule.unit, rule.amount, rule.counting === 'event-day' ? addDays(start, -1) : start);
  return endOfDay(rule.roll === 'forward' ? rollForward(last, closed) : last, zone);
}

function lastDay(unit: 'days' | 'weeks' | 'months', amount: number, from: CivilDate): CivilDate {
  if (unit === 'months') return addMonths(from, amount);
  return addDays(from, unit === 'weeks' ? amount * 7 : amount);
}

/** No earlier than this before the limit, however long the clock. */
const WARNING_WITHIN_MS = 3 * DAY_MS;
const CRITICAL_WITHIN_MS = DAY_MS;
const WARNING_SHARE = 0.5;
const CRITICAL_SHARE = 0.8;
/** Where the rule has a number and the firm has no target of its own. */
const TARGET_SHARE = 0.8;

/** The firm's own target: what it set, or four fifths of the time the rule gives. */
export function targetOf(startMs: number, dueMs: number | null, targetMinutes: number | null): number {
  const own = targetMinutes === null ? null : startMs + targetMinutes * MINUTE_MS;
  if (dueMs === null) return own ?? startMs;
  const most = startMs + (dueMs - startMs) * TARGET_SHARE;
  return Math.min(own ?? most, dueMs);
}

export type Stage = 'running' | 'warning' | 'critical' | 'missed';

/** How far a clock has run. A clock that will be missed is known before it is missed. */
export function stageOf({ startAt, dueAt, targetAt }: Instants, nowMs: number): Stage {
  const limit = dueAt ?? targetAt;
  if (nowMs > limit) return 'missed';
  const span = limit - startAt;
  if (nowMs >= Math.max(limit - CRITICAL_WITHIN_MS, startAt + span * CRITICAL_SHARE)) return 'critical';
  if (nowMs >= Math.max(limit - WARNING_WITHIN_MS, startAt + span * WARNING_SHARE)) return 'warning';
  return dueAt !== null && nowMs > targetAt ? 'warning' : 'running';
}
