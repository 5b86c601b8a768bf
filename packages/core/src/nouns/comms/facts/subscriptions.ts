/**
 * Who wants to hear from us, and what was sent. Addresses and tokens stand sealed under a key per subscription, which is
 * erased when the subscription ends; what remains says that somebody was told, never who.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { sealedSchema } from '../../../log/seal.ts';
import { COMPONENTS_MAX, commsId, digest32, isoTime, slug } from './words.ts';

export const SUBSCRIPTION_KINDS = ['email', 'webhook', 'slack'] as const;
export const subscriptionKindSchema = z.enum(SUBSCRIPTION_KINDS);
export type SubscriptionKind = z.infer<typeof subscriptionKindSchema>;
export const ADDRESS_MAX = 1_000;
/** Subscribers of one page of deliveries: one fact, one outbox entry each. */
export const DELIVERIES_PER_PAGE_MAX = 200;

export const languageSchema = z.enum(['ja', 'en']);
export type Language = z.infer<typeof languageSchema>;
export const subscribedComponents = z.array(slug).max(COMPONENTS_MAX);

/** Under whose key a subscription is sealed. */
export const subscriberPerson = (id: string): string => `subscriber:${id}`;

export const subscriptionAsked = defineFact({
  name: 'comms.SubscriptionAsked',
  version: 1,
  schema: z
    .object({
      id: commsId,
      kind: subscriptionKindSchema,
      language: languageSchema,
      /** Empty: all components. */
      components: subscribedComponents,
      /** Keyed hash of kind and address: the same address is known again without being readable. */
      lookup: digest32,
      /** Sealed JSON: address, tokens and, for webhooks, the secret that signs. */
      sealed: sealedSchema,
      confirmDigest: digest32,
      leaveDigest: digest32,
      expiresAt: isoTime,
    })
    .strict(),
  says: {
    en: 'Somebody asked to be told of notices; not confirmed yet. Sealed.',
    ja: '通知の購読が申し込まれた(未確認、封緘)。',
  },
});

export const subscriptionConfirmed = defineFact({
  name: 'comms.SubscriptionConfirmed',
  version: 1,
  schema: z.object({ id: commsId, lookup: digest32 }).strict(),
  says: { en: 'The owner of the address confirmed.', ja: '購読が本人により確認された。' },
});

export const END_REASONS = ['asked', 'bounced', 'replaced', 'lapsed'] as const;
export const subscriptionEnded = defineFact({
  name: 'comms.SubscriptionEnded',
  version: 1,
  schema: z.object({ id: commsId, lookup: digest32, why: z.enum(END_REASONS) }).strict(),
  says: {
    en: 'A subscription ended; its key is erased.',
    ja: '購読が終了し、鍵が消去される。',
  },
});

export const addressBounced = defineFact({
  name: 'comms.AddressBounced',
  version: 1,
  schema: z.object({ id: commsId, delivery: z.string().max(200), times: z.int().positive() }).strict(),
  says: { en: 'An address refused a message for good.', ja: '宛先が恒久的に受信を拒否した。' },
});

export const deliveriesOrdered = defineFact({
  name: 'comms.DeliveriesOrdered',
  version: 1,
  schema: z
    .object({
      thread: commsId,
      notice: commsId,
      subscribers: z.array(commsId).max(DELIVERIES_PER_PAGE_MAX),
      /** The last subscriber that was looked at; null when all were. */
      next: commsId.nullable(),
    })
    .strict(),
  says: {
    en: 'A page of subscribers is to be told of a notice.',
    ja: '購読者への配信が一頁分指示された。',
  },
});
