/**
 * Driving watches with recorded observations: the loop that backtests, replays and demos share. Time is the recording's
 * own; after every step all commands of that step are durable before the next step begins.
 */

import { STEP_MS, type Tick, type Watch, type WatchCommand } from '@sonae/core/app/evaluate.ts';
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { floorTo } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { SimulatedClock } from './adapters/clock/clock.ts';
import type { Row } from './connectors/feed-files/feed-folder.ts';

const WATCH_PRINCIPAL: Principal = { id: 'system:watch', kind: 'system' };

export type StepListener = (tick: Tick) => Promise<void> | void;

export async function submitAll(app: App, commands: readonly WatchCommand[]): Promise<Outcome[]> {
  return Promise.all(commands.map((command) => app.submit({ ...command, actor: WATCH_PRINCIPAL })));
}

export type ReplaySpan = {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly rows: number;
  readonly rejected: number;
};

/** Rows of the asset's own pairs, usable or not: a recording begins with the first of their bars and ends with the last. */
function isPriced(watch: Watch, row: Row): boolean {
  const { asset, feeds } = watch.spec;
  const id = 'observation' in row ? row.observation.feed : row.rejected.feed;
  const feed = feeds.find((spec) => spec.id === id);
  const isPair = feed !== undefined && feed.kind !== 'chainlink-rounds' && feed.kind !== 'depth';
  return isPair && (feed.base === asset || feed.quote === asset);
}

/** Rows held back while waiting for the next price; beyond this they go on without one. */
const HELD_ROWS_MAX = 1_000_000;

/**
 * Only as much of a recording as prices of the asset cover. Feeds that merely convert may have been recorded for longer;
 * that the asset's own files end there is the end of the recording, not silence.
 */
export async function* untilLastPrice(
  watch: Watch,
  rows: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Row[]> {
  let held: Row[] = [];
  for await (const chunk of rows) {
    let priced = held.length + chunk.length > HELD_ROWS_MAX ? chunk.length : 0;
    for (let i = chunk.length; i > priced; i -= 1) if (isPriced(watch, chunk[i - 1] as Row)) priced = i;
    if (priced > 0) {
      yield [...held, ...chunk.slice(0, priced)];
      held = [];
    }
    held.push(...chunk.slice(priced));
  }
}

/**
 * Feeds rows to the watch in the order they became known and reads it once a minute. The asset's first bar starts the
 * reading: what other feeds said before is only remembered.
 */
export async function replayRows(
  app: App,
  clock: SimulatedClock,
  watch: Watch,
  rows: AsyncIterable<readonly Row[]>,
  onStep: StepListener = () => undefined,
): Promise<ReplaySpan> {
  let next: number | null = null;
  let from = 0;
  let steps = 0;
  let count = 0;
  let rejected = 0;
  const stepTo = async (knownAt: number): Promise<void> => {
    // Everything known up to and including `next` is in: rows arrive in order and this one is later.
    while (next !== null && next < knownAt) {
      await step(app, clock, watch, next, onStep);
      steps += 1;
      next += STEP_MS;
    }
  };
  for await (const chunk of rows) {
    for (const row of chunk) {
      const knownAt = 'observation' in row ? row.observation.knownAt : row.knownAt;
      await stepTo(knownAt);
      count += 1;
      if ('rejected' in row) {
        const { feed, reason, line } = row.rejected;
        watch.reject(feed, reason, line, Math.max(knownAt, clock.now()));
        rejected += 1;
        continue;
      }
      if (next === null && isPriced(watch, row)) {
        from = knownAt;
        next = floorTo(knownAt + STEP_MS - 1, STEP_MS);
      }
      watch.ingest(row.observation);
    }
  }
  if (next === null) return { from: 0, to: 0, steps: 0, rows: count, rejected };
  const last = next;
  await stepTo(last + 1);
  clock.moveTo(Math.max(clock.now(), last));
  await submitAll(app, watch.flush(last));
  return { from, to: last, steps, rows: count, rejected };
}

async function step(
  app: App,
  clock: SimulatedClock,
  watch: Watch,
  at: number,
  onStep: StepListener,
): Promise<void> {
  clock.moveTo(Math.max(clock.now(), at));
  const tick = watch.tick(at);
  if (tick.commands.length > 0) await submitAll(app, tick.commands);
  await onStep(tick);
}
