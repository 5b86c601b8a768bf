/** What follows from facts: a peg that changes its level signals; what the world must hear goes to the outbox. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { LEVEL_NAMES, levelChanged } from '../peg/facts.ts';
import { declared, phaseReached, suspected } from './facts/life.ts';

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

export const INCIDENT_ACTIONS: readonly ActionRule[] = [
  signalOnLevel,
  tell(suspected.name),
  tell(declared.name),
  tell(phaseReached.name),
];
