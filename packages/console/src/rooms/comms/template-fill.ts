/**
 * What a form can fill in by itself from what is known: the service, the time, the asset. The server fills and checks the
 * real text; what is shown here is only how it will read.
 */
import type { Text } from '@sonae/core/log/fact.ts';
import type { Component } from '@sonae/core/nouns/comms/facts/board.ts';
import type { Template } from '@sonae/core/nouns/comms/facts/templates.ts';

export type Known = {
  /** The component of the incident, if the board has one of that name. */
  readonly component: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly asset: string;
};

/** A value for every variable that can be known; the others are empty and must be typed. */
export function knownValues(template: Template, known: Known): Record<string, string> {
  const values: Record<string, string> = {};
  for (const variable of template.variables) {
    if (variable.kind === 'component') values[variable.name] = known.component;
    else if (variable.kind === 'time') values[variable.name] = known.since;
    else if (variable.kind === 'asset') values[variable.name] = known.asset;
    else if (variable.kind === 'choice') values[variable.name] = variable.choices.at(-1)?.id ?? '';
    else values[variable.name] = '';
  }
  return values;
}

/** One text with its values put in, once and as they are; what is missing stays visible. */
export function previewText(
  text: Text,
  template: Template,
  values: Readonly<Record<string, string>>,
  components: readonly Component[],
): { en: string; ja: string } {
  const shown = (name: string, language: 'en' | 'ja'): string => {
    const variable = template.variables.find((one) => one.name === name);
    const value = values[name] ?? '';
    if (variable === undefined || value === '') return `{${name}}`;
    if (variable.kind === 'component')
      return components.find(({ id }) => id === value)?.name[language] ?? value;
    if (variable.kind === 'choice')
      return variable.choices.find(({ id }) => id === value)?.text[language] ?? value;
    return value;
  };
  const fill = (language: 'en' | 'ja'): string =>
    text[language].replace(/\{([a-z][a-zA-Z0-9]*)\}/g, (_, name: string) => shown(name, language));
  return { en: fill('en'), ja: fill('ja') };
}

/** Whether one person may publish from it: nothing in it is free. */
export const isBounded = (template: Template): boolean =>
  template.variables.every(({ kind }) => kind !== 'words');
