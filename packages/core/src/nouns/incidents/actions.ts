/** What follows from facts: a peg that changes its level signals; what the world must hear goes to the outbox. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { LEVEL_NAMES, levelChanged } from '../peg/facts.ts';
import { declared, phaseReached, suspected } from './facts/life.ts';
import { headquartersOpened, roleTaken } from './facts/response.ts';
import { improvementOverdue, reportPublished } from './facts/review.ts';

const signalOnLevel: ActionRule = {
  on: levelChanged.name,
  act: (fact): Action[] => {
    if (!isFact(levelChanged, fact)) return [];
    const { asset, from, to, at, why } = fact.body;
    const input = {
      correlation: `peg/${asset}`,
      component: asset,
      title: `${asset} peg: ${to} / ${asset} ペグ: ${LEVEL_NAMES[to].ja}`,
      from,
      to,
      at,
      why,
    };
    return [{ kind: 'command', command: 'incidents.Signal', input }];
  },
};

/** Subscribers of the firm hear of these through the webhook connector, if one is configured. */
const tell = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => [
    {
      kind: 'send',
      target: 'webhook',
      body: {
        seq: fact.seq,
        id: fact.id,
        type: fact.type,
        recordedAt: fact.recordedAt,
        occurredAt: fact.occurredAt,
        body: fact.body,
      },
    },
  ],
});

/** A declaration says when it happened and when the firm knew: clocks hang on that until somebody corrects it. */
const milestonesOnDeclared: ActionRule = {
  on: declared.name,
  act: (fact): Action[] => {
    if (!isFact(declared, fact)) return [];
    const { id, correlation, happenedAt, discoveredAt } = fact.body;
    const state = (milestone: string, at: string): Action => ({
      kind: 'command',
      command: 'incidents.StateMilestone',
      input: { incident: id, milestone, at },
    });
    // The control that noticed says what kind it is; anything else waits for a person.
    const reason = `by the control ${correlation} / 統制 ${correlation} による`;
    const kinds: Action[] = correlation?.startsWith('peg/')
      ? [
          {
            kind: 'command',
            command: 'incidents.SetKinds',
            input: { incident: id, kinds: ['peg-break'], reason },
          },
        ]
      : [];
    return [...kinds, state('occurred', happenedAt), state('aware', discoveredAt)];
  },
};

const followPhase: ActionRule = {
  on: phaseReached.name,
  act: (fact): Action[] => {
    if (!isFact(phaseReached, fact)) return [];
    const { id, to } = fact.body;
    if (to === 'closed')
      return [{ kind: 'command', command: 'incidents.OpenReview', input: { incident: id } }];
    if (to !== 'contained') return [];
    const input = { incident: id, milestone: 'contained', at: fact.recordedAt };
    return [{ kind: 'command', command: 'incidents.StateMilestone', input }];
  },
};

export const INCIDENT_ACTIONS: readonly ActionRule[] = [
  signalOnLevel,
  milestonesOnDeclared,
  followPhase,
  tell(suspected.name),
  tell(declared.name),
  tell(phaseReached.name),
  tell(roleTaken.name),
  tell(headquartersOpened.name),
  tell(improvementOverdue.name),
  tell(reportPublished.name),
];
