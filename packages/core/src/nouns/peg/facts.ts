/** What can have happened to a peg: controls that changed their level, and the worst of them for the asset. */
import { z } from 'zod';
import { defineFact } from '../../log/fact.ts';

export const LEVELS = ['ok', 'watch', 'warning', 'critical', 'blind'] as const;
export const levelSchema = z.enum(LEVELS);
export type Level = z.infer<typeof levelSchema>;

/**
 * How bad. Blindness is worse than ok and never hides a known evil: a control that saw `critical` and then lost its
 * input stays `critical` (its sentence says so).
 */
export const LEVEL_RANK: Readonly<Record<Level, number>> = {
  ok: 0,
  blind: 1,
  watch: 2,
  warning: 3,
  critical: 4,
};

/** What levels are called in sentences. */
export const LEVEL_NAMES: Readonly<Record<Level, { readonly en: string; readonly ja: string }>> = {
  ok: { en: 'ok', ja: '正常' },
  watch: { en: 'watch', ja: '注意' },
  warning: { en: 'warning', ja: '警戒' },
  critical: { en: 'critical', ja: '危機' },
  blind: { en: 'blind', ja: '不可視' },
};

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
