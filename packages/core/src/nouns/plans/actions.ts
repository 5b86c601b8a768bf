/** What follows: declaring and classifying open books, phases open the next ones, approval and training meet duties. */
import type { Action, ActionRule } from '../../log/define.ts';
import { type Fact, isFact } from '../../log/fact.ts';
import { declared, phaseReached } from '../incidents/facts/life.ts';
import { kindsSet } from '../incidents/facts/response.ts';
import { planApproved, type Stage, trainingHeld } from './facts/plan.ts';
import { taskMissed } from './facts/tasks.ts';

const open = (incident: string, stage: Stage): Action[] => [
  { kind: 'command', command: 'plans.OpenBooks', input: { incident, stage } },
];

const STAGE_OF: Readonly<Record<string, Stage>> = { contained: 'interim', recovering: 'recovery' };

function stagesOf(fact: Fact): Action[] {
  if (isFact(declared, fact) || isFact(kindsSet, fact)) return open(fact.body.id, 'initial');
  if (!isFact(phaseReached, fact)) return [];
  const stage = STAGE_OF[fact.body.to];
  return stage === undefined ? [] : open(fact.body.id, stage);
}

function firmEventOf(fact: Fact): Action[] {
  const record = (event: string, at: string, reference: string): Action[] => [
    { kind: 'command', command: 'reports.RecordFirmEvent', input: { event, at, reference } },
  ];
  if (isFact(planApproved, fact)) return record('plan-approved', fact.body.approvedAt, fact.body.minutes);
  if (!isFact(trainingHeld, fact) || fact.body.scope !== 'company-wide') return [];
  return record('training-held', fact.body.at, `training ${fact.body.training}`);
}

export const PLAN_ACTIONS: readonly ActionRule[] = [
  { on: declared.name, act: stagesOf },
  { on: kindsSet.name, act: stagesOf },
  { on: phaseReached.name, act: stagesOf },
  { on: planApproved.name, act: firmEventOf },
  { on: trainingHeld.name, act: firmEventOf },
  {
    on: taskMissed.name,
    act: ({ seq, id, type, recordedAt, occurredAt, body }): Action[] => [
      { kind: 'send', target: 'webhook', body: { seq, id, type, recordedAt, occurredAt, body } },
    ],
  },
];
