/**
 * Scenarios: crises as data (anchor points, seeded noise, faults, and what people do when), turned into the same rows
 * that recorded feeds give. After its end a scenario goes on quietly for as long as anybody watches.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { must } from '@sonae/core/kernel/assert.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { createPrng, gaussian } from '@sonae/core/kernel/prng.ts';
import { MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import type { FeedSpec, Observation } from '@sonae/core/ports/venue.ts';
import { z } from 'zod';
import type { Row } from '../feed-files/feed-folder.ts';

const isoTime = z.iso.datetime();
const bilingual = z.object({ en: z.string(), ja: z.string() }).strict();
const feedSchema = z
  .object({
    id: z.string(),
    venue: z.string(),
    base: z.string(),
    quote: z.string(),
    kind: z.enum(['bars', 'rounds', 'depth']),
    noiseBps: z.number().nonnegative().default(1),
    lagMinutes: z.int().nonnegative().default(0),
    /** Base units a minute in calm. */
    volume: z.number().nonnegative().default(0),
    thresholdBps: z.number().positive().default(25),
    heartbeatMinutes: z.int().positive().default(1440),
    silent: z.array(z.object({ from: isoTime, to: isoTime }).strict()).default([]),
  })
  .strict();

const scenarioSchema = z
  .object({
    id: z.string(),
    title: bilingual,
    note: z.string(),
    seed: z.int(),
    /** Null: no market is watched; time moves from act to act in steps of `stepMinutes`. */
    asset: z.string().nullable().default(null),
    peg: z.string().default(''),
    stepMinutes: z.int().min(1).max(60).default(1),
    from: isoTime,
    to: isoTime,
    /** Speed of simulated time after the end. */
    tailSpeed: z.number().positive(),
    feeds: z.array(feedSchema).default([]),
    /** Anchor points by pair, e.g. `USDC/USD`; times ascending. */
    paths: z.record(z.string(), z.array(z.tuple([isoTime, z.number().positive()])).min(2)).default({}),
    /**
     * What people do. In inputs `@` stands for the newest incident and `$name.field` for what an earlier act that was saved
     * as `name` answered. `by` is a person of the demonstration firm, or `system:...`; without it the player of the drill.
     */
    acts: z.array(
      z
        .object({
          at: isoTime,
          by: z.string().max(40).optional(),
          command: z.string(),
          input: z.record(z.string(), z.json()),
          save: z.string().max(40).optional(),
        })
        .strict(),
    ),
  })
  .strict();

export type Scenario = z.infer<typeof scenarioSchema>;
type ScenarioFeed = Scenario['feeds'][number];

const SCENARIOS_DIR = fileURLToPath(new URL('../../../../../sim/scenarios/', import.meta.url));

function scenarioIds(): string[] {
  return readdirSync(SCENARIOS_DIR)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
}

/** A shipped scenario by its id. */
export function readScenario(id: string): Scenario {
  if (!scenarioIds().includes(id)) {
    throw new FaultError(
      'input.invalid',
      `there is no scenario ${id}`,
      `choose one of: ${scenarioIds().join(', ')}`,
    );
  }
  return scenarioSchema.parse(JSON.parse(readFileSync(`${SCENARIOS_DIR}${id}.json`, 'utf8')));
}

const KIND = { bars: 'binance-klines', rounds: 'chainlink-rounds', depth: 'depth' } as const;
const SILENT_MINUTES = { bars: 5, rounds: 25 * 60, depth: 5 } as const;

export function scenarioFeeds(scenario: Scenario): FeedSpec[] {
  return scenario.feeds.map(({ id, venue, base, quote, kind }) => ({
    id,
    venue,
    base,
    quote,
    kind: KIND[kind],
    intervalMs: MINUTE_MS,
    silentAfterMs: SILENT_MINUTES[kind] * MINUTE_MS,
  }));
}

/** The value of a path at an instant: linear between anchors, constant outside them. */
function pathAt(anchors: readonly (readonly [string, number])[], at: number): number {
  const first = must(anchors[0], 'a path has anchors');
  if (at <= parseTime(first[0])) return first[1];
  for (let i = 1; i < anchors.length; i += 1) {
    const [time, value] = must(anchors[i], 'the next anchor');
    const [time0, value0] = must(anchors[i - 1], 'the anchor before');
    const end = parseTime(time);
    if (at > end) continue;
    const start = parseTime(time0);
    return value0 + ((value - value0) * (at - start)) / (end - start);
  }
  return must(anchors.at(-1), 'the last anchor')[1];
}

