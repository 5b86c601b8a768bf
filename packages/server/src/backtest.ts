/** Controls over recorded feeds: levels, incidents, and scores against labelled episodes. Contract: docs/explain/backtest.md. */

import { createWatch } from '@sonae/core/app/evaluate.ts';
import { createApp } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { DAY_MS, HOUR_MS, isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import { LEVEL_RANK, type Level } from '@sonae/core/log/levels.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import type { Limits } from '@sonae/core/nouns/peg/engine.ts';
import type { PriceLimits } from '@sonae/core/nouns/prices/engine.ts';
import { createSimulatedClock } from './adapters/clock/clock.ts';
import { nodeSha256 } from './adapters/hash/node-sha256.ts';
import { createSeededRandom } from './adapters/random/seeded-random.ts';
import { signerFromSeed } from './adapters/signer/ed25519-signer.ts';
import { createMemoryStore } from './adapters/store-memory/memory-store.ts';
import { type Episode, type FeedFolder, mergedRows } from './connectors/feed-files/feed-folder.ts';
import { replayRows, untilLastPrice } from './replay-run.ts';

/** These hours around an episode belong to it when alarms are judged. */
const BEFORE_EPISODE_MS = 6 * HOUR_MS;
const AFTER_EPISODE_MS = 72 * HOUR_MS;
const JUDGED = ['watch', 'warning', 'critical'] as const;
type Judged = (typeof JUDGED)[number];

export type Change = { readonly at: number; readonly level: Level };
type ControlChange = {
  readonly id: string;
  readonly level: string;
  readonly at: string;
  readonly why: string;
};

export type BacktestReport = {
  readonly asset: string;
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly rejected: number;
  readonly level: readonly { at: string; level: Level }[];
  readonly controls: readonly ControlChange[];
  readonly incidents: readonly {
    openedAt: string;
    endedAt: string | null;
    severity: string;
    phase: string;
  }[];
  readonly episodes: readonly (Record<`${Judged}At`, string | null> & {
    from: string;
    to: string;
    /** Share of the episode's minutes at or above each level. */
    covered: Record<Judged, number>;
  })[];
  readonly falseAlarms: Record<Judged, number>;
  readonly falseAlarmsPerDay: Record<Judged, number>;
  readonly elapsedMs: number;
};

const SEVERITY_OF: Readonly<Record<Level, string>> = {
  ok: 'minor',
  blind: 'minor',
  watch: 'minor',
  warning: 'major',
  critical: 'critical',
};

/** @param limits governed data; the lang picks the language of `why` */
export async function backtest(
  folder: FeedFolder,
  limits: { prices: PriceLimits; peg: Limits },
  lang: 'en' | 'ja' = 'en',
): Promise<BacktestReport> {
  const startedAt = performance.now();
  const clock = createSimulatedClock(0);
  const app = createApp({
    registry,
    store: createMemoryStore(),
    clock,
    random: createSeededRandom(1),
    signer: signerFromSeed(new Uint8Array(32).fill(7), 'backtest.sonae.invalid'),
    sha256: nodeSha256,
  });
  const { asset, peg, feeds } = folder;
  const watch = createWatch({
    asset,
    peg,
    feeds,
    priceLimits: limits.prices,
    pegLimits: limits.peg,
    evidenceMs: null,
  });
  const level: Change[] = [];
  const controls: ControlChange[] = [];
  const standing = new Map<string, string>();
  const change = (id: string, to: string, at: number, why: string): boolean => {
    if ((standing.get(id) ?? 'ok') === to) return false;
    standing.set(id, to);
    controls.push({ id, level: to, at: isoTime(at), why });
    return true;
  };
  const span = await replayRows(app, clock, watch, untilLastPrice(watch, mergedRows(folder)), (tick) => {
    const { at } = tick.peg;
    for (const reading of tick.peg.controls) change(reading.control, reading.level, at, reading.why[lang]);
    for (const { command, input } of tick.commands) {
      if (command !== 'prices.RecordFeedLevel') continue;
      const { feed, to, why } = input as { feed: string; to: string; why: { en: string; ja: string } };
      change(`prices.feed/${feed}`, to, at, why[lang]);
    }
    if ((level.at(-1)?.level ?? 'ok') !== tick.peg.level) level.push({ at, level: tick.peg.level });
  });
  await app.stop();
  const list = JSON.parse(
    (await app.ports.store.view('incidents.list', 'all')) ?? '{"incidents":[]}',
  ) as IncidentList;
  const falseAlarms = countFalseAlarms(level, folder.episodes);
  const days = Math.max((span.to - span.from) / DAY_MS, 1e-9);
  return {
    asset,
    from: isoTime(span.from),
    to: isoTime(span.to),
    bars: span.rows - span.rejected,
    rejected: span.rejected,
    level: level.map((c) => ({ at: isoTime(c.at), level: c.level })),
    controls,
    incidents: scoreIncidents(list, level, span.to),
    episodes: folder.episodes.map((episode) => scoreEpisode(level, episode)),
    falseAlarms,
    falseAlarmsPerDay: perLevel((l) => Number((falseAlarms[l] / days).toFixed(4))),
    elapsedMs: Math.round(performance.now() - startedAt),
  };
}

/** Nobody judges in a backtest: an incident ends when its signals were last quiet, and its severity is its worst level. */
function scoreIncidents(
  list: IncidentList,
  level: readonly Change[],
  end: number,
): BacktestReport['incidents'] {
  return [...list.incidents].reverse().map(({ openedAt, quietSince, phase, ...incident }) => {
    const endedAt = incident.endedAt ?? quietSince;
    const [from, to] = [parseTime(openedAt), endedAt === null ? end : parseTime(endedAt)];
    const reached = level.filter((c) => c.at >= from && c.at <= to);
    const worst = reached.reduce<Level>((a, c) => (LEVEL_RANK[c.level] > LEVEL_RANK[a] ? c.level : a), 'ok');
    return { openedAt, endedAt, severity: SEVERITY_OF[worst], phase };
  });
}

function perLevel<T>(value: (level: Judged) => T): Record<Judged, T> {
  return { watch: value('watch'), warning: value('warning'), critical: value('critical') };
}

/** When each level was first reached within the episode's window, and how many of its minutes were covered. */
export function scoreEpisode(
  changes: readonly Change[],
  episode: Episode,
): BacktestReport['episodes'][number] {
  const from = parseTime(episode.from);
  const to = parseTime(episode.to);
  const reachedAt = (wanted: Judged): string | null => {
    const hit = stretches(changes, wanted).find(
      ([start, end]) => end > from - BEFORE_EPISODE_MS && start <= to,
    );
    return hit === undefined ? null : isoTime(hit[0]);
  };
  const covered = (wanted: Judged): number => {
    const minutes = stretches(changes, wanted).map(([start, end]) =>
      Math.max(0, Math.min(end, to) - Math.max(start, from)),
    );
    return Number((minutes.reduce((sum, ms) => sum + ms, 0) / Math.max(to - from, 1)).toFixed(4));
  };
  return {
    from: episode.from,
    to: episode.to,
    watchAt: reachedAt('watch'),
    warningAt: reachedAt('warning'),
    criticalAt: reachedAt('critical'),
    covered: perLevel(covered),
  };
}

/** [start, end) of every stretch at or above `wanted`; the last may have no end. */
function stretches(changes: readonly Change[], wanted: Level): [number, number][] {
  const found: [number, number][] = [];
  let start: number | null = null;
  for (const { at, level } of changes) {
    const above = LEVEL_RANK[level] >= LEVEL_RANK[wanted];
    if (above) start ??= at;
    else if (start !== null) {
      found.push([start, at]);
      start = null;
    }
  }
  if (start !== null) found.push([start, Number.POSITIVE_INFINITY]);
  return found;
}

/** Rises to a level outside every episode's window. */
export function countFalseAlarms(
  changes: readonly Change[],
  episodes: readonly Episode[],
): Record<Judged, number> {
  const inside = (at: number): boolean =>
    episodes.some(
      (e) => at >= parseTime(e.from) - BEFORE_EPISODE_MS && at <= parseTime(e.to) + AFTER_EPISODE_MS,
    );
  return perLevel((wanted) => stretches(changes, wanted).filter(([start]) => !inside(start)).length);
}
