/**
 * What a signer is shown, made in this browser from the action's own bytes: nothing of it is the server's wording. Where
 * the server's words do not belong to the bytes, or the bytes can not be read, the reading says so and nobody can sign.
 */
import type { Power, PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import { type Action, textHash } from '@sonae/proof/action';
import { type DecodedAction, decodeAction } from '@sonae/proof/action-decoder';
import { concatBytes, toHex, utf8Encode } from '@sonae/proof/bytes';
import { canonicalBytes, canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { plainSha256 } from '@sonae/proof/merkle';
import { isActOfTarget } from './act-match.ts';

const POWER_DOMAIN = utf8Encode('sonae/power/v1\n');

/**
 * `hash`, `use`, `reason`, `power`: something shown beside the action does not belong to it. `act`: it does something else
 * than the target that it names. `noPower`: nothing is there to hold it against. `unread`: it is no action.
 */
export type Mismatch = 'hash' | 'use' | 'reason' | 'power' | 'act' | 'noPower' | 'unread';
export type Reading = {
  readonly decoded: DecodedAction | null;
  readonly mismatches: readonly Mismatch[];
  /** The target whose act this is, by the power that the action names; null where that could not be shown. */
  readonly target: PowerTarget | null;
};

type Shown = Pick<Use, 'id' | 'action' | 'hash' | 'reason' | 'state'>;

/** @param power as shown beside the action: its quorum and bounds count only if the action names its hash */
export function readAction(use: Shown, power: Power | null): Reading {
  let decoded: DecodedAction;
  try {
    decoded = decodeAction(canonicalJson(use.action as unknown as JsonValue));
  } catch {
    return { decoded: null, mismatches: ['unread'], target: null };
  }
  const mismatches: Mismatch[] = [];
  if (decoded.hash !== use.hash) mismatches.push('hash');
  if (decoded.action.use !== use.id) mismatches.push('use');
  if (textHash(use.reason) !== decoded.action.reason) mismatches.push('reason');
  const { action } = decoded;
  const isNamed = power !== null && powerHash(power) === action.policy;
  const named = isNamed ? power.targets.find(({ id }) => id === action.target) : undefined;
  const target = named !== undefined && isActOfTarget(action, named) ? named : null;
  // A use that is over may have been made under a power that has changed since.
  const isSignable = use.state === 'requested' || use.state === 'activated';
  if (isSignable && target === null) mismatches.push(power === null ? 'noPower' : isNamed ? 'act' : 'power');
  return { decoded, mismatches, target };
}

/** As core's `policyHash`, made here from what is shown. */
export function powerHash(power: Power): string {
  const bytes = canonicalBytes(power as unknown as JsonValue);
  return toHex(plainSha256(concatBytes(POWER_DOMAIN, bytes)));
}

/** The action that a signature is made over: exactly the one that was read. */
export function readActionOf(reading: Reading): Action | null {
  return reading.mismatches.length === 0 ? (reading.decoded?.action ?? null) : null;
}

const SAFE_TO_REFUSE: readonly Mismatch[] = ['reason', 'power', 'act', 'noPower'];

/** The action that a no is signed over: what should not be signed must still be possible to refuse or call off. */
export function refusableActionOf(reading: Reading): Action | null {
  const isKnown = reading.mismatches.every((mismatch) => SAFE_TO_REFUSE.includes(mismatch));
  return isKnown ? (reading.decoded?.action ?? null) : null;
}

/** Hex in groups of four, so that two people or two screens can compare it. */
export function groupedHex(hex: string): string[] {
  return hex.match(/.{1,4}/g) ?? [];
}
