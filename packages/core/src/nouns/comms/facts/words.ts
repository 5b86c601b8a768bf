/**
 * The words that every part of communications shares: ids, texts for the public, statuses. A text that people outside
 * will read may hold no control characters and no direction overrides, so that it can mean nothing else anywhere.
 */
import { z } from 'zod';

export const isoTime = z.iso.datetime();
export const commsId = z.string().min(1).max(40);
/** Ids that people choose: they stand in addresses and templates. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use 1 to 40 of a-z 0-9 -');
export const digest32 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
export const principalId = z.string().min(1).max(100);

export const NOTICE_TITLE_MAX = 150;
export const NOTICE_PART_MAX = 4_000;
export const COMPONENTS_MAX = 200;
export const IMPACTS_MAX = 100;

/** Everything but tab, newline, C0/C1 controls and bidirectional overrides and isolates. */
const INERT = /^[^\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]*$/u;
const INERT_LINES = /^(?:[^\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]|[\n\t])*$/u;
const MEANS_ELSE = 'must hold no control characters and no direction overrides';

/** One line for the public. */
export const publicLine = (charsMax: number) =>
  z.string().trim().min(1).max(charsMax).regex(INERT, MEANS_ELSE);
/** Lines for the public; line ends become `\n`. */
export const publicText = (charsMax: number) =>
  z
    .string()
    .overwrite((text) => text.replace(/\r\n?/g, '\n'))
    .trim()
    .min(1)
    .max(charsMax)
    .regex(INERT_LINES, MEANS_ELSE);

export const bothLines = (charsMax: number) =>
  z.object({ en: publicLine(charsMax), ja: publicLine(charsMax) }).strict();
export const bothTexts = (charsMax: number) =>
  z.object({ en: publicText(charsMax), ja: publicText(charsMax) }).strict();

export const COMPONENT_STATUSES = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;
/** The words of the Statuspage format, mildest first. */
export const componentStatusSchema = z.enum(COMPONENT_STATUSES);
export type ComponentStatus = z.infer<typeof componentStatusSchema>;

export const STATUS_NAMES: Readonly<Record<ComponentStatus, { readonly en: string; readonly ja: string }>> = {
  operational: { en: 'operational', ja: '正常' },
  under_maintenance: { en: 'under maintenance', ja: 'メンテナンス中' },
  degraded_performance: { en: 'degraded performance', ja: '性能低下' },
  partial_outage: { en: 'partial outage', ja: '一部停止' },
  major_outage: { en: 'major outage', ja: '全面停止' },
};

export const NOTICE_STATUSES = [
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'postmortem',
] as const;
export const noticeStatusSchema = z.enum(NOTICE_STATUSES);
export type NoticeStatus = z.infer<typeof noticeStatusSchema>;
/** After these nobody waits for a next update. */
export const FINAL_STATUSES: readonly NoticeStatus[] = ['resolved', 'postmortem'];

/** Who may say yes to a text: the law, the rules, the facts of the matter. */
export const FUNCTIONS = ['legal', 'compliance', 'technology'] as const;
export const functionSchema = z.enum(FUNCTIONS);
export type ApprovalFunction = z.infer<typeof functionSchema>;

export const FUNCTION_NAMES: Readonly<
  Record<ApprovalFunction, { readonly en: string; readonly ja: string }>
> = {
  legal: { en: 'legal', ja: '法務' },
  compliance: { en: 'compliance', ja: 'コンプライアンス' },
  technology: { en: 'technology', ja: '技術' },
};
