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

export const runs = ({ now }: Pick<Clock, 'now'>): boolean => RUNS.includes(now);

/** What still runs first, of that the soonest; then what waits or is over. */
export function bySoonest(a: Clock, b: Clock): number {
  return Number(runs(b)) - Number(runs(a)) || Date.parse(a.limitAt) - Date.parse(b.limitAt);
}

export function stripClocks<C extends Clock>(
  clocks: readonly C[],
): { readonly shown: readonly C[]; readonly more: number } {
  const running = clocks.filter(runs).sort(bySoonest);
  return { shown: running.slice(0, STRIP_CLOCKS), more: Math.max(0, running.length - STRIP_CLOCKS) };
}
