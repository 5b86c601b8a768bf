/**
 * A Chainlink price feed, read from the chain. Each poll looks at the newest round; when it changed, the rounds in
 * between are read as well, so that a poll slower than the oracle loses none. Rounds that cannot be believed are
 * refused by name, once each.
 */
import { type Fault, FaultError } from '@sonae/core/kernel/errors.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { checkedRound, createOrderGate, SILENT_AFTER_MS } from '@sonae/core/nouns/prices/sources.ts';
import type { FeedSpec, Rejection, Venue, VenueEvent } from '@sonae/core/ports/venue.ts';
import { keepTrying, PATIENCE, type Patience, pause } from '../keep-trying.ts';
import { type Aggregator, type ChainRound, openAggregator } from './aggregator.ts';

export type ChainlinkFeedConfig = {
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  readonly rpcUrl: string;
  readonly aggregator: string;
  readonly pollMs: number;
  readonly silentAfterMs?: number | undefined;
};

export type ChainlinkFeedOptions = {
  readonly now?: () => number;
  /** `updatedAt` (ms) of the newest round the caller already holds; else the watch begins with the newest one. */
  readonly since?: number | undefined;
  readonly requestTimeoutMs?: number;
  readonly retryDelayMs?: number;
  readonly patience?: Patience;
};

/** Rounds read back at most; a stablecoin feed has a few a day, in a crash one a block. */
export const ROUNDS_BACK_MAX = 128;
/** A block's time may be ahead of ours by some seconds, of our clock by some more. */
const AHEAD_MS_MAX = MINUTE_MS;
const REQUEST_TIMEOUT_MS = 10_000;
const RETRY_DELAY_MS = 250;
/** Refused rounds remembered, so that each is reported once. */
const REFUSED_MAX = 1_000;
/** A proxy's round id: phase above, the aggregator's own round below these bits. */
const PHASE_BITS = 64n;

type Watch = {
  readonly feed: FeedSpec;
  readonly listener: (event: VenueEvent) => void;
  readonly now: () => number;
  readonly gate: ReturnType<typeof createOrderGate>;
  readonly refused: Set<string>;
  decimals: number | null;
  /** The newest round taken; before the first one only its time may be known. */
  last: { readonly roundId: bigint | null; readonly updatedAt: number } | null;
};

/** A live oracle feed; nothing is loaded or asked before `watch`. */
export function createChainlinkFeed(config: ChainlinkFeedConfig, options: ChainlinkFeedOptions = {}): Venue {
  const { id, base, quote, pollMs } = config;
  const silentAfterMs = config.silentAfterMs ?? SILENT_AFTER_MS['chainlink-rounds'];
  const identity = { id, venue: 'chainlink', base, quote };
  const feed: FeedSpec = { ...identity, kind: 'chainlink-rounds', intervalMs: pollMs, silentAfterMs };
  return { feed, watch: (listener) => watchRounds(feed, config, options, listener) };
}

function watchRounds(
  feed: FeedSpec,
  config: ChainlinkFeedConfig,
  options: ChainlinkFeedOptions,
  listener: (event: VenueEvent) => void,
): () => Promise<void> {
  const {
    now = Date.now,
    since,
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
    retryDelayMs = RETRY_DELAY_MS,
  } = options;
  const last = since === undefined ? null : { roundId: null, updatedAt: since };
  const watch: Watch = {
    feed,
    listener,
    now,
    gate: createOrderGate(),
    refused: new Set(),
    decimals: null,
    last,
  };
  let aggregator: Aggregator | null = null;
  const work = async (signal: AbortSignal, healthy: () => void): Promise<void> => {
    aggregator ??= await openAggregator(config, requestTimeoutMs, retryDelayMs, signal);
    while (!signal.aborted) {
      watch.decimals ??= await aggregator.decimals();
      await look(watch, aggregator, watch.decimals, signal);
      healthy();
      await pause(config.pollMs, signal);
    }
  };
  const failed = (fault: Fault): number => {
    listener({ trouble: { feed: feed.id, fault } });
    return 0;
  };
  return keepTrying(work, failed, options.patience ?? PATIENCE);
}

