/** What a response knows: class, event times, stated values with their history, headquarters, decisions, evidence. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { Kind, Milestone } from '../facts/kinds.ts';
import { declared } from '../facts/life.ts';
import {
  type Confidence,
  decisionMade,
  evidenceCollected,
  evidenceHanded,
  fieldStated,
  headquartersClosed,
  headquartersOpened,
  kindsSet,
  milestoneReached,
  RESPONSE_FACTS,
  type StatedValue,
} from '../facts/response.ts';
import { idOf } from './incident.ts';

export type MilestoneTime = {
  readonly at: string;
  readonly dueAt: string | null;
  readonly statedAt: string;
  /** How often it was stated: more than once means corrected. */
  readonly times: number;
};
export type Stated = {
  readonly value: StatedValue;
  readonly asOf: string;
  readonly confidence: Confidence;
  readonly source: string;
  /** Sequence number of the fact that states it. */
  readonly fact: number;
  readonly by: string;
};
export type Decision = {
  readonly id: string;
  readonly at: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly chosen: string;
  readonly reason: string;
  readonly objections: string | null;
  readonly owner: string;
  readonly authority: string;
  readonly revisitAt: string | null;
  readonly replacedBy: string | null;
};
export type Evidence = {
  readonly id: string;
  readonly title: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly volatility: number;
  readonly collectedAt: string;
  readonly source: string;
  readonly kept: string;
  /** Who had it, from the collector on. */
  readonly custody: readonly { readonly who: string; readonly at: string; readonly purpose: string }[];
};
export type Response = {
  readonly id: string;
  readonly kinds: readonly Kind[];
  readonly milestones: Readonly<Partial<Record<Milestone, MilestoneTime>>>;
  /** Newest last; the last stands. */
  readonly fields: Readonly<Record<string, readonly Stated[]>>;
  readonly headquarters: { readonly head: string; readonly place: string; readonly since: string } | null;
  readonly decisions: readonly Decision[];
  readonly evidence: readonly Evidence[];
};

/** Kept per field; older statements stay in the log. */
const STATEMENTS_KEPT_MAX = 20;
export const FIELDS_MAX = 200;
export const DECISIONS_MAX = 300;
export const EVIDENCE_MAX = 500;

export const NO_RESPONSE: Response = {
  id: '',
  kinds: [],
  milestones: {},
  fields: {},
  headquarters: null,
  decisions: [],
  evidence: [],
};

/** Key: the incident's id. */
export const responseState = defineView<Response>({
  name: 'incidents.response',
  version: 1,
  folds: [declared.name, ...RESPONSE_FACTS.map((def) => def.name)],
  initial: () => NO_RESPONSE,
  keysOf: (fact) => [idOf(fact)],
  apply: (state, fact) => ({ ...state, id: idOf(fact), ...changedResponse(state, fact) }),
});

function changedResponse(state: Response, fact: Fact): Partial<Response> {
  if (isFact(kindsSet, fact)) return { kinds: fact.body.kinds };
  if (isFact(milestoneReached, fact)) {
    const { milestone, at, dueAt } = fact.body;
    const times = (state.milestones[milestone]?.times ?? 0) + 1;
    return {
      milestones: { ...state.milestones, [milestone]: { at, dueAt, statedAt: fact.recordedAt, times } },
    };
  }
  if (isFact(fieldStated, fact)) {
    const { field, value, asOf, confidence, source } = fact.body;
    const stated: Stated = { value, asOf, confidence, source, fact: fact.seq, by: fact.actor };
    const before = (state.fields[field] ?? []).slice(-STATEMENTS_KEPT_MAX + 1);
    return { fields: { ...state.fields, [field]: [...before, stated] } };
  }
  if (isFact(headquartersOpened, fact)) {
    const { head, place } = fact.body;
    return { headquarters: { head, place, since: fact.recordedAt } };
  }
  if (isFact(headquartersClosed, fact)) return { headquarters: null };
  return changedRecord(state, fact);
}

function changedRecord(state: Response, fact: Fact): Partial<Response> {
  if (isFact(decisionMade, fact)) {
    const { decision: id, question, options, chosen, reason, objections, owner } = fact.body;
    const { authority, revisitAt, replaces } = fact.body;
    const what = { question, options, chosen, reason, objections, owner, authority, revisitAt };
    const made: Decision = { id, at: fact.recordedAt, ...what, replacedBy: null };
    const before = state.decisions.map((one) => (one.id === replaces ? { ...one, replacedBy: id } : one));
    return { decisions: [...before, made] };
  }
  if (isFact(evidenceCollected, fact)) {
    const { evidence: id, title, sha256, bytes, volatility, collectedAt, source, kept } = fact.body;
    const custody = [{ who: fact.body.collector, at: collectedAt, purpose: '' }];
    const item = { id, title, sha256, bytes, volatility, collectedAt, source, kept, custody };
    return { evidence: [...state.evidence, item] };
  }
  if (isFact(evidenceHanded, fact)) {
    const { evidence, to, at, purpose } = fact.body;
    return {
      evidence: state.evidence.map((one) =>
        one.id === evidence ? { ...one, custody: [...one.custody, { who: to, at, purpose }] } : one,
      ),
    };
  }
  return {};
}

/** When an event happened, as stated last; null while nobody said. */
export function milestoneAt(response: Response, milestone: Milestone): string | null {
  return response.milestones[milestone]?.at ?? null;
}
