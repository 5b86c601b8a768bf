/** Reproducible bytes for replays that must come out the same twice. Never behind a log that anybody relies on. */
import { createPrng } from '@sonae/core/kernel/prng.ts';
import type { Random } from '@sonae/core/ports/random.ts';

export function createSeededRandom(seed: number): Random {
  const next = createPrng(seed);
  return { bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)) };
}
