/**
 * The contingency plan: playbooks as versioned data, the board's approval, who has read it, training, agencies, and the
 * horizon that feeds its revision. JVCEA emergency rule art. 3, 5, 6, 7(1)-(3), 8.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { kindSchema, roleSchema } from '../../incidents/facts/kinds.ts';
import { text } from '../../incidents/facts/life.ts';
import { isoTime, principalId, shortText } from '../../incidents/facts/response.ts';
import { personId } from '../../people/facts/register.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use 1 to 40 of a-z 0-9 -');
const words = z.object({ en: z.string().min(1).max(500), ja: z.string().min(1).max(500) }).strict();

/** 初期対応, 暫定対応, 本格復旧 (art. 5(2)(1)). */
export const STAGES = ['initial', 'interim', 'recovery'] as const;
export const stageSchema = z.enum(STAGES);
export type Stage = z.infer<typeof stageSchema>;
export const STAGE_NAMES = {
  initial: { en: 'Initial response', ja: '初期対応手順書' },
  interim: { en: 'Interim response', ja: '暫定対応手順書' },
  recovery: { en: 'Full recovery', ja: '本格復旧手順書' },
} as const;

/** Kinds of act that powers are about (authority), and `resume` for what was stopped. */
export const TASK_POWERS = [
  'exchange',
  'network',
  'evm.guardian',
  'evm.call',
  'bitcoin.psbt',
  'resume',
] as const;

export const taskSchema = z
  .object({
    id,
    role: roleSchema,
    title: words,
    /** Minutes from the start of the book. */
    withinMinutes: z.int().positive().max(525_600),
    /** What kind of power does it, for the way to the powers room beside the task. */
    power: z.enum(TASK_POWERS).nullable(),
  })
  .strict();
export type PlanTask = z.infer<typeof taskSchema>;
export const BOOK_TASKS_MAX = 60;
export const bookSchema = z
  .object({ kind: kindSchema, stage: stageSchema, tasks: z.array(taskSchema).min(1).max(BOOK_TASKS_MAX) })
  .strict();
export type Book = z.infer<typeof bookSchema>;

export const bookRevised = defineFact({
  name: 'plans.BookRevised',
  version: 1,
  schema: z.object({ book: bookSchema, version: z.int().positive(), reason: text }).strict(),
  says: {
    en: 'A procedure book was revised; it needs approval before it counts as the plan.',
    ja: '手順書が改定された(承認を得て計画となる)。',
  },
});

export const planApproved = defineFact({
  name: 'plans.PlanApproved',
  version: 1,
  schema: z
    .object({
      version: z.int().positive(),
      /** Hex SHA-256 over the canonical bytes of all books. */
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      body: shortText,
      approvedAt: isoTime,
      minutes: shortText,
      /** What it is grounded on, e.g. the FISC handbook (art. 5(2)(1)). */
      basis: shortText,
    })
    .strict(),
  says: { en: 'The board approved the plan.', ja: '取締役会等が計画を承認した。' },
});

export const planAcknowledged = defineFact({
  name: 'plans.PlanAcknowledged',
  version: 1,
  schema: z.object({ digest: z.string().length(64), principal: principalId }).strict(),
  says: { en: 'A person has read and understood the plan (art. 6).', ja: '計画の内容を理解した(6条)。' },
});

export const TRAINING_KINDS = ['company-wide', 'department', 'joint-with-vendors', 'cross-industry'] as const;
export const trainingHeld = defineFact({
  name: 'plans.TrainingRecorded',
  version: 1,
  schema: z
    .object({
      training: z.string().max(40),
      scope: z.enum(TRAINING_KINDS),
      kinds: z.array(kindSchema).min(1).max(11),
      at: isoTime,
      participants: z.int().min(1).max(100_000),
      findings: text,
      /** What of the plan changes because of it; null: nothing, and that is a finding too. */
      revision: text.nullable(),
    })
    .strict(),
  says: {
    en: 'Training on the plan was held, with its findings.',
    ja: '計画に基づく訓練が実施された(検証結果つき)。',
  },
});

export const agencySchema = z
  .object({
    agency: id,
    name: words,
    method: shortText,
    /** Where the first method fails: power cut, no network (guideline on art. 7(1)). */
    alternative: shortText,
    liaison: z.array(personId).min(1).max(10),
  })
  .strict();
export const agencyListed = defineFact({
  name: 'plans.AgencyListed',
  version: 1,
  schema: agencySchema.extend({ reviewedAt: isoTime }).strict(),
  says: {
    en: 'An agency to contact in an emergency, by whom and how.',
    ja: '緊急時の関係機関、連絡担当者と方法。',
  },
});

export const HORIZON_KINDS = ['regulation', 'attack', 'case', 'practice'] as const;
export const horizonNoted = defineFact({
  name: 'plans.HorizonNoted',
  version: 1,
  schema: z
    .object({
      item: z.string().max(40),
      what: z.enum(HORIZON_KINDS),
      title: shortText,
      source: shortText,
      effect: text,
      kinds: z.array(kindSchema).max(11),
      owner: principalId,
      dueAt: isoTime,
    })
    .strict(),
  says: {
    en: 'Something on the horizon: regulation, a new attack, another firm’s case.',
    ja: '注視事項: 規制、新たな攻撃、他社事例。',
  },
});

export const horizonJudged = defineFact({
  name: 'plans.HorizonJudged',
  version: 1,
  schema: z.object({ item: z.string().max(40), changesPlan: z.boolean(), reason: text }).strict(),
  says: {
    en: 'Judged whether the scenarios must change because of it.',
    ja: 'シナリオ見直しの要否が判断された。',
  },
});

export const PLAN_FACTS = [
  bookRevised,
  planApproved,
  planAcknowledged,
  trainingHeld,
  agencyListed,
  horizonNoted,
  horizonJudged,
] as const;
export const PLAN_STREAM = 'plans';
