/** What the room of books reads. Postings arrive without facts of their own, so it is also asked again without an event. */
import type { AccountsPage, BookPage, BooksPage, PostingsPage, SumRow } from '@sonae/core/app/books/api.ts';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../../api.ts';
import type { Grouping } from './books-search.ts';

const REFRESH_MS = 30_000;
const ROWS = 100;
const POSTINGS = 50;

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
