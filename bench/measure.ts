/** What benchmarks share: the shape of a result, and honest ways to time. */

type Row = { readonly id: string; readonly value: number; readonly unit: string };
type Ratio = { readonly id: string; readonly value: number };
export type Result = { readonly rows: Row[]; readonly ratios: Ratio[] };
export type Bench = (progress: (line: string) => void) => Promise<Result>;

/** Things per second of one run of `work`. */
export async function ratePerSecond(things: number, work: () => Promise<unknown> | unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return things / ((performance.now() - startedAt) / 1000);
}

/** Quantile of samples, 0 to 1. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
