import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCcxtDepth, depthNear } from './ccxt-depth.ts';
import { krakenWire } from './local-wires.ts';
import { type Bench, createBench } from './venue-bench.ts';

const DAY = '2026-03-02T00:00:00Z';

let bench: Bench;
afterEach(() => bench.close());

describe('depth', () => {
  const watchDepth = (): unknown =>
    bench.start(createCcxtDepth({ ...bench.pair('kraken', 'USD'), id: 'book' }, bench.pace));
  beforeEach(async () => {
    bench = await createBench(krakenWire, DAY);
    bench.exchange.book.bids.push(['0.9999', '1000.5'], ['0.9900', '2000'], ['0.9899', '4000']);
    bench.exchange.book.asks.push(['1.0001', '300'], ['1.0100', '50'], ['1.0101', '9000']);
  });

  it('sums both sides within 1 % of the peg, once a minute', async () => {
    watchDepth();
    await expect.poll(bench.observations, { timeout: 5_000 }).toHaveLength(1);
    expect(bench.observations()).toEqual([
      { kind: 'depth', feed: 'book', openAt: bench.clock, knownAt: bench.clock, bids: 3000.5, asks: 350 },
    ]);
    bench.clock = bench.at(0, 59);
    await sleep(40);
    bench.clock = bench.at(1, 0);
    await expect.poll(bench.observations).toHaveLength(2);
    expect(bench.exchange.requests.filter((path) => path.includes('Depth'))).toHaveLength(2);
  });

  it('refuses a crossed book, tells an outage, and comes back', async () => {
    bench.exchange.book.bids.unshift(['1.0002', '1']);
    watchDepth();
    await expect.poll(bench.rejected, { timeout: 5_000 }).toEqual(['high-below-low']);
    bench.exchange.book.bids.shift();
    bench.exchange.interfere = (_, res) => res.writeHead(502).end();
    bench.clock = bench.at(1, 0);
    await expect.poll(() => bench.faults().length).toBeGreaterThan(0);
    bench.exchange.interfere = null;
    await expect.poll(bench.observations).toHaveLength(1);
    expect(bench.faults()[0]).toMatchObject({ code: 'feed.unreachable' });
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
