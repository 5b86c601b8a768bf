/**
 * Deciding what the books allow. A proposal names the change; two people of the roles below approve it, neither of whom
 * proposed it. There is no other way to a credit line, whoever asks.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { isPresent, type People, peopleRegister } from '../../people/views/register.ts';
import {
  type Change,
  changeApproved,
  changeEndorsed,
  changeProposed,
  changeRejected,
  changeSchema,
} from '../facts/changes.ts';
import { bookId } from '../facts/words.ts';
import { CORRECTIONS_MAX, ledgerPolicy, PROPOSALS_MAX } from '../views/policy.ts';

/** Who may approve what. A credit line and what flows where are the board's to decide. */
const APPROVERS: Readonly<Record<Change['kind'], readonly string[]>> = {
  'credit-line': ['director'],
  exemption: ['director'],
  flows: ['director'],
  'fee-ceiling': ['director', 'compliance'],
  'price-band': ['director', 'compliance'],
  correction: ['director', 'compliance'],
};
const APPROVALS_NEEDED = 2;

const SAYS = {
  proposal: { en: 'No proposal has this id.', ja: 'この ID の提案はない。' },
  many: { en: 'Too many proposals wait.', ja: '未決の提案が多すぎる。' },
  over: { en: 'It would be over already.', ja: '期限が過去である。' },
  own: { en: 'Nobody approves their own proposal.', ja: '自らの提案は承認できない。' },
  role: { en: 'You do not hold a role that approves this.', ja: 'これを承認する役割にない。' },
  twice: { en: 'You have approved it already.', ja: '既に承認している。' },
} as const;

const reads = (input: { book: string }) => ({
  policy: ref(ledgerPolicy, input.book),
  people: ref(peopleRegister, 'all'),
});
const stream = (book: string): string => `ledger/${book}/policy`;

export const proposeChange = defineCommand({
  name: 'ledger.ProposeChange',
  says: {
    en: 'Propose a credit line, a correction, other flows, a ceiling of fees or a band of prices.',
    ja: '与信枠、訂正、許容フロー、手数料上限、価格許容幅の変更を提案する。',
  },
  input: z
    .object({
      book: bookId.default('main'),
      change: changeSchema,
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
    })
    .strict(),
  by: ['operator'],
  refusals: { 'too-many': SAYS.many, 'already-over': SAYS.over },
  reads,
  decide: ({ book, change, reason }, { policy }, ctx) => {
    if (
      policy.proposals.length >= PROPOSALS_MAX ||
      policy.corrections.length + policy.exemptions.length >= CORRECTIONS_MAX
    )
      return refuse('too-many', `${policy.proposals.length} proposals wait`, 'approve or reject some first');
    if ('until' in change && parseTime(change.until) <= parseTime(ctx.now))
      return refuse(
        'already-over',
        `until ${change.until} is not later than now (${ctx.now})`,
        'give a later end',
      );
    const id = ctx.newId();
    const body = { id, book, change, reason, by: ctx.actor.id };
    return { facts: [newFact(changeProposed, stream(book), body)], result: { proposal: id } };
  },
});

export const approveChange = defineCommand({
  name: 'ledger.ApproveChange',
  says: {
    en: 'Approve a proposed change of what the books allow; with two approvals it is in force.',
    ja: '帳簿の許容事項の変更を承認する。二名の承認で発効する。',
  },
  input: z.object({ book: bookId.default('main'), proposal: z.string().max(40) }).strict(),
  by: ['operator'],
  refusals: {
    'no-proposal': SAYS.proposal,
    'own-proposal': SAYS.own,
    'no-role': SAYS.role,
    'already-approved': SAYS.twice,
  },
  reads,
  decide: ({ book, proposal: id }, { policy, people }, ctx) => {
    const proposal = policy.proposals.find((one) => one.id === id);
    if (proposal === undefined) return noProposal(id);
    const { id: principal } = ctx.actor;
    if (proposal.by === principal)
      return refuse('own-proposal', `${principal} proposed it`, 'ask somebody else');
    if (proposal.endorsedBy.includes(principal))
      return refuse('already-approved', `${principal} has approved it`, 'nothing to do');
    const roles = APPROVERS[proposal.change.kind];
    if (!holdsOne(people, roles, principal, ctx.now))
      return refuse('no-role', `${principal} is none of: ${roles.join(', ')}`, 'ask somebody who is');
    const by = [...proposal.endorsedBy, principal];
    const endorsed = newFact(changeEndorsed, stream(book), { id, book, by: principal });
    const isApproved = by.length >= APPROVALS_NEEDED;
    const approved = isApproved
      ? [newFact(changeApproved, stream(book), { id, book, change: proposal.change, by })]
      : [];
    return { facts: [endorsed, ...approved], result: { proposal: id, approved: isApproved } };
  },
});

export const rejectChange = defineCommand({
  name: 'ledger.RejectChange',
  says: { en: 'Turn down a proposed change, with a reason.', ja: '提案された変更を理由を付して却下する。' },
  input: z
    .object({
      book: bookId.default('main'),
      proposal: z.string().max(40),
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
    })
    .strict(),
  by: ['operator'],
  refusals: { 'no-proposal': SAYS.proposal, 'no-role': SAYS.role },
  reads,
  decide: ({ book, proposal: id, reason }, { policy, people }, ctx) => {
    const proposal = policy.proposals.find((one) => one.id === id);
    if (proposal === undefined) return noProposal(id);
    const { id: by } = ctx.actor;
    const roles = APPROVERS[proposal.change.kind];
    if (proposal.by !== by && !holdsOne(people, roles, by, ctx.now))
      return refuse('no-role', `${by} is none of: ${roles.join(', ')}`, 'ask somebody who is');
    return { facts: [newFact(changeRejected, stream(book), { id, book, by, reason })] };
  },
});

const noProposal = (id: string): Refused =>
  refuse('no-proposal', `there is no proposal ${id}`, 'see GET /api/books');

function holdsOne(people: People, roles: readonly string[], principal: string, now: string): boolean {
  return (
    isPresent(people, principal, now) &&
    roles.some((role) => people.roles[role]?.holders.includes(principal) ?? false)
  );
}
