/**
 * The price book of one asset: observations in, one composite per instant out.
 *
 * feed price   median of the last three traded bars, so that one wild print moves nothing
 * conversion   quote -> peg currency over other feeds (USDT/USD), over a common third asset (BTC), or assumed at parity
 * venue price  volume-weighted over the venue's pairs
 * composite    venues that stand far from the median of all venues are set aside; the rest weigh by volume, capped;
 *              `low`..`high` is how far the remaining venues disagree, and controls only believe the edge nearest the peg
 *
 * Everything is a function of what was ingested and of `now`; nothing reads a clock. Floats: these are statistics.
 */
import { must } from '../../kernel/assert.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import type { Bar, Depth, FeedSpec, Observation } from '../../ports/venue.ts';

/** Limits of the composite: governed data, reasons in docs/explain/peg-limits.md. */
export type PriceLimits = {
  /** A bar older than this no longer speaks for its feed. */
  readonly usableMs: number;
  /** Bars whose median is the feed's price. */
  readonly medianBars: number;
  /** Half-life of the volume that weighs a feed. */
  readonly volumeHalfLifeMs: number;
  /** A venue weighs at most this share while two or more others stand beside it. */
  readonly venueCap: number;
  /** A venue farther from the median than this, and than `outlierMads` deviations, is set aside. */
  readonly outlierBps: number;
  readonly outlierMads: number;
  /** Uncertainty of a quote currency that nothing converts. */
  readonly assumedQuoteBps: number;
  /** Share of the venues seen in the last day that must speak. */
  readonly quorumShare: number;
  readonly venueMemoryMs: number;
  /** Identical traded bars in a row that show a feed repeating itself. */
  readonly frozenBars: number;
};

export const PRICE_LIMITS: PriceLimits = {
  usableMs: 30 * MINUTE_MS,
  medianBars: 3,
  volumeHalfLifeMs: 60 * MINUTE_MS,
  venueCap: 0.5,
  outlierBps: 100,
  outlierMads: 4,
  assumedQuoteBps: 30,
  quorumShare: 0.5,
  venueMemoryMs: 24 * 60 * MINUTE_MS,
  frozenBars: 5,
};

export type VenuePrice = {
  readonly venue: string;
  readonly price: number;
  readonly weight: number;
  /** Why it does not count, or null. */
  readonly setAside: 'outlier' | null;
};

export type Composite = {
  readonly at: number;
  readonly price: number;
  /** Disagreement of the venues that count; equals `price` when only one does. */
  readonly low: number;
  readonly high: number;
  readonly venues: readonly VenuePrice[];
  /** Every venue that counts had to take its quote currency at parity. */
  readonly assumedParity: boolean;
};

export type BookReading = {
  readonly at: number;
  /** Null while fewer venues speak than the quorum asks. */
  readonly composite: Composite | null;
  readonly venuesSpeaking: number;
  readonly venuesNeeded: number;
  readonly oracle: { readonly answer: number; readonly updatedAt: number } | null;
  readonly depth: { readonly bids: number; readonly asks: number; readonly at: number } | null;
  /** Base units traded on all counted feeds in the bars that became known since the last reading. */
  readonly traded: number;
  readonly sold: number;
  readonly feeds: readonly {
    readonly id: string;
    readonly lastAt: number | null;
    readonly frozen: boolean;
  }[];
};

export type PriceBook = { ingest(observation: Observation): void; read(now: number): BookReading };

type Feed = {
  readonly spec: FeedSpec;
  readonly bars: Bar[];
  lastAt: number | null;
  lastPricedAt: number;
  volume: number;
  volumeAt: number;
  repeats: number;
  lastBar: Bar | null;
  depth: Depth | null;
  oracle: { answer: number; updatedAt: number } | null;
  tradedNew: number;
  soldNew: number;
};

