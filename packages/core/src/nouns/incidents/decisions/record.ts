/** What is kept of the response: roles, headquarters, decisions, evidence with its custody, corrections. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { roleSchema } from '../facts/kinds.ts';
import { text } from '../facts/life.ts';
import {
  decisionMade,
  evidenceCollected,
  evidenceHanded,
  headquartersClosed,
  headquartersOpened,
  isoTime,
  noteCorrected,
  principalId,
  roleLeft,
  roleTaken,
  shortText,
} from '../facts/response.ts';
import { DECISIONS_MAX, EVIDENCE_MAX, responseState } from '../views/response.ts';
import { about, check, ENDED, fact, IN_FUTURE, inFuture, OPEN, one, REFUSALS, seen } from './checks.ts';

const ANY = [...OPEN, ...ENDED];
const withResponse = (input: { incident: string }) => ({
  ...seen(input),
  response: ref(responseState, input.incident),
});
/** One role, so many people: the first leads, the others are deputies in order. */
const HOLDERS_MAX = 20;
/** Of one item of evidence, one after another. */
const KEEPERS_MAX = 200;

export const assignRole = defineCommand({
  name: 'incidents.AssignRole',
  says: {
    en: 'Give a role of this incident to a person; they are told what the role asks of them.',
    ja: 'インシデントの役割を割り当てる。本人に役割の指示が送られる。',
  },
  input: z.object({ ...about, role: roleSchema, principal: principalId }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'holds-already': { en: 'The person holds this role.', ja: '既にこの役割に就いている。' },
    'too-many-holders': { en: 'The role has too many holders.', ja: '担当者が多すぎる。' },
  },
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, OPEN);
    if (no) return no;
    const { role, principal } = input;
    const holders = incident.roles[role] ?? [];
    if (holders.includes(principal))
      return refuse('holds-already', `${principal} is ${role} already`, 'nothing to do');
    if (holders.length >= HOLDERS_MAX)
      return refuse('too-many-holders', `${role} has ${HOLDERS_MAX} holders`, 'release one first');
    return one(roleTaken, incident.id, { id: incident.id, role, principal });
  },
});

export const releaseRole = defineCommand({
  name: 'incidents.ReleaseRole',
  says: { en: 'Release a person from a role; the next deputy leads.', ja: '役割を解く。次順位が引き継ぐ。' },
  input: z.object({ ...about, role: roleSchema, principal: principalId, reason: text }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'holds-not': { en: 'The person does not hold this role.', ja: 'この役割に就いていない。' },
  },
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, OPEN);
    if (no) return no;
    const { role, principal, reason } = input;
    if (!(incident.roles[role] ?? []).includes(principal))
      return refuse('holds-not', `${principal} is not ${role}`, 'see who holds it: sonae incidents show');
    return one(roleLeft, incident.id, { id: incident.id, role, principal, reason });
  },
});

export const openHeadquarters = defineCommand({
  name: 'incidents.OpenHeadquarters',
  says: {
    en: 'Set up the headquarters under the representative director (art. 13(2)).',
    ja: '代表取締役等が指揮する対策本部を設置する(13条2項)。',
  },
  input: z
    .object({
      ...about,
      head: principalId,
      members: z.array(principalId).max(50).default([]),
      place: shortText,
      reason: text,
    })
    .strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'stands-already': { en: 'The headquarters stands already.', ja: '対策本部は設置済み。' },
  },
  reads: withResponse,
  decide: (input, { incident, response }) => {
    const no = check(incident, input, OPEN);
    if (no) return no;
    if (response.headquarters)
      return refuse(
        'stands-already',
        `under ${response.headquarters.head}`,
        'close it first to change its head',
      );
    const { head, members, place, reason } = input;
    return one(headquartersOpened, incident.id, { id: incident.id, head, members, place, reason });
  },
});

export const closeHeadquarters = defineCommand({
  name: 'incidents.CloseHeadquarters',
  says: { en: 'Dissolve the headquarters.', ja: '対策本部を解散する。' },
  input: z.object({ ...about, reason: text }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'no-headquarters': { en: 'No headquarters stands.', ja: '対策本部は設置されていない。' },
  },
  reads: withResponse,
  decide: (input, { incident, response }) => {
    const no = check(incident, input, ANY);
    if (no) return no;
    if (!response.headquarters) return refuse('no-headquarters', 'none stands', 'nothing to do');
    return one(headquartersClosed, incident.id, { id: incident.id, reason: input.reason });
  },
});

