/**
 * The decision engine: total, default deny, forbid beats permit, unknown never helps. Held against Cedar as an independent
 * evaluator on random rules, enumerated exhaustively on a small world, and for real powers over every request.
 */
import { createRequire } from 'node:module';
import {
  compilePower,
  isLoosening,
  rulesOfPolicy,
  rulesOfPower,
} from '@sonae/core/nouns/authority/engine/power-rules.ts';
import {
  type Condition,
  compileRules,
  decideRules,
  type Request,
  type Rule,
} from '@sonae/core/nouns/authority/engine/rules.ts';
import { type Power, powerSchema } from '@sonae/core/nouns/authority/facts/power.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CEDAR_CALL, cedarContext, cedarPolicies } from './support/cedar.ts';
import { HALT, LOOSEN, power, TIGHTEN } from './support/firm.ts';

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');
const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;

function cedarPermits(rules: readonly Rule[], request: Request): boolean {
  const answer = cedar.isAuthorized({
    ...CEDAR_CALL,
    entities: [],
    context: cedarContext(request),
    policies: { staticPolicies: cedarPolicies(rules) },
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  if (answer.response.diagnostics.errors.length > 0)
    throw new Error(JSON.stringify(answer.response.diagnostics));
  return answer.response.decision === 'allow';
}

const words = fc.constantFrom('a', 'b', 'c');
const small = fc.integer({ min: -2, max: 3 });
const leaves: fc.Arbitrary<Condition> = fc.oneof(
  fc.tuple(fc.constant('s'), words).map((eq): Condition => ({ eq })),
  fc.tuple(fc.constant('t'), fc.boolean()).map((eq): Condition => ({ eq })),
  fc.tuple(fc.constant('n'), small).map((eq): Condition => ({ eq })),
  fc.tuple(fc.constant('s'), fc.uniqueArray(words, { minLength: 1 })).map((all): Condition => ({ in: all })),
  fc.tuple(fc.constant('verb'), words).map((eq): Condition => ({ eq })),
  fc
    .tuple(fc.constant('verb'), fc.uniqueArray(words, { minLength: 1 }))
    .map((all): Condition => ({ in: all })),
  fc.tuple(fc.constant('n'), small).map((atLeast): Condition => ({ atLeast })),
  fc.tuple(fc.constant('n'), small).map((atMost): Condition => ({ atMost })),
  fc.tuple(fc.constant('roles'), fc.uniqueArray(words)).map((hasAny): Condition => ({ hasAny })),
);
const { condition: conditions } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    leaves,
    fc.array(tie('condition'), { maxLength: 3 }).map((all): Condition => ({ all })),
    fc.array(tie('condition'), { maxLength: 3 }).map((any): Condition => ({ any })),
    tie('condition').map((not): Condition => ({ not })),
  ),
}));
const ruleSets = fc.array(
  fc.record({
    id: fc.constant('r'),
    effect: fc.constantFrom('permit' as const, 'forbid' as const),
    when: conditions,
  }),
  { maxLength: 6 },
);
const requests: fc.Arbitrary<Request> = fc.record(
  { s: words, t: fc.boolean(), n: small, roles: fc.uniqueArray(words), verb: fc.constantFrom('a', 'b', 'z') },
  { requiredKeys: [] },
);

