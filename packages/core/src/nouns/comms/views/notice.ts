/** A draft on its way to the public: who wrote it, who approved which revision. And the list of drafts. */
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  type NoticeContent,
  noticeApproved,
  noticeDrafted,
  noticePublished,
  noticeRejected,
  noticeRevised,
} from '../facts/notices.ts';
import type { ApprovalFunction } from '../facts/words.ts';

export type Approval = {
  readonly principal: string;
  readonly function: ApprovalFunction;
  readonly at: string;
};
export type NoticeState = 'none' | 'draft' | 'rejected' | 'published';
export type Draft = {
  readonly id: string;
  readonly state: NoticeState;
  readonly incident: string | null;
  readonly thread: string;
  readonly revision: number;
  readonly content: NoticeContent | null;
  readonly template: { readonly template: string; readonly revision: number } | null;
  /** Everybody who wrote at it: none of them may approve it. */
  readonly authors: readonly string[];
  /** Of the present revision only. */
  readonly approvals: readonly Approval[];
  readonly rejection: { readonly by: string; readonly reason: string; readonly at: string } | null;
  readonly draftedAt: string;
  readonly publishedAt: string | null;
};

export const NO_DRAFT: Draft = {
  id: '',
  state: 'none',
  incident: null,
  thread: '',
  revision: 0,
  content: null,
  template: null,
  authors: [],
  approvals: [],
  rejection: null,
  draftedAt: '',
  publishedAt: null,
};

export const NOTICE_FACTS = [noticeDrafted, noticeRevised, noticeApproved, noticeRejected, noticePublished];

const idOf = (fact: Fact): string => (fact.body as { id: string }).id;

/** Key: notice id. */
export const noticeDraft = defineView<Draft>({
  name: 'comms.notice',
  version: 1,
  folds: NOTICE_FACTS.map((def) => def.name),
  initial: () => NO_DRAFT,
  keysOf: (fact) => [idOf(fact)],
  apply: (state, fact) => foldDraft(state, fact),
});

export function foldDraft(state: Draft, fact: Fact): Draft {
  if (isFact(noticeDrafted, fact)) {
    const { id, incident, thread, content, template } = fact.body;
    return {
      ...NO_DRAFT,
      id,
      state: 'draft',
      incident,
      thread,
      content,
      template,
      revision: 1,
      authors: [fact.actor],
      draftedAt: fact.recordedAt,
    };
  }
  if (isFact(noticeRevised, fact)) {
    const authors = state.authors.includes(fact.actor) ? state.authors : [...state.authors, fact.actor];
    const { revision, content } = fact.body;
    return { ...state, state: 'draft', revision, content, authors, approvals: [], rejection: null };
  }
  if (isFact(noticeApproved, fact)) {
    const approval = { principal: fact.actor, function: fact.body.function, at: fact.recordedAt };
    return { ...state, approvals: [...state.approvals, approval] };
  }
  if (isFact(noticeRejected, fact)) {
    const rejection = { by: fact.actor, reason: fact.body.reason, at: fact.recordedAt };
    return { ...state, state: 'rejected', approvals: [], rejection };
  }
  if (!isFact(noticePublished, fact)) return state;
  const { id, incident, thread, content, template, revision } = fact.body;
  const opened = state.state === 'none' ? { id, authors: [fact.actor], draftedAt: fact.recordedAt } : {};
  return {
    ...state,
    ...opened,
    state: 'published',
    incident,
    thread,
    content,
    template,
    revision,
    publishedAt: fact.recordedAt,
  };
}

export type DraftList = { readonly drafts: readonly Draft[] };
const DRAFTS_LISTED_MAX = 50;

/** Newest first, without what is published; one key, `all`. */
export const draftList = defineView<DraftList>({
  name: 'comms.drafts',
  version: 1,
  folds: NOTICE_FACTS.map((def) => def.name),
  initial: () => ({ drafts: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const id = idOf(fact);
    const known = state.drafts.find((draft) => draft.id === id);
    const rest = state.drafts.filter((draft) => draft.id !== id);
    if (isFact(noticePublished, fact)) return { drafts: rest };
    if (known === undefined && !isFact(noticeDrafted, fact)) return state;
    const next = foldDraft(known ?? NO_DRAFT, fact);
    if (known === undefined) return { drafts: [next, ...rest].slice(0, DRAFTS_LISTED_MAX) };
    return { drafts: state.drafts.map((draft) => (draft.id === id ? next : draft)) };
  },
});
