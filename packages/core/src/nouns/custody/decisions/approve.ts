/**
 * Approving a transfer: distinct people with the role, never the requester, each naming the digest of the exact
 * transaction. The policy is asked again when the last approval comes: time has passed and sums have grown.
 */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { type Decided, type DecisionContext, defineCommand, type StateOf } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { peopleRegister } from '../../people/views/register.ts';
import { safeTxHash } from '../engine/safe-hash.ts';
import {
  approvalGiven,
  calledBack,
  orderSchema,
  transferApproved,
  transferId,
  transferReconciled,
  transferStopped,
} from '../facts/transfers.ts';
import { digestText, reasonText } from '../facts/words.ts';
import { policyState } from '../views/policy.ts';
import { isOpen, type Transfer, type Transfers, transfers } from '../views/transfers.ts';
import { custodyFact, digestOf, dutyProblem, SAYS, staleDigest } from './checks.ts';
import { denied, judgeTransfer, orderReads, TRANSFER_STREAM, versionOf } from './request.ts';
import { NONCE_USED, nonceProblem } from './safe-checks.ts';

const reads = () => ({
  people: ref(peopleRegister, 'all'),
  policy: ref(policyState, 'all'),
  transfers: ref(transfers, 'all'),
});

const EXPIRED = { en: 'The time to approve it has passed.', ja: '承認期限を過ぎている。' };

/** The transfer while it waits for approvals. */
function waiting({ transfers: all }: Transfers, id: string, digest: string, now: string): Transfer | Refused {
  const transfer = all.find((one) => one.id === id);
  if (transfer === undefined)
    return refuse('no-transfer', `there is no transfer ${id}`, 'see the list of transfers');
  if (transfer.status !== 'requested')
    return refuse(
      'wrong-state',
      `the transfer is ${transfer.status}`,
      'only a requested transfer is approved',
    );
  if (parseTime(transfer.expiresAt) <= parseTime(now))
    return refuse('expired', `approvals ended at ${transfer.expiresAt}`, 'ask for it again');
  return staleDigest(digest, transfer.digest) ?? transfer;
}

const isComplete = (
  { quorum, callBack }: Transfer,
  approvals: number,
  calledBackBy: string | null,
): boolean => approvals >= quorum && (!callBack || calledBackBy !== null);

/** The order stands in the input so that what decides it can be read; it must be the order of the transfer. */
const stepInput = z
  .object({ transfer: transferId, digest: digestText, chain: z.string().min(1).max(40), order: orderSchema })
  .strict();
type StepInput = z.infer<typeof stepInput>;
const stepReads = ({ order, chain }: StepInput) => orderReads(order, chain);
type StepState = StateOf<ReturnType<typeof orderReads>>;

function otherOrder(input: StepInput, transfer: Transfer): Refused | null {
  const given = digestOf('order', { chain: input.chain, order: input.order });
  const stands = digestOf('order', { chain: transfer.chain, order: transfer.order });
  if (given === stands) return null;
  return refuse(
    'stale-digest',
    'order: what you were shown is not the order of this transfer',
    'do not approve: whatever showed you the transaction showed you another one',
  );
}

const OTHER_HASH = {
  rule: 'safe-version',
  why: {
    en: 'The Safe is of another version by now, under which this transaction has another hash: ask for it again.',
    ja: 'Safe のバージョンが変わり、署名対象のハッシュが異なります。改めて申請してください。',
  },
};

