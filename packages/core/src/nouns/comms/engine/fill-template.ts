/**
 * Filling a template. Variables are inserted as plain text in one pass and never looked at again: what stands in a value
 * can neither name another variable nor mean anything to whoever shows it. Unknown and missing variables are problems.
 */
import { HOUR_MS, isoTime, parseTime } from '../../../kernel/time.ts';
import type { Text } from '../../../log/fact.ts';
import type { Component } from '../facts/board.ts';
import { type Parts, type Template, type TemplateVariable, WORDS_MAX } from '../facts/templates.ts';
import { isoTime as isoTimeSchema, publicLine } from '../facts/words.ts';

const PLACEHOLDER = /\{([a-z][a-zA-Z0-9]*)\}/g;
const ASSET = /^[A-Za-z0-9.]{1,20}$/;
const NUMBER = /^-?\d{1,15}(\.\d{1,8})?$/;
const JST_MS = 9 * HOUR_MS;
const WEEKLESS = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})/;
const words = publicLine(WORDS_MAX);

export type Filled =
  | { readonly good: true; readonly title: Text; readonly parts: Parts }
  | { readonly good: false; readonly field: string; readonly problem: string };

/** All bilingual texts of a template, with the place where each stands. */
const textsOf = (template: Template): [string, Text][] => [
  ['title', template.title],
  ...(Object.entries(template.parts) as [string, Text][]),
];

/** Why a template can not be used as it stands, or null: placeholders and declared variables must be the same. */
export function templateProblem(template: Template): string | null {
  const declared = new Set(template.variables.map(({ name }) => name));
  const used = new Set<string>();
  for (const [place, text] of textsOf(template))
    for (const language of ['en', 'ja'] as const)
      for (const [, name = ''] of text[language].matchAll(PLACEHOLDER)) {
        if (!declared.has(name)) return `${place}.${language} names {${name}}, which is not declared`;
        used.add(name);
      }
  const idle = [...declared].find((name) => !used.has(name));
  return idle === undefined ? null : `variable ${idle} is declared and stands nowhere`;
}

/** Whether everything it can say was known when it was approved: it has no free words. */
export const isBounded = (template: Template): boolean =>
  template.variables.every(({ kind }) => kind !== 'words');

/** The texts with their variables, or the first field that does not fit. */
export function fillTemplate(
  template: Template,
  values: Readonly<Record<string, string>>,
  components: readonly Component[],
): Filled {
  const unusable = templateProblem(template);
  if (unusable !== null) return { good: false, field: 'template', problem: unusable };
  const declared = new Map(template.variables.map((variable) => [variable.name, variable]));
  const unknown = Object.keys(values).find((name) => !declared.has(name));
  if (unknown !== undefined)
    return {
      good: false,
      field: `variables.${unknown.slice(0, 40)}`,
      problem: 'the template has no such variable',
    };
  const shown = new Map<string, Text>();
  for (const [name, variable] of declared) {
    if (!Object.hasOwn(values, name))
      return { good: false, field: `variables.${name}`, problem: 'is missing' };
    const text = shownValue(variable, values[name] ?? '', components);
    if (typeof text === 'string') return { good: false, field: `variables.${name}`, problem: text };
    shown.set(name, text);
  }
  const insert = (text: Text): { en: string; ja: string } => ({
    en: text.en.replace(PLACEHOLDER, (_, name: string) => shown.get(name)?.en ?? ''),
    ja: text.ja.replace(PLACEHOLDER, (_, name: string) => shown.get(name)?.ja ?? ''),
  });
  const { whatIsKnown, whatIsStopped, whatUsersShouldDo } = template.parts;
  return {
    good: true,
    title: insert(template.title),
    parts: {
      whatIsKnown: insert(whatIsKnown),
      whatIsStopped: insert(whatIsStopped),
      whatUsersShouldDo: insert(whatUsersShouldDo),
    },
  };
}

/** How a value reads in both languages, or what is wrong with it. */
function shownValue(
  variable: TemplateVariable,
  value: string,
  components: readonly Component[],
): Text | string {
  switch (variable.kind) {
    case 'component':
      return components.find(({ id }) => id === value)?.name ?? 'must be the id of a component';
    case 'asset':
      return ASSET.test(value) ? { en: value, ja: value } : 'must be an asset, e.g. USDC';
    case 'number':
      return NUMBER.test(value) ? { en: value, ja: value } : 'must be a plain number, e.g. 12.5';
    case 'time':
      return isoTimeSchema.safeParse(value).success ? timeText(value) : 'must be a time in ISO 8601 UTC';
    case 'choice':
      return (
        variable.choices.find(({ id }) => id === value)?.text ??
        `must be one of ${variable.choices.map(({ id }) => id).join(', ')}`
      );
    default: {
      const line = words.safeParse(value);
      if (!line.success) return line.error.issues[0]?.message ?? 'can not be used';
      return { en: line.data, ja: line.data };
    }
  }
}

/** A moment as both readers write it; Japanese readers see their own zone first. */
export function timeText(iso: string): Text {
  const ms = parseTime(iso);
  const [, year, month, day, time] = WEEKLESS.exec(isoTime(ms)) ?? [];
  const [, jstYear, jstMonth, jstDay, jstTime] = WEEKLESS.exec(isoTime(ms + JST_MS)) ?? [];
  return {
    en: `${year}-${month}-${day} ${time} UTC`,
    ja: `${jstYear}年${Number(jstMonth)}月${Number(jstDay)}日 ${jstTime}(日本時間、UTC ${time})`,
  };
}
