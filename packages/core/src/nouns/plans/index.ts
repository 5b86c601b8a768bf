/** The plans module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { PLAN_ACTIONS } from './actions.ts';
import {
  acknowledgePlan,
  approvePlan,
  judgeHorizon,
  listAgency,
  noteHorizon,
  recordTraining,
  reviseBook,
} from './decisions/plan.ts';
import { addTask, finishTask, keepTasks, openBooks, takeTask } from './decisions/tasks.ts';
import { PLAN_FACTS } from './facts/plan.ts';
import { TASK_FACTS } from './facts/tasks.ts';
import { planState } from './views/plan.ts';
import { openTasks, taskState } from './views/tasks.ts';

export const plans = defineModule({
  noun: 'plans',
  says: {
    en: 'The contingency plan: books, approval, training, agencies, horizon, and tasks at work.',
    ja: 'コンティンジェンシープラン: 手順書、承認、訓練、関係機関、注視事項、作業。',
  },
  facts: [...PLAN_FACTS, ...TASK_FACTS],
  views: [planState, taskState, openTasks],
  commands: [
    reviseBook,
    approvePlan,
    acknowledgePlan,
    recordTraining,
    listAgency,
    noteHorizon,
    judgeHorizon,
    openBooks,
    takeTask,
    finishTask,
    addTask,
    keepTasks,
  ],
  actions: PLAN_ACTIONS,
});
