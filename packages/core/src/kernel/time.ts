/** Instants are whole milliseconds since 1970 UTC (number, suffix `At` or `Ms`); facts carry ISO 8601 in UTC. */
import { assert } from './assert.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** ISO 8601 UTC with milliseconds only where there are any: `2023-03-11T03:30:00Z`. */
export function isoTime(atMs: number): string {
  assert(Number.isFinite(atMs), `an instant must be finite, got ${atMs}`);
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

/** Milliseconds of an ISO 8601 text, or NaN. */
export function parseTime(text: string): number {
  return Date.parse(text);
}

/**
 * Orders ISO 8601 texts by the instants they name: as texts "…00Z" comes after "…00.500Z". What names no instant (an
 * empty text: never) comes before all that do.
 */
export function compareTimes(a: string, b: string): number {
  const [first, second] = [parseTime(a), parseTime(b)];
  if (Number.isNaN(first) || Number.isNaN(second))
    return Number(Number.isNaN(second)) - Number(Number.isNaN(first));
  return first - second;
}

export function floorTo(atMs: number, stepMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs;
}
