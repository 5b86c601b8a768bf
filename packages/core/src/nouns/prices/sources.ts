/**
 * Outside rows -> observations. Pure: text in, observation or named rejection out. Nothing here looks ahead: an
 * observation carries `knownAt`, the instant its bar closed (or its oracle round was mined), and is not used before.
 */
import type { Bar, FeedKind, FeedSpec, Observation, Rejection } from '../../ports/venue.ts';

export type Parsed = { readonly ok: Observation } | { readonly rejected: Rejection };

/** 2009-01-03, the first bitcoin block: no market data is older. */
const EARLIEST_MS = 1_230_940_800_000;
const LATEST_MS = 4_102_444_800_000;
/** Chainlink USD feeds answer with 8 decimals. */
const CHAINLINK_SCALE = 1e8;

/** Whether a line carries no data: blank, a comment, or the column names in one of the first two lines. */
export function isFeedHeading(line: string, lineNumber: number): boolean {
  return line === '' || line.startsWith('#') || (lineNumber <= 2 && /^[a-z_]+,/i.test(line));
}

/** One line of a feed file. */
export function parseFeedLine(spec: FeedSpec, line: string): Parsed {
  const cells = line.split(',');
  switch (spec.kind) {
    case 'binance-klines':
      return cells.length < 11
        ? reject('malformed-row')
        : bar(spec, cells, number(cells[5]), soldOfKline(cells));
    case 'ohlcv-csv':
      return cells.length < 7 ? reject('malformed-row') : ohlcv(spec, cells);
    case 'chainlink-rounds':
      return cells.length < 3 ? reject('malformed-row') : round(spec, cells);
    case 'depth':
      return cells.length < 3 ? reject('malformed-row') : depth(spec, cells);
  }
}

const reject = (rejected: Rejection): Parsed => ({ rejected });

function number(cell: string | undefined): number {
  return cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell);
}

/** Klines published since 2025 count microseconds; everything else here is milliseconds. */
function instant(cell: string | undefined): number {
  const value = number(cell);
  return value > 1e14 ? Math.floor(value / 1000) : value;
}

/** Taker buys are columns 10; what was not bought by takers was sold by them. */
function soldOfKline(cells: readonly string[]): number {
  return Math.max(0, number(cells[5]) - number(cells[9]));
}

function ohlcv(spec: FeedSpec, cells: readonly string[]): Parsed {
  const sold = cells.length >= 10 ? number(cells[9]) : null;
  const shifted = [cells[0] ?? '', cells[2] ?? '', cells[3] ?? '', cells[4] ?? '', cells[5] ?? ''];
  return bar(spec, shifted, number(cells[6]), sold);
}

function bar(spec: FeedSpec, cells: readonly string[], volume: number, sold: number | null): Parsed {
  return checkedBar(spec, {
    openAt: instant(cells[0]),
    open: number(cells[1]),
    high: number(cells[2]),
    low: number(cells[3]),
    close: number(cells[4]),
    volume,
    sold,
  });
}

/** The one gate every bar passes, whether it came from a file or from a live venue. */
export function checkedBar(spec: FeedSpec, raw: Omit<Bar, 'kind' | 'feed' | 'knownAt'>): Parsed {
  const { openAt, open, high, low, close, volume, sold } = raw;
  const numbers = [openAt, open, high, low, close, volume, sold ?? 0];
  if (!numbers.every(Number.isFinite)) return reject('not-a-number');
  if (openAt % spec.intervalMs !== 0 || openAt < EARLIEST_MS || openAt > LATEST_MS)
    return reject('misaligned-time');
  if (open <= 0 || high <= 0 || low <= 0 || close <= 0) return reject('not-positive');
  if (high < low || open > high || open < low || close > high || close < low) return reject('high-below-low');
  // A relative hair of slack: sums of float volumes need not add up to the last bit.
  if (volume < 0 || (sold !== null && (sold < 0 || sold > volume * (1 + 1e-9) + 1e-9)))
    return reject('negative-volume');
  return { ok: { kind: 'bar', feed: spec.id, knownAt: openAt + spec.intervalMs, ...raw } };
}

function round(spec: FeedSpec, cells: readonly string[]): Parsed {
  return checkedRound(spec, number(cells[1]) / CHAINLINK_SCALE, number(cells[2]) * 1000);
}

/** @param updatedAt milliseconds */
export function checkedRound(spec: FeedSpec, answer: number, updatedAt: number): Parsed {
  if (!Number.isFinite(answer) || !Number.isFinite(updatedAt)) return reject('not-a-number');
  if (updatedAt < EARLIEST_MS || updatedAt > LATEST_MS) return reject('misaligned-time');
  if (answer <= 0) return reject('not-positive');
  return { ok: { kind: 'round', feed: spec.id, openAt: updatedAt, knownAt: updatedAt, answer } };
}

function depth(spec: FeedSpec, cells: readonly string[]): Parsed {
  return checkedDepth(spec, instant(cells[0]), number(cells[1]), number(cells[2]));
}

/** Order book depth on both sides of the peg, in base units. */
export function checkedDepth(spec: FeedSpec, at: number, bids: number, asks: number): Parsed {
  if (![at, bids, asks].every(Number.isFinite)) return reject('not-a-number');
  if (at < EARLIEST_MS || at > LATEST_MS) return reject('misaligned-time');
  if (bids < 0 || asks < 0) return reject('negative-volume');
  return { ok: { kind: 'depth', feed: spec.id, openAt: at, knownAt: at, bids, asks } };
}

/** Keeps one feed in order: strictly newer rows pass. */
export function createOrderGate(): (observation: Observation) => Rejection | null {
  let newest = Number.NEGATIVE_INFINITY;
  return (observation) => {
    if (observation.openAt === newest) return 'duplicate';
    if (observation.openAt < newest) return 'out-of-order';
    newest = observation.openAt;
    return null;
  };
}

/** Default silence limits by kind; governed data, overridden per feed in the configuration (docs/explain/peg-limits.md). */
export const SILENT_AFTER_MS: Readonly<Record<FeedKind, number>> = {
  // A kline exists for every minute, traded or not.
  'binance-klines': 5 * 60_000,
  // Minutes without a trade are absent; an hour without any on a listed pair is not a quiet market but a dead feed.
  'ohlcv-csv': 60 * 60_000,
  // Heartbeat of the USD stablecoin feeds is 24 h; one hour of grace for a congested chain.
  'chainlink-rounds': 25 * 3_600_000,
  depth: 5 * 60_000,
};
