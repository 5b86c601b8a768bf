/** What wallets hold as last read, addresses nobody knows, and legal limits that stand broken. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  type ClockedEvent,
  holdingsRecorded,
  limitBroken,
  limitCured,
  type Sighting,
  sightingsRecorded,
  UNKNOWN_ADDRESSES_MAX,
  unknownExplained,
  unknownExplainedAsOf04,
} from '../facts/holdings.ts';
import { addressesAdded } from '../facts/inventory.ts';
import { addressKey } from '../facts/words.ts';

export type HeldAmount = { readonly amount: string; readonly at: string; readonly source: string };
/** By wallet, then asset. */
export type Holdings = { readonly wallets: Readonly<Record<string, Readonly<Record<string, HeldAmount>>>> };

/** One key, `all`. A reading older than what is known changes nothing. */
export const holdings = defineView<Holdings>({
  name: 'custody.holdings',
  version: 1,
  folds: [holdingsRecorded.name],
  initial: () => ({ wallets: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(holdingsRecorded, fact)) return state;
    const { at, source } = fact.body;
    const wallets: Record<string, Record<string, HeldAmount>> = { ...state.wallets };
    for (const { wallet, asset, amount } of fact.body.holdings) {
      const known = wallets[wallet]?.[asset];
      if (known !== undefined && Date.parse(known.at) > Date.parse(at)) continue;
      wallets[wallet] = { ...wallets[wallet], [asset]: { amount, at, source } };
    }
    return { wallets };
  },
});

export type Unknowns = {
  readonly addresses: Readonly<Record<string, Sighting>>;
  /** Ones that found no room any more. */
  readonly more: number;
};

/** One key, `all`. */
export const unknownAddresses = defineView<Unknowns>({
  name: 'custody.unknown-addresses',
  version: 1,
  folds: [sightingsRecorded.name, unknownExplained.name, unknownExplainedAsOf04.name, addressesAdded.name],
  initial: () => ({ addresses: {}, more: 0 }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(sightingsRecorded, fact)) {
      const addresses: Record<string, Sighting> = { ...state.addresses };
      let { more } = state;
      for (const seen of fact.body.unknown) {
        const key = addressKey(seen.chain, seen.address);
        if (key in addresses) continue;
        if (Object.keys(addresses).length < UNKNOWN_ADDRESSES_MAX) addresses[key] = seen;
        else more += 1;
      }
      return { addresses, more: more + fact.body.more };
    }
    const known = isFact(addressesAdded, fact)
      ? fact.body.addresses.map((address) => addressKey(fact.body.chain, address))
      : isFact(unknownExplained, fact) || isFact(unknownExplainedAsOf04, fact)
        ? [addressKey(fact.body.chain, fact.body.address)]
        : [];
    const gone = known.filter((key) => key in state.addresses);
    if (gone.length === 0) return state;
    const left = Object.entries(state.addresses).filter(([key]) => !gone.includes(key));
    return { addresses: Object.fromEntries(left), more: left.length === 0 ? 0 : state.more };
  },
});

/** Legal limits that are broken, and since when. One key, `all`. */
export type Breaks = Readonly<Partial<Record<ClockedEvent, string>>>;
export const brokenLimits = defineView<Breaks>({
  name: 'custody.broken-limits',
  version: 1,
  folds: [limitBroken.name, limitCured.name],
  initial: () => ({}),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(limitBroken, fact)) return { ...state, [fact.body.event]: fact.body.at };
    if (!isFact(limitCured, fact)) return state;
    const { [fact.body.event]: _, ...others } = state;
    return others;
  },
});

export const HOLDING_VIEWS = [holdings, unknownAddresses, brokenLimits] as const;
