/**
 * Saying what is expected of reserves. Before a firm is founded anybody may; after that only who has the duty, and what
 * loosens the policy in force takes a second person: else one could end an alarm by not expecting anything.
 */
import { textHash } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { defineCommand, type Principal } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { type PolicyState, policyState, rolesOf } from '../../custody/views/policy.ts';
import { actingRoles, type People, peopleRegister } from '../../people/views/register.ts';
import { COMPOSITION_RULES } from '../engine/composition-rules.ts';
import { loosenedReserves } from '../engine/loosening.ts';
import { type Policy, policyAdopted, policySchema } from '../facts/policy.ts';
import { policyApproved, policyProposed, policyRejected } from '../facts/proposal.ts';
import { hexHash } from '../facts/words.ts';
import { policyProposal } from '../views/proposal.ts';
import { type ReservesSetup, reservesSetup } from '../views/setup.ts';
import { reservesFact } from './checks.ts';

const SAYS = {
  bad: { en: 'The parts of the policy do not fit together.', ja: '管理方針の内容が整合しない。' },
  duty: { en: 'You do not act in a role that may do this.', ja: 'この操作を行う役割にない。' },
  none: { en: 'No such policy is proposed.', ja: '該当する提案はない。' },
} as const;

const reads = () => ({
  setup: ref(reservesSetup, 'all'),
  people: ref(peopleRegister, 'all'),
  custody: ref(policyState, 'all'),
  open: ref(policyProposal, 'all'),
});
type State = { readonly setup: ReservesSetup; readonly people: People; readonly custody: PolicyState };

/** Beside those who make the policy of custody. */
const DUTY = ['director', 'compliance'] as const;

/** Null where the person may decide on the policy; a system has no role and never loosens. */
function dutyProblem({ people, custody }: State, actor: Principal, now: string): Refused | null {
  if (people.founding === '' || actor.kind === 'system') return null;
  const roles = [...rolesOf(custody).policy, ...DUTY];
  if (actingRoles(people, actor.id, now).some((role) => roles.includes(role))) return null;
  return refuse(
    'no-duty',
    `${actor.id} acts in none of: ${roles.join(', ')}`,
    'ask somebody who does, or have the role assigned',
  );
}

const badPolicy = (policy: Policy): Refused | null => {
  const problem = problemOf(policy);
  return problem === null
    ? null
    : refuse('bad-policy', problem, 'correct it and send the whole policy again');
};

export const setPolicy = defineCommand({
  name: 'reserves.SetPolicy',
  says: {
    en: 'Set what is expected of reserves: the first policy, or one that only tightens.',
    ja: '準備資産の管理方針を設定する(最初の方針、または厳格化のみ)。',
  },
  input: policySchema,
  by: ['operator', 'system'],
  refusals: {
    'bad-policy': SAYS.bad,
    'no-duty': SAYS.duty,
    loosens: { en: 'It loosens the policy in force: two people.', ja: '現行方針の緩和には二名を要する。' },
  },
  reads,
  decide: (input, state, ctx) => {
    const refused = badPolicy(input) ?? dutyProblem(state, ctx.actor, ctx.now);
    if (refused) return refused;
    const { policy: now } = state.setup;
    if (JSON.stringify(now) === JSON.stringify(input)) return { facts: [] };
    const loosens = now === null || state.people.founding === '' ? [] : loosenedReserves(now, input);
    if (loosens.length > 0)
      return refuse(
        'loosens',
        `it loosens ${loosens.slice(0, 10).join(', ')}`,
        'reserves.ProposePolicy, and somebody else approves it',
      );
    return { facts: [reservesFact(policyAdopted, 'policy', input)] };
  },
});

const reason = z.string().trim().min(1).max(1_000);
const proposal = z.string().min(1).max(40);

export const proposePolicy = defineCommand({
  name: 'reserves.ProposePolicy',
  says: {
    en: 'Propose a whole policy of reserves that loosens. Somebody else must approve it.',
    ja: '緩和を含む準備資産の管理方針全体を提案する(別の者の承認が必要)。',
  },
  input: z.object({ policy: policySchema, reason }).strict(),
  by: ['operator'],
  refusals: {
    'bad-policy': SAYS.bad,
    'no-duty': SAYS.duty,
    'already-proposed': { en: 'Another one waits.', ja: '別の提案が未決である。' },
  },
  reads,
  decide: ({ policy, reason: why }, state, ctx) => {
    const refused = badPolicy(policy) ?? dutyProblem(state, ctx.actor, ctx.now);
    if (refused) return refused;
    if (state.open.proposal !== null)
      return refuse('already-proposed', `${state.open.proposal.id} waits`, 'approve it, or reject it first');
    const digest = textHash(`sonae/reserves-policy/v1\n${canonicalJson(policy as unknown as JsonValue)}`);
    const { policy: now } = state.setup;
    const loosens = now === null ? [] : loosenedReserves(now, policy);
    const body = { id: ctx.newId(), policy, digest, loosens, reason: why, by: ctx.actor.id };
    return {
      facts: [reservesFact(policyProposed, 'policy', body)],
      result: { proposal: body.id, digest, loosens },
    };
  },
});

