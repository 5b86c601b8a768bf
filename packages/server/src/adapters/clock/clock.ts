/**
 * Live time, and simulated time that only moves when it is told to.
 *
 * The live clock holds the wall clock against the monotonic one. A wall clock that is set back does not keep a power
 * alive (`now` goes on), and one that jumps ahead does not shorten a delay (`surelyPast` does not follow).
 */
import { assert } from '@sonae/core/kernel/assert.ts';
import type { Clock } from '@sonae/core/ports/clock.ts';

type Sources = { readonly wall: () => number; readonly monotonic: () => number };

/** @param sources milliseconds since 1970, and milliseconds since any moment that never jump */
export function createLiveClock(
  sources: Sources = { wall: () => Date.now(), monotonic: () => performance.now() },
): Clock {
  const wallAt = sources.wall();
  const monotonicAt = sources.monotonic();
  let latest = wallAt;
  const elapsed = (): number => wallAt + Math.floor(sources.monotonic() - monotonicAt);
  return {
    kind: 'live',
    now: () => {
      latest = Math.max(latest, sources.wall(), elapsed());
      return latest;
    },
    surelyPast: () => Math.min(sources.wall(), elapsed()),
  };
}

export const liveClock: Clock = createLiveClock();

export type SimulatedClock = Clock & { moveTo(atMs: number): void };

/** A clock that stands still between calls of `moveTo` and never runs backwards. */
export function createSimulatedClock(startMs: number): SimulatedClock {
  let now = startMs;
  return {
    kind: 'simulated',
    now: () => now,
    surelyPast: () => now,
    moveTo: (atMs) => {
      assert(atMs >= now, 'simulated time does not run backwards');
      now = atMs;
    },
  };
}
