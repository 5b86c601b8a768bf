/** What is expected of reserves now, and which banks are out of reach. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { bankBlocked, bankReopened, type Policy, policyAdopted } from '../facts/policy.ts';

export type ReservesSetup = {
  readonly policy: Policy | null;
  readonly setAt: string;
  readonly blocked: readonly { readonly bank: string; readonly reason: string; readonly since: string }[];
};

/** One key, `all`. */
export const reservesSetup = defineView<ReservesSetup>({
  name: 'reserves.setup',
  version: 1,
  folds: [policyAdopted.name, bankBlocked.name, bankReopened.name],
  initial: () => ({ policy: null, setAt: '', blocked: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(policyAdopted, fact)) return { ...state, policy: fact.body, setAt: fact.recordedAt };
    if (!isFact(bankBlocked, fact) && !isFact(bankReopened, fact)) return state;
    const { bank, reason } = fact.body;
    const others = state.blocked.filter((one) => one.bank !== bank);
    if (!isFact(bankBlocked, fact)) return { ...state, blocked: others };
    return { ...state, blocked: [...others, { bank, reason, since: fact.occurredAt }] };
  },
});
