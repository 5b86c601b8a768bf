/** What the public sees: declared incidents, built from disclosed facts only. */
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  declared,
  type Phase,
  phaseReached,
  reopened,
  type Severity,
  severityChanged,
} from '../facts/life.ts';
import { reportPublished } from '../facts/review.ts';
import { idOf } from './incident.ts';
import { LISTED_MAX } from './list.ts';

export type PublicUpdate = {
  readonly at: string;
  readonly phase: Phase;
  readonly severity: Severity;
  readonly seq: number;
};
/** The incident report as it was published; its fact is disclosed. */
export type PublicReport = {
  readonly seq: number;
  readonly at: string;
  readonly title: string;
  readonly timeline: readonly { readonly at: string; readonly text: Text }[];
  readonly impact: Text;
  readonly actions: Text;
  readonly causes: Text;
  readonly lessons: Text;
  readonly plan: Text;
};
export type PublicIncident = {
  readonly id: string;
  readonly component: string;
  readonly title: string;
  readonly severity: Severity;
  readonly phase: Phase;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly updates: readonly PublicUpdate[];
  readonly report: PublicReport | null;
};
export type PublicIncidents = { readonly incidents: readonly PublicIncident[] };

/** What the public sees: declared incidents only, built from disclosed facts only; one key, `all`. */
export const publicIncidents = defineView<PublicIncidents>({
  name: 'incidents.public',
  version: 2,
  folds: [declared.name, severityChanged.name, phaseReached.name, reopened.name, reportPublished.name],
  initial: () => ({ incidents: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(declared, fact)) {
      const { id, component, title, severity, happenedAt } = fact.body;
      const first = { at: fact.recordedAt, phase: 'declared' as const, severity, seq: fact.seq };
      const rest = state.incidents.filter((incident) => incident.id !== id);
      const opened = {
        id,
        component,
        title,
        severity,
        phase: 'declared' as const,
        startedAt: happenedAt,
        endedAt: null,
        updates: [first],
        report: null,
      };
      return { incidents: [opened, ...rest].slice(0, LISTED_MAX) };
    }
    return {
      incidents: state.incidents.map((incident) =>
        incident.id === idOf(fact) ? publicStep(incident, fact) : incident,
      ),
    };
  },
});

function publicStep(incident: PublicIncident, fact: Fact): PublicIncident {
  if (isFact(reportPublished, fact)) {
    const { title, timeline, impact, actions, causes, lessons, plan } = fact.body;
    const words = { title, timeline, impact, actions, causes, lessons, plan };
    return { ...incident, report: { seq: fact.seq, at: fact.recordedAt, ...words } };
  }
  const severity = isFact(severityChanged, fact) ? fact.body.to : incident.severity;
  const phase = isFact(phaseReached, fact) || isFact(reopened, fact) ? fact.body.to : incident.phase;
  const endedAt = phase === 'closed' || phase === 'reviewed' ? (incident.endedAt ?? fact.recordedAt) : null;
  const update = { at: fact.recordedAt, phase, severity, seq: fact.seq };
  return { ...incident, severity, phase, endedAt, updates: [...incident.updates, update] };
}