/** One look at the chain: nothing is told before all rounds it needs are read, so a failure loses none of them. */
async function look(
  watch: Watch,
  aggregator: Aggregator,
  decimals: number,
  signal: AbortSignal,
): Promise<void> {
  const newest = await aggregator.latestRound();
  if (newest.roundId === watch.last?.roundId && secondsToMs(newest.updatedAt) === watch.last.updatedAt)
    return;
  const { rounds, cutOff } = await missedRounds(watch, aggregator, newest);
  if (signal.aborted) return;
  if (cutOff) {
    const message = `feed ${watch.feed.id} missed more than ${ROUNDS_BACK_MAX} rounds; the older ones are not read`;
    const { fault } = new FaultError(
      'feed.unreachable',
      message,
      'poll more often, or use a more reliable RPC node',
    );
    watch.listener({ trouble: { feed: watch.feed.id, fault } });
  }
  for (const round of rounds) take(watch, round, decimals);
}

/** The newest round and those of its phase since the last one taken, oldest first. */
async function missedRounds(
  { last }: Watch,
  aggregator: Aggregator,
  newest: ChainRound,
): Promise<{ rounds: ChainRound[]; cutOff: boolean }> {
  const rounds = [newest];
  if (last === null) return { rounds, cutOff: false };
  const lastId = last.roundId ?? 0n;
  // A new phase is a new aggregator; it may hold rounds from while the old one still spoke, hence the look at the time.
  const firstId = ((newest.roundId >> PHASE_BITS) << PHASE_BITS) + 1n;
  const floorId = lastId >= firstId ? lastId + 1n : firstId;
  for (let id = newest.roundId - 1n; id >= floorId; id -= 1n) {
    if (rounds.length >= ROUNDS_BACK_MAX) return { rounds, cutOff: true };
    const round = await aggregator.round(id);
    if (round === null) continue;
    if (round.updatedAt > 0n && secondsToMs(round.updatedAt) <= last.updatedAt) break;
    rounds.unshift(round);
  }
  return { rounds, cutOff: false };
}

function take(watch: Watch, round: ChainRound, decimals: number): void {
  const { feed, listener, refused, gate } = watch;
  const updatedAt = secondsToMs(round.updatedAt);
  const parsed = checkedChainRound(watch, round, decimals, updatedAt);
  const reason = 'rejected' in parsed ? parsed.rejected : (orderOf(watch, updatedAt) ?? gate(parsed.ok));
  if (!('rejected' in parsed) && reason === null) {
    watch.last = { roundId: round.roundId, updatedAt };
    listener({ observation: parsed.ok });
    return;
  }
  const line = [round.roundId, round.answer, round.updatedAt, round.answeredInRound].join(',').slice(0, 200);
  if (refused.has(line)) return;
  refused.add(line);
  if (refused.size > REFUSED_MAX) refused.delete(refused.values().next().value ?? line);
  listener({ rejected: { feed: feed.id, reason: reason ?? 'malformed-row', line } });
}

function checkedChainRound(
  watch: Watch,
  round: ChainRound,
  decimals: number,
  updatedAt: number,
): ReturnType<typeof checkedRound> {
  // The answer was carried over from an older round: no oracle stood behind this one.
  if (round.answeredInRound < round.roundId) return { rejected: 'out-of-order' };
  if (updatedAt > watch.now() + AHEAD_MS_MAX) return { rejected: 'from-the-future' };
  return checkedRound(watch.feed, Number(round.answer) / 10 ** decimals, updatedAt);
}

/** Against what the caller already held; the gate only knows what it let through itself. */
function orderOf({ last }: Watch, updatedAt: number): Rejection | null {
  if (last === null || updatedAt > last.updatedAt) return null;
  return updatedAt === last.updatedAt ? 'duplicate' : 'out-of-order';
}

const secondsToMs = (seconds: bigint): number => Number(seconds) * 1000;
