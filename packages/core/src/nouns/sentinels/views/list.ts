/** What the inbox shows: alarms, what fires before what is over, newest first; bounded, and what fires stays longest. */
import type { z } from 'zod';
import { ALARMS_LISTED_MAX } from '../../../kernel/limits.ts';
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type AlarmLevel, alarmFired, alarmLevelChanged, alarmResolved, sourceRemoved } from '../facts.ts';

export type ListedAlarm = {
  readonly source: string;
  readonly fingerprint: string;
  readonly group: string;
  readonly component: string;
  readonly title: string;
  readonly severity: string;
  readonly level: AlarmLevel;
  readonly startsAt: string;
  /** Null while it fires. */
  readonly endsAt: string | null;
  readonly clearsAt: string | null;
  readonly link: string | null;
  /** Sequence number of the fact that it fired. */
  readonly seq: number;
  /** The evidence batch with its labels. */
  readonly root: string;
};
export type AlarmList = {
  readonly alarms: readonly ListedAlarm[];
  /** How many fire that found no room here. Their groups count them; the log has them. */
  readonly unlisted: number;
};

type AlarmBody = z.infer<typeof alarmFired.schema>;

/** One key, `all`. */
export const alarmList = defineView<AlarmList>({
  name: 'sentinels.alarms',
  version: 1,
  folds: [alarmFired.name, alarmLevelChanged.name, alarmResolved.name, sourceRemoved.name],
  initial: () => ({ alarms: [], unlisted: 0 }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(alarmFired, fact)) {
      const rest = state.alarms.filter((alarm) => !isSame(alarm, fact.body));
      const fired: AlarmBody = fact.body;
      return bounded({ ...fired, endsAt: null, seq: fact.seq }, rest, state.unlisted);
    }
    if (isFact(sourceRemoved, fact)) {
      const end = (alarm: ListedAlarm): ListedAlarm =>
        alarm.source === fact.body.source && fires(alarm) ? { ...alarm, endsAt: fact.recordedAt } : alarm;
      const ended = state.alarms.map(end);
      return { ...state, alarms: [...ended.filter(fires), ...ended.filter((alarm) => !fires(alarm))] };
    }
    const about = fact.body as { source: string; fingerprint: string };
    const known = state.alarms.find((alarm) => isSame(alarm, about));
    if (isFact(alarmLevelChanged, fact)) {
      const { severity, to } = fact.body;
      const changed = (alarm: ListedAlarm): ListedAlarm =>
        alarm === known ? { ...alarm, severity, level: to } : alarm;
      return { ...state, alarms: state.alarms.map(changed) };
    }
    if (!isFact(alarmResolved, fact)) return state;
    if (known === undefined) return { ...state, unlisted: Math.max(0, state.unlisted - 1) };
    const over = { ...known, endsAt: fact.body.endsAt };
    const rest = state.alarms.filter((alarm) => alarm !== known);
    return { ...state, alarms: [...rest.filter(fires), over, ...rest.filter((alarm) => !fires(alarm))] };
  },
});

const fires = (alarm: ListedAlarm): boolean => alarm.endsAt === null;

const isSame = (alarm: ListedAlarm, about: { source: string; fingerprint: string }): boolean =>
  alarm.source === about.source && alarm.fingerprint === about.fingerprint;

/** The list begins with what fires, so what falls off its end is over before anything that fires is lost. */
function bounded(fired: ListedAlarm, rest: readonly ListedAlarm[], unlisted: number): AlarmList {
  const alarms = [fired, ...rest];
  if (alarms.length <= ALARMS_LISTED_MAX) return { alarms, unlisted };
  const dropped = alarms.at(-1);
  return {
    alarms: alarms.slice(0, ALARMS_LISTED_MAX),
    unlisted: unlisted + (dropped && fires(dropped) ? 1 : 0),
  };
}
