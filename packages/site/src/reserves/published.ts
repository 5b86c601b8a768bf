/**
 * What this page reads of published proofs. The types repeat what core calls `PublishedEpoch`, as far as this page needs
 * it: it depends on nothing but the proof package, like any outsider.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { fetchText, placeOf, request } from '../status.ts';

/** Decimal text of whole smallest units. */
export type Minor = string;
export type PublishedAsset = {
  readonly asset: string;
  readonly leaves: number;
  readonly credit: Minor;
  /** Null: not stated, in private mode. */
  readonly debt: Minor | null;
};
export type StatedAsset = {
  readonly asset: string;
  readonly owed: Minor;
  readonly signed: Minor;
  readonly attested: Minor;
  readonly unproved: Minor;
  readonly signedBps: string | null;
  readonly heldBps: string | null;
};
export type PublishedSolvency = {
  readonly digest: string;
  readonly seq: number;
  readonly reserves: readonly string[];
  readonly assets: readonly StatedAsset[];
  readonly assetsWithoutProof: readonly string[];
};
export type PublishedEpoch = {
  readonly exchange: string;
  readonly epoch: string;
  readonly epochRoot: string;
  /** Number of the fact in the log that holds the root. */
  readonly seq: number;
  readonly at: string;
  /** Private: amounts are hidden but the totals, and there is no public list. */
  readonly mode: 'open' | 'private';
  readonly customers: number;
  /** Files that were fetched, as the firm counts them. */
  readonly checks: number;
  readonly assets: readonly PublishedAsset[];
  readonly solvency: PublishedSolvency | null;
};
export type Published = {
  /** Newest first. */
  readonly epochs: readonly PublishedEpoch[];
  /** Digits after the point by asset, where the firm publishes them; without them amounts stay in smallest units. */
  readonly decimals: Readonly<Record<string, number>>;
};

const TILE_TIMEOUT_MS = 30_000;
const TILE_TRIES_MAX = 5;
const WAIT_DEFAULT_S = 2;
const WAIT_MAX_S = 60;

export async function fetchPublished(): Promise<Published> {
  const page = (await (await request('/public/liabilities.json')).json()) as Partial<Published>;
  return { epochs: page.epochs ?? [], decimals: page.decimals ?? {} };
}

export const addressOf = (epoch: string, rest: string): string =>
  `/public/liabilities/${encodeURIComponent(epoch)}/${rest}`;

export async function fetchStatement(epoch: string): Promise<JsonValue> {
  return (await (await request(addressOf(epoch, 'statement.json'))).json()) as JsonValue;
}

export const fetchDisclosure = async (seq: number): Promise<string> =>
  (await fetchText(`/log/disclosed/${seq}`)).trimEnd();

/** A tile of a leaf list. Waits and asks again when the server says that it is asked too much. */
export async function fetchTile(epoch: string, path: string, signal: AbortSignal): Promise<Uint8Array> {
  const address = addressOf(epoch, path);
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(placeOf(address), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TILE_TIMEOUT_MS)]),
    });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    if (response.status !== 429 || tries === TILE_TRIES_MAX)
      throw new Error(`${address}: ${response.status} ${response.statusText}`.trim());
    const askedS = Number(response.headers.get('retry-after') ?? WAIT_DEFAULT_S);
    const waitS = Math.min(Number.isFinite(askedS) ? askedS : WAIT_DEFAULT_S, WAIT_MAX_S);
    await new Promise((resolve) => setTimeout(resolve, waitS * 1_000));
    signal.throwIfAborted();
  }
}
