import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { binanceWire, bitbankWire, krakenWire } from './local-wires.ts';
import { type Bench, createBench, minuteAt } from './venue-bench.ts';

const DAY = '2026-03-02T00:00:00Z';

let bench: Bench;
afterEach(() => bench.close());

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
      const config = { id: 'x', venue: ${JSON.stringify(venue)}, base: 'USDC', quote: '${quote}', baseUrl: '${bench.exchange.url}' };
      let seen;
      const first = new Promise((done) => { seen = done; });
      const stop = createCcxtVenue(config, { now: () => ${bench.clock}, since: ${bench.at(-3)} }).watch((event) => { seen(); console.log(Object.keys(event)[0]); });
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
    bench = await createBench(binanceWire, DAY);
    bench.exchange.minutes.set(bench.at(-1), minuteAt(1));
    if (obstacle === 'rest') bench.exchange.interfere = () => true;
    if (obstacle === 'down') bench.exchange.interfere = (_path, res) => res.writeHead(500).end('{}');
    if (obstacle === 'handshake') bench.exchange.stallSockets = true;
    const { code, out } = await runProgram('binance', 'USDT', stopWhen);
    expect(out.endsWith(ended), out).toBe(true);
    expect(code).toBe(0);
  });

  it('leaves nothing running: polling', async () => {
    bench = await createBench(bitbankWire, DAY);
    bench.exchange.minutes.set(bench.at(-1), minuteAt(150));
    const { code, out } = await runProgram('bitbank', 'JPY', `first.then(() => ${wait(50)})`);
    expect(out).toBe(`observation\n${ended}`);
    expect(code).toBe(0);
  });

  it('is silent after it stopped, and may be stopped twice', async () => {
    bench = await createBench(krakenWire, DAY);
    bench.exchange.minutes.set(bench.at(-1), minuteAt(1));
    const stop = bench.watch(bench.pair('kraken', 'USD'));
    await expect.poll(bench.minutes, { timeout: 5_000 }).toEqual([-1]);
    await Promise.all([stop(), stop()]);
    bench.exchange.minutes.set(bench.at(0), minuteAt(1));
    await bench.settle(1);
    expect(bench.minutes()).toEqual([-1]);
    expect(bench.faults()).toEqual([]);
  });

  it('dials by its own patience, and never after a stop', async () => {
    bench = await createBench(krakenWire, DAY);
    bench.exchange.refuseSockets = true;
    const stop = bench.watch(bench.pair('kraken', 'USD'));
    await expect.poll(() => bench.exchange.dials, { timeout: 2_500 }).toBeGreaterThanOrEqual(6);
    await stop();
    const { dials } = bench.exchange;
    await new Promise((done) => setTimeout(done, 1_500));
    expect(bench.exchange.dials).toBe(dials);
  });
});
