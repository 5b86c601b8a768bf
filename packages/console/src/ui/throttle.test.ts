/** A burst becomes two refreshes a second; the last one always comes. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

describe('work that takes its time', () => {
  const slow = (tookMs: number) => vi.fn(() => new Promise((resolve) => setTimeout(resolve, tookMs)));

  it('never overlaps, leaves as much time free as it took, and the last request is not lost', async () => {
    const effect = slow(2_000);
    const { run } = createThrottle(500, effect);
    for (let i = 0; i < 390; i++) {
      run();
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(effect).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(effect).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(effect).toHaveBeenCalledTimes(2);
    run();
    expect(effect).toHaveBeenCalledTimes(3);
  });

  it('rests for five seconds at most, and goes on after a failure', async () => {
    const effect = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      throw new Error('the server is away');
    });
    const { run } = createThrottle(500, effect);
    run();
    run();
    await vi.advanceTimersByTimeAsync(24_900);
    expect(effect).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(effect).toHaveBeenCalledTimes(2);
  });

  it('does nothing after a stop', async () => {
    const effect = slow(100);
    const { run, stop } = createThrottle(500, effect);
    run();
    run();
    stop();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(effect).toHaveBeenCalledTimes(1);
  });
});
