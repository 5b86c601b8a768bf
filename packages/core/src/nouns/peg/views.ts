/** Folds over peg facts: the present level of each asset with its reasons, and how it came about. */
import { isFact, type Text } from '../../log/fact.ts';
import type { Level } from '../../log/levels.ts';
import { defineView } from '../../log/stream.ts';
import { controlLevelChanged, levelChanged } from './facts.ts';

export type ControlState = { readonly level: Level; readonly since: string; readonly why: Text };
export type LevelChange = {
  readonly at: string;
  readonly from: Level;
  readonly to: Level;
  readonly why: Text;
};
export type PegState = {
  readonly level: Level;
  readonly since: string;
  readonly why: Text | null;
  readonly price: number | null;
  readonly controls: Readonly<Record<string, ControlState>>;
  /** Newest last. */
  readonly changes: readonly LevelChange[];
};

const CHANGES_AT_HAND_MAX = 500;

/** Key: asset. */
export const pegState = defineView<PegState>({
  name: 'peg.state',
  version: 1,
  folds: [controlLevelChanged.name, levelChanged.name],
  initial: () => ({ level: 'ok', since: '', why: null, price: null, controls: {}, changes: [] }),
  keysOf: (fact) =>
    isFact(controlLevelChanged, fact) || isFact(levelChanged, fact) ? [fact.body.asset] : [],
  apply: (state, fact) => {
    if (isFact(controlLevelChanged, fact)) {
      const { control, to, at, why } = fact.body;
      return { ...state, controls: { ...state.controls, [control]: { level: to, since: at, why } } };
    }
    if (!isFact(levelChanged, fact)) return state;
    const { from, to, at, why, price } = fact.body;
    const changes = [...state.changes.slice(-CHANGES_AT_HAND_MAX + 1), { at, from, to, why }];
    return { ...state, level: to, since: at, why, price, changes };
  },
});
