/** Books at work: opened by the class and the phase, tasks taken, added, done or skipped; time boxes that run out. */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { isoTime as isoOf, MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type FactDef, type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { type Kind, roleSchema } from '../../incidents/facts/kinds.ts';
import { text } from '../../incidents/facts/life.ts';
import { incidentState } from '../../incidents/views/incident.ts';
import { responseState } from '../../incidents/views/response.ts';
import { GENERAL_TASKS } from '../engine/books.ts';
import { type PlanTask, type Stage, stageSchema } from '../facts/plan.ts';
import { bookStarted, taskAdded, taskDone, taskMissed, taskTaken } from '../facts/tasks.ts';
import { bookOf, planState } from '../views/plan.ts';
import { openTasks, TASKS_MAX, type Task, type Tasks, taskState } from '../views/tasks.ts';

const incidentId = z.string().min(1).max(40);
const stream = (incident: string): string => `plans/${incident}`;

function taskFact<Body extends { incident: string }>(def: FactDef<Body>, body: Body): NewFact {
  return newFact(def, stream(body.incident), body, { incident: body.incident });
}

export const openBooks = defineCommand({
  name: 'plans.OpenBooks',
  says: { en: 'Open the books of a stage for the incident’s classes.', ja: '区分に応じた手順書を開く。' },
  input: z.object({ incident: incidentId, stage: stageSchema }).strict(),
  by: ['system', 'operator'],
  refusals: {},
  reads: (input) => ({
    incident: ref(incidentState, input.incident),
    response: ref(responseState, input.incident),
    plan: ref(planState, 'all'),
    tasks: ref(taskState, input.incident),
  }),
  decide: ({ incident, stage }, { incident: found, response, plan, tasks }, ctx) => {
    if (!found.exists || found.declaredAt === null) return { facts: [] };
    const startMs = parseTime(ctx.now);
    const facts: NewFact[] = [];
    const known = new Set(tasks.tasks.map(({ task }) => task));
    const open = (book: string, planned: readonly PlanTask[], version: number, approved: boolean): void => {
      if (tasks.books.some((one) => one.book === book)) return;
      const fresh = planned.filter(({ id }) => !known.has(`${stage}/${id}`));
      for (const { id } of fresh) known.add(`${stage}/${id}`);
      if (fresh.length === 0 || known.size > TASKS_MAX) return;
      const started = fresh.map((one) => startedTask(stage, one, startMs));
      facts.push(taskFact(bookStarted, { incident, book, stage, version, approved, tasks: started }));
    };
    if (response.kinds.length === 0 && stage === 'initial')
      open('general/initial', GENERAL_TASKS, 0, plan.approval !== null);
    for (const kind of response.kinds) {
      const { book, version, approved } = bookOf(plan, kind as Kind, stage);
      open(`${kind}/${stage}`, book.tasks, version, approved);
    }
    return { facts };
  },
});

function startedTask(stage: Stage, { id, role, title, withinMinutes, power }: PlanTask, startMs: number) {
  return { task: `${stage}/${id}`, role, title, dueAt: isoOf(startMs + withinMinutes * MINUTE_MS), power };
}

const NO_TASK = { 'no-task': { en: 'No open task has this id.', ja: '該当する未完了の作業がない。' } };
const about = { incident: incidentId, task: z.string().min(1).max(100) };
const withTasks = (input: { incident: string }) => ({ tasks: ref(taskState, input.incident) });

function openTask({ tasks }: Tasks, id: string): Task | Refused {
  const found = tasks.find(({ task, outcome }) => task === id && outcome === 'open');
  return found ?? refuse('no-task', `no open task is ${id}`, 'list them in the incident room');
}

export const takeTask = defineCommand({
  name: 'plans.TakeTask',
  says: { en: 'Take a task.', ja: '作業を引き受ける。' },
  input: z.object(about).strict(),
  by: ['operator'],
  refusals: NO_TASK,
  reads: withTasks,
  decide: ({ incident, task }, { tasks }, ctx) => {
    const found = openTask(tasks, task);
    return 'refused' in found
      ? found
      : { facts: [taskFact(taskTaken, { incident, task, by: ctx.actor.id })] };
  },
});

export const finishTask = defineCommand({
  name: 'plans.FinishTask',
  says: {
    en: 'Say that a task is done, or skip it with a reason.',
    ja: '作業の完了、または理由を付した省略を記録する。',
  },
  input: z
    .object({ ...about, outcome: z.enum(['done', 'skipped']).default('done'), note: text.optional() })
    .strict(),
  by: ['operator'],
  refusals: {
    ...NO_TASK,
    'no-reason': { en: 'Skipping needs a reason.', ja: '省略には理由が必要。' },
  },
  reads: withTasks,
  decide: ({ incident, task, outcome, note }, { tasks }) => {
    const found = openTask(tasks, task);
    if ('refused' in found) return found;
    if (outcome === 'skipped' && note === undefined)
      return refuse('no-reason', 'a skipped task needs a note', 'say why it is not done');
    return { facts: [taskFact(taskDone, { incident, task, outcome, note: note ?? null })] };
  },
});

export const addTask = defineCommand({
  name: 'plans.AddTask',
  says: { en: 'Add a task in the middle of the incident.', ja: '対応中に作業を追加する。' },
  input: z
    .object({
      incident: incidentId,
      role: roleSchema,
      title: z.string().trim().min(1).max(500),
      withinMinutes: z.int().positive().max(525_600),
      reason: text.optional(),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'no-incident': { en: 'No declared incident has this id.', ja: '宣言済みのインシデントがない。' },
    'too-many-tasks': { en: 'The incident has too many tasks.', ja: '作業数の上限。' },
  },
  reads: (input) => ({ incident: ref(incidentState, input.incident), tasks: ref(taskState, input.incident) }),
  decide: (input, { incident, tasks }, ctx) => {
    if (incident.declaredAt === null)
      return refuse('no-incident', `${input.incident} is not declared`, 'declare the incident first');
    if (tasks.tasks.length >= TASKS_MAX)
      return refuse('too-many-tasks', `${TASKS_MAX} tasks are on the list`, 'finish some first');
    const { role, title, withinMinutes } = input;
    const dueAt = isoOf(parseTime(ctx.now) + withinMinutes * MINUTE_MS);
    const task = `added/${ctx.newId()}`;
    const words = { en: title, ja: title };
    const body = {
      incident: incident.id,
      task,
      role,
      title: words,
      dueAt,
      power: null,
      reason: input.reason ?? null,
    };
    return { facts: [taskFact(taskAdded, body)], result: { task } };
  },
});

export const keepTasks = defineCommand({
  name: 'plans.KeepTasks',
  says: { en: 'Say which time boxes ran out.', ja: '制限時間を過ぎた作業を知らせる。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ open: ref(openTasks, 'all') }),
  decide: (_, { open }, ctx) => ({
    facts: open.tasks
      .filter(({ missed, dueAt }) => !missed && parseTime(dueAt) < parseTime(ctx.now))
      .slice(0, KEPT_AT_ONCE_MAX)
      .map(({ incident, task, dueAt }) => taskFact(taskMissed, { incident, task, dueAt })),
  }),
});
