import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { krakenOhlc, krakenWire } from './local-wires.ts';
import { type Bench, createBench, minuteAt } from './venue-bench.ts';

let bench: Bench;
afterEach(() => bench.close());

describe('kraken: WebSocket v2 candles', () => {
  beforeEach(async () => {
    bench = await createBench(krakenWire, '2026-03-01T12:00:00Z');
    for (const [minute, close] of [
      [-3, 1.0001],
      [-2, 1.0002],
      [-1, 1.0003],
      [0, 0.5],
    ] as const) {
      bench.exchange.minutes.set(bench.at(minute), minuteAt(close));
    }
  });
  const update = (minute: number, close: number, volume = 1_000): unknown =>
    krakenOhlc('update', { at: bench.at(minute), ...minuteAt(close, volume) });

  it('tells closed bars only: recorded ones at the start, live ones after their close', async () => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    expect(bench.minutes()).toEqual([-3, -2, -1]);
    await bench.exchange.say(update(0, 1.0004, 10), update(0, 0.9991, 25.5));
    bench.clock = bench.at(1, 1);
    await bench.ticks();
    expect(bench.minutes()).toEqual([-3, -2, -1]);
    bench.exchange.minutes.set(bench.at(0), minuteAt(0.9991, 25.5));
    await bench.settle(1);
    expect(bench.bars().at(-1)).toEqual({
      ...{ kind: 'bar', feed: 'kraken USDC/USD', openAt: bench.at(0), knownAt: bench.at(1) },
      ...{ open: 1, high: 1, low: 0.9991, close: 0.9991, volume: 25.5, sold: null },
    });
    await bench.exchange.say(update(1, 0.9987));
    await bench.settle(2);
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1]);
    expect([...bench.rejected(), ...bench.faults()]).toEqual([]);
  });

  it('fills the gap after the server dropped the socket, in order, and takes the rest live', async () => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    await bench.exchange.say(update(0, 0.9999, 3));
    bench.exchange.drop();
    bench.clock = bench.at(3, 10);
    for (const minute of [0, 1, 2, 3])
      bench.exchange.minutes.set(bench.at(minute), minuteAt(0.99 + minute / 1000));
    await bench.subscribed(2);
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1, 2]);
    // Half a minute heard before the drop is not the minute.
    expect(bench.bars().find((bar) => bar.openAt === bench.at(0))?.close).toBe(0.99);
    await bench.exchange.say(
      krakenOhlc(
        'snapshot',
        { at: bench.at(2), ...minuteAt(0.992) },
        { at: bench.at(3), ...minuteAt(0.995) },
      ),
    );
    bench.exchange.minutes.set(bench.at(3), minuteAt(0.995));
    await bench.settle(4);
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1, 2, 3]);
    expect(bench.faults()).toMatchObject([
      { code: 'feed.unreachable', message: expect.stringContaining('kraken') },
    ]);
    expect(bench.rejected()).toEqual([]);
  });

  it('asks REST about a minute the stream was silent in: a quiet market is no trouble', async () => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    for (let minute = 0; minute < 6; minute += 1) {
      bench.exchange.minutes.set(bench.at(minute), minuteAt(1, 0));
      await bench.settle(minute + 1);
    }
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1, 2, 3, 4, 5]);
    expect(bench.bars().at(-1)).toMatchObject({ volume: 0 });
    expect(bench.faults()).toEqual([]);
    expect(bench.exchange.dials).toBe(1);
  });

  it('notices a deaf socket, dials again, and meanwhile takes the bars from REST', async () => {
    bench.exchange.deafSockets = true;
    bench.watch(bench.pair('kraken', 'USD'));
    await expect.poll(() => bench.exchange.dials).toBe(1);
    await bench.ticks();
    for (let minute = 0; minute < 5; minute += 1) {
      bench.exchange.minutes.set(bench.at(minute), minuteAt(0.998));
      await bench.settle(minute + 1);
    }
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1, 2, 3, 4]);
    await expect.poll(() => bench.exchange.dials).toBe(2);
    expect(bench.faults()).toMatchObject([
      { code: 'feed.unreachable', message: expect.stringContaining('silent while REST shows trades') },
    ]);
  });

  it('goes on with REST alone where WebSockets are refused', async () => {
    bench.exchange.refuseSockets = true;
    bench.watch(bench.pair('kraken', 'USD'));
    await expect.poll(() => bench.faults().length).toBeGreaterThan(0);
    for (let minute = 0; minute < 3; minute += 1) {
      bench.exchange.minutes.set(bench.at(minute), minuteAt(0.997));
      await bench.settle(minute + 1);
      await expect.poll(() => bench.minutes().at(-1)).toBe(minute);
    }
    expect(bench.faults()[0]).toMatchObject({ code: 'feed.unreachable' });
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1, 2]);
  });

  it('goes on with the stream alone while REST fails', async () => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    bench.exchange.interfere = (_, res) => res.writeHead(503).end('upstream down');
    for (let minute = 0; minute < 3; minute += 1) {
      await bench.exchange.say(update(minute, 0.996));
      await bench.settle(minute + 1);
    }
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1, 2]);
    expect(bench.exchange.dials).toBe(1);
  });

  it('reports garbage frames once and goes on', async () => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    await bench.exchange.say('garbage', '{"channel":"ohlc"', '<html>', update(0, 0.9993));
    await bench.exchange.say('[]', '{}', 'null', '{"channel":"heartbeat"}', '{"channel":7,"data":"x"}');
    await bench.settle(1);
    expect(bench.bars().at(-1)).toMatchObject({ openAt: bench.at(0), close: 0.9993 });
    expect(bench.faults()).toMatchObject([
      { code: 'feed.malformed', message: expect.stringContaining('kraken') },
    ]);
  });

  it.each([
    ['no data', { channel: 'ohlc', type: 'update', data: [] }],
    ['a row of nothing', { channel: 'ohlc', type: 'update', data: [{ symbol: 'USDC/USD', interval: 1 }] }],
    [
      'an unknown symbol',
      { channel: 'ohlc', type: 'update', data: [{ symbol: 'NO/PE', interval: 1, interval_begin: 'soon' }] },
    ],
  ])('survives candles with %s', async (_, frame) => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    await bench.exchange.say(frame);
    bench.exchange.minutes.set(bench.at(0), minuteAt(0.9995));
    await bench.settle(1);
    await expect.poll(() => bench.minutes().at(-1), { timeout: 3_000 }).toBe(0);
    expect(bench.rejected().every((reason) => reason === 'not-a-number')).toBe(true);
  });

  it.each([
    ['not-a-number', { ...minuteAt(1), close: 'NaN' }],
    ['not-positive', { ...minuteAt(1), close: '-1', low: '-1' }],
    ['not-positive', { ...minuteAt(1), open: '0', low: '0' }],
    ['high-below-low', { ...minuteAt(1), high: '0.5', low: '2' }],
    ['negative-volume', { ...minuteAt(1), volume: '-5' }],
  ])('rejects a live bar (%s) and takes the recorded one instead', async (reason, minute) => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    await bench.exchange.say(krakenOhlc('update', { at: bench.at(0), ...minute }));
    bench.exchange.minutes.set(bench.at(0), minuteAt(0.9994));
    await bench.settle(1);
    expect(bench.rejected()).toEqual([reason]);
    expect(bench.bars().at(-1)).toMatchObject({ openAt: bench.at(0), close: 0.9994 });
  });

  it('rejects recorded nonsense, once, and keeps what is around it', async () => {
    bench.exchange.minutes.set(bench.at(-2), { ...minuteAt(1), close: '-0.5', low: '-0.5' });
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    await bench.settle(1);
    await bench.settle(2);
    expect(bench.minutes().slice(0, 2)).toEqual([-3, -1]);
    expect(bench.rejected()).toEqual(['not-positive']);
  });

  it('passes over repetitions, and names restated, older and future bars', async () => {
    bench.watch(bench.pair('kraken', 'USD'));
    await bench.subscribed();
    const repeated = [-3, -2, -1].map((m) => ({ at: bench.at(m), ...minuteAt(1 + (m + 4) / 10_000) }));
    await bench.exchange.say(krakenOhlc('snapshot', ...repeated), update(0, 0.9999), update(0, 0.9998));
    bench.exchange.minutes.set(bench.at(0), minuteAt(0.9998));
    await bench.settle(1);
    expect(bench.rejected()).toEqual([]);
    await bench.exchange.say(
      update(-1, 0.9),
      update(-2, 0.9),
      update(0, 0.8),
      update(600, 0.7),
      update(1, 0.9997),
    );
    bench.exchange.minutes.set(bench.at(1), minuteAt(0.9997));
    await bench.settle(2);
    expect(bench.rejected()).toEqual(['out-of-order', 'out-of-order', 'duplicate', 'from-the-future']);
    expect(bench.minutes()).toEqual([-3, -2, -1, 0, 1]);
    await bench.exchange.say(update(0, 0.8), update(600, 0.7));
    await bench.settle(3);
    expect(bench.rejected()).toHaveLength(4);
  });
});
