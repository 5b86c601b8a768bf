/** Seeded pseudo-random numbers for scenarios and simulations; never for keys, salts or ids of a live log. */

/** splitmix32 over a 32-bit seed; the same seed gives the same numbers on every machine. Values in [0, 1). */
export function createPrng(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    z ^= z >>> 15;
    return (z >>> 0) / 4_294_967_296;
  };
}

/** A standard normal value by Box-Muller. */
export function gaussian(next: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return radius * Math.cos(2 * Math.PI * next());
}
