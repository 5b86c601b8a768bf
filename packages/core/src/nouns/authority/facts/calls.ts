/** Calls to approvers: the quorum of a power is paged until enough have answered. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { useId } from './use.ts';

export const approversCalled = defineFact({
  name: 'authority.ApproversCalled',
  version: 1,
  schema: z
    .object({ use: useId, roles: z.array(z.string().max(40)).max(20), need: z.int().min(1).max(20) })
    .strict(),
  says: {
    en: 'Approvers are called until enough have answered.',
    ja: '承認者の呼出しを開始した(必要人数の応答まで)。',
  },
});
