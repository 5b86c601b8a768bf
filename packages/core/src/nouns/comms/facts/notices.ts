/**
 * What we say to everybody, from the draft to the next update. A public notice and an internal briefing are different
 * facts made by different commands, so that neither can be taken for the other.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { templatePartsSchema, VARIABLES_MAX, WORDS_MAX } from './templates.ts';
import {
  bothLines,
  commsId,
  componentStatusSchema,
  functionSchema,
  IMPACTS_MAX,
  isoTime,
  NOTICE_TITLE_MAX,
  noticeStatusSchema,
  slug,
} from './words.ts';

export const impactSchema = z.object({ component: slug, status: componentStatusSchema }).strict();
export type Impact = z.infer<typeof impactSchema>;
export const impactsSchema = z
  .array(impactSchema)
  .max(IMPACTS_MAX)
  .refine(
    (all) => new Set(all.map(({ component }) => component)).size === all.length,
    'a component stands once',
  );

export const contentSchema = z
  .object({
    status: noticeStatusSchema,
    title: bothLines(NOTICE_TITLE_MAX),
    parts: templatePartsSchema,
    impacts: impactsSchema,
    /** Null only where the matter is over. */
    nextUpdateAt: isoTime.nullable(),
    /** Work that was planned: it begins and ends by time. */
    maintenance: z.object({ from: isoTime, until: isoTime }).strict().nullable(),
    /** The published notice that this one corrects. */
    corrects: commsId.nullable(),
    /** The rumour that this one answers. */
    answers: commsId.nullable(),
  })
  .strict();
export type NoticeContent = z.infer<typeof contentSchema>;

export const filledFromSchema = z
  .object({
    template: slug,
    revision: z.int().positive(),
    variables: z
      .record(z.string().max(30), z.string().max(WORDS_MAX))
      .refine((all) => Object.keys(all).length <= VARIABLES_MAX, 'too many variables'),
  })
  .strict();

const revision = z.int().positive();
const about = {
  id: commsId,
  incident: commsId.nullable(),
  /** Notices of one thread are updates of one matter. */
  thread: commsId,
};

export const noticeDrafted = defineFact({
  name: 'comms.NoticeDrafted',
  version: 1,
  schema: z.object({ ...about, content: contentSchema, template: filledFromSchema.nullable() }).strict(),
  says: { en: 'A public notice was drafted. Not public yet.', ja: '公表文が起案された(未公開)。' },
});

export const noticeRevised = defineFact({
  name: 'comms.NoticeRevised',
  version: 1,
  schema: z.object({ id: commsId, revision, content: contentSchema }).strict(),
  says: {
    en: 'The draft was changed; earlier approvals no longer count.',
    ja: '起案が変更され、それまでの承認は無効になった。',
  },
});

export const noticeApproved = defineFact({
  name: 'comms.NoticeApproved',
  version: 1,
  schema: z.object({ id: commsId, revision, function: functionSchema }).strict(),
  says: { en: 'A person approved this revision of the draft.', ja: 'この版の起案が承認された。' },
});

export const noticeRejected = defineFact({
  name: 'comms.NoticeRejected',
  version: 1,
  schema: z.object({ id: commsId, revision, reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX) }).strict(),
  says: { en: 'A person rejected this revision, with a reason.', ja: 'この版が理由を付して差し戻された。' },
});

export const noticePublished = defineFact({
  name: 'comms.NoticePublished',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      ...about,
      audience: z.literal('public'),
      revision,
      content: contentSchema,
      /** The functions that approved: this text, or the template that it was filled from. */
      approvedBy: z.array(functionSchema).min(2).max(3),
      template: filledFromSchema.nullable(),
    })
    .strict(),
  says: { en: 'A notice was published; public.', ja: '告知が公表された(公開)。' },
});

export const briefingIssued = defineFact({
  name: 'comms.BriefingIssued',
  version: 1,
  disclosed: false,
  schema: z
    .object({
      id: commsId,
      incident: commsId.nullable(),
      audience: z.literal('internal'),
      to: z.array(slug).min(1).max(50),
      text: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
    })
    .strict(),
  says: { en: 'An internal briefing was issued. Never public.', ja: '社内向けの共有(公開されない)。' },
});

export const updateMissed = defineFact({
  name: 'comms.UpdateMissed',
  version: 1,
  schema: z.object({ thread: commsId, notice: commsId, dueAt: isoTime }).strict(),
  says: {
    en: 'The promised time of the next update passed without one.',
    ja: '予告した次回更新の時刻を、更新のないまま過ぎた。',
  },
});

export const MAINTENANCE_STEPS = ['scheduled', 'in_progress', 'verifying', 'completed'] as const;
export const maintenanceStepSchema = z.enum(MAINTENANCE_STEPS);
export type MaintenanceStep = z.infer<typeof maintenanceStepSchema>;

export const maintenanceAdvanced = defineFact({
  name: 'comms.MaintenanceAdvanced',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      thread: commsId,
      from: maintenanceStepSchema,
      to: maintenanceStepSchema,
      /** Why a person moved it; null when time did. */
      reason: bothLines(500).nullable(),
    })
    .strict(),
  says: {
    en: 'A planned maintenance began, is being verified, or ended; public.',
    ja: '予定メンテナンスが開始・確認・終了した(公開)。',
  },
});
