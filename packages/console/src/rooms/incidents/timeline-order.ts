/** Timeline entries: of which kind, in which order, which of them are public, and who acted last. */
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import type { TimelineEntry } from '@sonae/core/nouns/incidents/views/timeline.ts';

export const TIMELINE_KINDS = [
  'all',
  'signal',
  'phase',
  'severity',
  'note',
  'person',
  'known',
  'decision',
  'evidence',
  'review',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];
export type TimelineSort = { readonly by: 'happened' | 'recorded'; readonly order: 'newest' | 'oldest' };

const KIND_OF: Readonly<Record<string, Exclude<TimelineKind, 'all'>>> = {
  'incidents.Suspected': 'signal',
  'incidents.SignalJoined': 'signal',
  'incidents.NoteAdded': 'note',
  'incidents.SeverityChanged': 'severity',
  'incidents.ReporterNamed': 'person',
  'incidents.RoleAssigned': 'person',
  'incidents.RoleReleased': 'person',
  'incidents.SeverityAssessed': 'severity',
  'incidents.NoteCorrected': 'note',
  'incidents.KindsSet': 'known',
  'incidents.MilestoneReached': 'known',
  'incidents.FieldStated': 'known',
  'incidents.DecisionMade': 'decision',
  'incidents.HeadquartersOpened': 'decision',
  'incidents.HeadquartersClosed': 'decision',
  'incidents.EvidenceCollected': 'evidence',
  'incidents.EvidenceHanded': 'evidence',
  'incidents.ReviewOpened': 'review',
  'incidents.InterviewHeld': 'review',
  'incidents.DeviationFound': 'review',
  'incidents.CauseFound': 'review',
  'incidents.ImprovementProposed': 'review',
  'incidents.ImprovementLinked': 'review',
  'incidents.ImprovementEnded': 'review',
  'incidents.ImprovementMissed': 'review',
  'incidents.ReviewCompleted': 'review',
  'incidents.ReportPublished': 'review',
};

/** Facts that are disclosed as soon as they are recorded (`disclosed: true` in core's incidents/facts). */
const PUBLIC = new Set([
  'incidents.Declared',
  'incidents.SeverityChanged',
  'incidents.PhaseReached',
  'incidents.Reopened',
  'incidents.ReportPublished',
]);

/** `incidents.Declared@1` -> `incidents.Declared`. */
export function factName(type: string): string {
  return type.split('@', 1)[0] ?? type;
}

/** What is not named above moves the phase. */
export function kindOf(type: string): Exclude<TimelineKind, 'all'> {
  return KIND_OF[factName(type)] ?? 'phase';
}

export function isPublicFact(type: string): boolean {
  return PUBLIC.has(factName(type));
}

/** A filtered, sorted copy. Of equal times the order of recording decides. */
export function orderTimeline(
  entries: readonly TimelineEntry[],
  kind: TimelineKind,
  { by, order }: TimelineSort,
): TimelineEntry[] {
  const time = (entry: TimelineEntry): number =>
    Date.parse(by === 'happened' ? entry.happenedAt : entry.recordedAt);
  const direction = order === 'newest' ? -1 : 1;
  return entries
    .filter((entry) => kind === 'all' || kindOf(entry.fact) === kind)
    .sort((a, b) => direction * (time(a) - time(b) || a.seq - b.seq));
}

/** Whoever commands; before anybody does, the last person who acted; null while only the system has. */
export function handsOf({ roles, timeline }: Pick<Incident, 'roles' | 'timeline'>): string | null {
  const commander = roles.commander?.[0];
  if (commander !== undefined) return commander;
  return timeline.findLast(({ actor }) => !actor.startsWith('system:'))?.actor ?? null;
}
