/** The newest snapshot of each source, what disputes or voids it, standing shortfalls, and flows of a day. */
import { DAY_MS, parseTime } from '../../../kernel/time.ts';
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { FlowStep } from '../engine/outflow.ts';
import {
  FLOW_ASSETS_MAX,
  flowsRecorded,
  type Held,
  holdingsRecorded,
  type Provenance,
  readingDisputed,
  shortfallCured,
  shortfallDetected,
  snapshotVoided,
} from '../facts/holdings.ts';

export type Snapshot = {
  readonly id: string;
  readonly source: string;
  readonly asOf: string;
  readonly provenance: Provenance;
  readonly held: readonly Held[];
  /** What happened to it since: nodes disagreed afterwards, or its block is no longer of the chain. */
  readonly problem: 'void' | 'disputed' | null;
  readonly detail: string;
};
/** Bounded by the number of sources of the policy. */
export type Holdings = { readonly snapshots: readonly Snapshot[] };

/** One key, `all`. */
export const holdings = defineView<Holdings>({
  name: 'reserves.holdings',
  version: 1,
  folds: [holdingsRecorded.name, snapshotVoided.name, readingDisputed.name],
  initial: () => ({ snapshots: [] }),
  keysOf: () => ['all'],
  apply: ({ snapshots }, fact) => {
    const mark = (
      is: (one: Snapshot) => boolean,
      problem: 'void' | 'disputed',
      detail: string,
    ): Holdings => ({
      snapshots: snapshots.map((one) => (is(one) ? { ...one, problem, detail } : one)),
    });
    if (isFact(snapshotVoided, fact)) {
      const { id, height, was, is } = fact.body;
      return mark((one) => one.id === id, 'void', `block ${height} was ${was}, is ${is}`);
    }
    if (isFact(readingDisputed, fact)) {
      const { source, what, hosts } = fact.body;
      return mark((one) => one.source === source, 'disputed', `${what} (${hosts.join(', ')})`);
    }
    if (!isFact(holdingsRecorded, fact)) return { snapshots };
    const { id, source, asOf, provenance, held } = fact.body;
    const others = snapshots.filter((one) => one.source !== source);
    return { snapshots: [...others, { id, source, asOf, provenance, held, problem: null, detail: '' }] };
  },
});

export type Shortfall = {
  readonly asset: string;
  readonly owner: string;
  readonly event: string;
  readonly since: string;
  readonly dueAt: string;
  readonly held: string;
  readonly owed: string;
};
export type Shortfalls = { readonly standing: readonly Shortfall[] };

/** One key, `all`. Bounded by the assets of the policy. */
export const shortfalls = defineView<Shortfalls>({
  name: 'reserves.shortfalls',
  version: 1,
  folds: [shortfallDetected.name, shortfallCured.name],
  initial: () => ({ standing: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(shortfallDetected, fact) && !isFact(shortfallCured, fact)) return state;
    const { asset, owner, event } = fact.body;
    const others = state.standing.filter((one) => one.asset !== asset || one.owner !== owner);
    if (!isFact(shortfallDetected, fact)) return { standing: others };
    const { at: since, dueAt, held, owed } = fact.body;
    return { standing: [...others, { asset, owner, event, since, dueAt, held, owed }] };
  },
});

export type AssetFlow = { readonly asset: string; readonly steps: readonly FlowStep[] };
export type Flows = { readonly lastAt: string; readonly assets: readonly AssetFlow[] };

/** One key, `all`. A day of steps; an asset that was quiet for a day makes room. */
export const flows = defineView<Flows>({
  name: 'reserves.flows',
  version: 1,
  folds: [flowsRecorded.name],
  initial: () => ({ lastAt: '', assets: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(flowsRecorded, fact)) return state;
    const { from, flows: stated } = fact.body;
    const at = parseTime(from);
    const newest = Math.max(at, state.lastAt === '' ? 0 : parseTime(state.lastAt));
    const byAsset = new Map(state.assets.map(({ asset, steps }) => [asset, steps]));
    for (const { asset, in: came, out: went } of stated)
      byAsset.set(asset, [...(byAsset.get(asset) ?? []).filter(([known]) => known !== at), [at, came, went]]);
    const assets = [...byAsset]
      .map(([asset, steps]) => ({ asset, steps: steps.filter(([known]) => known > newest - DAY_MS) }))
      .filter(({ steps }) => steps.length > 0)
      .slice(-FLOW_ASSETS_MAX);
    return { lastAt: at >= newest ? from : state.lastAt, assets };
  },
});
