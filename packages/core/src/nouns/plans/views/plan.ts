/** The plan as it stands: revised books, approval, who has read it, training, agencies, horizon. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { Kind } from '../../incidents/facts/kinds.ts';
import { shippedBook } from '../engine/books.ts';
import {
  agencyListed,
  type Book,
  bookRevised,
  horizonJudged,
  horizonNoted,
  PLAN_FACTS,
  planAcknowledged,
  planApproved,
  type Stage,
  trainingHeld,
} from '../facts/plan.ts';

export type Approval = {
  readonly version: number;
  readonly digest: string;
  readonly body: string;
  readonly approvedAt: string;
  readonly minutes: string;
  readonly basis: string;
};
export type Training = {
  readonly training: string;
  readonly scope: string;
  readonly kinds: readonly Kind[];
  readonly at: string;
  readonly participants: number;
  readonly findings: string;
  readonly revision: string | null;
};
export type Agency = {
  readonly agency: string;
  readonly name: { readonly en: string; readonly ja: string };
  readonly method: string;
  readonly alternative: string;
  readonly liaison: readonly string[];
  readonly reviewedAt: string;
};
export type HorizonItem = {
  readonly item: string;
  readonly what: string;
  readonly title: string;
  readonly source: string;
  readonly effect: string;
  readonly kinds: readonly Kind[];
  readonly owner: string;
  readonly dueAt: string;
  readonly judged: { readonly changesPlan: boolean; readonly reason: string; readonly by: string } | null;
};
export type Plan = {
  /** Raised by every revision; 0 is what is shipped. */
  readonly version: number;
  /** Revised books by `kind/stage`. */
  readonly books: Readonly<Record<string, { readonly book: Book; readonly version: number }>>;
  readonly approval: Approval | null;
  readonly readers: readonly { readonly principal: string; readonly digest: string; readonly at: string }[];
  readonly trainings: readonly Training[];
  readonly agencies: Readonly<Record<string, Agency>>;
  readonly horizon: readonly HorizonItem[];
};

const KEPT_MAX = 500;
export const AGENCIES_MAX = 100;

/** One key, `all`. */
export const planState = defineView<Plan>({
  name: 'plans.plan',
  version: 1,
  folds: PLAN_FACTS.map((def) => def.name),
  initial: () => ({
    version: 0,
    books: {},
    approval: null,
    readers: [],
    trainings: [],
    agencies: {},
    horizon: [],
  }),
  keysOf: () => ['all'],
  apply: (state, fact) => ({ ...state, ...changedPlan(state, fact) }),
});

function changedPlan(state: Plan, fact: Fact): Partial<Plan> {
  if (isFact(bookRevised, fact)) {
    const { book, version } = fact.body;
    return { version, books: { ...state.books, [`${book.kind}/${book.stage}`]: { book, version } } };
  }
  if (isFact(planApproved, fact)) return { approval: fact.body };
  if (isFact(planAcknowledged, fact)) {
    const { principal, digest } = fact.body;
    const others = state.readers.filter((one) => one.principal !== principal);
    return { readers: [...others, { principal, digest, at: fact.recordedAt }].slice(-KEPT_MAX) };
  }
  if (isFact(trainingHeld, fact)) return { trainings: [fact.body, ...state.trainings].slice(0, KEPT_MAX) };
  if (isFact(agencyListed, fact)) return { agencies: { ...state.agencies, [fact.body.agency]: fact.body } };
  if (isFact(horizonNoted, fact)) {
    const { item, what, title, source, effect, kinds, owner, dueAt } = fact.body;
    const noted = { item, what, title, source, effect, kinds, owner, dueAt, judged: null };
    return { horizon: [noted, ...state.horizon].slice(0, KEPT_MAX) };
  }
  if (isFact(horizonJudged, fact)) {
    const { item, changesPlan, reason } = fact.body;
    const judged = { changesPlan, reason, by: fact.actor };
    return { horizon: state.horizon.map((one) => (one.item === item ? { ...one, judged } : one)) };
  }
  return {};
}

/** The book in force: revised, or as shipped; approved when its version is within what the board saw. */
export function bookOf(
  plan: Plan,
  kind: Kind,
  stage: Stage,
): { book: Book; version: number; approved: boolean } {
  const revised = plan.books[`${kind}/${stage}`];
  const version = revised?.version ?? 0;
  const approved = plan.approval !== null && plan.approval.version >= Math.max(version, 1);
  return { book: revised?.book ?? shippedBook(kind, stage), version, approved };
}
