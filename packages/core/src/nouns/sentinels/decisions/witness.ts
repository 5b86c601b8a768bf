/**
 * What witnesses of this log say. Only a change is a fact: a log that told of every cosignature would never stop growing.
 * A witness that saw another history and then falls silent has not taken it back.
 */
import { z } from 'zod';
import { defineCommand } from '../../../log/define.ts';
import { besideStanding } from '../../../log/levels.ts';
import { ref } from '../../../log/stream.ts';
import { readWitness, WITNESS_LEVELS, WITNESS_SAYS } from '../controls.ts';

export const recordWitness = defineCommand({
  name: 'sentinels.RecordWitness',
  says: {
    en: 'Record that a witness cosigns the log, is silent, or saw another history of it.',
    ja: '立会人がログに連署した、沈黙した、または別の履歴を見たことを記録する。',
  },
  input: z
    .object({
      witness: z.string().min(1).max(100),
      says: z.enum(WITNESS_SAYS),
      detail: z.string().max(300),
      size: z.int().nonnegative(),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ levels: ref(WITNESS_LEVELS.levels, 'all') }),
  decide: (said, { levels }, ctx) => ({
    facts: WITNESS_LEVELS.changes(levels, besideStanding([readWitness(said)], levels), ctx.now),
  }),
});
