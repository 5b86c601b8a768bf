/**
 * Order book depth around the peg of one pair on one exchange, once a minute by REST: a sample a minute does not pay
 * for a stream of every order. Where a venue cuts its book off inside the band the sum is a lower bound.
 */
import { type Fault, FaultError } from '@sonae/core/kernel/errors.ts';
import { floorTo, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { checkedDepth, createOrderGate, SILENT_AFTER_MS } from '@sonae/core/nouns/prices/sources.ts';
import type { FeedSpec, Rejection, Venue, VenueEvent } from '@sonae/core/ports/venue.ts';
import { keepTrying, pause } from '../keep-trying.ts';
import { type CcxtVenueConfig, PACE, type Pace } from './ccxt-venue.ts';
import { type BookSide, openVenueLink, type VenueLink } from './venue-link.ts';

export type CcxtDepthConfig = CcxtVenueConfig & {
  /** Price of the pair at the peg, 1 unless the quote currency differs from the peg currency. */
  readonly pegPrice?: number | undefined;
  readonly withinBps?: number | undefined;
};

const WITHIN_BPS = 100;
/** Levels asked for on each side; a stablecoin's 1 % is 100 ticks of 0.0001. */
const BOOK_LEVELS = 500;

/** A live depth feed through ccxt; nothing is loaded or connected before `watch`. */
export function createCcxtDepth(config: CcxtDepthConfig, options: Partial<Pace> = {}): Venue {
  const { id, venue, base, quote } = config;
  const silentAfterMs = config.silentAfterMs ?? SILENT_AFTER_MS.depth;
  const feed: FeedSpec = { id, venue, base, quote, kind: 'depth', intervalMs: MINUTE_MS, silentAfterMs };
  return { feed, watch: (listener) => watchDepth(feed, config, { ...PACE, ...options }, listener) };
}

function watchDepth(
  feed: FeedSpec,
  config: CcxtDepthConfig,
  pace: Pace,
  listener: (event: VenueEvent) => void,
): () => Promise<void> {
  const { pegPrice = 1, withinBps = WITHIN_BPS } = config;
  const gate = createOrderGate();
  const hooks = { onDial: () => undefined, onGarbage: () => undefined };
  let link: VenueLink | null = null;
  let levels: number | undefined = BOOK_LEVELS;
  const readBook = async (open: VenueLink): Promise<{ bids: BookSide; asks: BookSide }> => {
    try {
      return await open.book(levels);
    } catch (error) {
      // Some venues know only certain numbers of levels; their own default is one of them.
      if (!(error instanceof FaultError) || error.fault.code !== 'feed.malformed' || levels === undefined)
        throw error;
      levels = undefined;
      return open.book(levels);
    }
  };
  const look = async (open: VenueLink): Promise<void> => {
    const book = await readBook(open);
    const at = pace.now();
    const sums = depthNear(book, pegPrice, withinBps / 10_000);
    const parsed =
      typeof sums === 'string' ? { rejected: sums } : checkedDepth(feed, at, sums.bids, sums.asks);
    const reason = 'rejected' in parsed ? parsed.rejected : gate(parsed.ok);
    if (!('rejected' in parsed) && reason === null) listener({ observation: parsed.ok });
    else listener({ rejected: { feed: feed.id, reason: reason ?? 'malformed-row', line: lineOf(at, book) } });
  };
  const work = async (signal: AbortSignal, healthy: () => void): Promise<void> => {
    link ??= await openVenueLink(config, hooks, pace.requestTimeoutMs, signal);
    await link.ready();
    for (let lookedAt = Number.NEGATIVE_INFINITY; !signal.aborted; await pause(pace.tickMs, signal)) {
      const minute = floorTo(pace.now(), MINUTE_MS);
      if (minute <= lookedAt) continue;
      lookedAt = minute;
      await look(link);
      healthy();
    }
  };
  const failed = (fault: Fault): number => {
    listener({ trouble: { feed: feed.id, fault } });
    return link?.retryAfterMs() ?? 0;
  };
  return keepTrying(work, failed, pace.patience);
}

/** Sums of both sides within `share` of the peg price, or why the book cannot be used. */
export function depthNear(
  { bids, asks }: { bids: BookSide; asks: BookSide },
  pegPrice: number,
  share: number,
): { bids: number; asks: number } | Rejection {
  const levels = [...bids, ...asks];
  if (!levels.flat().every(Number.isFinite)) return 'not-a-number';
  if (levels.some(([price]) => price <= 0)) return 'not-positive';
  if (levels.some(([, amount]) => amount < 0)) return 'negative-volume';
  const highestBid = Math.max(...bids.map(([price]) => price));
  const lowestAsk = Math.min(...asks.map(([price]) => price));
  // A crossed book cannot rest: it is torn or stale.
  if (highestBid >= lowestAsk) return 'high-below-low';
  const sum = (side: BookSide): number => side.reduce((total, [, amount]) => total + amount, 0);
  return {
    bids: sum(bids.filter(([price]) => price >= pegPrice * (1 - share))),
    asks: sum(asks.filter(([price]) => price <= pegPrice * (1 + share))),
  };
}

function lineOf(at: number, { bids, asks }: { bids: BookSide; asks: BookSide }): string {
  return `${at},bid ${bids[0]?.join('x') ?? 'none'},ask ${asks[0]?.join('x') ?? 'none'}`;
}