/** After this step everything is there: ask the policy again, then it is approved or denied. */
function completed(step: NewFact, transfer: Transfer, state: StepState, ctx: DecisionContext): Decided {
  const { policy } = state.policy;
  const wallet = state.inventory.wallets[transfer.order.wallet];
  const asset = state.assets.assets[transfer.order.asset];
  const { id, order, digest, chain } = transfer;
  if (policy === null || wallet === undefined || wallet.retiredAt !== null || asset === undefined) {
    const why = {
      en: 'The wallet is retired or there is no policy.',
      ja: 'ウォレットが廃止済みか、ポリシーがない。',
    };
    const no = denied(id, order, { rule: 'gone', why }, 'approval');
    return { ...no, facts: [step, ...no.facts] };
  }
  if (order.transaction.kind === 'safe') {
    const hash = safeTxHash(order.transaction, versionOf(order, chain, state.safes));
    if (hash !== transfer.safeTxHash) {
      const no = denied(id, order, OTHER_HASH, 'approval');
      return { ...no, facts: [step, ...no.facts] };
    }
  }
  const judged = judgeTransfer(order, { ...state, policy, wallet, asset }, ctx);
  const needsMore =
    judged.problem === null &&
    (judged.band.quorum > transfer.quorum || (judged.band.callBack && !transfer.callBack));
  if (judged.problem || needsMore) {
    const more = {
      rule: 'band-risen',
      why: {
        en: 'By now more approvals are needed than were asked for: ask for it again.',
        ja: '必要な承認数が申請時より増えました。改めて申請してください。',
      },
    };
    const no = denied(id, order, judged.problem ?? more, 'approval');
    return { ...no, facts: [step, ...no.facts] };
  }
  const { wallet: from, asset: of, amount, destination } = order;
  const value = String(judged.value);
  const { withdrawal } = order;
  const approved = {
    ...{ transfer: id, digest, wallet: from, asset: of, amount, value, chain, destination },
    ...(withdrawal === undefined ? {} : { withdrawal }),
  };
  return {
    facts: [step, custodyFact(transferApproved, TRANSFER_STREAM, approved)],
    result: { transfer: id, approved: true },
  };
}

export const approveTransfer = defineCommand({
  name: 'custody.ApproveTransfer',
  says: {
    en: 'Approve somebody else’s transfer by the digest of exactly what you were shown.',
    ja: '他者の移転を、表示された取引のダイジェストを指定して承認する。',
  },
  input: stepInput,
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-transfer': SAYS.transfer,
    'wrong-state': SAYS.state,
    expired: EXPIRED,
    'stale-digest': SAYS.digest,
    'own-work': SAYS.own,
    'nonce-used': NONCE_USED,
    'already-approved': { en: 'You have approved it already.', ja: '既に承認している。' },
    'policy-denied': { en: 'The policy denies this transfer.', ja: 'ポリシーがこの移転を拒否する。' },
  },
  reads: stepReads,
  decide: (input, state, ctx) => {
    const { id: principal } = ctx.actor;
    const transfer = waiting(state.transfers, input.transfer, input.digest, ctx.now);
    if ('refused' in transfer) return transfer;
    const no =
      dutyProblem(state.people, state.policy, principal, 'approve', ctx.now) ??
      otherOrder(input, transfer) ??
      nonceProblem(transfer.order, transfer.chain, state.safes);
    if (no) return no;
    if (transfer.requester === principal)
      return refuse('own-work', `${principal} requested it`, 'ask somebody else who has the role');
    if (transfer.approvals.some(({ by }) => by === principal) || transfer.calledBackBy === principal)
      return refuse('already-approved', `${principal} has taken part already`, 'another person must approve');
    const step = custodyFact(approvalGiven, TRANSFER_STREAM, {
      transfer: transfer.id,
      digest: transfer.digest,
    });
    const given = transfer.approvals.length + 1;
    if (!isComplete(transfer, given, transfer.calledBackBy))
      return {
        facts: [step],
        result: { transfer: transfer.id, approved: false, given, needed: transfer.quorum },
      };
    return completed(step, transfer, state, ctx);
  },
});

