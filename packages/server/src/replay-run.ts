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

export const WATCH_PRINCIPAL: Principal = { id: 'system:watch', kind: 'system' };

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

/**
 * Feeds rows to the watch in the order they became known and reads it once a minute. The first traded bar starts the
 * reading: oracle rounds before it are only remembered.
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
        watch.reject(
          row.rejected.feed,
          row.rejected.reason,
          row.rejected.line,
          Math.max(knownAt, clock.now()),
        );
        rejected += 1;
        continue;
      }
      if (next === null && row.observation.kind === 'bar') {
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
