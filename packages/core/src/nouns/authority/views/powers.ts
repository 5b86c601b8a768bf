/** The powers and the policy in force. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { Policy, Power } from '../facts/power.ts';
import { policyAdopted, powerAdopted, powerRevoked, stopRehearsed } from '../facts/rules.ts';

export type Rehearsed = { readonly works: boolean; readonly why: string; readonly at: string };
export type PowerState = {
  readonly power: Power;
  readonly hash: string;
  readonly adoptedAt: string;
  /** Newest rehearsal by target. */
  readonly rehearsals: Readonly<Record<string, Rehearsed>>;
};
export type Powers = {
  readonly policy: Policy;
  readonly policyHash: string;
  readonly powers: Readonly<Record<string, PowerState>>;
};

/** One key, `all`. */
export const powersInForce = defineView<Powers>({
  name: 'authority.powers',
  version: 1,
  folds: [powerAdopted.name, powerRevoked.name, policyAdopted.name, stopRehearsed.name],
  initial: () => ({ policy: { forbid: [] }, policyHash: '', powers: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(powerAdopted, fact)) {
      const { power, hash } = fact.body;
      const adopted = { power, hash, adoptedAt: fact.recordedAt, rehearsals: {} };
      return { ...state, powers: { ...state.powers, [power.id]: adopted } };
    }
    if (isFact(policyAdopted, fact))
      return { ...state, policy: fact.body.policy, policyHash: fact.body.hash };
    if (isFact(stopRehearsed, fact)) {
      const { power: id, target, works, why, at } = fact.body;
      const known = state.powers[id];
      if (known === undefined) return state;
      const rehearsals = { ...known.rehearsals, [target]: { works, why, at } };
      return { ...state, powers: { ...state.powers, [id]: { ...known, rehearsals } } };
    }
    if (!isFact(powerRevoked, fact)) return state;
    const { [fact.body.power]: _, ...powers } = state.powers;
    return { ...state, powers };
  },
});
