/** Which banks are out of reach. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { bankBlocked, bankReopened } from '../facts/policy.ts';
import { shortText, slug } from '../facts/words.ts';
import { reservesSetup } from '../views/setup.ts';
import { policyOf, reservesFact, SAYS } from './checks.ts';

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
