/**
 * The server's HTTP API as functions: one per address, shapes from core's app/api.ts. Anything but a 2xx
 * answer is an
 * `ApiError` with the server's own words; a refused command is an answer, not an error.
 */
import type {
  AlarmsPage,
  AssetDetail,
  CommandAnswer,
  FaultAnswer,
  IncidentsPage,
  LogPage,
  Me,
  Overview,
  PowersPage,
  PriceSeries,
  UseDetail,
} from '@sonae/core/app/api.ts';
import type { Fact } from '@sonae/core/log/fact.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';

export type FactDetail = { readonly fact: Fact; readonly disclosed: boolean; readonly salt: string };
export type LogFilter = {
  readonly before?: number | undefined;
  readonly stream?: string | undefined;
  readonly incident?: string | undefined;
};

/** `status` 0: the server did not answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly hint: string;
  constructor(status: number, message: string, hint: string) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

const REQUEST_TIMEOUT_MS = 20_000;
const LOG_PAGE_FACTS = 50;
const CHART_POINTS = 1_200;

export const fetchOverview = (): Promise<Overview> => get('/api/overview');
export const fetchAsset = (asset: string): Promise<AssetDetail> =>
  get(`/api/assets/${encodeURIComponent(asset)}`);
export const fetchAlarms = (): Promise<AlarmsPage> => get('/api/alarms');
export const fetchIncidents = (phase: 'open' | 'all'): Promise<IncidentsPage> =>
  get('/api/incidents', { phase });
export const fetchIncident = (id: string): Promise<Incident> =>
  get(`/api/incidents/${encodeURIComponent(id)}`);
export const fetchComms = (): Promise<CommsPage> => get('/api/comms');
export const fetchMe = (): Promise<Me> => get('/api/me');
export const fetchPowers = (): Promise<PowersPage> => get('/api/powers');
export const fetchUse = (id: string): Promise<UseDetail> => get(`/api/uses/${encodeURIComponent(id)}`);
export const fetchFact = (seq: number): Promise<FactDetail> => get(`/api/log/${seq}`);

/** Prices between two instants in milliseconds, thinned by the server. */
export function fetchPrices(asset: string, from: number, to: number): Promise<PriceSeries> {
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return get(`/api/assets/${encodeURIComponent(asset)}/prices`, { ...range, points: CHART_POINTS });
}

export function fetchLog(filter: LogFilter): Promise<LogPage> {
  return get('/api/log', { ...filter, limit: LOG_PAGE_FACTS });
}

/** Submits a command. The key makes it safe to send again: the same key is executed once. */
export async function submitCommand(
  name: string,
  input: unknown,
  idempotencyKey: string,
): Promise<CommandAnswer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
  const response = await send(`/api/commands/${name}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input),
  });
  if (response.ok || response.status === 409) return (await response.json()) as CommandAnswer;
  throw await errorOf(response);
}

/** A POST that is no command of the registry. A refusal (409) is an answer here too. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.ok || response.status === 409) return (await response.json()) as T;
  throw await errorOf(response);
}

export async function get<T>(
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): Promise<T> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  const response = await send(params.size === 0 ? path : `${path}?${params}`, {});
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as T;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, {
      ...init,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch (error) {
    throw new ApiError(0, error instanceof Error ? error.message : String(error), '');
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  try {
    const { fault } = (await response.json()) as FaultAnswer;
    return new ApiError(response.status, fault.message, fault.hint);
  } catch {
    return new ApiError(response.status, `${response.status} ${response.statusText}`.trim(), '');
  }
}

/** A random UUID, also where the page is not a secure context and `crypto.randomUUID` is absent. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, i) => stamped(byte, i).toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Version 4 and variant 1 bits of RFC 9562. */
function stamped(byte: number, index: number): number {
  if (index === 6) return (byte & 0x0f) | 0x40;
  return index === 8 ? (byte & 0x3f) | 0x80 : byte;
}
