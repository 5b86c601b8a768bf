/** A reading of the controls becomes facts only where a level differs from what the log says. */
import { z } from 'zod';
import { defineCommand } from '../../log/define.ts';
import { type NewFact, newFact } from '../../log/fact.ts';
import { levelSchema } from '../../log/levels.ts';
import { ref } from '../../log/stream.ts';
import { controlLevelChanged, levelChanged, textSchema } from './facts.ts';
import { pegState } from './views.ts';

export const recordReading = defineCommand({
  name: 'peg.RecordReading',
  says: { en: 'Record the levels of the peg controls of an asset.', ja: '資産のペグ統制の水準を記録する。' },
  input: z
    .object({
      asset: z.string().max(20),
      at: z.iso.datetime(),
      level: levelSchema,
      price: z.number().positive().nullable(),
      why: textSchema,
      controls: z
        .array(z.object({ control: z.string(), level: levelSchema, why: textSchema }).strict())
        .max(50),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({ peg: ref(pegState, input.asset) }),
  decide: (input, { peg }) => {
    const { asset, at } = input;
    const facts: NewFact[] = [];
    const stream = `peg/${asset}`;
    for (const { control, level, why } of input.controls) {
      const from = peg.controls[control]?.level ?? 'ok';
      if (from === level) continue;
      facts.push(
        newFact(
          controlLevelChanged,
          stream,
          { asset, control, from, to: level, at, why },
          { occurredAt: at },
        ),
      );
    }
    if (peg.level !== input.level) {
      const controls = input.controls.filter((c) => c.level === input.level).map((c) => c.control);
      const body = {
        asset,
        from: peg.level,
        to: input.level,
        at,
        controls,
        price: input.price,
        why: input.why,
      };
      facts.push(newFact(levelChanged, stream, body, { occurredAt: at }));
    }
    return { facts };
  },
});
