/** What the books say in sum: per asset and owner class, stated whenever batches are sealed. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { bookId, ownerSchema, signedAmount } from './words.ts';

export const totalSchema = z
  .object({
    asset: assetId,
    owner: ownerSchema,
    /** Sum of balances, credits minus debits, in minor units. Positive: the firm owes it to the owner. */
    balance: signedAmount,
    /** Sum of the negative balances alone, as a positive number: what owners of this class owe. */
    owed: signedAmount,
    accounts: z.int().nonnegative(),
  })
  .strict();
export type Total = z.infer<typeof totalSchema>;

export const totalsStated = defineFact({
  name: 'ledger.TotalsStated',
  version: 1,
  schema: z
    .object({
      book: bookId,
      /** Newest posting that is in them. */
      asOf: z.iso.datetime(),
      transfers: z.int().nonnegative(),
      totals: z.array(totalSchema).max(2_000),
    })
    .strict(),
  says: { en: 'The books were summed up.', ja: '帳簿の合計が記録された。' },
});