describe('any rules', () => {
  test('give what Cedar gives', () => {
    fc.assert(
      fc.property(ruleSets, requests, (rules, request) => {
        expect(decideRules(compileRules(rules), request).permitted).toBe(cedarPermits(rules, request));
      }),
      { numRuns: 1_500 },
    );
  });

  test('another forbid never permits, another permit never overrides a forbid', () => {
    fc.assert(
      fc.property(ruleSets, conditions, requests, (rules, when, request) => {
        const before = decideRules(compileRules(rules), request);
        const forbidden = decideRules(compileRules([...rules, { id: 'x', effect: 'forbid', when }]), request);
        if (!before.permitted) expect(forbidden.permitted).toBe(false);
        const isForbidden = rules.some(
          (rule) => rule.effect === 'forbid' && before.rules.includes(rule.id) && !before.permitted,
        );
        const more = decideRules(compileRules([...rules, { id: 'y', effect: 'permit', when }]), request);
        if (isForbidden && before.rules.length > 0) expect(more.permitted).toBe(false);
      }),
    );
  });

  test('an attribute that disappears, or has another type, never turns a no into a yes without a permit of its own', () => {
    fc.assert(
      fc.property(ruleSets, requests, fc.constantFrom('s', 't', 'n', 'roles'), (rules, request, gone) => {
        const forbids = rules.filter(({ effect }) => effect === 'forbid');
        const known = decideRules(compileRules([...forbids, ALWAYS]), request).permitted;
        const { [gone]: _, ...rest } = request;
        const blind = decideRules(compileRules([...forbids, ALWAYS]), rest).permitted;
        const odd = decideRules(compileRules([...forbids, ALWAYS]), {
          ...request,
          [gone]: gone === 's' ? 7 : 'odd',
        });
        if (request[gone] !== undefined && !known && mentions(forbids, gone)) expect(blind).toBe(false);
        if (mentions(forbids, gone)) expect(odd.permitted).toBe(blind);
      }),
    );
  });
  const ALWAYS: Rule = { id: 'always', effect: 'permit', when: { all: [] } };
  const mentions = (rules: readonly Rule[], attribute: string): boolean =>
    JSON.stringify(rules).includes(`"${attribute}"`) && rules.length === 1;
});

const VERBS = ['request', 'approve', 'activate', 'execute', 'cancel', 'review'] as const;
const ROLES = [
  [],
  ['guardian'],
  ['on-call'],
  ['commander'],
  ['auditor'],
  ['guardian', 'commander', 'auditor', 'on-call'],
];
const BOOLEANS = [true, false];

/** Every request of a small world: 6 verbs x roles x flags x approvals. */
function* smallWorld(): Generator<Request & { approvals: number; verb: string }> {
  for (const verb of VERBS)
    for (const roles of ROLES)
      for (const step of ['stop', 'resume', 'extend', 'govern'])
        for (const approvals of [0, 1, 2, 3, 4])
          for (const system of BOOLEANS)
            for (const delayOver of BOOLEANS)
              for (const isRequester of BOOLEANS)
                for (const hasApproved of BOOLEANS)
                  for (const usesInWindow of [0, 3])
                    for (const expired of BOOLEANS)
                      yield {
                        verb,
                        roles: system ? [] : roles,
                        step,
                        approvals,
                        system,
                        delayOver,
                        isRequester,
                        hasApproved,
                        usesInWindow,
                        expired,
                        durationMs: 1_000,
                        criteriaMet: true,
                        releaseMet: true,
                        credential: 'ed25519',
                        danger: [],
                        power: 'p',
                      };
}

