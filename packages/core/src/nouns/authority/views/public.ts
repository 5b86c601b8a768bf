/** What the public sees of powers: what each may do, and every use from its activation on. Disclosed facts only. */
import type { Action } from '@sonae/proof/action';
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { Power } from '../facts/power.ts';
import { powerAdopted, powerRevoked } from '../facts/rules.ts';
import {
  activated,
  changeApplied,
  effectVerified,
  executed,
  executionOrdered,
  lapsed,
  resumed,
  reviewed,
  reviewMissed,
  usePublished,
} from '../facts/use.ts';

export type PublicUse = {
  readonly use: string;
  readonly hash: string;
  readonly action: Action;
  readonly approvers: readonly string[];
  readonly steps: readonly { readonly what: string; readonly at: string; readonly seq: number }[];
  readonly review: { readonly wasRight: boolean; readonly findings: string } | null;
};
export type PublicPowers = {
  readonly powers: readonly { readonly power: Power; readonly hash: string; readonly seq: number }[];
  /** Newest first. */
  readonly uses: readonly PublicUse[];
};

const PUBLIC_USES_MAX = 200;
const STEPS = [executionOrdered, executed, effectVerified, changeApplied, lapsed, resumed, reviewMissed];

/** One key, `all`. */
export const publicPowers = defineView<PublicPowers>({
  name: 'authority.public',
  version: 1,
  folds: [powerAdopted, powerRevoked, activated, usePublished, reviewed, ...STEPS].map((def) => def.name),
  initial: () => ({ powers: [], uses: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(powerAdopted, fact)) {
      const { power, hash } = fact.body;
      const others = state.powers.filter((one) => one.power.id !== power.id);
      return { ...state, powers: [...others, { power, hash, seq: fact.seq }] };
    }
    if (isFact(powerRevoked, fact))
      return { ...state, powers: state.powers.filter((one) => one.power.id !== fact.body.power) };
    if (isFact(activated, fact)) {
      const { power } = fact.body.action;
      const keptBack = state.powers.find((one) => one.power.id === power)?.power.publish === 'after-review';
      return keptBack
        ? state
        : withUse(state, fact, fact.body.action as Action, fact.body.hash, fact.body.approvals);
    }
    if (isFact(usePublished, fact)) {
      const { action, hash, approvals } = fact.body.summary as never as Summary;
      return withUse(state, fact, action, hash, approvals);
    }
    return { ...state, uses: state.uses.map((use) => (use.use === idOf(fact) ? step(use, fact) : use)) };
  },
});

type Summary = { action: Action; hash: string; approvals: readonly { principal: string }[] };

const idOf = (fact: Fact): string => (fact.body as { use: string }).use;

function withUse(
  state: PublicPowers,
  fact: Fact,
  action: Action,
  hash: string,
  approvals: readonly { principal: string }[],
): PublicPowers {
  const approvers = approvals.map(({ principal }) => principal);
  const first = { what: fact.type, at: fact.recordedAt, seq: fact.seq };
  const use: PublicUse = { use: idOf(fact), hash, action, approvers, steps: [first], review: null };
  return { ...state, uses: [use, ...state.uses].slice(0, PUBLIC_USES_MAX) };
}

function step(use: PublicUse, fact: Fact): PublicUse {
  const steps = [...use.steps, { what: fact.type, at: fact.recordedAt, seq: fact.seq }];
  if (!isFact(reviewed, fact)) return { ...use, steps };
  const { wasRight, findings } = fact.body;
  return { ...use, steps, review: { wasRight, findings } };
}
