/** How uses end: called off, executed by hand, reviewed. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { signedBy } from '../../people/facts/register.ts';
import type { Power } from '../facts/power.ts';
import { cancelled, reasonText, reviewed, useId, usePublished, useStream } from '../facts/use.ts';
import type { Use, UseState } from '../views/use.ts';
import { cancelProblem, orderExecution, publication, standing } from './approve.ts';
import { type Asked, ask, denied, deniedByRules, pickRefusals, worldAndUse } from './checks.ts';

const NOT_EXECUTED: readonly UseState[] = ['requested', 'activated'];

/** What a guardian contract has scheduled behind its own delay can still be struck out there. */
const isScheduledOutside = ({ state, action }: Use): boolean =>
  state === 'ordered' && action?.act.kind === 'evm.guardian' && action.act.call !== 'stop';

export const cancel = defineCommand({
  name: 'authority.Cancel',
  says: {
    en: 'Call a use off before it is executed; any one guardian may.',
    ja: '実行前の行使を取り消す(承認資格者一人で可)。',
  },
  input: z.object({ use: useId, ...signedBy, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: pickRefusals('no-use', 'wrong-state', 'power-changed', 'bad-proof', 'not-allowed'),
  reads: worldAndUse,
  decide: (input, { use, ...state }, ctx) => {
    const states = isScheduledOutside(use) ? [use.state] : NOT_EXECUTED;
    const at = standing(use, state, input.use, states);
    if ('refused' in at) return at;
    const problem = cancelProblem(input, at.action, state, ctx.now);
    const command = 'authority.Cancel';
    if (problem !== null) {
      const no = refuse('bad-proof', problem, 'sign `cancel` for this use');
      return denied({ command, power: at.power.id, use: use.id }, no);
    }
    const asked: Asked = {
      verb: 'cancel',
      power: at.power,
      action: at.action,
      durationMs: 0,
      use,
      principal: input.principal,
      approvals: use.approvals.length,
    };
    const { record } = ask(asked, state, ctx);
    if (!record.permitted) return deniedByRules(command, use.id, asked, record);
    const { principal, credential, proof, reason } = input;
    const body = {
      use: use.id,
      signature: { principal, credential, proof },
      reason: { en: reason, ja: reason },
      revoked: use.state !== 'requested',
    };
    return { facts: [newFact(cancelled, useStream(use.id), body, publication(use, at.power))] };
  },
});

export const execute = defineCommand({
  name: 'authority.Execute',
  says: {
    en: 'Execute an activated use, where the power leaves that to a person.',
    ja: '発動済みの行使を実行する(権限が人に委ねる場合)。',
  },
  input: z.object({ use: useId }).strict(),
  by: ['operator'],
  refusals: pickRefusals('no-use', 'wrong-state', 'power-changed', 'not-allowed'),
  reads: worldAndUse,
  decide: (input, { use, ...state }, ctx) => {
    const at = standing(use, state, input.use, ['activated']);
    if ('refused' in at) return at;
    const { power, action } = at;
    const order = orderExecution(use, at, state, ctx, ctx.actor.id);
    if (order !== null) return { facts: [order] };
    const asked: Asked = {
      verb: 'execute',
      power,
      action,
      durationMs: 0,
      use,
      principal: ctx.actor.id,
      approvals: use.approvals.length,
    };
    return deniedByRules('authority.Execute', use.id, asked, ask(asked, state, ctx).record);
  },
});

/** A use that happened and can be judged. */
const REVIEWABLE = ['executed', 'verified', 'lapsed', 'resumed', 'failed', 'revoked'] as const;

export const review = defineCommand({
  name: 'authority.Review',
  says: {
    en: 'Review a use: was it right? Not by those who asked or approved. Public.',
    ja: '行使の当否を検証する(申請者・承認者以外)。公開される。',
  },
  input: z.object({ use: useId, wasRight: z.boolean(), findings: reasonText }).strict(),
  by: ['operator'],
  refusals: {
    ...pickRefusals('no-use', 'wrong-state', 'not-allowed'),
    'reviewed-already': { en: 'It has been reviewed.', ja: '検証済みである。' },
  },
  reads: worldAndUse,
  decide: (input, { use, ...state }, ctx) => {
    if (!use.exists || use.action === null)
      return refuse('no-use', `there is no use ${input.use}`, 'list them: sonae uses');
    if (!(REVIEWABLE as readonly string[]).includes(use.state))
      return refuse('wrong-state', `use ${use.id} is ${use.state}`, 'review it once it has been executed');
    if (use.review !== null)
      return refuse(
        'reviewed-already',
        `${use.review.reviewer} reviewed it`,
        'write a note to the incident instead',
      );
    const known = state.powers.powers[use.action.power];
    if (known === undefined)
      return refuse(
        'wrong-state',
        `power ${use.action.power} is no longer in force`,
        'review it in the incident',
      );
    const asked: Asked = {
      verb: 'review',
      power: known.power,
      action: use.action,
      durationMs: 0,
      use,
      principal: ctx.actor.id,
      approvals: use.approvals.length,
    };
    const { record } = ask(asked, state, ctx);
    if (!record.permitted) return deniedByRules('authority.Review', use.id, asked, record);
    const { wasRight, findings } = input;
    const body = { use: use.id, reviewer: ctx.actor.id, wasRight, findings };
    const facts = [newFact(reviewed, useStream(use.id), body, publication(use, null))];
    return { facts: isKeptBack(known.power) ? [...facts, published(use)] : facts };
  },
});

const isKeptBack = (power: Power): boolean => power.publish === 'after-review';

function published(use: {
  id: string;
  action: unknown;
  hash: string;
  approvals: readonly unknown[];
  seen: unknown;
}) {
  const { id, action, hash, approvals, seen } = use;
  const summary = JSON.parse(JSON.stringify({ action, hash, approvals, seen }));
  return newFact(usePublished, useStream(id), { use: id, summary });
}
