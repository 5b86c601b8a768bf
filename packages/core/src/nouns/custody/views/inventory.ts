/** The inventory as it stands: wallets, keys, custodians, own destinations, and changes that wait for somebody else. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { destinationsDelisted, destinationsListed } from '../facts/gate.ts';
import {
  addressesAdded,
  addressesClaimed,
  addressesReleased,
  type Change,
  type Custodian,
  changeApproved,
  changeProposed,
  changeRejected,
  type Destination,
  type Key,
  type Wallet,
} from '../facts/inventory.ts';
import { addressKey } from '../facts/words.ts';

/** Addresses shown with a wallet; all of them are in `custody.address`. */
export const ADDRESSES_SHOWN_MAX = 20;

export type KnownWallet = {
  readonly wallet: Wallet;
  readonly registeredAt: string;
  readonly retiredAt: string | null;
  readonly addressCount: number;
  /** The first ones. */
  readonly addresses: readonly string[];
};
export type OpenChange = {
  readonly id: string;
  readonly content: Change;
  readonly digest: string;
  readonly proposer: string;
  readonly reason: string;
  readonly proposedAt: string;
  readonly lapsesAt: string;
};
export type Inventory = {
  readonly wallets: Readonly<Record<string, KnownWallet>>;
  readonly keys: Readonly<Record<string, Key>>;
  readonly custodians: Readonly<Record<string, Custodian>>;
  readonly changes: readonly OpenChange[];
};

