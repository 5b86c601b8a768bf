/** Subscriptions as delivery needs them: one row each, who shares an address, what waits to be confirmed, how many. */
import { type Fact, isFact } from '../../../log/fact.ts';
import type { Sealed } from '../../../log/seal.ts';
import { defineView } from '../../../log/stream.ts';
import {
  addressBounced,
  type Language,
  type SubscriptionKind,
  subscriptionAsked,
  subscriptionConfirmed,
  subscriptionEnded,
} from '../facts/subscriptions.ts';

export type Subscriber = {
  readonly id: string;
  readonly state: 'none' | 'pending' | 'active' | 'ended';
  readonly kind: SubscriptionKind;
  readonly language: Language;
  readonly components: readonly string[];
  readonly lookup: string;
  readonly sealed: Sealed | null;
  readonly confirmDigest: string;
  readonly leaveDigest: string;
  readonly expiresAt: string;
  readonly bounces: number;
  /** The delivery that bounced last: the same refusal is counted once. */
  readonly lastBounce: string;
};

const NOBODY: Subscriber = {
  id: '',
  state: 'none',
  kind: 'email',
  language: 'ja',
  components: [],
  lookup: '',
  sealed: null,
  confirmDigest: '',
  leaveDigest: '',
  expiresAt: '',
  bounces: 0,
  lastBounce: '',
};
const FACTS = [subscriptionAsked, subscriptionConfirmed, subscriptionEnded].map((def) => def.name);
const idOf = (fact: Fact): string => (fact.body as { id: string }).id;

/** Key: subscription id. An ended one keeps nothing that could lead to a person. */
export const subscriber = defineView<Subscriber>({
  name: 'comms.subscriber',
  version: 1,
  folds: [...FACTS, addressBounced.name],
  initial: () => NOBODY,
  keysOf: (fact) => [idOf(fact)],
  apply: (state, fact) => {
    if (isFact(subscriptionAsked, fact)) {
      const { id, kind, language, components, lookup, sealed } = fact.body;
      const { confirmDigest, leaveDigest, expiresAt } = fact.body;
      const asked = { id, kind, language, components, lookup, sealed, confirmDigest, leaveDigest, expiresAt };
      return { ...NOBODY, ...asked, state: 'pending' };
    }
    if (isFact(subscriptionConfirmed, fact)) return { ...state, state: 'active' };
    if (isFact(addressBounced, fact))
      return { ...state, bounces: fact.body.times, lastBounce: fact.body.delivery };
    return { ...NOBODY, id: state.id, state: 'ended' };
  },
});

export type SharedAddress = {
  readonly active: string | null;
  /** When confirmations were asked for, newest last: bounds how often an address can be written to unasked. */
  readonly askedAt: readonly string[];
};
const ASKED_KEPT_MAX = 10;

/** Key: lookup. */
export const sharedAddress = defineView<SharedAddress>({
  name: 'comms.address',
  version: 1,
  folds: FACTS,
  initial: () => ({ active: null, askedAt: [] }),
  keysOf: (fact) => [(fact.body as { lookup: string }).lookup],
  apply: (state, fact) => {
    if (isFact(subscriptionAsked, fact))
      return { ...state, askedAt: [...state.askedAt, fact.recordedAt].slice(-ASKED_KEPT_MAX) };
    if (isFact(subscriptionConfirmed, fact)) return { ...state, active: fact.body.id };
    return state.active === idOf(fact) ? { ...state, active: null } : state;
  },
});

export type PendingSubscription = {
  readonly id: string;
  readonly lookup: string;
  readonly expiresAt: string;
};
/** What waits to be confirmed; one key, `all`. Bounded by SUBSCRIPTIONS_PENDING_MAX of the decision. */
export const pendingSubscriptions = defineView<{ readonly pending: readonly PendingSubscription[] }>({
  name: 'comms.pending',
  version: 1,
  folds: FACTS,
  initial: () => ({ pending: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(subscriptionAsked, fact)) {
      const { id, lookup, expiresAt } = fact.body;
      return { pending: [...state.pending, { id, lookup, expiresAt }] };
    }
    return { pending: state.pending.filter(({ id }) => id !== idOf(fact)) };
  },
});

export type SubscriberCounts = { readonly confirmed: number; readonly ended: number };

/** How many confirmed and how many of those ended; one key, `all`. */
export const subscriberCounts = defineView<SubscriberCounts>({
  name: 'comms.subscriber-counts',
  version: 1,
  folds: [subscriptionConfirmed.name, subscriptionEnded.name],
  initial: () => ({ confirmed: 0, ended: 0 }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(subscriptionConfirmed, fact)) return { ...state, confirmed: state.confirmed + 1 };
    if (isFact(subscriptionEnded, fact) && fact.body.why !== 'lapsed')
      return { ...state, ended: state.ended + 1 };
    return state;
  },
});
