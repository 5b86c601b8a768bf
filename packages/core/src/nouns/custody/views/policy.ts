/** The policy in force and the one that is proposed or waits. One of each at a time, so that nobody approves two halves. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  FIRST_ROLES,
  POLICY_FACTS,
  type Policy,
  policyApproved,
  policyProposed,
  policyRejected,
  policyRevised,
  policySchema,
  type Roles,
} from '../facts/policy.ts';

export type NextPolicy = {
  readonly revision: number;
  readonly policy: Policy;
  readonly digest: string;
  readonly proposer: string;
  readonly approver: string | null;
  readonly loosens: readonly string[];
  /** Null until approved. */
  readonly effectiveAt: string | null;
};
export type PolicyState = {
  /** 0: none yet. */
  readonly revision: number;
  /** The last number given, also to one that was rejected. */
  readonly lastRevision: number;
  readonly policy: Policy | null;
  readonly digest: string;
  readonly next: NextPolicy | null;
};

/** Limits of controls until the firm has set its own. */
const FIRST_LIMITS = policySchema.parse({ rules: [], bands: [{ upTo: null, quorum: 2, callBack: true }] });

/** The policy in force, or the first limits. */
export const limitsOf = ({ policy }: PolicyState): Policy => policy ?? FIRST_LIMITS;

/** One key, `all`. */
export const policyState = defineView<PolicyState>({
  name: 'custody.policy',
  version: 1,
  folds: POLICY_FACTS.map(({ name }) => name),
  initial: () => ({ revision: 0, lastRevision: 0, policy: null, digest: '', next: null }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(policyProposed, fact)) {
      const { revision, policy, digest } = fact.body;
      const next = {
        revision,
        policy,
        digest,
        proposer: fact.actor,
        approver: null,
        loosens: [],
        effectiveAt: null,
      };
      return { ...state, lastRevision: revision, next };
    }
    if (isFact(policyApproved, fact)) {
      const { loosens, effectiveAt } = fact.body;
      const next = state.next === null ? null : { ...state.next, approver: fact.actor, loosens, effectiveAt };
      return { ...state, next };
    }
    if (isFact(policyRejected, fact)) return { ...state, next: null };
    if (!isFact(policyRevised, fact)) return state;
    const { revision, policy, digest } = fact.body;
    return { ...state, revision, policy, digest, next: null };
  },
});

/** Roles as the policy in force has them. */
export const rolesOf = ({ policy }: PolicyState): Roles => policy?.roles ?? FIRST_ROLES;
