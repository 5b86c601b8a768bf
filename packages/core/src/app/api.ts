/**
 * Shapes of the HTTP API, shared by server and console (types only). Times are ISO 8601 UTC, texts bilingual.
 * Addresses and semantics: docs/reference/http.md.
 */

import type { Fault } from '../kernel/errors.ts';
import type { Fact, Text } from '../log/fact.ts';
import type { Level, StandingLevel } from '../log/levels.ts';
import type { Policy, Power } from '../nouns/authority/facts/power.ts';
import type { AuthorityLevels } from '../nouns/authority/views/controls.ts';
import type { UseSummary } from '../nouns/authority/views/list.ts';
import type { Rehearsed } from '../nouns/authority/views/powers.ts';
import type { PublicPowers } from '../nouns/authority/views/public.ts';
import type { Use } from '../nouns/authority/views/use.ts';
import type { IncidentSummary } from '../nouns/incidents/views/list.ts';
import type { PublicIncident } from '../nouns/incidents/views/public.ts';
import type { LevelChange } from '../nouns/peg/views.ts';
import type { Firing } from '../nouns/sentinels/engine.ts';
import type { GroupLevel, SourceKind } from '../nouns/sentinels/facts.ts';
import type { ListedAlarm } from '../nouns/sentinels/views/list.ts';
import type { Window } from '../nouns/sentinels/views/maintenance.ts';

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

/** A control of a noun that is not ok, with what it states. */
export type NounLevel = StandingLevel & { readonly noun: string; readonly statement: Text | null };

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
  /** Controls of nouns that keep levels (ledger, custody, reserves): the worst ones. */
  readonly levels: readonly NounLevel[];
  /** How many there are in all. */
  readonly levelCount: number;
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

/** Alarms of one component, with the suspicion that they raised. */
export type AlarmGroupView = {
  readonly group: string;
  readonly component: string;
  /** As it was last signalled: `ok` while its alarms wait for their threshold, or are muted. */
  readonly level: GroupLevel;
  readonly firing: Firing;
  /** Alarms fire, and too few arrived yet to make a suspicion. */
  readonly isWaiting: boolean;
  /** The maintenance that keeps it from signalling now. */
  readonly mutedBy: Window | null;
  readonly changedAt: string;
  readonly incident: IncidentSummary | null;
  /** What fires first, newest first. */
  readonly alarms: readonly ListedAlarm[];
};
export type AlarmSourceView = {
  readonly source: string;
  readonly kind: SourceKind;
  readonly level: 'ok' | 'blind';
  readonly since: string;
  readonly why: Text | null;
  readonly lastAt: string | null;
  /** Null: it promised no signs of life. */
  readonly heartbeatMs: number | null;
  readonly received: number;
};

/** GET /api/alarms */
export type AlarmsPage = {
  readonly groups: readonly AlarmGroupView[];
  readonly sources: readonly AlarmSourceView[];
  /** Open windows, newest first. */
  readonly maintenance: readonly Window[];
  /** Alarms that fire and found no room in the lists; the groups count them. */
  readonly unlisted: number;
};

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

/** GET /api/me : who this session is. */
export type Me = {
  readonly principal: string;
  /** Roles in which this person acts now; empty for the local operator. */
  readonly roles: readonly string[];
  readonly enrolled: boolean;
  /** Null: no limit beyond what the person may do. */
  readonly scopes: readonly string[] | null;
};

/** GET /api/members/:id/contact : for enrolled people only; every reading is personal data. */
export type Contact = {
  readonly principal: string;
  readonly name: string;
  readonly first: string;
  readonly alternate: string;
};

export type Member = {
  readonly id: string;
  readonly roles: readonly string[];
  readonly credentials: readonly { readonly id: string; readonly kind: string }[];
  readonly present: boolean;
  readonly absentUntil: string | null;
  readonly silentSince: string | null;
};
export type RoleView = {
  readonly id: string;
  readonly says: Text;
  /** In order: holders first, then deputies. */
  readonly holders: readonly string[];
  readonly acting: readonly string[];
};

export type PowerView = {
  readonly power: Power;
  readonly hash: string;
  readonly adoptedAt: string;
  /** Approvers who are present and hold a credential that counts. */
  readonly able: readonly string[];
  readonly criteriaMet: boolean;
  readonly releaseMet: boolean;
  readonly rehearsals: Readonly<Record<string, Rehearsed>>;
  /** Stops in force or on their way. */
  readonly inUse: readonly string[];
};

/** GET /api/powers : powers, people and uses (newest first). */
export type PowersPage = {
  /** Empty before the founding. */
  readonly founding: string;
  /** True: the signers are played on this machine. */
  readonly demonstration: boolean;
  readonly members: readonly Member[];
  readonly roles: readonly RoleView[];
  readonly powers: readonly PowerView[];
  readonly policy: Policy;
  readonly uses: readonly UseSummary[];
  readonly controls: AuthorityLevels;
  /** The liveness challenge that stands open, and who has not answered it. */
  readonly challenge: {
    readonly id: string;
    readonly due: string;
    readonly unanswered: readonly string[];
  } | null;
};

/** GET /api/uses/:id : one use. Decode `use.action` yourself (packages/proof action-decoder) before you sign. */
export type UseDetail = {
  readonly use: Use;
  readonly power: Power | null;
  /** Approvals it takes, and those that count now. */
  readonly needed: number;
  readonly counting: readonly string[];
  /** Seconds of simulated or live time are those of the log. */
  readonly now: string;
};

/** GET /public/powers.json : what everybody may see of powers and their uses. */
export type PublicPowersPage = PublicPowers & {
  readonly founding: string;
  readonly demonstration: boolean;
  /** Guardian contracts that the powers act through: addresses, and the ABI to check them with. */
  readonly guardians: readonly { readonly chainId: number; readonly address: string }[];
  readonly guardianAbi: readonly unknown[];
};
