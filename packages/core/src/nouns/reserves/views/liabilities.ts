/**
 * What the firm owes according to its books: the newest totals of each book. The same as `ledger.totals`, under one key,
 * because the clock's command cannot know beforehand which book the policy names.
 */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type Total, totalsStated } from '../../ledger/facts/totals.ts';

export type Liabilities = {
  readonly books: readonly {
    readonly book: string;
    readonly statedAt: string;
    readonly totals: readonly Total[];
  }[];
};
const BOOKS_KEPT = 10;

/** One key, `all`. */
export const liabilities = defineView<Liabilities>({
  name: 'reserves.liabilities',
  version: 1,
  folds: [totalsStated.name],
  initial: () => ({ books: [] }),
  keysOf: () => ['all'],
  apply: ({ books }, fact) => {
    if (!isFact(totalsStated, fact)) return { books };
    const { book, totals } = fact.body;
    const others = books.filter((one) => one.book !== book);
    return { books: [...others, { book, statedAt: fact.recordedAt, totals }].slice(-BOOKS_KEPT) };
  },
});
