/** Shapes of the addresses about the response, shared by server and console (types only). */
import type { Text } from '../../log/fact.ts';
import type { Criterion } from '../../nouns/incidents/engine/severity.ts';
import type { Trends } from '../../nouns/incidents/engine/trends.ts';
import type { Kind } from '../../nouns/incidents/facts/kinds.ts';
import type { Incident } from '../../nouns/incidents/views/incident.ts';
import type { Response } from '../../nouns/incidents/views/response.ts';
import type { Improvement, Review } from '../../nouns/incidents/views/review.ts';
import type { Rotation } from '../../nouns/people/engine/on-call.ts';
import type { ChannelKind } from '../../nouns/people/facts/reach.ts';
import type { BoardRow, Channels, Helper, Page } from '../../nouns/people/views/reach.ts';
import type { PlanTask } from '../../nouns/plans/facts/plan.ts';
import type { Plan } from '../../nouns/plans/views/plan.ts';
import type { Tasks } from '../../nouns/plans/views/tasks.ts';
import type { Profile } from '../../nouns/reports/facts/duties.ts';
import type { DutyState, FirmEvent } from '../../nouns/reports/views/duties.ts';
import type { Filings, Window } from '../../nouns/reports/views/filings.ts';

/** A duty with what a reader asks first: how long until the limit, and how loud. */
export type Clock = DutyState & {
  /** The law's instant, or the firm's own where the law has none. */
  readonly limitAt: string;
  readonly now: 'running' | 'warning' | 'critical' | 'missed' | 'suspended' | 'exempt' | 'satisfied';
  readonly suspendable: Text | null;
  readonly exemptable: Text | null;
};

/** What of an improvement was really changed: read from authority and plans, not from what somebody wrote. */
export type ImprovementCheck = Improvement & {
  readonly checks: readonly {
    readonly reference: string;
    readonly found: 'changed' | 'not-yet' | 'unknown';
    readonly what: string;
  }[];
};

/** GET /api/incidents/:id/response */
export type ResponsePage = {
  readonly now: string;
  readonly incident: Incident;
  readonly response: Response;
  readonly criteria: readonly Criterion[];
  readonly tasks: Tasks;
  readonly clocks: readonly Clock[];
  readonly filings: Filings;
  /** Groups of forms that can be prepared for this class today. */
  readonly forms: readonly { readonly group: string; readonly id: string; readonly title: Text }[];
  readonly review: Omit<Review, 'improvements'> & { readonly improvements: readonly ImprovementCheck[] };
  /** Uses of powers in this incident, and whether each was judged right. */
  readonly uses: readonly {
    readonly id: string;
    readonly power: string;
    readonly state: string;
    readonly reviewed: boolean;
  }[];
  readonly windows: readonly Window[];
  /** Every value that a form may ask for; `stated` ones somebody states. */
  readonly fields: readonly { readonly id: string; readonly label: Text; readonly from: 'log' | 'stated' }[];
  /** What forms and the items of document sets are called, by id. */
  readonly names: {
    readonly forms: Readonly<Record<string, Text>>;
    readonly items: Readonly<Record<string, Text>>;
  };
};

/** GET /api/clocks : what runs, soonest limit first. */
export type ClocksPage = {
  readonly now: string;
  readonly clocks: readonly (Clock & { readonly incident: string | null })[];
  readonly profile: Profile;
  readonly firmEvents: readonly FirmEvent[];
  /** Duties that a target may be set for, and events of the firm that may be recorded. */
  readonly duties: readonly { readonly id: string; readonly title: Text }[];
  readonly events: readonly string[];
};

/** GET /api/plan */
export type PlanPage = {
  readonly plan: Plan;
  readonly digest: string;
  /** Whether the board has approved exactly this. */
  readonly approved: boolean;
  readonly coverage: readonly {
    readonly kind: Kind;
    readonly name: Text;
    readonly books: readonly {
      readonly stage: string;
      readonly tasks: number;
      readonly version: number;
      readonly approved: boolean;
      readonly steps: readonly PlanTask[];
    }[];
    readonly lastTraining: string | null;
  }[];
};

/** GET /api/improvements : improvements of all incidents, and trends over them (art. 15(2)). */
export type LearningPage = {
  readonly now: string;
  readonly improvements: readonly ImprovementCheck[];
  readonly trends: Trends;
};

/** A schedule with what is asked of it first. */
export type ListedSchedule = {
  readonly schedule: string;
  readonly says: Text;
  readonly rotation: Rotation | null;
  /** How many shifts were taken over from a calendar. */
  readonly shifts: number;
  /** Of the next 14 days; gaps are left out. */
  readonly turns: readonly { readonly principal: string; readonly from: string; readonly to: string }[];
};

/** GET /api/reach */
export type ReachPage = {
  readonly now: string;
  /** Who would be reached now, and at the next 03:00 in Tokyo. */
  readonly board: {
    readonly now: readonly BoardRow[];
    readonly tonightAt: string;
    readonly tonight: readonly BoardRow[];
  };
  readonly schedules: readonly ListedSchedule[];
  /** Calls that nobody has ended, newest first; where everybody was called in vain `exhaustedAt` is set. */
  readonly open: readonly Page[];
  readonly recent: readonly Page[];
  readonly helpers: readonly Helper[];
  /** Kinds and tests only; null while the caller has stated none. */
  readonly mine: Channels | null;
  /** Ids of everybody enrolled, for forms. */
  readonly people: readonly string[];
  readonly roles: readonly { readonly id: string; readonly says: Text }[];
};

/** GET /api/helpers/:id/contact */
export type HelperContact = { readonly helper: string; readonly contact: string };

/** POST /api/reach/test : what became of each of the caller's own channels. */
export type ChannelsTested = {
  readonly tried: readonly { readonly kind: ChannelKind; readonly works: boolean; readonly why: string }[];
};
