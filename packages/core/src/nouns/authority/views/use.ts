/** One use of a power: where it stands in its life, who signed, what the target says. */
import type { Action } from '@sonae/proof/action';
import type { Proof } from '@sonae/proof/approval';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  activated,
  approved,
  cancelled,
  changeApplied,
  type DecisionRecord,
  declined,
  effectMissed,
  effectVerified,
  executed,
  executionFailed,
  executionOrdered,
  expired,
  lapsed,
  requested,
  resumed,
  reviewed,
  reviewMissed,
  USE_FACTS,
} from '../facts/use.ts';

export const USE_STATES = [
  'requested',
  'activated',
  'ordered',
  'executed',
  'verified',
  'lapsed',
  'resumed',
  'failed',
  'declined',
  'cancelled',
  'revoked',
  'expired',
] as const;
export type UseState = (typeof USE_STATES)[number];

export type Signature = {
  readonly principal: string;
  readonly credential: string;
  readonly proof: Proof;
  readonly at: string;
};

export type Use = {
  readonly id: string;
  readonly exists: boolean;
  readonly state: UseState;
  readonly action: Action | null;
  readonly hash: string;
  readonly reason: string;
  readonly of: string | null;
  readonly incident: string | null;
  readonly requester: string;
  readonly requestedAt: string;
  readonly approvals: readonly Signature[];
  readonly declines: readonly { readonly principal: string; readonly reason: string; readonly at: string }[];
  readonly activatedAt: string | null;
  readonly executeAfter: string | null;
  readonly orderedAt: string | null;
  /** Null when rules ordered it. */
  readonly orderedBy: string | null;
  readonly executedAt: string | null;
  readonly receipt: JsonValue;
  readonly verifiedAt: string | null;
  readonly seen: JsonValue;
  /** What went wrong last, or why it was called off. */
  readonly trouble: Text | null;
  readonly endedAt: string | null;
  /** Who called it off, with the signature. */
  readonly cancellation: Signature | null;
  readonly review: {
    readonly reviewer: string;
    readonly wasRight: boolean;
    readonly findings: string;
    readonly at: string;
  } | null;
  readonly reviewMissed: boolean;
  readonly decision: DecisionRecord | null;
};

export const NO_USE: Use = {
  id: '',
  exists: false,
  state: 'requested',
  action: null,
  hash: '',
  reason: '',
  of: null,
  incident: null,
  requester: '',
  requestedAt: '',
  approvals: [],
  declines: [],
  activatedAt: null,
  executeAfter: null,
  orderedAt: null,
  orderedBy: null,
  executedAt: null,
  receipt: null,
  verifiedAt: null,
  seen: null,
  trouble: null,
  endedAt: null,
  cancellation: null,
  review: null,
  reviewMissed: false,
  decision: null,
};

const same = (text: string): Text => ({ en: text, ja: text });

/** The change of a use by one fact. */
export function changedUse(use: Use, fact: Fact): Partial<Use> {
  const at = fact.recordedAt;
  if (isFact(requested, fact)) {
    const { use: id, action, hash, reason, of, requester, decision } = fact.body;
    const incident = fact.incident ?? null;
    return {
      id,
      exists: true,
      state: 'requested',
      action: action as Action,
      hash,
      reason,
      of,
      incident,
      requester,
      requestedAt: at,
      decision,
    };
  }
  if (isFact(approved, fact)) {
    const { principal, credential, proof, decision } = fact.body;
    return { approvals: [...use.approvals, { principal, credential, proof, at }], decision };
  }
  if (isFact(declined, fact)) {
    const { principal, reason, ends } = fact.body;
    const declines = [...use.declines, { principal, reason, at }];
    // Who says no takes an earlier yes back.
    const approvals = use.approvals.filter((one) => one.principal !== principal);
    const ended = ends ? ({ state: 'declined', endedAt: at, trouble: same(reason) } as const) : {};
    return { declines, approvals, ...ended };
  }
  if (isFact(cancelled, fact)) {
    const { revoked, reason, signature } = fact.body;
    const cancellation = signature === null ? null : { ...signature, at };
    return { state: revoked ? 'revoked' : 'cancelled', endedAt: at, trouble: reason, cancellation };
  }
  if (isFact(expired, fact)) return { state: 'expired', endedAt: at };
  if (isFact(activated, fact)) {
    const { executeAfter, decision } = fact.body;
    return { state: 'activated', activatedAt: at, executeAfter, decision };
  }
  return changedByTarget(use, fact);
}

function changedByTarget(use: Use, fact: Fact): Partial<Use> {
  const at = fact.recordedAt;
  if (isFact(executionOrdered, fact)) {
    const { by, decision } = fact.body;
    return { state: 'ordered', orderedAt: at, orderedBy: by === 'system:rules' ? null : by, decision };
  }
  if (isFact(executed, fact))
    return { state: 'executed', executedAt: at, receipt: fact.body.receipt, trouble: null };
  if (isFact(executionFailed, fact)) {
    const trouble = same(fact.body.why);
    return fact.body.final ? { state: 'failed', trouble, endedAt: at } : { trouble };
  }
  if (isFact(effectVerified, fact)) {
    const ends = use.action?.step === 'stop' ? {} : { endedAt: at };
    return { state: 'verified', verifiedAt: at, seen: fact.body.seen, trouble: null, ...ends };
  }
  if (isFact(effectMissed, fact)) {
    const trouble = { en: 'the target does not show the effect', ja: '対象に効果が見えない' };
    return { seen: fact.body.seen, trouble };
  }
  if (isFact(changeApplied, fact)) return { state: 'verified', verifiedAt: at, executedAt: at, endedAt: at };
  if (isFact(lapsed, fact)) return { state: 'lapsed', endedAt: at };
  if (isFact(resumed, fact)) return { state: 'resumed', endedAt: at };
  if (isFact(reviewed, fact)) {
    const { reviewer, wasRight, findings } = fact.body;
    return { review: { reviewer, wasRight, findings, at } };
  }
  if (isFact(reviewMissed, fact)) return { reviewMissed: true };
  return {};
}

export const useOf = (fact: Fact): string => (fact.body as { use: string }).use;
export const USE_FACT_NAMES = USE_FACTS.map((def) => def.name);

/** Everything about one use; key: its id. */
export const useRecord = defineView<Use>({
  name: 'authority.use',
  version: 1,
  folds: USE_FACT_NAMES,
  initial: () => NO_USE,
  keysOf: (fact) => [useOf(fact)],
  apply: (state, fact) => ({ ...state, ...changedUse(state, fact) }),
});
