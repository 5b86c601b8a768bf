/** What was found to be there: snapshots of sources, readings that disagree, snapshots that a reorganisation voided, flows. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { ownerSchema } from '../../ledger/facts/words.ts';
import { amount, evidenceRoot, HELD_ASSETS_MAX, instant, shortText, slug, TIERS } from './words.ts';

export const heldSchema = z
  .object({ asset: assetId, owner: ownerSchema, tier: z.enum(TIERS), amount })
  .strict();
export type Held = z.infer<typeof heldSchema>;

/** How it is known: which nodes agreed at which block, or which statement says so. */
export const provenanceSchema = z
  .object({
    /** Hosts that gave the same answer; never whole addresses, which may carry keys. */
    rpcs: z.array(shortText).max(20),
    block: z
      .object({ height: z.int().nonnegative(), hash: z.string().regex(/^(0x)?[0-9a-f]{64}$/) })
      .strict()
      .nullable(),
    statement: shortText.nullable(),
  })
  .strict();
export type Provenance = z.infer<typeof provenanceSchema>;

export const holdingsRecorded = defineFact({
  name: 'reserves.HoldingsRecorded',
  version: 1,
  schema: z
    .object({
      id: z.string().max(40),
      source: slug,
      asOf: instant,
      provenance: provenanceSchema,
      held: z.array(heldSchema).max(HELD_ASSETS_MAX),
      /** Address by address beside the log; null where the source only knows sums. */
      addresses: z.object({ count: z.int().positive(), root: evidenceRoot }).strict().nullable(),
    })
    .strict(),
  says: { en: 'Holdings of a source were recorded.', ja: '保有先の残高が記録された。' },
});

export const snapshotVoided = defineFact({
  name: 'reserves.SnapshotVoided',
  version: 1,
  schema: z
    .object({ id: z.string().max(40), source: slug, height: z.int(), was: shortText, is: shortText })
    .strict(),
  says: {
    en: 'A snapshot became void: the chain was reorganised beneath it.',
    ja: 'チェーンの再編成により、残高の記録が無効になった。',
  },
});

export const readingDisputed = defineFact({
  name: 'reserves.ReadingDisputed',
  version: 1,
  schema: z
    .object({ source: slug, at: instant, what: shortText, hosts: z.array(shortText).max(20) })
    .strict(),
  says: {
    en: 'Nodes disagree about holdings; none of them was believed.',
    ja: 'ノード間で残高が一致せず、いずれも採用しなかった。',
  },
});

/** Flows are counted in steps of so many minutes; a step is stated once it is over, or again while it grows. */
export const FLOW_STEP_MINUTES = 10;
export const FLOW_ASSETS_MAX = 50;

export const flowsRecorded = defineFact({
  name: 'reserves.FlowsRecorded',
  version: 1,
  schema: z
    .object({
      from: instant,
      flows: z
        .array(z.object({ asset: assetId, in: amount, out: amount }).strict())
        .min(1)
        .max(FLOW_ASSETS_MAX),
    })
    .strict(),
  says: {
    en: 'What came in and went out in a span of time was recorded.',
    ja: '一定時間の入出庫量が記録された。',
  },
});

/** Which debt is short, of which pot. Cures end it; the clock of an event starts with the first and ends with the last. */
const shortfall = z.object({
  asset: assetId,
  owner: z.enum(['customer', 'affiliate', 'total', 'backing']),
  event: shortText,
  at: instant,
});
export const shortfallDetected = defineFact({
  name: 'reserves.ShortfallDetected',
  version: 1,
  schema: shortfall.extend({ held: amount, owed: amount, dueAt: instant, startsClock: z.boolean() }).strict(),
  says: { en: 'Less is held than is owed.', ja: '保有額が債務を下回った。' },
});
export const shortfallCured = defineFact({
  name: 'reserves.ShortfallCured',
  version: 1,
  schema: shortfall.extend({ endsClock: z.boolean() }).strict(),
  says: { en: 'As much is held as is owed again.', ja: '不足が解消した。' },
});
