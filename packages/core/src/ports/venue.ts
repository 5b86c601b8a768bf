/** Sources of prices: what they are, what they say, why what they say may be unusable, and how a live one is watched. */
import type { Fault } from '../kernel/errors.ts';

export const FEED_KINDS = ['binance-klines', 'ohlcv-csv', 'chainlink-rounds', 'depth'] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

export type FeedSpec = {
  readonly id: string;
  readonly venue: string;
  readonly base: string;
  readonly quote: string;
  readonly kind: FeedKind;
  readonly intervalMs: number;
  /** Silence longer than this is blindness. */
  readonly silentAfterMs: number;
};

export type Bar = {
  readonly kind: 'bar';
  readonly feed: string;
  readonly openAt: number;
  readonly knownAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base units. */
  readonly volume: number;
  /** Aggressor sells in base units; null when the feed does not say. */
  readonly sold: number | null;
};

export type Round = {
  readonly kind: 'round';
  readonly feed: string;
  readonly openAt: number;
  readonly knownAt: number;
  readonly answer: number;
};

/** Resting orders within `withinBps` of the peg on each side, in base units. */
export type Depth = {
  readonly kind: 'depth';
  readonly feed: string;
  readonly openAt: number;
  readonly knownAt: number;
  readonly bids: number;
  readonly asks: number;
};

export type Observation = Bar | Round | Depth;

/** Why a row cannot be used. */
export const REJECTIONS = {
  'malformed-row': 'the row has too few columns or is longer than a row may be',
  'not-a-number': 'a column that must be a number is not one (or NaN, or infinite)',
  'not-positive': 'a price is zero or negative',
  'high-below-low': 'high is below low, or open or close lies outside them',
  'negative-volume': 'a volume is negative, or more was sold than traded',
  'misaligned-time': 'the open time is not a whole number of intervals, or not a plausible instant',
  duplicate: 'a row for this time was already taken',
  'out-of-order': 'time runs backwards: an older row comes after a newer one',
  'from-the-future': 'the row speaks of a time that has not come yet',
} as const;
export type Rejection = keyof typeof REJECTIONS;

export type VenueEvent =
  | { readonly observation: Observation }
  | { readonly rejected: { readonly feed: string; readonly reason: Rejection; readonly line: string } }
  /** The source does not answer or talks nonsense; it keeps trying. */
  | { readonly trouble: { readonly feed: string; readonly fault: Fault } };

/** A live source. It pushes what it sees, names what it cannot use, and never throws once it is started. */
export type Venue = {
  readonly feed: FeedSpec;
  /** Starts watching; the returned function stops and resolves when nothing is left running. */
  watch(listener: (event: VenueEvent) => void): () => Promise<void>;
};
