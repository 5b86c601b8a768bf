/** The issuer's side: supply per chain, backing by kind, mints and burns, money that came in for them, redemptions. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { CONTROL_SCHEMES, MAX_CONTROL_SIGNATURE_CHARS } from '@sonae/proof/reserves-control';
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { amount, civilDay, instant, shortText, slug } from './words.ts';

export const BACKING_KINDS = [
  'demand-deposit',
  'central-bank',
  'term-deposit',
  'treasury',
  'repo',
  'money-fund',
  'other',
] as const;

const supplySchema = z
  .object({
    chain: slug,
    form: z.enum(['native', 'bridged']),
    amount,
    /** Of a bridged coin: what is locked for it on its home chain. */
    locked: amount.nullable(),
    /** That chain, where the coin has several native ones; it is then held against the supply there. */
    lockedOn: slug.optional(),
  })
  .strict();
export const supplyRecorded = defineFact({
  name: 'reserves.SupplyRecorded',
  version: 1,
  schema: z.object({ asset: assetId, asOf: instant, chains: z.array(supplySchema).min(1).max(50) }).strict(),
  says: { en: 'The supply of a coin was recorded per chain.', ja: 'チェーン別の発行残高が記録された。' },
});

export const backingSchema = z
  .object({
    kind: z.enum(BACKING_KINDS),
    bank: slug,
    /** In minor units of the coin, marked to market. */
    amount,
    /** Day of redemption; null where it has none. */
    maturity: civilDay.nullable(),
    /** A term deposit that may be ended at any time without loss of principal. */
    cancellable: z.boolean(),
  })
  .strict();
export type Backing = z.infer<typeof backingSchema>;
export const backingRecorded = defineFact({
  name: 'reserves.BackingRecorded',
  version: 1,
  schema: z.object({ asset: assetId, asOf: instant, backing: z.array(backingSchema).max(500) }).strict(),
  says: { en: 'What backs a coin was recorded.', ja: '裏付資産の内訳が記録された。' },
});

export const MOVES_MAX = 200;
export const moveSchema = z
  .object({
    id: z.string().min(1).max(100),
    kind: z.enum(['mint', 'burn', 'inflow', 'payout']),
    at: instant,
    amount,
    /** What ties a mint to the money that came in for it. */
    reference: z.string().max(200),
  })
  .strict();
export type Move = z.infer<typeof moveSchema>;
export const movesRecorded = defineFact({
  name: 'reserves.MovesRecorded',
  version: 1,
  schema: z.object({ asset: assetId, moves: z.array(moveSchema).min(1).max(MOVES_MAX) }).strict(),
  says: {
    en: 'Mints, burns and the money that belongs to them were recorded.',
    ja: '発行、償還とその資金の動きが記録された。',
  },
});

export const redemptionsRecorded = defineFact({
  name: 'reserves.RedemptionsRecorded',
  version: 1,
  schema: z
    .object({
      asset: assetId,
      asOf: instant,
      queue: z.object({ count: z.int().nonnegative(), amount, oldestAt: instant.nullable() }).strict(),
      period: z.object({ from: instant, requested: amount, paid: amount }).strict(),
    })
    .strict(),
  says: { en: 'The queue of redemptions was recorded.', ja: '償還の待ち行列が記録された。' },
});

/** Chains whose addresses can be asked for; those of Bitcoin are its networks, by the names that statements use. */
export const CONTROL_CHAINS = [
  'evm',
  'bitcoin',
  'bitcoin-testnet',
  'bitcoin-signet',
  'bitcoin-regtest',
] as const;
export const controlScheme = z.enum(CONTROL_SCHEMES);
export const controlSignature = z.string().max(MAX_CONTROL_SIGNATURE_CHARS);
/** What nodes of a chain said of a contract: the chain's word at a block, which takes a node to ask again. */
export const seenOnChainSchema = z
  .object({
    chainId: z.int().positive(),
    block: z.object({ height: z.int().nonnegative(), hash: z.string().regex(/^0x[0-9a-f]{64}$/) }).strict(),
    /** Hosts of the nodes that agreed. */
    rpcs: z.array(z.string().max(200)).min(2).max(10),
  })
  .strict();
export type SeenOnChain = z.infer<typeof seenOnChainSchema>;

/** Texts that prove control of an address are issued first, so that an old signature proves nothing. */
export const controlChallenged = defineFact({
  name: 'reserves.ControlChallenged',
  version: 1,
  schema: z
    .object({
      id: z.string().max(40),
      source: slug,
      chain: z.enum(CONTROL_CHAINS),
      address: z.string().min(20).max(100),
      epoch: z.string().min(1).max(40),
      blockHash: z.string().regex(/^(0x)?[0-9a-f]{64}$/),
      text: z.string().max(1_000),
    })
    .strict(),
  says: { en: 'Proof of control of an address was asked for.', ja: 'アドレスの支配の証明を求めた。' },
});
export const controlProved = defineFact({
  name: 'reserves.ControlProved',
  version: 2,
  upcast: { 1: (body) => ({ ...(body as Record<string, JsonValue>), seen: null }) },
  schema: z
    .object({
      id: z.string().max(40),
      address: z.string().max(100),
      scheme: controlScheme,
      signature: controlSignature,
      /** Of a contract (eip-1271); null where the signature by itself shows control, to everybody. */
      seen: seenOnChainSchema.nullable(),
    })
    .strict(),
  says: { en: 'Control of an address was proved.', ja: 'アドレスの支配が証明された。' },
});
export const CLAIMS_MAX = 10_000;
export const doubleClaimDetected = defineFact({
  name: 'reserves.DoubleClaimDetected',
  version: 1,
  schema: z.object({ address: z.string().max(100), exchange: shortText, statement: shortText }).strict(),
  says: {
    en: 'Another firm’s statement claims an address of ours.',
    ja: '自社のアドレスが他社の開示にも含まれていた。',
  },
});
