/**
 * What follows from facts about powers. Only `authority.ExecutionOrdered` lets an action leave, and it exists only with a
 * decision record; test/powers-structure.test.ts holds that there is no other way out.
 */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { levelChanged } from '../peg/facts.ts';
import { approversCalled } from './facts/calls.ts';
import { controlLevelChanged } from './facts/rules.ts';
import {
  activated,
  cancelled,
  effectMissed,
  effectVerified,
  executionFailed,
  executionOrdered,
  expired,
  lapsed,
  requested,
  resumed,
  reviewMissed,
} from './facts/use.ts';

/** Where the executor listens in the outbox. */
export const POWER_TARGET = 'power';
/** Where the firm's ticket system listens. */
export const TICKET_TARGET = 'ticket';

const considerOnLevel: ActionRule = {
  on: levelChanged.name,
  act: (fact): Action[] => {
    if (!isFact(levelChanged, fact)) return [];
    const { asset, why } = fact.body;
    return [{ kind: 'command', command: 'authority.Consider', input: { signal: `peg/${asset}`, why } }];
  },
};

const performOnOrder: ActionRule = {
  on: executionOrdered.name,
  act: (fact): Action[] => {
    if (!isFact(executionOrdered, fact)) return [];
    const { use, hash, kind } = fact.body;
    if (kind === 'govern') return [{ kind: 'command', command: 'authority.Apply', input: { use } }];
    return [{ kind: 'send', target: POWER_TARGET, body: { use, hash, what: 'perform' } }];
  },
};

/** What was stopped with an end is let go at that end, also where somebody has to say so (a guardian contract). */
const endOnLapse: ActionRule = {
  on: lapsed.name,
  act: (fact): Action[] =>
    isFact(lapsed, fact)
      ? [{ kind: 'send', target: POWER_TARGET, body: { use: fact.body.use, hash: '', what: 'lapse' } }]
      : [],
};

/** What may already be scheduled on the target is struck out there with the same signature. */
const strikeOnCancel: ActionRule = {
  on: cancelled.name,
  act: (fact): Action[] =>
    isFact(cancelled, fact) && fact.body.revoked && fact.body.signature !== null
      ? [{ kind: 'send', target: POWER_TARGET, body: { use: fact.body.use, hash: '', what: 'strike' } }]
      : [],
};

const signalOnControl: ActionRule = {
  on: controlLevelChanged.name,
  act: (fact): Action[] => {
    if (!isFact(controlLevelChanged, fact)) return [];
    const { control, from, to, at, why } = fact.body;
    const input = {
      correlation: control,
      component: 'powers',
      title: `${control}: ${why.en} / ${why.ja}`.slice(0, 200),
      from,
      to,
      at,
      why,
    };
    return [{ kind: 'command', command: 'incidents.Signal', input }];
  },
};

/** A ticket for everybody who has to work on it: a power is in use. */
const ticketOnActivation: ActionRule = {
  on: activated.name,
  act: (fact): Action[] => {
    if (!isFact(activated, fact)) return [];
    const { use, action } = fact.body;
    const what = `${action.power} / ${action.target}`;
    const until = action.until ?? '-';
    const body = {
      id: use,
      title: { en: `Power in use: ${what}`, ja: `権限の行使: ${what}` },
      text: {
        en: `Step ${action.step}, until ${until}. Review is due afterwards.`,
        ja: `手順 ${action.step}、期限 ${until}。終了後に検証が必要。`,
      },
      link: `/console/powers/uses/${use}`,
    };
    return [{ kind: 'send', target: TICKET_TARGET, body }];
  },
};

const callApprovers: ActionRule = {
  on: approversCalled.name,
  act: (fact): Action[] => {
    if (!isFact(approversCalled, fact)) return [];
    const { use, roles, need } = fact.body;
    const text = {
      en: `A power waits for approvals: ${need} are needed.`,
      ja: `権限の行使が承認を待っています(必要人数: ${need})。`,
    };
    const input = { subject: use, link: `/console/powers/uses/${use}`, text, roles, need };
    return [{ kind: 'command', command: 'people.Page', input }];
  },
};

/** Once it is decided nobody needs to come any more. */
const endCalls = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => {
    const { use } = fact.body as { use: string };
    return [{ kind: 'command', command: 'people.EndCalls', input: { subject: use } }];
  },
});

const tell = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => {
    const { seq, id, type, recordedAt, occurredAt, body } = fact;
    return [{ kind: 'send', target: 'webhook', body: { seq, id, type, recordedAt, occurredAt, body } }];
  },
});

export const AUTHORITY_ACTIONS: readonly ActionRule[] = [
  considerOnLevel,
  performOnOrder,
  endOnLapse,
  strikeOnCancel,
  signalOnControl,
  ticketOnActivation,
  callApprovers,
  endCalls(activated.name),
  endCalls(cancelled.name),
  endCalls(expired.name),
  tell(requested.name),
  tell(activated.name),
  tell(executionFailed.name),
  tell(effectVerified.name),
  tell(effectMissed.name),
  tell(resumed.name),
  tell(reviewMissed.name),
];