/** @param peg the currency the asset should equal, e.g. `USD` */
export function createPriceBook(
  asset: string,
  peg: string,
  specs: readonly FeedSpec[],
  limits: PriceLimits,
): PriceBook {
  const feeds = new Map<string, Feed>();
  for (const spec of specs) feeds.set(spec.id, emptyFeed(spec));
  const priced = [...feeds.values()].filter(({ spec }) => isPriceFeed(spec, asset));
  const venueSeenAt = new Map<string, number>();
  return {
    ingest: (observation) => {
      const feed = must(feeds.get(observation.feed), `feed ${observation.feed}`);
      take(feed, observation, limits);
      if (observation.kind === 'bar' && observation.volume > 0 && priced.includes(feed)) {
        venueSeenAt.set(feed.spec.venue, observation.knownAt);
      }
    },
    read: (now) => readBook([...feeds.values()], priced, venueSeenAt, asset, peg, now, limits),
  };
}

/** Feeds that price the asset, whichever side of the pair it is on; oracles and depth do not make the price. */
function isPriceFeed(spec: FeedSpec, asset: string): boolean {
  return (
    (spec.kind === 'binance-klines' || spec.kind === 'ohlcv-csv') &&
    (spec.base === asset || spec.quote === asset)
  );
}

function emptyFeed(spec: FeedSpec): Feed {
  return {
    spec,
    bars: [],
    lastAt: null,
    lastPricedAt: Number.NEGATIVE_INFINITY,
    volume: 0,
    volumeAt: 0,
    repeats: 0,
    lastBar: null,
    depth: null,
    oracle: null,
    tradedNew: 0,
    soldNew: 0,
  };
}

function take(feed: Feed, observation: Observation, limits: PriceLimits): void {
  feed.lastAt = observation.knownAt;
  if (observation.kind === 'round')
    feed.oracle = { answer: observation.answer, updatedAt: observation.knownAt };
  else if (observation.kind === 'depth') feed.depth = observation;
  else takeBar(feed, observation, limits);
}

function takeBar(feed: Feed, bar: Bar, limits: PriceLimits): void {
  // A bar without trades repeats an old price: the feed is alive but has nothing to say.
  if (bar.volume === 0) return;
  feed.repeats = isRepeat(feed.lastBar, bar) ? feed.repeats + 1 : 1;
  feed.lastBar = bar;
  if (feed.repeats >= limits.frozenBars) return;
  feed.bars.push(bar);
  if (feed.bars.length > limits.medianBars) feed.bars.shift();
  feed.lastPricedAt = bar.knownAt;
  feed.volume = decayed(feed, bar.knownAt, limits) + bar.volume;
  feed.volumeAt = bar.knownAt;
  feed.tradedNew += bar.volume;
  feed.soldNew += bar.sold ?? bar.volume / 2;
}

/** Equal to the last unit of volume: two different minutes of trading never are. */
function isRepeat(last: Bar | null, bar: Bar): boolean {
  return (
    last !== null &&
    last.volume === bar.volume &&
    last.open === bar.open &&
    last.high === bar.high &&
    last.low === bar.low &&
    last.close === bar.close
  );
}

function decayed(feed: Feed, at: number, limits: PriceLimits): number {
  return feed.volume * 0.5 ** ((at - feed.volumeAt) / limits.volumeHalfLifeMs);
}

/**
 * The feed's own price, in its quote currency, or null when nothing recent speaks. The newest bar must be recent; the
 * others may be older, so that after a quiet hour the first print still needs a second one to agree.
 */
function feedPrice(feed: Feed, now: number, limits: PriceLimits): number | null {
  if (feed.bars.length < limits.medianBars || now - feed.lastPricedAt > limits.usableMs) return null;
  return median(feed.bars.map((bar) => bar.close));
}

