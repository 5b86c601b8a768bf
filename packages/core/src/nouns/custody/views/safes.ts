/** Safes as they were last read, and as people have accepted them. */
import { DAY_MS, isoTime, parseTime } from '../../../kernel/time.ts';
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { isSameState } from '../engine/safe-state.ts';
import { addressesAdded, type Change, changeApproved } from '../facts/inventory.ts';
import { type SafeState, safeNonceObserved, safeObserved, safesChecked } from '../facts/safes.ts';
import { addressKey } from '../facts/words.ts';

/** An accepted state that does not come true by then was not meant for ever. */
const AWAITED_MS = 7 * DAY_MS;

export type KnownSafe = {
  readonly wallet: string;
  readonly chain: string;
  readonly address: string;
  /** As last read; null: never. */
  readonly observed: {
    readonly state: SafeState;
    readonly at: string;
    readonly block: { readonly height: number; readonly hash: string };
    readonly source: string;
  } | null;
  /** What it is held against: what two people accepted, or until then the first that was read. */
  readonly baseline: SafeState | null;
  readonly confirmed: boolean;
  /** Accepted before it came true. */
  readonly awaited: { readonly state: SafeState; readonly until: string } | null;
  /** The next one that the Safe executes, at the newest block; null: never read. */
  readonly nonce: number | null;
  /** Time of the newest block whose reading is in the log. */
  readonly readAt: string | null;
};
export type Safes = {
  /** By `addressKey(chain, address)`. */
  readonly safes: Readonly<Record<string, KnownSafe>>;
  /** Wallets that are Safes, and since when there is something new to read of them. */
  readonly since: Readonly<Record<string, string>>;
};

/** One key, `all`. */
export const safes = defineView<Safes>({
  name: 'custody.safes',
  version: 1,
  folds: [
    changeApproved.name,
    addressesAdded.name,
    safeObserved.name,
    safeNonceObserved.name,
    safesChecked.name,
  ],
  initial: () => ({ safes: {}, since: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => foldSafes(state, fact),
});

function foldSafes(state: Safes, fact: Fact): Safes {
  if (isFact(changeApproved, fact)) return changed(state, fact.body.content, fact.recordedAt);
  if (isFact(addressesAdded, fact)) {
    const { wallet } = fact.body;
    if (state.since[wallet] === undefined) return state;
    return { ...state, since: { ...state.since, [wallet]: fact.recordedAt } };
  }
  if (isFact(safeObserved, fact)) {
    const { wallet, chain, address, state: seen, at, block, source } = fact.body;
    const known = state.safes[addressKey(chain, address)] ?? unread(wallet, chain, address);
    return withSafe(state, {
      ...observed(known, seen, fact.recordedAt),
      wallet,
      observed: { state: seen, at, block, source },
    });
  }
  if (isFact(safeNonceObserved, fact)) {
    const known = state.safes[addressKey(fact.body.chain, fact.body.address)];
    return known === undefined ? state : withSafe(state, { ...known, nonce: fact.body.nonce });
  }
  if (!isFact(safesChecked, fact)) return state;
  const { chain, addresses, at } = fact.body;
  return addresses.reduce((now, address) => {
    const known = now.safes[addressKey(chain, address)];
    return known === undefined ? now : withSafe(now, { ...known, readAt: at });
  }, state);
}

const unread = (wallet: string, chain: string, address: string): KnownSafe => ({
  ...{ wallet, chain, address, observed: null, baseline: null, confirmed: false, awaited: null },
  ...{ nonce: null, readAt: null },
});
const withSafe = (state: Safes, safe: KnownSafe): Safes => ({
  ...state,
  safes: { ...state.safes, [addressKey(safe.chain, safe.address)]: safe },
});

/** The first sight of a Safe is what it is held against; an accepted change that came true is so from now on. */
function observed(known: KnownSafe, seen: SafeState, at: string): KnownSafe {
  if (known.baseline === null) return { ...known, baseline: seen };
  const { awaited } = known;
  if (awaited === null || !isSameState(awaited.state, seen) || parseTime(at) > parseTime(awaited.until))
    return known;
  return { ...known, baseline: seen, confirmed: true, awaited: null };
}

function changed(state: Safes, content: Change, at: string): Safes {
  if (content.kind === 'wallet') {
    const { id, safe } = content.wallet;
    const { [id]: before, ...others } = state.since;
    return { ...state, since: safe ? { ...others, [id]: before ?? at } : others };
  }
  if (content.kind !== 'safe-state') return state;
  const { wallet, chain, address, state: accepted } = content;
  const known = state.safes[addressKey(chain, address)] ?? unread(wallet, chain, address);
  const isSeen = known.observed === null || isSameState(known.observed.state, accepted);
  if (isSeen) return withSafe(state, { ...known, baseline: accepted, confirmed: true, awaited: null });
  if (known.baseline !== null && isSameState(known.baseline, accepted))
    return withSafe(state, { ...known, confirmed: true, awaited: null });
  const until = isoTime(parseTime(at) + AWAITED_MS);
  return withSafe(state, { ...known, awaited: { state: accepted, until } });
}

/** A Safe by its address on a chain, or null. */
export const safeAt = ({ safes: all }: Safes, chain: string, address: string): KnownSafe | null =>
  all[addressKey(chain, address)] ?? null;

export const SAFE_VIEWS = [safes] as const;
