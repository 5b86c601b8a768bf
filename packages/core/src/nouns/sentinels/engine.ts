/** Pure rules over a component's alarms: what belongs together, how bad it is as a whole, and when it makes a suspicion. */
import { ALARM_GROUPS_MAX } from '../../kernel/limits.ts';
import { parseTime } from '../../kernel/time.ts';
import {
  ALARM_LEVEL_RANK,
  ALARM_LEVELS,
  type AlarmLevel,
  type GroupLevel,
  THRESHOLD_COUNT_MAX,
  type Threshold,
} from './facts.ts';

/** How many alarms fire at each level. */
export type Firing = Readonly<Record<AlarmLevel, number>>;
export const NONE_FIRING: Firing = { watch: 0, warning: 0, critical: 0 };

/** Arrivals while a threshold is not passed. */
export type Arrival = { readonly at: string; readonly firing: number };

/** What one source has to say about a component. */
export type Share = {
  readonly source: string;
  readonly firing: Firing;
  /** Whether enough arrived to make a suspicion; until all of it is over. */
  readonly passed: boolean;
  readonly arrivals: readonly Arrival[];
};

export type Group = {
  /** `alarm/<component>`: the correlation of its suspicion. */
  readonly group: string;
  readonly component: string;
  /** As it was last signalled. */
  readonly level: GroupLevel;
  /** An alarm joined since the last signal. */
  readonly joined: boolean;
  readonly shares: readonly Share[];
  readonly changedAt: string;
};
export type Groups = { readonly groups: readonly Group[] };

/** Where alarms go whose component would be one too many. They are not dropped. */
export const OVERFLOW_COMPONENT = 'other';
export const groupNamed = (component: string): string => `alarm/${component}`;

/** The group of a component: its own, as long as there is room for one more. */
export function groupFor(component: string, groups: ReadonlyMap<string, Group>): string {
  const name = groupNamed(component);
  if (groups.has(name) || [...groups.values()].filter(isFiring).length < ALARM_GROUPS_MAX) return name;
  return groupNamed(OVERFLOW_COMPONENT);
}

/** How many alarms of the component fire, at whatever level and from whomever. */
export function firingCount(group: Group): number {
  return group.shares.reduce((sum, { firing }) => sum + firing.watch + firing.warning + firing.critical, 0);
}

export const isFiring = (group: Group): boolean => firingCount(group) > 0;

export const worse = (a: GroupLevel, b: GroupLevel): GroupLevel =>
  ALARM_LEVEL_RANK[a] >= ALARM_LEVEL_RANK[b] ? a : b;

/** The worst of what fires. */
export function worstFiring(firing: Firing): GroupLevel {
  return ALARM_LEVELS.findLast((level) => firing[level] > 0) ?? 'ok';
}

/** Whether these arrivals, with so many more at `now`, are enough. */
export function passes(share: Share | undefined, more: number, now: string, threshold: Threshold): boolean {
  const since = parseTime(now) - threshold.windowMs;
  const recent = (share?.arrivals ?? []).filter(({ at }) => parseTime(at) > since);
  return recent.reduce((sum, { firing }) => sum + firing, more) >= threshold.count;
}

/** Adds arrivals; no more are remembered than any threshold asks for. */
export function withArrival(share: Share, at: string, firing: number, passed: boolean): Share {
  const arrivals = passed ? [] : [...share.arrivals, { at, firing }].slice(-THRESHOLD_COUNT_MAX);
  return { ...share, arrivals, passed: share.passed || passed };
}

/**
 * The level that a group should signal. What waits for its threshold does not count, unless it is critical and critical
 * does not wait. Maintenance keeps a level from rising; it never makes a known evil look better.
 */
export function levelOfGroup(
  group: Group,
  thresholdOf: (source: string) => Threshold,
  isMuted: boolean,
): GroupLevel {
  let level: GroupLevel = 'ok';
  for (const { source, firing, passed } of group.shares) {
    const threshold = thresholdOf(source);
    if (passed || threshold.count <= 1) level = worse(level, worstFiring(firing));
    else if (threshold.criticalAtOnce && firing.critical > 0) level = 'critical';
  }
  if (!isMuted || ALARM_LEVEL_RANK[level] <= ALARM_LEVEL_RANK[group.level]) return level;
  return group.level;
}

/** Whether the group must be told of: its level changed, or something bad joined it while nobody works on it. */
export function mustSignal(group: Group, level: GroupLevel, isMuted: boolean): boolean {
  if (level !== group.level) return true;
  return group.joined && !isMuted && ALARM_LEVEL_RANK[level] >= ALARM_LEVEL_RANK.warning;
}
