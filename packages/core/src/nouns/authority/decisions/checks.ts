/** What decisions on powers share: asking the rules, recording the answer, and turning a no into a fact and a refusal. */
import type { Action } from '@sonae/proof/action';
import { decodeAction } from '@sonae/proof/action-decoder';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import type { Decided, DecisionContext } from '../../../log/define.ts';
import { newFact, type Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { actingRoles, activeCredential, type People, peopleRegister } from '../../people/views/register.ts';
import { compilePower, type Verb } from '../engine/power-rules.ts';
import { decideRules, type Request } from '../engine/rules.ts';
import type { Policy, Power } from '../facts/power.ts';
import { attemptDenied, POWERS_STREAM } from '../facts/rules.ts';
import { type DecisionRecord, useStream } from '../facts/use.ts';
import { type Conditions, conditions, meets } from '../views/conditions.ts';
import { type Uses, useList, usesInWindow } from '../views/list.ts';
import { type Powers, powersInForce } from '../views/powers.ts';
import { type Signature, type Use, useRecord } from '../views/use.ts';

export type World = {
  readonly people: People;
  readonly powers: Powers;
  readonly uses: Uses;
  readonly conditions: Conditions;
};

export const world = () => ({
  people: ref(peopleRegister, 'all'),
  powers: ref(powersInForce, 'all'),
  uses: ref(useList, 'all'),
  conditions: ref(conditions, 'all'),
});
export const worldAndUse = (input: { use: string }) => ({ ...world(), use: ref(useRecord, input.use) });

export const REFUSALS = {
  'no-use': { en: 'No use has this id.', ja: 'この番号の行使はない。' },
  'no-power': { en: 'No power of this id is in force.', ja: 'この ID の権限は発効していない。' },
  'wrong-state': {
    en: 'The use is past the point where this is possible.',
    ja: '現在の状態では操作できない。',
  },
  'not-allowed': { en: 'The rules of the power say no; recorded.', ja: '権限の規則により拒否(記録される)。' },
  'bad-proof': { en: 'The signature does not hold; recorded.', ja: '署名が成立しない(記録される)。' },
  'power-changed': {
    en: 'The power has changed since the request; ask anew.',
    ja: '申請後に権限が変更された。再申請が必要。',
  },
} as const satisfies Record<string, Text>;
export const pickRefusals = <K extends keyof typeof REFUSALS>(...names: K[]): Record<K, Text> =>
  Object.fromEntries(names.map((name) => [name, REFUSALS[name]])) as unknown as Record<K, Text>;

/** Which dangers the independent decoder sees, by the names that powers may allow. */
export function dangersOf(action: Action): string[] {
  const { dangers } = decodeAction(canonicalJson(action as unknown as JsonValue));
  const { act } = action;
  const found = new Set<string>();
  if (act.kind === 'evm.call' && act.operation === 'delegatecall') found.add('delegatecall');
  if (act.kind === 'evm.call' && act.value !== '0') found.add('value');
  const named = found.size;
  if (dangers.length > named) found.add('raw');
  return [...found].sort();
}

/**
 * The approvals that count now: by distinct persons who still hold an approving role, with credentials that nobody revoked
 * since and that this power takes. Whoever lost a key between signing and execution does not count.
 */
export function countingApprovals(use: Use, power: Power, people: People): Signature[] {
  const holders = new Set(power.roles.approve.flatMap((role) => people.roles[role]?.holders ?? []));
  const seen = new Set<string>();
  return use.approvals.filter(({ principal, credential: id }) => {
    const credential = activeCredential(people, principal, id);
    const counts =
      holders.has(principal) &&
      credential !== null &&
      power.credentials.includes(credential.kind) &&
      (power.separation.requesterApproves || principal !== use.requester) &&
      !seen.has(principal);
    seen.add(principal);
    return counts;
  });
}

/** When it is: the latest and the earliest it can be. */
export type Times = Pick<DecisionContext, 'now' | 'surelyPast'>;

export type Asked = {
  readonly verb: Verb;
  readonly power: Power;
  readonly action: Action;
  readonly durationMs: number;
  readonly use: Use | null;
  /** Who asks; null when rules do. */
  readonly principal: string | null;
  readonly credential?: string;
  readonly approvals: number;
  /** The stop that is resumed or extended; taken from the use where there is one. */
  readonly of?: string | null;
};

/** The attributes that rules see. Expiry is judged by the latest time it can be, delays by the earliest. */
export function requestOf(asked: Asked, state: World, ctx: Times): Request {
  const { power, action, use, principal } = asked;
  const nowMs = parseTime(ctx.now);
  const surelyMs = parseTime(ctx.surelyPast);
  const after = use?.executeAfter;
  return {
    verb: asked.verb,
    power: power.id,
    target: action.target,
    kind: action.act.kind,
    step: action.step,
    principal: principal ?? 'system:rules',
    system: principal === null,
    roles: principal === null ? [] : actingRoles(state.people, principal, ctx.now),
    durationMs: asked.durationMs,
    usesInWindow: usesInWindow(state.uses, power.id, power.bounds.uses.windowMs, nowMs),
    criteriaMet: meets(power.activation, state.conditions, surelyMs),
    releaseMet: meets(power.release, state.conditions, surelyMs),
    approvals: asked.approvals,
    isRequester: principal !== null && use?.requester === principal,
    hasApproved: principal !== null && (use?.approvals.some((a) => a.principal === principal) ?? false),
    credential: asked.credential,
    danger: dangersOf(action),
    delayOver: after != null && surelyMs >= parseTime(after),
    expired: isExpired(action, use, nowMs, power),
    ofInForce: isOfInForce(action, asked.of ?? use?.of ?? null, state.uses),
  };
}

/**
 * Whether it is too late. Approvals have their own, earlier end. A resumption that was ordered in time may still wait for
 * a delay of its target; a stop that nobody could perform in time is never performed late.
 */
function isExpired(action: Action, use: Use | null, nowMs: number, power: Power): boolean {
  const isStop = action.step === 'stop' || action.step === 'govern';
  const ordered = use?.state === 'ordered' && !isStop && use.orderedAt !== null;
  const isLate = (ordered ? parseTime(use.orderedAt ?? '') : nowMs) >= parseTime(action.validBefore);
  return isLate || (use?.state === 'requested' && nowMs >= approvalsEndAt(use.requestedAt, power));
}

/** When a request that is not activated by then has run out of time. */
export const approvalsEndAt = (requestedAt: string, power: Power): number =>
  parseTime(requestedAt) + power.approveWithinMs;

/** What is resumed or extended must be a stop of the same power and target that is in force now. */
function isOfInForce({ step, power, target }: Action, of: string | null, { uses }: Uses): boolean {
  if (step !== 'resume' && step !== 'extend') return true;
  const stop = uses.find((use) => use.id === of);
  const inForce = stop?.state === 'executed' || stop?.state === 'verified';
  return inForce && stop.step === 'stop' && stop.power === power && stop.target === target;
}

export type Answer = { readonly record: DecisionRecord; readonly request: Request };

/** Asks the rules of a power and of the firm's policy. Pure: the gate asks the same before anything leaves. */
export function ask(asked: Asked, state: World, ctx: Times): Answer {
  const request = requestOf(asked, state, ctx);
  return { request, record: decide(asked, state.powers.policy, state.powers.policyHash, request, ctx.now) };
}

function decide(
  asked: Asked,
  policy: Policy,
  policyHash: string,
  request: Request,
  at: string,
): DecisionRecord {
  const { permitted, rules } = decideRules(compilePower(asked.power, policy), request);
  const { policy: power } = asked.action;
  return { power, policy: policyHash, permitted, rules: rules.slice(0, 50), approvals: asked.approvals, at };
}

type Denial = { command: string; power: string | null; use: string | null };

/** A no that leaves a trace: who tried what, and which rules said no. */
export function denied(denial: Denial, refusal: Refused, rules: readonly string[] = []): Decided {
  const { refused: code, message } = refusal;
  const body = { ...denial, code, message: message.slice(0, 2_000), rules: [...rules] };
  const stream = denial.use === null ? POWERS_STREAM : useStream(denial.use);
  return { facts: [newFact(attemptDenied, stream, body)], refusal };
}

export function deniedByRules(
  command: string,
  use: string | null,
  asked: Asked,
  record: DecisionRecord,
): Decided {
  const why = record.rules.length === 0 ? 'no rule permits it' : `forbidden by ${record.rules.join(', ')}`;
  const who = asked.principal ?? 'Sonae itself';
  const message = `${who} may not ${asked.verb} with power ${asked.power.id}: ${why}`;
  const fix = 'see who may, and within which bounds, in the room of powers or with `sonae powers`';
  return denied({ command, power: asked.power.id, use }, refuse('not-allowed', message, fix), record.rules);
}

/** How long the effect of an action may last, from when it is asked: 0 where it has no end of its own. */
export function durationOf(action: Action, fromMs: number): number {
  return action.until === null ? 0 : Math.max(0, parseTime(action.until) - fromMs);
}
