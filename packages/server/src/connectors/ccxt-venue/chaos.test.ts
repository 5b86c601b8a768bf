/** A bad half hour on Kraken, by seed: dropped sockets, failing REST, garbage, silence. What comes out is true or absent. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createPrng } from '@sonae/core/kernel/prng.ts';
import type { Bar, VenueEvent } from '@sonae/core/ports/venue.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCcxtVenue } from './ccxt-venue.ts';
import { type LocalExchange, type Minute, startLocalExchange } from './local-exchange.ts';
import { krakenOhlc, krakenWire } from './local-wires.ts';

const T0 = Date.parse('2026-03-01T12:00:00Z');
const MINUTES = 30;
const at = (minute: number, seconds = 0): number => T0 + minute * 60_000 + seconds * 1000;

let exchange: LocalExchange;
beforeEach(async () => {
  exchange = await startLocalExchange(krakenWire);
});
afterEach(() => exchange.close());

describe('a bad half hour', () => {
  it.each([1, 2])(
    'seed %i',
    async (seed) => {
      const next = createPrng(seed);
      const chance = (share: number): boolean => next() < share;
      const events: VenueEvent[] = [];
      let clock = at(0, 1);
      const pace = {
        now: () => clock,
        tickMs: 2,
        requestTimeoutMs: 100,
        patience: { firstMs: 5, maxMs: 20 },
      };
      const config = { id: 'k', venue: 'kraken', base: 'USDC', quote: 'USD', baseUrl: exchange.url };
      const stop = createCcxtVenue(config, { since: at(-1), ...pace }).watch((event) => events.push(event));
      // On a busy machine the first requests outlast their short deadline; the venue keeps trying.
      await expect.poll(() => exchange.subscriptions, { timeout: 20_000 }).toBeGreaterThan(0);
      for (let minute = 0; minute < MINUTES; minute += 1) {
        const state: Minute = { open: '1.0', high: '1.0', low: '1.0', close: '1.0', volume: '0' };
        for (const second of [10, 25, 40, 59]) {
          clock = at(minute, second);
          const close = 1 - Math.round(next() * 50) / 10_000;
          state.low = String(Math.min(Number(state.low), close));
          state.close = String(close);
          state.volume = String(Number(state.volume) + 1 + Math.floor(next() * 100));
          exchange.minutes.set(at(minute), { ...state });
          if (chance(0.9)) await exchange.say(krakenOhlc('update', { at: at(minute), ...state }));
          else await sleep(10);
          if (chance(0.1)) exchange.drop();
          if (chance(0.1)) await exchange.say('garbage', { channel: 'ohlc', type: 'update', data: [{}] });
          if (chance(0.15))
            exchange.interfere = (_, res) => (chance(0.5) ? res.writeHead(503).end() : undefined);
          else if (chance(0.5)) exchange.interfere = null;
          exchange.refuseSockets = chance(0.1);
          // A stream that skips a trade at the end of a minute would tell a wrong minute; drop it instead.
          if (second === 59) await exchange.say(krakenOhlc('update', { at: at(minute), ...state }));
        }
        clock = at(minute + 1, 2);
        await sleep(15);
      }
      exchange.interfere = null;
      exchange.refuseSockets = false;
      const barsOf = (): Bar[] => events.flatMap((e) => ('observation' in e ? [e.observation as Bar] : []));
      await expect.poll(() => barsOf().at(-1)?.openAt, { timeout: 10_000 }).toBe(at(MINUTES - 1));
      const bars = barsOf();
      for (const [i, bar] of bars.entries()) {
        const { close, low, volume } = exchange.minutes.get(bar.openAt) as Minute;
        expect({ close: bar.close, low: bar.low, volume: bar.volume }).toEqual({
          ...{ close: Number(close), low: Number(low), volume: Number(volume) },
        });
        if (i > 0) expect(bar.openAt).toBeGreaterThan(bars[i - 1]?.openAt ?? 0);
      }
      expect(bars.length).toBeGreaterThan(MINUTES * 0.8);
      const unknown = events.filter((e) => 'trouble' in e && !e.trouble.fault.code.startsWith('feed.'));
      expect(unknown).toEqual([]);
      await stop();
    },
    60_000,
  );
});
