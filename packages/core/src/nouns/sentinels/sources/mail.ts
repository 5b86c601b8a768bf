/**
 * E-mail of monitors that can do nothing else. The subject is the title, the thread tells alarms apart (RFC 5322:
 * References, In-Reply-To, Message-ID), words of the subject say whether it is over and how bad it is. Of people in it
 * (From, To) nothing is kept: they are no part of an alarm.
 */
import type { Alarm } from '../facts.ts';
import { firstText, type Reading, toAlarm } from './shape.ts';

/** A parsed message: headers with names in lower case. */
export type MailMessage = {
  readonly subject: string;
  readonly messageId: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** ISO 8601, or empty. */
  readonly date: string;
};

/** `[RESOLVED] …`, `OK: …`, 【復旧】… : the word stands alone at the beginning. */
const OVER = /^\W*(resolved|recovered|recovery|ok|cleared|closed|復旧|解消|正常)(?![a-z])/iu;
/** `[FIRING:2] critical: …` : what comes before the words that say what it is about. */
const REPLY = /^\s*((re|fwd?|aw|返信|転送)\s*[::]\s*)+/iu;

/** @param idHeader a header that names the alarm, in lower case; else the thread does */
export function readMail(message: MailMessage, reading: Reading, idHeader: string | null): Alarm[] {
  const headerOf = (name: string): string => message.headers.find(([known]) => known === name)?.[1] ?? '';
  const subject = message.subject.replace(REPLY, '');
  const isOver = OVER.test(subject);
  const thread = firstText(
    idHeader === null ? '' : headerOf(idHeader),
    firstId(headerOf('references')),
    firstId(headerOf('in-reply-to')),
    message.messageId,
    subject,
  );
  const alarm = toAlarm(reading, {
    fingerprint: thread,
    status: isOver ? 'resolved' : 'firing',
    severity: firstText(headerOf('x-severity'), severityWord(subject, reading), headerOf('importance')),
    title: firstText(subject, thread),
    component: headerOf('x-component'),
    startsAt: isOver ? null : message.date,
    endsAt: message.date,
    labels: [['message-id', message.messageId]],
    link: '',
  });
  return [alarm];
}

const firstId = (list: string): string => /<[^<>\s]+>/.exec(list)?.[0] ?? '';

/** The first word of the subject that the source's severities know. */
function severityWord(subject: string, { severities }: Reading): string {
  const words = subject.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
  return words.find((word) => Object.hasOwn(severities, word)) ?? '';
}