function readBook(
  feeds: readonly Feed[],
  priced: readonly Feed[],
  venueSeenAt: ReadonlyMap<string, number>,
  asset: string,
  peg: string,
  now: number,
  limits: PriceLimits,
): BookReading {
  const quotes = createConverter(feeds, asset, peg, now, limits);
  const venues = venuePrices(priced, asset, quotes, now, limits);
  const remembered = [...venueSeenAt.values()].filter((at) => now - at <= limits.venueMemoryMs).length;
  const needed = Math.max(1, Math.ceil(remembered * limits.quorumShare));
  const own = feeds.filter(({ spec }) => spec.base === asset && spec.quote === peg);
  const oracle = own.map((feed) => feed.oracle).find((round) => round !== null) ?? null;
  const depth =
    feeds
      .filter(({ spec }) => spec.base === asset)
      .map((feed) => feed.depth)
      .find((d) => d !== null) ?? null;
  let traded = 0;
  let sold = 0;
  for (const feed of priced) {
    traded += feed.tradedNew;
    // On an inverse pair (asset as quote) a buyer of the base sells the asset; volumes there stay in base units.
    sold += feed.spec.base === asset ? feed.soldNew : feed.tradedNew - feed.soldNew;
    feed.tradedNew = 0;
    feed.soldNew = 0;
  }
  return {
    at: now,
    composite: venues.length >= needed ? combine(venues, now, limits) : null,
    venuesSpeaking: venues.length,
    venuesNeeded: needed,
    oracle,
    depth: depth === null ? null : { bids: depth.bids, asks: depth.asks, at: depth.knownAt },
    traded,
    sold,
    feeds: feeds.map((feed) => ({
      id: feed.spec.id,
      lastAt: feed.lastAt,
      frozen: feed.repeats >= limits.frozenBars,
    })),
  };
}

type Rate = { readonly value: number; readonly assumed: boolean };
type Converter = (currency: string) => Rate;

/** Rates from quote currencies to the peg currency, found once per reading. */
function createConverter(
  feeds: readonly Feed[],
  asset: string,
  peg: string,
  now: number,
  limits: PriceLimits,
): Converter {
  const known = new Map<string, Rate>([[peg, { value: 1, assumed: false }]]);
  const others = feeds.filter(
    ({ spec }) =>
      spec.kind !== 'depth' &&
      spec.kind !== 'chainlink-rounds' &&
      spec.base !== asset &&
      spec.quote !== asset,
  );
  return (currency) => {
    const cached = known.get(currency);
    if (cached !== undefined) return cached;
    const value =
      directRate(others, currency, peg, now, limits) ?? crossRate(others, currency, peg, now, limits);
    const rate = value === null ? { value: 1, assumed: true } : { value, assumed: false };
    known.set(currency, rate);
    return rate;
  };
}

/** currency/peg from pairs of exactly these two, either way round: median over venues. */
function directRate(
  feeds: readonly Feed[],
  currency: string,
  peg: string,
  now: number,
  limits: PriceLimits,
): number | null {
  const rates: number[] = [];
  for (const feed of feeds) {
    const forward = feed.spec.base === currency && feed.spec.quote === peg;
    const backward = feed.spec.base === peg && feed.spec.quote === currency;
    if (!forward && !backward) continue;
    const price = feedPrice(feed, now, limits);
    if (price !== null) rates.push(forward ? price : 1 / price);
  }
  return rates.length === 0 ? null : median(rates);
}

/** currency/peg = (X/peg) / (X/currency) over any third asset X traded against both (typically BTC). */
function crossRate(
  feeds: readonly Feed[],
  currency: string,
  peg: string,
  now: number,
  limits: PriceLimits,
): number | null {
  const rates: number[] = [];
  for (const inPeg of feeds) {
    if (inPeg.spec.quote !== peg || inPeg.spec.base === currency) continue;
    for (const inCurrency of feeds) {
      if (inCurrency.spec.base !== inPeg.spec.base || inCurrency.spec.quote !== currency) continue;
      const a = feedPrice(inPeg, now, limits);
      const b = feedPrice(inCurrency, now, limits);
      if (a !== null && b !== null) rates.push(a / b);
    }
  }
  return rates.length === 0 ? null : median(rates);
}

