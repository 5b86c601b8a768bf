/** The review after an incident: findings, improvements with owner and date, and the report to everybody. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { DAY_MS, isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { phaseReached, text, title } from '../facts/life.ts';
import { isoTime, shortText } from '../facts/response.ts';
import {
  CAUSE_CLASSES,
  causeFound,
  deviationFound,
  FIRE_CAUSES,
  interviewHeld,
  reportPublished,
  reviewCompleted,
  reviewOpened,
} from '../facts/review.ts';
import { FINDINGS_MAX, type Review, reviewState } from '../views/review.ts';
import { about, check, ENDED, fact, one, REFUSALS, seen } from './checks.ts';

/** Internal target: half a month after the end, unless the firm's plan says otherwise. */
const REVIEW_WITHIN_MS = 14 * DAY_MS;

export const NO_REVIEW = { 'no-review': { en: 'No review is open.', ja: '事後検証が開始していない。' } };
export const TOO_MANY = {
  'too-many-findings': { en: 'The review has too many entries.', ja: '記載数の上限。' },
};
export const withReview = (input: { incident: string }) => ({
  ...seen(input),
  review: ref(reviewState, input.incident),
});

export function noReview({ openedAt }: Review): Refused | null {
  if (openedAt !== null) return null;
  return refuse('no-review', 'the review opens when the incident is closed', 'close the incident first');
}
export function full(found: readonly unknown[]): Refused | null {
  if (found.length < FINDINGS_MAX) return null;
  return refuse('too-many-findings', `${FINDINGS_MAX} are recorded`, 'summarise');
}

export const openReview = defineCommand({
  name: 'incidents.OpenReview',
  says: {
    en: 'Open the review of an incident that closed.',
    ja: '終了したインシデントの事後検証を開始する。',
  },
  input: z.object({ incident: z.string().max(40) }).strict(),
  by: ['system'],
  refusals: {},
  reads: withReview,
  decide: (_, { incident }, ctx) => {
    if (incident.phase !== 'closed') return { facts: [] };
    const dueAt = isoOf(parseTime(ctx.now) + REVIEW_WITHIN_MS);
    return one(reviewOpened, incident.id, { id: incident.id, dueAt });
  },
});

export const recordInterview = defineCommand({
  name: 'incidents.RecordInterview',
  says: { en: 'Record an interview; name roles, not people.', ja: '聞き取りを記録する(役割のみ)。' },
  input: z.object({ ...about, role: shortText, at: isoTime.optional(), summary: text }).strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, ...NO_REVIEW, ...TOO_MANY },
  reads: withReview,
  decide: (input, { incident, review }, ctx) => {
    const no = check(incident, input, ENDED) ?? noReview(review) ?? full(review.interviews);
    if (no) return no;
    const { role, summary } = input;
    const body = { id: incident.id, interview: ctx.newId(), role, at: input.at ?? ctx.now, summary };
    return one(interviewHeld, incident.id, body);
  },
});

export const recordDeviation = defineCommand({
  name: 'incidents.RecordDeviation',
  says: { en: 'Record where what was done differed from the plan.', ja: '対応計画との差異を記録する。' },
  input: z.object({ ...about, planned: text, actual: text, judgement: text }).strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, ...NO_REVIEW, ...TOO_MANY },
  reads: withReview,
  decide: (input, { incident, review }, ctx) => {
    const no = check(incident, input, ENDED) ?? noReview(review) ?? full(review.deviations);
    if (no) return no;
    const { planned, actual, judgement } = input;
    const body = { id: incident.id, deviation: ctx.newId(), planned, actual, judgement };
    return one(deviationFound, incident.id, body);
  },
});

export const recordCause = defineCommand({
  name: 'incidents.RecordCause',
  says: {
    en: 'Record a cause by class: technical, human, governance, external.',
    ja: '原因を区分つきで記録する。',
  },
  input: z.object({ ...about, class: z.enum(CAUSE_CLASSES), fire: z.enum(FIRE_CAUSES), text }).strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, ...NO_REVIEW, ...TOO_MANY },
  reads: withReview,
  decide: (input, { incident, review }, ctx) => {
    const no = check(incident, input, ENDED) ?? noReview(review) ?? full(review.causes);
    if (no) return no;
    const { class: kind, fire, text: words } = input;
    return one(causeFound, incident.id, {
      id: incident.id,
      cause: ctx.newId(),
      class: kind,
      fire,
      text: words,
    });
  },
});

export const completeReview = defineCommand({
  name: 'incidents.CompleteReview',
  says: {
    en: 'Complete the review: at least one cause is on record. Public phase change.',
    ja: '事後検証を完了する(原因の記録が必要)。段階が公開される。',
  },
  input: z.object({ ...about, summary: text }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    ...NO_REVIEW,
    'no-cause': { en: 'No cause is on record.', ja: '原因が記録されていない。' },
  },
  reads: withReview,
  decide: (input, { incident, review }) => {
    const no = check(incident, input, ['closed']) ?? noReview(review);
    if (no) return no;
    if (review.causes.length === 0)
      return refuse('no-cause', 'a review says why it happened', 'record a cause, also a supposed one');
    const { id, correlation } = incident;
    const facts: NewFact[] = [
      fact(reviewCompleted, id, { id, summary: input.summary }),
      fact(phaseReached, id, { id, correlation, from: incident.phase, to: 'reviewed' }),
    ];
    return { facts, result: { incident: id } };
  },
});

const words = z.object({ en: text, ja: text }).strict();
export const publishReport = defineCommand({
  name: 'incidents.PublishReport',
  says: {
    en: 'Publish the incident report. Public: timeline, impact, actions, causes, lessons, plan.',
    ja: 'インシデント報告書を公表する(時系列、影響、対応、原因、教訓、改善計画)。',
  },
  input: z
    .object({
      ...about,
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
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'not-reviewed': { en: 'The review is not complete.', ja: '事後検証が完了していない。' },
    'one-person': {
      en: 'Whoever completed the review does not publish its report alone.',
      ja: '事後検証の完了者と公表者は別人でなければならない。',
    },
  },
  reads: withReview,
  decide: (input, { incident, review }, ctx) => {
    const no = check(incident, input, ['reviewed']);
    if (no) return no;
    if (review.completedAt === null)
      return refuse('not-reviewed', 'the review is not complete', 'complete the review first');
    if (review.completedBy === ctx.actor.id)
      return refuse('one-person', `${ctx.actor.id} completed the review`, 'another person publishes it');
    const { title: name, timeline, impact, actions, causes, lessons, plan } = input;
    const body = { id: incident.id, title: name, timeline, impact, actions, causes, lessons, plan };
    return one(reportPublished, incident.id, body);
  },
});
