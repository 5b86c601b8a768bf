/** What people decide on duties: who the firm is, suspensions, "not reportable", events of the firm. Each has an owner. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { HOUR_MS, isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact, type Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { DUTIES, dutyNamed } from '../engine/duties.ts';
import {
  dutyExempted,
  dutyResumed,
  dutySuspended,
  exemptionWithdrawn,
  FIRM,
  firmEventOccurred,
  instanceId,
  isoTime,
  profileSet,
  reason,
  regimeSchema,
  shortText,
  subjectId,
} from '../facts/duties.ts';
import { type DutyState, dutyState } from '../views/duties.ts';
import { dutyFact, dutyStream } from './keep.ts';

const bilingual = z.object({ en: z.string().min(1).max(500), ja: z.string().min(1).max(500) }).strict();
const NO_DUTY: Text = { en: 'No such duty of this subject.', ja: '該当する義務がない。' };
const WRONG_STATE: Text = {
  en: 'The duty’s state does not allow this.',
  ja: '義務の状態により実行できない。',
};

/** An unavoidable emergency response ended: the set is due promptly; the firm's own target, in hours. */
const RESUMED_TARGET_MS = 6 * HOUR_MS;

export const setProfile = defineCommand({
  name: 'reports.SetProfile',
  says: {
    en: 'Say which regimes the firm stands under, its closed days, its own targets, and how it signs forms.',
    ja: '適用法令、休業日、社内目標、様式の記載名を定める。',
  },
  input: z
    .object({
      firm: bilingual,
      registration: z.string().max(200).default(''),
      regimes: z.array(regimeSchema).min(1).max(12),
      closedDays: z.array(z.iso.date()).max(366).default([]),
      targets: z
        .record(z.string().max(60), z.int().positive().max(527_040))
        .default({})
        .refine((given) => Object.keys(given).every((id) => dutyNamed(id) !== undefined), {
          error: `targets name duties: ${DUTIES.map(({ id }) => id).join(', ')}`,
        }),
      rulesAsOf: z.iso.date().nullable().default(null),
      contact: z
        .object({ department: z.string().max(200), route: z.string().max(200) })
        .strict()
        .default({ department: '', route: '' }),
    })
    .strict(),
  by: ['operator'],
  refusals: {},
  reads: () => ({}),
  decide: (input) => ({ facts: [newFact(profileSet, dutyStream(FIRM), input)] }),
});

const about = { subject: subjectId, instance: instanceId };
const seen = (input: { subject: string }) => ({ duties: ref(dutyState, input.subject) });
type Seen = { duties: { duties: readonly DutyState[] } };

/** The duty when it stands in one of `states`. */
function dutyIn(
  input: { subject: string; instance: string },
  { duties }: Seen,
  states: readonly DutyState['state'][],
): DutyState | Refused {
  const found = duties.duties.find(({ instance }) => instance === input.instance);
  if (!found)
    return refuse(
      'no-duty',
      `${input.subject} has no duty ${input.instance}`,
      'see the clocks of the incident',
    );
  if (states.includes(found.state)) return found;
  return refuse(
    'wrong-state',
    `the duty is ${found.state}`,
    `this is possible while it is: ${states.join(', ')}`,
  );
}
const REFUSALS = { 'no-duty': NO_DUTY, 'wrong-state': WRONG_STATE };

export const suspend = defineCommand({
  name: 'reports.Suspend',
  says: {
    en: 'Suspend a clock on the ground its rule allows (saving lives, disaster, urgent response). You own it.',
    ja: '規則が認める事由(人命救助等)により期限を停止する。判断者として記録される。',
  },
  input: z.object({ ...about, reason }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'not-suspendable': { en: 'The rule knows no such exception.', ja: '規則に停止の例外がない。' },
  },
  reads: seen,
  decide: (input, state) => {
    const duty = dutyIn(input, state, ['open']);
    if ('refused' in duty) return duty;
    if (!dutyNamed(duty.duty)?.suspendable)
      return refuse(
        'not-suspendable',
        `${duty.citation} lets no clock wait`,
        'meet it, or judge it not reportable',
      );
    return { facts: [dutyFact(dutySuspended, input)] };
  },
});

