/** What tests of live venues share: a clock they set, a local exchange, and everything a feed said so far. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '@sonae/core/kernel/errors.ts';
import type { Bar, Observation, Venue, VenueEvent } from '@sonae/core/ports/venue.ts';
import { type CcxtVenueConfig, type CcxtVenueOptions, createCcxtVenue } from './ccxt-venue.ts';
import { type Minute, startLocalExchange, type Wire } from './local-exchange.ts';

export type Bench = Awaited<ReturnType<typeof createBench>>;

/** A minute with all prices between 1 and `close`. */
export function minuteAt(close: number, volume = 1_000): Minute {
  const [high, low] = [Math.max(1, close), Math.min(1, close)].map((price) => price.toFixed(4));
  return {
    open: '1.0000',
    high: high as string,
    low: low as string,
    close: close.toFixed(4),
    volume: volume.toFixed(8),
  };
}

/** @param t0 the instant that `at(0)` is; the clock stands 30 s later */
export async function createBench(wire: Wire, t0: string) {
  const zero = Date.parse(t0);
  const at = (minute: number, seconds = 0): number => zero + minute * 60_000 + seconds * 1000;
  const events: VenueEvent[] = [];
  const stops: (() => Promise<void>)[] = [];
  const state = { clock: at(0, 30), exchange: await startLocalExchange(wire) };
  const pace = {
    now: () => state.clock,
    tickMs: 5,
    requestTimeoutMs: 400,
    patience: { firstMs: 20, maxMs: 60 },
  };
  const observations = (): Observation[] =>
    events.flatMap((e) => ('observation' in e ? [e.observation] : []));
  const bars = (): Bar[] => observations().flatMap((o) => (o.kind === 'bar' ? [o] : []));
  const minutes = (): number[] => bars().map((bar) => (bar.openAt - zero) / 60_000);
  const start = (venue: Venue): (() => Promise<void>) => {
    const stop = venue.watch((event) => events.push(event));
    stops.push(stop);
    return stop;
  };
  return Object.assign(state, {
    ...{ at, events, pace, observations, bars, minutes, start },
    pair: (venue: string, quote: string): CcxtVenueConfig => ({
      ...{ id: `${venue} USDC/${quote}`, venue, base: 'USDC', quote, baseUrl: state.exchange.url },
    }),
    watch: (config: CcxtVenueConfig, options: CcxtVenueOptions = {}) =>
      start(createCcxtVenue(config, { since: at(-4), ...pace, ...options })),
    rejected: (): string[] => events.flatMap((e) => ('rejected' in e ? [e.rejected.reason] : [])),
    faults: (): Fault[] => events.flatMap((e) => ('trouble' in e ? [e.trouble.fault] : [])),
    ticks: (): Promise<void> => sleep(50),
    /** Lets the clock pass the close of the minute before `minute` and waits until that one came out, or did not. */
    settle: async (minute: number): Promise<void> => {
      state.clock = at(minute, 2);
      for (let i = 0; i < 30 && !minutes().includes(minute - 1); i += 1) await sleep(50);
      await sleep(50);
    },
    /** Waits for the n-th subscription on a socket. */
    subscribed: async (n = 1): Promise<void> => {
      for (let i = 0; i < 200 && state.exchange.subscriptions < n; i += 1) await sleep(25);
      if (state.exchange.subscriptions !== n)
        throw new Error(`${state.exchange.subscriptions} subscriptions, not ${n}`);
      await sleep(50);
    },
    close: async (): Promise<void> => {
      await Promise.all(stops.map((stop) => stop()));
      await state.exchange.close();
    },
  });
}
