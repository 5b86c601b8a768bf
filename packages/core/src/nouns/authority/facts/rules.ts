/** Facts about powers themselves: which are in force, who was turned away, which prepared stops would work. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { levelSchema } from '../../../log/levels.ts';
import { hash32, isoTime, personId } from '../../people/facts/register.ts';
import { policySchema, powerSchema } from './power.ts';
import { sentence, useId } from './use.ts';

export const POWERS_STREAM = 'authority';

export const powerAdopted = defineFact({
  name: 'authority.PowerAdopted',
  version: 1,
  disclosed: true,
  schema: z.object({ power: powerSchema, hash: hash32, use: useId.nullable() }).strict(),
  says: { en: 'A power is in force; public.', ja: '権限が発効した(公開)。' },
});

export const powerRevoked = defineFact({
  name: 'authority.PowerRevoked',
  version: 1,
  disclosed: true,
  schema: z.object({ power: personId, use: useId }).strict(),
  says: { en: 'A power was withdrawn; public.', ja: '権限が廃止された(公開)。' },
});

export const policyAdopted = defineFact({
  name: 'authority.PolicyAdopted',
  version: 1,
  disclosed: true,
  schema: z.object({ policy: policySchema, hash: hash32, use: useId.nullable() }).strict(),
  says: { en: 'The firm-wide policy is in force; public.', ja: '全社ポリシーが発効した(公開)。' },
});

export const attemptDenied = defineFact({
  name: 'authority.AttemptDenied',
  version: 1,
  schema: z
    .object({
      command: z.string(),
      power: z.string().max(100).nullable(),
      use: z.string().max(100).nullable(),
      code: z.string(),
      message: z.string().max(2_000),
      rules: z.array(z.string()).max(50),
    })
    .strict(),
  says: { en: 'Somebody tried something that is not allowed.', ja: '許されない操作が試みられた。' },
});

export const stopRehearsed = defineFact({
  name: 'authority.StopRehearsed',
  version: 1,
  schema: z
    .object({
      power: personId,
      target: personId,
      works: z.boolean(),
      why: z.string().max(2_000),
      shows: z.json(),
      at: isoTime,
    })
    .strict(),
  says: {
    en: 'A prepared stop was rehearsed against the present state.',
    ja: '準備済みの停止操作を現状に対して試行した。',
  },
});

export const controlLevelChanged = defineFact({
  name: 'authority.ControlLevelChanged',
  version: 1,
  schema: z
    .object({ control: z.string(), from: levelSchema, to: levelSchema, at: isoTime, why: sentence })
    .strict(),
  says: { en: 'A control over powers changed its level.', ja: '権限に関する統制の水準が変わった。' },
});
