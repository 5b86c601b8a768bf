/** What follows: events of an incident bring duties, filings bring further ones, loud clocks tell everybody. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact, type Text } from '../../log/fact.ts';
import { noticePublished } from '../comms/facts/notices.ts';
import { kindsSet, milestoneReached } from '../incidents/facts/response.ts';
import { dutyNamed } from './engine/duties.ts';
import {
  dutyEscalated,
  dutyExempted,
  dutyMissed,
  dutyMoved,
  dutySatisfied,
  dutySuspended,
  FIRM,
  firmEventOccurred,
  profileApplied,
  profileSet,
} from './facts/duties.ts';
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
/** Regimes that are added in mid-incident bring their duties at once; those that fall away take theirs along. */
const onProfile: ActionRule = {
  on: profileSet.name,
  act: () => [{ kind: 'command', command: 'reports.ApplyProfile', input: {} }],
};
const onApplied: ActionRule = {
  on: profileApplied.name,
  act: (fact) =>
    isFact(profileApplied, fact)
      ? fact.body.subjects.flatMap((subject) => consider(subject, PROFILE_REASON))
      : [],
};
const PROFILE_REASON = 'the profile changed / 適用法令等の変更';
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

/** Whoever keeps the clocks is called before they run out, and again when one has. */
const callKeepers = (on: string, says: Text): ActionRule => ({
  on,
  act: (fact): Action[] => {
    const { subject, instance, limitAt, stage } = fact.body as Readonly<Record<string, string>>;
    if (subject === undefined || instance === undefined || stage === 'warning') return [];
    const title = dutyNamed(instance.split('@')[0] ?? '')?.title ?? { en: instance, ja: instance };
    const text = {
      en: `${says.en} ${limitAt}: ${title.en}`,
      ja: `${says.ja}(${limitAt}): ${title.ja}`,
    };
    const input = {
      subject: `${subject}/${instance}`.slice(0, 100),
      link: subject === FIRM ? '/console/clocks' : `/console/incidents/${subject}`,
      text,
      roles: ['compliance', 'commander'],
    };
    return [{ kind: 'command', command: 'people.Page', input }];
  },
});

const endCalls = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => {
    const { subject, instance } = fact.body as Readonly<Record<string, string>>;
    const input = { subject: `${subject}/${instance}`.slice(0, 100) };
    return [{ kind: 'command', command: 'people.EndCalls', input }];
  },
});

const tell = (on: string): ActionRule => ({
  on,
  act: (fact): Action[] => {
    const { seq, id, type, recordedAt, occurredAt, body } = fact;
    return [{ kind: 'send', target: 'webhook', body: { seq, id, type, recordedAt, occurredAt, body } }];
  },
});

export const REPORT_ACTIONS: readonly ActionRule[] = [
  onProfile,
  onApplied,
  onKinds,
  onMilestone,
  onFiled,
  onFirmEvent,
  onPublished,
  callKeepers(dutyEscalated.name, { en: 'Clock about to run out at', ja: '期限が迫っています' }),
  callKeepers(dutyMissed.name, { en: 'Clock ran out at', ja: '期限を過ぎました' }),
  endCalls(dutySatisfied.name),
  endCalls(dutyExempted.name),
  endCalls(dutySuspended.name),
  endCalls(dutyMoved.name),
  tell(dutyEscalated.name),
  tell(dutyMissed.name),
];
