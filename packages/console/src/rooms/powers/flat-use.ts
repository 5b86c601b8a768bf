/** One use as its line in the list has it, so that cards and pages are judged by the same rules. */
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';

export type FlatUse = Omit<UseSummary, 'subject'>;

export function flatUse(use: Use): FlatUse {
  const { id, state, of, incident, requester, requestedAt, activatedAt, executeAfter, executedAt, endedAt } =
    use;
  return {
    id,
    state,
    power: use.action?.power ?? '',
    target: use.action?.target ?? '',
    step: use.action?.step ?? '',
    until: use.action?.until ?? null,
    validBefore: use.action?.validBefore ?? '',
    of,
    incident,
    requester,
    requestedAt,
    approvers: use.approvals.map(({ principal }) => principal),
    activatedAt,
    executeAfter,
    executedAt,
    endedAt,
    reviewed: use.review !== null,
    reviewMissed: use.reviewMissed,
  };
}
