/** What the room of books reads. Postings arrive without facts of their own, so it is also asked again without an event. */
import type { BookPage, BooksPage } from '@sonae/core/app/books/api.ts';
import type { Owner } from '@sonae/core/nouns/ledger/facts/words.ts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../../api.ts';
import type { Grouping } from './books-search.ts';

const REFRESH_MS = 30_000;
const ROWS = 100;
const POSTINGS = 50;

/** One account as GET /api/books/:book/accounts tells it; amounts in minor units, positive is owed to the owner. */
export type AccountRow = {
  readonly handle: number;
  readonly account: string;
  readonly owner: Owner;
  readonly party: string;
  readonly group: string | null;
  readonly asset: string;
  readonly balance: string;
  readonly creditLine: string;
};
export type AccountsPage = { readonly accounts: readonly AccountRow[]; readonly next: number | null };
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
/** `owed` is what stands below zero in it, as a positive number. */
export type SumRow = {
  readonly key: string;
  readonly asset: string;
  readonly balance: string;
  readonly owed: string;
};

export type AccountFilter = {
  readonly owner?: string | undefined;
  readonly asset?: string | undefined;
  readonly party?: string | undefined;
  readonly group?: string | undefined;
  readonly below?: boolean | undefined;
  readonly at?: string | undefined;
  readonly after?: number | undefined;
};

const path = (book: string, rest = ''): string => `/api/books/${encodeURIComponent(book)}${rest}`;
const refresh = { refetchInterval: REFRESH_MS, placeholderData: keepPreviousData } as const;

export const booksQuery = queryOptions({
  queryKey: ['books'],
  queryFn: () => get<BooksPage>('/api/books'),
  refetchInterval: REFRESH_MS,
});

export const bookQuery = (book: string) =>
  queryOptions({ queryKey: ['book', book], queryFn: () => get<BookPage>(path(book)), ...refresh });

export const accountsQuery = (book: string, { below, ...filter }: AccountFilter) =>
  queryOptions({
    queryKey: ['accounts', book, filter, below ?? false],
    queryFn: () =>
      get<AccountsPage>(path(book, '/accounts'), {
        ...filter,
        limit: ROWS,
        ...(below === true ? { below: 'true' } : {}),
      }),
    ...refresh,
  });

export const postingsQuery = (book: string, account: string, before: number | undefined) =>
  queryOptions({
    queryKey: ['postings', book, account, before ?? null],
    queryFn: () => get<PostingsPage>(path(book, '/postings'), { account, before, limit: POSTINGS }),
    ...refresh,
  });

export const sumsQuery = (book: string, by: Grouping, at: string | undefined) =>
  queryOptions({
    queryKey: ['sums', book, by, at ?? null],
    queryFn: () => get<{ sums: readonly SumRow[] }>(path(book, '/sums'), { by, at, limit: ROWS * 2 }),
    ...refresh,
  });

export const exportAddress = (book: string, format: string): string => path(book, `/export?format=${format}`);
