/**
 * What a response is made of, beside the phases: class, events with their times, stated facts with confidence, roles,
 * headquarters, decisions, evidence. Each later statement replaces an earlier one in views; the log keeps both.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { kindSchema, milestoneSchema, roleSchema } from './kinds.ts';
import { severitySchema, text } from './life.ts';

const id = z.string().min(1).max(40);
export const isoTime = z.iso.datetime();
export const shortText = z.string().trim().min(1).max(500);
/** Whoever acts: a principal of the register, or one of the local machine. */
export const principalId = z.string().min(1).max(60);
const KINDS_MAX = 6;

export const kindsSet = defineFact({
  name: 'incidents.KindsJudged',
  version: 1,
  schema: z.object({ id, kinds: z.array(kindSchema).min(1).max(KINDS_MAX), reason: text }).strict(),
  says: { en: 'The scenario class was judged.', ja: 'シナリオ区分が判断された。' },
});

export const milestoneReached = defineFact({
  name: 'incidents.MilestoneReached',
  version: 1,
  schema: z
    .object({
      id,
      milestone: milestoneSchema,
      at: isoTime,
      /** Where whoever asked also set the date, e.g. the association. */
      dueAt: isoTime.nullable(),
      /** Why it is stated, or stated anew. */
      reason: text.nullable(),
    })
    .strict(),
  says: {
    en: 'An event that clocks hang on has a time.',
    ja: '期限の起算点となる出来事の時刻が記録された。',
  },
});

/** How sure we are of a stated fact. */
export const CONFIDENCES = ['confirmed', 'estimated', 'unknown'] as const;
export const confidenceSchema = z.enum(CONFIDENCES);
export type Confidence = z.infer<typeof confidenceSchema>;

/** Decimal text, e.g. `5966.1`. */
export const decimal = z.string().regex(/^\d{1,30}(\.\d{1,30})?$/, 'write digits, e.g. 5966.1');
export const amountSchema = z
  .object({
    asset: z.string().regex(/^[A-Za-z0-9.]{1,20}$/),
    quantity: decimal,
    valueJpy: decimal.nullable(),
  })
  .strict();
export type Amount = z.infer<typeof amountSchema>;
export const statedValue = z.union([
  z.object({ kind: z.literal('text'), text }).strict(),
  z.object({ kind: z.literal('count'), count: z.int().nonnegative() }).strict(),
  z.object({ kind: z.literal('time'), at: isoTime }).strict(),
  z.object({ kind: z.literal('list'), items: z.array(shortText).min(1).max(500) }).strict(),
  z.object({ kind: z.literal('amounts'), amounts: z.array(amountSchema).min(1).max(200) }).strict(),
]);
export type StatedValue = z.infer<typeof statedValue>;
export const fieldId = z.string().regex(/^[a-z][a-z0-9.-]{1,60}$/, 'use a field of docs/reference/forms.md');

export const fieldStated = defineFact({
  name: 'incidents.FieldStated',
  version: 1,
  schema: z
    .object({
      id,
      field: fieldId,
      value: statedValue,
      asOf: isoTime,
      confidence: confidenceSchema,
      source: shortText,
    })
    .strict(),
  says: {
    en: 'A value was stated: as of when, how sure, from where. Later statements replace it.',
    ja: '値が記録された(時点・確度・出所つき)。後の記録が置き換える。',
  },
});

export const severityAssessed = defineFact({
  name: 'incidents.SeverityAssessed',
  version: 1,
  schema: z
    .object({
      id,
      answers: z.record(z.string().max(60), z.enum(['yes', 'no', 'unknown'])),
      severity: severitySchema,
    })
    .strict(),
  says: {
    en: 'Severity was judged by recorded criteria.',
    ja: '記録された基準により重大度が判定された。',
  },
});

export const roleTaken = defineFact({
  name: 'incidents.RoleAssigned',
  version: 1,
  schema: z.object({ id, role: roleSchema, principal: principalId }).strict(),
  says: { en: 'A person took a role in this incident.', ja: 'このインシデントで役割に就いた。' },
});

export const roleLeft = defineFact({
  name: 'incidents.RoleReleased',
  version: 1,
  schema: z.object({ id, role: roleSchema, principal: principalId, reason: text }).strict(),
  says: { en: 'A person left a role.', ja: '役割を離れた。' },
});

export const headquartersOpened = defineFact({
  name: 'incidents.HeadquartersOpened',
  version: 1,
  schema: z
    .object({ id, head: principalId, members: z.array(principalId).max(50), place: shortText, reason: text })
    .strict(),
  says: {
    en: 'The headquarters under the representative director stands (art. 13(2)).',
    ja: '代表取締役等が指揮する対策本部が設置された(13条2項)。',
  },
});

export const headquartersClosed = defineFact({
  name: 'incidents.HeadquartersClosed',
  version: 1,
  schema: z.object({ id, reason: text }).strict(),
  says: { en: 'The headquarters was dissolved.', ja: '対策本部が解散した。' },
});

export const decisionMade = defineFact({
  name: 'incidents.DecisionRecorded',
  version: 1,
  schema: z
    .object({
      id,
      decision: id,
      question: shortText,
      options: z.array(shortText).min(1).max(10),
      chosen: shortText,
      reason: text,
      /** Strong objections and by whom; null: asked, and there were none. */
      objections: text.nullable(),
      owner: principalId,
      /** The rule, power or mandate the decision rests on. */
      authority: shortText,
      revisitAt: isoTime.nullable(),
      /** The decision that this one replaces. */
      replaces: id.nullable(),
    })
    .strict(),
  says: {
    en: 'A decision: question, options, choice, reason, objections, owner, authority, when to revisit.',
    ja: '判断: 論点、選択肢、結論、理由、異議、責任者、根拠、見直し時期。',
  },
});

export const evidenceCollected = defineFact({
  name: 'incidents.EvidenceCollected',
  version: 1,
  schema: z
    .object({
      id,
      evidence: id,
      title: shortText,
      /** Hex SHA-256 of the bytes; the bytes stay where `kept` says. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
      bytes: z.int().nonnegative(),
      /** 1 registers and memory ... 7 archives (RFC 3227, 2.1): lower is collected first. */
      volatility: z.int().min(1).max(7),
      collectedAt: isoTime,
      collector: principalId,
      source: shortText,
      kept: shortText,
    })
    .strict(),
  says: { en: 'Evidence was collected and hashed.', ja: '証拠が収集されハッシュが記録された。' },
});

export const evidenceHanded = defineFact({
  name: 'incidents.EvidenceHanded',
  version: 1,
  schema: z
    .object({ id, evidence: id, from: principalId, to: shortText, at: isoTime, purpose: text })
    .strict(),
  says: { en: 'Custody of evidence passed on.', ja: '証拠の保管者が移った。' },
});

export const noteCorrected = defineFact({
  name: 'incidents.NoteCorrected',
  version: 1,
  schema: z
    .object({ id, corrects: z.int().nonnegative(), text: z.string().trim().min(1).max(TEXT_LENGTH_MAX) })
    .strict(),
  says: { en: 'An earlier entry was corrected; both stand.', ja: '以前の記載を訂正(双方とも残る)。' },
});

export const RESPONSE_FACTS = [
  kindsSet,
  milestoneReached,
  fieldStated,
  severityAssessed,
  roleTaken,
  roleLeft,
  headquartersOpened,
  headquartersClosed,
  decisionMade,
  evidenceCollected,
  evidenceHanded,
  noteCorrected,
] as const;
