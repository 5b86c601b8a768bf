/** What customers use, part by part, and how each part stands. Both are public. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { bothLines, bothTexts, COMPONENTS_MAX, commsId, componentStatusSchema, slug } from './words.ts';

export const componentSchema = z
  .object({
    id: slug,
    name: bothLines(80),
    group: bothLines(80),
    position: z.int().min(0).max(9_999),
  })
  .strict();
export type Component = z.infer<typeof componentSchema>;

export const componentsSchema = z
  .array(componentSchema)
  .min(1)
  .max(COMPONENTS_MAX)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'an id stands once');

/** The cause of a status that a person set without a notice. */
export const BY_HAND = 'by-hand';

export const componentsListed = defineFact({
  name: 'comms.ComponentsListed',
  version: 1,
  disclosed: true,
  schema: z.object({ components: componentsSchema }).strict(),
  says: {
    en: 'The components of the status page were set; public.',
    ja: 'ステータスページの構成要素が定められた(公開)。',
  },
});

export const componentStatusChanged = defineFact({
  name: 'comms.ComponentStatusChanged',
  version: 1,
  disclosed: true,
  schema: z
    .object({
      component: slug,
      /** A thread of notices, or `by-hand`. Several can weigh on a component at once; the worst shows. */
      cause: commsId,
      causeStatus: componentStatusSchema,
      from: componentStatusSchema,
      to: componentStatusSchema,
      reason: bothTexts(500),
    })
    .strict(),
  says: { en: 'The status of a component changed; public.', ja: '構成要素の状態が変わった(公開)。' },
});
