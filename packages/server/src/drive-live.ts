/** Driving a watch from live venues: observations as they come, one reading after every full minute. */

import { STEP_MS, type Tick } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { floorTo, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Venue } from '@sonae/core/ports/venue.ts';
import { sleep } from './drive-scenario.ts';
import { submitAll } from './replay-run.ts';
import type { WatchedAsset } from './runtime.ts';

/** Venues send the bar of a minute shortly after it closes. */
const SETTLE_MS = 3 * SECOND_MS;
const CLOCK_SKEW_MS = 5 * SECOND_MS;

export type LiveEvents = {
  onTick(tick: Tick): void;
  onTrouble(feed: string, message: string): void;
  /** A step that could not be recorded; the next one states the levels again. */
  onFailure(error: unknown): void;
};

/** Runs until aborted; what was observed but not yet sealed is sealed before it returns. */
export async function driveLive(
  app: App,
  watched: WatchedAsset,
  venues: readonly Venue[],
  signal: AbortSignal,
  events: LiveEvents,
): Promise<void> {
  const { watch } = watched;
  const { clock } = app.ports;
  const stops = venues.map((venue) =>
    venue.watch((event) => {
      if ('observation' in event) {
        const { feed, knownAt } = event.observation;
        // A venue's clock may run a little ahead; what lies beyond that has not happened.
        if (knownAt > clock.now() + CLOCK_SKEW_MS)
          watch.reject(feed, 'from-the-future', JSON.stringify(event.observation), clock.now());
        else watch.ingest(event.observation);
      } else if ('rejected' in event)
        watch.reject(event.rejected.feed, event.rejected.reason, event.rejected.line, clock.now());
      else events.onTrouble(event.trouble.feed, event.trouble.fault.message);
    }),
  );
  let last = 0;
  while (!signal.aborted) {
    const now = clock.now();
    const next = floorTo(now, STEP_MS) + STEP_MS;
    await sleep(next + SETTLE_MS - now, signal);
    const at = floorTo(clock.now(), STEP_MS);
    // A clock that was set back waits until time is new again; readings never run backwards.
    if (signal.aborted || at <= last) continue;
    last = at;
    const tick = watch.tick(at);
    events.onTick(tick);
    await submitAll(app, tick.commands).catch((error: unknown) => {
      watch.announce();
      events.onFailure(error);
    });
  }
  await Promise.all(stops.map((stop) => stop()));
  await submitAll(app, watch.flush(clock.now())).catch(events.onFailure);
}
