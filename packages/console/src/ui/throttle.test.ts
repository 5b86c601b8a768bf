/** A burst becomes two refreshes a second; the last one always comes. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createThrottle } from './throttle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('fires at once, then thins a burst and keeps its end', () => {
  const effect = vi.fn();
  const { run } = createThrottle(500, effect);
  for (let i = 0; i < 99; i++) {
    run();
    vi.advanceTimersByTime(10);
  }
  expect(effect).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(500);
  expect(effect).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(5_000);
  expect(effect).toHaveBeenCalledTimes(3);
});

it('does nothing after a stop', () => {
  const effect = vi.fn();
  const { run, stop } = createThrottle(500, effect);
  run();
  run();
  stop();
  vi.advanceTimersByTime(2_000);
  expect(effect).toHaveBeenCalledTimes(1);
});
