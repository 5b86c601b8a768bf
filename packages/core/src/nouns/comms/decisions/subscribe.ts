/**
 * Subscriptions, run by the server for whoever asks: nothing counts before the owner of the address confirmed it, and
 * nobody learns from an answer whether an address is known. Refusals here are for the server, never for the asker.
 */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { DAY_MS, HOUR_MS, isoTime, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import {
  ADDRESS_MAX,
  addressBounced,
  DELIVERIES_PER_PAGE_MAX,
  deliveriesOrdered,
  type END_REASONS,
  languageSchema,
  subscribedComponents,
  subscriberPerson,
  subscriptionAsked,
  subscriptionConfirmed,
  subscriptionEnded,
  subscriptionKindSchema,
} from '../facts/subscriptions.ts';
import { commsId, digest32 } from '../facts/words.ts';
import { board } from '../views/board.ts';
import { pendingSubscriptions, type Subscriber, sharedAddress, subscriber } from '../views/subscribers.ts';
import { commsFact, SAYS, unknownComponent } from './checks.ts';

export const CONFIRM_WITHIN_MS = 48 * HOUR_MS;
/** How often an address may be asked to confirm in a day: strangers can not have it flooded through us. */
export const ASKS_PER_ADDRESS_A_DAY_MAX = 3;
export const SUBSCRIPTIONS_PENDING_MAX = 5_000;
/** Refusals for good after which an address is no longer written to. */
export const BOUNCES_MAX = 3;
const LAPSES_PER_ROUND_MAX = 100;
const STREAM = 'subscriptions';

const NO_SUBSCRIPTION = { en: 'No such subscription.', ja: '該当する購読はない。' };
const BAD_TOKEN = { en: 'The token does not fit.', ja: 'トークンが合わない。' };

export const askSubscription = defineCommand({
  name: 'comms.AskSubscription',
  says: {
    en: 'Take a request for notices; the address confirms it.',
    ja: '購読申込を受け付け、確認を求める。',
  },
  input: z
    .object({
      /** Chosen by the server, so that the key of the subscription is at hand. */
      id: commsId,
      kind: subscriptionKindSchema,
      language: languageSchema,
      components: subscribedComponents,
      lookup: digest32,
      /** JSON of address and tokens; sealed before anything is recorded. */
      private: z
        .string()
        .min(1)
        .max(ADDRESS_MAX * 2),
      confirmDigest: digest32,
      leaveDigest: digest32,
    })
    .strict(),
  by: ['system'],
  refusals: {
    'no-component': SAYS.component,
    'asked-often': { en: 'This address was asked often enough today.', ja: '本日の確認回数の上限に達した。' },
    'too-many-pending': { en: 'Too many wait to be confirmed.', ja: '確認待ちが多すぎる。' },
  },
  reads: (input) => ({
    board: ref(board, 'all'),
    address: ref(sharedAddress, input.lookup),
    waiting: ref(pendingSubscriptions, 'all'),
  }),
  persons: (input) => [subscriberPerson(input.id)],
  decide: (input, { board: now, address, waiting }, ctx) => {
    const unknown = unknownComponent(now, input.components);
    if (unknown) return unknown;
    const nowMs = parseTime(ctx.now);
    const today = address.askedAt.filter((at) => nowMs - parseTime(at) < DAY_MS).length;
    if (today >= ASKS_PER_ADDRESS_A_DAY_MAX)
      return refuse('asked-often', `asked ${today} times within a day`, 'try again tomorrow');
    if (waiting.pending.length >= SUBSCRIPTIONS_PENDING_MAX)
      return refuse('too-many-pending', `${waiting.pending.length} wait`, 'try again later');
    const { private: text, ...open } = input;
    const sealed = ctx.seal(subscriberPerson(input.id), text);
    const expiresAt = isoTime(nowMs + CONFIRM_WITHIN_MS);
    return { facts: [commsFact(subscriptionAsked, STREAM, { ...open, sealed, expiresAt })] };
  },
});

const named = { id: commsId, lookup: digest32 };
const withToken = { ...named, digest: digest32 };
const own = (input: { id: string }) => ({ own: ref(subscriber, input.id) });

function missing(
  one: Subscriber,
  input: { id: string; lookup: string },
  states: readonly string[],
): Refused | null {
  if (states.includes(one.state) && one.lookup === input.lookup) return null;
  return refuse('no-subscription', `subscription ${input.id} is ${one.state}`, 'ask for it again');
}

const ended = (one: { id: string; lookup: string }, why: (typeof END_REASONS)[number]): NewFact =>
  commsFact(subscriptionEnded, STREAM, { id: one.id, lookup: one.lookup, why });

export const confirmSubscription = defineCommand({
  name: 'comms.ConfirmSubscription',
  says: { en: 'Confirm a subscription with its token.', ja: 'トークンにより購読を確認する。' },
  input: z.object(withToken).strict(),
  by: ['system'],
  refusals: {
    'no-subscription': NO_SUBSCRIPTION,
    'bad-token': BAD_TOKEN,
    expired: { en: 'It waited too long.', ja: '期限を過ぎた。' },
  },
  reads: (input) => ({ ...own(input), address: ref(sharedAddress, input.lookup) }),
  decide: (input, { own: one, address }, ctx) => {
    const no = missing(one, input, ['pending']);
    if (no) return no;
    if (one.confirmDigest !== input.digest)
      return refuse('bad-token', 'the token does not fit', 'follow the link of the message');
    if (parseTime(one.expiresAt) <= parseTime(ctx.now))
      return refuse('expired', `it waited until ${one.expiresAt}`, 'ask for it again');
    const { id, lookup } = one;
    const before =
      address.active === null || address.active === id
        ? []
        : [ended({ id: address.active, lookup }, 'replaced')];
    return { facts: [...before, commsFact(subscriptionConfirmed, STREAM, { id, lookup })] };
  },
});

export const endSubscription = defineCommand({
  name: 'comms.EndSubscription',
  says: {
    en: 'End a subscription with its token; it is forgotten.',
    ja: 'トークンにより購読を終了し忘却する。',
  },
  input: z.object(withToken).strict(),
  by: ['system'],
  refusals: { 'no-subscription': NO_SUBSCRIPTION, 'bad-token': BAD_TOKEN },
  reads: own,
  decide: (input, { own: one }) => {
    const no = missing(one, input, ['pending', 'active']);
    if (no) return no;
    if (one.leaveDigest !== input.digest)
      return refuse('bad-token', 'the token does not fit', 'follow the link of the message');
    return { facts: [ended(one, one.state === 'pending' ? 'lapsed' : 'asked')] };
  },
});

export const reportBounce = defineCommand({
  name: 'comms.ReportBounce',
  says: { en: 'Record that an address refused a message for good.', ja: '宛先の恒久的な拒否を記録する。' },
  input: z.object({ ...named, delivery: z.string().min(1).max(200) }).strict(),
  by: ['system'],
  refusals: { 'no-subscription': NO_SUBSCRIPTION },
  reads: own,
  decide: (input, { own: one }) => {
    const no = missing(one, input, ['active']);
    if (no) return no;
    if (one.lastBounce === input.delivery) return { facts: [] };
    const times = one.bounces + 1;
    const bounced = commsFact(addressBounced, STREAM, { id: one.id, delivery: input.delivery, times });
    return { facts: times < BOUNCES_MAX ? [bounced] : [bounced, ended(one, 'bounced')] };
  },
});

export const keepSubscriptions = defineCommand({
  name: 'comms.KeepSubscriptions',
  says: { en: 'Forget requests that nobody confirmed.', ja: '確認されない申込を忘却する。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ waiting: ref(pendingSubscriptions, 'all') }),
  decide: (_, { waiting }, ctx) => ({
    facts: waiting.pending
      .filter(({ expiresAt }) => parseTime(expiresAt) <= parseTime(ctx.now))
      .slice(0, LAPSES_PER_ROUND_MAX)
      .map((one) => ended(one, 'lapsed')),
  }),
});

export const orderDeliveries = defineCommand({
  name: 'comms.OrderDeliveries',
  says: {
    en: 'Order the delivery of a notice to a page of subscribers.',
    ja: '購読者一頁分への配信を指示する。',
  },
  input: z
    .object({
      thread: commsId,
      notice: commsId,
      subscribers: z.array(commsId).max(DELIVERIES_PER_PAGE_MAX),
      next: commsId.nullable(),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: (input) => ({ facts: [commsFact(deliveriesOrdered, 'deliveries', input)] }),
});