export const decideQuestion = defineCommand({
  name: 'incidents.Decide',
  says: {
    en: 'Record a decision: question, options, choice, reason, objections, authority, when to revisit.',
    ja: '判断を記録する: 論点、選択肢、結論、理由、異議、根拠、見直し時期。',
  },
  input: z
    .object({
      ...about,
      question: shortText,
      options: z.array(shortText).min(1).max(10),
      chosen: shortText,
      reason: text,
      objections: text.nullable().default(null),
      owner: principalId.optional(),
      authority: shortText,
      revisitAt: isoTime.nullable().default(null),
      replaces: z.string().max(40).nullable().default(null),
    })
    .strict()
    .refine(({ options, chosen }) => options.includes(chosen), {
      path: ['chosen'],
      error: 'choose one of the options',
    }),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'no-decision': { en: 'No decision has this id.', ja: 'この ID の判断はない。' },
    'too-many-decisions': { en: 'The incident has too many decisions.', ja: '判断数の上限を超えた。' },
  },
  reads: withResponse,
  decide: (input, { incident, response }, ctx) => {
    const no = check(incident, input, ANY);
    if (no) return no;
    const { replaces } = input;
    if (replaces !== null && !response.decisions.some((one) => one.id === replaces))
      return refuse('no-decision', `there is no decision ${replaces}`, 'list them in the incident room');
    if (response.decisions.length >= DECISIONS_MAX)
      return refuse('too-many-decisions', `${DECISIONS_MAX} are recorded`, 'open a further incident');
    const { question, options, chosen, reason, objections, authority, revisitAt } = input;
    const decision = ctx.newId();
    const owner = input.owner ?? ctx.actor.id;
    const what = { question, options, chosen, reason, objections, owner, authority, revisitAt, replaces };
    return {
      facts: [fact(decisionMade, incident.id, { id: incident.id, decision, ...what })],
      result: { incident: incident.id, decision },
    };
  },
});

export const collectEvidence = defineCommand({
  name: 'incidents.CollectEvidence',
  says: {
    en: 'Record evidence by its hash: what, from where, how volatile, who keeps it.',
    ja: '証拠をハッシュで記録する(内容、出所、揮発性、保管)。',
  },
  input: z
    .object({
      ...about,
      title: shortText,
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
      bytes: z.int().nonnegative(),
      volatility: z.int().min(1).max(7),
      collectedAt: isoTime.optional(),
      source: shortText,
      kept: shortText,
    })
    .strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    ...IN_FUTURE,
    'too-much-evidence': { en: 'The incident has too many items.', ja: '証拠数の上限を超えた。' },
  },
  reads: withResponse,
  decide: (input, { incident, response }, ctx) => {
    const no = check(incident, input, ANY);
    if (no) return no;
    const { title, sha256, bytes, volatility, source, kept } = input;
    const collectedAt = input.collectedAt ?? ctx.now;
    if (parseTime(collectedAt) > parseTime(ctx.now)) return inFuture('collectedAt', collectedAt, ctx.now);
    if (response.evidence.length >= EVIDENCE_MAX)
      return refuse('too-much-evidence', `${EVIDENCE_MAX} items are recorded`, 'collect bundles instead');
    const evidence = ctx.newId();
    const what = { title, sha256, bytes, volatility, collectedAt, collector: ctx.actor.id, source, kept };
    return {
      facts: [fact(evidenceCollected, incident.id, { id: incident.id, evidence, ...what }, collectedAt)],
      result: { incident: incident.id, evidence },
    };
  },
});

export const handEvidence = defineCommand({
  name: 'incidents.HandEvidence',
  says: { en: 'Record that custody of evidence passes on.', ja: '証拠の保管者の移転を記録する。' },
  input: z.object({ ...about, evidence: z.string().max(40), to: shortText, purpose: text }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'no-evidence': { en: 'No evidence has this id.', ja: 'この ID の証拠はない。' },
    'too-many-keepers': { en: 'It changed hands too often.', ja: '移転回数の上限を超えた。' },
  },
  reads: withResponse,
  decide: (input, { incident, response }, ctx) => {
    const no = check(incident, input, ANY);
    if (no) return no;
    const item = response.evidence.find((one) => one.id === input.evidence);
    if (!item)
      return refuse('no-evidence', `there is no evidence ${input.evidence}`, 'list it in the incident room');
    if (item.custody.length >= KEEPERS_MAX)
      return refuse('too-many-keepers', `${KEEPERS_MAX} keepers are recorded`, 'collect it anew by its hash');
    const from = item.custody.at(-1)?.who ?? ctx.actor.id;
    const { evidence, to, purpose } = input;
    return one(evidenceHanded, incident.id, {
      id: incident.id,
      evidence,
      from: from.slice(0, 60),
      to,
      at: ctx.now,
      purpose,
    });
  },
});

export const correctNote = defineCommand({
  name: 'incidents.Correct',
  says: { en: 'Correct an entry of the timeline; both stand.', ja: '時系列の記載を訂正する(双方とも残る)。' },
  input: z.object({ ...about, corrects: z.int().nonnegative(), text }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'no-entry': { en: 'The timeline has no such entry.', ja: '該当する記載がない。' },
  },
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, ANY);
    if (no) return no;
    if (!incident.timeline.some((entry) => entry.seq === input.corrects))
      return refuse('no-entry', `the timeline has no entry ${input.corrects}`, 'give the number of an entry');
    return one(noteCorrected, incident.id, { id: incident.id, corrects: input.corrects, text: input.text });
  },
});
