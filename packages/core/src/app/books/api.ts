/** Shapes of the addresses about the books, shared by server and console (types only). */
import type { StandingLevel } from '../../log/levels.ts';
import type { LoggedViolation } from '../../nouns/ledger/facts/batches.ts';
import type { Breach } from '../../nouns/ledger/views/book.ts';
import type { LedgerPolicy } from '../../nouns/ledger/views/policy.ts';
import type { LedgerTotals } from '../../nouns/ledger/views/totals.ts';

/** GET /api/books */
export type BooksPage = {
  readonly books: readonly {
    readonly id: string;
    readonly transfers: number;
    readonly accounts: number;
    readonly sealedTo: number;
    readonly asOf: string;
    readonly violations: number;
    readonly turnedAway: number;
  }[];
};

/** GET /api/books/:book */
export type BookPage = {
  readonly id: string;
  readonly transfers: number;
  readonly accounts: number;
  readonly sealedTo: number;
  readonly head: string;
  readonly nextSeq: number;
  readonly asOf: string;
  readonly sealedUntil: string;
  readonly repeats: number;
  readonly turnedAway: number;
  readonly violations: number;
  readonly totals: LedgerTotals;
  /** Unanswered first, then the newest. */
  readonly breaches: readonly Breach[];
  readonly newest: readonly LoggedViolation[];
  readonly policy: LedgerPolicy;
  readonly levels: readonly StandingLevel[];
  /** Digits after the point by asset. */
  readonly decimals: Readonly<Record<string, number>>;
};
