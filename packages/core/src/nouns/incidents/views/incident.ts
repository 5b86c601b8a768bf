/** The room of one incident: how it stands, and its timeline with three times. */
import { TIMELINE_ENTRIES_MAX } from '../../../kernel/limits.ts';
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { IncidentRole } from '../facts/kinds.ts';
import {
  declared,
  dismissed,
  lapsed,
  noteAdded,
  type Phase,
  phaseReached,
  reopened,
  reporterNamed,
  type Severity,
  severityChanged,
  signalJoined,
  suspected,
  verificationStarted,
} from '../facts/life.ts';
import { RESPONSE_FACTS, roleLeft, roleTaken } from '../facts/response.ts';
import { REVIEW_FACTS } from '../facts/review.ts';
import { type TimelineEntry, timelineEntry } from './timeline.ts';

export type Incident = {
  readonly id: string;
  readonly exists: boolean;
  /** Facts folded so far: the revision that `expectedRevision` is compared with. */
  readonly revision: number;
  readonly correlation: string | null;
  readonly component: string;
  readonly title: string;
  readonly phase: Phase;
  readonly severity: Severity | null;
  readonly level: string;
  readonly happenedAt: string;
  readonly discoveredAt: string;
  readonly openedAt: string;
  readonly declaredAt: string | null;
  /** When its signals were last all quiet, while they still are. */
  readonly quietSince: string | null;
  readonly endedAt: string | null;
  /** Who holds which role, in the order they took it: the first is in charge, the others are deputies. */
  readonly roles: Readonly<Partial<Record<IncidentRole, readonly string[]>>>;
  readonly timeline: readonly TimelineEntry[];
};

export const NEVER: Incident = {
  id: '',
  exists: false,
  revision: 0,
  correlation: null,
  component: '',
  title: '',
  phase: 'suspected',
  severity: null,
  level: 'ok',
  happenedAt: '',
  discoveredAt: '',
  openedAt: '',
  declaredAt: null,
  quietSince: null,
  endedAt: null,
  roles: {},
  timeline: [],
};

const ALL = [
  suspected,
  signalJoined,
  verificationStarted,
  dismissed,
  lapsed,
  declared,
  reporterNamed,
  severityChanged,
  phaseReached,
  reopened,
  noteAdded,
  ...RESPONSE_FACTS,
  ...REVIEW_FACTS,
] as const;
/** Every fact of an incident counts as a revision of it. */
export const INCIDENT_FACTS: readonly string[] = ALL.map((def) => def.name);

export const idOf = (fact: Fact): string => (fact.body as { id: string }).id;

/** The change of an incident by one fact, without timeline and revision. */
export function changed(incident: Incident, fact: Fact): Partial<Incident> {
  if (isFact(suspected, fact)) {
    const { id, correlation, component, title, level, happenedAt, discoveredAt } = fact.body;
    return {
      id,
      exists: true,
      correlation,
      component,
      title,
      level,
      happenedAt,
      discoveredAt,
      phase: 'suspected',
      openedAt: fact.recordedAt,
    };
  }
  if (isFact(signalJoined, fact)) {
    const { to, at } = fact.body;
    return { level: to, quietSince: to === 'ok' ? at : null };
  }
  if (isFact(declared, fact)) {
    const { id, correlation, component, title, severity, happenedAt, discoveredAt } = fact.body;
    const opened = incident.exists
      ? {}
      : { id, exists: true, correlation, openedAt: fact.recordedAt, happenedAt, discoveredAt };
    return { ...opened, component, title, severity, phase: 'declared', declaredAt: fact.recordedAt };
  }
  if (isFact(verificationStarted, fact)) return { phase: 'verifying' };
  if (isFact(dismissed, fact)) return { phase: 'dismissed', endedAt: fact.recordedAt };
  if (isFact(lapsed, fact)) return { phase: 'lapsed', endedAt: fact.body.quietSince };
  if (isFact(severityChanged, fact)) return { severity: fact.body.to };
  if (isFact(phaseReached, fact)) {
    const { to } = fact.body;
    return to === 'closed' ? { phase: to, endedAt: fact.recordedAt } : { phase: to };
  }
  if (isFact(reopened, fact)) return { phase: fact.body.to, endedAt: null };
  if (isFact(roleTaken, fact)) {
    const { role, principal } = fact.body;
    return { roles: { ...incident.roles, [role]: [...(incident.roles[role] ?? []), principal] } };
  }
  if (isFact(roleLeft, fact)) {
    const { role, principal } = fact.body;
    const left = (incident.roles[role] ?? []).filter((one) => one !== principal);
    return { roles: { ...incident.roles, [role]: left } };
  }
  return {};
}

/** Everything about one incident; key: its id. */
export const incidentState = defineView<Incident>({
  name: 'incidents.incident',
  version: 2,
  folds: INCIDENT_FACTS,
  initial: () => NEVER,
  keysOf: (fact) => [idOf(fact)],
  apply: (state, fact) => ({
    ...state,
    ...changed(state, fact),
    revision: state.revision + 1,
    timeline: [...state.timeline.slice(-TIMELINE_ENTRIES_MAX + 1), timelineEntry(fact)],
  }),
});
