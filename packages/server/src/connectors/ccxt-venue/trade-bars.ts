/**
 * Trades folded into minutes, for venues whose stream has trades but no candles. The minute in which listening began is
 * incomplete and stays out; the history has it.
 */
import { floorTo, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { Rejection } from '@sonae/core/ports/venue.ts';
import type { BarRow } from './minute-bars.ts';

export type Trade = {
  readonly id: string | undefined;
  /** Milliseconds. */
  readonly at: number;
  readonly price: number;
  readonly amount: number;
  /** What the aggressor did. */
  readonly side: 'buy' | 'sell' | undefined;
};

/** Minutes still open to late trades. */
const MINUTES_MAX = 5;
/** Trades of one minute whose ids are remembered against repetition. */
const TRADE_IDS_MAX = 100_000;

type OpenMinute = { row: BarRow; firstAt: number; lastAt: number; ids: Set<string> };

/** The minute as it stands with the trade in it; null for one outside the watch or seen before. */
export type TradeBars = { add(trade: Trade): BarRow | null | { readonly rejected: Rejection } };

/** @param from the first whole minute after listening began */
export function createTradeBars(from: number): TradeBars {
  const minutes = new Map<number, OpenMinute>();
  return {
    add: (trade) => {
      const { id, at, price, amount } = trade;
      if (![at, price, amount].every(Number.isFinite)) return { rejected: 'not-a-number' };
      if (price <= 0) return { rejected: 'not-positive' };
      if (amount < 0) return { rejected: 'negative-volume' };
      const openAt = floorTo(at, MINUTE_MS);
      const newest = Math.max(...minutes.keys(), from);
      if (openAt < from || openAt <= newest - MINUTES_MAX * MINUTE_MS) return null;
      const minute = minutes.get(openAt) ?? emptyMinute(openAt, trade);
      if (id !== undefined) {
        if (minute.ids.has(id)) return null;
        if (minute.ids.size < TRADE_IDS_MAX) minute.ids.add(id);
      }
      minutes.set(openAt, minute);
      for (const old of minutes.keys()) if (old <= openAt - MINUTES_MAX * MINUTE_MS) minutes.delete(old);
      minute.row = withTrade(minute, trade);
      minute.firstAt = Math.min(minute.firstAt, at);
      minute.lastAt = Math.max(minute.lastAt, at);
      return minute.row;
    },
  };
}

function emptyMinute(openAt: number, { at, price }: Trade): OpenMinute {
  const row: BarRow = { openAt, open: price, high: price, low: price, close: price, volume: 0, sold: 0 };
  return { row, firstAt: at, lastAt: at, ids: new Set() };
}

function withTrade({ row, firstAt, lastAt }: OpenMinute, { at, price, amount, side }: Trade): BarRow {
  return {
    openAt: row.openAt,
    open: at < firstAt ? price : row.open,
    high: Math.max(row.high, price),
    low: Math.min(row.low, price),
    close: at >= lastAt ? price : row.close,
    volume: row.volume + amount,
    // One trade of unknown side makes the whole minute's share unknown.
    sold: row.sold === null || side === undefined ? null : row.sold + (side === 'sell' ? amount : 0),
  };
}
