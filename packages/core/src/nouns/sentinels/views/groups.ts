/** Alarms by component: how many fire at which level, from whom, and what was last signalled of them. */
import { ALARM_GROUPS_MAX } from '../../../kernel/limits.ts';
import { compareTimes } from '../../../kernel/time.ts';
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type Group, type Groups, isFiring, NONE_FIRING, type Share, withArrival } from '../engine.ts';
import {
  type AlarmLevel,
  alarmFired,
  alarmLevelChanged,
  alarmResolved,
  alarmsReceived,
  groupSignalled,
  sourceRemoved,
} from '../facts.ts';

/** What folding looks at: a fact, or one that a decision is about to make. */
export type GroupFact = Pick<Fact, 'type' | 'body' | 'recordedAt'>;

/** One key, `all`. */
export const alarmGroups = defineView<Groups>({
  name: 'sentinels.groups',
  version: 2,
  folds: [
    alarmsReceived.name,
    alarmFired.name,
    alarmLevelChanged.name,
    alarmResolved.name,
    groupSignalled.name,
    sourceRemoved.name,
  ],
  initial: () => ({ groups: [] }),
  keysOf: () => ['all'],
  apply: nextGroups,
});

/** The fold, also for facts that a decision is about to make. */
export function nextGroups(state: Groups, fact: GroupFact): Groups {
  const of = fact as Fact;
  if (isFact(alarmsReceived, of)) {
    const { source, waiting } = of.body;
    return waiting.reduce(
      (groups, { group, firing, passed }) =>
        changeShare(groups, group, source, fact.recordedAt, (share) =>
          withArrival(share, fact.recordedAt, firing, passed),
        ),
      state,
    );
  }
  if (isFact(groupSignalled, of)) {
    const { group, to } = of.body;
    const groups = state.groups.map((one) =>
      one.group === group ? { ...one, level: to, joined: false, changedAt: fact.recordedAt } : one,
    );
    return { groups };
  }
  if (isFact(sourceRemoved, of)) {
    // Nobody will ever say that its alarms are over.
    const left = (share: Share): boolean => share.source !== of.body.source;
    return { groups: state.groups.map((one) => ({ ...one, shares: one.shares.filter(left) })) };
  }
  const { source, group } = of.body as { source: string; group: string };
  const changed = changeShare(state, group, source, fact.recordedAt, (share) => nextShare(share, of));
  if (!isFact(alarmFired, of)) return changed;
  return { groups: changed.groups.map((one) => (one.group === group ? { ...one, joined: true } : one)) };
}

function nextShare(share: Share, fact: Fact): Share {
  const moved = (level: AlarmLevel, by: number): Share => {
    const firing = { ...share.firing, [level]: Math.max(0, share.firing[level] + by) };
    const isOver = firing.watch + firing.warning + firing.critical === 0;
    // What is over has to pass its threshold anew.
    return isOver ? { ...share, firing, passed: false, arrivals: [] } : { ...share, firing };
  };
  if (isFact(alarmFired, fact)) return moved(fact.body.level, 1);
  if (isFact(alarmResolved, fact)) return moved(fact.body.level, -1);
  if (!isFact(alarmLevelChanged, fact)) return share;
  const { from, to } = fact.body;
  return {
    ...share,
    firing: { ...share.firing, [from]: share.firing[from] - 1, [to]: share.firing[to] + 1 },
  };
}

function changeShare(
  state: Groups,
  name: string,
  source: string,
  at: string,
  change: (share: Share) => Share,
): Groups {
  const known = state.groups.find(({ group }) => group === name);
  const group: Group = known ?? {
    group: name,
    component: name.slice('alarm/'.length),
    level: 'ok',
    joined: false,
    shares: [],
    changedAt: at,
  };
  const share = group.shares.find((one) => one.source === source) ?? {
    source,
    firing: NONE_FIRING,
    passed: false,
    arrivals: [],
  };
  const others = group.shares.filter((one) => one.source !== source);
  const next = { ...group, shares: [...others, change(share)], changedAt: at };
  if (known) return { groups: state.groups.map((one) => (one === known ? next : one)) };
  return { groups: [next, ...trimmed(state.groups)] };
}

/** Makes room for one more: what is quiet goes first, longest quiet first. What fires never goes. */
function trimmed(groups: readonly Group[]): readonly Group[] {
  if (groups.length < ALARM_GROUPS_MAX) return groups;
  const quiet = groups.filter((group) => !isFiring(group) && group.level === 'ok');
  const [oldest] = [...quiet].sort((a, b) => compareTimes(a.changedAt, b.changedAt));
  return groups.filter((group) => group !== oldest);
}
