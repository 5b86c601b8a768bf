/**
 * The watch over one asset: observations in, commands out. The same code runs live, in replays and in backtests; it
 * reads no clock and touches no store. Commands come only where something changed, so a calm market costs nothing.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { EVIDENCE_ITEMS_MAX } from '../kernel/limits.ts';
import { HOUR_MS, isoTime, MINUTE_MS } from '../kernel/time.ts';
import { LAPSE_AFTER_MS } from '../nouns/incidents/decisions/signals.ts';
import { createPegWatch, type PegReading } from '../nouns/peg/controls/watch.ts';
import type { Limits } from '../nouns/peg/engine.ts';
import { readFeed } from '../nouns/prices/controls.ts';
import {
  type BookReading,
  type Composite,
  createPriceBook,
  type PriceLimits,
} from '../nouns/prices/engine.ts';
import type { FeedSpec, Observation, Rejection } from '../ports/venue.ts';

export type WatchSpec = {
  readonly asset: string;
  readonly peg: string;
  readonly feeds: readonly FeedSpec[];
  readonly priceLimits: PriceLimits;
  readonly pegLimits: Limits;
  /** How much time of observations one evidence batch holds; null keeps none (a backtest leaves nothing behind). */
  readonly evidenceMs: number | null;
};

/** Controls are read once per step; a bar is known when it closes, so a finer step would see nothing new. */
export const STEP_MS = MINUTE_MS;
/** Blindness of the price that lasts this long is treated as a suspicion. */
const BLIND_SUSPECT_MS = 2 * HOUR_MS;
/** How often unusable rows are reported where no evidence is kept. */
const REJECTIONS_EVERY_MS = HOUR_MS;
/** Of the first row that cannot be used, this much is kept as a sample. */
const SAMPLE_CHARS = 200;

export type WatchCommand = { readonly command: string; readonly input: JsonValue };
export type Tick = {
  readonly peg: PegReading;
  readonly book: BookReading;
  readonly commands: readonly WatchCommand[];
};

export type Watch = {
  readonly spec: WatchSpec;
  ingest(observation: Observation): void;
  reject(feed: string, reason: Rejection, line: string, now: number): void;
  /** Reads all controls as of `now`. Instants must not run backwards. */
  tick(now: number): Tick;
  /** Evidence not yet handed out, e.g. before a stop. */
  flush(now: number): WatchCommand[];
  /** Makes the next tick state every level anew, so that log and watch agree after a restart. */
  announce(): void;
};

type FeedEvidence = { items: JsonValue[]; from: number };
type Rejections = { counts: Record<string, number>; sample: string; from: number };

/** What a watch remembers between ticks, beside its price book and ladders. */
type Standing = {
  readonly levels: Map<string, string>;
  readonly evidence: Map<string, FeedEvidence>;
  /** Newest `knownAt` by feed. */
  readonly newest: Map<string, number>;
  readonly rejections: Map<string, Rejections>;
  readonly composites: Composite[];
  watchedSince: number | null;
  assetLevel: string;
  blindSince: number | null;
  okSince: number | null;
  announcing: boolean;
};

export function createWatch(spec: WatchSpec): Watch {
  const book = createPriceBook(spec.asset, spec.peg, spec.feeds, spec.priceLimits);
  const pegWatch = createPegWatch(spec.asset, spec.pegLimits);
  const standing: Standing = {
    levels: new Map(),
    evidence: new Map(),
    newest: new Map(),
    rejections: new Map(),
    composites: [],
    watchedSince: null,
    assetLevel: 'ok',
    blindSince: null,
    okSince: null,
    announcing: true,
  };
  return {
    spec,
    ingest: (observation) => {
      // A venue that fills its gap after a restart sends again what the log already holds.
      if (observation.knownAt <= (standing.newest.get(observation.feed) ?? 0)) return;
      standing.newest.set(observation.feed, observation.knownAt);
      book.ingest(observation);
      if (spec.evidenceMs === null) return;
      const open = standing.evidence.get(observation.feed) ?? { items: [], from: observation.knownAt };
      open.items.push(evidenceItem(observation));
      standing.evidence.set(observation.feed, open);
    },
    reject: (feed, reason, line, now) => {
      const fresh: Rejections = {
        counts: {},
        sample: `${reason}: ${line.slice(0, SAMPLE_CHARS)}`,
        from: now,
      };
      const open = standing.rejections.get(feed) ?? fresh;
      open.counts[reason] = (open.counts[reason] ?? 0) + 1;
      standing.rejections.set(feed, open);
    },
    tick: (now) => {
      standing.watchedSince ??= now;
      const reading = book.read(now);
      const peg = pegWatch.evaluate(reading);
      if (reading.composite && spec.evidenceMs !== null) standing.composites.push(reading.composite);
      const commands = [
        ...feedCommands(spec, standing, reading),
        ...pegCommands(spec, standing, peg),
        ...lastingCommands(spec, standing, peg),
        ...evidenceCommands(spec, standing, now, false),
      ];
      standing.announcing = false;
      return { peg, book: reading, commands };
    },
    flush: (now) => evidenceCommands(spec, standing, now, true),
    announce: () => {
      standing.announcing = true;
    },
  };
}

