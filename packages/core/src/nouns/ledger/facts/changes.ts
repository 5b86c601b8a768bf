/** What was declared and approved beforehand: credit lines, corrections, flows, ceilings. Two people, neither the proposer. */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { accountSchema } from './batches.ts';
import { PURPOSES, type Purpose } from './rules.ts';
import { bookId, ownerSchema, signedAmount } from './words.ts';

const isoTime = z.iso.datetime();
const minorUnits = signedAmount.refine((text) => !text.startsWith('-'), 'must not be negative');
const purposeSchema = z.enum(PURPOSES as unknown as [Purpose, ...Purpose[]]);

/** In what an account may be treated otherwise. */
export const EXEMPTION_KINDS = ['flag', 'limit', 'tier', 'liquidation', 'withdrawals', 'absence'] as const;

export const changeSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('credit-line'),
      account: accountSchema,
      /** Minor units that the account may be below zero; 0 ends the line. */
      limit: minorUnits,
      until: isoTime,
      /** The board's decision, e.g. minutes and item. */
      resolution: z.string().trim().min(1).max(500),
    })
    .strict(),
  z
    .object({
      kind: z.literal('correction'),
      debit: accountSchema,
      credit: accountSchema,
      limit: minorUnits,
      until: isoTime,
    })
    .strict(),
  z
    .object({
      kind: z.literal('flows'),
      /** Replaces what is declared for these pairs of owners; an empty list forbids. */
      flows: z
        .array(
          z
            .object({
              from: ownerSchema,
              to: ownerSchema,
              purposes: z.array(purposeSchema).max(PURPOSES.length),
            })
            .strict(),
        )
        .min(1)
        .max(36),
    })
    .strict(),
  z
    .object({
      kind: z.literal('exemption'),
      /** An account, or `tier:` and a tier: then its customers. What is the firm's own is exempted by name. */
      account: accountSchema,
      /** Name of the setting or limit in which the account may differ from its peers, or of the tier it moves to. */
      what: z.string().min(1).max(60),
      /** What `what` names; without it, as in older facts, a flag. */
      of: z.enum(EXEMPTION_KINDS).optional(),
      /** Of a limit: up to this; null: without limit. */
      upTo: z.number().nonnegative().max(Number.MAX_SAFE_INTEGER).nullable().optional(),
      until: isoTime,
      resolution: z.string().trim().min(1).max(500),
    })
    .strict()
    .refine(
      ({ of, upTo }) => (of === 'limit') === (upTo !== undefined),
      'upTo: a limit is exempted up to a value',
    ),
  z
    .object({
      kind: z.literal('price-band'),
      /** Trades with the firm and its affiliates are held against values in `currency`; null ends it. */
      band: z
        .object({
          currency: assetId,
          /** Of the larger side of the trade. */
          bps: z.int().min(1).max(9_999),
          /** A value counts for trades no further from it in time. */
          withinMinutes: z.int().min(1).max(1_440),
        })
        .strict()
        .nullable(),
    })
    .strict(),
  z.object({ kind: z.literal('fee-ceiling'), bps: z.int().min(0).max(10_000).nullable() }).strict(),
]);
export type Change = z.infer<typeof changeSchema>;

export const changeProposed = defineFact({
  name: 'ledger.ChangeProposed',
  version: 1,
  schema: z
    .object({
      id: z.string().max(40),
      book: bookId,
      change: changeSchema,
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
      by: z.string().max(100),
    })
    .strict(),
  says: { en: 'A change of what the books allow was proposed.', ja: '帳簿の許容事項の変更が提案された。' },
});

export const changeEndorsed = defineFact({
  name: 'ledger.ChangeEndorsed',
  version: 1,
  schema: z.object({ id: z.string().max(40), book: bookId, by: z.string().max(100) }).strict(),
  says: { en: 'A person approved a proposed change.', ja: '提案された変更を一名が承認した。' },
});

export const changeApproved = defineFact({
  name: 'ledger.ChangeApproved',
  version: 1,
  schema: z
    .object({
      id: z.string().max(40),
      book: bookId,
      change: changeSchema,
      by: z.array(z.string().max(100)).min(2),
    })
    .strict(),
  says: { en: 'A change of what the books allow is in force.', ja: '帳簿の許容事項の変更が発効した。' },
});

export const changeRejected = defineFact({
  name: 'ledger.ChangeRejected',
  version: 1,
  schema: z
    .object({
      id: z.string().max(40),
      book: bookId,
      by: z.string().max(100),
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
    })
    .strict(),
  says: { en: 'A proposed change was turned down.', ja: '提案された変更が却下された。' },
});
