/** Randomness of the operating system. */
import { randomFillSync } from 'node:crypto';
import type { Random } from '@sonae/core/ports/random.ts';

const POOL_BYTES = 64 * 1024;

/** Drawn in pools: one system call per bytes() would dominate small appends. Handed-out bytes are never reused. */
export function createSystemRandom(): Random {
  let pool = new Uint8Array(0);
  let used = 0;
  return {
    bytes: (count) => {
      if (count > POOL_BYTES) return randomFillSync(new Uint8Array(count));
      if (used + count > pool.length) {
        pool = randomFillSync(new Uint8Array(POOL_BYTES));
        used = 0;
      }
      used += count;
      return pool.subarray(used - count, used);
    },
  };
}
