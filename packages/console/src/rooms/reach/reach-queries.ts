/** What the room of reaching people reads, and the three requests that are no commands of the registry. */
import type { CommandAnswer, FaultAnswer } from '@sonae/core/app/api.ts';
import type { ChannelsTested, HelperContact, ReachPage } from '@sonae/core/app/response/api.ts';
import { queryOptions } from '@tanstack/react-query';
import { ApiError, get, post } from '../../api.ts';

/** Shifts change and waits run out by time alone, so it is also asked again without an event. */
const REFRESH_MS = 30_000;
const IMPORT_WITHIN_MS = 20_000;

export const reachQuery = queryOptions({
  queryKey: ['reach'],
  queryFn: () => get<ReachPage>('/api/reach'),
  refetchInterval: REFRESH_MS,
});

export const fetchContact = (helper: string): Promise<HelperContact> =>
  get(`/api/helpers/${encodeURIComponent(helper)}/contact`);

export const tryChannels = (): Promise<ChannelsTested> => post('/api/reach/test', {});

/** The file as it is; a refusal (409) is an answer here too. */
export async function importCalendar(schedule: string, zone: string, text: string): Promise<CommandAnswer> {
  const path = `/api/schedules/${encodeURIComponent(schedule)}/ical?zone=${encodeURIComponent(zone)}`;
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'text/calendar' },
    body: text,
    credentials: 'same-origin',
    signal: AbortSignal.timeout(IMPORT_WITHIN_MS),
  });
  if (response.ok || response.status === 409) return (await response.json()) as CommandAnswer;
  const { fault } = (await response.json()) as FaultAnswer;
  throw new ApiError(response.status, fault.message, fault.hint);
}
