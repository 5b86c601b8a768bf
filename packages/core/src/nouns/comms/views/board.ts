/** How every component stands: what weighs on it, and the worst of it. From disclosed facts only. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { SHIPPED_COMPONENTS } from '../engine/shipped-components.ts';
import { type Component, componentStatusChanged, componentsListed } from '../facts/board.ts';
import type { ComponentStatus } from '../facts/words.ts';

export type Standing = {
  readonly status: ComponentStatus;
  readonly since: string;
  /** Cause (a thread of notices, or `by-hand`) -> what it does to the component. Only what is not operational. */
  readonly causes: Readonly<Record<string, ComponentStatus>>;
};
export type Board = {
  readonly components: readonly Component[];
  /** False while the shipped components show. */
  readonly isListed: boolean;
  /** Components that never had anything but operational are absent. */
  readonly standings: Readonly<Record<string, Standing>>;
};

export const NEVER_CHANGED: Standing = { status: 'operational', since: '', causes: {} };

/** One key, `all`. Bounded by the components. */
export const board = defineView<Board>({
  name: 'comms.board',
  version: 1,
  folds: [componentsListed.name, componentStatusChanged.name],
  initial: () => ({ components: SHIPPED_COMPONENTS, isListed: false, standings: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(componentsListed, fact)) {
      const components = [...fact.body.components].sort(
        (a, b) => a.position - b.position || (a.id < b.id ? -1 : 1),
      );
      const kept = Object.entries(state.standings).filter(([id]) => components.some((one) => one.id === id));
      return { components, isListed: true, standings: Object.fromEntries(kept) };
    }
    if (!isFact(componentStatusChanged, fact)) return state;
    const { component, cause, causeStatus, from, to } = fact.body;
    const before = state.standings[component] ?? NEVER_CHANGED;
    const { [cause]: _, ...others } = before.causes;
    const causes = causeStatus === 'operational' ? others : { ...others, [cause]: causeStatus };
    const since = from === to && before.since !== '' ? before.since : fact.recordedAt;
    return { ...state, standings: { ...state.standings, [component]: { status: to, since, causes } } };
  },
});

export const standingOf = (state: Board, component: string): Standing =>
  state.standings[component] ?? NEVER_CHANGED;
