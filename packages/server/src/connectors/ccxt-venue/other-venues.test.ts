/** Venues without candles on the stream, without a stream, and without anything. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCcxtVenue } from './ccxt-venue.ts';
import { bitbankWire, bitstampTrade, bitstampWire, krakenWire } from './local-wires.ts';
import { type Bench, createBench, minuteAt } from './venue-bench.ts';

const DAY = '2026-03-02T00:00:00Z';

let bench: Bench;
afterEach(() => bench.close());

describe('the feed', () => {
  it('says what kind of silence is to be expected', async () => {
    bench = await createBench(krakenWire, DAY);
    expect(createCcxtVenue(bench.pair('kraken', 'USD')).feed).toEqual({
      ...{ id: 'kraken USDC/USD', venue: 'kraken', base: 'USDC', quote: 'USD', kind: 'binance-klines' },
      ...{ intervalMs: 60_000, silentAfterMs: 300_000 },
    });
    expect(createCcxtVenue(bench.pair('coinbase', 'USD')).feed).toMatchObject({
      kind: 'ohlcv-csv',
      silentAfterMs: 3_600_000,
    });
    expect(createCcxtVenue({ ...bench.pair('kraken', 'USD'), silentAfterMs: 7_000 }).feed.silentAfterMs).toBe(
      7_000,
    );
  });
});

describe('bitstamp: trades folded into minutes', () => {
  beforeEach(async () => {
    bench = await createBench(bitstampWire, DAY);
    for (const minute of [-2, -1, 0]) bench.exchange.minutes.set(bench.at(minute), minuteAt(1.0001));
    bench.watch(bench.pair('bitstamp', 'USD'));
    await expect.poll(() => bench.exchange.subscriptions, { timeout: 5_000 }).toBe(1);
    await sleep(50);
  });

  it('takes the minute it joined halfway from REST, and folds the next ones with what was sold', async () => {
    await bench.exchange.say(bitstampTrade(bench.at(0, 40), 1, 0.5, 9, 1));
    await bench.settle(1);
    expect(bench.minutes()).toEqual([-2, -1, 0]);
    expect(bench.bars().at(-1)).toMatchObject({ close: 1.0001, sold: null });
    await bench.exchange.say(
      bitstampTrade(bench.at(1, 5), 2, 1.0002, 100, 0),
      bitstampTrade(bench.at(1, 9), 3, 0.9985, 40, 1),
      bitstampTrade(bench.at(1, 9), 3, 0.9985, 40, 1),
      bitstampTrade(bench.at(1, 59), 4, 0.9991, 20, 1),
      bitstampTrade(bench.at(2, 1), 5, 0.9, 1, 1),
    );
    await bench.settle(2);
    expect(bench.bars().at(-1)).toEqual({
      ...{ kind: 'bar', feed: 'bitstamp USDC/USD', openAt: bench.at(1), knownAt: bench.at(2) },
      ...{ open: 1.0002, high: 1.0002, low: 0.9985, close: 0.9991, volume: 160, sold: 60 },
    });
    expect([...bench.rejected(), ...bench.faults()]).toEqual([]);
  });

  it('leaves the half heard minutes around a dropped socket to REST', async () => {
    await bench.exchange.say(bitstampTrade(bench.at(0, 40), 1, 0.5, 9, 1));
    await bench.settle(1);
    bench.clock = bench.at(1, 20);
    await bench.exchange.say(bitstampTrade(bench.at(1, 20), 2, 0.7, 9, 1));
    bench.exchange.drop();
    await expect.poll(() => bench.exchange.subscriptions, { timeout: 5_000 }).toBe(2);
    await sleep(50);
    await bench.exchange.say(bitstampTrade(bench.at(1, 50), 3, 0.8, 9, 1));
    bench.exchange.minutes.set(bench.at(1), minuteAt(0.9992));
    await bench.settle(2);
    expect(bench.minutes()).toEqual([-2, -1, 0, 1]);
    expect(bench.bars().at(-1)).toMatchObject({ close: 0.9992 });
  });

  it('refuses trades that cannot be', async () => {
    bench.clock = bench.at(1, 1);
    await bench.exchange.say(bitstampTrade(bench.at(1, 1), 1, 1, 1, 0));
    bench.clock = bench.at(2, 30);
    await bench.exchange.say(
      bitstampTrade(bench.at(2, 5), 2, -1, 5, 0),
      bitstampTrade(bench.at(2, 6), 3, Number.NaN, 5, 0),
      bitstampTrade(bench.at(2, 7), 4, 1, -5, 0),
      bitstampTrade(bench.at(2, 8), 5, 0.9999, 5, 0),
    );
    await bench.settle(3);
    expect(bench.rejected()).toEqual(['not-positive', 'not-a-number', 'negative-volume']);
    expect(bench.bars().at(-1)).toMatchObject({ openAt: bench.at(2), close: 0.9999, volume: 5 });
  });
});

describe('bitbank: REST only', () => {
  beforeEach(async () => {
    bench = await createBench(bitbankWire, DAY);
  });

  it('polls once a minute, over midnight too', async () => {
    bench.clock = bench.at(-1, 30);
    for (const minute of [-5, -4, -3, -2]) bench.exchange.minutes.set(bench.at(minute), minuteAt(150));
    bench.watch(bench.pair('bitbank', 'JPY'), { since: bench.at(-6) });
    await expect.poll(bench.minutes, { timeout: 5_000 }).toEqual([-5, -4, -3, -2]);
    for (let minute = -1; minute < 4; minute += 1) {
      bench.exchange.minutes.set(bench.at(minute), minuteAt(150 + minute));
      await bench.settle(minute + 1);
    }
    await expect.poll(bench.minutes).toEqual([-5, -4, -3, -2, -1, 0, 1, 2, 3]);
    expect(bench.exchange.dials).toBe(0);
    expect(bench.rejected()).toEqual([]);
  });

  it('catches up with an outage that spans midnight', async () => {
    bench.clock = bench.at(-2, 30);
    bench.exchange.minutes.set(bench.at(-3), minuteAt(150));
    bench.watch(bench.pair('bitbank', 'JPY'), { since: bench.at(-4) });
    await expect.poll(bench.minutes, { timeout: 5_000 }).toEqual([-3]);
    bench.exchange.interfere = (_, res) => res.writeHead(503).end('maintenance');
    await bench.settle(-1);
    await expect.poll(() => bench.faults().length).toBeGreaterThan(0);
    for (const minute of [-2, 0, 1, 2]) bench.exchange.minutes.set(bench.at(minute), minuteAt(151));
    bench.clock = bench.at(3, 10);
    bench.exchange.interfere = null;
    await expect.poll(bench.minutes, { timeout: 5_000 }).toEqual([-3, -2, 0, 1, 2]);
    expect(bench.faults()[0]).toMatchObject({
      code: 'feed.unreachable',
      message: expect.stringContaining('bitbank'),
    });
  });
});

describe('what cannot be watched', () => {
  beforeEach(async () => {
    bench = await createBench(krakenWire, DAY);
  });

  it.each([
    ['nosuchvenue', 'there is no venue nosuchvenue'],
    ['constructor', 'there is no venue constructor'],
    ['bitflyer', 'bitflyer offers neither candles nor a trade stream'],
  ])('%s is said once and ends it', async (venue, message) => {
    bench.watch(bench.pair(venue, 'USD'));
    await expect.poll(() => bench.faults().length, { timeout: 5_000 }).toBe(1);
    await sleep(100);
    expect(bench.faults()).toMatchObject([{ code: 'input.invalid', message }]);
  });

  it('a pair the venue does not list is looked for again', async () => {
    bench.watch({ ...bench.pair('kraken', 'USD'), base: 'NOPE' });
    await expect.poll(() => bench.faults().length, { timeout: 5_000 }).toBeGreaterThan(1);
    expect(bench.faults()[0]).toMatchObject({
      code: 'feed.malformed',
      message: 'kraken lists no market NOPE/USD',
    });
  });
});
