/**
 * What can have happened to the books. Postings arrive too fast for facts: they lie in the journal, frame after frame,
 * each bound to the one before by a hash; the log seals the frames and cites every broken rule.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { LEDGER_RULES, type LedgerRule } from './rules.ts';
import { bookId, ownerSchema, signedAmount } from './words.ts';

export const ACCOUNT_LENGTH_MAX = 100;
/** Broken rules in one fact's evidence at most; more of them are more facts. */
export const VIOLATIONS_PER_FACT_MAX = 1_000;
const FIRST_SHOWN_MAX = 20;

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
const count = z.int().nonnegative();
export const ruleSchema = z.enum(LEDGER_RULES as [LedgerRule, ...LedgerRule[]]);

export const violationSchema = z
  .object({
    rule: ruleSchema,
    /** As the firm wrote it. */
    id: z.string().max(200),
    seq: z.number(),
    at: z.string().max(40),
    /** The frame of the journal in which the posting stands, or stood. */
    frame: count,
    account: z.string().max(200),
    owner: z.union([ownerSchema, z.literal('?')]),
    party: z.string().max(200),
    group: z.string().max(200).nullable(),
    other: z.string().max(200),
    asset: z.string().max(40),
    amount: z.string().max(60),
    /** Of the asset, for whoever reads amounts; null where the asset is not known. */
    decimals: z.int().nonnegative().nullable(),
    purpose: z.string().max(40),
    /** How far below zero the account is, or how much flowed against the rule: minor units. */
    exposure: z.string().max(60),
    detail: z.string().max(300),
  })
  .strict();
export type LoggedViolation = z.infer<typeof violationSchema>;

export const batchesSealed = defineFact({
  name: 'ledger.BatchesSealed',
  version: 1,
  schema: z
    .object({
      book: bookId,
      /** Frames of the journal. */
      from: count,
      to: count,
      /** Hash of frame `to`, which holds that of the frame before, and so on. */
      head: hash,
      /** Of the whole book, after frame `to`. */
      transfers: count,
      accounts: count,
      nextSeq: count,
      asOf: z.iso.datetime(),
      /** Of these frames alone. */
      booked: count,
      repeats: count,
      turnedAway: count,
      violations: count,
    })
    .strict(),
  says: {
    en: 'Batches of the journal were verified and sealed.',
    ja: '仕訳バッチが検証され、封印された。',
  },
});

export const violationsDetected = defineFact({
  name: 'ledger.ViolationsDetected',
  version: 1,
  schema: z
    .object({
      book: bookId,
      frame: count,
      count: z.int().positive().max(VIOLATIONS_PER_FACT_MAX),
      /** Base64 root of the evidence with every one of them. */
      root: z.string().length(44),
      byRule: z
        .array(
          z
            .object({
              rule: ruleSchema,
              subject: z.string().max(60),
              count: z.int().positive(),
              exposure: signedAmount,
            })
            .strict(),
        )
        .max(VIOLATIONS_PER_FACT_MAX),
      first: z.array(violationSchema).max(FIRST_SHOWN_MAX),
    })
    .strict(),
  says: { en: 'Postings broke rules of the books.', ja: '帳簿の規則に反する仕訳が見つかった。' },
});

export const violationsAnswered = defineFact({
  name: 'ledger.ViolationsAnswered',
  version: 1,
  schema: z
    .object({
      book: bookId,
      rule: ruleSchema,
      subject: z.string().max(60),
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
      by: z.string().max(100),
    })
    .strict(),
  says: {
    en: 'Somebody answered for violations of a rule: they stand, and are no longer news.',
    ja: '規則違反への説明が記録された(記録は残り、警報は解除される)。',
  },
});

export const periodSealed = defineFact({
  name: 'ledger.PeriodSealed',
  version: 1,
  schema: z.object({ book: bookId, until: z.iso.datetime() }).strict(),
  says: {
    en: 'A period was sealed: what is dated into it from now on is called out.',
    ja: '期間が締められた。以後この期間に遡る仕訳は指摘される。',
  },
});

export const accountSchema = z.string().min(1).max(ACCOUNT_LENGTH_MAX);
