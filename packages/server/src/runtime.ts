/**
 * A node at work: it leads or follows, drives the watches with live or scenario data, sends the outbox, and keeps at
 * hand what screens ask for. Everything durable goes through the app; what is kept here can be rebuilt from the log.
 */

import { createWatch, STEP_MS, type Tick, type Watch, type WatchSpec } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { DAY_MS, floorTo, HOUR_MS, isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import { type Batches, compositeBatchesKey, feedBatchesKey } from '@sonae/core/nouns/prices/views.ts';
import type { Observation } from '@sonae/core/ports/venue.ts';
import { createSeries, type Point, type Series } from './series.ts';

export type WatchedAsset = {
  watch: Watch;
  readonly series: Series;
  latest: Tick | null;
  /** Begins anew: a node that takes the lead knows only what the log holds. */
  renew(): void;
};

/** How far back a restarted node re-reads evidence, so that windows and dwell timers stand as they stood. */
const WARM_MS = 26 * HOUR_MS;
/** How much of the past charts have at hand after a restart. */
const CHART_MS = 30 * DAY_MS;

export function createWatchedAsset(spec: WatchSpec): WatchedAsset {
  const watched: WatchedAsset = {
    watch: createWatch(spec),
    series: createSeries(),
    latest: null,
    renew: () => {
      watched.watch = createWatch(spec);
    },
  };
  return watched;
}

/** Takes what one tick saw: for charts and screens. */
export function seeTick(watched: WatchedAsset, tick: Tick): void {
  watched.latest = tick;
  if (tick.book.composite) watched.series.add(tick.book.composite);
}

/** Fills the chart series from evidence; what it has already, it keeps. */
export async function restoreSeries(app: App, { watch, series }: WatchedAsset): Promise<void> {
  const { spec } = watch;
  const { recordedAt } = await app.ports.store.head();
  if (recordedAt === '') return;
  const newest = parseTime(recordedAt);
  const chartFrom = Math.max(newest - CHART_MS, series.newest());
  for await (const point of evidenceItems<Point>(
    app,
    (time) => compositeBatchesKey(spec.asset, time),
    chartFrom,
    newest,
  )) {
    series.add(point);
  }
}

/** Warms the watch from evidence. It then states its levels anew. */
export async function restoreWatch(app: App, watched: WatchedAsset): Promise<void> {
  const { spec } = watched.watch;
  const { recordedAt } = await app.ports.store.head();
  if (recordedAt === '') return;
  const newest = parseTime(recordedAt);
  const observations: Observation[] = [];
  for (const feed of spec.feeds) {
    const items = evidenceItems<KeptObservation>(
      app,
      (time) => feedBatchesKey(feed.id, time),
      newest - WARM_MS,
      newest,
    );
    for await (const item of items) {
      const knownAt = item.kind === 'bar' ? item.openAt + feed.intervalMs : item.openAt;
      observations.push({ ...item, feed: feed.id, knownAt } as Observation);
    }
  }
  warm(
    watched,
    observations.sort((a, b) => a.knownAt - b.knownAt),
  );
}

type KeptObservation = Omit<Observation, 'feed' | 'knownAt'>;

function warm(watched: WatchedAsset, observations: readonly Observation[]): void {
  const { watch } = watched;
  const first = observations[0];
  if (!first) return;
  let at = floorTo(first.knownAt, STEP_MS) + STEP_MS;
  for (const observation of observations) {
    for (; at < observation.knownAt; at += STEP_MS) watched.latest = watch.tick(at);
    watch.ingest(observation);
  }
  watched.latest = watch.tick(at);
  watch.flush(at);
  watch.announce();
}

/** Items of all batches that end between two instants, in the order they were recorded. */
async function* evidenceItems<T>(
  app: App,
  keyAt: (time: string) => string,
  from: number,
  to: number,
): AsyncGenerator<T> {
  const { store } = app.ports;
  for (let day = floorTo(from, DAY_MS); day <= to; day += DAY_MS) {
    const text = await store.view('prices.evidence', keyAt(isoTime(day)));
    if (text === undefined) continue;
    for (const batch of (JSON.parse(text) as Batches).batches) {
      if (parseTime(batch.to) < from) continue;
      for (const item of (await store.evidence(batch.root)) ?? []) yield JSON.parse(item) as T;
    }
  }
}
