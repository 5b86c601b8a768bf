/** Venues without candles on the stream, without a stream, and without anything; order books; stopping. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bar, VenueEvent } from '@sonae/core/ports/venue.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCcxtDepth, depthNear } from './ccxt-depth.ts';
import { type CcxtVenueConfig, type CcxtVenueOptions, createCcxtVenue } from './ccxt-venue.ts';
import { type LocalExchange, type Minute, startLocalExchange } from './local-exchange.ts';
import { binanceWire, bitbankWire, bitstampTrade, bitstampWire, krakenWire } from './local-wires.ts';

const T0 = Date.parse('2026-03-02T00:00:00Z');
const at = (minute: number, seconds = 0): number => T0 + minute * 60_000 + seconds * 1000;

let clock: number;
let exchange: LocalExchange;
let events: VenueEvent[];
let stops: (() => Promise<void>)[];

beforeEach(() => {
  clock = at(0, 30);
  events = [];
  stops = [];
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await exchange.close();
});

const pace = { now: () => clock, tickMs: 5, requestTimeoutMs: 400, patience: { firstMs: 20, maxMs: 60 } };
const price = (close: number, volume = 1_000): Minute => {
  const text = close.toFixed(4);
  return { open: text, high: text, low: text, close: text, volume: volume.toFixed(8) };
};
const pair = (venue: string, quote: string): CcxtVenueConfig => ({
  ...{ id: `${venue} USDC/${quote}`, venue, base: 'USDC', quote, baseUrl: exchange.url },
});
function watch(config: CcxtVenueConfig, options: CcxtVenueOptions = {}): () => Promise<void> {
  const stop = createCcxtVenue(config, { since: at(-3), ...pace, ...options }).watch((event) =>
    events.push(event),
  );
  stops.push(stop);
  return stop;
}
const bars = (): Bar[] =>
  events.flatMap((e) => ('observation' in e && e.observation.kind === 'bar' ? [e.observation] : []));
const minutes = (): number[] => bars().map((bar) => (bar.openAt - T0) / 60_000);
const faults = (): { code: string; message: string }[] =>
  events.flatMap((e) => ('trouble' in e ? [e.trouble.fault] : []));
const rejected = (): string[] => events.flatMap((e) => ('rejected' in e ? [e.rejected.reason] : []));
async function settle(minute: number): Promise<void> {
  clock = at(minute, 2);
  for (let i = 0; i < 30 && !minutes().includes(minute - 1); i += 1) await sleep(50);
  await sleep(50);
}

describe('the feed', () => {
  it('says what kind of silence is to be expected', async () => {
    exchange = await startLocalExchange(krakenWire);
    expect(createCcxtVenue(pair('kraken', 'USD')).feed).toEqual({
      ...{ id: 'kraken USDC/USD', venue: 'kraken', base: 'USDC', quote: 'USD', kind: 'binance-klines' },
      ...{ intervalMs: 60_000, silentAfterMs: 300_000 },
    });
    expect(createCcxtVenue(pair('coinbase', 'USD')).feed).toMatchObject({
      kind: 'ohlcv-csv',
      silentAfterMs: 3_600_000,
    });
    expect(createCcxtVenue({ ...pair('kraken', 'USD'), silentAfterMs: 7_000 }).feed.silentAfterMs).toBe(
      7_000,
    );
  });
});

describe('bitstamp: trades folded into minutes', () => {
  beforeEach(async () => {
    exchange = await startLocalExchange(bitstampWire);
    for (const minute of [-2, -1, 0]) exchange.minutes.set(at(minute), price(1.0001));
    watch(pair('bitstamp', 'USD'));
    await expect.poll(() => exchange.subscriptions, { timeout: 5_000 }).toBe(1);
    await sleep(50);
  });

  it('takes the minute it joined halfway from REST, and folds the next ones with what was sold', async () => {
    await exchange.say(bitstampTrade(at(0, 40), 1, 0.5, 9, 1));
    await settle(1);
    expect(minutes()).toEqual([-2, -1, 0]);
    expect(bars().at(-1)).toMatchObject({ close: 1.0001, sold: null });
    await exchange.say(
      bitstampTrade(at(1, 5), 2, 1.0002, 100, 0),
      bitstampTrade(at(1, 9), 3, 0.9985, 40, 1),
      bitstampTrade(at(1, 9), 3, 0.9985, 40, 1),
      bitstampTrade(at(1, 59), 4, 0.9991, 20, 1),
      bitstampTrade(at(2, 1), 5, 0.9, 1, 1),
    );
    await settle(2);
    expect(bars().at(-1)).toEqual({
      ...{ kind: 'bar', feed: 'bitstamp USDC/USD', openAt: at(1), knownAt: at(2) },
      ...{ open: 1.0002, high: 1.0002, low: 0.9985, close: 0.9991, volume: 160, sold: 60 },
    });
    expect([...rejected(), ...faults()]).toEqual([]);
  });

  it('leaves the half heard minutes around a dropped socket to REST', async () => {
    await exchange.say(bitstampTrade(at(0, 40), 1, 0.5, 9, 1));
    await settle(1);
    clock = at(1, 20);
    await exchange.say(bitstampTrade(at(1, 20), 2, 0.7, 9, 1));
    exchange.drop();
    await expect.poll(() => exchange.subscriptions, { timeout: 5_000 }).toBe(2);
    await sleep(50);
    await exchange.say(bitstampTrade(at(1, 50), 3, 0.8, 9, 1));
    exchange.minutes.set(at(1), price(0.9992));
    await settle(2);
    expect(minutes()).toEqual([-2, -1, 0, 1]);
    expect(bars().at(-1)).toMatchObject({ close: 0.9992 });
  });

  it('refuses trades that cannot be', async () => {
    clock = at(1, 1);
    await exchange.say(bitstampTrade(at(1, 1), 1, 1, 1, 0));
    clock = at(2, 30);
    await exchange.say(
      bitstampTrade(at(2, 5), 2, -1, 5, 0),
      bitstampTrade(at(2, 6), 3, Number.NaN, 5, 0),
      bitstampTrade(at(2, 7), 4, 1, -5, 0),
      bitstampTrade(at(2, 8), 5, 0.9999, 5, 0),
    );
    await settle(3);
    expect(rejected()).toEqual(['not-positive', 'not-a-number', 'negative-volume']);
    expect(bars().at(-1)).toMatchObject({ openAt: at(2), close: 0.9999, volume: 5 });
  });
});

describe('bitbank: REST only', () => {
  beforeEach(async () => {
    exchange = await startLocalExchange(bitbankWire);
  });

  it('polls once a minute, over midnight too', async () => {
    clock = at(-1, 30);
    for (const minute of [-5, -4, -3, -2]) exchange.minutes.set(at(minute), price(150));
    watch(pair('bitbank', 'JPY'), { since: at(-6) });
    await expect.poll(minutes, { timeout: 5_000 }).toEqual([-5, -4, -3, -2]);
    for (let minute = -1; minute < 4; minute += 1) {
      exchange.minutes.set(at(minute), price(150 + minute));
      await settle(minute + 1);
    }
    await expect.poll(minutes).toEqual([-5, -4, -3, -2, -1, 0, 1, 2, 3]);
    expect(exchange.dials).toBe(0);
    expect(rejected()).toEqual([]);
  });

  it('catches up with an outage that spans midnight', async () => {
    clock = at(-2, 30);
    exchange.minutes.set(at(-3), price(150));
    watch(pair('bitbank', 'JPY'), { since: at(-4) });
    await expect.poll(minutes, { timeout: 5_000 }).toEqual([-3]);
    exchange.interfere = (_, res) => res.writeHead(503).end('maintenance');
    await settle(-1);
    await expect.poll(() => faults().length).toBeGreaterThan(0);
    for (const minute of [-2, 0, 1, 2]) exchange.minutes.set(at(minute), price(151));
    clock = at(3, 10);
    exchange.interfere = null;
    await expect.poll(minutes, { timeout: 5_000 }).toEqual([-3, -2, 0, 1, 2]);
    expect(faults()[0]).toMatchObject({
      code: 'feed.unreachable',
      message: expect.stringContaining('bitbank'),
    });
  });
});

describe('what cannot be watched', () => {
  beforeEach(async () => {
    exchange = await startLocalExchange(krakenWire);
  });

  it.each([
    ['nosuchvenue', 'there is no venue nosuchvenue'],
    ['constructor', 'there is no venue constructor'],
    ['bitflyer', 'bitflyer offers neither candles nor a trade stream'],
  ])('%s is said once and ends it', async (venue, message) => {
    watch(pair(venue, 'USD'));
    await expect.poll(() => faults().length, { timeout: 5_000 }).toBe(1);
    await sleep(100);
    expect(faults()).toMatchObject([{ code: 'input.invalid', message }]);
  });

  it('a pair the venue does not list is looked for again', async () => {
    watch({ ...pair('kraken', 'USD'), base: 'NOPE' });
    await expect.poll(() => faults().length, { timeout: 5_000 }).toBeGreaterThan(1);
    expect(faults()[0]).toMatchObject({ code: 'feed.malformed', message: 'kraken lists no market NOPE/USD' });
  });
});

describe('depth', () => {
  const depths = (): unknown[] => events.flatMap((e) => ('observation' in e ? [e.observation] : []));
  const watchDepth = (): void => {
    stops.push(
      createCcxtDepth({ ...pair('kraken', 'USD'), id: 'book' }, pace).watch((event) => events.push(event)),
    );
  };
  beforeEach(async () => {
    exchange = await startLocalExchange(krakenWire);
    exchange.book.bids.push(['0.9999', '1000.5'], ['0.9900', '2000'], ['0.9899', '4000']);
    exchange.book.asks.push(['1.0001', '300'], ['1.0100', '50'], ['1.0101', '9000']);
  });

  it('sums both sides within 1 % of the peg, once a minute', async () => {
    watchDepth();
    await expect.poll(depths, { timeout: 5_000 }).toHaveLength(1);
    expect(depths()).toEqual([
      { kind: 'depth', feed: 'book', openAt: clock, knownAt: clock, bids: 3000.5, asks: 350 },
    ]);
    clock = at(0, 59);
    await sleep(40);
    clock = at(1, 0);
    await expect.poll(depths).toHaveLength(2);
    expect(exchange.requests.filter((path) => path.includes('Depth'))).toHaveLength(2);
  });

  it('refuses a crossed book, tells an outage, and comes back', async () => {
    exchange.book.bids.unshift(['1.0002', '1']);
    watchDepth();
    await expect.poll(rejected, { timeout: 5_000 }).toEqual(['high-below-low']);
    exchange.book.bids.shift();
    exchange.interfere = (_, res) => res.writeHead(502).end();
    clock = at(1, 0);
    await expect.poll(() => faults().length).toBeGreaterThan(0);
    exchange.interfere = null;
    await expect.poll(depths).toHaveLength(1);
    expect(faults()[0]).toMatchObject({ code: 'feed.unreachable' });
  });

  it.each([
    [[[1, Number.NaN]], [], 'not-a-number'],
    [[[-1, 5]], [], 'not-positive'],
    [[], [[1, -5]], 'negative-volume'],
    [[], [], { bids: 0, asks: 0 }],
    [[[0.5, 7]], [[2, 7]], { bids: 0, asks: 0 }],
    [[[151, 7]], [[152, 3]], { bids: 7, asks: 0 }],
  ] as [[number, number][], [number, number][], unknown][])('reads %j / %j as %j', (bids, asks, expected) => {
    expect(depthNear({ bids, asks }, bids[0]?.[0] === 151 ? 150 : 1, 0.01)).toEqual(expected);
  });
});

describe('stopping', () => {
  const MODULE = fileURLToPath(new URL('./ccxt-venue.ts', import.meta.url));
  /** Runs a program that stops its feed at some moment; resolves with its output and how long it lived after that. */
  async function runProgram(
    venue: string,
    quote: string,
    stopWhen: string,
  ): Promise<{ code: number | null; out: string }> {
    const program = `
      const { createCcxtVenue } = await import(${JSON.stringify(MODULE)});
      const config = { id: 'x', venue: ${JSON.stringify(venue)}, base: 'USDC', quote: '${quote}', baseUrl: '${exchange.url}' };
      let seen;
      const first = new Promise((done) => { seen = done; });
      const stop = createCcxtVenue(config, { now: () => ${clock}, since: ${at(-3)} }).watch((event) => { seen(); console.log(Object.keys(event)[0]); });
      await ${stopWhen};
      const startedAt = performance.now();
      await stop();
      console.log('stopped', performance.now() - startedAt < 1000);
      process.on('exit', () => console.log('idle', performance.now() - startedAt < 3000));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 });
    let out = '';
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      out += data;
    });
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, out };
  }
  const ended = 'stopped true\nidle true\n';
  const wait = (ms: number): string => `new Promise((done) => setTimeout(done, ${ms}))`;

  it.each([
    ['while it listens', `first.then(() => ${wait(300)})`, null],
    ['before anything came', wait(0), null],
    ['during a request', wait(800), 'rest'],
    ['while it waits to try again', `first.then(() => ${wait(20)})`, 'down'],
    ['during a handshake that never ends', wait(900), 'handshake'],
  ])('leaves nothing running: %s', async (_, stopWhen, obstacle) => {
    exchange = await startLocalExchange(binanceWire);
    exchange.minutes.set(at(-1), price(1));
    if (obstacle === 'rest') exchange.interfere = () => true;
    if (obstacle === 'down') exchange.interfere = (_path, res) => res.writeHead(500).end('{}');
    if (obstacle === 'handshake') exchange.stallSockets = true;
    const { code, out } = await runProgram('binance', 'USDT', stopWhen);
    expect(out.endsWith(ended), out).toBe(true);
    expect(code).toBe(0);
  });

  it('leaves nothing running: polling', async () => {
    exchange = await startLocalExchange(bitbankWire);
    exchange.minutes.set(at(-1), price(150));
    const { code, out } = await runProgram('bitbank', 'JPY', `first.then(() => ${wait(50)})`);
    expect(out).toBe(`observation\n${ended}`);
    expect(code).toBe(0);
  });

  it('is silent after it stopped, and may be stopped twice', async () => {
    exchange = await startLocalExchange(krakenWire);
    exchange.minutes.set(at(-1), price(1));
    const stop = watch(pair('kraken', 'USD'));
    await expect.poll(minutes, { timeout: 5_000 }).toEqual([-1]);
    await Promise.all([stop(), stop()]);
    exchange.minutes.set(at(0), price(1));
    await settle(1);
    expect(minutes()).toEqual([-1]);
    expect(faults()).toEqual([]);
  });
});
