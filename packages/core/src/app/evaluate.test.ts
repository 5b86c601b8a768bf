/** The watch over one asset, minute by minute: what must alarm, what must not, and that nothing looks ahead. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, parseTime } from '../kernel/time.ts';
import { LEVEL_RANK, type Level } from '../log/levels.ts';
import { PEG_LIMITS } from '../nouns/peg/engine.ts';
import { PRICE_LIMITS } from '../nouns/prices/engine.ts';
import { SILENT_AFTER_MS } from '../nouns/prices/sources.ts';
import type { Bar, FeedSpec, Observation } from '../ports/venue.ts';
import { createWatch, type Tick, type Watch } from './evaluate.ts';

const START = parseTime('2026-04-01T00:00:00Z');

function feed(
  venue: string,
  base = 'USDC',
  quote = 'USD',
  kind: FeedSpec['kind'] = 'binance-klines',
): FeedSpec {
  const id = `${venue}-${base}-${quote}`.toLowerCase();
  return { id, venue, base, quote, kind, intervalMs: MINUTE_MS, silentAfterMs: SILENT_AFTER_MS[kind] };
}

const THREE = [feed('alpha'), feed('beta'), feed('gamma')];

function watchOf(feeds: readonly FeedSpec[]): Watch {
  const limits = { priceLimits: PRICE_LIMITS, pegLimits: PEG_LIMITS };
  return createWatch({ asset: 'USDC', peg: 'USD', feeds, ...limits, evidenceMs: HOUR_MS });
}

/** A traded bar that closes at `price`. Volumes differ by minute, as real ones do. */
function bar(spec: FeedSpec, minute: number, price: number, more: Partial<Bar> = {}): Bar {
  const openAt = START + minute * MINUTE_MS;
  const volume = 1000 + (minute % 17);
  const prices = { open: price, high: price, low: price, close: price };
  return {
    kind: 'bar',
    feed: spec.id,
    openAt,
    knownAt: openAt + MINUTE_MS,
    ...prices,
    volume,
    sold: volume / 2,
    ...more,
  };
}

type PriceAt = (spec: FeedSpec, minute: number) => number | null;

/** Runs `minutes` minutes; a null price is a feed that says nothing. */
function run(
  feeds: readonly FeedSpec[],
  minutes: number,
  priceAt: PriceAt,
  watch: Watch = watchOf(feeds),
): Tick[] {
  const ticks: Tick[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    for (const spec of feeds) {
      const price = priceAt(spec, minute);
      if (price !== null) watch.ingest(bar(spec, minute, price));
    }
    ticks.push(watch.tick(START + (minute + 1) * MINUTE_MS));
  }
  return ticks;
}

const levelsOf = (ticks: readonly Tick[], control: string): Level[] =>
  ticks.map((t) => t.peg.controls.find((c) => c.control === control)?.level ?? 'ok');
const worst = (levels: readonly Level[]): Level =>
  levels.reduce((a, b) => (LEVEL_RANK[b] > LEVEL_RANK[a] ? b : a), 'ok');
const worstOf = (ticks: readonly Tick[]): Level => worst(ticks.map((t) => t.peg.level));

