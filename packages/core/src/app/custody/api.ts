/**
 * Shape of GET /api/custody, shared by server and console (types only). Amounts are whole minor units and values whole
 * yen, both as decimal text; times are ISO 8601 UTC.
 */
import type { ControlDef } from '../../log/define.ts';
import type { Text } from '../../log/fact.ts';
import type { Reading } from '../../log/levels.ts';
import type { Temperature } from '../../nouns/custody/engine/legal.ts';
import type { SafeFinding } from '../../nouns/custody/engine/safe-state.ts';
import type { Answer } from '../../nouns/custody/facts/gate.ts';
import type { Sighting } from '../../nouns/custody/facts/holdings.ts';
import type { Custodian, Key } from '../../nouns/custody/facts/inventory.ts';
import type { Path } from '../../nouns/custody/facts/policy.ts';
import type { GateState, HeldWithdrawals } from '../../nouns/custody/views/gate.ts';
import type { Breaks, HeldAmount } from '../../nouns/custody/views/holdings.ts';
import type { KnownWallet, OpenChange } from '../../nouns/custody/views/inventory.ts';
import type { PolicyState } from '../../nouns/custody/views/policy.ts';
import type { KnownSafe } from '../../nouns/custody/views/safes.ts';
import type { Transfer, Unapproved } from '../../nouns/custody/views/transfers.ts';
import type { Asset } from '../../nouns/instruments/facts.ts';

export type ControlText = Pick<ControlDef, 'id' | 'statement' | 'basis' | 'owner'>;

export type WalletView = KnownWallet & {
  readonly temperature: Temperature;
  /** `value` is null without a fresh rate. */
  readonly held: readonly (HeldAmount & { readonly asset: string; readonly value: string | null })[];
};

/** A Safe as it was last read and as it was accepted. `nextNonce`: the first that is neither executed nor asked for. */
export type SafeView = KnownSafe & {
  readonly findings: readonly SafeFinding[];
  readonly nextNonce: number | null;
};

/** How much of a limit is used up now. Limits per customer or destination have no sum of their own here: `used` is null. */
export type LimitUse = {
  readonly limit: string;
  readonly says: Text;
  readonly effect: 'hold' | 'deny';
  readonly path: Path;
  /** What is added up: `all`, an asset, a wallet, or `customer` and `destination` for each of them. */
  readonly subject: string;
  readonly unit: 'value' | 'amount' | 'count';
  readonly used: string | null;
  readonly max: string;
  readonly windowMs: number;
};

export type CustodyPage = {
  readonly now: string;
  readonly wallets: readonly WalletView[];
  readonly keys: readonly Key[];
  readonly custodians: readonly Custodian[];
  readonly changes: readonly OpenChange[];
  /** Null where a wallet of customers or a rate is not read: the share is not known then. */
  readonly hotShare: {
    readonly hot: string | null;
    readonly all: string | null;
    readonly ownBps: number;
    readonly legalBps: number | null;
  };
  /** Safes that were read, or accepted before; a declared one that is not here is unread. */
  readonly safes: readonly SafeView[];
  /** By open proposal to accept the state of a Safe: what it changes in the one that holds, and whether it was read so. */
  readonly safeProposals: Readonly<
    Record<string, { readonly changes: readonly SafeFinding[]; readonly isRead: boolean }>
  >;
  /** Every control as it reads now; empty before the first wallet. */
  readonly readings: readonly Reading[];
  readonly controls: readonly ControlText[];
  /** Legal limits that stand broken, by event, and since when. */
  readonly broken: Breaks;
  readonly unknown: { readonly addresses: readonly Sighting[]; readonly more: number };
  readonly unapproved: {
    readonly movements: readonly (Unapproved & { readonly id: string })[];
    readonly more: number;
  };
  /** Open ones as they were asked for, then the newest closed ones. */
  readonly transfers: readonly Transfer[];
  readonly policy: PolicyState;
  readonly gate: GateState & {
    /** Newest first. */
    readonly decisions: readonly (Answer & { readonly at: string; readonly reason: Text })[];
    readonly limits: readonly LimitUse[];
    /** Withdrawals that wait for people: a transfer can be asked for that pays one. */
    readonly waiting: HeldWithdrawals;
  };
  /** Digits after the point by asset. */
  readonly decimals: Readonly<Record<string, number>>;
  /** Assets by their chains: what a transfer can be asked for in. */
  readonly assets: readonly Pick<Asset, 'asset' | 'kind' | 'chains'>[];
};
