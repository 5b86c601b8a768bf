/** How people are reached: their channels, the schedules, helpers. Everybody states only their own channels. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import {
  CHANNELS_MAX,
  channelKindSchema,
  channelsSet,
  channelTested,
  helperRegistered,
  helperRemoved,
  overrideSet,
  REACH_STREAM,
  rotationSchema,
  SHIFTS_MAX,
  scheduleSet,
  shiftSchema,
} from '../facts/reach.ts';
import { isoTime, personId } from '../facts/register.ts';
import { HELPERS_MAX, reachState, SCHEDULES_MAX } from '../views/reach.ts';
import { isHere, NOT_ENROLLED, notEnrolled, reads } from './self.ts';

const withReach = () => ({ ...reads(), reach: ref(reachState, 'all') });
const reasonText = z.string().trim().min(1).max(2_000);

/** Addresses by kind: what each must look like. */
const address = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), to: z.email().max(254) }).strict(),
  z.object({ kind: z.literal('slack'), to: z.url({ protocol: /^https$/ }).max(500) }).strict(),
  z.object({ kind: z.literal('webhook'), to: z.url({ protocol: /^https?$/ }).max(500) }).strict(),
  z.object({ kind: z.literal('sms'), to: z.string().regex(/^\+\d{6,15}$/, 'write +81…') }).strict(),
  z.object({ kind: z.literal('voice'), to: z.string().regex(/^\+\d{6,15}$/, 'write +81…') }).strict(),
  z
    .object({ kind: z.literal('pagerduty'), to: z.string().regex(/^[\w-]{20,64}$/, 'an integration key') })
    .strict(),
]);
export type ChannelAddress = z.infer<typeof address>;

export const setChannels = defineCommand({
  name: 'people.SetChannels',
  says: {
    en: 'State the channels you are paged on, in order; addresses are sealed.',
    ja: '自分の呼出し手段を順に届け出る。宛先は封緘される。',
  },
  input: z.object({ principal: personId, channels: z.array(address).min(1).max(CHANNELS_MAX) }).strict(),
  by: ['operator'],
  refusals: {
    'not-enrolled': NOT_ENROLLED,
    'not-yourself': { en: 'Everybody states only their own.', ja: '届け出は本人に限る。' },
  },
  reads,
  persons: ({ principal }) => [principal],
  decide: ({ principal, channels }, { people }, ctx) => {
    if (!isHere(people, principal)) return notEnrolled(principal);
    if (principal !== ctx.actor.id)
      return refuse('not-yourself', `you are ${ctx.actor.id}`, 'ask that person to do it');
    const kinds = channels.map(({ kind }) => kind);
    const addresses = ctx.seal(principal, JSON.stringify(channels));
    return { facts: [newFact(channelsSet, REACH_STREAM, { principal, kinds, addresses })] };
  },
});

export const recordChannelTest = defineCommand({
  name: 'people.RecordChannelTest',
  says: { en: 'Record whether a channel to a person worked.', ja: '連絡手段の疎通結果を記録する。' },
  input: z.object({ principal: personId, kind: channelKindSchema, works: z.boolean() }).strict(),
  by: ['system'],
  refusals: { 'no-channel': { en: 'The person has no such channel.', ja: '該当する連絡手段がない。' } },
  reads: withReach,
  decide: (input, { reach }) => {
    const known = reach.channels[input.principal];
    if (!known?.kinds.includes(input.kind))
      return refuse('no-channel', `${input.principal} has no ${input.kind}`, 'set the channels first');
    if (known.tests[input.kind]?.works === input.works) return { facts: [] };
    return { facts: [newFact(channelTested, REACH_STREAM, input)] };
  },
});

