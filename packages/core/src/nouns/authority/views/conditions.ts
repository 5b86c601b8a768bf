/** What criteria look at: the level of every signal, how long it has been quiet, and the severities of open incidents. */
import { isFact } from '../../../log/fact.ts';
import { LEVEL_RANK, type Level } from '../../../log/levels.ts';
import { defineView } from '../../../log/stream.ts';
import {
  declared,
  phaseReached,
  reopened,
  type Severity,
  severityChanged,
} from '../../incidents/facts/life.ts';
import { levelChanged } from '../../peg/facts.ts';
import type { Criteria } from '../facts/power.ts';

/** `quietSince`: since when the level has been ok or watch; null while it is anything else. */
export type Signal = { readonly level: Level; readonly since: string; readonly quietSince: string | null };
export type Conditions = {
  readonly signals: Readonly<Record<string, Signal>>;
  /** Severity by open declared incident. */
  readonly severities: Readonly<Record<string, Severity>>;
};

/** One key, `all`. */
export const conditions = defineView<Conditions>({
  name: 'authority.conditions',
  version: 1,
  folds: [levelChanged.name, declared.name, severityChanged.name, phaseReached.name, reopened.name],
  initial: () => ({ signals: {}, severities: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(levelChanged, fact)) {
      const { asset, to, at } = fact.body;
      const name = `peg/${asset}`;
      const quietSince = isQuiet(to) ? (state.signals[name]?.quietSince ?? at) : null;
      return { ...state, signals: { ...state.signals, [name]: { level: to, since: at, quietSince } } };
    }
    if (isFact(declared, fact)) return withSeverity(state, fact.body.id, fact.body.severity);
    if (isFact(severityChanged, fact)) return withSeverity(state, fact.body.id, fact.body.to);
    if (isFact(phaseReached, fact) && fact.body.to === 'closed') {
      const { [fact.body.id]: _, ...severities } = state.severities;
      return { ...state, severities };
    }
    return state;
  },
});

const isQuiet = (level: Level): boolean => level === 'ok' || level === 'watch';

const withSeverity = (state: Conditions, incident: string, severity: Severity): Conditions => ({
  ...state,
  severities: { ...state.severities, [incident]: severity },
});

const SEVERITY_RANK: Readonly<Record<Severity, number>> = { minor: 1, major: 2, critical: 3, pending: 3 };

/** Whether criteria hold now; absent criteria always do. `quietForMs` is judged by the earliest time it can be. */
export function meets(criteria: Criteria | null, state: Conditions, surelyPastMs: number): boolean {
  if (criteria === null) return true;
  return criteria.anyOf.some((part) => {
    if ('severity' in part)
      return Object.values(state.severities).some((s) => SEVERITY_RANK[s] >= SEVERITY_RANK[part.severity]);
    const signal = state.signals[part.signal];
    if ('atLeast' in part)
      return signal !== undefined && LEVEL_RANK[signal.level] >= LEVEL_RANK[part.atLeast];
    if (signal === undefined || signal.quietSince === null) return false;
    return surelyPastMs - Date.parse(signal.quietSince) >= part.quietForMs;
  });
}
