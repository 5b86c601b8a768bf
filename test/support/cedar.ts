/**
 * Our rules as Cedar policies, for a second, independent evaluator. What is unknown (an absent attribute) never helps: a
 * permit is translated as "certainly true", a forbid as "not certainly false", both as plain Cedar with `has` guards.
 */
import type { Condition, Request, Rule } from '@sonae/core/nouns/authority/engine/rules.ts';

/** Every attribute with the type it has when present. */
export type Attributes = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'set'>>;

const text = (value: string | number | boolean): string => JSON.stringify(value);
const has = (attribute: string): string => `context has ${attribute}`;
const of = (attribute: string): string => `context.${attribute}`;

/** The test of a leaf, assuming that its attribute is there. */
function leaf(condition: Condition): { attribute: string; test: string } {
  if ('eq' in condition)
    return { attribute: condition.eq[0], test: `${of(condition.eq[0])} == ${text(condition.eq[1])}` };
  if ('in' in condition)
    return {
      attribute: condition.in[0],
      test: `[${condition.in[1].map(text).join(', ')}].contains(${of(condition.in[0])})`,
    };
  if ('atLeast' in condition)
    return {
      attribute: condition.atLeast[0],
      test: `${of(condition.atLeast[0])} >= ${condition.atLeast[1]}`,
    };
  if ('atMost' in condition)
    return { attribute: condition.atMost[0], test: `${of(condition.atMost[0])} <= ${condition.atMost[1]}` };
  if ('hasAny' in condition) {
    const [attribute, values] = condition.hasAny;
    const test =
      values.length === 0 ? 'false' : `${of(attribute)}.containsAny([${values.map(text).join(', ')}])`;
    return { attribute, test };
  }
  throw new Error('not a leaf');
}

function certainly(wanted: boolean, condition: Condition): string {
  if ('not' in condition) return certainly(!wanted, condition.not);
  const isAll = 'all' in condition;
  if (isAll || 'any' in condition) {
    const parts = (isAll ? condition.all : condition.any).map((part) => certainly(wanted, part));
    const joinedByAnd = isAll === wanted;
    if (parts.length === 0) return joinedByAnd ? 'true' : 'false';
    return `(${parts.join(joinedByAnd ? ' && ' : ' || ')})`;
  }
  const { attribute, test } = leaf(condition);
  return `(${has(attribute)} && ${wanted ? `(${test})` : `!(${test})`})`;
}

/** One Cedar policy per rule. */
export function cedarPolicies(rules: readonly Rule[]): Record<string, string> {
  return Object.fromEntries(
    rules.map(({ effect, when }, n) => {
      const clause = effect === 'permit' ? certainly(true, when) : `!${certainly(false, when)}`;
      return [`p${n}`, `${effect}(principal, action, resource) when { ${clause} };`];
    }),
  );
}

/** A request as a Cedar context: absent attributes stay absent. */
export function cedarContext(request: Request): Record<string, string | number | boolean | string[]> {
  const entries = Object.entries(request).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      Array.isArray(value) ? [...value] : (value as string | number | boolean),
    ]),
  );
}

export const CEDAR_CALL = {
  principal: { type: 'P', id: 'p' },
  action: { type: 'Action', id: 'a' },
  resource: { type: 'R', id: 'r' },
  entities: [],
} as const;