export const confirmCallBack = defineCommand({
  name: 'custody.ConfirmCallBack',
  says: {
    en: 'Confirm that you called back on a known line and heard this transfer confirmed.',
    ja: '既知の連絡先に折り返し、この移転の確認を得たことを記録する。',
  },
  input: stepInput.extend({ spokeWith: z.string().min(1).max(200), note: reasonText }),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-transfer': SAYS.transfer,
    'wrong-state': SAYS.state,
    expired: EXPIRED,
    'stale-digest': SAYS.digest,
    'own-work': SAYS.own,
    'nonce-used': NONCE_USED,
    'policy-denied': { en: 'The policy denies this transfer.', ja: 'ポリシーがこの移転を拒否する。' },
  },
  reads: stepReads,
  decide: (input, state, ctx) => {
    const { id: principal } = ctx.actor;
    const transfer = waiting(state.transfers, input.transfer, input.digest, ctx.now);
    if ('refused' in transfer) return transfer;
    const no =
      dutyProblem(state.people, state.policy, principal, 'call-back', ctx.now) ??
      otherOrder(input, transfer) ??
      nonceProblem(transfer.order, transfer.chain, state.safes);
    if (no) return no;
    if (!transfer.callBack || transfer.calledBackBy !== null)
      return refuse('wrong-state', 'no call-back is due', 'nothing to do');
    if (transfer.requester === principal || transfer.approvals.some(({ by }) => by === principal))
      return refuse('own-work', `${principal} took part in it`, 'somebody who did not must call back');
    const { spokeWith, note } = input;
    const body = { transfer: transfer.id, digest: transfer.digest, spokeWith, note };
    const step = custodyFact(calledBack, TRANSFER_STREAM, body);
    if (!isComplete(transfer, transfer.approvals.length, principal)) return { facts: [step] };
    return completed(step, transfer, state, ctx);
  },
});

const known = ({ transfers: all }: Transfers, id: string): Transfer | Refused =>
  all.find((one) => one.id === id) ??
  refuse('no-transfer', `there is no transfer ${id}`, 'see the list of transfers');

export const stopTransfer = defineCommand({
  name: 'custody.StopTransfer',
  says: {
    en: 'Stop a transfer that has not been seen on chain. One person is enough.',
    ja: 'チェーンで確認される前の移転を止める(一名で可)。',
  },
  input: z.object({ transfer: transferId, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: { 'no-duty': SAYS.duty, 'no-transfer': SAYS.transfer, 'wrong-state': SAYS.state },
  reads,
  decide: (input, state, ctx) => {
    const transfer = known(state.transfers, input.transfer);
    if ('refused' in transfer) return transfer;
    const mayNot = dutyProblem(state.people, state.policy, ctx.actor.id, 'approve', ctx.now);
    if (mayNot && transfer.requester !== ctx.actor.id) return mayNot;
    if (!isOpen(transfer))
      return refuse('wrong-state', `the transfer is ${transfer.status}`, 'nothing to stop');
    return { facts: [custodyFact(transferStopped, TRANSFER_STREAM, { ...input, how: 'person' })] };
  },
});

export const reconcileTransfer = defineCommand({
  name: 'custody.ReconcileTransfer',
  says: {
    en: 'Reconcile a transfer seen on chain with the books. Whoever moved or approved it cannot.',
    ja: 'チェーンで確認された移転を帳簿と照合する(受払・承認に関与した者は不可)。',
  },
  input: z.object({ transfer: transferId }).strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-transfer': SAYS.transfer,
    'wrong-state': SAYS.state,
    'own-work': SAYS.own,
  },
  reads,
  decide: (input, state, ctx) => {
    const { id: principal } = ctx.actor;
    const transfer = known(state.transfers, input.transfer);
    if ('refused' in transfer) return transfer;
    const no = dutyProblem(state.people, state.policy, principal, 'reconcile', ctx.now);
    if (no) return no;
    const took = [transfer.requester, transfer.calledBackBy, ...transfer.approvals.map(({ by }) => by)];
    if (took.includes(principal))
      return refuse(
        'own-work',
        `${principal} took part in it`,
        'another person reconciles (受払担当/照合担当)',
      );
    if (transfer.status !== 'settled')
      return refuse(
        'wrong-state',
        `the transfer is ${transfer.status}`,
        'it is reconciled once seen on chain',
      );
    const body = { transfer: transfer.id, mover: transfer.requester };
    return { facts: [custodyFact(transferReconciled, TRANSFER_STREAM, body)] };
  },
});
