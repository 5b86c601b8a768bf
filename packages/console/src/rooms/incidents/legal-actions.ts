/**
 * What a person may do next with an incident, by its phase. Mirrors core's incidents/decisions.ts, which has
 * the last
 * word: the console only leaves out what would surely be refused. `main` is the step usually taken next.
 */
import type { Phase } from '@sonae/core/nouns/incidents/facts/life.ts';
import { isAlarming } from '../../ui/level-order.ts';

export type AdvanceTo = 'contained' | 'remediating' | 'recovering' | 'closed' | 'reviewed';
export type LegalAction =
  | { readonly kind: 'verify' | 'dismiss' | 'declare' | 'classify' | 'reopen'; readonly main: boolean }
  | {
      readonly kind: 'advance';
      readonly to: AdvanceTo;
      readonly main: boolean;
      readonly blocked: 'still-alarming' | null;
    };

/** The way of an incident, in order; `dismissed` and `lapsed` leave it. */
export const PHASE_PATH = [
  'suspected',
  'verifying',
  'declared',
  'contained',
  'remediating',
  'recovering',
  'closed',
  'reviewed',
] as const satisfies readonly Phase[];

const ACTIVE = ['declared', 'contained', 'remediating', 'recovering'] as const;
const NEXT = {
  declared: 'contained',
  contained: 'remediating',
  remediating: 'recovering',
  recovering: 'closed',
} as const;

function isActive(phase: Phase): phase is (typeof ACTIVE)[number] {
  return (ACTIVE as readonly Phase[]).includes(phase);
}

/** @param level the incident's present level: while it alarms, the incident cannot be closed */
export function legalActions(phase: Phase, level: string): readonly LegalAction[] {
  if (phase === 'suspected' || phase === 'verifying') {
    const verify = phase === 'suspected' ? [{ kind: 'verify', main: true } as const] : [];
    return [...verify, { kind: 'declare', main: phase === 'verifying' }, { kind: 'dismiss', main: false }];
  }
  if (phase === 'closed') {
    return [
      { kind: 'advance', to: 'reviewed', main: true, blocked: null },
      { kind: 'reopen', main: false },
    ];
  }
  if (!isActive(phase)) return [{ kind: 'reopen', main: false }];
  const reachable = (['contained', 'remediating', 'recovering', 'closed'] as const).filter(
    (to) => to !== phase,
  );
  const steps = reachable.map((to): LegalAction => {
    const blocked = to === 'closed' && isAlarming(level) ? 'still-alarming' : null;
    return { kind: 'advance', to, main: to === NEXT[phase] && blocked === null, blocked };
  });
  return [...steps, { kind: 'classify', main: false }];
}

export function isOpen(phase: Phase): boolean {
  return phase === 'suspected' || phase === 'verifying' || isActive(phase);
}
