import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bar, VenueEvent } from '@sonae/core/ports/venue.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CcxtVenueConfig, type CcxtVenueOptions, createCcxtVenue } from './ccxt-venue.ts';
import { type LocalExchange, type Minute, startLocalExchange } from './local-exchange.ts';
import { binanceKline, binanceWire, krakenOhlc, krakenWire } from './local-wires.ts';

const T0 = Date.parse('2026-03-01T12:00:00Z');
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

const price = (close: number, volume = 1_000): Minute => ({
  open: '1.0000',
  high: Math.max(1, close).toFixed(4),
  low: Math.min(1, close).toFixed(4),
  close: close.toFixed(4),
  volume: volume.toFixed(8),
});

function watch(
  venue: 'kraken' | 'binance',
  options: CcxtVenueOptions & Partial<CcxtVenueConfig> = {},
): () => Promise<void> {
  const { baseUrl = exchange.url, ...rest } = options;
  const quote = venue === 'kraken' ? 'USD' : 'USDT';
  const config = { id: `${venue} USDC/${quote}`, venue, base: 'USDC', quote, baseUrl };
  const pace = { now: () => clock, tickMs: 5, requestTimeoutMs: 400, patience: { firstMs: 20, maxMs: 60 } };
  const stop = createCcxtVenue(config, { since: at(-4), ...pace, ...rest }).watch((event) =>
    events.push(event),
  );
  stops.push(stop);
  return stop;
}

const bars = (): Bar[] =>
  events.flatMap((e) => ('observation' in e && e.observation.kind === 'bar' ? [e.observation] : []));
const minutes = (): number[] => bars().map((bar) => (bar.openAt - T0) / 60_000);
const rejected = (): { reason: string; line: string }[] =>
  events.flatMap((e) => ('rejected' in e ? [e.rejected] : []));
const faults = (): { code: string; message: string }[] =>
  events.flatMap((e) => ('trouble' in e ? [e.trouble.fault] : []));
const ticks = (): Promise<void> => sleep(50);
/** Lets the clock pass the close of the minute before `minute` and waits until that one came out, or did not. */
async function settle(minute: number): Promise<void> {
  clock = at(minute, 2);
  for (let i = 0; i < 30 && !minutes().includes(minute - 1); i += 1) await ticks();
  await ticks();
}
const subscribed = (n = 1): Promise<unknown> =>
  expect
    .poll(() => exchange.subscriptions, { timeout: 5_000 })
    .toBe(n)
    .then(ticks);

