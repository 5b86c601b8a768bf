/** What follows from facts: subscribers are told page by page, the firm's systems at once, and keys are forgotten. */
import type { Action, ActionRule } from '../../log/define.ts';
import { type Fact, isFact } from '../../log/fact.ts';
import { noticePublished, updateMissed } from './facts/notices.ts';
import { deliveriesOrdered, subscriptionAsked, subscriptionEnded } from './facts/subscriptions.ts';

/** Looks for the next page of subscribers of a notice. */
export const FAN_OUT_TARGET = 'comms.fan-out';
/** Followed by `/` and the subscription: an outbox entry each, so that one slow address holds up no other. */
export const DELIVER_TARGET = 'comms.deliver';
export const CONFIRM_TARGET = 'comms.confirm';
export const FORGET_TARGET = 'comms.forget';

const webhook = (fact: Fact): Action => ({
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
});

const fanOut = (thread: string, notice: string, after: string | null): Action => ({
  kind: 'send',
  target: FAN_OUT_TARGET,
  body: { thread, notice, after },
});

const tellSubscribers: ActionRule = {
  on: noticePublished.name,
  act: (fact): Action[] =>
    isFact(noticePublished, fact) ? [webhook(fact), fanOut(fact.body.thread, fact.body.id, null)] : [],
};

const deliver: ActionRule = {
  on: deliveriesOrdered.name,
  act: (fact): Action[] => {
    if (!isFact(deliveriesOrdered, fact)) return [];
    const { thread, notice, subscribers, next } = fact.body;
    const sends = subscribers.map(
      (subscriber): Action => ({
        kind: 'send',
        target: `${DELIVER_TARGET}/${subscriber}`,
        body: { thread, notice, subscriber },
      }),
    );
    return next === null ? sends : [...sends, fanOut(thread, notice, next)];
  },
};

const askToConfirm: ActionRule = {
  on: subscriptionAsked.name,
  act: (fact): Action[] =>
    isFact(subscriptionAsked, fact)
      ? [{ kind: 'send', target: CONFIRM_TARGET, body: { subscriber: fact.body.id } }]
      : [],
};

const forget: ActionRule = {
  on: subscriptionEnded.name,
  act: (fact): Action[] =>
    isFact(subscriptionEnded, fact)
      ? [{ kind: 'send', target: FORGET_TARGET, body: { subscriber: fact.body.id } }]
      : [],
};

/** Who speaks for the firm; who leads it stands in. */
const CALLED_ROLES = ['communications', 'commander'];

const tellOfMiss: ActionRule = {
  on: updateMissed.name,
  act: (fact): Action[] => {
    if (!isFact(updateMissed, fact)) return [];
    const { thread: subject, dueAt } = fact.body;
    const text = {
      en: `The update promised to the public for ${dueAt} has not been published. Publish one now.`,
      ja: `公表済みの次回更新予定時刻(${dueAt})を過ぎましたが、更新が公表されていません。直ちに公表してください。`,
    };
    const input = { subject, link: '/console/comms', text, roles: CALLED_ROLES };
    return [webhook(fact), { kind: 'command', command: 'people.Page', input }];
  },
};

/** Once something is said nobody needs to come for it any more. */
const endCalls: ActionRule = {
  on: noticePublished.name,
  act: (fact): Action[] =>
    isFact(noticePublished, fact)
      ? [{ kind: 'command', command: 'people.EndCalls', input: { subject: fact.body.thread } }]
      : [],
};

export const COMMS_ACTIONS: readonly ActionRule[] = [
  tellSubscribers,
  endCalls,
  deliver,
  askToConfirm,
  forget,
  tellOfMiss,
];
