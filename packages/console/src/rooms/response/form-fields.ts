/** Forms as data: what a field is, what it starts with, and whether everything that is required is there. */
export type FieldKind = 'text' | 'area' | 'number' | 'time' | 'date' | 'choice' | 'radio' | 'many';
export type Option = { readonly value: string; readonly text: string };
/** One value per field; of `many` the chosen ones, one per line. */
export type Values = Readonly<Record<string, string>>;

export type Field = {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly options?: readonly Option[];
  readonly isOptional?: boolean;
  readonly hint?: string;
  /** What stands there before anybody writes. */
  readonly first?: string;
  /** Longest text, or largest number. */
  readonly max?: number;
  readonly min?: number;
  /** Addresses and the like: every letter counts. */
  readonly isCode?: boolean;
  /** Height of an area in lines. */
  readonly rows?: number;
  /** Known answers of a text. */
  readonly suggestions?: readonly string[];
  /** Folded away under this heading until somebody opens it. */
  readonly fold?: string;
};

/** TEXT_LENGTH_MAX and the short text of core's facts. */
export const AREA_MAX = 10_000;
export const SHORT_MAX = 500;

export const linesOf = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What was written, or what the field began with; a choice without either is its first option. */
export function filledOf(field: Field, written: Values): string {
  const value = written[field.name] ?? field.first ?? '';
  if (field.kind !== 'choice' && field.kind !== 'radio') return value;
  const options = field.options ?? [];
  return options.some((one) => one.value === value) ? value : (options[0]?.value ?? '');
}

export function valuesOf(fields: readonly Field[], written: Values): Values {
  return Object.fromEntries(fields.map((field) => [field.name, filledOf(field, written)]));
}

export function isComplete(fields: readonly Field[], values: Values): boolean {
  return fields.every(({ name, isOptional = false }) => isOptional || (values[name] ?? '').trim() !== '');
}

/** A field of type datetime-local holds UTC without a zone, e.g. `2023-03-11T03:24`; empty stays undefined. */
export function utcOf(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const ms = Date.parse(`${value}Z`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** An instant as such a field holds it. */
export const fieldTime = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

/** A part of an input that is left out when nobody wrote anything. */
export function given<K extends string, V>(name: K, value: V | undefined | ''): Partial<Record<K, V>> {
  return value === undefined || value === '' ? {} : ({ [name]: value } as Record<K, V>);
}
