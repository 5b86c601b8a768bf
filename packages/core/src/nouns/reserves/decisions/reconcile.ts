/** Recording a reconciliation: its counts, new breaks, and those of before that are no longer there. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { assetId } from '../../instruments/facts.ts';
import { signedAmount } from '../../ledger/facts/words.ts';
import {
  BREAKS_PER_RUN_MAX,
  breakResolved,
  FOUND_KINDS,
  isFoundKind,
  reconciliationRecorded,
} from '../facts/breaks.ts';
import { civilDay, slug } from '../facts/words.ts';
import { breaks } from '../views/breaks.ts';
import { reservesSetup } from '../views/setup.ts';
import { isDayAhead, openBreak, policyOf, reservesFact, SAYS } from './checks.ts';

const count = z.int().nonnegative();
export const foundSchema = z
  .object({
    key: z.string().min(1).max(200),
    kind: z.enum(FOUND_KINDS),
    asset: assetId,
    amount: signedAmount,
    detail: z.string().max(1_000),
  })
  .strict();

export const recordReconciliation = defineCommand({
  name: 'reserves.RecordReconciliation',
  says: {
    en: 'Record that two sides were reconciled for a business day, with what did not match.',
    ja: '営業日分の照合結果と差異を記録する。',
  },
  input: z
    .object({
      scope: slug,
      day: civilDay,
      left: count,
      right: count,
      matched: count,
      inFlight: count,
      found: z.array(foundSchema).max(BREAKS_PER_RUN_MAX),
      unlisted: count,
      workLimitReached: z.boolean(),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: {
    'no-policy': SAYS.policy,
    'no-scope': { en: 'The policy expects no such reconciliation.', ja: '管理方針にない照合である。' },
    'day-ahead': SAYS.dayAhead,
    twice: { en: 'A break stands in the list twice.', ja: '差異が重複している。' },
  },
  reads: () => ({ setup: ref(reservesSetup, 'all'), known: ref(breaks, 'all') }),
  decide: ({ found, ...input }, { setup, known }, ctx) => {
    const policy = policyOf(setup);
    if ('refused' in policy) return policy;
    if (!policy.reconciliations.some(({ id }) => id === input.scope))
      return refuse('no-scope', `scope: the policy has no ${input.scope}`, 'list it in reserves.SetPolicy');
    // A day that has begun anywhere may be reconciled.
    if (isDayAhead(input.day, ctx.now))
      return refuse(
        'day-ahead',
        `day: ${input.day} has not begun`,
        'give the business day that was compared',
      );
    const keys = new Set(found.map(({ key }) => key));
    if (keys.size !== found.length)
      return refuse('twice', 'found: a key stands there twice', 'list each once');
    const own = known.open.filter((one) => one.scope === input.scope && isFoundKind(one.kind));
    const fresh = found.filter(({ key }) => !own.some((one) => one.key === key));
    // What did not fit into the list may still be broken, so nothing is taken for cured then.
    const isWhole = input.unlisted === 0 && !input.workLimitReached;
    // A run of an older day does not see what came after it: what a newer run found is not its to close.
    const gone = own
      .filter(({ key, day }) => isWhole && !keys.has(key) && (day ?? '') <= input.day)
      .slice(0, BREAKS_PER_RUN_MAX);
    const id = ctx.newId();
    const facts: NewFact[] = [
      reservesFact(reconciliationRecorded, `reconciliation/${input.scope}`, {
        ...input,
        id,
        at: ctx.now,
        breaks: found.length,
      }),
      ...fresh.map((one) => openBreak({ ...one, scope: input.scope }, policy, ctx.newId(), ctx.now)),
      ...gone.map((one) =>
        reservesFact(breakResolved, `break/${one.id}`, { id: one.id, how: 'matched', note: `run ${id}` }),
      ),
    ];
    return { facts, result: { run: id, opened: fresh.length, closed: gone.length } };
  },
});
