/** Saying what is expected of reserves; and which banks are out of reach. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { COMPOSITION_RULES } from '../engine/composition-rules.ts';
import { bankBlocked, bankReopened, type Policy, policyAdopted, policySchema } from '../facts/policy.ts';
import { shortText, slug } from '../facts/words.ts';
import { reservesSetup } from '../views/setup.ts';
import { policyOf, reservesFact, SAYS } from './checks.ts';

export const setPolicy = defineCommand({
  name: 'reserves.SetPolicy',
  says: {
    en: 'Set what is expected of reserves: sources, coverage, limits, daily routine, coins.',
    ja: '準備資産の管理方針(保有先、保全、限度、日次業務、発行コイン)を設定する。',
  },
  input: policySchema,
  by: ['operator', 'system'],
  refusals: {
    'bad-policy': { en: 'The parts of the policy do not fit together.', ja: '管理方針の内容が整合しない。' },
  },
  reads: () => ({ setup: ref(reservesSetup, 'all') }),
  decide: (input, { setup }) => {
    const problem = problemOf(input);
    if (problem !== null) return refuse('bad-policy', problem, 'correct it and send the whole policy again');
    if (JSON.stringify(setup.policy) === JSON.stringify(input)) return { facts: [] };
    return { facts: [reservesFact(policyAdopted, 'policy', input)] };
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

const bankInput = z.object({ bank: slug, reason: shortText }).strict();
const NO_BANK = { en: 'The policy has no such bank.', ja: '管理方針にない銀行である。' };

export const blockBank = defineCommand({
  name: 'reserves.BlockBank',
  says: {
    en: 'Record that money at a bank is out of reach.',
    ja: '銀行の資金が引き出せないことを記録する。',
  },
  input: bankInput,
  by: ['operator', 'system'],
  refusals: { 'no-policy': SAYS.policy, 'no-bank': NO_BANK },
  reads: () => ({ setup: ref(reservesSetup, 'all') }),
  decide: (input, { setup }) => {
    const policy = policyOf(setup);
    if ('refused' in policy) return policy;
    if (!policy.banks.some(({ bank }) => bank === input.bank))
      return refuse('no-bank', `bank: the policy has no ${input.bank}`, 'list it in reserves.SetPolicy');
    if (setup.blocked.some(({ bank }) => bank === input.bank)) return { facts: [] };
    return { facts: [reservesFact(bankBlocked, `bank/${input.bank}`, input)] };
  },
});

export const reopenBank = defineCommand({
  name: 'reserves.ReopenBank',
  says: {
    en: 'Record that money at a bank can be moved again.',
    ja: '銀行の資金が再び引き出せることを記録する。',
  },
  input: bankInput,
  by: ['operator', 'system'],
  refusals: { 'not-blocked': { en: 'The bank is not blocked.', ja: '引出不能と記録されていない。' } },
  reads: () => ({ setup: ref(reservesSetup, 'all') }),
  decide: (input, { setup }) =>
    setup.blocked.some(({ bank }) => bank === input.bank)
      ? { facts: [reservesFact(bankReopened, `bank/${input.bank}`, input)] }
      : refuse('not-blocked', `${input.bank} is not blocked`, 'see the view reserves.setup'),
});
