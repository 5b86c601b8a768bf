/**
 * The last question before anything leaves: does this use, as the log itself tells it, carry enough living signatures over
 * exactly this action, under the power as it stands now? Asked by the gate on its own fold of the verified log, so that
 * neither a changed row nor a lying process can make it answer yes.
 */
import { type Action, actionHash } from '@sonae/proof/action';
import { proofProblem } from '@sonae/proof/approval';
import { toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { parseTime } from '../../../kernel/time.ts';
import type { CarriedApproval, Order } from '../../../ports/target.ts';
import { activeCredential } from '../../people/views/register.ts';
import { type Power, policyHash } from '../facts/power.ts';
import type { DecisionRecord } from '../facts/use.ts';
import type { Signature, Use } from '../views/use.ts';
import { ask, countingApprovals, durationOf, type Times, type World } from './checks.ts';

export type Verified =
  | { readonly order: Order; readonly decision: DecisionRecord }
  /** `passes`: time heals it, e.g. clocks of two nodes that differ by a little. */
  | { readonly problem: string; readonly passes?: boolean };

/** @param state the verifier's own fold of people and powers */
export function verifyUse(use: Use, state: World, times: Times): Verified {
  const { action } = use;
  if (!use.exists || action === null) return { problem: 'the log knows no such use' };
  if (use.state !== 'ordered' && use.state !== 'executed')
    return { problem: `the use is ${use.state}: nothing was ordered` };
  if (action.founding !== state.people.founding) return { problem: 'the action belongs to another firm' };
  const hash = toHex(actionHash(action));
  if (hash !== use.hash) return { problem: 'the action is not the one that was approved' };
  const known = state.powers.powers[action.power];
  if (known === undefined || policyHash(known.power) !== action.policy)
    return { problem: `power ${action.power} is not as it was when this was approved` };
  const { power } = known;
  const problem = targetProblem(action, power);
  if (problem !== null) return { problem };
  const signed = countingApprovals(use, power, state.people).filter((one) => isGenuine(one, action, state));
  const isUrgent =
    power.emergency !== null && signed.length >= power.emergency.quorum && action.step === 'stop';
  // In an emergency there is no delay to be over, whatever the clocks say.
  const executeAfter = isUrgent ? times.surelyPast : use.executeAfter;
  const genuine: Use = { ...use, approvals: signed, executeAfter };
  const asked = {
    verb: 'execute' as const,
    power,
    action,
    durationMs: durationOf(action, parseTime(use.requestedAt)),
    use: genuine,
    principal: power.roles.execute.length === 0 ? null : use.orderedBy,
    approvals: signed.length,
  };
  const { record } = ask(asked, state, times);
  if (!record.permitted) {
    const problem = `the rules say no: ${record.rules.join(', ') || 'no rule permits it'}`;
    return { problem, passes: record.rules.length === 1 && record.rules[0] === 'execute-early' };
  }
  const approvals = signed.map((one) => carried(one, state));
  return { order: { action, actionText: textOf(action), hash, approvals }, decision: record };
}

const textOf = (action: Action): string => canonicalJson(action as unknown as JsonValue);

function isGenuine({ principal, credential: id, proof }: Signature, action: Action, state: World): boolean {
  const credential = activeCredential(state.people, principal, id);
  return credential !== null && proofProblem({ says: 'approve', action }, credential, proof) === null;
}

/** An act that stands in no target of the power is not covered by it, whoever signed. */
function targetProblem(action: Action, power: Power): string | null {
  const target = power.targets.find(({ id }) => id === action.target);
  if (target === undefined) return `power ${power.id} has no target ${action.target}`;
  const named = [target.act, target.resume].some(
    (act) => act !== null && isCovered(act, action, target.open),
  );
  return named ? null : `the act is not that of target ${target.id}`;
}

function isCovered(
  template: Power['targets'][number]['act'],
  action: Action,
  open: readonly string[],
): boolean {
  const { act } = action;
  if (template.kind !== act.kind) return false;
  if (act.kind === 'evm.guardian' && template.kind === 'evm.guardian' && act.call !== 'stop')
    return act.guardian === template.guardian && act.chainId === template.chainId;
  const [wanted, given] = [template, act].map((one) => one as unknown as Record<string, JsonValue>);
  const names = new Set([...Object.keys(wanted ?? {}), ...Object.keys(given ?? {})]);
  return [...names].every(
    (name) => open.includes(name) || JSON.stringify(wanted?.[name]) === JSON.stringify(given?.[name]),
  );
}

/** A signature as it goes to a target that checks it itself. */
export function carried(
  { principal, credential: id, proof }: Signature,
  state: Pick<World, 'people'>,
): CarriedApproval {
  const credential = activeCredential(state.people, principal, id);
  const address = credential?.kind === 'evm' ? credential.address : null;
  const { kind, signature } = proof;
  const signed =
    proof.kind === 'passkey'
      ? { authenticatorData: proof.authenticatorData, clientDataJSON: proof.clientDataJSON }
      : null;
  return { principal, credential: id, kind, address, signature, passkey: signed };
}
