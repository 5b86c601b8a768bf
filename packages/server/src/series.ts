/** Composite prices of one asset at hand for charts: a bounded ring of minutes. */
import type { PriceSeries } from '@sonae/core/app/api.ts';
import type { Composite } from '@sonae/core/nouns/prices/engine.ts';

export type Point = Pick<Composite, 'at' | 'price' | 'low' | 'high'>;
export type Series = {
  /** Older points than the newest are ignored. */
  add(point: Point): void;
  newest(): number;
  read(from: number, to: number, points: number): PriceSeries;
};

/** Sixty days of minutes. */
const POINTS_MAX = 60 * 24 * 60;

export function createSeries(): Series {
  let points: Point[] = [];
  return {
    add: (point) => {
      const last = points.at(-1);
      if (last && point.at <= last.at) return;
      points.push(point);
      if (points.length > POINTS_MAX * 1.1) points = points.slice(-POINTS_MAX);
    },
    newest: () => points.at(-1)?.at ?? 0,
    read: (from, to, wanted) =>
      thin(
        points.filter((p) => p.at >= from && p.at <= to),
        wanted,
      ),
  };
}

/** At most `wanted` buckets; each keeps its last price and its extremes, so that a short crash never vanishes. */
function thin(points: readonly Point[], wanted: number): PriceSeries {
  const size = Math.max(1, Math.ceil(points.length / wanted));
  const at: number[] = [];
  const price: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  for (let i = 0; i < points.length; i += size) {
    const bucket = points.slice(i, i + size);
    const last = bucket.at(-1) as Point;
    at.push(last.at);
    price.push(last.price);
    low.push(Math.min(...bucket.map((p) => p.low)));
    high.push(Math.max(...bucket.map((p) => p.high)));
  }
  return { at, price, low, high };
}
