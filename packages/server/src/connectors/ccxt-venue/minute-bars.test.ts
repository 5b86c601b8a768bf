import type { FeedSpec, Observation, VenueEvent } from '@sonae/core/ports/venue.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BarRow, createMinuteBars } from './minute-bars.ts';
import { createTradeBars, type Trade } from './trade-bars.ts';

const T0 = Date.parse('2026-03-01T12:00:00Z');
const at = (minute: number): number => T0 + minute * 60_000;
const SPEC: FeedSpec = {
  ...{ id: 'f', venue: 'v', base: 'USDC', quote: 'USD', kind: 'ohlcv-csv' },
  ...{ intervalMs: 60_000, silentAfterMs: 1 },
};
const row = (minute: number, close = 1, volume = 10): BarRow => ({
  ...{ openAt: at(minute), open: close, high: close, low: close, close, volume, sold: null },
});

function record(after = at(-1)): {
  bars: ReturnType<typeof createMinuteBars>;
  seen: VenueEvent[];
  said: () => string[];
} {
  const seen: VenueEvent[] = [];
  const said = (): string[] =>
    seen.map((e) => {
      if ('rejected' in e) return e.rejected.reason;
      if ('trouble' in e) return e.trouble.fault.code;
      return e.observation.kind === 'bar'
        ? `${(e.observation.openAt - T0) / 60_000}@${e.observation.close}`
        : 'other';
    });
  return { bars: createMinuteBars(SPEC, after, (event) => seen.push(event)), seen, said };
}

describe('minute bars', () => {
  it('holds a minute until it is settled, with its newest state', () => {
    const { bars, said } = record();
    bars.live(row(0, 1));
    bars.live(row(0, 2));
    bars.settle(at(0), at(0) + 30_000);
    expect(said()).toEqual([]);
    bars.settle(at(1), at(1) + 1_500);
    expect(said()).toEqual(['0@2']);
    expect(bars.newest()).toBe(at(0));
  });

  it('prefers the stream, takes the history where the stream is missing, wrong or forgotten', () => {
    const { bars, said } = record();
    bars.live(row(3, 5));
    bars.forgetLive();
    bars.live(row(0, 1));
    bars.recorded(row(0, 9));
    bars.recorded(row(1, 2));
    bars.live(row(2, Number.NaN));
    bars.recorded(row(2, 3));
    bars.recorded(row(3, 4));
    bars.settle(at(4), at(4));
    expect(said()).toEqual(['0@1', '1@2', 'not-a-number', '2@3', '3@4']);
  });

  it('reports a wrong row once though stream and history agree on it', () => {
    const { bars, said } = record();
    bars.live(row(0, -1));
    bars.recorded(row(0, -1));
    bars.settle(at(1), at(1));
    bars.recorded(row(0, -1));
    bars.settle(at(2), at(2));
    expect(said()).toEqual(['not-positive']);
  });

  it('bounds what a hostile venue can make it hold or say', () => {
    const { bars, seen } = record();
    for (let i = 0; i < 10_000; i += 1) {
      bars.live({ ...row(0), openAt: Number.NaN });
      bars.live({ ...row(0), openAt: at(1_000 + i) });
    }
    bars.settle(at(1), at(1));
    expect(seen.length).toBeLessThanOrEqual(3_020);
  });

  it('whatever comes in: bars go out closed, once, in order, from the start of the watch', () => {
    const number = fc.oneof(fc.constantFrom(1, 1.01, 0.99, -1, 0, Number.NaN), fc.double());
    const anyRow = fc.record({
      openAt: fc.oneof(fc.integer({ min: -5, max: 20 }).map(at), fc.double(), fc.constant(T0 + 1)),
      ...{ open: number, high: number, low: number, close: number, volume: number, sold: fc.option(number) },
    });
    const step = fc.oneof(
      fc.record({
        kind: fc.constantFrom('live', 'recorded'),
        row: fc.oneof(
          anyRow,
          fc.integer({ min: -5, max: 20 }).map((m) => row(m)),
        ),
      }),
      fc.record({ kind: fc.constant('settle'), minute: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant('forget') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { bars, seen } = record();
        let closed = at(0);
        for (const s of steps) {
          if ('row' in s) s.kind === 'live' ? bars.live(s.row) : bars.recorded(s.row);
          else if ('minute' in s) {
            closed = Math.max(closed, at(s.minute));
            bars.settle(closed, closed + 1_500);
          } else bars.forgetLive();
          const out = seen.flatMap((e) => ('observation' in e ? [e.observation as Observation] : []));
          out.forEach((o, i) => {
            expect(o.knownAt).toBeLessThanOrEqual(closed);
            expect(o.openAt).toBeGreaterThanOrEqual(at(0));
            if (i > 0) expect(o.openAt).toBeGreaterThan(out[i - 1]?.openAt ?? 0);
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('trades into minutes', () => {
  const trade = (
    id: number,
    seconds: number,
    price: number,
    side: Trade['side'] = 'buy',
    amount = 1,
  ): Trade => ({
    ...{ id: String(id), at: T0 + seconds * 1000, price, amount, side },
  });

  it('orders by time, not by arrival, and drops repetitions', () => {
    const fold = createTradeBars(at(0));
    fold.add(trade(2, 20, 1.2));
    fold.add(trade(1, 10, 1.1, 'sell', 4));
    expect(fold.add(trade(1, 10, 1.1, 'sell', 4))).toBeNull();
    expect(fold.add(trade(3, 15, 1.5))).toEqual({
      ...{ openAt: T0, open: 1.1, high: 1.5, low: 1.1, close: 1.2, volume: 6, sold: 4 },
    });
  });

  it('knows no share of sells once a trade does not name its side', () => {
    const fold = createTradeBars(at(0));
    fold.add(trade(1, 1, 1, 'sell'));
    expect(fold.add({ ...trade(2, 2, 1), side: undefined })).toMatchObject({ sold: null, volume: 2 });
    expect(fold.add(trade(3, 3, 1, 'sell'))).toMatchObject({ sold: null, volume: 3 });
  });

  it('leaves out what came before the first whole minute or long after its own', () => {
    const fold = createTradeBars(at(1));
    expect(fold.add(trade(1, 59, 1))).toBeNull();
    expect(fold.add(trade(2, 60, 1))).not.toBeNull();
    expect(fold.add(trade(3, 600, 1))).not.toBeNull();
    expect(fold.add(trade(4, 61, 1))).toBeNull();
  });
});
