/**
 * The life of a use of a power: requested -> approved m-of-n -> activated -> executed -> verified on the target -> lapsed,
 * revoked or resumed -> reviewed. Every no is a fact too.
 */
import { ACTION_FORMAT, ACTION_STEPS } from '@sonae/proof/action';
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { hash32, isoTime, personId, signedBy } from '../../people/facts/register.ts';
import { actSchema } from './power.ts';

export const useId = z.string().min(1).max(40);
export const reasonText = z.string().trim().min(1).max(TEXT_LENGTH_MAX);
export const sentence = z.object({ en: z.string(), ja: z.string() }).strict();

export const actionSchema = z
  .object({
    format: z.literal(ACTION_FORMAT),
    founding: hash32,
    use: useId,
    power: personId,
    policy: hash32,
    target: personId,
    step: z.enum(ACTION_STEPS),
    reason: hash32,
    until: isoTime.nullable(),
    validBefore: isoTime,
    act: actSchema,
  })
  .strict();

/** Why it was decided so: the request's verdict under the hash of the power and of the firm's policy. */
export const decisionSchema = z
  .object({
    power: hash32,
    policy: hash32,
    permitted: z.boolean(),
    rules: z.array(z.string()).max(50),
    approvals: z.int().nonnegative(),
    at: isoTime,
  })
  .strict();
export type DecisionRecord = z.infer<typeof decisionSchema>;

export const requested = defineFact({
  name: 'authority.Requested',
  version: 1,
  schema: z
    .object({
      use: useId,
      action: actionSchema,
      hash: hash32,
      reason: reasonText,
      /** The stop that this resumes or extends. */
      of: useId.nullable(),
      requester: z.string().max(100),
      decision: decisionSchema,
    })
    .strict(),
  says: {
    en: 'The use of a power was requested, with a reason.',
    ja: '理由を付して権限の行使が申請された。',
  },
});

export const approved = defineFact({
  name: 'authority.Approved',
  version: 1,
  schema: z.object({ use: useId, hash: hash32, ...signedBy, decision: decisionSchema }).strict(),
  says: { en: 'An approver signed exactly this action.', ja: '承認者がこの操作そのものに署名した。' },
});

export const declined = defineFact({
  name: 'authority.Declined',
  version: 1,
  schema: z.object({ use: useId, hash: hash32, ...signedBy, reason: reasonText, ends: z.boolean() }).strict(),
  says: { en: 'An approver said no.', ja: '承認者が否認した。' },
});

export const cancelled = defineFact({
  name: 'authority.Cancelled',
  version: 1,
  schema: z
    .object({
      use: useId,
      /** Null when rules did it. */
      signature: z.object(signedBy).strict().nullable(),
      reason: sentence,
      /** Whether it had been activated already. */
      revoked: z.boolean(),
    })
    .strict(),
  says: { en: 'A use was called off before it was executed.', ja: '実行前に行使が取り消された。' },
});

export const expired = defineFact({
  name: 'authority.Expired',
  version: 1,
  schema: z.object({ use: useId }).strict(),
  says: { en: 'A request ran out of time.', ja: '申請が期限切れとなった。' },
});

export const activated = defineFact({
  name: 'authority.Activated',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      use: useId,
      action: actionSchema,
      hash: hash32,
      approvals: z.array(z.object(signedBy).strict()).max(50),
      executeAfter: isoTime,
      decision: decisionSchema,
    })
    .strict(),
  says: {
    en: 'Enough people approved: the power is in use; with every signature; public.',
    ja: '必要な承認が揃い権限が発動した(全署名つき、公開)。',
  },
});

export const executionOrdered = defineFact({
  name: 'authority.ExecutionOrdered',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      use: useId,
      hash: hash32,
      kind: z.string().max(40),
      by: z.string().max(100),
      emergency: z.boolean(),
      decision: decisionSchema,
    })
    .strict(),
  says: { en: 'The action may leave, once; public.', ja: '操作の送出が一度だけ許可された(公開)。' },
});

export const executed = defineFact({
  name: 'authority.Executed',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, receipt: z.json() }).strict(),
  says: { en: 'The target took the action; public.', ja: '対象が操作を受理した(公開)。' },
});

export const executionFailed = defineFact({
  name: 'authority.ExecutionFailed',
  version: 1,
  schema: z.object({ use: useId, why: z.string().max(2_000), final: z.boolean() }).strict(),
  says: { en: 'The action could not be performed.', ja: '操作を実行できなかった。' },
});

export const effectVerified = defineFact({
  name: 'authority.EffectVerified',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, seen: z.json() }).strict(),
  says: {
    en: 'The effect was read on the target itself; public.',
    ja: '対象そのもので効果を確認した(公開)。',
  },
});

export const effectMissed = defineFact({
  name: 'authority.EffectMissed',
  version: 1,
  schema: z.object({ use: useId, seen: z.json() }).strict(),
  says: {
    en: 'The target does not show the effect, or its readings disagree.',
    ja: '対象に効果が見えない、または読み取りが食い違う。',
  },
});

export const lapsed = defineFact({
  name: 'authority.Lapsed',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, until: isoTime }).strict(),
  says: {
    en: 'The effect’s time is over; it ends by itself; public.',
    ja: '期限により効果が終了した(公開)。',
  },
});

export const resumed = defineFact({
  name: 'authority.Resumed',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, by: useId }).strict(),
  says: { en: 'What was stopped runs again, by a larger quorum; public.', ja: '停止が解除された(公開)。' },
});

export const changeApplied = defineFact({
  name: 'authority.ChangeApplied',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, change: z.string() }).strict(),
  says: {
    en: 'An approved change of people or rules took effect; public.',
    ja: '承認済みの変更が発効した(公開)。',
  },
});

export const reviewed = defineFact({
  name: 'authority.Reviewed',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, reviewer: personId, wasRight: z.boolean(), findings: reasonText }).strict(),
  says: { en: 'The use was reviewed: was it right?; public.', ja: '行使の当否が検証された(公開)。' },
});

export const reviewMissed = defineFact({
  name: 'authority.ReviewMissed',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, due: isoTime }).strict(),
  says: {
    en: 'A review that was due has not been made; public.',
    ja: '期限までに検証が行われなかった(公開)。',
  },
});

export const usePublished = defineFact({
  name: 'authority.UsePublished',
  version: 1,
  disclosed: true,
  schema: z.object({ use: useId, summary: z.json() }).strict(),
  says: {
    en: 'A use that was kept back until its review is public.',
    ja: '検証まで非公開だった行使を公開した。',
  },
});

/** All facts about one use carry its id. */
export const USE_FACTS = [
  requested,
  approved,
  declined,
  cancelled,
  expired,
  activated,
  executionOrdered,
  executed,
  executionFailed,
  effectVerified,
  effectMissed,
  lapsed,
  resumed,
  changeApplied,
  reviewed,
  reviewMissed,
  usePublished,
] as const;
export const useStream = (use: string): string => `authority/${use}`;
