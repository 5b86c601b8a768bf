/** The fields of a fact or a command as rows of a table, down to those of lists, maps and alternatives within it. */

export type Schema = {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly format?: string;
  readonly default?: unknown;
};

/** What is said of plain JSON values holds for every level of them: deeper rows would say nothing more. */
const DEPTH_MAX = 6;
const NEVER_ABOVE = Number.MAX_SAFE_INTEGER;

const variantsOf = ({ anyOf, oneOf }: Schema): readonly Schema[] => anyOf ?? oneOf ?? [];

function boundsOf({ minimum, maximum, maxLength }: Schema): string {
  if (maxLength !== undefined) return `, up to ${maxLength} characters`;
  const least = minimum !== undefined && minimum > -NEVER_ABOVE ? minimum : null;
  const most = maximum !== undefined && maximum < NEVER_ABOVE ? maximum : null;
  if (least === null && most === null) return '';
  if (least === null) return `, at most ${most}`;
  return most === null ? `, at least ${least}` : `, ${least} to ${most}`;
}

function typeOf(schema: Schema): string {
  if ('const' in schema) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(' ');
  const variants = variantsOf(schema);
  if (variants.length > 0) return [...new Set(variants.map(typeOf))].join(' or ');
  if (schema.type === 'array') {
    const most = schema.maxItems === undefined ? '' : `, at most ${schema.maxItems} of them`;
    if (schema.prefixItems) return `list of ${schema.prefixItems.map(typeOf).join('; ')}`;
    return `list of ${typeOf(schema.items ?? {})}${most}`;
  }
  if (typeof schema.additionalProperties === 'object')
    return `object of ${typeOf(schema.additionalProperties)} by name`;
  return `${String(schema.type ?? 'any')}${schema.format === undefined ? '' : ` (${schema.format})`}${boundsOf(schema)}`;
}

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

function needOf(name: string, { default: usual }: Schema, required: readonly string[]): string {
  if (usual !== undefined) return `default \`${textOf(usual)}\``;
  return required.includes(name) ? 'required' : 'optional';
}

/** Rows of what lies within a field; `at` is its path, `only` the alternative in which it is. */
function within(at: string, schema: Schema, only: string, depth: number): string[] {
  if (depth > DEPTH_MAX) return [];
  const variants = variantsOf(schema).filter(({ type }) => type === 'object' || type === 'array');
  if (variants.length > 0)
    return variants.flatMap((variant) =>
      within(at, variant, variants.length > 1 ? kindOf(at, variant) : only, depth),
    );
  if (schema.type === 'array' && schema.items) return within(`${at}[]`, schema.items, only, depth + 1);
  if (typeof schema.additionalProperties === 'object')
    return within(`${at}.*`, schema.additionalProperties, only, depth + 1);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    rowOf(`${at}.${name}`, name, property, schema.required ?? [], only, depth + 1),
  );
}

/** The field that tells an alternative from its neighbours, and its value. */
function kindOf(at: string, { properties = {} }: Schema): string {
  const [name, property] = Object.entries(properties).find(([, one]) => 'const' in one) ?? [];
  return name === undefined ? '' : `\`${at}.${name}\` is \`${String(property?.const)}\``;
}

function rowOf(
  path: string,
  name: string,
  property: Schema,
  required: readonly string[],
  only: string,
  depth: number,
): string[] {
  const need = needOf(name, property, required);
  const when = only === '' || 'const' in property ? '' : `, where ${only}`;
  return [`| \`${path}\` | ${typeOf(property)} | ${need}${when} |`, ...within(path, property, only, depth)];
}

/** The table of all fields; nothing where there are none. */
export function fields(schema: Schema): string[] {
  const rows = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    rowOf(name, name, property, schema.required ?? [], '', 0),
  );
  return rows.length === 0 ? [] : ['| field | type | |', '|---|---|---|', ...rows, ''];
}