describe('kraken: WebSocket v2 candles', () => {
  beforeEach(async () => {
    exchange = await startLocalExchange(krakenWire);
    for (const [minute, close] of [
      [-3, 1.0001],
      [-2, 1.0002],
      [-1, 1.0003],
      [0, 0.5],
    ] as const) {
      exchange.minutes.set(at(minute), price(close));
    }
  });
  const update = (minute: number, close: number, volume = 1_000): unknown =>
    krakenOhlc('update', { at: at(minute), ...price(close, volume) });

  it('tells closed bars only: recorded ones at the start, live ones after their close', async () => {
    watch('kraken');
    await subscribed();
    expect(minutes()).toEqual([-3, -2, -1]);
    await exchange.say(update(0, 1.0004, 10), update(0, 0.9991, 25.5));
    clock = at(1, 1);
    await ticks();
    expect(minutes()).toEqual([-3, -2, -1]);
    exchange.minutes.set(at(0), price(0.9991, 25.5));
    await settle(1);
    expect(bars().at(-1)).toEqual({
      ...{ kind: 'bar', feed: 'kraken USDC/USD', openAt: at(0), knownAt: at(1) },
      ...{ open: 1, high: 1, low: 0.9991, close: 0.9991, volume: 25.5, sold: null },
    });
    await exchange.say(update(1, 0.9987));
    await settle(2);
    expect(minutes()).toEqual([-3, -2, -1, 0, 1]);
    expect([...rejected(), ...faults()]).toEqual([]);
  });

  it('fills the gap after the server dropped the socket, in order, and takes the rest live', async () => {
    watch('kraken');
    await subscribed();
    await exchange.say(update(0, 0.9999, 3));
    exchange.drop();
    clock = at(3, 10);
    for (const minute of [0, 1, 2, 3]) exchange.minutes.set(at(minute), price(0.99 + minute / 1000));
    await subscribed(2);
    expect(minutes()).toEqual([-3, -2, -1, 0, 1, 2]);
    // Half a minute heard before the drop is not the minute.
    expect(bars().find((bar) => bar.openAt === at(0))?.close).toBe(0.99);
    await exchange.say(
      krakenOhlc('snapshot', { at: at(2), ...price(0.992) }, { at: at(3), ...price(0.995) }),
    );
    exchange.minutes.set(at(3), price(0.995));
    await settle(4);
    expect(minutes()).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect(faults()).toMatchObject([
      { code: 'feed.unreachable', message: expect.stringContaining('kraken') },
    ]);
    expect(rejected()).toEqual([]);
  });

  it('asks REST about a minute the stream was silent in: a quiet market is no trouble', async () => {
    watch('kraken');
    await subscribed();
    for (let minute = 0; minute < 6; minute += 1) {
      exchange.minutes.set(at(minute), price(1, 0));
      await settle(minute + 1);
    }
    expect(minutes()).toEqual([-3, -2, -1, 0, 1, 2, 3, 4, 5]);
    expect(bars().at(-1)).toMatchObject({ volume: 0 });
    expect(faults()).toEqual([]);
    expect(exchange.dials).toBe(1);
  });

  it('notices a deaf socket, dials again, and meanwhile takes the bars from REST', async () => {
    exchange.deafSockets = true;
    watch('kraken');
    await expect.poll(() => exchange.dials).toBe(1);
    await ticks();
    for (let minute = 0; minute < 5; minute += 1) {
      exchange.minutes.set(at(minute), price(0.998));
      await settle(minute + 1);
    }
    expect(minutes()).toEqual([-3, -2, -1, 0, 1, 2, 3, 4]);
    await expect.poll(() => exchange.dials).toBe(2);
    expect(faults()).toMatchObject([
      { code: 'feed.unreachable', message: expect.stringContaining('silent while REST shows trades') },
    ]);
  });

  it('goes on with REST alone where WebSockets are refused', async () => {
    exchange.refuseSockets = true;
    watch('kraken');
    await expect.poll(() => faults().length).toBeGreaterThan(0);
    for (let minute = 0; minute < 3; minute += 1) {
      exchange.minutes.set(at(minute), price(0.997));
      await settle(minute + 1);
      await expect.poll(() => minutes().at(-1)).toBe(minute);
    }
    expect(faults()[0]).toMatchObject({ code: 'feed.unreachable' });
    expect(minutes()).toEqual([-3, -2, -1, 0, 1, 2]);
  });

  it('goes on with the stream alone while REST fails', async () => {
    watch('kraken');
    await subscribed();
    exchange.interfere = (_, res) => res.writeHead(503).end('upstream down');
    for (let minute = 0; minute < 3; minute += 1) {
      await exchange.say(update(minute, 0.996));
      await settle(minute + 1);
    }
    expect(minutes()).toEqual([-3, -2, -1, 0, 1, 2]);
    expect(exchange.dials).toBe(1);
  });

  it('reports garbage frames once and goes on', async () => {
    watch('kraken');
    await subscribed();
    await exchange.say('garbage', '{"channel":"ohlc"', '<html>', update(0, 0.9993));
    await exchange.say('[]', '{}', 'null', '{"channel":"heartbeat"}', '{"channel":7,"data":"x"}');
    await settle(1);
    expect(bars().at(-1)).toMatchObject({ openAt: at(0), close: 0.9993 });
    expect(faults()).toMatchObject([{ code: 'feed.malformed', message: expect.stringContaining('kraken') }]);
  });

  it.each([
    ['no data', { channel: 'ohlc', type: 'update', data: [] }],
    ['a row of nothing', { channel: 'ohlc', type: 'update', data: [{ symbol: 'USDC/USD', interval: 1 }] }],
    [
      'an unknown symbol',
      { channel: 'ohlc', type: 'update', data: [{ symbol: 'NO/PE', interval: 1, interval_begin: 'soon' }] },
    ],
  ])('survives candles with %s', async (_, frame) => {
    watch('kraken');
    await subscribed();
    await exchange.say(frame);
    exchange.minutes.set(at(0), price(0.9995));
    await settle(1);
    await expect.poll(() => minutes().at(-1), { timeout: 3_000 }).toBe(0);
    expect(rejected().every(({ reason }) => reason === 'not-a-number')).toBe(true);
  });

  it.each([
    ['not-a-number', { ...price(1), close: 'NaN' }],
    ['not-positive', { ...price(1), close: '-1', low: '-1' }],
    ['not-positive', { ...price(1), open: '0', low: '0' }],
    ['high-below-low', { ...price(1), high: '0.5', low: '2' }],
    ['negative-volume', { ...price(1), volume: '-5' }],
  ])('rejects a live bar (%s) and takes the recorded one instead', async (reason, minute) => {
    watch('kraken');
    await subscribed();
    await exchange.say(krakenOhlc('update', { at: at(0), ...minute }));
    exchange.minutes.set(at(0), price(0.9994));
    await settle(1);
    expect(rejected()).toMatchObject([{ reason }]);
    expect(bars().at(-1)).toMatchObject({ openAt: at(0), close: 0.9994 });
  });

  it('rejects recorded nonsense, once, and keeps what is around it', async () => {
    exchange.minutes.set(at(-2), { ...price(1), close: '-0.5', low: '-0.5' });
    watch('kraken');
    await subscribed();
    await settle(1);
    await settle(2);
    expect(minutes().slice(0, 2)).toEqual([-3, -1]);
    expect(rejected()).toMatchObject([{ reason: 'not-positive' }]);
  });

  it('passes over repetitions, and names restated, older and future bars', async () => {
    watch('kraken');
    await subscribed();
    const repeated = [-3, -2, -1].map((m) => ({ at: at(m), ...price(1 + (m + 4) / 10_000) }));
    await exchange.say(krakenOhlc('snapshot', ...repeated), update(0, 0.9999), update(0, 0.9998));
    exchange.minutes.set(at(0), price(0.9998));
    await settle(1);
    expect(rejected()).toEqual([]);
    await exchange.say(update(-1, 0.9), update(-2, 0.9), update(0, 0.8), update(600, 0.7), update(1, 0.9997));
    exchange.minutes.set(at(1), price(0.9997));
    await settle(2);
    expect(rejected().map(({ reason }) => reason)).toEqual([
      'out-of-order',
      'out-of-order',
      'duplicate',
      'from-the-future',
    ]);
    expect(minutes()).toEqual([-3, -2, -1, 0, 1]);
    await exchange.say(update(0, 0.8), update(600, 0.7));
    await settle(3);
    expect(rejected()).toHaveLength(4);
  });
});

