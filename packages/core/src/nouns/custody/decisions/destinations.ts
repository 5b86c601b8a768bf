/** Withdrawal addresses of customers, as the exchange lists them. The cool-off is counted from our own receipt of it. */
import { z } from 'zod';
import { defineCommand } from '../../../log/define.ts';
import {
  customerId,
  DESTINATIONS_PER_COMMAND_MAX,
  destinationsDelisted,
  destinationsListed,
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

type Listed = z.infer<typeof destinations>;
const normal = (of: Listed): Listed => of.map((one) => ({ ...one, address: normalAddress(one.address) }));