describe('what must not alarm', () => {
  test.each([3.99, 0.5, 0.0001, 1000])(
    'one print of %d on one venue moves neither composite nor level',
    (print) => {
      for (const feeds of [THREE, [feed('alpha')], [feed('alpha'), feed('beta')]]) {
        const ticks = run(feeds, 120, (spec, minute) =>
          spec.venue === 'alpha' && minute === 60 ? print : 1,
        );
        expect(worstOf(ticks)).toBe('ok');
        for (const tick of ticks.slice(3)) expect(tick.book.composite?.price).toBeCloseTo(1, 6);
        expect(ticks.every((tick) => tick.peg.controls.every((control) => control.level === 'ok'))).toBe(
          true,
        );
      }
    },
  );

  test('one venue at 0.65 while the others stand at 1.00 raises dislocation only', () => {
    const ticks = run(THREE, 180, (spec, minute) => (spec.venue === 'gamma' && minute >= 60 ? 0.65 : 1));
    expect(worst(levelsOf(ticks, 'peg.dispersion'))).toBe('warning');
    for (const control of ['peg.depeg', 'peg.deviation', 'peg.velocity', 'peg.premium'])
      expect(worst(levelsOf(ticks, control))).toBe('ok');
    expect(ticks.at(-1)?.book.composite?.price).toBeCloseTo(1, 6);
    expect(ticks.at(-1)?.book.composite?.venues.find((v) => v.venue === 'gamma')?.setAside).toBe('outlier');
  });

  test('of two venues that disagree, nobody is believed to have lost the peg', () => {
    const ticks = run([feed('alpha'), feed('beta')], 180, (spec, minute) =>
      spec.venue === 'beta' && minute >= 60 ? 0.65 : 1,
    );
    expect(worst(levelsOf(ticks, 'peg.depeg'))).toBe('ok');
    expect(worst(levelsOf(ticks, 'peg.dispersion'))).toBe('warning');
  });

  test('a lying venue with most of the volume does not carry the others', () => {
    const watch = watchOf(THREE);
    let last: Tick | null = null;
    for (let minute = 0; minute < 90; minute += 1) {
      for (const spec of THREE) {
        const lying = spec.venue === 'alpha';
        watch.ingest(bar(spec, minute, lying ? 0.9 : 1, lying ? { volume: 1e9 + minute, sold: 1e8 } : {}));
      }
      last = watch.tick(START + (minute + 1) * MINUTE_MS);
    }
    expect(last?.book.composite?.price).toBeCloseTo(1, 6);
    expect(last?.peg.controls.find((c) => c.control === 'peg.depeg')?.level).toBe('ok');
  });

  test('a discount shorter than its dwell time is not a level', () => {
    const ticks = run(THREE, 120, (_spec, minute) => (minute >= 60 && minute < 66 ? 0.996 : 1));
    expect(worstOf(ticks)).toBe('ok');
  });

  test('a premium against a quote that nothing converts is never more than a watch', () => {
    const ticks = run([feed('alpha', 'USDC', 'USDT')], 300, (_spec, minute) => (minute >= 60 ? 1.05 : 1));
    expect(worst(levelsOf(ticks, 'peg.premium'))).toBe('watch');
    expect(worstOf(ticks)).toBe('watch');
  });

  test('a quote currency that gains is converted away', () => {
    const feeds = [feed('alpha', 'USDC', 'USDT'), feed('alpha', 'USDT', 'USD')];
    const ticks = run(feeds, 180, (spec, minute) =>
      minute < 60 ? 1 : spec.base === 'USDT' ? 1.02 : 1 / 1.02,
    );
    expect(worstOf(ticks)).toBe('ok');
  });

  test('without a direct pair the quote is converted over a third asset', () => {
    const feeds = [feed('alpha', 'USDC', 'USDT'), feed('alpha', 'BTC', 'USD'), feed('beta', 'BTC', 'USDT')];
    const prices: Record<string, number> = { 'USDC/USDT': 1 / 1.02, 'BTC/USD': 51_000, 'BTC/USDT': 50_000 };
    const ticks = run(feeds, 90, (spec) => prices[`${spec.base}/${spec.quote}`] ?? null);
    expect(ticks.at(-1)?.book.composite).toMatchObject({ assumedParity: false });
    expect(ticks.at(-1)?.book.composite?.price).toBeCloseTo(1, 6);
    expect(worstOf(ticks)).toBe('ok');
  });
});

