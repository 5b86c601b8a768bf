/** Mints, burns and money of each coin: what is open, what is recent; and every move by its id. */
import { MINUTE_MS } from '../../../kernel/time.ts';
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type MoveBook, moveName, NO_MOVES, withMoves, withWindow } from '../engine/mints.ts';
import { type Move, movesRecorded } from '../facts/coin.ts';
import { movesExplained, movesSettled } from '../facts/moves.ts';
import { policyAdopted } from '../facts/policy.ts';

/** By coin. */
export type CoinMoves = { readonly books: Readonly<Record<string, MoveBook>> };

export const movesOf = ({ books }: CoinMoves, asset: string): MoveBook => books[asset] ?? NO_MOVES;

/** One key, `all`. */
export const coinMoves = defineView<CoinMoves>({
  name: 'reserves.moves',
  version: 1,
  folds: [policyAdopted.name, movesRecorded.name, movesExplained.name, movesSettled.name],
  initial: () => ({ books: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const put = (asset: string, change: (book: MoveBook) => MoveBook): CoinMoves => ({
      books: { ...state.books, [asset]: change(movesOf(state, asset)) },
    });
    if (isFact(policyAdopted, fact)) {
      const windows = fact.body.coins.map(({ asset, mintWindowMinutes }) => [
        asset,
        withWindow(movesOf(state, asset), mintWindowMinutes * MINUTE_MS),
      ]);
      return { books: { ...state.books, ...Object.fromEntries(windows) } };
    }
    if (isFact(movesRecorded, fact)) return put(fact.body.asset, (book) => withMoves(book, fact.body.moves));
    if (!isFact(movesExplained, fact) && !isFact(movesSettled, fact)) return state;
    const { asset, moves, beyond, by } = fact.body;
    const named = new Set(moves.map(moveName));
    if (isFact(movesSettled, fact))
      return put(asset, (book) => ({
        ...book,
        open: book.open.filter((move) => !named.has(moveName(move))),
        beyond: beyond ? NO_MOVES.beyond : book.beyond,
      }));
    return put(asset, (book) => ({
      ...book,
      open: book.open.map((move) => (named.has(moveName(move)) ? { ...move, explainedBy: by } : move)),
      beyond: beyond ? { ...book.beyond, explainedBy: by } : book.beyond,
    }));
  },
});

export const moveKey = (asset: string, move: Pick<Move, 'kind' | 'id'>): string =>
  `${asset} ${moveName(move)}`;

/** A move as it was told first, for ever: told again it is nothing new. Key: `moveKey`. */
export const moveById = defineView<{ readonly move: Move | null }>({
  name: 'reserves.move',
  version: 1,
  folds: [movesRecorded.name],
  initial: () => ({ move: null }),
  keysOf: (fact) =>
    isFact(movesRecorded, fact)
      ? [...new Set(fact.body.moves.map((move) => moveKey(fact.body.asset, move)))]
      : [],
  apply: (state, fact, key) => {
    if (!isFact(movesRecorded, fact) || state.move !== null) return state;
    return { move: fact.body.moves.find((move) => moveKey(fact.body.asset, move) === key) ?? null };
  },
});
