/** What time and rules do with uses: propose, activate, order, expire, lapse, remind. Driven by the leader's clock. */

import type { Act } from '@sonae/proof/action';
import { z } from 'zod';
import { isRefused } from '../../../kernel/result.ts';
import { compareTimes, isoTime, parseTime } from '../../../kernel/time.ts';
import { type DecisionContext, defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { correlationState } from '../../incidents/views/correlation.ts';
import type { Power } from '../facts/power.ts';
import {
  cancelled,
  changeApplied,
  executionFailed,
  expired,
  lapsed,
  reviewMissed,
  useId,
  useStream,
} from '../facts/use.ts';
import { meets } from '../views/conditions.ts';
import type { UseSummary } from '../views/list.ts';
import type { Use } from '../views/use.ts';
import { orderExecution, proceed, publication } from './approve.ts';
import { judgeChange } from './changes.ts';
import { approvalsEndAt, type World, world, worldAndUse } from './checks.ts';
import { type Draft, isOpenAlready, requestUse } from './request.ts';

const at = (use: UseSummary): { incident: string } | Record<string, never> =>
  use.incident === null ? {} : { incident: use.incident };

/** What is due for one use by its summary alone. `Advance` looks closer where approvals count. */
function dueFacts(use: UseSummary, state: World, nowMs: number): NewFact[] {
  const stream = useStream(use.id);
  const facts: NewFact[] = [];
  const power = state.powers.powers[use.power]?.power;
  const isLate =
    power !== undefined && use.state === 'requested' && approvalsEndAt(use.requestedAt, power) <= nowMs;
  const waits = use.state === 'requested' || use.state === 'activated';
  if (isLate || (waits && parseTime(use.validBefore) <= nowMs))
    facts.push(newFact(expired, stream, { use: use.id }, at(use)));
  const inForce = use.state === 'executed' || use.state === 'verified';
  if (inForce && use.step === 'stop' && use.until !== null && parseTime(untilOf(use, state)) <= nowMs)
    facts.push(newFact(lapsed, stream, { use: use.id, until: untilOf(use, state) }, at(use)));
  // The review of a stop judges how it was ended, too.
  const isOwed = use.step === 'stop' || use.step === 'govern';
  if (power && isOwed && use.executedAt !== null && !use.reviewed && !use.reviewMissed) {
    const due = parseTime(use.executedAt) + power.reviewWithinMs;
    if (due <= nowMs) facts.push(newFact(reviewMissed, stream, { use: use.id, due: isoTime(due) }, at(use)));
  }
  return facts;
}

/** The end of a stop, as extended by uses that were verified. */
function untilOf(use: UseSummary, { uses }: World): string {
  const ends = uses.uses
    .filter((other) => other.of === use.id && other.step === 'extend' && other.state === 'verified')
    .map((other) => other.until ?? '');
  return [use.until ?? '', ...ends].sort(compareTimes).at(-1) ?? '';
}

export const keep = defineCommand({
  name: 'authority.Keep',
  says: { en: 'Let time act on uses: expiry, lapse, reviews due.', ja: '期限・失効・検証期日を処理する。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: world,
  decide: (_, state, ctx) => {
    const nowMs = parseTime(ctx.now);
    return { facts: state.uses.uses.flatMap((use) => dueFacts(use, state, nowMs)) };
  },
});

/** Uses that approvals or a delay may have made ready. */
export function waitingUses(uses: readonly UseSummary[]): UseSummary[] {
  return uses.filter(
    (use) => use.state === 'activated' || (use.state === 'requested' && use.approvers.length > 1),
  );
}

export const advance = defineCommand({
  name: 'authority.Advance',
  says: { en: 'Carry a use on once nothing is left to wait for.', ja: '待ち条件を満たした行使を進める。' },
  input: z.object({ use: useId }).strict(),
  by: ['system'],
  refusals: {},
  reads: worldAndUse,
  decide: ({ use: id }, { use, ...state }, ctx) => {
    const known = use.action === null ? undefined : state.powers.powers[use.action.power];
    if (use.id !== id || use.action === null) return { facts: [] };
    if (known === undefined || known.hash !== use.action.policy) return { facts: callOff(use) };
    if (use.state === 'requested')
      return { facts: proceed(use, { power: known.power, action: use.action }, state, ctx) };
    if (use.state !== 'activated' || known.power.roles.execute.length > 0) return { facts: [] };
    const order = orderExecution(use, { power: known.power, action: use.action }, state, ctx, null);
    return { facts: order === null ? [] : [order] };
  },
});

/** A power that changed under a use ends the use: what was approved is no longer what would be done. */
function callOff(use: Use): NewFact[] {
  if (use.state !== 'requested' && use.state !== 'activated') return [];
  const reason = { en: 'the power changed or was withdrawn', ja: '権限が変更または廃止された' };
  const body = { use: use.id, signature: null, reason, revoked: use.state === 'activated' };
  return [newFact(cancelled, useStream(use.id), body, publication(use, null))];
}

/** When a level changes: powers that propose by themselves prepare a request; people decide. */
export const consider = defineCommand({
  name: 'authority.Consider',
  says: {
    en: 'Prepare requests for powers whose criteria have come to be met.',
    ja: '発動基準を満たした権限の申請を準備する。',
  },
  input: z
    .object({ signal: z.string().max(100), why: z.object({ en: z.string(), ja: z.string() }).strict() })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({ ...world(), known: ref(correlationState, input.signal) }),
  decide: (input, { known, ...state }, ctx) => {
    if (state.people.founding === '') return { facts: [] };
    const facts = Object.values(state.powers.powers).flatMap(({ power, hash }) =>
      proposals(power, hash, input, known.incident, state, ctx),
    );
    return { facts };
  },
});

function proposals(
  power: Power,
  hash: string,
  input: { signal: string; why: { en: string; ja: string } },
  incident: string | null,
  state: World,
  ctx: DecisionContext,
): NewFact[] {
  const isAboutIt = power.activation?.anyOf.some((part) => 'signal' in part && part.signal === input.signal);
  if (!power.proposes || !isAboutIt) return [];
  if (!meets(power.activation, state.conditions, parseTime(ctx.surelyPast))) return [];
  return power.targets
    .filter((target) => target.open.length === 0)
    .flatMap((target) => {
      const draft: Draft = {
        power,
        hash,
        target,
        step: 'stop',
        act: target.act as Act,
        reason: `${input.signal}: ${input.why.en} / ${input.why.ja}`.slice(0, 2_000),
        durationMs: power.bounds.durationMs,
        of: null,
        incident,
        principal: null,
      };
      if (isOpenAlready(state, draft) !== null) return [];
      const asked = requestUse(draft, state, ctx);
      return isRefused(asked) || asked.refusal ? [] : [...asked.facts];
    });
}

/** An approved change of people or rules takes effect in the same transaction as its order. */
export const apply = defineCommand({
  name: 'authority.Apply',
  says: { en: 'Apply an approved change to the log itself.', ja: '承認済みの変更を適用する。' },
  input: z.object({ use: useId }).strict(),
  by: ['system'],
  refusals: {},
  reads: worldAndUse,
  decide: (_, { use, ...state }) => {
    if (use.state !== 'ordered' || use.action?.act.kind !== 'govern') return { facts: [] };
    const judged = judgeChange(use.action.act.change, state, use.id);
    const governs = state.powers.powers[use.action.power]?.power.governs;
    const fail = (why: string) => ({
      facts: [newFact(executionFailed, useStream(use.id), { use: use.id, why, final: true })],
    });
    if ('problem' in judged) return fail(judged.problem);
    if (judged.kind === 'loosen' && governs !== 'loosen')
      return fail('this loosens: it takes the power for that');
    return {
      facts: [
        ...judged.facts,
        newFact(changeApplied, useStream(use.id), { use: use.id, change: judged.name }),
      ],
    };
  },
});
