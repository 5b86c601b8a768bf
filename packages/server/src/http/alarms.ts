/** The inbox of alarms: what fires by component, beside the suspicion it raised, who reports, and what is worked on. */
import type { AlarmGroupView, AlarmSourceView, AlarmsPage } from '@sonae/core/app/api.ts';
import { compareTimes, isoTime } from '@sonae/core/kernel/time.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import { type Firing, type Group, type Groups, isFiring } from '@sonae/core/nouns/sentinels/engine.ts';
import { ALARM_LEVEL_RANK, ALARM_LEVELS } from '@sonae/core/nouns/sentinels/facts.ts';
import type { AlarmList } from '@sonae/core/nouns/sentinels/views/list.ts';
import {
  activeWindow,
  type Maintenance,
  openWindows,
} from '@sonae/core/nouns/sentinels/views/maintenance.ts';
import type { SourceState, Sources } from '@sonae/core/nouns/sentinels/views/sources.ts';
import type { Node } from '../node.ts';
import { incidentSummaries, readState } from './read-model.ts';

/** GET /api/alarms, as of the log’s clock. */
export async function alarmsPage(node: Node): Promise<AlarmsPage> {
  const [{ groups }, list, { sources }, windows, incidents] = await Promise.all([
    readState<Groups>(node, 'sentinels.groups', 'all'),
    readState<AlarmList>(node, 'sentinels.alarms', 'all'),
    readState<Sources>(node, 'sentinels.sources', 'all'),
    readState<Maintenance>(node, 'sentinels.maintenance', 'all'),
    incidentSummaries(node, false),
  ]);
  const now = isoTime(node.app.ports.clock.now());
  return {
    groups: groups.map((group) => groupView(group, list, windows, incidents, now)).sort(byUrgency),
    sources: sources.map(sourceView),
    maintenance: openWindows(windows),
    unlisted: list.unlisted,
  };
}

function groupView(
  group: Group,
  { alarms }: AlarmList,
  windows: Maintenance,
  incidents: IncidentList['incidents'],
  now: string,
): AlarmGroupView {
  const { group: name, component, level, changedAt } = group;
  const mutedBy = activeWindow(windows, component, now);
  return {
    group: name,
    component,
    level,
    firing: sumFiring(group),
    isWaiting: level === 'ok' && mutedBy === null && isFiring(group),
    mutedBy,
    changedAt,
    // The list is newest first: the newest of this correlation is the one that matters.
    incident: incidents.find(({ correlation }) => correlation === name) ?? null,
    alarms: alarms.filter((alarm) => alarm.group === name),
  };
}

function sumFiring({ shares }: Group): Firing {
  const sum = (level: keyof Firing): number => shares.reduce((total, { firing }) => total + firing[level], 0);
  const [watch, warning, critical] = ALARM_LEVELS.map(sum);
  return { watch: watch ?? 0, warning: warning ?? 0, critical: critical ?? 0 };
}

/** What fires before what is over, worse before better, newer before older. */
function byUrgency(a: AlarmGroupView, b: AlarmGroupView): number {
  const fires = ({ firing }: AlarmGroupView): number =>
    Number(firing.watch + firing.warning + firing.critical > 0);
  return (
    fires(b) - fires(a) ||
    ALARM_LEVEL_RANK[b.level] - ALARM_LEVEL_RANK[a.level] ||
    compareTimes(b.changedAt, a.changedAt)
  );
}

function sourceView({ rules, level, since, why, lastAt, received }: SourceState): AlarmSourceView {
  const { source, kind, heartbeatMs } = rules;
  return { source, kind, level, since, why, lastAt, heartbeatMs, received };
}
