/** Keeping the plan: revise a book, have the board approve, read it, train, list agencies, watch the horizon. */
import { textHash } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { KINDS, kindSchema } from '../../incidents/facts/kinds.ts';
import { text } from '../../incidents/facts/life.ts';
import { isoTime, principalId, shortText } from '../../incidents/facts/response.ts';
import {
  agencyListed,
  agencySchema,
  bookRevised,
  bookSchema,
  HORIZON_KINDS,
  horizonJudged,
  horizonNoted,
  PLAN_STREAM,
  planAcknowledged,
  planApproved,
  STAGES,
  TRAINING_KINDS,
  trainingHeld,
} from '../facts/plan.ts';
import { AGENCIES_MAX, bookOf, type Plan, planState } from '../views/plan.ts';

const reads = () => ({ plan: ref(planState, 'all') });

/** Hex SHA-256 over the canonical bytes of every book in force: what a board approves and people read. */
export function planDigest(plan: Plan): string {
  const books = KINDS.flatMap((kind) => STAGES.map((stage) => bookOf(plan, kind, stage).book));
  return textHash(canonicalJson(books as unknown as JsonValue));
}

export const reviseBook = defineCommand({
  name: 'plans.ReviseBook',
  says: {
    en: 'Revise a procedure book, with a reason. It counts as approved once the board has seen it.',
    ja: '手順書を理由を付して改定する。取締役会等の承認を得て計画となる。',
  },
  input: z.object({ book: bookSchema, reason: text }).strict(),
  by: ['operator'],
  refusals: { 'no-change': { en: 'The book says the same already.', ja: '変更がない。' } },
  reads,
  decide: ({ book, reason }, { plan }) => {
    const before = bookOf(plan, book.kind, book.stage).book;
    if (canonicalJson(before as unknown as JsonValue) === canonicalJson(book as unknown as JsonValue))
      return refuse('no-change', 'the book in force says the same', 'nothing to do');
    const version = plan.version + 1;
    return { facts: [newFact(bookRevised, PLAN_STREAM, { book, version, reason })], result: { version } };
  },
});

export const approvePlan = defineCommand({
  name: 'plans.ApprovePlan',
  says: {
    en: 'Record the board’s approval of the plan as it stands: body, date, minutes, what it is grounded on.',
    ja: '取締役会等による計画の承認を記録する(機関、日付、議事録、根拠)。',
  },
  input: z.object({ body: shortText, approvedAt: isoTime, minutes: shortText, basis: shortText }).strict(),
  by: ['operator'],
  refusals: {
    'in-future': { en: 'It cannot have been approved in the future.', ja: '承認日時が未来である。' },
  },
  reads,
  decide: (input, { plan }, ctx) => {
    if (parseTime(input.approvedAt) > parseTime(ctx.now))
      return refuse(
        'in-future',
        `approvedAt ${input.approvedAt} is later than now (${ctx.now})`,
        'give a past time',
      );
    const digest = planDigest(plan);
    const body = { version: Math.max(plan.version, 1), digest, ...input };
    return { facts: [newFact(planApproved, PLAN_STREAM, body)], result: { digest } };
  },
});

export const acknowledgePlan = defineCommand({
  name: 'plans.Acknowledge',
  says: { en: 'Say that you have read and understood the plan.', ja: '計画の内容を理解したことを記録する。' },
  input: z.object({ digest: z.string().length(64) }).strict(),
  by: ['operator'],
  refusals: { 'other-plan': { en: 'The plan has changed since.', ja: '計画は改定されている。' } },
  reads,
  decide: ({ digest }, { plan }, ctx) => {
    if (digest !== planDigest(plan))
      return refuse('other-plan', 'the plan in force is another one', 'read it again, then acknowledge');
    return { facts: [newFact(planAcknowledged, PLAN_STREAM, { digest, principal: ctx.actor.id })] };
  },
});

export const recordTraining = defineCommand({
  name: 'plans.RecordTraining',
  says: {
    en: 'Record training: scope, scenarios, findings, what changes.',
    ja: '訓練を記録する(範囲、想定、検証、見直し)。',
  },
  input: z
    .object({
      scope: z.enum(TRAINING_KINDS),
      kinds: z.array(kindSchema).min(1).max(11),
      at: isoTime.optional(),
      participants: z.int().min(1).max(100_000),
      findings: text,
      revision: text.nullable().default(null),
    })
    .strict(),
  by: ['operator'],
  refusals: {},
  reads,
  decide: (input, _, ctx) => {
    const { scope, kinds, participants, findings, revision } = input;
    const at = input.at ?? ctx.now;
    const body = { training: ctx.newId(), scope, kinds, at, participants, findings, revision };
    return { facts: [newFact(trainingHeld, PLAN_STREAM, body)] };
  },
});

export const listAgency = defineCommand({
  name: 'plans.ListAgency',
  says: {
    en: 'List an agency to contact: method, alternative for when it fails, who does it.',
    ja: '関係機関を登録する(方法、代替手段、連絡担当者)。',
  },
  input: agencySchema,
  by: ['operator'],
  refusals: { 'too-many-agencies': { en: 'Too many agencies are listed.', ja: '登録数の上限。' } },
  reads,
  decide: (input, { plan }, ctx) => {
    const isNew = plan.agencies[input.agency] === undefined;
    if (isNew && Object.keys(plan.agencies).length >= AGENCIES_MAX)
      return refuse('too-many-agencies', `${AGENCIES_MAX} are listed`, 'change one of them');
    return { facts: [newFact(agencyListed, PLAN_STREAM, { ...input, reviewedAt: ctx.now })] };
  },
});

export const noteHorizon = defineCommand({
  name: 'plans.NoteHorizon',
  says: {
    en: 'Note something on the horizon: regulation, a new attack, another firm’s case, with an owner and a date.',
    ja: '注視事項を登録する(規制、攻撃手法、他社事例)。責任者と期限つき。',
  },
  input: z
    .object({
      what: z.enum(HORIZON_KINDS),
      title: shortText,
      source: shortText,
      effect: text,
      kinds: z.array(kindSchema).max(11).default([]),
      owner: principalId.optional(),
      dueAt: isoTime,
    })
    .strict(),
  by: ['operator'],
  refusals: {},
  reads,
  decide: (input, _, ctx) => {
    const { what, title, source, effect, kinds, dueAt } = input;
    const item = ctx.newId();
    const body = { item, what, title, source, effect, kinds, owner: input.owner ?? ctx.actor.id, dueAt };
    return { facts: [newFact(horizonNoted, PLAN_STREAM, body)], result: { item } };
  },
});

export const judgeHorizon = defineCommand({
  name: 'plans.JudgeHorizon',
  says: {
    en: 'Judge whether the scenarios must change because of it.',
    ja: 'シナリオ見直しの要否を判断する。',
  },
  input: z.object({ item: z.string().max(40), changesPlan: z.boolean(), reason: text }).strict(),
  by: ['operator'],
  refusals: { 'no-item': { en: 'No open item has this id.', ja: '該当する未判断の事項がない。' } },
  reads,
  decide: (input, { plan }) => {
    if (!plan.horizon.some(({ item, judged }) => item === input.item && judged === null))
      return refuse('no-item', `no open item is ${input.item}`, 'list them in the plans room');
    return { facts: [newFact(horizonJudged, PLAN_STREAM, input)] };
  },
});
