/**
 * The life of a use as a row of steps: which are behind it, where it stands, and whether it has left the path. Pure. A stop
 * ends by itself or is resumed; a resumption or a change of rules has no end of its own.
 */
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import type { Use, UseState } from '@sonae/core/nouns/authority/views/use.ts';

export type StepName =
  | 'requested'
  | 'approved'
  | 'activated'
  | 'ordered'
  | 'executed'
  | 'verified'
  | 'ended'
  | 'reviewed';
export type PathStep = {
  readonly name: StepName;
  readonly state: 'past' | 'now' | 'ahead';
  /** When it was reached, where that is known. */
  readonly at: string | null;
};
export type UsePath = {
  readonly steps: readonly PathStep[];
  /** Set where the use will go no further: said no to, called off, too late, failed. */
  readonly left: UseState | null;
};
type Known = Pick<UseSummary, 'state' | 'step' | 'activatedAt' | 'executedAt' | 'endedAt' | 'requestedAt'> & {
  readonly reviewed: boolean;
};

const LEFT: readonly UseState[] = ['failed', 'declined', 'cancelled', 'revoked', 'expired'];
/** How many steps a state has behind it, itself included. */
const REACHED: Readonly<Record<UseState, number>> = {
  requested: 1,
  activated: 3,
  ordered: 4,
  executed: 5,
  verified: 6,
  lapsed: 7,
  resumed: 7,
  failed: 4,
  declined: 1,
  cancelled: 1,
  revoked: 3,
  expired: 1,
};

export function pathOf(use: Known, times: Partial<Record<StepName, string | null>> = {}): UsePath {
  const names: StepName[] = ['requested', 'approved', 'activated', 'ordered', 'executed', 'verified'];
  if (use.step === 'stop') names.push('ended');
  names.push('reviewed');
  const known: Partial<Record<StepName, string | null>> = {
    requested: use.requestedAt,
    activated: use.activatedAt,
    executed: use.executedAt,
    ended: use.endedAt,
    ...times,
  };
  const reached = use.reviewed ? names.length : REACHED[use.state];
  const left = LEFT.includes(use.state) ? use.state : null;
  const steps = names.map((name, i): PathStep => {
    const isSkipped = use.reviewed && i < names.length - 1 && i >= REACHED[use.state];
    const state = isSkipped || i >= reached ? 'ahead' : i === reached - 1 ? 'now' : 'past';
    return { name, state, at: state === 'ahead' ? null : (known[name] ?? null) };
  });
  return { steps, left };
}

/** The times that only the whole record of a use has. */
export function timesOf(use: Use, needed: number): Partial<Record<StepName, string | null>> {
  return {
    approved: use.approvals[needed - 1]?.at ?? null,
    ordered: use.orderedAt,
    verified: use.verifiedAt,
    reviewed: use.review?.at ?? null,
  };
}

export type Deadline = { readonly kind: 'approve' | 'execute' | 'lapse'; readonly at: string };

/** What the clock runs towards now: the end of the approvals, the execution, or the end of the effect. */
export function deadlineOf(
  use: Pick<UseSummary, 'state' | 'step' | 'validBefore' | 'executeAfter' | 'until'>,
): Deadline | null {
  if (use.state === 'requested') return { kind: 'approve', at: use.validBefore };
  if (use.state === 'activated' || (use.state === 'ordered' && use.step === 'resume'))
    return use.executeAfter === null ? null : { kind: 'execute', at: use.executeAfter };
  if (use.step !== 'stop' || use.until === null) return null;
  return ['ordered', 'executed', 'verified'].includes(use.state) ? { kind: 'lapse', at: use.until } : null;
}

/** Still on its way or in force. */
export const isOpenUse = (use: Pick<UseSummary, 'endedAt'>): boolean => use.endedAt === null;
