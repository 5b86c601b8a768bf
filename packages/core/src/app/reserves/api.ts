/**
 * Shape of GET /api/reserves, shared by server and console (types only). Amounts are whole minor units as decimal text,
 * times ISO 8601 UTC.
 */
import type { Text } from '../../log/fact.ts';
import type { Reading } from '../../log/levels.ts';
import type { CureRule } from '../../nouns/reserves/engine/break-rules.ts';
import type { Standing as RuleStanding } from '../../nouns/reserves/engine/composition.ts';
import type { CompositionRule } from '../../nouns/reserves/engine/composition-rules.ts';
import type { Pot, Seen, Standing } from '../../nouns/reserves/engine/coverage.ts';
import type { Due } from '../../nouns/reserves/engine/daily.ts';
import type { MintFinding } from '../../nouns/reserves/engine/mints.ts';
import type { CoinPolicy, Policy, Source } from '../../nouns/reserves/facts/policy.ts';
import type { Break, Run } from '../../nouns/reserves/views/breaks.ts';
import type { CoinState, Proving } from '../../nouns/reserves/views/coin.ts';
import type { Shortfall, Snapshot } from '../../nouns/reserves/views/holdings.ts';
import type { ReservesSetup } from '../../nouns/reserves/views/setup.ts';
import type { Received } from '../../nouns/reserves/views/statements.ts';
import type { ControlText } from '../custody/api.ts';

export type CoverageRow = {
  readonly asset: string;
  readonly pot: Pot;
  readonly held: string;
  readonly owed: string;
  readonly standing: Standing;
  /** Sources that should say something about the asset and can not be used now. */
  readonly missing: readonly string[];
  readonly event: Policy['coverage'][number]['event'];
};

export type SourceRow = Source & {
  readonly problem: Seen['problem'];
  readonly snapshot: Snapshot | null;
};

export type DueRow = Pick<Due, 'state' | 'day'> & {
  readonly of: 'reconciliation' | 'statement';
  readonly id: string;
  readonly dueAt: string;
};

export type OutflowRow = {
  readonly asset: string;
  readonly part: 'hot' | 'all';
  readonly held: string;
  /** Net of the last hour and of the last day; negative where more came in. */
  readonly hour: string;
  readonly day: string;
  /** Whole hours until nothing is left at the faster of both; null where nothing leaves. */
  readonly hoursLeft: string | null;
};

export type CompositionTest = Omit<CompositionRule, 'tests'> & {
  readonly isInForce: boolean;
  /** Whether the coin’s policy lets rules of this confidence decide. */
  readonly isTrusted: boolean;
  /** Whether it decides today; where it does not, nothing of it was tested. */
  readonly standing: RuleStanding;
  readonly findings: readonly Text[];
};

export type CoinView = {
  readonly asset: string;
  readonly policy: CoinPolicy;
  readonly owed: string;
  readonly backing: string;
  readonly isKnown: boolean;
  readonly state: CoinState;
  readonly tests: readonly CompositionTest[];
  /** What could be paid out now; null while the backing is not known. */
  readonly reachable: string | null;
  readonly mints: readonly MintFinding[];
  /** Moves without counterpart that there was no room for. */
  readonly beyond: number;
};

export type ReservesPage = {
  readonly now: string;
  /** Null: nothing is expected yet, and nothing below is filled. */
  readonly policy: Policy | null;
  readonly setAt: string;
  readonly blocked: ReservesSetup['blocked'];
  /** When the book that the policy names was summed up last; empty: never. */
  readonly bookAt: string;
  readonly coverage: readonly CoverageRow[];
  readonly shortfalls: readonly Shortfall[];
  readonly sources: readonly SourceRow[];
  readonly runs: readonly Run[];
  readonly due: readonly DueRow[];
  /** The newest statements of each account, newest first. */
  readonly statements: readonly {
    readonly account: string;
    readonly currency: string;
    readonly newest: readonly Omit<Received, 'roots'>[];
  }[];
  readonly breaks: {
    /** What is due first comes first. */
    readonly open: readonly Break[];
    /** Open ones in all. */
    readonly count: number;
    readonly closed: readonly Break[];
  };
  readonly cures: Readonly<Record<string, CureRule>>;
  readonly flowsAt: string;
  readonly outflow: readonly OutflowRow[];
  readonly coins: readonly CoinView[];
  readonly addresses: { readonly listed: readonly Proving[]; readonly count: number };
  /** Every control as it reads now. */
  readonly readings: readonly Reading[];
  readonly controls: readonly ControlText[];
  readonly decimals: Readonly<Record<string, number>>;
};
