/** A shipped scenario through the real app without a server: acts and time alone, or with its market. */
import type { App } from '@sonae/core/app/handle.ts';
import { MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import { createMemoryJournal } from '../../packages/server/src/adapters/journal/memory-journal.ts';
import { watchAsset } from '../../packages/server/src/compose.ts';
import { readConfig } from '../../packages/server/src/config.ts';
import {
  readScenario,
  scenarioFeeds,
  scenarioRows,
} from '../../packages/server/src/connectors/scenario/scenario.ts';
import { driveTime } from '../../packages/server/src/drive-scenario.ts';
import { createBooks } from '../../packages/server/src/ledger/books.ts';
import { replayRows } from '../../packages/server/src/replay-run.ts';
import { createActor, foundDrillFirm, type RefusedAct } from '../../packages/server/src/scenario-acts.ts';
import { createTestApp, type TestApp } from './app.ts';

export type PlayedScenario = {
  readonly t: TestApp;
  readonly app: App;
  readonly refused: readonly RefusedAct[];
};

/** Plays to the end; `onStep` sees every simulated step after its acts. */
export async function playScenario(
  id: string,
  store: Store,
  onStep: (at: number, t: TestApp) => Promise<void> = async () => undefined,
): Promise<PlayedScenario> {
  const scenario = readScenario(id);
  const from = parseTime(scenario.from);
  const to = parseTime(scenario.to);
  const defects: unknown[] = [];
  const t = createTestApp(store, 7, (error) => defects.push(error), from);
  const refused: RefusedAct[] = [];
  await foundDrillFirm(t.app, scenario);
  const books = createBooks(t.app, createMemoryJournal());
  const act = createActor(t.app, scenario, from - 1, (one) => refused.push(one), books);
  const step = async (at: number): Promise<void> => {
    await act(at);
    await onStep(at, t);
  };
  if (scenario.asset === null) {
    const pace = { speedAt: () => Number.POSITIVE_INFINITY, signal: new AbortController().signal };
    const stops = scenario.acts.map(({ at }) => parseTime(at));
    await driveTime(t.clock, { from, to, stepMs: scenario.stepMinutes * MINUTE_MS, stops }, pace, step);
  } else {
    const feeds = scenarioFeeds(scenario);
    const { watch } = watchAsset(readConfig(undefined), scenario.asset, scenario.peg, feeds, false);
    await replayRows(t.app, t.clock, watch, scenarioRows(scenario, from, to), (tick) => step(tick.peg.at));
  }
  if (defects.length > 0) throw defects[0];
  return { t, app: t.app, refused };
}
