/** Clocks: which come first, which belong on the strip, and what they may be filtered by. Pure. */
import type { Clock } from '@sonae/core/app/response/api.ts';

export const CLOCK_STATES = [
  'missed',
  'critical',
  'warning',
  'running',
  'suspended',
  'exempt',
  'satisfied',
] as const satisfies readonly Clock['now'][];
export type ClockState = Clock['now'];

const RUNS: readonly ClockState[] = ['missed', 'critical', 'warning', 'running'];
/** Shown on every screen; the room has the others. */
export const STRIP_CLOCKS = 3;

/** What has longer than any clock of an incident is no news on every screen: yearly plans and training. */
const STRIP_WITHIN_MS = 62 * 24 * 3_600_000;

export const runs = ({ now }: Pick<Clock, 'now'>): boolean => RUNS.includes(now);

/** What still runs first, of that the soonest; then what waits or is over. */
export function bySoonest(a: Clock, b: Clock): number {
  return Number(runs(b)) - Number(runs(a)) || Date.parse(a.limitAt) - Date.parse(b.limitAt);
}

export function stripClocks<C extends Clock>(
  clocks: readonly C[],
  now: string,
): { readonly shown: readonly C[]; readonly more: number } {
  const isNear = ({ limitAt }: C): boolean => Date.parse(limitAt) - Date.parse(now) <= STRIP_WITHIN_MS;
  const running = clocks.filter((clock) => runs(clock) && isNear(clock)).sort(bySoonest);
  return { shown: running.slice(0, STRIP_CLOCKS), more: Math.max(0, running.length - STRIP_CLOCKS) };
}
