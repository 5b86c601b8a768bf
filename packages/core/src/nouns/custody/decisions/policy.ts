/**
 * Changing the policy: proposed by one, approved by another. What only tightens holds at once, what loosens waits under
 * the delay of the policy that stands, and anybody who may approve can stop it until then.
 */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { peopleRegister } from '../../people/views/register.ts';
import { loosened } from '../engine/loosening.ts';
import {
  policyApproved,
  policyProposed,
  policyRejected,
  policyRevised,
  policySchema,
} from '../facts/policy.ts';
import { digestText, reasonText } from '../facts/words.ts';
import { type NextPolicy, type PolicyState, policyState } from '../views/policy.ts';
import { custodyFact, digestOf, dutyProblem, SAYS, staleDigest } from './checks.ts';

const STREAM = 'policy';
const reads = () => ({ people: ref(peopleRegister, 'all'), policy: ref(policyState, 'all') });
const NO_NEXT = { en: 'No policy is proposed or waits.', ja: '提案中または待機中のポリシーはない。' };
const revision = z.int().positive();

export const proposePolicy = defineCommand({
  name: 'custody.ProposePolicy',
  says: {
    en: 'Propose a policy of transfers as a whole. Somebody else must approve it.',
    ja: '移転ポリシー全体を提案する(別の者の承認が必要)。',
  },
  input: z.object({ policy: policySchema, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'already-proposed': { en: 'Another one is proposed or waits.', ja: '別の案が提案中または待機中である。' },
  },
  reads,
  decide: ({ policy, reason }, state, ctx) => {
    const no = dutyProblem(state.people, state.policy, ctx.actor.id, 'policy', ctx.now);
    if (no) return no;
    const { next, lastRevision } = state.policy;
    if (next !== null)
      return refuse(
        'already-proposed',
        `revision ${next.revision} is open`,
        'approve it, or reject it first',
      );
    const digest = digestOf('custody-policy', policy);
    const body = { revision: lastRevision + 1, policy, digest, reason };
    const loosens = state.policy.policy === null ? [] : loosened(state.policy.policy, policy);
    return {
      facts: [custodyFact(policyProposed, STREAM, body)],
      result: { revision: body.revision, digest, loosens },
    };
  },
});

export const approvePolicy = defineCommand({
  name: 'custody.ApprovePolicy',
  says: {
    en: 'Approve somebody else’s policy by its digest. What loosens waits, what only tightens holds at once.',
    ja: '他者のポリシー案をダイジェスト指定で承認する(緩和は待機、厳格化のみなら直ちに発効)。',
  },
  input: z.object({ revision, digest: digestText }).strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-proposal': NO_NEXT,
    'own-work': SAYS.own,
    'stale-digest': SAYS.digest,
  },
  reads,
  decide: (input, state, ctx) => {
    const next = openNext(state.policy, input.revision);
    if ('refused' in next) return next;
    const no =
      dutyProblem(state.people, state.policy, ctx.actor.id, 'policy', ctx.now) ??
      (next.proposer === ctx.actor.id
        ? refuse('own-work', `${next.proposer} proposed it`, 'ask somebody else who has the role')
        : null) ??
      staleDigest(input.digest, next.digest);
    if (no) return no;
    // Before the first policy everything is denied and nobody relies on it: there is nothing to wait for.
    const { policy: now } = state.policy;
    const loosens = now === null ? [] : loosened(now, next.policy);
    const waitMs = loosens.length === 0 ? 0 : (now?.loosenDelayMs ?? 0);
    const effectiveAt = isoOf(parseTime(ctx.now) + waitMs);
    const { revision: number, digest, proposer } = next;
    const approved = custodyFact(policyApproved, STREAM, {
      revision: number,
      digest,
      proposer,
      loosens,
      effectiveAt,
    });
    return {
      facts: waitMs === 0 ? [approved, revised(next)] : [approved],
      result: { revision: number, effectiveAt, loosens },
    };
  },
});

function openNext({ next }: PolicyState, number: number): NextPolicy | Refused {
  if (next !== null && next.revision === number && next.effectiveAt === null) return next;
  return refuse('no-proposal', `revision: ${number} is not proposed`, 'see the policy for what is open');
}

const revised = ({ revision: number, policy, digest }: NextPolicy): NewFact =>
  custodyFact(policyRevised, STREAM, { revision: number, policy, digest });

/** The waiting policy when its time has come. `surelyPast`: what must wait is judged by the earliest it can be. */
export function dueRevision({ next }: PolicyState, surelyPast: string): NewFact[] {
  if (next === null || next.effectiveAt === null) return [];
  return parseTime(next.effectiveAt) <= parseTime(surelyPast) ? [revised(next)] : [];
}

export const rejectPolicy = defineCommand({
  name: 'custody.RejectPolicy',
  says: {
    en: 'Stop a policy that is proposed or waits. One person is enough: stopping is easy.',
    ja: '提案中または待機中のポリシーを止める(一名で可)。',
  },
  input: z.object({ revision, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: { 'no-duty': SAYS.duty, 'no-proposal': NO_NEXT },
  reads,
  decide: ({ revision: number, reason }, state, ctx) => {
    const no = dutyProblem(state.people, state.policy, ctx.actor.id, 'policy', ctx.now);
    if (no) return no;
    if (state.policy.next?.revision !== number)
      return refuse('no-proposal', `revision: ${number} is not open`, 'see the policy for what is open');
    return { facts: [custodyFact(policyRejected, STREAM, { revision: number, reason })] };
  },
});
