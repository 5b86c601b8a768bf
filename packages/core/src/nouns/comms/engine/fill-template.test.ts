/** Templates as data: the shipped ones are sound, and values are text whatever they hold. */
import { describe, expect, it } from 'vitest';
import { type Template, templateSchema } from '../facts/templates.ts';
import { fillTemplate, isBounded, templateProblem, timeText } from './fill-template.ts';
import { SHIPPED_COMPONENTS } from './shipped-components.ts';
import { SHIPPED_TEMPLATES } from './shipped-templates.ts';

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('a shipped template', () => {
  it.each(SHIPPED_TEMPLATES.map((template) => [template.id, template] as const))(
    '%s is sound and says the same in both languages',
    (_, template) => {
      expect(templateSchema.safeParse(template).error).toBeUndefined();
      expect(templateProblem(template)).toBe(null);
      for (const text of [template.title, ...Object.values(template.parts)])
        expect(placeholders(text.ja), text.en).toEqual(placeholders(text.en));
    },
  );

  it('never says that funds are safe: nobody knows that in the first minute', () => {
    expect(JSON.stringify(SHIPPED_TEMPLATES)).not.toMatch(/funds? (is|are) safe|資産は安全/i);
  });

  it('takes free words only where two people approve each text', () => {
    const free = SHIPPED_TEMPLATES.filter((template) => !isBounded(template)).map(({ id }) => id);
    expect(free).toEqual(['scope', 'update']);
  });
});

const said = { en: 'x', ja: 'x' };
const WORDS: Template = {
  id: 'w',
  kind: 'other',
  name: said,
  status: 'identified',
  title: { en: '{a}{b}', ja: '{b}{a}' },
  parts: { whatIsKnown: said, whatIsStopped: said, whatUsersShouldDo: said },
  variables: [
    { name: 'a', kind: 'words', says: said },
    { name: 'b', kind: 'words', says: said },
  ],
  nextUpdateMinutes: null,
};

describe('filling', () => {
  it.each([
    ['{b}', '{a}', '{b}{a}'],
    ['$1', '$&', '$1$&'],
    ['{{constructor}}', '<b>', '{{constructor}}<b>'],
  ])('%s and %s become %s: once, in one pass', (a, b, shown) => {
    const filled = fillTemplate(WORDS, { a, b }, SHIPPED_COMPONENTS);
    expect(filled.good && filled.title.en).toBe(shown);
  });

  it.each<[string, Record<string, string>, string]>([
    ['one is missing', { a: 'x' }, 'variables.b'],
    ['one is unknown', { a: 'x', b: 'y', c: 'z' }, 'variables.c'],
    ['one is inherited', { a: 'x' }, 'variables.b'],
    ['one has two lines', { a: 'x\ny', b: 'y' }, 'variables.a'],
    ['one turns the reading direction', { a: 'x', b: '\u202ey' }, 'variables.b'],
    ['one is too long', { a: 'x'.repeat(301), b: 'y' }, 'variables.a'],
  ])('names the field when %s', (_, values, field) => {
    expect(fillTemplate(WORDS, values, SHIPPED_COMPONENTS)).toMatchObject({ good: false, field });
  });

  it('refuses a text and variables that do not fit together', () => {
    expect(templateProblem({ ...WORDS, title: { en: '{a}{z}', ja: '{a}{b}' } })).toContain('{z}');
    expect(templateProblem({ ...WORDS, title: { en: '{a}', ja: '{a}' } })).toContain('variable b');
  });
});

it('a moment reads in UTC, and for Japanese readers in their own day first', () => {
  expect(timeText('2026-03-31T20:05:00Z')).toEqual({
    en: '2026-03-31 20:05 UTC',
    ja: '2026年4月1日 05:05(日本時間、UTC 20:05)',
  });
});
