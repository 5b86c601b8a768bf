/**
 * Whether an act is the one that a power's target was agreed to have: the same kind and the same fields, but for those
 * that the target leaves open. Made here again, so that a server that asks for something else is found out before anybody
 * signs. Pure.
 */
import type { PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Act, Action } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';

/** True where signing this action does to the target what the power says, and nothing else. */
export function isActOfTarget({ act, step }: Action, target: PowerTarget): boolean {
  if (act.kind === 'evm.guardian' && act.call !== 'stop') return isGuardianChange(act, step, target);
  const template = step === 'resume' ? target.resume : target.act;
  if (template === null || template.kind !== act.kind || (act.kind === 'govern') !== (step === 'govern'))
    return false;
  // A switch is thrown by a stop only: an extension names the stop that it extends.
  if (act.kind === 'evm.guardian' && step !== 'stop') return false;
  const [wanted, given] = [template, act].map((one) => one as unknown as Record<string, JsonValue>);
  const names = new Set([...Object.keys(wanted ?? {}), ...Object.keys(given ?? {})]);
  const isSame = (name: string): boolean =>
    (target.open as readonly string[]).includes(name) || textOf(wanted?.[name]) === textOf(given?.[name]);
  return [...names].every(isSame);
}

/** Ending or prolonging a stop goes to the same guardian on the same chain, by the call that the step names. */
function isGuardianChange(
  act: Extract<Act, { kind: 'evm.guardian' }>,
  step: string,
  { act: template }: PowerTarget,
): boolean {
  if (template.kind !== 'evm.guardian' || act.call !== step) return false;
  return act.guardian === template.guardian && act.chainId === template.chainId;
}

const textOf = (value: JsonValue | undefined): string => (value === undefined ? '' : canonicalJson(value));
