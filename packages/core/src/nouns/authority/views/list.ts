/** All uses, newest first: what counts against bounds, what is due, what the room shows. */
import { type Act, textHash } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { defineView } from '../../../log/stream.ts';
import { changedUse, NO_USE, USE_FACT_NAMES, type Use, useOf } from './use.ts';

export type UseSummary = {
  readonly id: string;
  readonly state: Use['state'];
  readonly power: string;
  readonly target: string;
  readonly step: string;
  readonly until: string | null;
  readonly validBefore: string;
  readonly of: string | null;
  readonly incident: string | null;
  readonly requester: string;
  readonly requestedAt: string;
  readonly approvers: readonly string[];
  readonly activatedAt: string | null;
  readonly executeAfter: string | null;
  readonly executedAt: string | null;
  readonly endedAt: string | null;
  readonly reviewed: boolean;
  readonly reviewMissed: boolean;
  /** Digest of the act: equal acts have equal subjects. */
  readonly subject: string;
};
export type Uses = { readonly uses: readonly UseSummary[] };

/**
 * More are only in their own view. What has not ended never leaves the list, and what was activated leaves last: time and
 * bounds depend on it, and nobody may push a stop out of sight by asking often.
 */
export const USES_LISTED_MAX = 1_000;

/** Newest first; one key, `all`. */
export const useList = defineView<Uses>({
  name: 'authority.uses',
  version: 1,
  folds: USE_FACT_NAMES,
  initial: () => ({ uses: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const id = useOf(fact);
    const known = state.uses.find((use) => use.id === id);
    const after = summaryAfter(known, changedUse(shadow(known), fact));
    if (known) return { uses: state.uses.map((use) => (use.id === id ? after : use)) };
    return { uses: shortened([after, ...state.uses]) };
  },
});

function shortened(uses: readonly UseSummary[]): readonly UseSummary[] {
  if (uses.length <= USES_LISTED_MAX) return uses;
  const never = uses.findLastIndex((use) => use.endedAt !== null && use.activatedAt === null);
  const gone = never >= 0 ? never : uses.findLastIndex((use) => use.endedAt !== null);
  return gone < 0 ? uses : uses.toSpliced(gone, 1);
}

/** As much of a use as its fold looks at. */
function shadow(known: UseSummary | undefined): Use {
  if (known === undefined) return NO_USE;
  return { ...NO_USE, action: { step: known.step } as NonNullable<Use['action']> };
}

const EMPTY: UseSummary = {
  id: '',
  state: 'requested',
  power: '',
  target: '',
  step: '',
  until: null,
  validBefore: '',
  of: null,
  incident: null,
  requester: '',
  requestedAt: '',
  approvers: [],
  activatedAt: null,
  executeAfter: null,
  executedAt: null,
  endedAt: null,
  reviewed: false,
  reviewMissed: false,
  subject: '',
};

function summaryAfter(known: UseSummary = EMPTY, change: Partial<Use>): UseSummary {
  const { action, approvals, declines, review } = change;
  const named: Partial<UseSummary> = action
    ? {
        power: action.power,
        target: action.target,
        step: action.step,
        until: action.until,
        validBefore: action.validBefore,
        subject: actDigest(action.act),
      }
    : {};
  const plain = pick(change, [
    'id',
    'state',
    'of',
    'incident',
    'requester',
    'requestedAt',
    'activatedAt',
    'executeAfter',
    'executedAt',
    'endedAt',
    'reviewMissed',
  ]);
  const newest = declines === undefined ? approvals?.at(-1)?.principal : undefined;
  const gone = declines?.at(-1)?.principal;
  return {
    ...known,
    ...named,
    ...plain,
    approvers: [...known.approvers.filter((one) => one !== gone), ...(newest === undefined ? [] : [newest])],
    reviewed: known.reviewed || (review !== undefined && review !== null),
  };
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(names.filter((n) => from[n] !== undefined).map((n) => [n, from[n]])) as Partial<
    Pick<T, K>
  >;
}

/** 32 hex digits of SHA-256 over the act's canonical bytes. */
export function actDigest(act: Act): string {
  return textHash(canonicalJson(act as unknown as JsonValue)).slice(0, 32);
}

/** Stops of a power that were activated within a window that ends now. */
export function usesInWindow(uses: Uses, power: string, windowMs: number, nowMs: number): number {
  return uses.uses.filter(
    (use) =>
      use.power === power &&
      use.step === 'stop' &&
      use.activatedAt !== null &&
      nowMs - Date.parse(use.activatedAt) < windowMs,
  ).length;
}
