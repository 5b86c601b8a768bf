/** The review after an incident: findings, improvements with owner and date, and the report to everybody. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { DAY_MS, isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { phaseReached, text, title } from '../facts/life.ts';
import { isoTime, principalId, shortText } from '../facts/response.ts';
import {
  CAUSE_CLASSES,
  CHANGE_KINDS,
  causeFound,
  deviationFound,
  FIRE_CAUSES,
  improvementEnded,
  improvementLinked,
  improvementOverdue,
  improvementProposed,
  interviewHeld,
  reportPublished,
  reviewCompleted,
  reviewOpened,
} from '../facts/review.ts';
import {
  FINDINGS_MAX,
  type Improvement,
  improvementList,
  type Review,
  reviewState,
} from '../views/review.ts';
import { about, check, ENDED, fact, one, REFUSALS, seen } from './checks.ts';

/** Internal target: half a month after the end, unless the firm's plan says otherwise. */
const REVIEW_WITHIN_MS = 14 * DAY_MS;

const NO_REVIEW = { 'no-review': { en: 'No review is open.', ja: '事後検証が開始していない。' } };
const TOO_MANY = { 'too-many-findings': { en: 'The review has too many entries.', ja: '記載数の上限。' } };
const NO_IMPROVEMENT = {
  'no-improvement': { en: 'No open improvement has this id.', ja: 'この ID の未完了の改善はない。' },
};
const withReview = (input: { incident: string }) => ({
  ...seen(input),
  review: ref(reviewState, input.incident),
});

function noReview({ openedAt }: Review): Refused | null {
  if (openedAt !== null) return null;
  return refuse('no-review', 'the review opens when the incident is closed', 'close the incident first');
}
function full(found: readonly unknown[]): Refused | null {
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

export const proposeImprovement = defineCommand({
  name: 'incidents.ProposeImprovement',
  says: {
    en: 'Turn a recommendation into an improvement with owner and date.',
    ja: '提言を責任者と期限のある改善にする。',
  },
  input: z
    .object({ ...about, title, text, changes: z.enum(CHANGE_KINDS), owner: principalId, dueAt: isoTime })
    .strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, ...NO_REVIEW, ...TOO_MANY },
  reads: withReview,
  decide: (input, { incident, review }, ctx) => {
    const no = check(incident, input, ENDED) ?? noReview(review) ?? full(review.improvements);
    if (no) return no;
    const improvement = ctx.newId();
    const { title: name, text: words, changes, owner, dueAt } = input;
    const body = { id: incident.id, improvement, title: name, text: words, changes, owner, dueAt };
    return {
      facts: [fact(improvementProposed, incident.id, body)],
      result: { incident: incident.id, improvement },
    };
  },
});

function openImprovement(review: Review, id: string): Improvement | Refused {
  const found = review.improvements.find((one) => one.id === id && one.outcome === 'open');
  return found ?? refuse('no-improvement', `there is no open improvement ${id}`, 'list them in the review');
}

export const linkImprovement = defineCommand({
  name: 'incidents.LinkImprovement',
  says: {
    en: 'Link an improvement to what changed: the use of a power, a plan version, or another reference.',
    ja: '改善を実施内容(権限行使・計画の版など)に紐付ける。',
  },
  input: z.object({ ...about, improvement: z.string().max(40), reference: shortText }).strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, ...NO_IMPROVEMENT },
  reads: withReview,
  decide: (input, { incident, review }) => {
    const no = check(incident, input, ENDED);
    if (no) return no;
    const found = openImprovement(review, input.improvement);
    if ('refused' in found) return found;
    const { improvement, reference } = input;
    return one(improvementLinked, incident.id, { id: incident.id, improvement, reference });
  },
});

export const endImprovement = defineCommand({
  name: 'incidents.EndImprovement',
  says: {
    en: 'Say that an improvement is done, or dropped with a reason.',
    ja: '改善の完了または中止を記録する。',
  },
  input: z
    .object({ ...about, improvement: z.string().max(40), outcome: z.enum(['done', 'dropped']), reason: text })
    .strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    ...NO_IMPROVEMENT,
    'nothing-changed': {
      en: 'A change of rules, plans or powers is done only with a link to what changed.',
      ja: '規則・計画・権限の変更は、実施内容の紐付けがなければ完了にできない。',
    },
  },
  reads: withReview,
  decide: (input, { incident, review }) => {
    const no = check(incident, input, ENDED);
    if (no) return no;
    const found = openImprovement(review, input.improvement);
    if ('refused' in found) return found;
    if (input.outcome === 'done' && found.changes !== 'other' && found.references.length === 0)
      return refuse(
        'nothing-changed',
        `it changes a ${found.changes}, and nothing is linked`,
        'link what changed',
      );
    const { improvement, outcome, reason } = input;
    return one(improvementEnded, incident.id, { id: incident.id, improvement, outcome, reason });
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
    const completed = incident.timeline.findLast(({ fact: type }) => type === reviewCompleted.type);
    if (completed?.actor === ctx.actor.id)
      return refuse('one-person', `${ctx.actor.id} completed the review`, 'another person publishes it');
    const { title: name, timeline, impact, actions, causes, lessons, plan } = input;
    const body = { id: incident.id, title: name, timeline, impact, actions, causes, lessons, plan };
    return one(reportPublished, incident.id, body);
  },
});

export const keepImprovements = defineCommand({
  name: 'incidents.KeepImprovements',
  says: { en: 'Say which improvements are overdue.', ja: '期限を過ぎた改善を知らせる。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ list: ref(improvementList, 'all') }),
  decide: (_, { list }, ctx) => ({
    facts: list.improvements
      .filter(({ outcome, missed, dueAt }) => outcome === 'open' && !missed && dueAt < ctx.surelyPast)
      .map(({ incident: id, id: improvement, dueAt }) =>
        fact(improvementOverdue, id, { id, improvement, dueAt }),
      ),
  }),
});
