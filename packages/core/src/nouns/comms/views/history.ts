/**
 * Ninety days of one component: how long each status lasted on each day (UTC). Nothing is claimed about the time before
 * recording began, and what was measured is never changed afterwards.
 */
import { must } from '../../../kernel/assert.ts';
import { DAY_MS, floorTo, isoTime, parseTime } from '../../../kernel/time.ts';
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { worstOf } from '../engine/status.ts';
import { componentStatusChanged, componentsListed } from '../facts/board.ts';
import type { ComponentStatus } from '../facts/words.ts';

export const HISTORY_DAYS = 90;

export type Day = {
  /** `2026-04-01`, UTC. */
  readonly date: string;
  readonly worst: ComponentStatus;
  /** Status -> milliseconds on that day; days and parts that were not recorded are absent. */
  readonly lastedMs: Readonly<Partial<Record<ComponentStatus, number>>>;
};
export type History = {
  /** When recording began; empty before. */
  readonly since: string;
  /** Up to when `days` are counted. */
  readonly countedTo: string;
  readonly status: ComponentStatus;
  /** Oldest first. */
  readonly days: readonly Day[];
};

const UNRECORDED: History = { since: '', countedTo: '', status: 'operational', days: [] };

/** Key: component id. */
export const componentHistory = defineView<History>({
  name: 'comms.history',
  version: 1,
  folds: [componentsListed.name, componentStatusChanged.name],
  initial: () => UNRECORDED,
  keysOf: (fact) => {
    if (isFact(componentsListed, fact)) return fact.body.components.map(({ id }) => id);
    return isFact(componentStatusChanged, fact) ? [fact.body.component] : [];
  },
  apply: (state, fact) => {
    const at = fact.recordedAt;
    const begun = state.since === '' ? { ...state, since: at, countedTo: at } : countTo(state, at);
    if (!isFact(componentStatusChanged, fact)) return begun;
    return { ...begun, status: fact.body.to, days: touchDay(begun.days, at, fact.body.to) };
  },
});

/** The history counted up to a moment, with the present status for the time since. */
export function countTo(history: History, at: string): History {
  if (history.since === '') return history;
  const endMs = parseTime(at);
  const oldestMs = floorTo(endMs, DAY_MS) - (HISTORY_DAYS - 1) * DAY_MS;
  let fromMs = Math.max(parseTime(history.countedTo), oldestMs);
  let days = history.days.filter(({ date }) => parseTime(`${date}T00:00:00Z`) >= oldestMs);
  while (fromMs < endMs) {
    const untilMs = Math.min(floorTo(fromMs, DAY_MS) + DAY_MS, endMs);
    days = addTo(days, isoTime(fromMs).slice(0, 10), history.status, untilMs - fromMs);
    fromMs = untilMs;
  }
  return { ...history, countedTo: at, days };
}

/** A status that lasted no measurable time still was: it shows as the worst of its day. */
const touchDay = (days: readonly Day[], at: string, status: ComponentStatus): Day[] =>
  addTo(days, at.slice(0, 10), status, 0);

function addTo(days: readonly Day[], date: string, status: ComponentStatus, ms: number): Day[] {
  const last = days.at(-1);
  if (last === undefined || last.date !== date)
    return [...days, { date, worst: status, lastedMs: { [status]: ms } }];
  const lastedMs = { ...last.lastedMs, [status]: (last.lastedMs[status] ?? 0) + ms };
  return [...days.slice(0, -1), { date, worst: worstOf([last.worst, status]), lastedMs }];
}

/** A major outage counts in full, a partial one for 30 per cent: the weights of the Statuspage format. Null: not recorded. */
export function uptimeOf(days: readonly Day[]): number | null {
  let recordedMs = 0;
  let downMs = 0;
  for (const { lastedMs } of days) {
    recordedMs += Object.values(lastedMs).reduce((sum, ms) => sum + ms, 0);
    downMs += (lastedMs.major_outage ?? 0) + 0.3 * (lastedMs.partial_outage ?? 0);
  }
  return recordedMs === 0 ? null : 1 - downMs / recordedMs;
}

/** Days as bars: always ninety, null where nothing was recorded. */
export function barsOf(history: History, now: string): (Day | null)[] {
  const { days } = countTo(history, now);
  const byDate = new Map(days.map((day) => [day.date, day]));
  const todayMs = floorTo(parseTime(now), DAY_MS);
  return Array.from({ length: HISTORY_DAYS }, (_, i) => {
    const date = isoTime(todayMs - (HISTORY_DAYS - 1 - i) * DAY_MS).slice(0, 10);
    return byDate.get(must(date, 'a day has a date')) ?? null;
  });
}