export const setSchedule = defineCommand({
  name: 'people.SetSchedule',
  says: {
    en: 'Set an on-call schedule: a rotation, shifts from a calendar, or both.',
    ja: '当番表を定める(輪番、または暦からの取込み)。',
  },
  input: z
    .object({
      schedule: personId,
      says: z.object({ en: z.string().min(1).max(200), ja: z.string().min(1).max(200) }).strict(),
      rotation: rotationSchema.nullable().default(null),
      shifts: z.array(shiftSchema).max(SHIFTS_MAX).default([]),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'not-enrolled': NOT_ENROLLED,
    'empty-schedule': { en: 'It has neither rotation nor shifts.', ja: '輪番も勤務もない。' },
    'too-many-schedules': { en: 'There are too many schedules.', ja: '当番表の数の上限。' },
  },
  reads: withReach,
  decide: (input, { people, reach }) => {
    const { rotation, shifts, schedule } = input;
    if (rotation === null && shifts.length === 0)
      return refuse('empty-schedule', 'neither rotation nor shifts are given', 'give one of them');
    const named = [...(rotation?.participants ?? []), ...shifts.map(({ principal }) => principal)];
    const stranger = named.find((id) => !isHere(people, id));
    if (stranger !== undefined) return notEnrolled(stranger);
    if (reach.schedules[schedule] === undefined && Object.keys(reach.schedules).length >= SCHEDULES_MAX)
      return refuse('too-many-schedules', `${SCHEDULES_MAX} are set`, 'change one of them');
    return { facts: [newFact(scheduleSet, REACH_STREAM, input)] };
  },
});

export const setOverride = defineCommand({
  name: 'people.TakeShift',
  says: {
    en: 'Take a shift, or give it to somebody, for a time: also in an emergency, at once.',
    ja: '当番を一時的に交代する(緊急時は即時)。',
  },
  input: z
    .object({ schedule: personId, principal: personId, from: isoTime, to: isoTime, reason: reasonText })
    .strict()
    .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
      path: ['to'],
      error: 'must be after from',
    }),
  by: ['operator'],
  refusals: {
    'not-enrolled': NOT_ENROLLED,
    'no-schedule': { en: 'No schedule has this id.', ja: '該当する当番表がない。' },
    'already-over': { en: 'The time is over already.', ja: '既に過ぎた時間である。' },
  },
  reads: withReach,
  decide: (input, { people, reach }, ctx) => {
    if (!isHere(people, input.principal)) return notEnrolled(input.principal);
    if (reach.schedules[input.schedule] === undefined)
      return refuse('no-schedule', `there is no schedule ${input.schedule}`, 'set it first');
    if (parseTime(input.to) <= parseTime(ctx.now))
      return refuse('already-over', `to ${input.to} is past`, 'give a later time');
    return { facts: [newFact(overrideSet, REACH_STREAM, { ...input, override: ctx.newId() })] };
  },
});

export const registerHelper = defineCommand({
  name: 'people.RegisterHelper',
  says: {
    en: 'Register a helper beforehand, inside or outside the firm; name and route are sealed.',
    ja: '応援要員を事前登録する(社内外)。氏名と連絡先は封緘される。',
  },
  input: z
    .object({
      helper: personId,
      organisation: z.enum(['own-department', 'other-department', 'vendor', 'expert']),
      skills: z.array(z.string().trim().min(1).max(100)).min(1).max(20),
      contact: z.string().trim().min(3).max(500),
    })
    .strict(),
  by: ['operator'],
  refusals: { 'too-many-helpers': { en: 'Too many helpers are registered.', ja: '登録数の上限。' } },
  reads: withReach,
  persons: ({ helper }) => [`helper:${helper}`],
  decide: ({ helper, organisation, skills, contact }, { reach }, ctx) => {
    if (reach.helpers[helper] === undefined && Object.keys(reach.helpers).length >= HELPERS_MAX)
      return refuse('too-many-helpers', `${HELPERS_MAX} are registered`, 'remove one first');
    const sealed = ctx.seal(`helper:${helper}`, contact);
    const owner = personId.safeParse(ctx.actor.id).data ?? 'operator';
    return {
      facts: [
        newFact(helperRegistered, REACH_STREAM, { helper, organisation, skills, contact: sealed, owner }),
      ],
    };
  },
});

export const removeHelper = defineCommand({
  name: 'people.RemoveHelper',
  says: { en: 'Remove a helper from the register.', ja: '応援要員の登録を解除する。' },
  input: z.object({ helper: personId, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: { 'no-helper': { en: 'No helper has this id.', ja: '該当する応援要員がいない。' } },
  reads: withReach,
  decide: (input, { reach }) => {
    if (reach.helpers[input.helper] === undefined)
      return refuse('no-helper', `${input.helper} is not registered`, 'nothing to do');
    return { facts: [newFact(helperRemoved, REACH_STREAM, input)] };
  },
});
