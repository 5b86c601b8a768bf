/** The levels of the controls over powers, as the log has them. */
import { isFact, type Text } from '../../../log/fact.ts';
import type { Level } from '../../../log/levels.ts';
import { defineView } from '../../../log/stream.ts';
import { controlLevelChanged } from '../facts/rules.ts';

export type AuthorityLevels = Readonly<
  Record<string, { readonly level: Level; readonly since: string; readonly why: Text }>
>;

/** One key, `all`. */
export const authorityLevels = defineView<AuthorityLevels>({
  name: 'authority.levels',
  version: 1,
  folds: [controlLevelChanged.name],
  initial: () => ({}),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(controlLevelChanged, fact)) return state;
    const { control, to, at, why } = fact.body;
    return { ...state, [control]: { level: to, since: at, why } };
  },
});
