/**
 * After the incident: the review opens by itself, asks what happened and why, and ends in improvements that somebody owns
 * and in a report that everybody can read. Source 000: not only what happened, but why, and what must change.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { text, title } from './life.ts';
import { isoTime, principalId, shortText } from './response.ts';

const id = z.string().min(1).max(40);

/** Causes by class, and their counterpart in the FSB FIRE taxonomy (level 1). */
export const CAUSE_CLASSES = ['technical', 'human', 'governance', 'external'] as const;
export const FIRE_CAUSES = [
  'internal-process',
  'human-causal-factors',
  'information-system',
  'external-dependency',
  'hazards',
  'malicious-acts',
] as const;
/** What an improvement changes; all but `other` are changed through authority or plans, and checked there. */
export const CHANGE_KINDS = ['limit', 'power', 'plan', 'control', 'other'] as const;

export const reviewOpened = defineFact({
  name: 'incidents.ReviewOpened',
  version: 1,
  schema: z.object({ id, dueAt: isoTime }).strict(),
  says: {
    en: 'A review opened by itself when the incident closed.',
    ja: '終了に伴い事後検証が自動で開始した。',
  },
});

export const interviewHeld = defineFact({
  name: 'incidents.InterviewRecorded',
  version: 1,
  schema: z.object({ id, interview: id, role: shortText, at: isoTime, summary: text }).strict(),
  says: {
    en: 'Somebody was asked; the summary names roles, not people.',
    ja: '聞き取り(役割のみ、個人名なし)。',
  },
});

export const deviationFound = defineFact({
  name: 'incidents.DeviationIdentified',
  version: 1,
  schema: z.object({ id, deviation: id, planned: text, actual: text, judgement: text }).strict(),
  says: { en: 'What was done differed from the plan.', ja: '対応計画との差異。' },
});

export const causeFound = defineFact({
  name: 'incidents.CauseIdentified',
  version: 1,
  schema: z.object({ id, cause: id, class: z.enum(CAUSE_CLASSES), fire: z.enum(FIRE_CAUSES), text }).strict(),
  says: { en: 'A cause, by class.', ja: '原因(区分つき)。' },
});

export const improvementProposed = defineFact({
  name: 'incidents.ImprovementProposed',
  version: 1,
  schema: z
    .object({
      id,
      improvement: id,
      title,
      text,
      changes: z.enum(CHANGE_KINDS),
      owner: principalId,
      dueAt: isoTime,
    })
    .strict(),
  says: {
    en: 'A recommendation became an improvement with owner and date.',
    ja: '提言が責任者と期限のある改善となった。',
  },
});

export const improvementLinked = defineFact({
  name: 'incidents.ImprovementLinked',
  version: 1,
  schema: z.object({ id, improvement: id, reference: shortText }).strict(),
  says: {
    en: 'The change was made: the use of a power, a plan version, or another reference.',
    ja: '変更の実施(権限行使・計画の版など)が紐付けられた。',
  },
});

export const improvementEnded = defineFact({
  name: 'incidents.ImprovementEnded',
  version: 1,
  schema: z.object({ id, improvement: id, outcome: z.enum(['done', 'dropped']), reason: text }).strict(),
  says: {
    en: 'An improvement is done, or was dropped with a reason.',
    ja: '改善の完了、または理由を付した中止。',
  },
});

export const improvementOverdue = defineFact({
  name: 'incidents.ImprovementMissed',
  version: 1,
  schema: z.object({ id, improvement: id, dueAt: isoTime }).strict(),
  says: { en: 'An improvement was not done by its date.', ja: '改善が期限までに完了していない。' },
});

export const reviewCompleted = defineFact({
  name: 'incidents.ReviewCompleted',
  version: 1,
  schema: z.object({ id, summary: text }).strict(),
  says: { en: 'The review is complete.', ja: '事後検証が完了した。' },
});

const words = z.object({ en: text, ja: text }).strict();
export const reportPublished = defineFact({
  name: 'incidents.ReportPublished',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      id,
      title,
      timeline: z
        .array(z.object({ at: isoTime, text: words }).strict())
        .min(1)
        .max(200),
      impact: words,
      actions: words,
      causes: words,
      lessons: words,
      plan: words,
    })
    .strict(),
  says: {
    en: 'The incident report was published: timeline, impact, actions, lessons, plan.',
    ja: 'インシデント報告書を公表した(時系列、影響、対応、教訓、改善計画)。',
  },
});

export const REVIEW_FACTS = [
  reviewOpened,
  interviewHeld,
  deviationFound,
  causeFound,
  improvementProposed,
  improvementLinked,
  improvementEnded,
  improvementOverdue,
  reviewCompleted,
  reportPublished,
] as const;
