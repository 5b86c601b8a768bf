/** What the room of custody reads. Holdings grow old by time alone, so it is also asked again without an event. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { queryOptions } from '@tanstack/react-query';
import { get } from '../../api.ts';

const REFRESH_MS = 30_000;

export const custodyQuery = queryOptions({
  queryKey: ['custody'],
  queryFn: () => get<CustodyPage>('/api/custody'),
  refetchInterval: REFRESH_MS,
});
