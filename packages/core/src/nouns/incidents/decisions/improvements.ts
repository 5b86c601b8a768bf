/** Improvements: what a review recommends, with owner and date, until it is linked to what really changed. */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { text, title } from '../facts/life.ts';
import { isoTime, principalId, shortText } from '../facts/response.ts';
import {
  CHANGE_KINDS,
  improvementEnded,
  improvementLinked,
  improvementOverdue,
  improvementProposed,
} from '../facts/review.ts';
import { type Improvement, improvementList, type Review } from '../views/review.ts';
import { about, check, ENDED, fact, one, REFUSALS } from './checks.ts';
import { full, NO_REVIEW, noReview, TOO_MANY, withReview } from './review.ts';

const NO_IMPROVEMENT = {
  'no-improvement': { en: 'No open improvement has this id.', ja: 'この ID の未完了の改善はない。' },
};

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
  refusals: { ...REFUSALS, ...NO_IMPROVEMENT, ...TOO_MANY },
  reads: withReview,
  decide: (input, { incident, review }) => {
    const no = check(incident, input, ENDED);
    if (no) return no;
    const found = openImprovement(review, input.improvement);
    if ('refused' in found) return found;
    const tooMany = full(found.references);
    if (tooMany) return tooMany;
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

export const keepImprovements = defineCommand({
  name: 'incidents.KeepImprovements',
  says: { en: 'Say which improvements are overdue.', ja: '期限を過ぎた改善を知らせる。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ list: ref(improvementList, 'all') }),
  decide: (_, { list }, ctx) => ({
    facts: list.improvements
      .filter(
        ({ outcome, missed, dueAt }) =>
          outcome === 'open' && !missed && parseTime(dueAt) < parseTime(ctx.surelyPast),
      )
      .slice(0, KEPT_AT_ONCE_MAX)
      .map(({ incident: id, id: improvement, dueAt }) =>
        fact(improvementOverdue, id, { id, improvement, dueAt }),
      ),
  }),
});
