/** What the public sees: declared incidents, built from disclosed facts only. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  declared,
  type Phase,
  phaseReached,
  reopened,
  type Severity,
  severityChanged,
} from '../facts/life.ts';
import { idOf } from './incident.ts';
import { LISTED_MAX } from './list.ts';

export type PublicUpdate = {
  readonly at: string;
  readonly phase: Phase;
  readonly severity: Severity;
  readonly seq: number;
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
};
export type PublicIncidents = { readonly incidents: readonly PublicIncident[] };

/** What the public sees: declared incidents only, built from disclosed facts only; one key, `all`. */
export const publicIncidents = defineView<PublicIncidents>({
  name: 'incidents.public',
  version: 1,
  folds: [declared.name, severityChanged.name, phaseReached.name, reopened.name],
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
  const severity = isFact(severityChanged, fact) ? fact.body.to : incident.severity;
  const phase = isFact(phaseReached, fact) || isFact(reopened, fact) ? fact.body.to : incident.phase;
  const endedAt = phase === 'closed' || phase === 'reviewed' ? (incident.endedAt ?? fact.recordedAt) : null;
  const update = { at: fact.recordedAt, phase, severity, seq: fact.seq };
  return { ...incident, severity, phase, endedAt, updates: [...incident.updates, update] };
}
