/** Approving and declining: a signature over exactly this action, by a person whom the power names, once each. */
import type { Action } from '@sonae/proof/action';
import { type Credential, type Proof, proofProblem } from '@sonae/proof/approval';
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { isoTime, parseTime } from '../../../kernel/time.ts';
import { type Decided, type DecisionContext, defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { signedBy } from '../../people/facts/register.ts';
import { activeCredential, isPresent, type People } from '../../people/views/register.ts';
import type { Power } from '../facts/power.ts';
import {
  activated,
  approved,
  type DecisionRecord,
  declined,
  executionOrdered,
  reasonText,
  useId,
  useStream,
} from '../facts/use.ts';
import { meets } from '../views/conditions.ts';
import type { Signature, Use } from '../views/use.ts';
import {
  type Asked,
  ask,
  countingApprovals,
  denied,
  deniedByRules,
  durationOf,
  pickRefusals,
  type World,
  worldAndUse,
} from './checks.ts';
import { delayOf } from './request.ts';

type Signed = {
  readonly use: string;
  readonly principal: string;
  readonly credential: string;
  readonly proof: Proof;
};
type Standing = { readonly power: Power; readonly action: Action };

/** The use as it can still be decided about, with the power it was asked under. */
export function standing(
  use: Use,
  state: World,
  id: string,
  states: readonly Use['state'][],
): Standing | Refused {
  if (!use.exists || use.action === null)
    return refuse('no-use', `there is no use ${id}`, 'list them: sonae uses');
  if (!states.includes(use.state))
    return refuse(
      'wrong-state',
      `use ${id} is ${use.state}`,
      `this is possible while it is: ${states.join(', ')}`,
    );
  const known = state.powers.powers[use.action.power];
  if (known === undefined || known.hash !== use.action.policy)
    return refuse(
      'power-changed',
      `power ${use.action.power} is not as it was`,
      'request it anew under the power as it is',
    );
  return { power: known.power, action: use.action };
}

/** What is wrong with a signature over this use's action: credential, person or bytes. */
function signatureProblem(
  says: 'approve' | 'refuse' | 'cancel',
  input: Signed,
  action: Action,
  state: World,
  now: string,
): { problem: string } | { credential: Credential } {
  const credential = activeCredential(state.people, input.principal, input.credential);
  if (credential === null)
    return { problem: `${input.principal} has no active credential ${input.credential}` };
  if (!isPresent(state.people, input.principal, now))
    return { problem: `${input.principal} is away, or did not answer the liveness challenge` };
  const problem = proofProblem({ says, action }, credential, input.proof);
  return problem === null ? { credential } : { problem };
}

export const approve = defineCommand({
  name: 'authority.Approve',
  says: { en: 'Approve a use by signing its exact action.', ja: '操作そのものに署名して行使を承認する。' },
  input: z.object({ use: useId, ...signedBy }).strict(),
  by: ['operator'],
  refusals: pickRefusals('no-use', 'wrong-state', 'power-changed', 'bad-proof', 'not-allowed'),
  reads: worldAndUse,
  decide: (input, { use, ...state }, ctx) => {
    const at = standing(use, state, input.use, ['requested', 'activated']);
    if ('refused' in at) return at;
    const checked = signatureProblem('approve', input, at.action, state, ctx.now);
    if ('problem' in checked) return badProof('authority.Approve', input, at, checked.problem);
    const asked: Asked = {
      verb: 'approve',
      power: at.power,
      action: at.action,
      durationMs: durationOf(at.action, parseTime(use.requestedAt)),
      use,
      principal: input.principal,
      credential: checked.credential.kind,
      approvals: use.approvals.length,
    };
    const { record } = ask(asked, state, ctx);
    if (!record.permitted) return deniedByRules('authority.Approve', use.id, asked, record);
    const { principal, credential, proof } = input;
    const decision = { ...record, approvals: use.approvals.length + 1 };
    const body = { use: use.id, hash: use.hash, principal, credential, proof, decision };
    const more = use.incident === null ? {} : { incident: use.incident };
    const signature: Signature = { principal, credential, proof, at: ctx.now };
    const after: Use = { ...use, approvals: [...use.approvals, signature] };
    return {
      facts: [newFact(approved, useStream(use.id), body, more), ...proceed(after, at, state, ctx)],
      result: { use: use.id, approvals: after.approvals.length },
    };
  },
});

function badProof(command: string, input: Signed, { power }: Standing, problem: string): Decided {
  const fix = 'sign the present action’s hash with a credential that is bound to you';
  return denied({ command, power: power.id, use: input.use }, refuse('bad-proof', problem, fix));
}

/** What the present approvals bring about: activation, and the order to execute once nothing is left to wait for. */
export function proceed(
  use: Use,
  { power, action }: Standing,
  state: World,
  ctx: DecisionContext,
): NewFact[] {
  const facts: NewFact[] = [];
  let now = use;
  if (use.state === 'requested') {
    const record = askAs('activate', now, power, action, state, ctx);
    if (!record.permitted) return [];
    const delayMs = delayOf(power, action.step);
    // Without a delay there is nothing to wait for; with one, it begins at the latest time that it can be.
    const executeAfter = delayMs === 0 ? ctx.surelyPast : isoTime(parseTime(ctx.now) + delayMs);
    facts.push(activation(now, { power, action }, executeAfter, record, state.people));
    now = { ...now, state: 'activated', executeAfter };
  }
  if (power.roles.execute.length > 0) return facts;
  const order = orderExecution(now, { power, action }, state, ctx, null);
  return order === null ? facts : [...facts, order];
}

function askAs(
  verb: 'activate' | 'execute',
  use: Use,
  power: Power,
  action: Action,
  state: World,
  ctx: DecisionContext,
  principal: string | null = null,
): DecisionRecord {
  const durationMs = durationOf(action, parseTime(use.requestedAt));
  const approvals = countingApprovals(use, power, state.people).length;
  return ask({ verb, power, action, durationMs, use, principal, approvals }, state, ctx).record;
}

function activation(
  use: Use,
  { power, action }: Standing,
  executeAfter: string,
  decision: DecisionRecord,
  people: People,
): NewFact {
  const signed = countingApprovals(use, power, people);
  const approvals = signed.map(({ principal, credential, proof }) => ({ principal, credential, proof }));
  const body = { use: use.id, action, hash: use.hash, approvals, executeAfter, decision };
  return newFact(activated, useStream(use.id), body as never, publication(use, power));
}

/** The order to execute, or null while the rules say no. Nothing else lets an action leave. */
export function orderExecution(
  use: Use,
  { power, action }: Standing,
  state: World,
  ctx: DecisionContext,
  principal: string | null,
): NewFact | null {
  const emergency = isUrgent(use, { power, action }, state, ctx);
  const ready = emergency ? { ...use, executeAfter: ctx.surelyPast } : use;
  const decision = askAs('execute', ready, power, action, state, ctx, principal);
  if (!decision.permitted) return null;
  const by = principal ?? 'system:rules';
  const body = { use: use.id, hash: use.hash, kind: action.act.kind, by, emergency, decision };
  return newFact(executionOrdered, useStream(use.id), body, publication(use, power));
}

/** Whether so many have signed that the delay of a stop falls away, while its criteria hold. */
function isUrgent(use: Use, { power, action }: Standing, state: World, ctx: DecisionContext): boolean {
  return (
    power.emergency !== null &&
    action.step === 'stop' &&
    countingApprovals(use, power, state.people).length >= power.emergency.quorum &&
    meets(power.activation, state.conditions, parseTime(ctx.surelyPast)) &&
    parseTime(use.executeAfter ?? ctx.now) > parseTime(ctx.surelyPast)
  );
}

/** Where a fact about a use belongs, and whether everybody sees it now. */
export function publication(use: Use, power: Power | null): { incident?: string; disclosed?: boolean } {
  return {
    ...(use.incident === null ? {} : { incident: use.incident }),
    ...(power?.publish === 'after-review' ? { disclosed: false } : {}),
  };
}

export const decline = defineCommand({
  name: 'authority.Decline',
  says: {
    en: 'Say no to a request, with a reason and a signature.',
    ja: '理由と署名を付して申請を否認する。',
  },
  input: z.object({ use: useId, ...signedBy, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: pickRefusals('no-use', 'wrong-state', 'power-changed', 'bad-proof', 'not-allowed'),
  reads: worldAndUse,
  decide: (input, { use, ...state }, ctx) => {
    const at = standing(use, state, input.use, ['requested']);
    if ('refused' in at) return at;
    const checked = signatureProblem('refuse', input, at.action, state, ctx.now);
    if ('problem' in checked) return badProof('authority.Decline', input, at, checked.problem);
    const mayApprove = {
      verb: 'approve' as const,
      power: at.power,
      action: at.action,
      durationMs: 0,
      use: { ...use, approvals: use.approvals.filter((a) => a.principal !== input.principal) },
      principal: input.principal,
      credential: checked.credential.kind,
      approvals: 0,
    };
    const { record } = ask(mayApprove, state, ctx);
    if (!record.permitted) return deniedByRules('authority.Decline', use.id, mayApprove, record);
    const already = use.declines.filter(({ principal }) => principal !== input.principal).length;
    const { reason, principal, credential, proof } = input;
    const ends = already + 1 >= at.power.refusals;
    const body = { use: use.id, hash: use.hash, principal, credential, proof, reason, ends };
    return { facts: [newFact(declined, useStream(use.id), body, publication(use, at.power))] };
  },
});

/** What a signature for a call-off says and whose it must be. */
export function cancelProblem(input: Signed, action: Action, state: World, now: string): string | null {
  const checked = signatureProblem('cancel', input, action, state, now);
  return 'problem' in checked ? checked.problem : null;
}
