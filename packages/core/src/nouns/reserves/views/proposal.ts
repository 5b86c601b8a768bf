/** The policy of reserves that waits for a second person. One at a time, so that nobody approves two halves. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type Policy, policyAdopted } from '../facts/policy.ts';
import { policyProposed, policyRejected } from '../facts/proposal.ts';

export type PolicyProposal = {
  readonly id: string;
  readonly policy: Policy;
  readonly digest: string;
  readonly loosens: readonly string[];
  readonly reason: string;
  readonly by: string;
};

/** One key, `all`. What was proposed beside another policy than the one in force is over. */
export const policyProposal = defineView<{ readonly proposal: PolicyProposal | null }>({
  name: 'reserves.proposal',
  version: 1,
  folds: [policyProposed.name, policyRejected.name, policyAdopted.name],
  initial: () => ({ proposal: null }),
  keysOf: () => ['all'],
  apply: (_, fact) => ({ proposal: isFact(policyProposed, fact) ? fact.body : null }),
});
