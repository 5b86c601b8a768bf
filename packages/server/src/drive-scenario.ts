/** Driving a watch from a scenario or recording at a chosen speed, with the acts that people of the scenario perform. */

import type { Tick } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { isoTime, parseTime, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { SimulatedClock } from './adapters/clock/clock.ts';
import type { Row } from './connectors/feed-files/feed-folder.ts';
import type { Scenario } from './connectors/scenario/scenario.ts';
import { type ReplaySpan, replayRows } from './replay-run.ts';
import type { WatchedAsset } from './runtime.ts';

export type Pace = {
  /** Simulated time per wall time at a simulated instant; Infinity does not wait. */
  speedAt(at: number): number;
  readonly signal: AbortSignal;
};

/** Whoever plays people in a drill: visible as such in every fact it causes. */
const PLAYER: Principal = { id: 'drill:player', kind: 'operator' };
/** A wait shorter than this is saved up: timers are not finer. */
const WAIT_MIN_MS = 4;

/** Feeds rows until they end or the pace is aborted. */
export async function drive(
  app: App,
  clock: SimulatedClock,
  watched: WatchedAsset,
  rows: AsyncIterable<readonly Row[]>,
  pace: Pace,
  onTick: (tick: Tick) => Promise<void> | void,
): Promise<ReplaySpan> {
  const pacer = createPacer(pace);
  return replayRows(app, clock, watched.watch, untilAborted(rows, pace.signal), async (tick) => {
    await onTick(tick);
    await pacer(tick.peg.at);
  });
}

async function* untilAborted(
  rows: AsyncIterable<readonly Row[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  for await (const chunk of rows) {
    if (signal.aborted) return;
    yield chunk;
  }
}

function createPacer({ speedAt, signal }: Pace): (at: number) => Promise<void> {
  let last: number | null = null;
  let owedMs = 0;
  let wall = performance.now();
  return async (at) => {
    const speed = speedAt(at);
    if (last !== null && Number.isFinite(speed)) owedMs += (at - last) / speed;
    last = at;
    const spent = performance.now() - wall;
    wall += spent;
    owedMs -= spent;
    if (owedMs > WAIT_MIN_MS) await sleep(owedMs, signal);
    // A machine that cannot keep up does not race to catch up later.
    else if (owedMs < -SECOND_MS || !Number.isFinite(speed)) owedMs = 0;
  };
}

/** Resolves after `ms`, or at once when aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** Performs the scenario's acts as their time comes. Acts before `since` are taken as done by an earlier run. */
export function createActor(app: App, scenario: Scenario, since: number): (at: number) => Promise<void> {
  const acts = scenario.acts.filter((act) => parseTime(act.at) > since);
  return async (at) => {
    for (let act = acts[0]; act && parseTime(act.at) <= at; act = acts[0]) {
      acts.shift();
      const input = { ...act.input };
      if (input.incident === '@') input.incident = await newestIncident(app);
      await app.submit({
        command: act.command,
        input: input as JsonValue,
        actor: PLAYER,
        id: `${scenario.id}/${act.at}/${isoTime(since)}`,
      });
    }
  };
}

async function newestIncident(app: App): Promise<string> {
  const text = await app.ports.store.view('incidents.list', 'all');
  const { incidents } = text === undefined ? { incidents: [] } : (JSON.parse(text) as IncidentList);
  return incidents[0]?.id ?? '';
}
