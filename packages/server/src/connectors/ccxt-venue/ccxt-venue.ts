/**
 * Live minute bars of one pair on one exchange.
 *
 * stream    WebSocket candles, else trades folded into minutes, else none: then REST is polled once a minute
 * close     a minute is settled shortly after it closed; the bar in progress is never shown
 * back-fill REST fills what no stream said: at the start, after every reconnect (once at once, and once when the first
 *           minute closes, since a minute joined halfway is only half heard), and after any minute the stream was
 *           silent. So a quiet market and a deaf socket are told apart by asking, and a venue whose WebSocket is
 *           blocked is still watched over REST.
 * silence   judged downstream by `silentAfterMs`: 5 min where the venue's history has every minute, 60 min where
 *           minutes without trades are absent. A connected socket is no sign of life, only bars are.
 */
import { type Fault, FaultError, faultOf } from '@sonae/core/kernel/errors.ts';
import { floorTo, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { SILENT_AFTER_MS } from '@sonae/core/nouns/prices/sources.ts';
import type { FeedSpec, Venue, VenueEvent } from '@sonae/core/ports/venue.ts';
import { keepTrying, PATIENCE, type Patience, pause } from '../keep-trying.ts';
import { type Backfill, createBackfill } from './backfill.ts';
import { createMinuteBars, type MinuteBars } from './minute-bars.ts';
import { createTradeBars, type Trade, type TradeBars } from './trade-bars.ts';
import { NotOffered } from './venue-faults.ts';
import {
  CLOSE_LAG_MS,
  EVERY_MINUTE_VENUES,
  type LinkConfig,
  openVenueLink,
  type VenueLink,
} from './venue-link.ts';

export type CcxtVenueConfig = LinkConfig & {
  readonly id: string;
  readonly silentAfterMs?: number | undefined;
};

export type Pace = {
  readonly now: () => number;
  /** How often the clock is looked at. */
  readonly tickMs: number;
  readonly requestTimeoutMs: number;
  readonly patience: Patience;
};

export const PACE: Pace = { now: Date.now, tickMs: 250, requestTimeoutMs: 10_000, patience: PATIENCE };

export type CcxtVenueOptions = Partial<Pace> & {
  /** Open time (ms) of the newest bar the caller already holds; else the last hour is filled in at the start. */
  readonly since?: number | undefined;
};

/** Filled in at the start, so that volumes and medians downstream stand on something. */
const START_BARS = 60;
/** Minutes in a row in which REST showed trades and the open socket said nothing. */
const DEAF_MINUTES_MAX = 3;
/** A connection that held this long was a good one: the next failure is waited for as a first one. */
const STABLE_MS = 30_000;
/** Unparsable frames are reported once in this time. */
const GARBAGE_QUIET_MS = MINUTE_MS;

/**
 * A live venue through ccxt; nothing is loaded or connected before `watch`.
 * @param config `venue` is a ccxt exchange id; `baseUrl` replaces scheme and host of all its addresses
 */
export function createCcxtVenue(config: CcxtVenueConfig, options: CcxtVenueOptions = {}): Venue {
  const { id, venue, base, quote } = config;
  const kind = EVERY_MINUTE_VENUES.has(venue) ? 'binance-klines' : 'ohlcv-csv';
  const silentAfterMs = config.silentAfterMs ?? SILENT_AFTER_MS[kind];
  const feed: FeedSpec = { id, venue, base, quote, kind, intervalMs: MINUTE_MS, silentAfterMs };
  const { since, ...pace } = options;
  return { feed, watch: (listener) => watchBars(feed, config, { ...PACE, ...pace }, since, listener) };
}

type Session = {
  readonly feed: FeedSpec;
  readonly config: CcxtVenueConfig;
  readonly pace: Pace;
  readonly listener: (event: VenueEvent) => void;
  readonly bars: MinuteBars;
  readonly backfill: Backfill;
  link: VenueLink | null;
  sources: VenueLink['sources'];
  /** Something may have been missed since the history was last asked. */
  gapSuspected: boolean;
  dialedAt: number;
  /** Trades of the present socket; null until the first one comes. */
  folded: TradeBars | null;
  garbageAt: number;
};

function watchBars(
  feed: FeedSpec,
  config: CcxtVenueConfig,
  pace: Pace,
  since: number | undefined,
  listener: (event: VenueEvent) => void,
): () => Promise<void> {
  const after = since ?? floorTo(pace.now() - CLOSE_LAG_MS, MINUTE_MS) - (START_BARS + 1) * MINUTE_MS;
  const bars = createMinuteBars(feed, after, listener);
  const session: Session = {
    ...{ feed, config, pace, listener, bars, backfill: createBackfill(bars, after) },
    ...{
      link: null,
      sources: [],
      gapSuspected: true,
      dialedAt: 0,
      folded: null,
      garbageAt: Number.NEGATIVE_INFINITY,
    },
  };
  const failed = (fault: Fault): number => {
    listener({ trouble: { feed: feed.id, fault } });
    return session.link?.retryAfterMs() ?? 0;
  };
  return keepTrying((signal, healthy) => runSession(session, signal, healthy), failed, pace.patience);
}

function tellTrouble({ feed, listener }: Session, error: unknown): void {
  listener({ trouble: { feed: feed.id, fault: faultOf(error) } });
}

const closedAt = ({ pace }: Session): number => floorTo(pace.now() - CLOSE_LAG_MS, MINUTE_MS);

async function runSession(session: Session, signal: AbortSignal, healthy: () => void): Promise<void> {
  session.link ??= await openLink(session, signal);
  for (;;) {
    const [source] = session.sources;
    if (source === undefined) {
      const message = `${session.feed.venue} offers neither candles nor a trade stream`;
      throw new FaultError('input.invalid', message, 'choose another venue');
    }
    try {
      return await connection(session, session.link, source, signal, healthy);
    } catch (error) {
      if (!(error instanceof NotOffered) || session.sources.length === 1) throw error;
      tellTrouble(session, error);
      session.sources = session.sources.slice(1);
    }
  }
}

async function openLink(session: Session, signal: AbortSignal): Promise<VenueLink> {
  const { config, pace, bars, feed } = session;
  const onDial = (): void => {
    session.gapSuspected = true;
    session.dialedAt = pace.now();
    session.folded = null;
    bars.forgetLive();
  };
  const onGarbage = (): void => {
    if (pace.now() - session.garbageAt < GARBAGE_QUIET_MS) return;
    session.garbageAt = pace.now();
    const hint = 'if it persists, look at a proxy in between';
    tellTrouble(
      session,
      new FaultError('feed.malformed', `${feed.venue} sent a frame that is no message`, hint),
    );
  };
  const link = await openVenueLink(config, { onDial, onGarbage }, pace.requestTimeoutMs, signal);
  session.sources = link.sources;
  return link;
}

/** One connection, from the first back-fill to its end. Throws what ended it; returns when the signal aborts. */
async function connection(
  session: Session,
  link: VenueLink,
  source: VenueLink['sources'][number],
  signal: AbortSignal,
  healthy: () => void,
): Promise<void> {
  await link.ready();
  const streaming = source !== 'history';
  const closed = closedAt(session);
  // A stream that works is worth more than the gap: where history fails, it is said and listening begins.
  await fill(session, link, closed, signal, streaming);
  if (signal.aborted) return;
  session.bars.settle(closed, session.pace.now());
  if (!streaming) return mind(session, link, false, signal, healthy);
  const over = new AbortController();
  const both = [
    listen(session, link, source),
    mind(session, link, true, AbortSignal.any([signal, over.signal]), healthy),
  ];
  try {
    await Promise.race(both);
  } finally {
    over.abort();
    await link.hangUp();
    await Promise.allSettled(both);
    // Half of a minute heard is not the minute: what was not settled is left to the history.
    session.bars.forgetLive();
  }
}

/** Hands to the bars whatever the stream says, until the connection breaks. */
async function listen(session: Session, link: VenueLink, source: 'candles' | 'trades'): Promise<never> {
  for (;;) {
    if (source === 'candles') for (const row of await link.nextCandles()) session.bars.live(row);
    else for (const trade of await link.nextTrades()) takeTrade(session, trade);
  }
}

function takeTrade(session: Session, trade: Trade): void {
  const { pace, dialedAt, listener, feed, bars } = session;
  // The minute of the first trade may be half heard; two minutes after dialling every minute is whole.
  const minuteAfter = (at: number): number => floorTo(at, MINUTE_MS) + MINUTE_MS;
  session.folded ??= createTradeBars(Math.min(minuteAfter(pace.now()), minuteAfter(dialedAt) + MINUTE_MS));
  const row = session.folded.add(trade);
  if (row === null) return;
  if (!('rejected' in row)) bars.live(row);
  else
    listener({
      rejected: { feed: feed.id, reason: row.rejected, line: Object.values(trade).join(',').slice(0, 200) },
    });
}

/**
 * Asks the history for what is missing. True when it showed trading in the minute that closed at `closed`. Where
 * `forgiving`, a failure is said and survived.
 */
async function fill(
  session: Session,
  link: VenueLink,
  closed: number,
  signal: AbortSignal,
  forgiving: boolean,
): Promise<boolean> {
  if (!link.hasHistory) return false;
  try {
    return (await session.backfill.fill(link, closed, signal)).has(closed - MINUTE_MS);
  } catch (error) {
    if (!forgiving) throw error;
    if (!signal.aborted) tellTrouble(session, error);
    return false;
  }
}

/** Watches the clock and settles each minute after its close. Throws when the stream proves deaf. */
async function mind(
  session: Session,
  link: VenueLink,
  streaming: boolean,
  signal: AbortSignal,
  healthy: () => void,
): Promise<void> {
  const { pace, bars, feed } = session;
  const startedAt = pace.now();
  let settledAt = closedAt(session);
  let deafMinutes = 0;
  for (;;) {
    await pause(pace.tickMs, signal);
    if (signal.aborted) return;
    if (streaming && pace.now() - startedAt >= STABLE_MS) healthy();
    const closed = closedAt(session);
    if (closed <= settledAt) continue;
    const heard = bars.hears(closed - MINUTE_MS);
    // More than one minute at once: this process was held up, or the machine slept.
    const suspected = session.gapSuspected || closed - settledAt > MINUTE_MS;
    settledAt = closed;
    let traded = false;
    if (!streaming || suspected || !heard) {
      session.gapSuspected = false;
      traded = await fill(session, link, closed, signal, streaming);
      if (signal.aborted) return;
      if (!streaming) healthy();
    }
    bars.settle(closed, pace.now());
    deafMinutes = streaming && traded && !heard && !suspected ? deafMinutes + 1 : 0;
    if (deafMinutes < DEAF_MINUTES_MAX) continue;
    const message = `${feed.venue}: the socket is open but silent while REST shows trades`;
    throw new FaultError(
      'feed.unreachable',
      message,
      'it is connected anew by itself; if it persists, look at a proxy',
    );
  }
}
