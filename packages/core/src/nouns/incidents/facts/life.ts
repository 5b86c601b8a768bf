/**
 * The life of an incident: suspected -> verifying -> dismissed (or lapsed), or declared -> contained -> remediating ->
 * recovering -> closed -> reviewed. Reopened rather than duplicated. Each step is a fact of its own; corrections append.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX, TITLE_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { sealedSchema } from '../../../log/seal.ts';

export const PHASES = [
  'suspected',
  'verifying',
  'dismissed',
  'lapsed',
  'declared',
  'contained',
  'remediating',
  'recovering',
  'closed',
  'reviewed',
] as const;
export const phaseSchema = z.enum(PHASES);
export type Phase = z.infer<typeof phaseSchema>;

/** `pending`: declared before anybody could judge; treat as the worst. */
export const SEVERITIES = ['critical', 'major', 'minor', 'pending'] as const;
export const severitySchema = z.enum(SEVERITIES);
export type Severity = z.infer<typeof severitySchema>;

/** What severities are called in sentences. */
export const SEVERITY_NAMES: Readonly<Record<Severity, { readonly en: string; readonly ja: string }>> = {
  critical: { en: 'critical', ja: '重大' },
  major: { en: 'major', ja: '大' },
  minor: { en: 'minor', ja: '小' },
  pending: { en: 'pending', ja: '判定中' },
};

const isoTime = z.iso.datetime();
export const text = z.string().trim().min(1).max(TEXT_LENGTH_MAX);
export const title = z.string().trim().min(1).max(TITLE_LENGTH_MAX);
const bilingual = z.object({ en: z.string(), ja: z.string() }).strict();
const id = z.string().min(1).max(40);
/** Signals with the same correlation belong to one incident; null for one that only a person knows of. */
const correlation = z.string().nullable();

export const suspected = defineFact({
  name: 'incidents.Suspected',
  version: 1,
  schema: z
    .object({
      id,
      correlation: z.string(),
      component: z.string(),
      title,
      level: z.string(),
      happenedAt: isoTime,
      discoveredAt: isoTime,
      why: bilingual,
    })
    .strict(),
  says: { en: 'A broken control made an incident likely.', ja: '統制の破れによりインシデントが疑われた。' },
});

export const signalJoined = defineFact({
  name: 'incidents.SignalJoined',
  version: 1,
  schema: z
    .object({ id, correlation, from: z.string(), to: z.string(), at: isoTime, why: bilingual })
    .strict(),
  says: { en: 'A related control changed its level.', ja: '関連する統制の水準が変わった。' },
});

export const verificationStarted = defineFact({
  name: 'incidents.VerificationStarted',
  version: 1,
  schema: z.object({ id, correlation }).strict(),
  says: { en: 'Somebody began to verify the suspicion.', ja: '疑いの検証が始まった。' },
});

export const dismissed = defineFact({
  name: 'incidents.Dismissed',
  version: 1,
  schema: z.object({ id, correlation, reason: text }).strict(),
  says: {
    en: 'The suspicion was a false alarm; the dismissal has an owner and a reason.',
    ja: '疑いは誤検知とされた(責任者と理由あり)。',
  },
});

export const lapsed = defineFact({
  name: 'incidents.Lapsed',
  version: 1,
  schema: z.object({ id, correlation, quietSince: isoTime }).strict(),
  says: {
    en: 'A suspicion that nobody judged lapsed after its signals had long been quiet.',
    ja: '誰にも判断されなかった疑いが、長い静穏の後に失効した。',
  },
});

export const declared = defineFact({
  name: 'incidents.Declared',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      id,
      correlation,
      component: z.string(),
      title,
      severity: severitySchema,
      happenedAt: isoTime,
      discoveredAt: isoTime,
    })
    .strict(),
  says: {
    en: 'An incident was declared with a severity; public.',
    ja: '重大度を付してインシデントが宣言された(公開)。',
  },
});

export const reporterNamed = defineFact({
  name: 'incidents.ReporterNamed',
  version: 1,
  schema: z.object({ id, reporter: sealedSchema }).strict(),
  says: { en: 'Who reported it, sealed under that person’s key.', ja: '報告者(本人の鍵で封緘)。' },
});

export const severityChanged = defineFact({
  name: 'incidents.SeverityChanged',
  version: 1,
  disclosed: true,
  schema: z.object({ id, from: severitySchema, to: severitySchema, reason: text }).strict(),
  says: { en: 'The severity was judged anew; public.', ja: '重大度が再評価された(公開)。' },
});

export const phaseReached = defineFact({
  name: 'incidents.PhaseReached',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      id,
      correlation,
      from: phaseSchema,
      to: z.enum(['contained', 'remediating', 'recovering', 'closed', 'reviewed']),
    })
    .strict(),
  says: { en: 'The incident reached its next phase; public.', ja: 'インシデントが次の段階に進んだ(公開)。' },
});

export const reopened = defineFact({
  name: 'incidents.Reopened',
  version: 1,
  disclosed: true,
  schema: z.object({ id, correlation, from: phaseSchema, to: phaseSchema }).strict(),
  says: {
    en: 'An ended incident was opened again instead of being duplicated; public.',
    ja: '終了したインシデントが重複作成されず再開された(公開)。',
  },
});

export const noteAdded = defineFact({
  name: 'incidents.NoteAdded',
  version: 1,
  schema: z.object({ id, text, happenedAt: isoTime.nullable() }).strict(),
  says: { en: 'Something was written down for the timeline.', ja: '時系列への記載。' },
});
