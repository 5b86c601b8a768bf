/** Tasks of an incident, and the open ones of all incidents. */
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import type { IncidentRole } from '../../incidents/facts/kinds.ts';
import { bookStarted, TASK_FACTS, taskAdded, taskDone, taskMissed, taskTaken } from '../facts/tasks.ts';

export type Task = {
  readonly incident: string;
  readonly task: string;
  readonly role: IncidentRole;
  readonly title: Text;
  readonly dueAt: string;
  readonly power: string | null;
  readonly by: string | null;
  readonly outcome: 'open' | 'done' | 'skipped';
  readonly note: string | null;
  readonly missed: boolean;
};
export type Tasks = {
  readonly books: readonly {
    readonly book: string;
    readonly stage: string;
    readonly at: string;
    readonly approved: boolean;
  }[];
  readonly tasks: readonly Task[];
};
export const TASKS_MAX = 500;

const fresh = { by: null, outcome: 'open', note: null, missed: false } as const;

/** Key: the incident's id. */
export const taskState = defineView<Tasks>({
  name: 'plans.tasks',
  version: 1,
  folds: TASK_FACTS.map((def) => def.name),
  initial: () => ({ books: [], tasks: [] }),
  keysOf: (fact) => [(fact.body as { incident: string }).incident],
  apply: (state, fact) => {
    const tasks = changedTasks(state.tasks, fact);
    if (!isFact(bookStarted, fact)) return { ...state, tasks };
    const { book, stage, approved } = fact.body;
    return { books: [...state.books, { book, stage, at: fact.recordedAt, approved }], tasks };
  },
});

function changedTasks(tasks: readonly Task[], fact: Fact): readonly Task[] {
  if (isFact(bookStarted, fact)) {
    const { incident } = fact.body;
    return [...tasks, ...fact.body.tasks.map((one) => ({ incident, ...one, ...fresh }))];
  }
  if (isFact(taskAdded, fact)) {
    const { incident, task, role, title, dueAt, power } = fact.body;
    return [...tasks, { incident, task, role, title, dueAt, power, ...fresh }];
  }
  const { task: id, incident } = fact.body as { task: string; incident: string };
  return tasks.map((one) =>
    one.task === id && one.incident === incident ? { ...one, ...change(fact) } : one,
  );
}

function change(fact: Fact): Partial<Task> {
  if (isFact(taskTaken, fact)) return { by: fact.body.by };
  if (isFact(taskDone, fact)) return { outcome: fact.body.outcome, note: fact.body.note };
  if (isFact(taskMissed, fact)) return { missed: true };
  return {};
}

/** Open tasks of all incidents; one key, `all`. */
export const openTasks = defineView<{ readonly tasks: readonly Task[] }>({
  name: 'plans.open-tasks',
  version: 1,
  folds: TASK_FACTS.map((def) => def.name),
  initial: () => ({ tasks: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => ({
    tasks: changedTasks(state.tasks, fact).filter(({ outcome }) => outcome === 'open'),
  }),
});
