/** What a node watches and how time passes there: live venues, a scenario, or a folder of recordings. */

import type { Tick } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { floorTo, isoTime, MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import type { Clock } from '@sonae/core/ports/clock.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { FeedSpec, Venue } from '@sonae/core/ports/venue.ts';
import type { Logger } from 'pino';
import { createSimulatedClock, type SimulatedClock } from './adapters/clock/clock.ts';
import { watchAsset } from './compose.ts';
import type { Config, FeedConfig } from './config.ts';
import { type FeedFolder, mergedRows } from './connectors/feed-files/feed-folder.ts';
import { type Scenario, scenarioFeeds, scenarioRows } from './connectors/scenario/scenario.ts';
import { driveLive } from './drive-live.ts';
import { drive, driveTime } from './drive-scenario.ts';
import type { Node } from './node.ts';
import { type ReplaySpan, untilLastPrice } from './replay-run.ts';
import type { WatchedAsset } from './runtime.ts';
import { createActor, foundDrillFirm, type RefusedAct } from './scenario-acts.ts';

export type Stage = {
  readonly title: string;
  readonly time: Clock['kind'];
  readonly watched: readonly WatchedAsset[];
  /** The clock, given where the log stands. */
  clockFor(store: Store): Promise<Clock>;
  /** Runs until aborted (or the recording ends); only the leader plays. */
  play(node: Node, signal: AbortSignal, logger: Logger): Promise<ReplaySpan | null>;
};

/** Simulated per wall time while people sign: a minute passes in half a second. */
const ATTENTION_SPEED = 120;

async function simulatedFrom(store: Store, from: number): Promise<SimulatedClock> {
  const { recordedAt } = await store.head();
  return createSimulatedClock(recordedAt === '' ? from : Math.max(from, parseTime(recordedAt)));
}

/** Another node may have led meanwhile: time goes on where the log stands. */
async function catchUp(store: Store, clock: SimulatedClock): Promise<number> {
  const { recordedAt } = await store.head();
  if (recordedAt !== '') clock.moveTo(Math.max(clock.now(), parseTime(recordedAt)));
  return clock.now();
}

/** Infinity has no JSON: null is as fast as it goes. */
const shownSpeed = (speed: number): number | null => (Number.isFinite(speed) ? speed : null);

/** @param after what comes after the scenario's end: quiet simulated time without end, or nothing */
export function scenarioStage(
  config: Config,
  scenario: Scenario,
  speed: number,
  after: 'calm' | 'nothing',
): Stage {
  const { asset } = scenario;
  const watched =
    asset === null ? null : watchAsset(config, asset, scenario.peg, scenarioFeeds(scenario), false);
  const end = parseTime(scenario.to);
  let clock: SimulatedClock | null = null;
  return {
    title: scenario.id,
    time: 'simulated',
    watched: watched === null ? [] : [watched],
    clockFor: async (store) => {
      clock = await simulatedFrom(store, parseTime(scenario.from));
      return clock;
    },
    play: async (node, signal, logger) => {
      const { app } = node;
      const since = floorTo(await catchUp(app.ports.store, clock as SimulatedClock), MINUTE_MS);
      await foundDrillFirm(app, scenario);
      const before = since === parseTime(scenario.from) ? since - 1 : since;
      const onRefused = (refused: RefusedAct): void => logger.error(refused, 'an act was refused');
      const act = createActor(app, scenario, before, onRefused, node.books);
      const replay = {
        scenario: scenario.id,
        title: scenario.title,
        from: scenario.from,
        to: scenario.to,
        speed: shownSpeed(speed),
        running: true,
      };
      node.replay = replay;
      const speedAt = (at: number): number => {
        if (at >= end && after === 'calm') return scenario.tailSpeed;
        return node.attention ? Math.min(speed, ATTENTION_SPEED) : speed;
      };
      if (watched === null || asset === null) {
        const stops = scenario.acts.map(({ at }) => parseTime(at));
        const step = { from: since, to: end, stepMs: scenario.stepMinutes * MINUTE_MS, stops };
        const span = await driveTime(clock as SimulatedClock, step, { speedAt, signal }, act);
        node.replay = { ...replay, running: false };
        return span;
      }
      return drive(
        app,
        clock as SimulatedClock,
        watched,
        scenarioRows(scenario, since, after === 'calm' ? Number.POSITIVE_INFINITY : end),
        { speedAt, signal },
        async (tick) => {
          if (tick.peg.at >= end) {
            node.replay = { ...replay, speed: scenario.tailSpeed, running: after === 'calm' };
          }
          node.sawTick(asset, tick);
          await act(tick.peg.at);
        },
      );
    },
  };
}

/** @param speed simulated per wall time; Infinity for as fast as possible */
export function folderStage(config: Config, folder: FeedFolder, speed: number): Stage {
  const watched = watchAsset(config, folder.asset, folder.peg, folder.feeds, false);
  let clock: SimulatedClock | null = null;
  return {
    title: folder.name,
    time: 'simulated',
    watched: [watched],
    clockFor: async (store) => {
      clock = await simulatedFrom(store, 0);
      return clock;
    },
    play: async (node, signal) => {
      const title = { en: `Recorded feeds: ${folder.name}`, ja: `記録フィード: ${folder.name}` };
      const replay = {
        scenario: folder.name,
        title,
        from: '',
        to: '',
        speed: shownSpeed(speed),
        running: true,
      };
      const span = await drive(
        node.app,
        clock as SimulatedClock,
        watched,
        untilLastPrice(watched.watch, mergedRows(folder)),
        { speedAt: () => speed, signal },
        (tick: Tick) => {
          node.replay ??= { ...replay, from: isoTime(tick.peg.at) };
          node.sawTick(folder.asset, tick);
        },
      );
      node.replay = { ...replay, from: isoTime(span.from), to: isoTime(span.to), running: false };
      return span;
    },
  };
}

export async function liveStage(config: Config, clock: Clock): Promise<Stage> {
  const assets: { venues: Venue[]; watched: WatchedAsset }[] = [];
  for (const { asset, peg, feeds } of config.assets) {
    const venues: Venue[] = [];
    for (const feed of feeds) venues.push(await createVenue(feed));
    const specs: FeedSpec[] = venues.map((venue) => venue.feed);
    assets.push({ venues, watched: watchAsset(config, asset, peg, specs, true) });
  }
  return {
    title: 'live',
    time: 'live',
    watched: assets.map(({ watched }) => watched),
    clockFor: async () => clock,
    play: async (node, signal, logger) => {
      await Promise.all(
        assets.map(({ venues, watched }) =>
          driveLive(node.app as App, watched, venues, signal, {
            onTick: (tick) => node.sawTick(watched.watch.spec.asset, tick),
            onTrouble: (feed, message) => logger.warn({ feed }, message),
            onFailure: (error) => logger.error({ err: error }, 'a step could not be recorded'),
          }),
        ),
      );
      return null;
    },
  };
}

/** Connectors bring large libraries: each is loaded only when a feed of its kind is configured. */
async function createVenue(feed: FeedConfig): Promise<Venue> {
  if (feed.source === 'ccxt')
    return (await import('./connectors/ccxt-venue/ccxt-venue.ts')).createCcxtVenue(feed);
  return (await import('./connectors/chainlink/chainlink-feed.ts')).createChainlinkFeed(feed);
}
