/** What of the room of books stands in the address: the book, the part that is open, and every filter of it. */
import type { Owner } from '@sonae/core/nouns/ledger/facts/words.ts';
import { type RawSearch, someText, wholeNumber } from '../../ui/search-params.ts';

export const BOOK_TABS = ['now', 'balances', 'groups', 'allowed'] as const;
export type BookTab = (typeof BOOK_TABS)[number];
export const GROUPINGS = ['group', 'party', 'owner'] as const;
export type Grouping = (typeof GROUPINGS)[number];
/** OWNERS of core, which the router must not load: it brings the schemas with it. */
export const OWNER_FILTERS = [
  'customer',
  'house',
  'affiliate',
  'suspense',
  'fee',
  'external',
] as const satisfies readonly Owner[];

export type BooksSearch = {
  book?: string;
  tab?: BookTab;
  owner?: Owner;
  asset?: string;
  party?: string;
  group?: string;
  below?: boolean;
  /** Balances as of this moment, ISO 8601 UTC. */
  at?: string;
  after?: number;
  account?: string;
  before?: number;
  by?: Grouping;
};

/** Texts, whole numbers and known words of an address; whatever else stands there is left out. */
export function known<T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

/** One of the words, or undefined; the first one is what an empty address means and is not written. */
export function wordOf<const T extends readonly string[]>(raw: unknown, words: T): T[number] | undefined {
  return words.find((word) => word === raw);
}

/** An instant of an address as ISO 8601 UTC, or undefined. */
export function instantOf(raw: unknown): string | undefined {
  const text = someText(raw);
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

export function readBooksSearch(raw: RawSearch): BooksSearch {
  return known({
    book: someText(raw.book),
    tab: wordOf(raw.tab, BOOK_TABS),
    owner: wordOf(raw.owner, OWNER_FILTERS),
    asset: someText(raw.asset),
    party: someText(raw.party),
    group: someText(raw.group),
    below: raw.below === true || raw.below === 'true' ? true : undefined,
    at: instantOf(raw.at),
    after: wholeNumber(raw.after),
    account: someText(raw.account),
    before: wholeNumber(raw.before),
    by: wordOf(raw.by, GROUPINGS),
  });
}
