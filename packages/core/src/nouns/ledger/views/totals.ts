/** The newest sums of a book, for coverage and ratios. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type Total, totalsStated } from '../facts/totals.ts';

export type LedgerTotals = {
  /** Newest posting that is in them; empty before the first statement. */
  readonly asOf: string;
  readonly statedAt: string;
  readonly transfers: number;
  readonly totals: readonly Total[];
};

/** Key: book. */
export const ledgerTotals = defineView<LedgerTotals>({
  name: 'ledger.totals',
  version: 1,
  folds: [totalsStated.name],
  initial: () => ({ asOf: '', statedAt: '', transfers: 0, totals: [] }),
  keysOf: (fact) => (isFact(totalsStated, fact) ? [fact.body.book] : []),
  apply: (state, fact) => {
    if (!isFact(totalsStated, fact)) return state;
    const { asOf, transfers, totals } = fact.body;
    return { asOf, statedAt: fact.recordedAt, transfers, totals };
  },
});
