/** The list of incidents, newest first. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { declared, suspected } from '../facts/life.ts';
import { changed, INCIDENT_FACTS, type Incident, idOf, NEVER } from './incident.ts';

export type IncidentSummary = Omit<Incident, 'timeline' | 'exists'>;
export type IncidentList = { readonly incidents: readonly IncidentSummary[] };

export const LISTED_MAX = 500;
/** What is open stays beyond that, up to here: clocks and lapses are kept from this list. */
export const OPEN_LISTED_MAX = 2_000;

/** Newest first; one key, `all`. */
export const incidentList = defineView<IncidentList>({
  name: 'incidents.list',
  version: 2,
  folds: INCIDENT_FACTS,
  initial: () => ({ incidents: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const id = idOf(fact);
    const known = state.incidents.find((incident) => incident.id === id);
    // What fell off the list does not come back as a stump of itself.
    if (!known && !isFact(suspected, fact) && !isFact(declared, fact)) return state;
    const before: Incident = known ? { ...known, exists: true, timeline: [] } : NEVER;
    const {
      timeline: _,
      exists: __,
      ...summary
    } = { ...before, ...changed(before, fact), revision: before.revision + 1 };
    if (known)
      return { incidents: state.incidents.map((incident) => (incident.id === id ? summary : incident)) };
    return { incidents: shortened([summary, ...state.incidents]) };
  },
});

/** Without the oldest that ended, while the list is long; open ones go only when there are far too many. */
function shortened(incidents: readonly IncidentSummary[]): readonly IncidentSummary[] {
  if (incidents.length <= LISTED_MAX) return incidents;
  const gone = incidents.findLastIndex(({ endedAt }) => endedAt !== null);
  if (gone > 0) return incidents.toSpliced(gone, 1);
  return incidents.slice(0, OPEN_LISTED_MAX);
}
