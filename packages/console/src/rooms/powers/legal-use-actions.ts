/**
 * Who may still sign a use, and what the person of this session may do with it. Mirrors core's authority decisions, which
 * have the last word: the console only leaves out what would surely be refused.
 */
import type { Me, PowerView } from '@sonae/core/app/api.ts';
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';

type Signable = Pick<
  UseSummary,
  'state' | 'step' | 'approvers' | 'requester' | 'validBefore' | 'executeAfter'
>;

/** Approvals it takes; a resumption takes the larger number. */
export function neededFor(power: Power, step: string): number {
  return step === 'resume' || step === 'extend' ? power.resumeQuorum : power.quorum;
}

export const delayFor = (power: Power, step: string): number =>
  step === 'resume' || step === 'extend' ? power.resumeDelayMs : power.delayMs;

/** Able approvers who have not signed and are not barred by having asked. */
export function mayStillSign(view: PowerView, use: Signable, nowMs: number): string[] {
  if (use.state !== 'requested' && use.state !== 'activated') return [];
  if (Date.parse(use.validBefore) <= nowMs) return [];
  const { requesterApproves } = view.power.separation;
  return view.able.filter((id) => !use.approvers.includes(id) && (requesterApproves || id !== use.requester));
}

const hasRole = (me: Me, roles: readonly string[]): boolean => me.roles.some((role) => roles.includes(role));

export const mayRequest = (me: Me, power: Power): boolean => hasRole(me, power.roles.request);

export function mayCancel(me: Me, power: Power, use: Signable): boolean {
  const isEarly = use.state === 'requested' || use.state === 'activated';
  return isEarly && hasRole(me, [...power.roles.cancel, ...power.roles.approve]);
}

/** Where a person executes: only then, and only once the delay is over. */
export function mayExecute(me: Me, power: Power, use: Signable, nowMs: number): boolean {
  if (use.state !== 'activated' || !hasRole(me, power.roles.execute)) return false;
  if (!power.separation.approverExecutes && use.approvers.includes(me.principal)) return false;
  return use.executeAfter !== null && Date.parse(use.executeAfter) <= nowMs;
}

const REVIEWABLE: readonly UseSummary['state'][] = [
  'executed',
  'verified',
  'lapsed',
  'resumed',
  'failed',
  'revoked',
];

export const isReviewable = (use: Pick<UseSummary, 'state' | 'reviewed'>): boolean =>
  !use.reviewed && REVIEWABLE.includes(use.state);

/** A review is owed for what was stopped or changed; that of a stop judges its end, too. */
export const isReviewOwed = (use: Pick<UseSummary, 'state' | 'reviewed' | 'step'>): boolean =>
  isReviewable(use) && (use.step === 'stop' || use.step === 'govern');

/** Not by those who asked or approved. */
export function mayReview(me: Me, power: Power, use: Signable & { readonly reviewed: boolean }): boolean {
  const isInvolved = use.requester === me.principal || use.approvers.includes(me.principal);
  return isReviewable(use) && hasRole(me, power.roles.review) && !isInvolved;
}

/** Whether a stop can be asked to end early, or to last longer: in force, and nobody has asked for it yet. */
export function stepsAfterStop(
  view: PowerView,
  use: Pick<UseSummary, 'id' | 'state' | 'step' | 'target'>,
  all: readonly Pick<UseSummary, 'of' | 'step' | 'endedAt'>[],
): ('resume' | 'extend')[] {
  if (use.step !== 'stop' || (use.state !== 'verified' && use.state !== 'executed')) return [];
  const target = view.power.targets.find(({ id }) => id === use.target);
  if (target === undefined) return [];
  const isGuardian = target.act.kind === 'evm.guardian';
  const isAsked = (step: string): boolean =>
    all.some((other) => other.of === use.id && other.step === step && other.endedAt === null);
  const steps: ('resume' | 'extend')[] = [];
  if ((isGuardian || target.resume !== null) && !isAsked('resume')) steps.push('resume');
  if (!isAsked('extend')) steps.push('extend');
  return steps;
}