/** One key, `all`. */
export const inventory = defineView<Inventory>({
  name: 'custody.inventory',
  version: 2,
  folds: [changeProposed.name, changeApproved.name, changeRejected.name, addressesAdded.name],
  initial: () => ({ wallets: {}, keys: {}, custodians: {}, changes: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => foldInventory(state, fact),
});

function foldInventory(state: Inventory, fact: Fact): Inventory {
  if (isFact(changeProposed, fact)) {
    const { change: id, content, digest, reason, lapsesAt } = fact.body;
    const open = { id, content, digest, reason, lapsesAt, proposer: fact.actor, proposedAt: fact.recordedAt };
    return { ...state, changes: [...state.changes, open] };
  }
  if (isFact(changeRejected, fact)) return without(state, fact.body.change);
  if (isFact(changeApproved, fact))
    return applied(without(state, fact.body.change), fact.body.content, fact.recordedAt);
  if (!isFact(addressesAdded, fact)) return state;
  const { wallet, addresses } = fact.body;
  const known = state.wallets[wallet];
  if (known === undefined) return state;
  const shown = [...known.addresses, ...addresses].slice(0, ADDRESSES_SHOWN_MAX);
  const addressCount = known.addressCount + addresses.length;
  return withWallet(state, { ...known, addresses: shown, addressCount });
}

const without = (state: Inventory, change: string): Inventory => ({
  ...state,
  changes: state.changes.filter(({ id }) => id !== change),
});
const withWallet = (state: Inventory, known: KnownWallet): Inventory => ({
  ...state,
  wallets: { ...state.wallets, [known.wallet.id]: known },
});

function applied(state: Inventory, content: Change, at: string): Inventory {
  if (content.kind === 'wallet') {
    const known = state.wallets[content.wallet.id];
    const fresh = { registeredAt: at, addressCount: 0, addresses: [] };
    return withWallet(state, { ...fresh, ...known, retiredAt: null, wallet: content.wallet });
  }
  if (content.kind === 'key') return { ...state, keys: { ...state.keys, [content.key.id]: content.key } };
  if (content.kind === 'custodian')
    return { ...state, custodians: { ...state.custodians, [content.custodian.id]: content.custodian } };
  if (content.kind !== 'retire') return state;
  if (content.what === 'wallet') {
    const known = state.wallets[content.id];
    return known === undefined ? state : withWallet(state, { ...known, retiredAt: at });
  }
  const group = content.what === 'key' ? 'keys' : 'custodians';
  const kept = Object.entries(state[group]).filter(([id]) => id !== content.id);
  return { ...state, [group]: Object.fromEntries(kept) };
}

/** Whose an address is. A claim holds it until it is decided. A retired wallet keeps its addresses for ever. */
export type AddressOwner = { readonly wallet: string; readonly change: string; readonly held: boolean };

/** Key: `addressKey(chain, address)`. */
export const addressOwner = defineView<AddressOwner | null>({
  name: 'custody.address',
  version: 1,
  folds: [addressesClaimed.name, addressesAdded.name, addressesReleased.name],
  initial: () => null,
  keysOf: (fact) => (isBatch(fact) ? fact.body.addresses.map((one) => addressKey(fact.body.chain, one)) : []),
  apply: (_, fact) => {
    if (!isBatch(fact) || isFact(addressesReleased, fact)) return null;
    const { wallet, change } = fact.body;
    return { wallet, change, held: isFact(addressesAdded, fact) };
  },
});

type AddressBatch = Fact & {
  body: {
    readonly change: string;
    readonly wallet: string;
    readonly chain: string;
    readonly addresses: string[];
  };
};
function isBatch(fact: Fact): fact is AddressBatch {
  return isFact(addressesClaimed, fact) || isFact(addressesAdded, fact) || isFact(addressesReleased, fact);
}

/** What a proposed batch holds, until it is decided. */
export type Claims = {
  readonly wallet: string;
  readonly chain: string;
  readonly addresses: readonly string[];
} | null;
/** Key: change. */
export const claimedAddresses = defineView<Claims>({
  name: 'custody.claims',
  version: 1,
  folds: [addressesClaimed.name, addressesAdded.name, addressesReleased.name],
  initial: () => null,
  keysOf: (fact) => (isBatch(fact) ? [fact.body.change] : []),
  apply: (state, fact) => {
    if (!isFact(addressesClaimed, fact)) return null;
    const { wallet, chain, addresses } = fact.body;
    return { wallet, chain, addresses: [...(state?.addresses ?? []), ...addresses] };
  },
});

export type ListedDestination = {
  readonly name: string;
  readonly counterpart: string | null;
  /** The cool-off runs from here: our own clock, not the claim of whoever listed it. */
  readonly listedAt: string;
};
/** Whose list: a customer's, or with null the firm's own. */
export const destinationKey = (customer: string | null, chain: string, address: string): string =>
  `${customer === null ? 'firm' : `customer ${customer}`} ${addressKey(chain, address)}`;

/** Key: `destinationKey(customer, chain, address)`. */
export const listedDestination = defineView<ListedDestination | null>({
  name: 'custody.destination',
  version: 1,
  folds: [changeApproved.name, destinationsListed.name, destinationsDelisted.name],
  initial: () => null,
  keysOf: (fact) => destinationKeys(fact),
  apply: (state, fact) => {
    if (isFact(destinationsListed, fact))
      return state ?? { name: '', counterpart: null, listedAt: fact.recordedAt };
    if (!isFact(changeApproved, fact) || fact.body.content.kind !== 'destination') return null;
    const { name, counterpart } = fact.body.content.destination;
    return { name, counterpart, listedAt: state?.listedAt ?? fact.recordedAt };
  },
});

function destinationKeys(fact: Fact): string[] {
  if (isFact(destinationsListed, fact) || isFact(destinationsDelisted, fact))
    return fact.body.destinations.map((one) => destinationKey(one.customer, one.chain, one.address));
  if (!isFact(changeApproved, fact)) return [];
  const { content } = fact.body;
  if (content.kind === 'retire-destination') return [destinationKey(null, content.chain, content.address)];
  if (content.kind !== 'destination') return [];
  const { chain, address }: Destination = content.destination;
  return [destinationKey(null, chain, address)];
}

export const INVENTORY_VIEWS = [inventory, addressOwner, claimedAddresses, listedDestination] as const;
