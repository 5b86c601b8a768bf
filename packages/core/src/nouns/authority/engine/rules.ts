/**
 * The rule language of powers and policies: small, total, deny-overrides, default deny. A condition is a finite tree over
 * typed attributes; there are no loops, no calls, no regular expressions, so every evaluation ends and all of it can be
 * enumerated. What is unknown never helps: a permit counts only when its condition is certainly true, a forbid counts
 * unless its condition is certainly false (Kleene's three values). Held against Cedar in rules.test.ts.
 */

export type AttributeValue = string | number | boolean | readonly string[];
/** What is asked, as attributes. Numbers are whole. */
export type Request = Readonly<Record<string, AttributeValue | undefined>>;

export type Condition =
  | { readonly eq: readonly [attribute: string, value: string | number | boolean] }
  | { readonly in: readonly [attribute: string, values: readonly string[]] }
  | { readonly atLeast: readonly [attribute: string, least: number] }
  | { readonly atMost: readonly [attribute: string, most: number] }
  /** The attribute is a set that holds one of these. */
  | { readonly hasAny: readonly [attribute: string, values: readonly string[]] }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

export type Rule = {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly when: Condition;
};

export type Verdict = {
  readonly permitted: boolean;
  /** Ids of the rules that decided: the forbids that fired, otherwise the permits; empty when nothing spoke. */
  readonly rules: readonly string[];
};

/** Certainly true, certainly false, or unknown because an attribute is absent or of another type. */
type Three = true | false | null;
type Test = (request: Request) => Three;
export type CompiledRules = { readonly permits: readonly Compiled[]; readonly forbids: readonly Compiled[] };
type Compiled = { readonly id: string; readonly test: Test };

export const CONDITION_DEPTH_MAX = 12;
export const RULES_MAX = 2_000;

/** Compiles once; deciding then allocates next to nothing. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const of = (effect: Rule['effect']): Compiled[] =>
    rules.filter((rule) => rule.effect === effect).map(({ id, when }) => ({ id, test: compile(when) }));
  return { permits: of('permit'), forbids: of('forbid') };
}

/** Forbids override permits; without a permit the answer is no. */
export function decideRules({ permits, forbids }: CompiledRules, request: Request): Verdict {
  const fired: string[] = [];
  for (const { id, test } of forbids) if (test(request) !== false) fired.push(id);
  if (fired.length > 0) return { permitted: false, rules: fired };
  for (const { id, test } of permits) if (test(request) === true) fired.push(id);
  return { permitted: fired.length > 0, rules: fired };
}

function compile(condition: Condition): Test {
  if ('all' in condition) return allOf(condition.all.map(compile));
  if ('any' in condition) return anyOf(condition.any.map(compile));
  if ('not' in condition) {
    const test = compile(condition.not);
    return (request) => {
      const value = test(request);
      return value === null ? null : !value;
    };
  }
  return compileLeaf(condition);
}

type Leaf = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>;

function compileLeaf(condition: Leaf): Test {
  if ('eq' in condition) {
    const [attribute, wanted] = condition.eq;
    return (request) => {
      const value = request[attribute];
      return typeof value === typeof wanted ? value === wanted : null;
    };
  }
  if ('in' in condition) {
    const [attribute, values] = condition.in;
    const wanted = new Set(values);
    return (request) => {
      const value = request[attribute];
      return typeof value === 'string' ? wanted.has(value) : null;
    };
  }
  if ('hasAny' in condition) {
    const [attribute, values] = condition.hasAny;
    const wanted = new Set(values);
    return (request) => {
      const value = request[attribute];
      return isSet(value) ? value.some((item) => wanted.has(item)) : null;
    };
  }
  const [attribute, bound] = 'atLeast' in condition ? condition.atLeast : condition.atMost;
  const sign = 'atLeast' in condition ? 1 : -1;
  return (request) => {
    const value = request[attribute];
    return typeof value === 'number' ? sign * value >= sign * bound : null;
  };
}

const isSet = (value: AttributeValue | undefined): value is readonly string[] => Array.isArray(value);

function allOf(tests: readonly Test[]): Test {
  return (request) => {
    let result: Three = true;
    for (const test of tests) {
      const value = test(request);
      if (value === false) return false;
      if (value === null) result = null;
    }
    return result;
  };
}

function anyOf(tests: readonly Test[]): Test {
  return (request) => {
    let result: Three = false;
    for (const test of tests) {
      const value = test(request);
      if (value === true) return true;
      if (value === null) result = null;
    }
    return result;
  };
}
