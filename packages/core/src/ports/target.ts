/**
 * A real system that powers act on: rehearse, perform once, observe. Adapters: evm, bitcoin, exchange, network.
 * `perform` may be called again with the same action (a crash, a lost answer, two nodes): it must have one effect.
 * `observe` reads the target itself and never believes what `perform` answered.
 */

import type { Act, Action } from '@sonae/proof/action';
import type { JsonValue } from '@sonae/proof/canonical-json';

/** One approver's signature as it goes to targets that check approvals themselves (a guardian contract, an exchange). */
export type CarriedApproval = {
  readonly principal: string;
  readonly credential: string;
  readonly kind: 'ed25519' | 'evm' | 'passkey';
  /** Of an `evm` credential: 0x and 40 hex digits, lower case. */
  readonly address: string | null;
  /** Of an `evm` credential: 0x and 130 hex digits; of the others base64. */
  readonly signature: string;
  /** What a passkey's signature covers, base64; null for the others. */
  readonly passkey?: { readonly authenticatorData: string; readonly clientDataJSON: string } | null;
};

export type Order = {
  readonly action: Action;
  /** Canonical JSON of the action. */
  readonly actionText: string;
  /** 64 hex digits; the idempotency key everywhere. */
  readonly hash: string;
  readonly approvals: readonly CarriedApproval[];
};

export type Rehearsal =
  /** `shows`: what would change, for people. */
  { readonly works: true; readonly shows: JsonValue } | { readonly works: false; readonly why: string };

export type Performed =
  /** Sent and taken; whether it took effect is for `observe` to say. */
  | { readonly state: 'performed'; readonly receipt: JsonValue }
  /** Sent, not final yet (unconfirmed, scheduled behind a delay of the target): call `perform` again later. */
  | { readonly state: 'pending'; readonly receipt: JsonValue; readonly retryAfterMs: number }
  /** `permanent`: trying again gives the same. */
  | { readonly state: 'failed'; readonly why: string; readonly permanent: boolean };

export type Observed = {
  /** Whether the target is in the state that the action brings about; null when it can not be read. */
  readonly inEffect: boolean | null;
  /** What was read, from which independent readings. */
  readonly seen: JsonValue;
};

export type Target = {
  readonly kind: Act['kind'];
  rehearse(order: Order): Promise<Rehearsal>;
  perform(order: Order): Promise<Performed>;
  /** Strikes out what waits behind a delay of the target, by one approver's signature; absent where nothing waits. */
  strike?(order: Order, by: CarriedApproval): Promise<Performed>;
  /** Lets go what has run out of time, where somebody has to say so; targets that end by themselves have none. */
  release?(order: Order): Promise<Performed>;
  observe(order: Order): Promise<Observed>;
};