/** Rows from `since` until `until`, one chunk a minute. The same minute always gives the same rows. */
export async function* scenarioRows(scenario: Scenario, since: number, until: number): AsyncGenerator<Row[]> {
  const oracles = new Map<string, { answer: number; at: number }>();
  for (let openAt = since; openAt < until; openAt += MINUTE_MS) {
    const rows: Row[] = [];
    for (const [i, feed] of scenario.feeds.entries()) {
      const closeAt = openAt + MINUTE_MS;
      if (feed.silent.some(({ from, to }) => closeAt > parseTime(from) && closeAt <= parseTime(to))) continue;
      const observation = observe(scenario, feed, i, openAt, oracles);
      if (observation) rows.push({ observation });
    }
    yield rows;
  }
}

function observe(
  scenario: Scenario,
  feed: ScenarioFeed,
  index: number,
  openAt: number,
  oracles: Map<string, { answer: number; at: number }>,
): Observation | null {
  // Seeded by minute and feed, so that a restart continues exactly where another run would be.
  const next = createPrng(scenario.seed ^ (index * 7_919) ^ (Math.floor(openAt / MINUTE_MS) * 31));
  const knownAt = openAt + MINUTE_MS;
  const priceAt = (at: number): number => valueAt(scenario, feed, at - feed.lagMinutes * MINUTE_MS);
  const close = priceAt(knownAt);
  const base = { feed: feed.id, openAt, knownAt };
  if (feed.kind === 'rounds') return oracleRound(feed, close, knownAt, oracles);
  const stress = Math.abs(close - 1) * 100;
  if (feed.kind === 'depth') {
    const depth = feed.volume / (1 + stress * 1.5);
    return {
      kind: 'depth',
      ...base,
      openAt: knownAt,
      bids: depth * (0.9 + 0.2 * next()),
      asks: depth * (1 + 0.2 * next()),
    };
  }
  const noise = (): number => 1 + (gaussian(next) * feed.noiseBps * (1 + stress)) / 10_000;
  const [o, c] = [round4(priceAt(openAt) * noise()), round4(close * noise())];
  const volume = Math.round(feed.volume * (0.5 + next()) * (1 + stress * 4));
  const falling = c < o ? 0.72 : 0.45;
  const [high, low] = [Math.max(o, c), Math.min(o, c)];
  return {
    kind: 'bar',
    ...base,
    open: o,
    close: c,
    high,
    low,
    volume,
    sold: Math.round(volume * Math.min(1, falling + 0.1 * next())),
  };
}

/** Periods of the slow noise between anchors, which every venue shares. */
const WANDER_MINUTES = [7, 23, 97] as const;
const WANDER_CALM_BPS = 0.4;
const WANDER_BPS_PER_PERCENT = 9;

/** Seeded noise that moves smoothly: what makes a path of anchors look like a market, larger the further from the peg. */
function wander(seed: number, price: number, at: number): number {
  let sum = 0;
  for (const minutes of WANDER_MINUTES) {
    const position = at / (minutes * MINUTE_MS);
    const cell = Math.floor(position);
    const knot = (i: number): number =>
      gaussian(createPrng(seed ^ Math.imul(i, 0x9e37) ^ Math.imul(minutes, 0x1f1f1f)));
    sum += knot(cell) + (knot(cell + 1) - knot(cell)) * (position - cell);
  }
  const bps = WANDER_CALM_BPS + WANDER_BPS_PER_PERCENT * Math.abs(1 - price) * 100;
  return price * (1 + (sum * bps) / 10_000);
}

function valueAt(scenario: Scenario, feed: ScenarioFeed, at: number): number {
  const path = (pair: string): number =>
    wander(scenario.seed ^ pair.length, pathAt(must(scenario.paths[pair], `path ${pair}`), at), at);
  const inPeg = path(`${feed.base}/${scenario.peg}`);
  return feed.quote === scenario.peg ? inPeg : inPeg / path(`${feed.quote}/${scenario.peg}`);
}

/** An oracle answers when the price left its threshold, or when its heartbeat is due. */
function oracleRound(
  feed: ScenarioFeed,
  price: number,
  at: number,
  oracles: Map<string, { answer: number; at: number }>,
): Observation | null {
  const last = oracles.get(feed.id);
  const moved = last === undefined || Math.abs(price / last.answer - 1) * 10_000 >= feed.thresholdBps;
  if (!moved && at - (last?.at ?? 0) < feed.heartbeatMinutes * MINUTE_MS) return null;
  const answer = Math.round(price * 1e8) / 1e8;
  oracles.set(feed.id, { answer, at });
  return { kind: 'round', feed: feed.id, openAt: at, knownAt: at, answer };
}

const round4 = (value: number): number => Math.round(value * 10_000) / 10_000;