describe('a power, over every request of a small world', () => {
  const POWERS: readonly Power[] = [
    HALT,
    TIGHTEN,
    LOOSEN,
    power({ ...HALT, roles: { ...HALT.roles, execute: ['commander'] }, proposes: true }),
  ];
  const each = (
    check: (p: Power, request: Request & { approvals: number; verb: string }, yes: boolean) => void,
  ) => {
    let asked = 0;
    for (const p of POWERS) {
      const rules = compilePower(p, { forbid: [] });
      for (const request of smallWorld()) {
        check(p, request, decideRules(rules, request).permitted);
        asked += 1;
      }
    }
    expect(asked).toBe(POWERS.length * 6 * 6 * 4 * 5 * 64);
  };

  test('nothing is activated or executed with fewer approvals than its quorum, whoever asks', () => {
    let permitted = 0;
    each((p, { verb, step, approvals }, yes) => {
      if (!yes || (verb !== 'activate' && verb !== 'execute')) return;
      permitted += 1;
      expect(approvals).toBeGreaterThanOrEqual(
        step === 'resume' || step === 'extend' ? p.resumeQuorum : p.quorum,
      );
      expect(approvals).toBeGreaterThanOrEqual(2);
    });
    expect(permitted).toBeGreaterThan(0);
  });

  test('Sonae itself never approves, cancels or reviews; nobody approves twice, their own request, or too late', () => {
    each((_, { verb, system, hasApproved, isRequester, expired }, yes) => {
      if (!yes) return;
      if (system) expect(['request', 'execute', 'activate']).toContain(verb);
      if (verb === 'approve') expect([hasApproved, isRequester, expired]).toEqual([false, false, false]);
      if (verb === 'review') expect([hasApproved, isRequester]).toEqual([false, false]);
      if (verb === 'execute') expect(expired).toBe(false);
    });
  });

  test('nothing is executed before its delay', () => {
    each((_, { verb, delayOver }, yes) => {
      if (yes && verb === 'execute') expect(delayOver).toBe(true);
    });
  });

  test('Cedar says the same on a sample of it', () => {
    const all = [...smallWorld()];
    fc.assert(
      fc.property(fc.constantFrom(...POWERS), fc.integer({ min: 0, max: all.length - 1 }), (p, n) => {
        const request = all[n] as Request;
        const rules = rulesOfPower(p);
        expect(decideRules(compileRules(rules), request).permitted).toBe(cedarPermits(rules, request));
      }),
      { numRuns: 400 },
    );
  });

  test('a firm-wide policy can only take away', () => {
    const policy = {
      forbid: [{ id: 'night', says: { en: 'x', ja: 'x' }, when: { eq: ['power', 'p'] as [string, string] } }],
    };
    expect(rulesOfPolicy(policy).every(({ effect }) => effect === 'forbid')).toBe(true);
    const rules = compilePower(HALT, policy);
    for (const request of smallWorld()) expect(decideRules(rules, request).permitted).toBe(false);
  });
});

describe('loosening', () => {
  test.each<[string, Partial<Power>, boolean]>([
    ['nothing changed', {}, false],
    ['a larger quorum', { quorum: 3 }, false],
    ['a smaller quorum', { resumeQuorum: 2 }, true],
    ['a shorter delay', { resumeDelayMs: 0 }, true],
    ['a longer delay', { delayMs: 1 }, false],
    ['another approving role', { roles: { ...HALT.roles, approve: ['guardian', 'auditor'] } }, true],
    ['fewer who may ask', { roles: { ...HALT.roles, request: ['guardian'] } }, false],
    ['fewer who may cancel', { roles: { ...HALT.roles, cancel: ['auditor'] } }, true],
    ['a shorter stop', { bounds: { ...HALT.bounds, durationMs: 1_000 } }, false],
    ['a stop without end', { bounds: { ...HALT.bounds, durationMs: null } }, true],
    ['more uses', { bounds: { ...HALT.bounds, uses: { count: 9, windowMs: 86_400_000 } } }, true],
    ['an emergency exception', { emergency: { quorum: 2 } }, true],
    ['raw acts', { allows: ['raw'] }, true],
    ['a target less', { targets: HALT.targets.slice(0, 1) }, false],
    ['another target', { targets: [...HALT.targets, { ...HALT.targets[0]!, id: 'new' }] }, true],
    ['an altered target', { targets: [{ ...HALT.targets[0]!, open: ['subject'] }] }, true],
    ['own requests', { separation: { requesterApproves: true, approverExecutes: false } }, true],
    ['criteria dropped or changed', { activation: { anyOf: [{ severity: 'critical' }] } }, true],
    ['proposals by itself', { proposes: true }, true],
    ['a later review', { reviewWithinMs: HALT.reviewWithinMs + 1 }, true],
    ['kept back from the public', { publish: 'after-review' }, true],
  ])('%s', (_, change, loosens) => {
    expect(isLoosening(HALT, { ...HALT, ...change })).toBe(loosens);
  });

  test('a new power always loosens; no power lets a lone person act', () => {
    expect(isLoosening(null, HALT)).toBe(true);
    for (const change of [{ quorum: 1 }, { quorum: 0 }, { resumeQuorum: 1 }, { emergency: { quorum: 1 } }])
      expect(powerSchema.safeParse({ ...HALT, ...change }).success).toBe(false);
  });
});
