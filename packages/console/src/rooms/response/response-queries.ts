/** What the rooms of the response read. Countdowns run by time alone, so it is also asked again without an event. */
import type { ClocksPage, LearningPage, PlanPage, ResponsePage } from '@sonae/core/app/response/api.ts';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../api.ts';

const REFRESH_MS = 30_000;

export const responseQuery = (id: string) =>
  queryOptions({
    queryKey: ['response', id],
    queryFn: () => get<ResponsePage>(`/api/incidents/${encodeURIComponent(id)}/response`),
    refetchInterval: REFRESH_MS,
  });

export const clocksQuery = queryOptions({
  queryKey: ['clocks'],
  queryFn: () => get<ClocksPage>('/api/clocks'),
  refetchInterval: REFRESH_MS,
});

export const planQuery = queryOptions({
  queryKey: ['plan'],
  queryFn: () => get<PlanPage>('/api/plan'),
});

export const learningQuery = queryOptions({
  queryKey: ['learning'],
  queryFn: () => get<LearningPage>('/api/learning'),
});
