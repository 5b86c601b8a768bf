/** Live time, and simulated time that only moves when it is told to. */
import { assert } from '@sonae/core/kernel/assert.ts';
import type { Clock } from '@sonae/core/ports/clock.ts';

export const liveClock: Clock = { kind: 'live', now: () => Date.now() };

export type SimulatedClock = Clock & { moveTo(atMs: number): void };

/** A clock that stands still between calls of `moveTo` and never runs backwards. */
export function createSimulatedClock(startMs: number): SimulatedClock {
  let now = startMs;
  return {
    kind: 'simulated',
    now: () => now,
    moveTo: (atMs) => {
      assert(atMs >= now, 'simulated time does not run backwards');
      now = atMs;
    },
  };
}