describe('what must alarm', () => {
  test('all venues at 0.95 raise critical', () => {
    const ticks = run(THREE, 120, (_spec, minute) => (minute >= 60 ? 0.95 : 1));
    const at = ticks.findIndex((t) => t.peg.level === 'critical');
    expect(at - 60).toBeGreaterThanOrEqual(0);
    expect(at - 60).toBeLessThanOrEqual(5);
    expect(ticks[at]?.peg.why.ja).toContain('0.95');
    expect(ticks[at]?.peg.why.en).toContain('0.95');
  });

  test('an inverse pair tells of the asset too', () => {
    const inverse = feed('alpha', 'DAI', 'USDC');
    const feeds = [inverse, feed('beta', 'DAI', 'USD')];
    const ticks = run(feeds, 120, (spec, minute) => (spec === inverse && minute >= 60 ? 1 / 0.95 : 1));
    expect(ticks.at(-1)?.book.composite?.price).toBeCloseTo(0.95, 6);
    expect(worstOf(ticks)).toBe('critical');
  });

  test('0.997 for ten minutes is a watch, and the way back takes calm', () => {
    const ticks = run(THREE, 240, (_spec, minute) => (minute >= 60 && minute < 90 ? 0.9969 : 1));
    const at = ticks.findIndex((t) => t.peg.level === 'watch');
    expect(at).toBeGreaterThanOrEqual(70);
    expect(at).toBeLessThanOrEqual(73);
    const back = ticks.findIndex((t, i) => i > at && t.peg.level === 'ok');
    expect(back - 90).toBeGreaterThanOrEqual(60);
    expect(worstOf(ticks)).toBe('watch');
  });

  test('a fast fall is seen before it is deep', () => {
    const ticks = run(THREE, 90, (_spec, minute) =>
      minute < 60 ? 1 : Math.max(0.982, 1 - (minute - 59) * 0.002),
    );
    const velocity = ticks.findIndex((_t, i) => levelsOf(ticks.slice(i, i + 1), 'peg.velocity')[0] !== 'ok');
    const depeg = ticks.findIndex((_t, i) => levelsOf(ticks.slice(i, i + 1), 'peg.depeg')[0] !== 'ok');
    expect(velocity).toBeGreaterThan(59);
    expect(velocity).toBeLessThan(depeg);
  });

  test('an oracle that stands still while the market falls disagrees', () => {
    const oracle = feed('oracle', 'USDC', 'USD', 'chainlink-rounds');
    const watch = watchOf([...THREE, oracle]);
    watch.ingest({ kind: 'round', feed: oracle.id, openAt: START, knownAt: START, answer: 1 });
    const ticks = run(THREE, 120, (_spec, minute) => (minute >= 30 ? 0.95 : 1), watch);
    expect(worst(levelsOf(ticks, 'peg.oracle'))).toBe('warning');
  });

  test('an order book that runs dry is a warning', () => {
    const depth = { ...feed('alpha', 'USDC', 'USD', 'depth'), id: 'alpha-depth' };
    const watch = watchOf([...THREE, depth]);
    const ticks: Tick[] = [];
    for (let minute = 0; minute < 120; minute += 1) {
      for (const spec of THREE) watch.ingest(bar(spec, minute, 1));
      const at = START + (minute + 1) * MINUTE_MS;
      watch.ingest({
        kind: 'depth',
        feed: depth.id,
        openAt: at,
        knownAt: at,
        bids: minute < 60 ? 1e6 : 5e4,
        asks: 1e6,
      });
      ticks.push(watch.tick(at));
    }
    expect(worst(levelsOf(ticks.slice(0, 60), 'peg.liquidity'))).toBe('ok');
    expect(worst(levelsOf(ticks, 'peg.liquidity'))).toBe('warning');
  });
});

