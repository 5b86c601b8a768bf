/** The newest comparison of how accounts are treated, what stands since earlier ones, and the snapshot that is arriving. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { Danger, Unequal } from '../engine/treated.ts';
import { treatmentAnswered, treatmentPageReceived, treatmentRecorded } from '../facts/treatment.ts';

/** As listed; older facts say neither what it is of nor how bad it is. */
export type ListedUnequal = Omit<Unequal, 'of' | 'level' | 'whose'> &
  Partial<Pick<Unequal, 'of' | 'level' | 'whose'>>;
export type TreatmentAnswer = {
  readonly account: string;
  readonly closes: readonly ListedUnequal[];
  readonly by: string;
  readonly at: string;
  readonly reason: string;
};
export type TreatmentState = {
  readonly at: string;
  readonly accounts: number;
  /** Evidence of the newest snapshot, of its first page; empty before the first. */
  readonly root: string;
  readonly pages: readonly string[];
  readonly unequal: readonly ListedUnequal[];
  readonly more: number;
  readonly unlisted: { readonly accounts: number; readonly level: Danger; readonly first: string[] } | null;
  /** Roots of what accounts were last seen with, part by part. */
  readonly known: readonly string[];
  /** Accounts that stand as treated otherwise. */
  readonly held: readonly string[];
  /** Answers that no snapshot has taken into account yet. */
  readonly answers: readonly TreatmentAnswer[];
  /** Facts that are folded: whoever judges a snapshot against this state says which it was. */
  readonly step: number;
  readonly arriving: {
    readonly snapshot: string;
    readonly at: string;
    /** Root by page; empty for one that is missing. */
    readonly roots: readonly string[];
  } | null;
};

const FOLDS = [treatmentRecorded, treatmentPageReceived, treatmentAnswered] as const;
export const TREATMENT_ANSWERS_MAX = 500;

/** Key: book. */
export const treatment = defineView<TreatmentState>({
  name: 'ledger.treatment',
  version: 2,
  folds: FOLDS.map(({ name }) => name),
  initial: () => ({
    ...{ at: '', accounts: 0, root: '', pages: [], unequal: [], more: 0, unlisted: null },
    ...{ known: [], held: [], answers: [], step: 0, arriving: null },
  }),
  keysOf: (fact) => [(fact.body as { book: string }).book],
  apply: (state, fact) => {
    const next = { ...state, step: state.step + 1 };
    if (isFact(treatmentRecorded, fact)) return { ...next, ...recorded(state, fact.body) };
    if (isFact(treatmentPageReceived, fact)) return { ...next, arriving: arrived(state.arriving, fact.body) };
    return isFact(treatmentAnswered, fact) ? answered(next, fact) : state;
  },
});

type Body<D> = D extends { schema: { _output: infer B } } ? B : never;

function recorded(state: TreatmentState, body: Body<typeof treatmentRecorded>): Partial<TreatmentState> {
  const { at, accounts, root, unequal, more, pages = [root], known = [], unlisted = null } = body;
  const { held = [...new Set(unequal.map(({ account }) => account))], answered: taken = 0 } = body;
  const answers = state.answers.slice(taken);
  const listed = unequal.map(({ account, kind, what, value, peers, of, level, whose }) => ({
    ...{ account, kind, what, value, peers },
    ...(of === undefined ? {} : { of }),
    ...(level === undefined ? {} : { level }),
    ...(whose === undefined ? {} : { whose }),
  }));
  return { at, accounts, root, pages, unequal: listed, more, unlisted, known, held, answers, arriving: null };
}

/** A page of another snapshot begins anew: one is at work at a time. */
function arrived(
  before: TreatmentState['arriving'],
  { snapshot, at, page, pages, root }: Body<typeof treatmentPageReceived>,
): TreatmentState['arriving'] {
  const isSame = before?.snapshot === snapshot && before.at === at && before.roots.length === pages;
  const roots = isSame ? before.roots : Array.from({ length: pages }, () => '');
  return { snapshot, at, roots: roots.map((known, n) => (n === page - 1 ? root : known)) };
}

function answered(state: TreatmentState, fact: Fact): TreatmentState {
  if (!isFact(treatmentAnswered, fact)) return state;
  const { account, closes, by, reason } = fact.body;
  const answer = { account, closes: closes as readonly ListedUnequal[], by, reason, at: fact.recordedAt };
  const isClosed = (one: ListedUnequal): boolean =>
    one.account === account &&
    closes.some(({ kind, of, what }) => one.kind === kind && one.of === of && one.what === what);
  const unequal = state.unequal.filter((one) => !isClosed(one));
  const isHeld = unequal.some((one) => one.account === account);
  const held = isHeld ? state.held : state.held.filter((one) => one !== account);
  return { ...state, unequal, held, answers: [...state.answers, answer] };
}

/** When each book was last told how accounts are treated. */
export type TreatmentTimes = Readonly<Record<string, { readonly at: string; readonly recordedAt: string }>>;

/** Key: `all`. */
export const treatmentTimes = defineView<TreatmentTimes>({
  name: 'ledger.treatment-times',
  version: 1,
  folds: [treatmentRecorded.name],
  initial: () => ({}),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(treatmentRecorded, fact)) return state;
    const { book, at } = fact.body;
    return { ...state, [book]: { at, recordedAt: fact.recordedAt } };
  },
});
