/** Ranges of the chart, as they stand in the address. */
export const RANGES = ['6h', '24h', '3d', 'all'] as const;
export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;

/** How far back a range looks; null for everything. */
export const SPAN_MS: Readonly<Record<Range, number | null>> = {
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
  '3d': 72 * HOUR_MS,
  all: null,
};
