/** Asking for the use of a power, by people or by Sonae itself; and preparing the resumption of what was stopped. */
import {
  ACTION_FORMAT,
  type Act,
  type Action,
  type ActionStep,
  actionHash,
  textHash,
} from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { isoTime, parseTime, SECOND_MS } from '../../../kernel/time.ts';
import { type Decided, type DecisionContext, defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { personId } from '../../people/facts/register.ts';
import { actSchema, type Power, type PowerTarget } from '../facts/power.ts';
import { reasonText, requested, useId, useStream } from '../facts/use.ts';
import { actDigest } from '../views/list.ts';
import { type Use, useRecord } from '../views/use.ts';
import { judgeChange } from './changes.ts';
import { ask, dangersOf, deniedByRules, durationOf, pickRefusals, type World, world } from './checks.ts';

/** An activation repeats the change beside all its signatures, within one fact. */
const CHANGE_CHARS_MAX = 64_000;
/** For each person: nobody's requests keep others from asking. */
const OPEN_REQUESTS_MAX = 20;
const STEPS = ['stop', 'resume', 'extend'] as const;
export const ASK_REFUSALS = {
  ...pickRefusals('no-power', 'not-allowed', 'no-use', 'wrong-state'),
  'no-target': { en: 'The power has no such target.', ja: 'この権限にその対象はない。' },
  'bad-fill': { en: 'A field may not be filled in, or not so.', ja: '記入できない項目、または値である。' },
  'not-founded': { en: 'The firm has not been founded yet.', ja: '創設が済んでいない。' },
  'too-many-open': { en: 'Too many requests wait for an answer.', ja: '未処理の申請が多すぎる。' },
  'same-open': { en: 'The same is already asked for.', ja: '同じ申請が進行中である。' },
} as const;

export type Draft = {
  readonly power: Power;
  readonly hash: string;
  readonly target: PowerTarget;
  readonly step: ActionStep;
  readonly act: Act;
  readonly reason: string;
  readonly durationMs: number | null;
  readonly of: Use | null;
  readonly incident: string | null;
  /** Null: Sonae itself. */
  readonly principal: string | null;
};

/** The exact action of a draft, in whole seconds: chains and people count in those. */
export function composeAction(draft: Draft, founding: string, use: string, nowMs: number): Action {
  const whole = Math.floor(nowMs / SECOND_MS) * SECOND_MS;
  const { power, target, step, reason, durationMs } = draft;
  const validMs = whole + Math.min(power.approveWithinMs + delayOf(power, step), 100 * 86_400_000);
  const until = durationMs === null ? null : isoTime(whole + Math.floor(durationMs / SECOND_MS) * SECOND_MS);
  return {
    format: ACTION_FORMAT,
    founding,
    use,
    power: power.id,
    policy: draft.hash,
    target: target.id,
    step,
    reason: textHash(reason),
    until,
    validBefore: isoTime(Math.floor(validMs / SECOND_MS) * SECOND_MS),
    act: draft.act,
  };
}

export const delayOf = (power: Power, step: ActionStep): number =>
  step === 'resume' || step === 'extend' ? power.resumeDelayMs : power.delayMs;

/** The request as a fact, or what the rules have against it. */
export function requestUse(draft: Draft, state: World, ctx: DecisionContext): Decided | Refused {
  const nowMs = parseTime(ctx.now);
  const id = ctx.newId();
  const action = composeAction(draft, state.people.founding, id, nowMs);
  const hash = toHex(actionHash(action));
  const asked = {
    verb: 'request' as const,
    power: draft.power,
    action,
    durationMs: durationOf(action, nowMs),
    use: null,
    principal: draft.principal,
    approvals: 0,
    of: draft.of?.id ?? null,
  };
  const { record } = ask(asked, state, ctx);
  if (!record.permitted) return deniedByRules('authority.Request', null, asked, record);
  const requester = draft.principal ?? 'system:rules';
  const { reason, of, incident } = draft;
  const body = { use: id, action, hash, reason, of: of?.id ?? null, requester, decision: record };
  const more = incident === null ? {} : { incident };
  const facts: NewFact[] = [newFact(requested, useStream(id), body as never, more)];
  return { facts, result: { use: id, hash, dangers: dangersOf(action) } };
}

/** Another use of the same act that waits for approvals or is in force: asking twice helps nobody. */
export function isOpenAlready(state: World, draft: Draft): string | null {
  const subject = actDigest(draft.act);
  const open = state.uses.uses.find(
    (use) =>
      use.power === draft.power.id &&
      use.target === draft.target.id &&
      use.step === draft.step &&
      use.subject === subject &&
      use.endedAt === null,
  );
  return open?.id ?? null;
}

export const request = defineCommand({
  name: 'authority.Request',
  says: { en: 'Ask for the use of a power, with a reason.', ja: '理由を付して権限の行使を申請する。' },
  input: z
    .object({
      power: personId,
      target: personId,
      step: z.enum(STEPS).default('stop'),
      reason: reasonText,
      durationMs: z.int().positive().optional(),
      /** Values of the fields that the target leaves open. */
      fill: z.record(z.string(), z.json()).optional(),
      /** The stop to resume or extend. */
      of: useId.optional(),
      incident: useId.optional(),
    })
    .strict(),
  by: ['operator'],
  refusals: ASK_REFUSALS,
  reads: (input) => ({ ...world(), of: ref(useRecord, input.of ?? '') }),
  decide: (input, { of, ...state }, ctx) => {
    if (state.people.founding === '')
      return refuse(
        'not-founded',
        'nobody is enrolled yet',
        'hold the founding ceremony first: docs/guides/powers.md',
      );
    const known = state.powers.powers[input.power];
    if (known === undefined)
      return refuse('no-power', `there is no power ${input.power}`, 'list them: sonae powers');
    const target = known.power.targets.find(({ id }) => id === input.target);
    if (target === undefined)
      return refuse(
        'no-target',
        `power ${input.power} has no target ${input.target}`,
        'list them: sonae powers',
      );
    const act = actOf(known.power, target, input.step, input.fill ?? {}, of);
    if ('refused' in act) return act;
    const change = changeProblem(known.power, act, state);
    if (change !== null)
      return refuse('bad-fill', change, 'correct the change, or use the power for that kind of change');
    const overAmount = amountProblem(known.power, act);
    if (overAmount !== null) return refuse('bad-fill', overAmount, 'stay within the bounds of the power');
    const draft: Draft = {
      power: known.power,
      hash: known.hash,
      target,
      step: act.kind === 'govern' ? 'govern' : input.step,
      act,
      reason: input.reason,
      durationMs:
        input.step === 'resume' || act.kind === 'govern'
          ? null
          : (input.durationMs ?? known.power.bounds.durationMs),
      of: of.exists ? of : null,
      incident: input.incident ?? of.incident,
      principal: ctx.actor.id,
    };
    if (isCrowded(state, ctx.actor.id))
      return refuse(
        'too-many-open',
        `you have ${OPEN_REQUESTS_MAX} requests open`,
        'decline or cancel some first',
      );
    const open = isOpenAlready(state, draft);
    if (open !== null)
      return refuse('same-open', `use ${open} asks for the same`, 'approve that one, or cancel it');
    return requestUse(draft, state, ctx);
  },
});

const isCrowded = ({ uses }: World, requester: string): boolean =>
  uses.uses.filter((use) => use.state === 'requested' && use.requester === requester).length >=
  OPEN_REQUESTS_MAX;

/** What is to be done: the target's own act with its open fields filled in, or the undoing of a stop. */
function actOf(
  power: Power,
  target: PowerTarget,
  step: (typeof STEPS)[number],
  fill: Readonly<Record<string, JsonValue>>,
  of: Use,
): Act | Refused {
  if (step === 'stop') return filled(target.act as Act, target, fill);
  const isOurs = of.action?.power === power.id && of.action.target === target.id;
  if (!of.exists || of.action === null || !isOurs)
    return refuse(
      'no-use',
      `step ${step} needs \`of\`: a stop of ${power.id}/${target.id}`,
      'name the use that stopped it',
    );
  if (of.state !== 'verified' && of.state !== 'executed')
    return refuse(
      'wrong-state',
      `use ${of.id} is ${of.state}`,
      'only what is in force can be resumed or extended',
    );
  const { act } = of.action;
  if (act.kind === 'evm.guardian')
    return { kind: act.kind, chainId: act.chainId, guardian: act.guardian, call: step, stop: `0x${of.hash}` };
  if (step === 'extend') return act;
  if (target.resume === null)
    return refuse(
      'wrong-state',
      `target ${target.id} is not resumed by anybody`,
      'it ends when its time is over',
    );
  const values = Object.fromEntries(
    target.open.map((name) => [name, (act as Record<string, JsonValue>)[name] ?? null]),
  );
  return filled(target.resume as Act, target, values);
}

function filled(act: Act, target: PowerTarget, fill: Readonly<Record<string, JsonValue>>): Act | Refused {
  for (const name of Object.keys(fill)) {
    if ((target.open as readonly string[]).includes(name)) continue;
    return refuse(
      'bad-fill',
      `fill.${name} is not open in target ${target.id}`,
      `open: ${target.open.join(', ') || 'none'}`,
    );
  }
  for (const name of target.open) {
    if (name in fill || name === 'limit') continue;
    return refuse('bad-fill', `fill.${name} is missing`, `give a value for ${name}`);
  }
  const parsed = actSchema.safeParse({ ...act, ...fill });
  if (parsed.success) return parsed.data as Act;
  const field = parsed.error.issues[0]?.path.join('.') || Object.keys(fill).join(', ');
  return refuse(
    'bad-fill',
    `fill.${field}: ${parsed.error.issues[0]?.message ?? 'unusable'}`,
    `correct ${field}`,
  );
}

/** A change of people or rules must make sense, and be of the kind that this power governs, before anybody signs it. */
function changeProblem(power: Power, act: Act, state: World): string | null {
  if (act.kind !== 'govern') return null;
  if (canonicalJson(act.change).length > CHANGE_CHARS_MAX)
    return `a change has up to ${CHANGE_CHARS_MAX} characters`;
  const judged = judgeChange(act.change, state, 'not-yet');
  if ('problem' in judged) return judged.problem;
  if (judged.kind === 'loosen' && power.governs !== 'loosen')
    return `${judged.name} loosens here, and ${power.id} may only tighten`;
  return null;
}

function amountProblem(power: Power, act: Act): string | null {
  const { amount } = power.bounds;
  if (amount === null || act.kind !== 'exchange' || act.limit === null) return null;
  return BigInt(act.limit) > BigInt(amount) ? `limit ${act.limit} is above the power's ${amount}` : null;
}