/** `assumed`: every pair of the venue had to take its quote currency at parity. */
export type Venue = {
  readonly venue: string;
  readonly price: number;
  readonly volume: number;
  readonly assumed: boolean;
};

function venuePrices(
  priced: readonly Feed[],
  asset: string,
  quotes: Converter,
  now: number,
  limits: PriceLimits,
): Venue[] {
  const sums = new Map<string, { value: number; volume: number; assumed: boolean }>();
  for (const feed of priced) {
    const price = feedPrice(feed, now, limits);
    if (price === null) continue;
    const rate = quotes(feed.spec.base === asset ? feed.spec.quote : feed.spec.base);
    const inPeg = feed.spec.base === asset ? price * rate.value : rate.value / price;
    const volume = Math.max(decayed(feed, now, limits), Number.MIN_VALUE);
    const sum = sums.get(feed.spec.venue) ?? { value: 0, volume: 0, assumed: true };
    sums.set(feed.spec.venue, {
      value: sum.value + inPeg * volume,
      volume: sum.volume + volume,
      assumed: sum.assumed && rate.assumed,
    });
  }
  return [...sums].map(([venue, { value, volume, assumed }]) => ({
    venue,
    price: value / volume,
    volume,
    assumed,
  }));
}

/** Sets outliers aside and weighs the rest. With two venues that disagree nobody can say which lies: both stay. */
export function combine(venues: readonly Venue[], at: number, limits: PriceLimits): Composite {
  const center = median(venues.map((v) => v.price));
  const mad = median(venues.map((v) => Math.abs(v.price - center)));
  const tolerance = Math.max((limits.outlierBps / 10_000) * center, limits.outlierMads * mad);
  const counted = venues.length < 3 ? venues : venues.filter((v) => Math.abs(v.price - center) <= tolerance);
  const weights = cappedWeights(
    counted.map((v) => v.volume),
    limits.venueCap,
  );
  const price = counted.reduce((sum, v, i) => sum + v.price * (weights[i] ?? 0), 0);
  const assumedParity = counted.every((v) => v.assumed);
  const band = assumedParity ? limits.assumedQuoteBps / 10_000 : 0;
  return {
    at,
    price: rounded(price),
    low: rounded(Math.min(...counted.map((v) => v.price)) * (1 - band)),
    high: rounded(Math.max(...counted.map((v) => v.price)) * (1 + band)),
    venues: venues.map((v) => {
      const i = counted.indexOf(v);
      return {
        venue: v.venue,
        price: v.price,
        weight: i < 0 ? 0 : (weights[i] ?? 0),
        setAside: i < 0 ? 'outlier' : null,
      };
    }),
    assumedParity,
  };
}

/** Eight decimals, as oracles give; what lies beyond is noise of the arithmetic. */
const rounded = (price: number): number => Math.round(price * 1e8) / 1e8;

/** Shares by volume, none above `cap` where three or more share (two halves need no cap). */
function cappedWeights(volumes: readonly number[], cap: number): number[] {
  const largest = volumes.indexOf(Math.max(...volumes));
  const others = volumes.reduce((sum, v, i) => (i === largest ? sum : sum + v), 0);
  const total = others + (volumes[largest] ?? 0);
  if (volumes.length < 3 || (volumes[largest] ?? 0) <= cap * total) return volumes.map((v) => v / total);
  // Dividing by the others' own sum keeps small shares exact beside a huge one.
  return volumes.map((v, i) => (i === largest ? cap : (v / others) * (1 - cap)));
}

/** Middle value; the mean of the two middle ones for an even count. Throws on nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = must(sorted[middle], 'the median of something');
  return sorted.length % 2 === 1 ? upper : (upper + must(sorted[middle - 1], 'a lower middle')) / 2;
}