export const approvePolicy = defineCommand({
  name: 'reserves.ApprovePolicy',
  says: {
    en: 'Approve somebody else’s policy of reserves by its digest; it holds at once.',
    ja: '他者の管理方針案をダイジェスト指定で承認する(直ちに発効)。',
  },
  input: z.object({ proposal, digest: hexHash }).strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-proposal': SAYS.none,
    'own-work': { en: 'Nobody approves their own proposal.', ja: '自らの提案は承認できない。' },
    'stale-digest': {
      en: 'The digest is not of what is proposed.',
      ja: 'ダイジェストが提案の内容と一致しない。',
    },
  },
  reads,
  decide: ({ proposal: id, digest }, state, ctx) => {
    const no = dutyProblem(state, ctx.actor, ctx.now);
    if (no) return no;
    const { proposal: open } = state.open;
    if (open === null || open.id !== id)
      return refuse('no-proposal', `proposal: ${id} does not wait`, 'see the view reserves.proposal');
    if (open.by === ctx.actor.id)
      return refuse('own-work', `${open.by} proposed it`, 'ask somebody else who has the duty');
    if (open.digest !== digest)
      return refuse('stale-digest', `digest: ${digest.slice(0, 12)}… is another`, 'read it again');
    return {
      facts: [
        reservesFact(policyApproved, 'policy', { id, digest, by: ctx.actor.id }),
        reservesFact(policyAdopted, 'policy', open.policy),
      ],
    };
  },
});

export const rejectPolicy = defineCommand({
  name: 'reserves.RejectPolicy',
  says: {
    en: 'Turn down the proposed policy of reserves. One person is enough.',
    ja: '準備資産の管理方針案を却下する(一名で可)。',
  },
  input: z.object({ proposal, reason }).strict(),
  by: ['operator'],
  refusals: { 'no-duty': SAYS.duty, 'no-proposal': SAYS.none },
  reads,
  decide: ({ proposal: id, reason: why }, state, ctx) => {
    const no = dutyProblem(state, ctx.actor, ctx.now);
    if (no) return no;
    if (state.open.proposal?.id !== id)
      return refuse('no-proposal', `proposal: ${id} does not wait`, 'see the view reserves.proposal');
    return { facts: [reservesFact(policyRejected, 'policy', { id, reason: why, by: ctx.actor.id })] };
  },
});

function problemOf(policy: Policy): string | null {
  const lists: Readonly<Record<string, readonly string[]>> = {
    sources: policy.sources.map(({ source }) => source),
    coverage: policy.coverage.map(({ asset }) => asset),
    reconciliations: policy.reconciliations.map(({ id }) => id),
    statements: policy.statements.map(({ id }) => id),
    banks: policy.banks.map(({ bank }) => bank),
    coins: policy.coins.map(({ asset }) => asset),
  };
  for (const [name, ids] of Object.entries(lists)) {
    const twice = ids.find((id, n) => ids.indexOf(id) !== n);
    if (twice !== undefined) return `${name}: ${twice} stands there twice`;
  }
  const rungs = Object.entries(policy.outflow).find(
    ([, { watch, warning, critical }]) => watch < warning || warning < critical,
  );
  if (rungs) return `outflow.${rungs[0]}: watch must be the longest time and critical the shortest`;
  if (policy.concentration.warningBps < policy.concentration.watchBps)
    return 'concentration: warningBps must not be below watchBps';
  const zone = [policy.zone, ...policy.banks.map((bank) => bank.zone)].find((name) => !isZone(name));
  if (zone !== undefined) return `zone: ${zone} is no time zone; write a name such as Asia/Tokyo`;
  const rules = COMPOSITION_RULES.map(({ id }) => id);
  const rule = policy.coins.flatMap((coin) => coin.rules).find((id) => !rules.includes(id));
  if (rule !== undefined) return `coins.rules: there is no rule ${rule}; there are ${rules.join(', ')}`;
  const bank = policy.banks.find(({ openHour, closeHour }) => openHour >= closeHour);
  return bank === undefined ? null : `banks: ${bank.bank} closes before it opens`;
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
