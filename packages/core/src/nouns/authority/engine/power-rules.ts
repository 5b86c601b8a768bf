/** A power as rules: what it permits, and what it forbids whatever else permits it. Deny by default does the rest. */
import type { Policy, Power } from '../facts/power.ts';
import { type CompiledRules, type Condition, compileRules, type Rule } from './rules.ts';

/** What is asked of a power. */
export const VERBS = ['request', 'approve', 'activate', 'execute', 'cancel', 'review'] as const;
export type Verb = (typeof VERBS)[number];

const is = (verb: Verb): Condition => ({ eq: ['verb', verb] });
const permit = (id: string, ...all: Condition[]): Rule => ({ id, effect: 'permit', when: { all } });
const forbid = (id: string, ...all: Condition[]): Rule => ({ id, effect: 'forbid', when: { all } });

/**
 * Attributes of a request: `verb`, `power`, `roles` (acting), `system` (Sonae itself asks), `step`, `durationMs`,
 * `usesInWindow`, `criteriaMet`, `releaseMet`, `approvals`, `isRequester`, `hasApproved`, `credential`, `danger`,
 * `delayOver`, `expired`, `ofInForce`.
 */
export function rulesOfPower(power: Power): Rule[] {
  const { roles, bounds } = power;
  const needed = power.resumeQuorum;
  const isResume: Condition = { in: ['step', ['resume', 'extend']] };
  const rules: Rule[] = [
    permit('request', is('request'), { hasAny: ['roles', roles.request] }, { eq: ['system', false] }),
    permit('approve', is('approve'), { hasAny: ['roles', roles.approve] }, { eq: ['system', false] }),
    permit('activate', is('activate'), { atLeast: ['approvals', power.quorum] }, { not: isResume }),
    permit('activate-resume', is('activate'), { atLeast: ['approvals', needed] }, isResume),
    permit('cancel', is('cancel'), { hasAny: ['roles', [...roles.cancel, ...roles.approve]] }),
    permit('review', is('review'), { hasAny: ['roles', roles.review] }),
    forbid(
      'execute-short',
      is('execute'),
      { not: isResume },
      { not: { atLeast: ['approvals', power.quorum] } },
    ),
    forbid('execute-resume-short', is('execute'), isResume, { not: { atLeast: ['approvals', needed] } }),
    forbid('not-in-force', { in: ['verb', ['request', 'activate', 'execute']] }, isResume, {
      not: { eq: ['ofInForce', true] },
    }),
    forbid('execute-early', is('execute'), { not: { eq: ['delayOver', true] } }),
    forbid(
      'expired',
      { in: ['verb', ['approve', 'activate', 'execute']] },
      { not: { eq: ['expired', false] } },
    ),
    forbid('wrong-credential', is('approve'), { not: { in: ['credential', power.credentials] } }),
    forbid('approved-already', is('approve'), { not: { eq: ['hasApproved', false] } }),
    forbid('own-review', is('review'), {
      any: [{ not: { eq: ['isRequester', false] } }, { not: { eq: ['hasApproved', false] } }],
    }),
    forbid(
      'too-often',
      { in: ['verb', ['request', 'activate']] },
      { eq: ['step', 'stop'] },
      {
        not: { atMost: ['usesInWindow', bounds.uses.count - 1] },
      },
    ),
  ];
  return [...rules, ...furtherRules(power, isResume)];
}

/** What depends on the power's own choices. */
function furtherRules({ roles, bounds, separation, ...power }: Power, isResume: Condition): Rule[] {
  const rules: Rule[] = [];
  if (power.proposes)
    rules.push(permit('propose', is('request'), { eq: ['system', true] }, { eq: ['step', 'stop'] }));
  if (roles.execute.length === 0) rules.push(permit('execute', is('execute'), { eq: ['system', true] }));
  else rules.push(permit('execute', is('execute'), { hasAny: ['roles', roles.execute] }));
  if (!separation.requesterApproves)
    rules.push(forbid('own-request', is('approve'), { not: { eq: ['isRequester', false] } }));
  if (!separation.approverExecutes && roles.execute.length > 0)
    rules.push(forbid('approver-executes', is('execute'), { not: { eq: ['hasApproved', false] } }));
  if (bounds.durationMs !== null)
    rules.push(
      forbid(
        'too-long',
        is('request'),
        { in: ['step', ['stop', 'extend']] },
        {
          not: { atMost: ['durationMs', bounds.durationMs] },
        },
      ),
    );
  if (power.activation !== null)
    rules.push(
      forbid(
        'criteria-unmet',
        { in: ['verb', ['request', 'activate']] },
        {
          not: { any: [{ eq: ['criteriaMet', true] }, isResume] },
        },
      ),
    );
  if (power.release !== null)
    rules.push(
      forbid(
        'release-unmet',
        { in: ['verb', ['request', 'activate']] },
        { eq: ['step', 'resume'] },
        {
          not: { eq: ['releaseMet', true] },
        },
      ),
    );
  for (const danger of ['raw', 'delegatecall', 'value'] as const)
    if (!power.allows.includes(danger)) rules.push(forbid(danger, { not: isFreeOf(danger) }));
  return rules;
}

