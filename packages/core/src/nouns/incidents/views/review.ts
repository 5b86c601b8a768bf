/** The review of an incident: interviews, deviations, causes, improvements until they are done, and the report. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  causeFound,
  deviationFound,
  improvementEnded,
  improvementLinked,
  improvementOverdue,
  improvementProposed,
  interviewHeld,
  REVIEW_FACTS,
  reportPublished,
  reviewCompleted,
  reviewOpened,
} from '../facts/review.ts';
import { idOf } from './incident.ts';

export type Improvement = {
  readonly id: string;
  readonly incident: string;
  readonly title: string;
  readonly text: string;
  readonly changes: string;
  readonly owner: string;
  readonly dueAt: string;
  /** What changed it: use of a power, plan version, other references. */
  readonly references: readonly string[];
  readonly outcome: 'open' | 'done' | 'dropped';
  readonly missed: boolean;
};
type Body = Readonly<Record<string, string>>;
export type Review = {
  readonly id: string;
  readonly openedAt: string | null;
  readonly dueAt: string | null;
  readonly interviews: readonly Body[];
  readonly deviations: readonly Body[];
  readonly causes: readonly Body[];
  readonly improvements: readonly Improvement[];
  readonly completedAt: string | null;
  /** Who completed it: somebody else publishes. */
  readonly completedBy: string | null;
  readonly summary: string | null;
  readonly publishedAt: string | null;
  /** Sequence number of the published report. */
  readonly report: number | null;
};

export const NO_REVIEW: Review = {
  id: '',
  openedAt: null,
  dueAt: null,
  interviews: [],
  deviations: [],
  causes: [],
  improvements: [],
  completedAt: null,
  completedBy: null,
  summary: null,
  publishedAt: null,
  report: null,
};
/** Of each kind, in one review. */
export const FINDINGS_MAX = 200;

/** Key: the incident's id. */
export const reviewState = defineView<Review>({
  name: 'incidents.review',
  version: 2,
  folds: REVIEW_FACTS.map((def) => def.name),
  initial: () => NO_REVIEW,
  keysOf: (fact) => [idOf(fact)],
  apply: (state, fact) => ({ ...state, id: idOf(fact), ...changedReview(state, fact) }),
});

const bodyOf = (fact: Fact): Body => fact.body as unknown as Body;

function changedReview(state: Review, fact: Fact): Partial<Review> {
  // A reopened incident is reviewed again; what was found before stays.
  if (isFact(reviewOpened, fact))
    return { openedAt: fact.recordedAt, dueAt: fact.body.dueAt, completedAt: null, completedBy: null };
  if (isFact(interviewHeld, fact)) return { interviews: [...state.interviews, bodyOf(fact)] };
  if (isFact(deviationFound, fact)) return { deviations: [...state.deviations, bodyOf(fact)] };
  if (isFact(causeFound, fact)) return { causes: [...state.causes, bodyOf(fact)] };
  if (isFact(reviewCompleted, fact))
    return { completedAt: fact.recordedAt, completedBy: fact.actor, summary: fact.body.summary };
  if (isFact(reportPublished, fact)) return { publishedAt: fact.recordedAt, report: fact.seq };
  return { improvements: changedImprovements(state.improvements, fact) };
}

/** Improvements after one fact; shared by the review and by the list over all incidents. */
function changedImprovements(known: readonly Improvement[], fact: Fact): readonly Improvement[] {
  if (isFact(improvementProposed, fact)) {
    const { id: incident, improvement: id, title, text, changes, owner, dueAt } = fact.body;
    const what = { id, incident, title, text, changes, owner, dueAt };
    return [...known, { ...what, references: [], outcome: 'open', missed: false }];
  }
  const change = (id: string, next: (one: Improvement) => Partial<Improvement>): readonly Improvement[] =>
    known.map((one) => (one.id === id ? { ...one, ...next(one) } : one));
  if (isFact(improvementLinked, fact)) {
    const { improvement, reference } = fact.body;
    return change(improvement, ({ references }) => ({ references: [...references, reference] }));
  }
  if (isFact(improvementEnded, fact))
    return change(fact.body.improvement, () => ({ outcome: fact.body.outcome }));
  if (isFact(improvementOverdue, fact)) return change(fact.body.improvement, () => ({ missed: true }));
  return known;
}

/** Improvements of all incidents, and reviews that are open; one key, `all`. */
export type Improvements = { readonly improvements: readonly Improvement[] };
export const IMPROVEMENTS_LISTED_MAX = 1_000;

export const improvementList = defineView<Improvements>({
  name: 'incidents.improvements',
  version: 1,
  folds: [improvementProposed, improvementLinked, improvementEnded, improvementOverdue].map((d) => d.name),
  initial: () => ({ improvements: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const after = changedImprovements(state.improvements, fact);
    if (after.length <= IMPROVEMENTS_LISTED_MAX) return { improvements: after };
    // What is open never falls out of sight.
    const gone = after.findIndex(({ outcome }) => outcome !== 'open');
    return { improvements: gone < 0 ? after : after.toSpliced(gone, 1) };
  },
});
