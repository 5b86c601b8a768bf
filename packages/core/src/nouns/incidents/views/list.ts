/** The list of incidents, newest first. */
import { defineView } from '../../../log/stream.ts';
import { changed, INCIDENT_FACTS, type Incident, idOf, NEVER } from './incident.ts';

export type IncidentSummary = Omit<Incident, 'timeline' | 'exists'>;
export type IncidentList = { readonly incidents: readonly IncidentSummary[] };

export const LISTED_MAX = 500;

/** Newest first; one key, `all`. */
export const incidentList = defineView<IncidentList>({
  name: 'incidents.list',
  version: 1,
  folds: INCIDENT_FACTS,
  initial: () => ({ incidents: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const id = idOf(fact);
    const known = state.incidents.find((incident) => incident.id === id);
    const before: Incident = known ? { ...known, exists: true, timeline: [] } : NEVER;
    const {
      timeline: _,
      exists: __,
      ...summary
    } = { ...before, ...changed(before, fact), revision: before.revision + 1 };
    if (known)
      return { incidents: state.incidents.map((incident) => (incident.id === id ? summary : incident)) };
    return { incidents: [summary, ...state.incidents].slice(0, LISTED_MAX) };
  },
});
