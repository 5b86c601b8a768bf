/** A policy of reserves that one person proposed and another has to approve. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { policySchema } from './policy.ts';
import { hexHash, shortText } from './words.ts';

const proposalId = z.string().min(1).max(40);
const reason = z.string().trim().min(1).max(1_000);

export const policyProposed = defineFact({
  name: 'reserves.PolicyProposed',
  version: 1,
  schema: z
    .object({
      id: proposalId,
      policy: policySchema,
      digest: hexHash,
      /** Parts that it loosens, as it stood beside the policy in force. */
      loosens: z.array(z.string().max(100)).max(2_000),
      reason,
      by: shortText,
    })
    .strict(),
  says: { en: 'Another policy of reserves was proposed.', ja: '準備資産の管理方針の変更が提案された。' },
});
export const policyApproved = defineFact({
  name: 'reserves.PolicyApproved',
  version: 1,
  schema: z.object({ id: proposalId, digest: hexHash, by: shortText }).strict(),
  says: {
    en: 'Somebody else approved the proposed policy of reserves.',
    ja: '提案者とは別の者が準備資産の管理方針の変更を承認した。',
  },
});
export const policyRejected = defineFact({
  name: 'reserves.PolicyRejected',
  version: 1,
  schema: z.object({ id: proposalId, reason, by: shortText }).strict(),
  says: {
    en: 'The proposed policy of reserves was turned down.',
    ja: '準備資産の管理方針の変更案が却下された。',
  },
});
