/** By when a break must be cured. Statutory terms count business days from the next day (翌日から起算); ours are tighter. */
import { addBusinessDays, civilDate, endOfDay } from '../../../kernel/business-days.ts';
import { isoTime, parseTime } from '../../../kernel/time.ts';
import type { BreakKind } from '../facts/breaks.ts';

export type CureRule = {
  readonly businessDays: number;
  readonly citation: string;
  readonly confidence: 'A' | 'B' | 'C';
  readonly validFrom: string;
  readonly validTo: string | null;
};

const HOUSE = 'House rule: explained by the end of the next business day';
const rule = (businessDays: number, citation: string): CureRule => ({
  businessDays,
  citation,
  confidence: 'A',
  validFrom: '2020-05-01',
  validTo: null,
});

export const CURE_RULES: Readonly<Record<BreakKind | 'trust-backing-short', CureRule>> = {
  'missing-right': rule(1, HOUSE),
  'missing-left': rule(1, HOUSE),
  ambiguous: rule(1, HOUSE),
  'overdue-in-flight': rule(1, HOUSE),
  'statement-late': rule(1, HOUSE),
  'statement-conflict': rule(1, HOUSE),
  'statement-gap': rule(1, HOUSE),
  'coin-short': rule(5, '事務ガイドライン第三分冊16 II-2-2-4-2(3)④注2'),
  'fiat-trust-short': rule(2, '暗号資産交換業者に関する内閣府令26条1項6号'),
  'token-trust-short': rule(2, '電子決済手段等取引業者に関する内閣府令38条2項6号'),
  'token-self-trust-short': rule(1, '電子決済手段等取引業者に関する内閣府令38条5項7号'),
  'trust-backing-short': rule(2, '電子決済手段等取引業者に関する内閣府令3条'),
};

/** The end of the last day, in the firm's zone. */
export function dueAt(
  kind: keyof typeof CURE_RULES,
  firstSeenAt: string,
  zone: string,
  closedOn: readonly string[],
): string {
  const last = addBusinessDays(
    civilDate(parseTime(firstSeenAt), zone),
    CURE_RULES[kind].businessDays,
    closedOn,
  );
  return isoTime(endOfDay(last, zone));
}