function feedCommands(spec: WatchSpec, standing: Standing, reading: BookReading): WatchCommand[] {
  const commands: WatchCommand[] = [];
  for (const feed of spec.feeds) {
    const state = reading.feeds.find(({ id }) => id === feed.id);
    const since = standing.watchedSince ?? reading.at;
    const { level, why } = readFeed(feed, state?.lastAt ?? null, state?.frozen ?? false, since, reading.at);
    if (!standing.announcing && (standing.levels.get(feed.id) ?? 'ok') === level) continue;
    standing.levels.set(feed.id, level);
    const input = { asset: spec.asset, feed: feed.id, to: level, at: isoTime(reading.at), why };
    commands.push({ command: 'prices.RecordFeedLevel', input });
  }
  return commands;
}

function pegCommands(spec: WatchSpec, standing: Standing, reading: PegReading): WatchCommand[] {
  let changed = standing.announcing || reading.level !== standing.assetLevel;
  for (const { control, level } of reading.controls) {
    if ((standing.levels.get(control) ?? 'ok') === level) continue;
    standing.levels.set(control, level);
    changed = true;
  }
  standing.assetLevel = reading.level;
  if (!changed) return [];
  const controls = reading.controls.map(({ control, level, why }) => ({ control, level, why }));
  const { level, price, why } = reading;
  const input = { asset: spec.asset, at: isoTime(reading.at), level, price, why, controls };
  return [{ command: 'peg.RecordReading', input }];
}

/** What hangs on a level having lasted: blindness becomes a suspicion, long calm lets an unjudged one lapse. */
function lastingCommands(spec: WatchSpec, standing: Standing, reading: PegReading): WatchCommand[] {
  const { at, level, why } = reading;
  const correlation = `peg/${spec.asset}`;
  standing.blindSince = level === 'blind' ? (standing.blindSince ?? at) : null;
  standing.okSince = level === 'ok' ? (standing.okSince ?? at) : null;
  if (isReached(standing.blindSince, BLIND_SUSPECT_MS, at)) {
    const about = {
      correlation,
      component: spec.asset,
      title: `${spec.asset} peg: blind / ${spec.asset} ペグ: 不可視`,
    };
    const input = { ...about, from: 'blind', to: 'blind', at: isoTime(at), why, persisted: true };
    return [{ command: 'incidents.Signal', input }];
  }
  const lapses = isReached(standing.okSince, LAPSE_AFTER_MS, at);
  return lapses ? [{ command: 'incidents.Lapse', input: { correlation } }] : [];
}

/** True at the one step in which something that began at `since` has lasted for `ms`. */
function isReached(since: number | null, ms: number, at: number): boolean {
  return since !== null && at - since >= ms && at - since < ms + STEP_MS;
}

function evidenceCommands(spec: WatchSpec, standing: Standing, now: number, all: boolean): WatchCommand[] {
  const commands: WatchCommand[] = [];
  const to = isoTime(now);
  const evidenceMs = spec.evidenceMs ?? REJECTIONS_EVERY_MS;
  for (const [feed, { items, from }] of standing.evidence) {
    if (!all && now - from < evidenceMs && items.length < EVIDENCE_ITEMS_MAX) continue;
    for (let i = 0; i < items.length; i += EVIDENCE_ITEMS_MAX) {
      const input = { feed, from: isoTime(from), to, items: items.slice(i, i + EVIDENCE_ITEMS_MAX) };
      commands.push({ command: 'prices.RecordBars', input });
    }
    standing.evidence.delete(feed);
  }
  for (const [feed, { counts, sample, from }] of standing.rejections) {
    if (!all && now - from < evidenceMs) continue;
    const input = { feed, from: isoTime(from), to, counts, sample };
    commands.push({ command: 'prices.RecordRejections', input });
    standing.rejections.delete(feed);
  }
  const first = standing.composites[0];
  if (first && (all || now - first.at >= evidenceMs)) {
    commands.push({
      command: 'prices.RecordComposite',
      input: compositeInput(spec.asset, standing.composites, now),
    });
    standing.composites.length = 0;
  }
  return commands;
}

function compositeInput(asset: string, composites: readonly Composite[], now: number): JsonValue {
  const values = composites.map((c) => c.price);
  return {
    asset,
    from: isoTime(composites[0]?.at ?? now),
    to: isoTime(now),
    low: Math.min(...values),
    high: Math.max(...values),
    last: values.at(-1) ?? 0,
    items: composites.map(({ at, price, low, high, venues }) => ({
      at,
      price,
      low,
      high,
      venues: venues.length,
    })),
  };
}

/** An observation as it is kept: flat, so that its canonical bytes are small and stable. */
export function evidenceItem(observation: Observation): JsonValue {
  const { feed: _, knownAt: __, ...kept } = observation;
  return kept;
}
