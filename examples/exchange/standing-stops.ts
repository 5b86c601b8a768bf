/**
 * What is stopped right now, and the first result of every order: a pure fold over the journal. Stops stand
 * side by side, each ends by itself on this exchange's clock, and a later stop never shortens an earlier one;
 * only an order to resume lifts them, all that stand on its subject.
 */
import type { ExchangeOperation } from '@sonae/proof/action';

export const RESUMED_BY = {
  'halt-withdrawals': 'resume-withdrawals',
  'halt-market': 'resume-market',
  'freeze-account': 'unfreeze-account',
  'limit-redemptions': 'lift-redemption-limit',
} as const satisfies Partial<Record<ExchangeOperation, ExchangeOperation>>;
export type StopOperation = keyof typeof RESUMED_BY;
export const STOP_OPERATIONS = Object.keys(RESUMED_BY) as readonly StopOperation[];
/** What an operation stops or resumes. */
export function stopOf(operation: ExchangeOperation): StopOperation {
  return STOP_OPERATIONS.find((stop) => stop === operation || RESUMED_BY[stop] === operation)!;
}

export type Stop = {
  readonly operation: StopOperation;
  readonly subject: string;
  /** Redemptions a day in minor units, decimal; only of `limit-redemptions`. */
  readonly limit: string | null;
  /** Hash of the action that ordered it. */
  readonly hash: string;
  readonly since: string;
  readonly until: string | null;
};
export type OrderResult = {
  readonly hash: string;
  readonly state: 'performed';
  readonly at: string;
  readonly operation: ExchangeOperation;
  readonly subject: string;
  readonly limit: string | null;
  readonly until: string | null;
  /** Hashes of the stops that this order ended. */
  readonly lifted: readonly string[];
};

export const ORDERS_MAX = 1_000_000;
/** Frozen accounts are the many among these. */
export const STOPS_MAX = 10_000;
export const STOPS_PER_SUBJECT_MAX = 64;
export const REDEEMED_ASSETS_MAX = 1_000;
const DAY_MS = 86_400_000;

export type Standing = {
  readonly stops: Map<string, Stop[]>;
  readonly results: Map<string, OrderResult>;
  /** Redeemed today (UTC), by asset. */
  readonly redeemed: Map<string, { day: number; amount: bigint }>;
};

export function nothingStands(): Standing {
  return { stops: new Map(), results: new Map(), redeemed: new Map() };
}

const keyOf = (operation: StopOperation, subject: string): string => `${operation} ${subject}`;
const standsAt = (stop: Stop, nowMs: number): boolean =>
  stop.until === null || Date.parse(stop.until) > nowMs;

/** The stops in force, oldest first; of one operation or subject when named. */
export function stopsInForce(
  standing: Standing,
  nowMs: number,
  operation?: StopOperation,
  subject?: string,
): Stop[] {
  const groups =
    operation !== undefined && subject !== undefined
      ? [standing.stops.get(keyOf(operation, subject)) ?? []]
      : [...standing.stops.values()];
  return groups
    .flat()
    .filter((stop) => operation === undefined || stop.operation === operation)
    .filter((stop) => subject === undefined || stop.subject === subject)
    .filter((stop) => standsAt(stop, nowMs))
    .sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
}

/** The result an order would have, without having it. */
export function resultOf(
  standing: Standing,
  order: Pick<OrderResult, 'hash' | 'operation' | 'subject' | 'limit' | 'until'>,
  nowMs: number,
): OrderResult {
  const { hash, operation, subject, limit, until } = order;
  const stop = stopOf(operation);
  const lifted =
    stop === operation ? [] : stopsInForce(standing, nowMs, stop, subject).map((other) => other.hash);
  const at = new Date(nowMs).toISOString();
  return { hash, state: 'performed', at, operation, subject, limit, until, lifted };
}

/** Takes a result into the state. The same result twice changes nothing. */
export function takeResult(standing: Standing, result: OrderResult): void {
  if (standing.results.has(result.hash)) return;
  standing.results.set(result.hash, result);
  const { operation, subject, limit, hash, at, until } = result;
  const stop = stopOf(operation);
  const key = keyOf(stop, subject);
  if (stop !== operation) {
    standing.stops.delete(key);
    return;
  }
  const still = (standing.stops.get(key) ?? []).filter((other) => standsAt(other, Date.parse(at)));
  standing.stops.set(key, [...still, { operation: stop, subject, limit, hash, since: at, until }]);
}

/** Whether one more stop fits; forgets what has ended on the way. */
export function hasRoom(
  standing: Standing,
  operation: StopOperation,
  subject: string,
  nowMs: number,
): boolean {
  let total = 0;
  for (const [key, group] of standing.stops) {
    const still = group.filter((stop) => standsAt(stop, nowMs));
    if (still.length === 0) standing.stops.delete(key);
    else standing.stops.set(key, still);
    total += still.length;
  }
  const here = standing.stops.get(keyOf(operation, subject))?.length ?? 0;
  return total < STOPS_MAX && here < STOPS_PER_SUBJECT_MAX && standing.results.size < ORDERS_MAX;
}

/** Today's redemptions of an asset, minor units. */
export function redeemedToday(standing: Standing, asset: string, nowMs: number): bigint {
  const entry = standing.redeemed.get(asset);
  return entry !== undefined && entry.day === Math.floor(nowMs / DAY_MS) ? entry.amount : 0n;
}

export function hasRoomForAsset(standing: Standing, asset: string): boolean {
  return standing.redeemed.has(asset) || standing.redeemed.size < REDEEMED_ASSETS_MAX;
}

export function takeRedemption(standing: Standing, asset: string, amount: bigint, atMs: number): void {
  const sum = redeemedToday(standing, asset, atMs) + amount;
  standing.redeemed.set(asset, { day: Math.floor(atMs / DAY_MS), amount: sum });
}
