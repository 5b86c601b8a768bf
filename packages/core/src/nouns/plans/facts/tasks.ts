/** Books at work in an incident: tasks by role with time boxes, added to at any time, done or skipped with a reason. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { roleSchema } from '../../incidents/facts/kinds.ts';
import { text } from '../../incidents/facts/life.ts';
import { isoTime, principalId } from '../../incidents/facts/response.ts';
import { BOOK_TASKS_MAX, stageSchema } from './plan.ts';

const incident = z.string().min(1).max(40);
const taskId = z.string().min(1).max(100);
const words = z.object({ en: z.string().min(1).max(500), ja: z.string().min(1).max(500) }).strict();

export const startedTask = z
  .object({
    task: taskId,
    role: roleSchema,
    title: words,
    dueAt: isoTime,
    power: z.string().max(60).nullable(),
  })
  .strict();

export const bookStarted = defineFact({
  name: 'plans.BookOpened',
  version: 1,
  schema: z
    .object({
      incident,
      book: z.string().max(60),
      stage: stageSchema,
      version: z.int().nonnegative(),
      approved: z.boolean(),
      tasks: z.array(startedTask).min(1).max(BOOK_TASKS_MAX),
    })
    .strict(),
  says: { en: 'A procedure book was opened; its tasks run.', ja: '手順書が開かれ、作業が始まった。' },
});

export const taskAdded = defineFact({
  name: 'plans.TaskAdded',
  version: 1,
  schema: z.object({ incident, ...startedTask.shape, reason: text.nullable() }).strict(),
  says: { en: 'A task was added in the middle of the incident.', ja: '対応中に作業が追加された。' },
});

export const taskTaken = defineFact({
  name: 'plans.TaskAccepted',
  version: 1,
  schema: z.object({ incident, task: taskId, by: principalId }).strict(),
  says: { en: 'Somebody works on a task.', ja: '作業の担当が決まった。' },
});

export const taskDone = defineFact({
  name: 'plans.TaskFinished',
  version: 1,
  schema: z
    .object({ incident, task: taskId, outcome: z.enum(['done', 'skipped']), note: text.nullable() })
    .strict(),
  says: { en: 'A task is done, or was skipped with a reason.', ja: '作業の完了、または理由を付した省略。' },
});

export const taskMissed = defineFact({
  name: 'plans.TaskMissed',
  version: 1,
  schema: z.object({ incident, task: taskId, dueAt: isoTime }).strict(),
  says: { en: 'The time box of a task ran out.', ja: '作業の制限時間を超過した。' },
});

export const TASK_FACTS = [bookStarted, taskAdded, taskTaken, taskDone, taskMissed] as const;
