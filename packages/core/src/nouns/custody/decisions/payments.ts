/** The transactions that pay withdrawals, as the exchange names them before they are broadcast. */
import { z } from 'zod';
import { defineCommand } from '../../../log/define.ts';
import { PAYMENTS_PER_COMMAND_MAX, paymentSchema, paymentsAnnounced } from '../facts/gate.ts';
import { custodyFact } from './checks.ts';

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
