/** What of the room of reserves stands in the address. */
import { type RawSearch, someText } from '../../ui/search-params.ts';
import { known, wordOf } from '../books/books-search.ts';

export const RESERVE_TABS = ['now', 'breaks', 'statements', 'coins', 'addresses'] as const;
export type ReserveTab = (typeof RESERVE_TABS)[number];
export const STANDINGS = ['short', 'surplus', 'even', 'unknown'] as const;

export type ReservesSearch = {
  tab?: ReserveTab;
  asset?: string;
  standing?: (typeof STANDINGS)[number];
  scope?: string;
  account?: string;
};

export function readReservesSearch(raw: RawSearch): ReservesSearch {
  return known({
    tab: wordOf(raw.tab, RESERVE_TABS),
    asset: someText(raw.asset),
    standing: wordOf(raw.standing, STANDINGS),
    scope: someText(raw.scope),
    account: someText(raw.account),
  });
}
