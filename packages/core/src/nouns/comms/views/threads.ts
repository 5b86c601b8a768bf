/**
 * What the public reads: threads of published notices, from disclosed facts only; and an index of them that says when
 * the next update is due and how far planned work has come.
 */
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  type Impact,
  type MaintenanceStep,
  maintenanceAdvanced,
  type NoticeContent,
  noticePublished,
  updateMissed,
} from '../facts/notices.ts';
import { type ApprovalFunction, FINAL_STATUSES, type NoticeStatus } from '../facts/words.ts';

export type PublishedNotice = {
  readonly id: string;
  /** Where its fact stands in the log: the address of its proof. */
  readonly seq: number;
  readonly at: string;
  readonly content: NoticeContent;
  readonly approvedBy: readonly ApprovalFunction[];
};
export type Planned = {
  readonly from: string;
  readonly until: string;
  readonly step: MaintenanceStep;
  readonly steps: readonly {
    readonly step: MaintenanceStep;
    readonly at: string;
    readonly seq: number;
    readonly reason: Text | null;
  }[];
};
export type Thread = {
  readonly id: string;
  readonly exists: boolean;
  readonly incident: string | null;
  /** Oldest first. */
  readonly notices: readonly PublishedNotice[];
  /** Older ones that no longer stand here; their facts stay in the log. */
  readonly dropped: number;
  readonly planned: Planned | null;
};

const NOTICES_PER_THREAD_MAX = 100;
const NO_THREAD: Thread = {
  id: '',
  exists: false,
  incident: null,
  notices: [],
  dropped: 0,
  planned: null,
};
const threadOf = (fact: Fact): string => (fact.body as { thread: string }).thread;

function plannedAfter(planned: Planned | null, fact: Fact): Planned | null {
  if (isFact(noticePublished, fact)) {
    const { maintenance } = fact.body.content;
    if (maintenance === null) return planned;
    return planned === null
      ? { ...maintenance, step: 'scheduled', steps: [] }
      : { ...planned, ...maintenance };
  }
  if (!isFact(maintenanceAdvanced, fact) || planned === null) return planned;
  const { to: step, reason } = fact.body;
  const steps = [...planned.steps, { step, at: fact.recordedAt, seq: fact.seq, reason }];
  return { ...planned, step, steps: steps.slice(-20) };
}

/** Key: thread. */
export const noticeThread = defineView<Thread>({
  name: 'comms.thread',
  version: 1,
  folds: [noticePublished.name, maintenanceAdvanced.name],
  initial: () => NO_THREAD,
  keysOf: (fact) => [threadOf(fact)],
  apply: (state, fact) => {
    const planned = plannedAfter(state.planned, fact);
    if (!isFact(noticePublished, fact)) return { ...state, planned };
    const { id, thread, incident, content, approvedBy } = fact.body;
    const all = [...state.notices, { id, seq: fact.seq, at: fact.recordedAt, content, approvedBy }];
    const notices = all.slice(-NOTICES_PER_THREAD_MAX);
    const dropped = state.dropped + all.length - notices.length;
    return { id: thread, exists: true, incident, notices, dropped, planned };
  },
});

export type ThreadSummary = {
  readonly id: string;
  readonly incident: string | null;
  readonly title: Text;
  readonly status: NoticeStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it was said to be over, while it still is. */
  readonly resolvedAt: string | null;
  readonly lastNotice: string;
  /** What the last notice promised; null where none follows. */
  readonly nextUpdateAt: string | null;
  /** Since when the promise is broken. */
  readonly missedAt: string | null;
  readonly impacts: readonly Impact[];
  readonly planned: Pick<Planned, 'from' | 'until' | 'step'> | null;
  readonly answers: string | null;
};
export type ThreadIndex = { readonly threads: readonly ThreadSummary[] };

export const THREADS_LISTED_MAX = 200;

/** Newest first; one key, `all`. What is open is never dropped for what is over. */
export const threadIndex = defineView<ThreadIndex>({
  name: 'comms.threads',
  version: 1,
  folds: [noticePublished.name, maintenanceAdvanced.name, updateMissed.name],
  initial: () => ({ threads: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const id = threadOf(fact);
    const known = state.threads.find((thread) => thread.id === id);
    if (isFact(noticePublished, fact)) {
      const rest = state.threads.filter((thread) => thread.id !== id);
      return { threads: bounded([summaryAfter(known, fact), ...rest]) };
    }
    return {
      threads: state.threads.map((thread) =>
        thread.id === id ? { ...thread, ...changeOf(thread, fact) } : thread,
      ),
    };
  },
});

function summaryAfter(known: ThreadSummary | undefined, fact: Fact): ThreadSummary {
  if (!isFact(noticePublished, fact)) throw new Error('a summary follows a published notice');
  const { id, thread, incident, content } = fact.body;
  const { status, title, nextUpdateAt, maintenance, impacts, answers } = content;
  const isFinal = FINAL_STATUSES.includes(status);
  const step = known?.planned?.step ?? 'scheduled';
  return {
    id: thread,
    incident,
    // A matter keeps the title of its first notice; updates have titles of their own.
    title: known?.title ?? title,
    status,
    createdAt: known?.createdAt ?? fact.recordedAt,
    updatedAt: fact.recordedAt,
    resolvedAt: isFinal ? (known?.resolvedAt ?? fact.recordedAt) : null,
    lastNotice: id,
    nextUpdateAt,
    missedAt: null,
    // Updates about planned work do not change what it weighs on.
    impacts: known?.planned && maintenance === null ? known.impacts : impacts,
    planned: maintenance === null ? (known?.planned ?? null) : { ...maintenance, step },
    answers: answers ?? known?.answers ?? null,
  };
}

function changeOf(thread: ThreadSummary, fact: Fact): Partial<ThreadSummary> {
  if (isFact(updateMissed, fact)) return { missedAt: fact.body.dueAt };
  if (!isFact(maintenanceAdvanced, fact) || thread.planned === null) return {};
  const { to } = fact.body;
  const over = to === 'completed' ? { status: 'resolved' as const, resolvedAt: fact.recordedAt } : {};
  return { planned: { ...thread.planned, step: to }, updatedAt: fact.recordedAt, ...over };
}

function bounded(threads: readonly ThreadSummary[]): readonly ThreadSummary[] {
  if (threads.length <= THREADS_LISTED_MAX) return threads;
  const oldestOver = threads.findLastIndex((thread) => thread.resolvedAt !== null);
  return threads.filter((_, i) => i !== (oldestOver < 0 ? threads.length - 1 : oldestOver));
}

export const isThreadOpen = (thread: ThreadSummary): boolean => thread.resolvedAt === null;
