/**
 * Texts prepared before they are needed. A template is data: its words, its variables and what each may hold. Adopted
 * by two people of two functions, it may later be published by one.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import {
  bothLines,
  bothTexts,
  functionSchema,
  NOTICE_PART_MAX,
  NOTICE_TITLE_MAX,
  noticeStatusSchema,
  slug,
} from './words.ts';

export const VARIABLES_MAX = 20;
export const CHOICES_MAX = 20;
export const WORDS_MAX = 300;
const variableName = z.string().regex(/^[a-z][a-zA-Z0-9]{0,29}$/, 'use 1 to 30 letters and digits');

/** What a variable may hold. Only `words` is free: a template that has one can not be published by one person. */
export const variableSchema = z.discriminatedUnion('kind', [
  z.object({ name: variableName, kind: z.literal('component'), says: bothLines(200) }).strict(),
  z.object({ name: variableName, kind: z.literal('asset'), says: bothLines(200) }).strict(),
  z.object({ name: variableName, kind: z.literal('time'), says: bothLines(200) }).strict(),
  z.object({ name: variableName, kind: z.literal('number'), says: bothLines(200) }).strict(),
  z.object({ name: variableName, kind: z.literal('words'), says: bothLines(200) }).strict(),
  z
    .object({
      name: variableName,
      kind: z.literal('choice'),
      says: bothLines(200),
      choices: z
        .array(z.object({ id: slug, text: bothLines(WORDS_MAX) }).strict())
        .min(2)
        .max(CHOICES_MAX),
    })
    .strict(),
]);
export type TemplateVariable = z.infer<typeof variableSchema>;

export const TEMPLATE_KINDS = [
  'first-post',
  'scope',
  'update',
  'resolved',
  'peg-deviation',
  'outflow',
  'redemption-paused',
  'maintenance',
  'phishing-warning',
  'other',
] as const;

/** What every notice has to say, besides when it will say more. */
export const templatePartsSchema = z
  .object({
    whatIsKnown: bothTexts(NOTICE_PART_MAX),
    whatIsStopped: bothTexts(NOTICE_PART_MAX),
    whatUsersShouldDo: bothTexts(NOTICE_PART_MAX),
  })
  .strict();
export type Parts = z.infer<typeof templatePartsSchema>;

export const templateSchema = z
  .object({
    id: slug,
    kind: z.enum(TEMPLATE_KINDS),
    name: bothLines(80),
    status: noticeStatusSchema,
    title: bothLines(NOTICE_TITLE_MAX),
    parts: templatePartsSchema,
    variables: z.array(variableSchema).max(VARIABLES_MAX),
    /** Minutes until the next update that the filled notice promises; null where none follows. */
    nextUpdateMinutes: z.int().min(5).max(10_080).nullable(),
  })
  .strict()
  .refine(
    ({ variables }) => new Set(variables.map(({ name }) => name)).size === variables.length,
    'a variable is declared once',
  );
export type Template = z.infer<typeof templateSchema>;

const revision = z.int().positive();

export const templateProposed = defineFact({
  name: 'comms.TemplateProposed',
  version: 1,
  schema: z.object({ template: templateSchema, revision }).strict(),
  says: { en: 'A template was written or changed.', ja: 'ひな形が作成または変更された。' },
});

export const templateEndorsed = defineFact({
  name: 'comms.TemplateEndorsed',
  version: 1,
  schema: z.object({ template: slug, revision, function: functionSchema }).strict(),
  says: { en: 'A person approved a template for their function.', ja: 'ひな形が職能として承認された。' },
});

export const templateAdopted = defineFact({
  name: 'comms.TemplateAdopted',
  version: 1,
  schema: z.object({ template: slug, revision, functions: z.array(functionSchema).min(2).max(3) }).strict(),
  says: {
    en: 'A template was approved beforehand by two people of two functions.',
    ja: '異なる職能の二名によりひな形が事前承認された。',
  },
});

export const templateRetired = defineFact({
  name: 'comms.TemplateRetired',
  version: 1,
  schema: z.object({ template: slug, reason: z.string().trim().min(1).max(1_000) }).strict(),
  says: { en: 'The approval of a template was taken back.', ja: 'ひな形の事前承認が取り消された。' },
});
