/** Shapes of the addresses about the books, shared by server and console (types only). */
import type { StandingLevel } from '../../log/levels.ts';
import type { AccountDef } from '../../nouns/ledger/engine/accounts.ts';
import type { LoggedViolation } from '../../nouns/ledger/facts/batches.ts';
import type { Breach } from '../../nouns/ledger/views/book.ts';
import type { LedgerPolicy } from '../../nouns/ledger/views/policy.ts';
import type { LedgerTotals } from '../../nouns/ledger/views/totals.ts';
import type { TreatmentState } from '../../nouns/ledger/views/treatment.ts';

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
  /** How accounts are treated: what stands of the newest snapshot, the most dangerous first. */
  readonly treatment: Pick<
    TreatmentState,
    'at' | 'accounts' | 'unequal' | 'more' | 'unlisted' | 'held' | 'answers'
  >;
  readonly levels: readonly StandingLevel[];
  /** Digits after the point by asset. */
  readonly decimals: Readonly<Record<string, number>>;
};

/** GET /api/books/:book/accounts; amounts in minor units, positive is owed to the owner. */
export type AccountRow = AccountDef & {
  readonly handle: number;
  readonly balance: string;
  readonly creditLine: string;
};
export type AccountsPage = { readonly accounts: readonly AccountRow[]; readonly next: number | null };

/** GET /api/books/:book/postings */
export type Posting = {
  readonly ordinal: number;
  readonly frame: number;
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly debit: string;
  readonly credit: string;
  readonly asset: string;
  readonly amount: string;
  readonly purpose: string;
};
export type PostingsPage = { readonly postings: readonly Posting[]; readonly next: number | null };

/** GET /api/books/:book/sums; `owed` is what stands below zero in it, as a positive number. */
export type SumRow = {
  readonly key: string;
  readonly asset: string;
  readonly balance: string;
  readonly owed: string;
};