describe('silence', () => {
  test('one dead feed of three is blind within its limit, while the price goes on', () => {
    const ticks = run(THREE, 120, (spec, minute) => (spec.venue === 'beta' && minute >= 60 ? null : 1));
    const blind = ticks.findIndex((t) =>
      t.commands.some(
        (c) => c.command === 'prices.RecordFeedLevel' && (c.input as { to: string }).to === 'blind',
      ),
    );
    expect((blind - 60) * MINUTE_MS).toBeGreaterThan(0);
    expect((blind - 60) * MINUTE_MS).toBeLessThanOrEqual(SILENT_AFTER_MS['binance-klines'] + MINUTE_MS);
    expect(ticks.at(-1)?.peg.level).toBe('ok');
  });

  test('when every feed dies the peg is blind, never ok, and a held level is not forgotten', () => {
    const quiet = run(THREE, 180, (_spec, minute) => (minute >= 60 ? null : 1));
    expect(quiet.at(-1)?.peg.level).toBe('blind');
    expect(quiet.at(-1)?.peg.controls.every((c) => c.level === 'blind')).toBe(true);
    const falling = run(THREE, 240, (_spec, minute) => (minute >= 120 ? null : minute >= 60 ? 0.95 : 1));
    expect(falling.at(-1)?.peg.level).toBe('critical');
    expect(falling.at(-1)?.peg.why.en).toContain('now blind');
  });

  test('blindness that lasts becomes a suspicion once', () => {
    const ticks = run(THREE, 400, (_spec, minute) => (minute >= 60 ? null : 1));
    expect(ticks.flatMap((t) => t.commands).filter((c) => c.command === 'incidents.Signal')).toHaveLength(1);
  });

  test('a feed that repeats one bar for hours is frozen, and no longer prices', () => {
    const watch = watchOf(THREE);
    const ticks: Tick[] = [];
    for (let minute = 0; minute < 180; minute += 1) {
      for (const spec of THREE) {
        const frozen = spec.venue === 'gamma' && minute >= 30;
        watch.ingest(
          bar(
            spec,
            minute,
            spec.venue === 'gamma' || minute < 60 ? 1 : 0.95,
            frozen ? { volume: 777, sold: 300 } : {},
          ),
        );
      }
      ticks.push(watch.tick(START + (minute + 1) * MINUTE_MS));
    }
    const blind = ticks
      .flatMap((t) => t.commands)
      .filter((c) => c.command === 'prices.RecordFeedLevel' && (c.input as { to: string }).to === 'blind');
    expect(blind.map((c) => (c.input as { feed: string }).feed)).toEqual(['gamma-usdc-usd']);
    expect(ticks.at(-1)?.book.composite?.venues.map((v) => v.venue)).toEqual(['alpha', 'beta']);
    expect(ticks.at(-1)?.peg.level).toBe('critical');
  });
});

describe('no look-ahead', () => {
  const minutes = 60;
  const world = fc.array(
    fc.array(fc.double({ min: 0.8, max: 1.1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    { minLength: minutes, maxLength: minutes },
  );

  test('what is read at an instant does not depend on anything later', () => {
    fc.assert(
      fc.property(world, world, fc.integer({ min: 1, max: minutes - 1 }), (first, second, cut) => {
        const at =
          (prices: number[][]): PriceAt =>
          (spec, minute) =>
            prices[minute]?.[THREE.indexOf(spec)] ?? null;
        const spliced: PriceAt = (spec, minute) => (minute < cut ? at(first) : at(second))(spec, minute);
        const seen = (ticks: Tick[]): string => JSON.stringify(ticks.slice(0, cut));
        expect(seen(run(THREE, minutes, spliced))).toBe(seen(run(THREE, minutes, at(first))));
      }),
      { numRuns: 30 },
    );
  });

  test('a bar is unknown until it closes', () => {
    const watch = watchOf([feed('alpha')]);
    expect(bar(feed('alpha'), 5, 1).knownAt - bar(feed('alpha'), 5, 1).openAt).toBe(MINUTE_MS);
    const observation: Observation = bar(feed('alpha'), 0, 1);
    watch.ingest(observation);
    expect(watch.tick(observation.knownAt).book.feeds[0]?.lastAt).toBe(observation.knownAt);
  });
});
