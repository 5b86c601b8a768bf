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
type Compiled = { readonly id: string; readonly test: Test };
type Bucket = { readonly permits: readonly Compiled[]; readonly forbids: readonly Compiled[] };
/** All rules, and for each value of `verb` those that can be anything but certainly false. */
export type CompiledRules = Bucket & {
  readonly ofVerb: ReadonlyMap<string, Bucket>;
  readonly ofOthers: Bucket;
};

export const CONDITION_DEPTH_MAX = 12;
export const RULES_MAX = 2_000;

/** Compiles once; deciding then allocates next to nothing. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const compiled = rules.map(({ id, effect, when }) => ({
    id,
    effect,
    test: compile(when),
    verbs: verbsOf(when),
  }));
  const bucket = (isWanted: (verbs: ReadonlySet<string> | null) => boolean): Bucket => {
    const wanted = compiled.filter(({ verbs }) => isWanted(verbs));
    return {
      permits: wanted.filter(({ effect }) => effect === 'permit'),
      forbids: wanted.filter(({ effect }) => effect === 'forbid'),
    };
  };
  const named = new Set(compiled.flatMap(({ verbs }) => [...(verbs ?? [])]));
  const ofVerb = new Map(
    [...named].map((verb) => [verb, bucket((verbs) => verbs === null || verbs.has(verb))] as const),
  );
  return { ...bucket(() => true), ofVerb, ofOthers: bucket((verbs) => verbs === null) };
}

/** The verbs for which a condition is not certainly false; null when any. */
function verbsOf(condition: Condition): ReadonlySet<string> | null {
  if ('eq' in condition && condition.eq[0] === 'verb' && typeof condition.eq[1] === 'string')
    return new Set([condition.eq[1]]);
  if ('in' in condition && condition.in[0] === 'verb') return new Set(condition.in[1]);
  if (!('all' in condition)) return null;
  const parts = condition.all.map(verbsOf).filter((verbs) => verbs !== null);
  const [first, ...rest] = parts;
  if (first === undefined) return null;
  return new Set([...first].filter((verb) => rest.every((verbs) => verbs.has(verb))));
}

/** Forbids override permits; without a permit the answer is no. */
export function decideRules(rules: CompiledRules, request: Request): Verdict {
  const { verb } = request;
  const { permits, forbids } = typeof verb === 'string' ? (rules.ofVerb.get(verb) ?? rules.ofOthers) : rules;
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
