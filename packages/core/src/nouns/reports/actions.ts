/** What follows: events of an incident bring duties, filings bring further ones, loud clocks tell everybody. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { noticePublished } from '../comms/facts/notices.ts';
import { kindsSet, milestoneReached } from '../incidents/facts/response.ts';
import { dutyEscalated, dutyMissed, FIRM, firmEventOccurred } from './facts/duties.ts';
import { filingRecorded } from './facts/filings.ts';

const consider = (subject: string, because: string): Action[] =>
  subject === FIRM ? [] : [{ kind: 'command', command: 'reports.Consider', input: { subject, because } }];

const onKinds: ActionRule = {
  on: kindsSet.name,
  act: (fact) => (isFact(kindsSet, fact) ? consider(fact.body.id, fact.body.reason) : []),
};
const onMilestone: ActionRule = {
  on: milestoneReached.name,
  act: (fact) =>
    isFact(milestoneReached, fact) ? consider(fact.body.id, fact.body.reason ?? fact.body.milestone) : [],
};
const onFiled: ActionRule = {
  on: filingRecorded.name,
  act: (fact) => (isFact(filingRecorded, fact) ? consider(fact.body.subject, fact.body.reference) : []),
};
/** Publishing meets art. 14(1). */
const onPublished: ActionRule = {
  on: noticePublished.name,
  act: (fact): Action[] => {
    if (!isFact(noticePublished, fact) || fact.body.incident === null) return [];
    const input = { subject: fact.body.incident, event: 'published', at: fact.recordedAt };
    return [{ kind: 'command', command: 'reports.MeetByEvent', input }];
  },
};
const onFirmEvent: ActionRule = {
  on: firmEventOccurred.name,
  act: (fact): Action[] => {
    if (!isFact(firmEventOccurred, fact)) return [];
    const { event, at } = fact.body;
    return [{ kind: 'command', command: 'reports.ConsiderFirm', input: { event, at } }];
  },
};

const tell = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => {
    const { seq, id, type, recordedAt, occurredAt, body } = fact;
    return [{ kind: 'send', target: 'webhook', body: { seq, id, type, recordedAt, occurredAt, body } }];
  },
});

export const REPORT_ACTIONS: readonly ActionRule[] = [
  onKinds,
  onMilestone,
  onFiled,
  onFirmEvent,
  onPublished,
  tell(dutyEscalated.name),
  tell(dutyMissed.name),
];
