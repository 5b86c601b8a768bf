/** What of the room of custody stands in the address. */
import { type RawSearch, someText } from '../../ui/search-params.ts';
import { known, wordOf } from '../books/books-search.ts';

export const CUSTODY_TABS = ['now', 'transfers', 'inventory', 'policy', 'gate'] as const;
export type CustodyTab = (typeof CUSTODY_TABS)[number];
export const TEMPERATURES = ['hot', 'warm', 'cold'] as const;
export const WALLET_OWNER_FILTERS = ['customer', 'house', 'affiliate'] as const;
export const DECISIONS = ['allow', 'hold', 'deny'] as const;

export type CustodySearch = {
  tab?: CustodyTab;
  owner?: (typeof WALLET_OWNER_FILTERS)[number];
  temperature?: (typeof TEMPERATURES)[number];
  chain?: string;
  decision?: (typeof DECISIONS)[number];
};

export function readCustodySearch(raw: RawSearch): CustodySearch {
  return known({
    tab: wordOf(raw.tab, CUSTODY_TABS),
    owner: wordOf(raw.owner, WALLET_OWNER_FILTERS),
    temperature: wordOf(raw.temperature, TEMPERATURES),
    chain: someText(raw.chain),
    decision: wordOf(raw.decision, DECISIONS),
  });
}
