/**
 * Shapes of the HTTP API, shared by server and console (types only). Times are ISO 8601 UTC, texts bilingual.
 * Addresses and semantics: docs/reference/http.md.
 */

import type { Fault } from '../kernel/errors.ts';
import type { Fact, Text } from '../log/fact.ts';
import type { IncidentSummary } from '../nouns/incidents/views/list.ts';
import type { PublicIncident } from '../nouns/incidents/views/public.ts';
import type { Level } from '../nouns/peg/facts.ts';
import type { LevelChange } from '../nouns/peg/views.ts';

/** Where time stands. In a replay the clock is simulated and moves `speed` times as fast as the wall clock. */
export type ClockState = {
  readonly kind: 'live' | 'simulated';
  readonly now: string;
  readonly replay: {
    readonly scenario: string;
    readonly title: Text;
    readonly from: string;
    readonly to: string;
    /** Null: as fast as it goes. */
    readonly speed: number | null;
    readonly running: boolean;
  } | null;
};

export type AssetSummary = {
  readonly asset: string;
  readonly peg: string;
  readonly level: Level;
  /** Empty while the level never changed. */
  readonly since: string;
  readonly price: number | null;
  readonly why: Text | null;
  /** How many controls stand at each level now. */
  readonly counts: Readonly<Record<Level, number>>;
};

/** GET /api/overview */
export type Overview = {
  readonly clock: ClockState;
  readonly node: {
    readonly version: string;
    readonly store: string;
    readonly origin: string;
    readonly leader: boolean;
  };
  readonly assets: readonly AssetSummary[];
  /** Open ones, newest first. */
  readonly incidents: readonly IncidentSummary[];
  readonly feeds: { readonly total: number; readonly blind: readonly string[] };
  readonly log: { readonly size: number; readonly root: string; readonly recordedAt: string };
};

export type ControlView = {
  readonly id: string;
  readonly statement: Text;
  readonly basis: readonly string[];
  readonly owner: string;
  readonly level: Level;
  readonly since: string;
  readonly why: Text | null;
  /** What was measured last, in the control's own unit (bps or a ratio). */
  readonly value: number | null;
};

export type FeedView = {
  readonly id: string;
  readonly venue: string;
  readonly base: string;
  readonly quote: string;
  readonly kind: string;
  readonly level: 'ok' | 'blind';
  readonly since: string;
  readonly why: Text | null;
  readonly lastAt: string | null;
  /** Rows that could not be used, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
};

/** GET /api/assets/:asset */
export type AssetDetail = AssetSummary & {
  readonly controls: readonly ControlView[];
  readonly feeds: readonly FeedView[];
  readonly venues: readonly {
    readonly venue: string;
    readonly price: number;
    readonly weight: number;
    readonly setAside: string | null;
  }[];
  readonly changes: readonly LevelChange[];
};

/** GET /api/assets/:asset/prices?from&to&points : parallel arrays, times in milliseconds, oldest first. */
export type PriceSeries = {
  readonly at: readonly number[];
  readonly price: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
};

/** GET /api/incidents?phase=open|all */
export type IncidentsPage = { readonly incidents: readonly IncidentSummary[] };

/** GET /api/log?before&limit&stream&incident : newest first; `next` goes into `before` for the following page. */
export type LogPage = {
  readonly facts: readonly (Fact & { readonly disclosed: boolean })[];
  readonly size: number;
  readonly next: number | null;
};

/** POST /api/commands/:name (200 done, 409 refused, otherwise a fault). */
export type CommandAnswer =
  | {
      readonly status: 'done';
      readonly facts: readonly { readonly seq: number; readonly id: string; readonly type: string }[];
      readonly result: unknown;
    }
  | { readonly status: 'refused'; readonly refused: string; readonly message: string; readonly fix: string };

/** Body of every non-2xx answer that is not a refusal. */
export type FaultAnswer = { readonly fault: Fault };

/** GET /api/events, server-sent: `append` when the log grew, `tick` when prices were read. */
export type TickEvent = {
  readonly now: string;
  readonly assets: Readonly<Record<string, { readonly price: number | null; readonly level: Level }>>;
};

export type ComponentStatus = 'operational' | 'degraded_performance' | 'partial_outage' | 'major_outage';

/** GET /public/status.json : what everybody may see; built from disclosed facts only. */
export type PublicStatus = {
  readonly name: Text;
  readonly now: string;
  readonly simulated: boolean;
  readonly components: readonly {
    readonly id: string;
    readonly name: Text;
    readonly status: ComponentStatus;
  }[];
  /** Newest first. */
  readonly incidents: readonly PublicIncident[];
  readonly log: { readonly origin: string; readonly verifierKey: string; readonly size: number };
};
