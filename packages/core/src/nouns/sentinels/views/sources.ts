/** The sources of alarms: their rules, when each was last heard, and whether it has fallen silent. */
import { isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  alarmsReceived,
  listeningStarted,
  type SourceRules,
  sourceConfigured,
  sourceLevelChanged,
  sourceRemoved,
} from '../facts.ts';

export type SourceState = {
  readonly rules: SourceRules;
  /** When it was configured: what fired before belongs to an earlier source of this name. */
  readonly addedAt: string;
  /** Since when its silence counts. */
  readonly watchedSince: string;
  readonly lastAt: string | null;
  /** Alarms received, repeats and signs of life included. */
  readonly received: number;
  readonly level: 'ok' | 'blind';
  readonly since: string;
  readonly why: Text | null;
};
export type Sources = { readonly sources: readonly SourceState[] };

/** One key, `all`. */
export const sourceList = defineView<Sources>({
  name: 'sentinels.sources',
  version: 1,
  folds: [
    sourceConfigured.name,
    sourceRemoved.name,
    listeningStarted.name,
    alarmsReceived.name,
    sourceLevelChanged.name,
  ],
  initial: () => ({ sources: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(sourceConfigured, fact)) return configured(state, fact.body, fact.recordedAt);
    if (isFact(sourceRemoved, fact))
      return { sources: state.sources.filter(({ rules }) => rules.source !== fact.body.source) };
    if (isFact(listeningStarted, fact))
      return { sources: state.sources.map((source) => ({ ...source, watchedSince: fact.recordedAt })) };
    const { source: about } = fact.body as { source: string };
    const change = (source: SourceState): SourceState => {
      if (isFact(alarmsReceived, fact))
        return { ...source, lastAt: fact.recordedAt, received: source.received + fact.body.count };
      if (!isFact(sourceLevelChanged, fact)) return source;
      return { ...source, level: fact.body.to, since: fact.body.at, why: fact.body.why };
    };
    return {
      sources: state.sources.map((source) => (source.rules.source === about ? change(source) : source)),
    };
  },
});

function configured(state: Sources, rules: SourceRules, at: string): Sources {
  const known = state.sources.find((one) => one.rules.source === rules.source);
  if (known) return { sources: state.sources.map((one) => (one === known ? { ...one, rules } : one)) };
  const fresh = {
    addedAt: at,
    watchedSince: at,
    lastAt: null,
    received: 0,
    level: 'ok' as const,
    since: '',
    why: null,
  };
  return { sources: [...state.sources, { rules, ...fresh }] };
}
