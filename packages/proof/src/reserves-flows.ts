/**
 * What went in and out around a snapshot. Reserves that were borrowed for it come in shortly before and go back shortly
 * after (in October 2022 320,000 ETH went from one exchange to another around its snapshot, and most of it back); the
 * list of flows makes that visible, and here are the two patterns that it takes.
 */
import { demand } from './proof-error.ts';

export type Flow = {
  readonly at: string;
  /** Transaction, and output where one transaction has several: unique at its time. */
  readonly id: string;
  readonly direction: 'in' | 'out';
  /** Smallest units of the statement's asset. */
  readonly amount: bigint;
  /** Address or name of the other side; null where it is not known. */
  readonly counterparty: string | null;
};

/** Flows are listed seven days to both sides of the moment. */
export const FLOW_REACH_MS = 7 * 24 * 3_600_000;

export type FlowRule = {
  /** What went back, in ten-thousandths of what came in, from which a pattern is named. */
  readonly ratioBps: number;
  /** What came in, in ten-thousandths of what is held, below which a flow is everyday business. */
  readonly materialBps: number;
};
export const FLOW_RULE: FlowRule = { ratioBps: 8_000, materialBps: 100 };

/** Coins that came before the moment and went after it. */
export type InThenOut = {
  /** By one known counterparty, or one transfer in and one out of about the same amount between unknown ones. */
  readonly kind: 'counterparty' | 'transfer';
  readonly counterparty: string | null;
  readonly cameIn: bigint;
  readonly wentOut: bigint;
  readonly returnedBps: number;
  /** `cameIn` against what is held, in ten-thousandths. */
  readonly ofHeldBps: number;
  /** Transactions, in order of time. */
  readonly ids: readonly string[];
};

export type FlowSummary = {
  readonly before: { readonly cameIn: bigint; readonly wentOut: bigint };
  readonly after: { readonly cameIn: bigint; readonly wentOut: bigint };
  /** Largest first. */
  readonly inThenOut: readonly InThenOut[];
};

/**
 * Sums and patterns of `flows` around `at`. `held` is what the statement shows in all, smallest units.
 * Throws `bad-argument` for a rule that names no share.
 */
export function summarizeFlows(
  flows: readonly Flow[],
  at: string,
  held: bigint,
  rule: FlowRule = FLOW_RULE,
): FlowSummary {
  const isRule = [rule.ratioBps, rule.materialBps].every((bps) => Number.isInteger(bps) && bps >= 1);
  demand(isRule && rule.ratioBps <= 10_000, 'bad-argument', 'ratioBps is 1 to 10000, materialBps 1 or more');
  const before = flows.filter((flow) => flow.at <= at);
  const after = flows.filter((flow) => flow.at > at);
  const found = [...byCounterparty(before, after, held, rule), ...byTransfer(before, after, held, rule)];
  return {
    before: { cameIn: sum(before, 'in'), wentOut: sum(before, 'out') },
    after: { cameIn: sum(after, 'in'), wentOut: sum(after, 'out') },
    inThenOut: found.sort((a, b) => (a.cameIn > b.cameIn ? -1 : a.cameIn < b.cameIn ? 1 : 0)),
  };
}

function byCounterparty(
  before: readonly Flow[],
  after: readonly Flow[],
  held: bigint,
  rule: FlowRule,
): InThenOut[] {
  const came = groupKnown(before, 'in');
  const went = groupKnown(after, 'out');
  return [...came].flatMap(([counterparty, ins]) => {
    const outs = went.get(counterparty) ?? [];
    return patternOf('counterparty', counterparty, ins, outs, held, rule);
  });
}

/** Among flows of unknown sides: each large transfer in against the unused transfer out that is nearest below it. */
function byTransfer(
  before: readonly Flow[],
  after: readonly Flow[],
  held: bigint,
  rule: FlowRule,
): InThenOut[] {
  const isUnknown = (flow: Flow, direction: Flow['direction']) =>
    flow.direction === direction && flow.counterparty === null;
  const bySize = (a: Flow, b: Flow) => (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : 0);
  const ins = before.filter((flow) => isUnknown(flow, 'in')).sort(bySize);
  const outs = after.filter((flow) => isUnknown(flow, 'out')).sort(bySize);
  const found: InThenOut[] = [];
  let next = 0;
  for (const one of ins) {
    // Both lists fall: an outflow that is too large for this inflow is too large for all that follow.
    while (next < outs.length && outs[next]!.amount > one.amount) next++;
    const out = outs[next];
    if (out === undefined) break;
    const pattern = patternOf('transfer', null, [one], [out], held, rule);
    if (pattern.length > 0) next++;
    found.push(...pattern);
  }
  return found;
}

function patternOf(
  kind: InThenOut['kind'],
  counterparty: string | null,
  ins: readonly Flow[],
  outs: readonly Flow[],
  held: bigint,
  rule: FlowRule,
): InThenOut[] {
  const cameIn = sum(ins, 'in');
  const wentOut = sum(outs, 'out');
  if (cameIn === 0n) return [];
  const returned = wentOut < cameIn ? wentOut : cameIn;
  const returnedBps = bpsOf(returned, cameIn);
  const ofHeldBps = bpsOf(cameIn, held);
  if (returnedBps < rule.ratioBps || ofHeldBps < rule.materialBps) return [];
  const ids = [...ins, ...outs].sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ id }) => id);
  return [{ kind, counterparty, cameIn, wentOut, returnedBps, ofHeldBps, ids }];
}

function groupKnown(flows: readonly Flow[], direction: Flow['direction']): Map<string, Flow[]> {
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    if (flow.direction !== direction || flow.counterparty === null) continue;
    const group = groups.get(flow.counterparty);
    if (group === undefined) groups.set(flow.counterparty, [flow]);
    else group.push(flow);
  }
  return groups;
}

function sum(flows: readonly Flow[], direction: Flow['direction']): bigint {
  return flows.reduce((total, flow) => (flow.direction === direction ? total + flow.amount : total), 0n);
}

/** Rounded down; what is held against nothing is everything. */
function bpsOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 10_000 : Number((part * 10_000n) / whole);
}
