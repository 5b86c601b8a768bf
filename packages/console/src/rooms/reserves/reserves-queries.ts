/** What the room of reserves reads. Sources fall silent by time alone, so it is also asked again without an event. */
import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../api.ts';

const REFRESH_MS = 30_000;

export const reservesQuery = queryOptions({
  queryKey: ['reserves'],
  queryFn: () => get<ReservesPage>('/api/reserves'),
  refetchInterval: REFRESH_MS,
});