const isFreeOf = (danger: string): Condition => ({ not: { hasAny: ['danger', [danger]] } });

/** The firm's policy can only forbid. */
export function rulesOfPolicy(policy: Policy): Rule[] {
  return policy.forbid.map(({ id, when }) => ({ id: `policy:${id}`, effect: 'forbid', when }));
}

const compiledOf = new WeakMap<Power, { readonly policy: Policy; readonly rules: CompiledRules }>();

/** Everything that speaks about one power. Kept for as long as the power is the same object, as views hand it out. */
export function compilePower(power: Power, policy: Policy): CompiledRules {
  const known = compiledOf.get(power);
  if (known?.policy === policy) return known.rules;
  const rules = compileRules([...rulesOfPower(power), ...rulesOfPolicy(policy)]);
  compiledOf.set(power, { policy, rules });
  return rules;
}

/** Whether `after` gives anybody more than `before` did, or asks less. A new power always does. */
export function isLoosening(before: Power | null, after: Power): boolean {
  if (before === null) return true;
  const asSets = (p: Power): string[][] => [
    p.roles.request,
    p.roles.approve,
    p.roles.execute,
    p.credentials,
    p.allows,
  ];
  const isSubset = (inner: readonly string[], outer: readonly string[]): boolean =>
    inner.every((item) => outer.includes(item));
  const grows = asSets(after).some((set, n) => !isSubset(set, asSets(before)[n] ?? []));
  const lowers = (name: 'quorum' | 'resumeQuorum' | 'delayMs' | 'resumeDelayMs'): boolean =>
    after[name] < before[name];
  const raises = (name: 'approveWithinMs' | 'reviewWithinMs' | 'refusals'): boolean =>
    after[name] > before[name];
  const knownTargets = before.targets.map((target) => JSON.stringify(target));
  return (
    grows ||
    (after.roles.execute.length === 0 && before.roles.execute.length > 0) ||
    lowers('quorum') ||
    lowers('resumeQuorum') ||
    lowers('delayMs') ||
    lowers('resumeDelayMs') ||
    raises('approveWithinMs') ||
    raises('reviewWithinMs') ||
    raises('refusals') ||
    !isSubset(before.roles.cancel, after.roles.cancel) ||
    !isSubset(before.roles.review, after.roles.review) ||
    !isSubset(after.roles.review, before.roles.review) ||
    (after.proposes && !before.proposes) ||
    (after.separation.requesterApproves && !before.separation.requesterApproves) ||
    (after.separation.approverExecutes && !before.separation.approverExecutes) ||
    isWiderBound(before, after) ||
    JSON.stringify(after.activation) !== JSON.stringify(before.activation) ||
    JSON.stringify(after.release) !== JSON.stringify(before.release) ||
    after.publish !== before.publish ||
    after.governs !== before.governs ||
    after.targets.some((target) => !knownTargets.includes(JSON.stringify(target)))
  );
}

function isWiderBound(before: Power, after: Power): boolean {
  const wider = (a: bigint | null, b: bigint | null): boolean => b !== null && (a === null || a > b);
  const big = (value: number | string | null): bigint | null => (value === null ? null : BigInt(value));
  const emergency = (p: Power): number => p.emergency?.quorum ?? Number.POSITIVE_INFINITY;
  return (
    wider(big(after.bounds.durationMs), big(before.bounds.durationMs)) ||
    wider(big(after.bounds.amount), big(before.bounds.amount)) ||
    after.bounds.uses.count > before.bounds.uses.count ||
    after.bounds.uses.windowMs < before.bounds.uses.windowMs ||
    emergency(after) < emergency(before)
  );
}
