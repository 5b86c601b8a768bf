/** What leaves: calls and messages to people, whose addresses only the sender opens. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { messageSent, pageExhausted, pageSent } from './facts/reach.ts';

/** Where whoever sends to people listens in the outbox. */
export const PERSON_TARGET = 'person';

export const PEOPLE_ACTIONS: readonly ActionRule[] = [
  {
    on: pageSent.name,
    act: (fact): Action[] => {
      if (!isFact(pageSent, fact)) return [];
      const { page, principal, text, link, round } = fact.body;
      return [{ kind: 'send', target: PERSON_TARGET, body: { principal, page, round, text, link } }];
    },
  },
  {
    on: messageSent.name,
    act: (fact): Action[] => {
      if (!isFact(messageSent, fact)) return [];
      const { principal, text, link } = fact.body;
      return [{ kind: 'send', target: PERSON_TARGET, body: { principal, page: null, round: 1, text, link } }];
    },
  },
  {
    on: pageExhausted.name,
    act: ({ seq, id, type, recordedAt, occurredAt, body }): Action[] => [
      { kind: 'send', target: 'webhook', body: { seq, id, type, recordedAt, occurredAt, body } },
    ],
  },
];
