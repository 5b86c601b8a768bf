/** What can have happened to a peg: controls that changed their level, and the worst of them for the asset. */
import { z } from 'zod';
import { defineFact } from '../../log/fact.ts';
import { levelSchema } from '../../log/levels.ts';

export const textSchema = z.object({ en: z.string(), ja: z.string() }).strict();
const isoTime = z.iso.datetime();

export const controlLevelChanged = defineFact({
  name: 'peg.ControlLevelChanged',
  version: 1,
  schema: z
    .object({
      asset: z.string(),
      control: z.string(),
      from: levelSchema,
      to: levelSchema,
      at: isoTime,
      why: textSchema,
    })
    .strict(),
  says: { en: 'One peg control changed its level.', ja: 'ペグ統制の一つの水準が変わった。' },
});

export const levelChanged = defineFact({
  name: 'peg.LevelChanged',
  version: 1,
  schema: z
    .object({
      asset: z.string(),
      from: levelSchema,
      to: levelSchema,
      at: isoTime,
      /** Controls at the new level, worst first. */
      controls: z.array(z.string()),
      price: z.number().positive().nullable(),
      why: textSchema,
    })
    .strict(),
  says: {
    en: 'The worst level over the peg controls of an asset changed.',
    ja: '資産のペグ統制の最悪水準が変わった。',
  },
});
