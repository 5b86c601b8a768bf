import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocalExchange } from './local-exchange.ts';
import { binanceKline, binanceWire } from './local-wires.ts';
import { type Bench, createBench, minuteAt } from './venue-bench.ts';

let bench: Bench;
afterEach(() => bench.close());

describe('binance: klines', () => {
  beforeEach(async () => {
    bench = await createBench(binanceWire, '2026-03-01T12:00:00Z');
  });

  it('reads its own formats and only its spot markets', async () => {
    for (const minute of [-3, -2, -1, 0]) bench.exchange.minutes.set(bench.at(minute), minuteAt(1.0001));
    bench.watch(bench.pair('binance', 'USDT'));
    await bench.subscribed();
    await bench.exchange.say(
      binanceKline(bench.at(0), minuteAt(1.0002, 5)),
      binanceKline(bench.at(0), minuteAt(0.9995, 9), true),
      binanceKline(bench.at(1), minuteAt(0.9, 1)),
    );
    bench.exchange.minutes.set(bench.at(0), minuteAt(0.9995, 9));
    await bench.settle(1);
    expect(bench.minutes()).toEqual([-3, -2, -1, 0]);
    expect(bench.bars().at(-1)).toMatchObject({ close: 0.9995, volume: 9, sold: null });
    expect([...bench.rejected(), ...bench.faults()]).toEqual([]);
    expect(bench.exchange.requests.filter((path) => !path.startsWith('/api/v3/'))).toEqual([]);
  });

  it('fills a long gap page by page', async () => {
    for (let minute = -1_300; minute < 0; minute += 1)
      bench.exchange.minutes.set(bench.at(minute), minuteAt(1.0001, 5_000 + minute));
    bench.watch(bench.pair('binance', 'USDT'), { since: bench.at(-1_301) });
    await expect.poll(() => bench.bars().length, { timeout: 8_000 }).toBe(1_300);
    expect(bench.minutes()).toEqual(Array.from({ length: 1_300 }, (_, i) => i - 1_300));
    expect(bench.exchange.requests.filter((path) => path.includes('klines')).length).toBeLessThanOrEqual(4);
  });

  it('goes back one day at most', async () => {
    for (let minute = -3_000; minute < 0; minute += 1)
      bench.exchange.minutes.set(bench.at(minute), minuteAt(1.0001, 5_000 + minute));
    bench.watch(bench.pair('binance', 'USDT'), { since: bench.at(-3_000) });
    await expect.poll(() => bench.minutes().at(-1), { timeout: 8_000 }).toBe(-1);
    expect(bench.minutes()[0]).toBe(-1_440);
  });

  it('waits for a server that is down at the start', async () => {
    const { url } = bench.exchange;
    await bench.exchange.close();
    bench.watch({ ...bench.pair('binance', 'USDT'), baseUrl: url });
    await expect.poll(() => bench.faults().length, { timeout: 5_000 }).toBeGreaterThan(1);
    expect(bench.faults()[0]).toMatchObject({
      code: 'feed.unreachable',
      message: expect.stringContaining('binance'),
    });
    bench.exchange = await startLocalExchange(binanceWire, Number(new URL(url).port));
    bench.exchange.minutes.set(bench.at(-1), minuteAt(1.0001));
    await bench.subscribed();
    expect(bench.minutes()).toEqual([-1]);
  });

  it('obeys 429 with Retry-After', async () => {
    bench.exchange.interfere = (_, res) =>
      res.writeHead(429, { 'retry-after': '1' }).end('{"code":-1003,"msg":"Too many requests"}');
    bench.watch(bench.pair('binance', 'USDT'));
    await expect.poll(() => bench.faults().length, { timeout: 5_000 }).toBe(1);
    expect(bench.faults()[0]).toMatchObject({ code: 'feed.unreachable' });
    await sleep(600);
    expect(bench.exchange.requests).toHaveLength(1);
    bench.exchange.interfere = null;
    await bench.subscribed();
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
    bench.exchange.minutes.set(bench.at(-1), minuteAt(1.0001));
    bench.exchange.interfere = (_path, res) => answer(res);
    bench.watch(bench.pair('binance', 'USDT'));
    await expect.poll(() => bench.faults().length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(bench.faults()[0]).toMatchObject({ code, message: expect.stringContaining('binance') });
    expect(JSON.stringify(bench.faults())).not.toContain('<h1>');
    bench.exchange.interfere = null;
    await bench.subscribed();
    expect(bench.minutes()).toEqual([-1]);
  });

  it('does not hammer a venue that fails', async () => {
    bench.exchange.interfere = (_, res) => res.writeHead(500).end('{}');
    bench.watch(bench.pair('binance', 'USDT'), { patience: { firstMs: 50, maxMs: 5_000 } });
    await expect.poll(() => bench.faults().length, { timeout: 5_000 }).toBe(1);
    await sleep(700);
    expect(bench.faults().length).toBeLessThanOrEqual(5);
  });
});