export const resume = defineCommand({
  name: 'reports.Resume',
  says: {
    en: 'The ground of a suspension has ended: due promptly from now.',
    ja: '停止事由が解消した(速やかに履行)。',
  },
  input: z.object({ ...about, reason }).strict(),
  by: ['operator'],
  refusals: REFUSALS,
  reads: seen,
  decide: (input, state, ctx) => {
    const duty = dutyIn(input, state, ['suspended']);
    if ('refused' in duty) return duty;
    const targetAt = isoOf(parseTime(ctx.now) + RESUMED_TARGET_MS);
    return { facts: [dutyFact(dutyResumed, { ...input, targetAt })] };
  },
});

export const exempt = defineCommand({
  name: 'reports.Exempt',
  says: {
    en: 'Judge a duty not reportable, on the ground its rule gives. You own it; it can be withdrawn.',
    ja: '規則の事由により報告不要と判断する。判断者として記録され、撤回できる。',
  },
  input: z.object({ ...about, ground: shortText, reason }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'not-exemptable': { en: 'The rule knows no proviso.', ja: '規則にただし書がない。' },
  },
  reads: seen,
  decide: (input, state) => {
    const duty = dutyIn(input, state, ['open', 'suspended']);
    if ('refused' in duty) return duty;
    if (!dutyNamed(duty.duty)?.exemptable)
      return refuse('not-exemptable', `${duty.citation} has no proviso`, 'file it, or judge the class anew');
    return { facts: [dutyFact(dutyExempted, input)] };
  },
});

export const withdrawExemption = defineCommand({
  name: 'reports.WithdrawExemption',
  says: { en: 'The duty holds after all; its clock ran on.', ja: '報告不要の判断を撤回する(期限は進行済)。' },
  input: z.object({ ...about, reason }).strict(),
  by: ['operator'],
  refusals: REFUSALS,
  reads: seen,
  decide: (input, state) => {
    const duty = dutyIn(input, state, ['exempt']);
    if ('refused' in duty) return duty;
    return { facts: [dutyFact(exemptionWithdrawn, input)] };
  },
});

/** Events of the firm that shipped duties hang on. */
export const FIRM_EVENTS: readonly string[] = [
  ...new Set(
    DUTIES.flatMap((duty) => {
      if (typeof duty.satisfiedBy !== 'object' || duty.satisfiedBy.event === 'published') return [];
      const starts = duty.triggers.flatMap((trigger) => ('event' in trigger ? [trigger.event] : []));
      return [...starts, duty.satisfiedBy.event];
    }),
  ),
];

export const recordFirmEvent = defineCommand({
  name: 'reports.RecordFirmEvent',
  says: {
    en: 'Record an event of the firm that a duty hangs on: a shortfall, its cure, a plan approved, training held.',
    ja: '会社単位の出来事を記録する(不足、その解消、計画の承認、訓練の実施)。',
  },
  input: z
    .object({
      event: z.enum(FIRM_EVENTS as [string, ...string[]]),
      at: isoTime.optional(),
      reference: shortText,
      reason: reason.optional(),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: { 'in-future': { en: 'It cannot have happened in the future.', ja: '発生時刻が未来である。' } },
  reads: () => ({}),
  decide: (input, _, ctx) => {
    const at = input.at ?? ctx.now;
    if (parseTime(at) > parseTime(ctx.now))
      return refuse(
        'in-future',
        `at ${at} is later than now (${ctx.now})`,
        'give a past time, or leave it out',
      );
    const { event, reference } = input;
    const body = { event, at, reference, reason: input.reason ?? null };
    return { facts: [newFact(firmEventOccurred, dutyStream(FIRM), body, { occurredAt: at })] };
  },
});