describe('binance: klines', () => {
  beforeEach(async () => {
    exchange = await startLocalExchange(binanceWire);
  });

  it('reads its own formats and only its spot markets', async () => {
    for (const minute of [-3, -2, -1, 0]) exchange.minutes.set(at(minute), price(1.0001));
    watch('binance');
    await subscribed();
    await exchange.say(
      binanceKline(at(0), price(1.0002, 5)),
      binanceKline(at(0), price(0.9995, 9), true),
      binanceKline(at(1), price(0.9, 1)),
    );
    exchange.minutes.set(at(0), price(0.9995, 9));
    await settle(1);
    expect(minutes()).toEqual([-3, -2, -1, 0]);
    expect(bars().at(-1)).toMatchObject({ close: 0.9995, volume: 9, sold: null });
    expect([...rejected(), ...faults()]).toEqual([]);
    expect(exchange.requests.filter((path) => !path.startsWith('/api/v3/'))).toEqual([]);
  });

  it('fills a long gap page by page', async () => {
    for (let minute = -1_300; minute < 0; minute += 1)
      exchange.minutes.set(at(minute), price(1.0001, 5_000 + minute));
    watch('binance', { since: at(-1_301) });
    await expect.poll(() => bars().length, { timeout: 8_000 }).toBe(1_300);
    expect(minutes()).toEqual(Array.from({ length: 1_300 }, (_, i) => i - 1_300));
    expect(exchange.requests.filter((path) => path.includes('klines')).length).toBeLessThanOrEqual(4);
  });

  it('goes back one day at most', async () => {
    for (let minute = -3_000; minute < 0; minute += 1)
      exchange.minutes.set(at(minute), price(1.0001, 5_000 + minute));
    watch('binance', { since: at(-3_000) });
    await expect.poll(() => minutes().at(-1), { timeout: 8_000 }).toBe(-1);
    expect(minutes()[0]).toBe(-1_440);
  });

  it('waits for a server that is down at the start', async () => {
    const { url } = exchange;
    await exchange.close();
    watch('binance', { baseUrl: url });
    await expect.poll(() => faults().length, { timeout: 5_000 }).toBeGreaterThan(1);
    expect(faults()[0]).toMatchObject({
      code: 'feed.unreachable',
      message: expect.stringContaining('binance'),
    });
    exchange = await startLocalExchange(binanceWire, Number(new URL(url).port));
    exchange.minutes.set(at(-1), price(1.0001));
    await subscribed();
    expect(minutes()).toEqual([-1]);
  });

  it('obeys 429 with Retry-After', async () => {
    exchange.interfere = (_, res) =>
      res.writeHead(429, { 'retry-after': '1' }).end('{"code":-1003,"msg":"Too many requests"}');
    watch('binance');
    await expect.poll(() => faults().length, { timeout: 5_000 }).toBe(1);
    expect(faults()[0]).toMatchObject({ code: 'feed.unreachable' });
    await sleep(600);
    expect(exchange.requests).toHaveLength(1);
    exchange.interfere = null;
    await subscribed();
  });

  it.each([
    ['a slow answer', (res: ServerResponse) => res.flushHeaders(), 'feed.unreachable'],
    ['a cut connection', (res: ServerResponse) => res.destroy(), 'feed.unreachable'],
    ['a page instead of JSON', (res: ServerResponse) => res.end('<html><h1>hello</h1>'), 'feed.malformed'],
    ['JSON of another kind', (res: ServerResponse) => res.end('{"symbols":[{"x":1}]}'), 'feed.malformed'],
    ['half of the JSON', (res: ServerResponse) => res.end('{"symbols":[{"symbol":'), 'feed.malformed'],
    [
      'a redirect',
      (res: ServerResponse) => res.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      'feed.unreachable',
    ],
  ])('tells %s, waits, and comes back', async (_, answer, code) => {
    exchange.minutes.set(at(-1), price(1.0001));
    exchange.interfere = (_path, res) => answer(res);
    watch('binance');
    await expect.poll(() => faults().length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(faults()[0]).toMatchObject({ code, message: expect.stringContaining('binance') });
    expect(JSON.stringify(faults())).not.toContain('<h1>');
    exchange.interfere = null;
    await subscribed();
    expect(minutes()).toEqual([-1]);
  });

  it('does not hammer a venue that fails', async () => {
    exchange.interfere = (_, res) => res.writeHead(500).end('{}');
    watch('binance', { patience: { firstMs: 50, maxMs: 5_000 } });
    await expect.poll(() => faults().length, { timeout: 5_000 }).toBe(1);
    await sleep(700);
    expect(faults().length).toBeLessThanOrEqual(5);
  });
});
