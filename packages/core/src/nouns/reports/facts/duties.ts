/**
 * Duties and their clocks. A duty arises from an event, with the rule, its citation and both instants on record, so that
 * a later change of rules never changes what was due then. Suspension and "not reportable" are decisions with an owner.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';

export const isoTime = z.iso.datetime();
/** An incident's id, or `firm` for what concerns the firm as a whole. */
export const subjectId = z.string().min(1).max(40);
export const FIRM = 'firm';
export const reason = z.string().trim().min(1).max(TEXT_LENGTH_MAX);
export const shortText = z.string().trim().min(1).max(500);
const bilingual = z.object({ en: z.string().min(1).max(500), ja: z.string().min(1).max(500) }).strict();
/** One occurrence of a duty: the duty's id, for repeated ones with `@` and the start. */
export const instanceId = z.string().min(1).max(100);
const about = { subject: subjectId, instance: instanceId };

/** Regimes that a firm stands under; each duty names those it belongs to. */
export const REGIMES = [
  'jp-exchange',
  'jp-epi',
  'jp-funds-transfer',
  'jp-trust-issuer',
  'jp-personal-data',
  'jp-listed',
  'jp-critical-infrastructure',
  'eu-dora',
  'us-nydfs',
  'sg-mas',
  'hk-sfc',
  'hk-stablecoin',
] as const;
export const regimeSchema = z.enum(REGIMES);
export type Regime = z.infer<typeof regimeSchema>;

export const profileSchema = z
  .object({
    /** As it stands on forms. */
    firm: bilingual,
    registration: z.string().max(200),
    regimes: z.array(regimeSchema).min(1).max(REGIMES.length),
    /** Days the firm is closed beside the calendar, `YYYY-MM-DD`. */
    closedDays: z.array(z.iso.date()).max(366),
    /** Own targets in minutes, by duty: replace the shipped ones, never the law's numbers. */
    targets: z.record(z.string().max(60), z.int().positive().max(527_040)),
    /** Judge by the rules in force on this day: for drills and replays of the past. Null: by the day itself. */
    rulesAsOf: z.iso.date().nullable(),
    contact: z.object({ department: z.string().max(200), route: z.string().max(200) }).strict(),
  })
  .strict();
export type Profile = z.infer<typeof profileSchema>;

export const profileSet = defineFact({
  name: 'reports.ProfileStated',
  version: 1,
  schema: profileSchema,
  says: {
    en: 'Which regimes the firm stands under, its closed days and its own targets.',
    ja: '適用法令、休業日、社内目標が定められた。',
  },
});

export const SUBJECTS_PER_FACT_MAX = 500;

export const profileApplied = defineFact({
  name: 'reports.ProfileApplied',
  version: 1,
  schema: z.object({ subjects: z.array(subjectId).min(1).max(SUBJECTS_PER_FACT_MAX) }).strict(),
  says: {
    en: 'The duties of these incidents were worked out anew under a changed profile.',
    ja: '適用法令等の変更により、これらのインシデントの義務が算定し直された。',
  },
});

export const dutyArose = defineFact({
  name: 'reports.DutyIncurred',
  version: 1,
  schema: z
    .object({
      ...about,
      duty: z.string().max(60),
      title: bilingual,
      citation: z.string().max(300),
      recipients: z.array(bilingual).max(10),
      form: z.string().max(60).nullable(),
      event: z.string().max(60),
      startAt: isoTime,
      /** Null: the rule has no number. */
      dueAt: isoTime.nullable(),
      /** The firm's own target; never later than `dueAt`. */
      targetAt: isoTime,
    })
    .strict(),
  says: { en: 'A duty arose from an event; its clock runs.', ja: '義務が生じ、期限が進行を始めた。' },
});

export const dutyMoved = defineFact({
  name: 'reports.DutyMoved',
  version: 1,
  schema: z
    .object({
      ...about,
      event: z.string().max(60),
      startAt: isoTime,
      dueAt: isoTime.nullable(),
      targetAt: isoTime,
    })
    .strict(),
  says: {
    en: 'The event behind a clock was corrected: it runs from there.',
    ja: '起算点の訂正により期限が改まった。',
  },
});

export const dutySuspended = defineFact({
  name: 'reports.DutySuspended',
  version: 1,
  schema: z.object({ ...about, reason }).strict(),
  says: {
    en: 'A clock was suspended on the ground its rule allows; somebody owns that.',
    ja: '規則が認める事由により期限が停止された(責任者あり)。',
  },
});

export const dutyResumed = defineFact({
  name: 'reports.DutyResumed',
  version: 1,
  schema: z.object({ ...about, reason, targetAt: isoTime }).strict(),
  says: {
    en: 'The ground of a suspension ended: due promptly from then.',
    ja: '停止事由が解消した。以後速やかに履行する。',
  },
});

export const dutyExempted = defineFact({
  name: 'reports.DutyExempted',
  version: 1,
  schema: z.object({ ...about, ground: shortText, reason }).strict(),
  says: {
    en: 'Judged not reportable, on a ground and by somebody who owns it.',
    ja: '報告不要と判断された(根拠と責任者あり)。',
  },
});

export const exemptionWithdrawn = defineFact({
  name: 'reports.ExemptionRevoked',
  version: 1,
  schema: z.object({ ...about, reason }).strict(),
  says: {
    en: 'The duty holds after all; its clock ran on.',
    ja: '報告不要の判断が撤回された(期限は進行済)。',
  },
});

export const dutyEscalated = defineFact({
  name: 'reports.DutyEscalated',
  version: 1,
  schema: z.object({ ...about, stage: z.enum(['warning', 'critical']), limitAt: isoTime }).strict(),
  says: {
    en: 'A clock will be missed unless somebody acts now.',
    ja: 'このままでは期限に間に合わない。',
  },
});

export const dutyMissed = defineFact({
  name: 'reports.DutyMissed',
  version: 1,
  schema: z.object({ ...about, limitAt: isoTime }).strict(),
  says: { en: 'A clock ran out.', ja: '期限を徒過した。' },
});

export const dutySatisfied = defineFact({
  name: 'reports.DutySatisfied',
  version: 1,
  schema: z.object({ ...about, at: isoTime, by: z.string().max(60), late: z.boolean() }).strict(),
  says: { en: 'A duty was met, by a filing or an event.', ja: '義務が履行された。' },
});

export const firmEventOccurred = defineFact({
  name: 'reports.FirmEventRecorded',
  version: 1,
  schema: z
    .object({ event: z.string().max(60), at: isoTime, reference: shortText, reason: reason.nullable() })
    .strict(),
  says: {
    en: 'Something happened to the firm that a duty hangs on, e.g. a shortfall or its cure.',
    ja: '会社単位の義務の起算点となる出来事(不足とその解消など)。',
  },
});

export const DUTY_FACTS = [
  profileSet,
  profileApplied,
  dutyArose,
  dutyMoved,
  dutySuspended,
  dutyResumed,
  dutyExempted,
  exemptionWithdrawn,
  dutyEscalated,
  dutyMissed,
  dutySatisfied,
  firmEventOccurred,
] as const;
