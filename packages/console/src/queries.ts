/**
 * Query keys and options of everything the console reads. Freshness comes from server-sent events (live.ts).
 */
import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import {
  ApiError,
  fetchAlarms,
  fetchAsset,
  fetchComms,
  fetchFact,
  fetchIncident,
  fetchIncidents,
  fetchLog,
  fetchMe,
  fetchOverview,
  fetchPowers,
  fetchPrices,
  fetchUse,
  type LogFilter,
} from './api.ts';

const RETRIES_MAX = 2;
/** Even without events nothing on screen is older than this. */
const STALE_MS = 30_000;
/** While the server is away or the session is missing, ask again this often. */
const AWAY_RETRY_MS = 3_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      refetchOnWindowFocus: true,
      retry: (count, error) => isWorthRetrying(error) && count < RETRIES_MAX,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 500;
}

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: fetchOverview,
  refetchInterval: (query) => (query.state.error === null ? STALE_MS : AWAY_RETRY_MS),
});

export const assetQuery = (asset: string) =>
  queryOptions({ queryKey: ['asset', asset], queryFn: () => fetchAsset(asset) });

/** @param spanMs null for everything there is; `now` only labels the end and is read when the query runs */
export const pricesQuery = (asset: string, range: string, spanMs: number | null, now: () => number) =>
  queryOptions({
    queryKey: ['prices', asset, range],
    queryFn: () => fetchPrices(asset, spanMs === null ? 0 : Math.max(0, now() - spanMs), now()),
    placeholderData: keepPreviousData,
  });

/** Sources fall silent by time alone, so the inbox is also asked again without an event. */
export const alarmsQuery = queryOptions({
  queryKey: ['alarms'],
  queryFn: fetchAlarms,
  refetchInterval: STALE_MS,
});

export const incidentsQuery = (phase: 'open' | 'all') =>
  queryOptions({
    queryKey: ['incidents', phase],
    queryFn: () => fetchIncidents(phase),
    placeholderData: keepPreviousData,
  });

export const incidentQuery = (id: string) =>
  queryOptions({ queryKey: ['incident', id], queryFn: () => fetchIncident(id) });

export const logQuery = (filter: LogFilter) =>
  queryOptions({
    queryKey: ['log', filter.before ?? null, filter.stream ?? null, filter.incident ?? null],
    queryFn: () => fetchLog(filter),
    placeholderData: keepPreviousData,
  });

/** Promises run out by time alone, so it is also asked again without an event. */
export const commsQuery = queryOptions({
  queryKey: ['comms'],
  queryFn: fetchComms,
  refetchInterval: STALE_MS,
});

/** Who this session is; `me` changes with signing in and out, roles also with absences of others. */
export const meQuery = queryOptions({ queryKey: ['me'], queryFn: fetchMe });

export const powersQuery = queryOptions({ queryKey: ['powers'], queryFn: fetchPowers });

export const powerUseQuery = (id: string) =>
  queryOptions({ queryKey: ['use', id], queryFn: () => fetchUse(id) });

/** Facts never change. */
export const factQuery = (seq: number) =>
  queryOptions({
    queryKey: ['fact', seq],
    queryFn: () => fetchFact(seq),
    staleTime: Number.POSITIVE_INFINITY,
  });
