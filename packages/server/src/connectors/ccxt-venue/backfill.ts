/** Recorded minutes by REST for whatever no stream said, page by page, bounded. */
import { DAY_MS, floorTo, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { pause } from '../keep-trying.ts';
import type { MinuteBars } from './minute-bars.ts';
import { BACKFILL_BARS_MAX, BACKFILL_SPAN_MS, type VenueLink } from './venue-link.ts';

/** Venues cap a page at 100 to 2000 rows; a shorter answer just takes more pages. */
const PAGE_BARS = 500;
const PAGES_MAX = 20;
/** A request for this few rows is answered whole by every venue. */
const WHOLE_PAGE_BARS = 100;
/** Asked again beyond what was covered: some venues publish a minute late. */
const OVERLAP_MS = 3 * MINUTE_MS;

export type Backfill = {
  /**
   * Asks for everything up to `closedAt` that is not covered yet, hands it to the bars, and returns the open times of
   * minutes in which something traded. Throws what the link throws; then nothing counts as covered.
   */
  fill(link: VenueLink, closedAt: number, signal: AbortSignal): Promise<Set<number>>;
};

/** @param after open time of the last minute before the watch */
export function createBackfill(bars: MinuteBars, after: number): Backfill {
  let coveredTo = after + MINUTE_MS;
  return {
    fill: async (link, closedAt, signal) => {
      const traded = new Set<number>();
      // From the newest bar on, itself included: should the venue have changed it after its close, that comes to light.
      const missing = bars.newest() ?? after + MINUTE_MS;
      let since = Math.max(missing, coveredTo - OVERLAP_MS, closedAt - BACKFILL_SPAN_MS);
      for (let page = 0; page < PAGES_MAX && since < closedAt && !signal.aborted; page += 1) {
        if (page > 0) await pause(link.requestGapMs, signal);
        const limit = Math.min(PAGE_BARS, BACKFILL_BARS_MAX, Math.ceil((closedAt - since) / MINUTE_MS) + 1);
        const rows = await link.history(since, limit);
        for (const row of rows) {
          bars.recorded(row);
          if (row.volume > 0) traded.add(row.openAt);
        }
        const whole = limit <= WHOLE_PAGE_BARS && floorTo(since, DAY_MS) === floorTo(closedAt, DAY_MS);
        const openTimes = rows.map((row) => row.openAt);
        since = whole ? closedAt : nextSince(since, openTimes);
      }
      coveredTo = Math.max(coveredTo, closedAt);
      return traded;
    },
  };
}

/** Where the next page begins; over an empty stretch, where this one's window or its UTC day ends at the latest. */
function nextSince(since: number, openTimes: readonly number[]): number {
  const last = Math.max(...openTimes.filter((at) => at >= since), Number.NEGATIVE_INFINITY);
  if (Number.isFinite(last)) return last + MINUTE_MS;
  // Some venues (bitbank) answer one UTC day at a time.
  return Math.min(floorTo(since, DAY_MS) + DAY_MS, since + PAGE_BARS * MINUTE_MS);
}
