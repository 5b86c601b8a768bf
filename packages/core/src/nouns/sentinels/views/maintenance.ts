/** Maintenance windows, and the alarms that will count as over by themselves: what time has to look after. */
import { ALARMS_LISTED_MAX, MAINTENANCE_WINDOWS_MAX } from '../../../kernel/limits.ts';
import { parseTime } from '../../../kernel/time.ts';
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  type AlarmLevel,
  alarmFired,
  alarmLevelChanged,
  alarmResolved,
  maintenanceEnded,
  maintenancePlanned,
  sourceRemoved,
} from '../facts.ts';

export type Window = {
  readonly id: string;
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly owner: string;
  readonly endedAt: string | null;
};
export type Maintenance = { readonly windows: readonly Window[] };

/** Newest first; one key, `all`. Windows that are over go first when it is full. */
export const maintenance = defineView<Maintenance>({
  name: 'sentinels.maintenance',
  version: 1,
  folds: [maintenancePlanned.name, maintenanceEnded.name],
  initial: () => ({ windows: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(maintenancePlanned, fact)) {
      const open = state.windows.filter((window) => window.endedAt === null);
      const over = state.windows.filter((window) => window.endedAt !== null);
      const { id, component, from, to, reason, owner } = fact.body;
      const windows = [{ id, component, from, to, reason, owner, endedAt: null }, ...open, ...over];
      return { windows: windows.slice(0, MAINTENANCE_WINDOWS_MAX) };
    }
    if (!isFact(maintenanceEnded, fact)) return state;
    const { id } = fact.body;
    const end = (window: Window): Window =>
      window.id === id ? { ...window, endedAt: fact.recordedAt } : window;
    return { windows: state.windows.map(end) };
  },
});

export const openWindows = ({ windows }: Maintenance): Window[] =>
  windows.filter((window) => window.endedAt === null);

/** The window in which a component is worked on now. */
export function activeWindow(state: Maintenance, component: string, now: string): Window | null {
  const at = parseTime(now);
  return (
    openWindows(state).find(
      (window) => window.component === component && parseTime(window.from) <= at && at < parseTime(window.to),
    ) ?? null
  );
}

export type ClearingAlarm = {
  readonly source: string;
  readonly fingerprint: string;
  readonly group: string;
  readonly level: AlarmLevel;
  /** When it counts as over. */
  readonly at: string;
};
export type Clearing = { readonly alarms: readonly ClearingAlarm[] };

/** Beyond this, alarms that end by themselves are kept one per component. */
export const CLEARING_MAX = ALARMS_LISTED_MAX;

/** Alarms that nobody will call over; one key, `all`. */
export const clearing = defineView<Clearing>({
  name: 'sentinels.clearing',
  version: 1,
  folds: [alarmFired.name, alarmLevelChanged.name, alarmResolved.name, sourceRemoved.name],
  initial: () => ({ alarms: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(alarmFired, fact)) {
      const { source, fingerprint, group, level, clearsAt } = fact.body;
      if (clearsAt === null) return state;
      return { alarms: [...state.alarms, { source, fingerprint, group, level, at: clearsAt }] };
    }
    if (isFact(sourceRemoved, fact))
      return { alarms: state.alarms.filter(({ source }) => source !== fact.body.source) };
    const about = fact.body as { source: string; fingerprint: string };
    const isIt = (alarm: ClearingAlarm): boolean =>
      alarm.source === about.source && alarm.fingerprint === about.fingerprint;
    if (!state.alarms.some(isIt)) return state;
    if (!isFact(alarmLevelChanged, fact)) return { alarms: state.alarms.filter((alarm) => !isIt(alarm)) };
    const { to } = fact.body;
    return { alarms: state.alarms.map((alarm) => (isIt(alarm) ? { ...alarm, level: to } : alarm)) };
  },
});
