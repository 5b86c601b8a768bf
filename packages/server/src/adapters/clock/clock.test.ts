/**
 * The live clock under a wall clock that is set back, jumps ahead, or does both: the latest and the earliest
 * it can be.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLiveClock, createSimulatedClock } from './clock.ts';

const START_MS = Date.parse('2026-04-01T00:00:00Z');
const HOUR_MS = 3_600_000;

/** A clock over sources that the test moves: `pass` moves both, `set` only the wall. */
function scripted() {
  const at = { wall: START_MS, monotonic: 5_000.25 };
  return {
    clock: createLiveClock({ wall: () => at.wall, monotonic: () => at.monotonic }),
    pass: (ms: number): void => {
      at.wall += ms;
      at.monotonic += ms;
    },
    set: (byMs: number): void => {
      at.wall += byMs;
    },
  };
}

describe('the live clock', () => {
  test('says one time while the wall clock keeps pace', () => {
    const { clock, pass } = scripted();
    expect([clock.now(), clock.surelyPast()]).toEqual([START_MS, START_MS]);
    pass(90 * HOUR_MS);
    expect([clock.now(), clock.surelyPast()]).toEqual([START_MS + 90 * HOUR_MS, START_MS + 90 * HOUR_MS]);
  });

  test('set back: `now` goes on with the time that has passed, `surelyPast` follows the wall', () => {
    const { clock, pass, set } = scripted();
    pass(HOUR_MS);
    set(-5 * HOUR_MS);
    expect(clock.now()).toBe(START_MS + HOUR_MS);
    expect(clock.surelyPast()).toBe(START_MS - 4 * HOUR_MS);
    pass(2 * HOUR_MS);
    expect(clock.now()).toBe(START_MS + 3 * HOUR_MS);
    expect(clock.surelyPast()).toBe(START_MS - 2 * HOUR_MS);
  });

  test('jumped ahead: `now` follows the wall, `surelyPast` goes on with the time that has passed', () => {
    const { clock, pass, set } = scripted();
    pass(HOUR_MS);
    set(48 * HOUR_MS);
    expect(clock.now()).toBe(START_MS + 49 * HOUR_MS);
    expect(clock.surelyPast()).toBe(START_MS + HOUR_MS);
    pass(HOUR_MS);
    expect(clock.surelyPast()).toBe(START_MS + 2 * HOUR_MS);
  });

  test('jumped ahead and corrected: `now` stays where it was told until time has caught up', () => {
    const { clock, pass, set } = scripted();
    set(10 * HOUR_MS);
    expect(clock.now()).toBe(START_MS + 10 * HOUR_MS);
    set(-10 * HOUR_MS);
    pass(HOUR_MS);
    expect(clock.now()).toBe(START_MS + 10 * HOUR_MS);
    expect(clock.surelyPast()).toBe(START_MS + HOUR_MS);
    pass(12 * HOUR_MS);
    expect([clock.now(), clock.surelyPast()]).toEqual([START_MS + 13 * HOUR_MS, START_MS + 13 * HOUR_MS]);
  });

  test('set back, then jumped ahead: delays wait for the smaller, expiry for the larger of both', () => {
    const { clock, pass, set } = scripted();
    set(-3 * HOUR_MS);
    pass(HOUR_MS);
    expect(clock.surelyPast()).toBe(START_MS - 2 * HOUR_MS);
    set(24 * HOUR_MS);
    expect(clock.now()).toBe(START_MS + 22 * HOUR_MS);
    expect(clock.surelyPast()).toBe(START_MS + HOUR_MS);
  });

  test('whatever the wall does: `now` is never behind elapsed time, `surelyPast` never ahead of it', () => {
    const moves = fc.array(
      fc.record({ pass: fc.nat(10 * HOUR_MS), set: fc.integer({ min: -72 * HOUR_MS, max: 72 * HOUR_MS }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(moves, (all) => {
        const { clock, pass, set } = scripted();
        let [elapsed, latest] = [0, START_MS];
        for (const move of all) {
          pass(move.pass);
          set(move.set);
          elapsed += move.pass;
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(latest);
          expect(now).toBeGreaterThanOrEqual(START_MS + elapsed);
          expect(clock.surelyPast()).toBeLessThanOrEqual(START_MS + elapsed);
          expect(clock.surelyPast()).toBeLessThanOrEqual(now);
          latest = now;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('gives whole milliseconds, also where the monotonic source does not', () => {
    let monotonic = 0.9;
    const clock = createLiveClock({ wall: () => START_MS, monotonic: () => monotonic });
    monotonic = 1_000.7;
    expect([clock.now(), clock.surelyPast()]).toEqual([START_MS + 999, START_MS]);
  });
});

describe('the simulated clock', () => {
  test('moves only when told to, ahead, and is sure of it', () => {
    const clock = createSimulatedClock(START_MS);
    clock.moveTo(START_MS + HOUR_MS);
    expect([clock.now(), clock.surelyPast()]).toEqual([START_MS + HOUR_MS, START_MS + HOUR_MS]);
    expect(() => clock.moveTo(START_MS)).toThrow('does not run backwards');
    expect(clock.now()).toBe(START_MS + HOUR_MS);
  });
});
