/** What has to be done stands before what is done. */
import type { Task } from '@sonae/core/nouns/plans/views/tasks.ts';
import { expect, test } from 'vitest';
import { openTasksOf, tasksByRole } from './task-order.ts';

const task = (id: string, role: Task['role'], outcome: Task['outcome'], dueAt: string): Task =>
  ({ task: id, role, outcome, dueAt }) as Task;
const TASKS = [
  task('done', 'commander', 'done', '2026-01-01T00:00:00Z'),
  task('second', 'commander', 'open', '2026-01-03T00:00:00Z'),
  task('first', 'commander', 'open', '2026-01-02T00:00:00Z'),
  task('desk', 'desk', 'skipped', '2026-01-01T00:00:00Z'),
];

test('by role, the open and soonest first; roles without tasks are left out', () => {
  expect(tasksByRole(TASKS).map(({ role, tasks }) => [role, ...tasks.map((one) => one.task)])).toEqual([
    ['commander', 'first', 'second', 'done'],
    ['desk', 'desk'],
  ]);
});

test('open is neither done nor skipped', () => {
  expect(openTasksOf(TASKS).map((one) => one.task)).toEqual(['second', 'first']);
});
