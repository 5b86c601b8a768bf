/**
 * What came in from customers and went out to them, in steps of ten minutes, as the journal says it: the measure of a run.
 * Sums of a step are stated again while it grows; steps that nobody asks about any more are forgotten.
 */

import { floorTo, isoTime, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { type AccountTable, LANES, OWNER_MASK, TRAITS } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { type Columns, readU128 } from '@sonae/core/nouns/ledger/engine/columns.ts';
import { PURPOSES } from '@sonae/core/nouns/ledger/facts/rules.ts';
import { OWNERS } from '@sonae/core/nouns/ledger/facts/words.ts';
import { FLOW_ASSETS_MAX, FLOW_STEP_MINUTES } from '@sonae/core/nouns/reserves/facts/holdings.ts';

const STEP_MS = FLOW_STEP_MINUTES * MINUTE_MS;
/** A day and some: the longest window that is looked at. */
const STEPS_KEPT = 200;
const EXTERNAL = OWNERS.indexOf('external');
const OWED = [OWNERS.indexOf('customer'), OWNERS.indexOf('suspense')];
const IN = ['deposit', 'issue'].map((purpose) => PURPOSES.indexOf(purpose as 'deposit'));
const OUT = ['withdrawal', 'redeem'].map((purpose) => PURPOSES.indexOf(purpose as 'redeem'));

export type StepFlows = {
  readonly from: string;
  readonly flows: readonly { readonly asset: string; readonly in: string; readonly out: string }[];
};
export type FlowSums = {
  /** Counts a batch; `isNews`: its steps are to be stated. */
  add(accounts: AccountTable, columns: Columns, isNews: boolean): void;
  /** Steps that grew since they were last taken, oldest first. */
  take(): StepFlows[];
  clear(): void;
};

type Sums = Map<string, { in: bigint; out: bigint }>;

export function createFlowSums(): FlowSums {
  const steps = new Map<number, Sums>();
  const grown = new Set<number>();
  return {
    add: (accounts, columns, isNews) => {
      const { lanes } = accounts;
      const ownerAt = (handle: number): number => (lanes[handle * LANES + TRAITS] as number) & OWNER_MASK;
      for (let n = 0; n < columns.count; n += 1) {
        const purpose = columns.purpose[n] as number;
        const isIn = IN.includes(purpose);
        if (!isIn && !OUT.includes(purpose)) continue;
        const [debit, credit] = [ownerAt(columns.debit[n] as number), ownerAt(columns.credit[n] as number)];
        const fits = isIn
          ? debit === EXTERNAL && OWED.includes(credit)
          : OWED.includes(debit) && credit === EXTERNAL;
        if (!fits) continue;
        const from = floorTo(columns.at[n] as number, STEP_MS);
        const sums = steps.get(from) ?? new Map();
        const asset = accounts.assets.texts[columns.asset[n] as number] as string;
        const sum = sums.get(asset) ?? { in: 0n, out: 0n };
        if (isIn) sum.in += readU128(columns.amount, n);
        else sum.out += readU128(columns.amount, n);
        steps.set(from, sums.set(asset, sum));
        if (isNews) grown.add(from);
      }
      prune(steps);
    },
    take: () => {
      const taken = [...grown].sort((a, b) => a - b).flatMap((from) => flowsOf(from, steps.get(from)));
      grown.clear();
      return taken;
    },
    clear: () => {
      steps.clear();
      grown.clear();
    },
  };
}

function flowsOf(from: number, sums: Sums | undefined): StepFlows[] {
  const flows = [...(sums ?? [])].map(([asset, sum]) => ({
    asset,
    in: String(sum.in),
    out: String(sum.out),
  }));
  return flows.length === 0 ? [] : [{ from: isoTime(from), flows: flows.slice(0, FLOW_ASSETS_MAX) }];
}

function prune(steps: Map<number, Sums>): void {
  if (steps.size <= 2 * STEPS_KEPT) return;
  const old = [...steps.keys()].sort((a, b) => b - a).slice(STEPS_KEPT);
  for (const from of old) steps.delete(from);
}
