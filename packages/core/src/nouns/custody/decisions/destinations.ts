/**
 * What the exchange tells of its customers' withdrawals: addresses, whose cool-off is counted from our own receipt, and
 * the transactions that pay.
 */
import { z } from 'zod';
import { defineCommand } from '../../../log/define.ts';
import {
  customerId,
  DESTINATIONS_PER_COMMAND_MAX,
  destinationsDelisted,
  destinationsListed,
  PAYMENTS_PER_COMMAND_MAX,
  paymentSchema,
  paymentsAnnounced,
} from '../facts/gate.ts';
import { addressText, normalAddress, slug } from '../facts/words.ts';
import { custodyFact } from './checks.ts';

const destinations = z
  .array(z.object({ customer: customerId, chain: slug, address: addressText }).strict())
  .min(1)
  .max(DESTINATIONS_PER_COMMAND_MAX);

export const listDestinations = defineCommand({
  name: 'custody.ListCustomerDestinations',
  says: {
    en: 'List withdrawal addresses of customers; their cool-off begins now.',
    ja: '顧客の出金先アドレスを登録する(待機期間は今から)。',
  },
  input: z.object({ destinations }).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: (input, _, ctx) => ({
    facts: [
      custodyFact(destinationsListed, 'destinations', {
        at: ctx.now,
        destinations: normal(input.destinations),
      }),
    ],
  }),
});

export const delistDestinations = defineCommand({
  name: 'custody.DelistCustomerDestinations',
  says: { en: 'Take withdrawal addresses of customers off.', ja: '顧客の出金先アドレスを削除する。' },
  input: z.object({ destinations }).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: (input, _, ctx) => ({
    facts: [
      custodyFact(destinationsDelisted, 'destinations', {
        at: ctx.now,
        destinations: normal(input.destinations),
      }),
    ],
  }),
});

export const announcePayments = defineCommand({
  name: 'custody.AnnouncePayments',
  says: {
    en: 'Name the transactions that will pay withdrawals. It approves nothing: each is held against what the gate allowed.',
    ja: '出金を支払うトランザクションを通知する(承認ではなく、ゲートの許可内容と照合される)。',
  },
  input: z.object({ payments: z.array(paymentSchema).min(1).max(PAYMENTS_PER_COMMAND_MAX) }).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: ({ payments }) => ({
    facts: [
      custodyFact(paymentsAnnounced, 'payments', {
        payments: payments.map((one) => ({ ...one, transaction: one.transaction.toLowerCase() })),
      }),
    ],
  }),
});

type Listed = z.infer<typeof destinations>;
const normal = (of: Listed): Listed => of.map((one) => ({ ...one, address: normalAddress(one.address) }));
