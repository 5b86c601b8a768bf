/** How accounts are treated, as the exchange's configuration and conduct say, and who is treated otherwise. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { accountSchema } from './batches.ts';
import { bookId } from './words.ts';

export const TREATMENTS_MAX = 10_000;
export const UNEQUAL_MAX = 300;
const name = z.string().min(1).max(60);
const small = z.number().nonnegative().max(Number.MAX_SAFE_INTEGER);

export const treatmentSchema = z
  .object({
    account: accountSchema,
    tier: name,
    flags: z.record(name, z.union([z.boolean(), z.string().max(100)])).default({}),
    limits: z.record(name, small).default({}),
    marginShortSince: z.int().nonnegative().nullable().default(null),
    liquidations: z.int().nonnegative().default(0),
    withdrawals: z.int().nonnegative().default(0),
    withdrawalMs: small.default(0),
  })
  .strict();

export const unequalSchema = z
  .object({
    account: accountSchema,
    kind: z.enum(['flag', 'limit', 'changed', 'not-liquidated', 'withdrawals']),
    what: z.string().max(60),
    value: z.string().max(120),
    peers: z.string().max(120),
  })
  .strict();

export const treatmentRecorded = defineFact({
  name: 'ledger.TreatmentRecorded',
  version: 1,
  schema: z
    .object({
      book: bookId,
      at: z.iso.datetime(),
      accounts: z.int().positive(),
      /** Base64 root of the evidence: every account as it was reported. */
      root: z.string().length(44),
      unequal: z.array(unequalSchema).max(UNEQUAL_MAX),
      /** Beyond those that are listed. */
      more: z.int().nonnegative(),
    })
    .strict(),
  says: { en: 'How accounts are treated was compared.', ja: '口座の取扱いの均一性が照合された。' },
});
