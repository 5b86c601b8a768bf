/**
 * A node at work: it leads or follows, drives the watches with live or scenario data, sends the outbox, and keeps at
 * hand what screens ask for. Everything durable goes through the app; what is kept here can be rebuilt from the log.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { STEP_MS, type Tick, type Watch } from '@sonae/core/app/evaluate.ts';
import { floorTo, HOUR_MS, parseTime } from '@sonae/core/kernel/time.ts';
import type { Batches } from '@sonae/core/nouns/prices/views.ts';
import type { Observation } from '@sonae/core/ports/venue.ts';
import { createSeries, type Point, type Series } from './series.ts';

export type WatchedAsset = {
  readonly watch: Watch;
  readonly series: Series;
  latest: Tick | null;
};

export type TickListener = (asset: string, tick: Tick) => void;

/** How far back a restarted node re-reads evidence, so that windows and dwell timers stand as they stood. */
const WARM_MS = 26 * HOUR_MS;
const SERIES_PAGE = 500;

export function createWatchedAsset(watch: Watch): WatchedAsset {
  return { watch, series: createSeries(), latest: null };
}

/** Takes what one tick saw: for charts and screens. */
export function seeTick(watched: WatchedAsset, tick: Tick): void {
  watched.latest = tick;
  if (tick.book.composite) watched.series.add(tick.book.composite);
}

/** Fills chart series and warms the watch from evidence. The watch then states its levels anew. */
export async function restore(app: App, watched: WatchedAsset): Promise<void> {
  const { spec } = watched.watch;
  const { store } = app.ports;
  for (const item of await evidenceItems<Point>(app, `composite/${spec.asset}`, 0)) watched.series.add(item);
  const { recordedAt } = await store.head();
  if (recordedAt === '') return;
  const since = parseTime(recordedAt) - WARM_MS;
  const observations: Observation[] = [];
  for (const feed of spec.feeds) {
    for (const item of await evidenceItems<Omit<Observation, 'feed' | 'knownAt'>>(app, `feed/${feed.id}`, since)) {
      const knownAt = item.kind === 'bar' ? item.openAt + feed.intervalMs : item.openAt;
      observations.push({ ...item, feed: feed.id, knownAt } as Observation);
    }
  }
  observations.sort((a, b) => a.knownAt - b.knownAt);
  const first = observations[0];
  if (!first) return;
  let at = floorTo(first.knownAt, STEP_MS) + STEP_MS;
  for (const observation of observations) {
    for (; at < observation.knownAt; at += STEP_MS) watched.latest = watched.watch.tick(at);
    watched.watch.ingest(observation);
  }
  watched.latest = watched.watch.tick(at);
  watched.watch.flush(at);
  watched.watch.announce();
}

async function evidenceItems<T>(app: App, key: string, since: number): Promise<T[]> {
  const text = await app.ports.store.view('prices.evidence', key);
  const { batches } = text === undefined ? { batches: [] } : (JSON.parse(text) as Batches);
  const items: T[] = [];
  for (const batch of batches.slice(-SERIES_PAGE * 4)) {
    if (parseTime(batch.to) < since) continue;
    for (const item of (await app.ports.store.evidence(batch.root)) ?? []) items.push(JSON.parse(item) as T);
  }
  return items;
}

