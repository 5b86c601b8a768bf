/** Driving a watch, or time alone, from a scenario or recording at a chosen speed. */

import type { Tick } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { SimulatedClock } from './adapters/clock/clock.ts';
import type { Row } from './connectors/feed-files/feed-folder.ts';
import { type ReplaySpan, replayRows } from './replay-run.ts';
import type { WatchedAsset } from './runtime.ts';

export type Pace = {
  /** Simulated time per wall time at a simulated instant; Infinity does not wait. */
  speedAt(at: number): number;
  readonly signal: AbortSignal;
};

/** A wait shorter than this is saved up: timers are not finer. */
const WAIT_MIN_MS = 4;

/** Feeds rows until they end or the pace is aborted. */
export async function drive(
  app: App,
  clock: SimulatedClock,
  watched: WatchedAsset,
  rows: AsyncIterable<readonly Row[]>,
  pace: Pace,
  onTick: (tick: Tick) => Promise<void> | void,
): Promise<ReplaySpan> {
  const pacer = createPacer(pace);
  return replayRows(app, clock, watched.watch, untilAborted(rows, pace.signal), async (tick) => {
    await onTick(tick);
    await pacer(tick.peg.at);
  });
}

async function* untilAborted(
  rows: AsyncIterable<readonly Row[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  for await (const chunk of rows) {
    if (signal.aborted) return;
    yield chunk;
  }
}

function createPacer({ speedAt, signal }: Pace): (at: number) => Promise<void> {
  let last: number | null = null;
  let owedMs = 0;
  let wall = performance.now();
  return async (at) => {
    const speed = speedAt(at);
    if (last !== null && Number.isFinite(speed)) owedMs += (at - last) / speed;
    last = at;
    const spent = performance.now() - wall;
    wall += spent;
    owedMs -= spent;
    if (owedMs > WAIT_MIN_MS) await sleep(owedMs, signal);
    // A machine that cannot keep up does not race to catch up later.
    else if (owedMs < -SECOND_MS || !Number.isFinite(speed)) owedMs = 0;
  };
}

/** Resolves after `ms`, or at once when aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

export type TimeSpan = {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  /** Instants between steps at which somebody acts. */
  readonly stops: readonly number[];
};

/** Moves time alone, where a scenario watches no market. */
export async function driveTime(
  clock: SimulatedClock,
  { from, to, stepMs, stops }: TimeSpan,
  pace: Pace,
  onStep: (at: number) => Promise<void>,
): Promise<ReplaySpan> {
  const pacer = createPacer(pace);
  let steps = 0;
  const after = (at: number): number => Math.min(at + stepMs, stops.find((stop) => stop > at) ?? at + stepMs);
  for (let at = from; at <= to && !pace.signal.aborted; at = after(at)) {
    clock.moveTo(Math.max(clock.now(), at));
    await onStep(at);
    await pacer(at);
    steps += 1;
  }
  return { from, to, steps, rows: 0, rejected: 0 };
}
