/**
 * Trend analysis over incidents (JVCEA emergency rule art. 15(2)): how many of which class and severity, how long until
 * they were declared, contained and closed, and what caused them. Pure; drills and false alarms are counted apart.
 */
import { parseTime } from '../../../kernel/time.ts';
import type { Kind } from '../facts/kinds.ts';

export type TrendInput = {
  readonly id: string;
  readonly phase: string;
  readonly severity: string | null;
  readonly kinds: readonly Kind[];
  readonly openedAt: string;
  readonly happenedAt: string;
  readonly declaredAt: string | null;
  readonly containedAt: string | null;
  readonly recoveredAt: string | null;
  readonly endedAt: string | null;
  readonly causes: readonly string[];
};
export type Span = {
  /** Of how many incidents both times are known and in order. */
  readonly count: number;
  readonly medianMs: number | null;
  readonly worstMs: number | null;
  /** End before start: shown, never averaged. */
  readonly invalid: readonly string[];
};
export type Trends = {
  readonly total: number;
  readonly declared: number;
  readonly falseAlarms: number;
  readonly byMonth: readonly {
    readonly month: string;
    readonly declared: number;
    readonly falseAlarms: number;
  }[];
  readonly byKind: Readonly<Record<string, number>>;
  readonly bySeverity: Readonly<Record<string, number>>;
  readonly byCause: Readonly<Record<string, number>>;
  readonly toDeclare: Span;
  readonly toContain: Span;
  readonly toRecover: Span;
};

export function trendsOf(incidents: readonly TrendInput[]): Trends {
  const declared = incidents.filter(({ declaredAt }) => declaredAt !== null);
  const dismissed = incidents.filter(({ phase }) => phase === 'dismissed' || phase === 'lapsed');
  const months = [...new Set(incidents.map(({ openedAt }) => openedAt.slice(0, 7)))].sort();
  const inMonth = (list: readonly TrendInput[], month: string): number =>
    list.filter(({ openedAt }) => openedAt.startsWith(month)).length;
  return {
    total: incidents.length,
    declared: declared.length,
    falseAlarms: dismissed.length,
    byMonth: months.map((month) => ({
      month,
      declared: inMonth(declared, month),
      falseAlarms: inMonth(dismissed, month),
    })),
    byKind: countBy(
      declared.flatMap(({ kinds }): readonly string[] => (kinds.length === 0 ? ['unknown'] : kinds)),
    ),
    bySeverity: countBy(declared.map(({ severity }) => severity ?? 'pending')),
    byCause: countBy(declared.flatMap(({ causes }) => causes)),
    toDeclare: span(declared, (one) => [one.happenedAt, one.declaredAt]),
    toContain: span(declared, (one) => [one.declaredAt, one.containedAt]),
    toRecover: span(declared, (one) => [one.declaredAt, one.recoveredAt]),
  };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function span(
  incidents: readonly TrendInput[],
  ends: (one: TrendInput) => readonly [string | null, string | null],
): Span {
  const lengths: number[] = [];
  const invalid: string[] = [];
  for (const one of incidents) {
    const [from, to] = ends(one);
    if (from === null || to === null) continue;
    const ms = parseTime(to) - parseTime(from);
    if (ms < 0) invalid.push(one.id);
    else lengths.push(ms);
  }
  lengths.sort((a, b) => a - b);
  const middle = Math.floor(lengths.length / 2);
  const median =
    lengths.length % 2 === 1 ? lengths[middle] : ((lengths[middle - 1] ?? 0) + (lengths[middle] ?? 0)) / 2;
  return {
    count: lengths.length,
    medianMs: lengths.length === 0 ? null : (median ?? null),
    worstMs: lengths.at(-1) ?? null,
    invalid,
  };
}
