/** Published proofs: what is owed to customers at a moment, as a root that everybody is held against. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { bookId } from '../../ledger/facts/words.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
/** The public name of a moment: never used twice. */
export const epochName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, 'up to 60 of A-Z a-z 0-9 . _ -');
/** Everything about one epoch. */
export const epochStream = (epoch: string): string => `reserves/epoch/${epoch}`;
const amount = z.string().regex(/^\d{1,40}$/, 'a whole number of minor units');

export const publishedAsset = z
  .object({
    asset: z.string().max(40),
    leaves: z.int().positive(),
    /** What the firm owes, and beside it what customers owe: never netted. Minor units; debts are hidden in private mode. */
    credit: amount,
    debt: amount.nullable(),
    root: hash,
  })
  .strict();

export const liabilitiesPublished = defineFact({
  name: 'reserves.LiabilitiesPublished',
  version: 2,
  upcast: { 1: (body) => ({ ...(body as Record<string, JsonValue>), mode: 'open' }) },
  disclosed: true,
  schema: z
    .object({
      /** What outsiders read: packages/proof/LIABILITIES.md, or PRIVATE-LIABILITIES.md beside it. */
      mode: z.enum(['open', 'private']),
      liabilities: z.object({ exchange: z.string().max(100), epoch: epochName, epochRoot: hash }).strict(),
      book: bookId,
      /** Journal up to this frame. */
      frame: z.int().nonnegative(),
      at: z.iso.datetime(),
      customers: z.int().positive(),
      assets: z.array(publishedAsset).min(1).max(200),
    })
    .strict(),
  says: {
    en: 'The proof of what is owed to customers was published; public.',
    ja: '顧客に対する負債の証明が公開された(公開)。',
  },
});

export const liabilitiesChecked = defineFact({
  name: 'reserves.LiabilitiesChecked',
  version: 1,
  schema: z.object({ epoch: epochName, checks: z.int().positive() }).strict(),
  says: { en: 'Customers fetched their files to check a proof.', ja: '顧客が証明ファイルを取得した。' },
});

export const solvencyPublished = defineFact({
  name: 'reserves.SolvencyPublished',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      /** What outsiders read: packages/proof/SOLVENCY.md. */
      solvency: z.object({ exchange: z.string().max(100), epoch: epochName, digest: hash }).strict(),
      /** Digests of the statements of reserves that it names. */
      reserves: z.array(hash).max(200),
      assets: z
        .array(
          z
            .object({
              asset: z.string().max(40),
              owed: amount,
              signed: amount,
              attested: amount,
              unproved: amount,
              signedBps: z.string().max(50).nullable(),
              heldBps: z.string().max(50).nullable(),
            })
            .strict(),
        )
        .max(200),
      assetsWithoutProof: z.array(z.string().max(40)).max(200),
    })
    .strict(),
  says: {
    en: 'What is owed and what is held was stated side by side, and signed; public.',
    ja: '債務と保有資産を対比した支払能力の表明が署名のうえ公開された(公開)。',
  },
});
