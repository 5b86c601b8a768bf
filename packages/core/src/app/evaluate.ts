/**
 * The watch over one asset: observations in, commands out. The same code runs live, in replays and in backtests; it
 * reads no clock and touches no store. Commands come only where something changed, so a calm market costs nothing.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { EVIDENCE_ITEMS_MAX } from '../kernel/limits.ts';
import { HOUR_MS, isoTime, MINUTE_MS } from '../kernel/time.ts';
import { createPegWatch, type PegReading } from '../nouns/peg/controls.ts';
import type { Limits } from '../nouns/peg/engine.ts';
import { LAPSE_AFTER_MS } from '../nouns/incidents/decisions.ts';
import { readFeed } from '../nouns/prices/controls.ts';
import { createPriceBook, type BookReading, type Composite, type PriceLimits } from '../nouns/prices/engine.ts';
import type { FeedSpec, Observation, Rejection } from '../ports/venue.ts';

export type WatchSpec = {
  readonly asset: string;
  readonly peg: string;
  readonly feeds: readonly FeedSpec[];
  readonly priceLimits: PriceLimits;
  readonly pegLimits: Limits;
  /** How much time of observations one evidence batch holds. */
  readonly evidenceMs: number;
};

/** Controls are read once per step; a bar is known when it closes, so a finer step would see nothing new. */
export const STEP_MS = MINUTE_MS;
/** Blindness of the price that lasts this long is treated as a suspicion. */
const BLIND_SUSPECT_MS = 2 * HOUR_MS;

export type WatchCommand = { readonly command: string; readonly input: JsonValue };
export type Tick = { readonly peg: PegReading; readonly book: BookReading; readonly commands: readonly WatchCommand[] };

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

export function createWatch(spec: WatchSpec): Watch {
  const book = createPriceBook(spec.asset, spec.peg, spec.feeds, spec.priceLimits);
  const pegWatch = createPegWatch(spec.asset, spec.pegLimits);
  const evidence = new Map<string, FeedEvidence>();
  const rejections = new Map<string, Rejections>();
  const composites: Composite[] = [];
  const levels = new Map<string, string>();
  let watchedSince: number | null = null;
  let assetLevel = 'ok';
  let blindSince: number | null = null;
  let okSince: number | null = null;
  let announcing = true;

  const feedCommands = (reading: BookReading): WatchCommand[] => {
    const commands: WatchCommand[] = [];
    for (const feed of spec.feeds) {
      const state = reading.feeds.find(({ id }) => id === feed.id);
      const { level, why } = readFeed(feed, state?.lastAt ?? null, state?.frozen ?? false, watchedSince ?? reading.at, reading.at);
      if (!announcing && (levels.get(feed.id) ?? 'ok') === level) continue;
      levels.set(feed.id, level);
      const input = { asset: spec.asset, feed: feed.id, to: level, at: isoTime(reading.at), why };
      commands.push({ command: 'prices.RecordFeedLevel', input });
    }
    return commands;
  };

  const pegCommands = (reading: PegReading): WatchCommand[] => {
    let changed = announcing || reading.level !== assetLevel;
    for (const { control, level } of reading.controls) {
      if ((levels.get(control) ?? 'ok') === level) continue;
      levels.set(control, level);
      changed = true;
    }
    assetLevel = reading.level;
    if (!changed) return [];
    const controls = reading.controls.map(({ control, level, why }) => ({ control, level, why }));
    const input = { asset: spec.asset, at: isoTime(reading.at), level: reading.level, price: reading.price, why: reading.why, controls };
    return [{ command: 'peg.RecordReading', input }];
  };

  /** What hangs on a level having lasted: blindness becomes a suspicion, long calm lets an unjudged one lapse. */
  const lastingCommands = (reading: PegReading): WatchCommand[] => {
    const { at, level, why } = reading;
    const correlation = `peg/${spec.asset}`;
    blindSince = level === 'blind' ? (blindSince ?? at) : null;
    okSince = level === 'ok' ? (okSince ?? at) : null;
    if (blindSince !== null && at - blindSince >= BLIND_SUSPECT_MS && at - blindSince < BLIND_SUSPECT_MS + STEP_MS) {
      const about = { correlation, component: spec.asset, title: `${spec.asset} peg: blind` };
      const input = { ...about, from: 'blind', to: 'blind', at: isoTime(at), why, persisted: true };
      return [{ command: 'incidents.Signal', input }];
    }
    const lapses = okSince !== null && at - okSince >= LAPSE_AFTER_MS && at - okSince < LAPSE_AFTER_MS + STEP_MS;
    return lapses ? [{ command: 'incidents.Lapse', input: { correlation } }] : [];
  };

  const evidenceCommands = (now: number, all: boolean): WatchCommand[] => {
    const commands: WatchCommand[] = [];
    for (const [feed, { items, from }] of evidence) {
      if (!all && now - from < spec.evidenceMs && items.length < EVIDENCE_ITEMS_MAX) continue;
      commands.push({ command: 'prices.RecordBars', input: { feed, from: isoTime(from), to: isoTime(now), items } });
      evidence.delete(feed);
    }
    for (const [feed, { counts, sample, from }] of rejections) {
      if (!all && now - from < spec.evidenceMs) continue;
      commands.push({ command: 'prices.RecordRejections', input: { feed, from: isoTime(from), to: isoTime(now), counts, sample } });
      rejections.delete(feed);
    }
    const first = composites[0];
    if (first && (all || now - first.at >= spec.evidenceMs)) {
      commands.push({ command: 'prices.RecordComposite', input: compositeInput(spec.asset, composites, now) });
      composites.length = 0;
    }
    return commands;
  };

  return {
    spec,
    ingest: (observation) => {
      book.ingest(observation);
      const open = evidence.get(observation.feed) ?? { items: [], from: observation.knownAt };
      open.items.push(evidenceItem(observation));
      evidence.set(observation.feed, open);
    },
    reject: (feed, reason, line, now) => {
      const open = rejections.get(feed) ?? { counts: {}, sample: `${reason}: ${line.slice(0, 200)}`, from: now };
      open.counts[reason] = (open.counts[reason] ?? 0) + 1;
      rejections.set(feed, open);
    },
    tick: (now) => {
      watchedSince ??= now;
      const reading = book.read(now);
      const peg = pegWatch.evaluate(reading);
      if (reading.composite) composites.push(reading.composite);
      const commands = [...feedCommands(reading), ...pegCommands(peg), ...lastingCommands(peg), ...evidenceCommands(now, false)];
      announcing = false;
      return { peg, book: reading, commands };
    },
    flush: (now) => evidenceCommands(now, true),
    announce: () => {
      announcing = true;
    },
  };
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
    items: composites.map(({ at, price, low, high, venues }) => ({ at, price, low, high, venues: venues.length })),
  };
}

/** An observation as it is kept: flat, so that its canonical bytes are small and stable. */
export function evidenceItem(observation: Observation): JsonValue {
  const { feed: _, knownAt: __, ...kept } = observation;
  return kept;
}
