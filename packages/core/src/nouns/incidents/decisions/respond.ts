/** Judging and stating during the response: class, severity by criteria, event times, values with confidence. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { assess as assessSeverity, CRITERIA } from '../engine/severity.ts';
import { kindSchema, milestoneSchema } from '../facts/kinds.ts';
import { severityChanged, text } from '../facts/life.ts';
import {
  confidenceSchema,
  fieldId,
  fieldStated,
  isoTime,
  kindsSet,
  milestoneReached,
  severityAssessed,
  shortText,
  statedValue,
} from '../facts/response.ts';
import { FIELDS_MAX, responseState } from '../views/response.ts';
import { about, check, ENDED, fact, IN_FUTURE, inFuture, OPEN, one, REFUSALS, seen } from './checks.ts';

const LED = ['declared', 'contained', 'remediating', 'recovering'] as const;
const withResponse = (input: { incident: string }) => ({
  ...seen(input),
  response: ref(responseState, input.incident),
});

export const setKinds = defineCommand({
  name: 'incidents.SetKinds',
  says: {
    en: 'Judge the scenario class (several may hold): playbooks, clocks and forms follow from it.',
    ja: 'シナリオ区分を判断する(複数可)。手順書・期限・様式が定まる。',
  },
  input: z
    .object({ ...about, kinds: z.array(kindSchema).min(1).max(6), reason: text })
    .strict()
    .refine(({ kinds }) => new Set(kinds).size === kinds.length, {
      path: ['kinds'],
      error: 'name each once',
    }),
  by: ['operator', 'system'],
  refusals: REFUSALS,
  reads: seen,
  decide: (input, { incident }) => {
    const { kinds, reason } = input;
    return (
      check(incident, input, [...OPEN, ...ENDED]) ??
      one(kindsSet, incident.id, { id: incident.id, kinds, reason })
    );
  },
});

export const stateMilestone = defineCommand({
  name: 'incidents.StateMilestone',
  says: {
    en: 'State when something happened that clocks hang on. Stating it again corrects it, with a reason.',
    ja: '期限の起算点となる出来事の時刻を記録する。再記録は理由を付した訂正となる。',
  },
  input: z
    .object({
      ...about,
      milestone: milestoneSchema,
      at: isoTime.optional(),
      dueAt: isoTime.optional(),
      reason: text.optional(),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: {
    ...REFUSALS,
    ...IN_FUTURE,
    'no-reason': { en: 'A correction needs a reason.', ja: '訂正には理由が必要。' },
  },
  reads: withResponse,
  decide: (input, { incident, response }, ctx) => {
    const no = check(incident, input, [...OPEN, ...ENDED]);
    if (no) return no;
    const at = input.at ?? ctx.now;
    if (parseTime(at) > parseTime(ctx.now)) return inFuture('at', at, ctx.now);
    const { milestone } = input;
    if (response.milestones[milestone] !== undefined && input.reason === undefined)
      return refuse(
        'no-reason',
        `${milestone} was stated before: ${response.milestones[milestone]?.at}`,
        'add reason: why the time is corrected',
      );
    const body = { id: incident.id, milestone, at, dueAt: input.dueAt ?? null, reason: input.reason ?? null };
    return one(milestoneReached, incident.id, body, at);
  },
});

export const stateField = defineCommand({
  name: 'incidents.StateField',
  says: {
    en: 'State a value for reports: as of when, how sure, from where. Forms are filled from the latest.',
    ja: '報告に用いる値を記録する(時点・確度・出所)。様式は最新の値で埋められる。',
  },
  input: z
    .object({
      ...about,
      field: fieldId,
      value: statedValue,
      asOf: isoTime.optional(),
      confidence: confidenceSchema,
      source: shortText,
    })
    .strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    ...IN_FUTURE,
    'too-many-fields': { en: 'The incident has too many fields.', ja: '項目数の上限を超えた。' },
  },
  reads: withResponse,
  decide: (input, { incident, response }, ctx) => {
    const no = check(incident, input, [...OPEN, ...ENDED]);
    if (no) return no;
    const { field, value, confidence, source } = input;
    const asOf = input.asOf ?? ctx.now;
    if (parseTime(asOf) > parseTime(ctx.now)) return inFuture('asOf', asOf, ctx.now);
    if (response.fields[field] === undefined && Object.keys(response.fields).length >= FIELDS_MAX)
      return refuse('too-many-fields', `${FIELDS_MAX} fields are stated`, 'restate one of them');
    return one(fieldStated, incident.id, { id: incident.id, field, value, asOf, confidence, source });
  },
});

const answers = z
  .record(z.string().max(60), z.enum(['yes', 'no', 'unknown']))
  .refine((given) => Object.keys(given).every((id) => CRITERIA.some((one) => one.id === id)), {
    error: `criteria are: ${CRITERIA.map(({ id }) => id).join(', ')}`,
  });

export const assess = defineCommand({
  name: 'incidents.Assess',
  says: {
    en: 'Answer the recorded criteria; severity follows, unknown counting as the worst. Public.',
    ja: '基準に回答する。不明は最悪とみなして重大度が定まる。公開される。',
  },
  input: z.object({ ...about, answers }).strict(),
  by: ['operator'],
  refusals: REFUSALS,
  reads: withResponse,
  decide: (input, { incident, response }) => {
    const no = check(incident, input, LED);
    if (no) return no;
    const severity = assessSeverity(input.answers, response.kinds);
    const { id } = incident;
    const facts: NewFact[] = [fact(severityAssessed, id, { id, answers: input.answers, severity })];
    const from = incident.severity ?? 'pending';
    if (from !== severity)
      facts.push(
        fact(severityChanged, id, {
          id,
          from,
          to: severity,
          reason: 'by recorded criteria / 記録された基準による',
        }),
      );
    return { facts, result: { incident: id, severity } };
  },
});
