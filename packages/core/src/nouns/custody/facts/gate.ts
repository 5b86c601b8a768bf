/**
 * What can have happened at the gate: withdrawals of customers were decided, in batches. The questions are evidence
 * under the root; the answers and what they add to running sums stand in the fact, before anybody is answered.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { addressText, amountText, bilingual, digestText, isoTime, slug, valueText } from './words.ts';

export const GATE_BATCH_MAX = 100;
export const DESTINATIONS_PER_COMMAND_MAX = 1_000;

export const withdrawalId = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'up to 100 printable characters');
/** The exchange's account number: a pseudonym, never a name. */
export const customerId = z.string().regex(/^[\x21-\x7e]{1,64}$/, 'up to 64 printable characters');

const remainingSchema = z
  .object({ limit: slug, left: amountText, unit: z.enum(['value', 'amount', 'count']) })
  .strict();
export const answerSchema = z
  .object({
    id: withdrawalId,
    /** Of everything asked but the time. */
    digest: digestText,
    decision: z.enum(['allow', 'hold', 'deny']),
    rule: z.string().max(60),
    /** Of the limits that speak to it, the one that is nearest to used up. */
    remaining: remainingSchema.nullable(),
  })
  .strict();
export type Answer = z.infer<typeof answerSchema>;

/** What a batch adds to one sum: name of the sum, slot, yen, count, minor units. */
export const additionSchema = z.tuple([
  z.string().max(200),
  z.int().nonnegative(),
  valueText,
  z.int().positive(),
  amountText,
]);
export type Addition = z.infer<typeof additionSchema>;

export const gateDecided = defineFact({
  name: 'custody.GateDecided',
  version: 1,
  schema: z
    .object({
      /** Revision of the policy; 0 when there was none. */
      policy: z.int().nonnegative(),
      count: z.int().min(1).max(GATE_BATCH_MAX),
      root: z.string().length(44),
      answers: z.array(answerSchema).min(1).max(GATE_BATCH_MAX),
      reasons: z.record(z.string().max(60), bilingual),
      sums: z.array(additionSchema).max(8 * GATE_BATCH_MAX),
    })
    .strict(),
  says: {
    en: 'The gate decided withdrawals; counted before they were answered.',
    ja: 'ゲートが出金を判定した(応答前に計上)。',
  },
});

export const destinationsListed = defineFact({
  name: 'custody.CustomerDestinationsListed',
  version: 1,
  schema: z
    .object({
      at: isoTime,
      destinations: z
        .array(z.object({ customer: customerId, chain: slug, address: addressText }).strict())
        .min(1)
        .max(DESTINATIONS_PER_COMMAND_MAX),
    })
    .strict(),
  says: {
    en: 'Customers’ withdrawal addresses were listed; their cool-off runs from here.',
    ja: '顧客の出金先アドレスが登録された(待機期間はここから)。',
  },
});

export const destinationsDelisted = defineFact({
  name: 'custody.CustomerDestinationsDelisted',
  version: 1,
  schema: destinationsListed.schema as typeof destinationsListed.schema,
  says: { en: 'Customers’ withdrawal addresses were taken off.', ja: '顧客の出金先アドレスが削除された。' },
});

export const PAYMENTS_PER_COMMAND_MAX = 500;
export const paymentSchema = z
  .object({
    id: withdrawalId,
    customer: customerId,
    chain: slug,
    /** Hash of the transaction that pays it, as the chain writes it. */
    transaction: z.string().regex(/^(0x)?[0-9a-fA-F]{64}$/, '64 hex digits, on EVM chains behind 0x'),
  })
  .strict();
export type Payment = z.infer<typeof paymentSchema>;

export const paymentsAnnounced = defineFact({
  name: 'custody.PaymentsAnnounced',
  version: 1,
  schema: z.object({ payments: z.array(paymentSchema).min(1).max(PAYMENTS_PER_COMMAND_MAX) }).strict(),
  says: {
    en: 'The exchange named the transactions that pay withdrawals.',
    ja: '取引所が出金の支払トランザクションを通知した。',
  },
});

export const GATE_FACTS = [gateDecided, destinationsListed, destinationsDelisted, paymentsAnnounced] as const;
