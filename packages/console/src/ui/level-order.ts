/**
 * Levels and how they are ordered on screens. The rank repeats LEVEL_RANK of core's peg/facts.ts, which the
 * console may
 * not load at run time; `satisfies` keeps the names in step.
 */
import type { Level } from '@sonae/core/log/levels.ts';

/** Worst first: the order in which counts and legends are shown. */
export const LEVELS_WORST_FIRST = [
  'critical',
  'warning',
  'watch',
  'blind',
  'ok',
] as const satisfies readonly Level[];

const RANK = { ok: 0, blind: 1, watch: 2, warning: 3, critical: 4 } as const satisfies Record<Level, number>;

/** Worst first, and of equals the one that has been so for longest. */
export function byWorst(a: { level: Level; since: string }, b: { level: Level; since: string }): number {
  return RANK[b.level] - RANK[a.level] || a.since.localeCompare(b.since);
}

/** The worst of some levels; of none, `ok`. */
export function worstLevel(levels: readonly Level[]): Level {
  return levels.reduce<Level>((worst, level) => (RANK[level] > RANK[worst] ? level : worst), 'ok');
}

/** The level as it may be shown: without a price nothing is known, whatever was recorded last before it. */
export function shownLevel(level: Level, price: number | null): Level {
  return level === 'ok' && price === null ? 'blind' : level;
}

/** Levels at which an incident may not be closed. */
export function isAlarming(level: string): boolean {
  return level === 'warning' || level === 'critical';
}

/** Text of unknown origin as a level; anything unknown is `blind`, never `ok`. */
export function asLevel(text: string): Level {
  return text in RANK ? (text as Level) : 'blind';
}
