/** Tasks by role: mine to see at once what runs out first. Pure. */
import { INCIDENT_ROLES, type IncidentRole } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import type { Task } from '@sonae/core/nouns/plans/views/tasks.ts';

export type RoleTasks = { readonly role: IncidentRole; readonly tasks: readonly Task[] };

/** Open ones first, of those the soonest; roles without tasks are left out. */
export function tasksByRole(tasks: readonly Task[]): readonly RoleTasks[] {
  const order = (a: Task, b: Task): number =>
    Number(a.outcome !== 'open') - Number(b.outcome !== 'open') || Date.parse(a.dueAt) - Date.parse(b.dueAt);
  return INCIDENT_ROLES.map((role) => ({
    role,
    tasks: tasks.filter((task) => task.role === role).sort(order),
  })).filter((group) => group.tasks.length > 0);
}

export const openTasksOf = (tasks: readonly Task[]): readonly Task[] =>
  tasks.filter(({ outcome }) => outcome === 'open');
