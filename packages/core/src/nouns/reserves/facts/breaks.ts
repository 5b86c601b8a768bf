/** Reconciliations and what they leave open: a break is opened, given to somebody, explained, and closed by another. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { signedAmount } from '../../ledger/facts/words.ts';
import { civilDay, instant, shortText, slug } from './words.ts';

export const BREAK_KINDS = [
  'missing-right',
  'missing-left',
  'ambiguous',
  'overdue-in-flight',
  'statement-late',
  'statement-conflict',
  'statement-gap',
  'coin-short',
  'fiat-trust-short',
  'token-trust-short',
  'token-self-trust-short',
] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];
/** Those that a reconciliation finds; the others come from statements and from time. */
export const FOUND_KINDS = ['missing-right', 'missing-left', 'ambiguous', 'overdue-in-flight'] as const;
export const isFoundKind = (kind: BreakKind): boolean => (FOUND_KINDS as readonly string[]).includes(kind);

export const REASONS = [
  'timing',
  'fee',
  'duplicate-posting',
  'missing-posting',
  'wrong-amount',
  'wrong-account',
  'reorganisation',
  'bank-error',
  'custodian-error',
  'own-error',
  'fraud-suspected',
  'other',
] as const;

export const BREAKS_PER_RUN_MAX = 400;

/** The key of a late statement says of which day it is. */
export const lateKeyOf = (day: string): string => `late ${day}`;
export const dayOfLate = (key: string): string => key.slice(lateKeyOf('').length);

const opened = z
  .object({
    id: z.string().max(40),
    /** The reconciliation or account it belongs to. */
    scope: slug,
    /** What makes it the same break tomorrow, within its scope. */
    key: z.string().min(1).max(200),
    kind: z.enum(BREAK_KINDS),
    asset: assetId,
    amount: signedAmount,
    firstSeenAt: instant,
    dueAt: instant,
    detail: z.string().max(1_000),
  })
  .strict();
export type OpenedBreak = z.infer<typeof opened>;

export const breakOpened = defineFact({
  name: 'reserves.BreakOpened',
  version: 1,
  schema: opened,
  says: { en: 'Two records that must agree do not.', ja: '一致すべき記録の差異が見つかった。' },
});
export const breakAssigned = defineFact({
  name: 'reserves.BreakAssigned',
  version: 1,
  schema: z.object({ id: z.string().max(40), owner: shortText }).strict(),
  says: { en: 'A break has an owner.', ja: '差異の担当者が決まった。' },
});
export const breakExplained = defineFact({
  name: 'reserves.BreakExplained',
  version: 1,
  schema: z
    .object({
      id: z.string().max(40),
      reason: z.enum(REASONS),
      note: z.string().max(1_000),
      /** Who moves coins or money to put it right, if anybody does. */
      movedBy: shortText.nullable(),
      by: shortText,
    })
    .strict(),
  says: { en: 'A break was explained.', ja: '差異の原因が説明された。' },
});
export const breakResolved = defineFact({
  name: 'reserves.BreakResolved',
  version: 1,
  schema: z
    .object({ id: z.string().max(40), how: z.enum(['matched', 'person']), note: z.string().max(1_000) })
    .strict(),
  says: { en: 'A break was closed.', ja: '差異が解消した。' },
});

export const reconciliationRecorded = defineFact({
  name: 'reserves.ReconciliationRecorded',
  version: 1,
  schema: z
    .object({
      id: z.string().max(40),
      scope: slug,
      /** The business day whose end it compares. */
      day: civilDay,
      at: instant,
      left: z.int().nonnegative(),
      right: z.int().nonnegative(),
      matched: z.int().nonnegative(),
      inFlight: z.int().nonnegative(),
      breaks: z.int().nonnegative(),
      /** Breaks beyond what a run may list; while there are any, nothing counts as matched later. */
      unlisted: z.int().nonnegative(),
      workLimitReached: z.boolean(),
    })
    .strict(),
  says: { en: 'Two sides were reconciled.', ja: '照合が実施された。' },
});
