/** The newest comparison of how accounts are treated. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { Unequal } from '../engine/uniformity.ts';
import { treatmentRecorded } from '../facts/treatment.ts';

export type TreatmentState = {
  readonly at: string;
  readonly accounts: number;
  /** Evidence of the newest snapshot; empty before the first. */
  readonly root: string;
  readonly unequal: readonly Unequal[];
  readonly more: number;
};

/** Key: book. */
export const treatment = defineView<TreatmentState>({
  name: 'ledger.treatment',
  version: 1,
  folds: [treatmentRecorded.name],
  initial: () => ({ at: '', accounts: 0, root: '', unequal: [], more: 0 }),
  keysOf: (fact) => (isFact(treatmentRecorded, fact) ? [fact.body.book] : []),
  apply: (state, fact) => {
    if (!isFact(treatmentRecorded, fact)) return state;
    const { at, accounts, root, unequal, more } = fact.body;
    return { at, accounts, root, unequal, more };
  },
});
