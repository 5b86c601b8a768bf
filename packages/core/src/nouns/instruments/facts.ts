/** What can have happened to instruments: an asset was defined, with its decimals and chains; its value was recorded. */
import { z } from 'zod';
import { DECIMALS_MAX } from '../../kernel/money.ts';
import { defineFact } from '../../log/fact.ts';

export const ASSETS_MAX = 2_000;
export const assetId = z
  .string()
  .regex(/^[A-Z][A-Z0-9.]{0,19}$/, 'up to 20 of A-Z 0-9 . beginning with a letter');
export const CHAIN_KINDS = ['evm', 'bitcoin', 'other'] as const;

const deploymentSchema = z
  .object({
    /** The firm's name of the chain, e.g. `ethereum`. */
    chain: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 of a-z 0-9 -'),
    kind: z.enum(CHAIN_KINDS),
    /** Token contract; null: the chain's own coin. */
    contract: z.string().max(100).nullable(),
    /** Issued there, or a claim on coins locked elsewhere. */
    form: z.enum(['native', 'bridged']),
  })
  .strict();
export type Deployment = z.infer<typeof deploymentSchema>;

export const assetSchema = z
  .object({
    asset: assetId,
    name: z.string().min(1).max(100),
    /** Digits after the point of a whole unit; never changes. */
    decimals: z.int().min(0).max(DECIMALS_MAX),
    kind: z.enum(['fiat', 'crypto', 'stablecoin', 'security', 'own-token']),
    chains: z.array(deploymentSchema).max(50),
  })
  .strict();
export type Asset = z.infer<typeof assetSchema>;

export const assetDefined = defineFact({
  name: 'instruments.AssetDefined',
  version: 1,
  schema: assetSchema,
  says: { en: 'An asset was defined or described anew.', ja: '資産が定義または改定された。' },
});

/** A price of one whole unit, exact as a decimal text. */
export const priceText = z
  .string()
  .regex(/^\d{1,20}(\.\d{1,12})?$/, 'a decimal number with up to 12 digits after the point');

export const ratesRecorded = defineFact({
  name: 'instruments.RatesRecorded',
  version: 1,
  schema: z
    .object({
      /** Values are stated in this currency. */
      currency: assetId,
      at: z.iso.datetime(),
      source: z.string().min(1).max(100),
      rates: z
        .array(z.object({ asset: assetId, price: priceText }).strict())
        .min(1)
        .max(500),
    })
    .strict(),
  says: { en: 'Values of assets in a currency were recorded.', ja: '資産の通貨建て評価額が記録された。' },
});
