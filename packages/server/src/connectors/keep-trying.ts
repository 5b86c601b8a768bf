/**
 * The life of a connection to something outside: work, fail, say so, wait longer each time, work again, until stopped.
 * Nothing escapes: whatever `work` throws becomes one fault. Waits are capped and never shorter than the first one, so
 * a dead source is neither hammered nor given up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, faultOf } from '@sonae/core/kernel/errors.ts';

export type Patience = {
  /** Wait after the first failure; doubles with each further one. */
  readonly firstMs: number;
  readonly maxMs: number;
};

export const PATIENCE: Patience = { firstMs: 1_000, maxMs: 60_000 };

/** Wait after `failures` failures in a row before this one, spread by ±20 % so that many feeds do not return at once. */
export function backoffMs(
  failures: number,
  { firstMs, maxMs }: Patience,
  random: () => number = Math.random,
): number {
  const doubled = firstMs * 2 ** Math.min(failures, 30);
  return Math.round(Math.min(doubled, maxMs) * (0.8 + 0.4 * random()));
}

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * Runs `work` again and again until the returned function is called; that one resolves when nothing is left running.
 * `work` returns when its signal aborts and throws otherwise; it calls `healthy` once the source has proved itself.
 * `failed` hears every fault and may ask for a longer wait (ms). Input faults end it: waiting does not heal them.
 */
export function keepTrying(
  work: (signal: AbortSignal, healthy: () => void) => Promise<void>,
  failed: (fault: Fault) => number,
  patience: Patience,
): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    let failures = 0;
    const healthy = (): void => {
      failures = 0;
    };
    while (!signal.aborted) {
      let longerMs = 0;
      try {
        await work(signal, healthy);
      } catch (error) {
        if (signal.aborted) return;
        const fault = faultOf(error);
        longerMs = failed(fault);
        if (fault.code.startsWith('input.')) return;
      }
      await pause(Math.max(backoffMs(failures, patience), longerMs), signal);
      failures += 1;
    }
  };
  const done = run();
  return () => {
    stopping.abort();
    return done;
  };
}
