/** Improvements: overdue ones first, then by date; done and dropped ones last. Pure. */
import type { ImprovementCheck } from '@sonae/core/app/response/api.ts';

export const IMPROVEMENT_FILTERS = ['open', 'overdue', 'all'] as const;
export type ImprovementFilter = (typeof IMPROVEMENT_FILTERS)[number];

export const isOverdue = ({ outcome, dueAt }: ImprovementCheck, now: string): boolean =>
  outcome === 'open' && Date.parse(dueAt) < Date.parse(now);

export function shownImprovements(
  improvements: readonly ImprovementCheck[],
  filter: ImprovementFilter,
  now: string,
): readonly ImprovementCheck[] {
  return improvements
    .filter((one) => filter === 'all' || (filter === 'open' ? one.outcome === 'open' : isOverdue(one, now)))
    .toSorted(
      (a, b) =>
        Number(a.outcome !== 'open') - Number(b.outcome !== 'open') ||
        Date.parse(a.dueAt) - Date.parse(b.dueAt),
    );
}
