/**
 * OpenZeppelin Monitor, webhook trigger (https://docs.openzeppelin.com/monitor): a title and a body that its templates
 * wrote. It tells of events on a chain and never that one is over. A line `severity:` or `component:` in the body counts.
 */
import type { Alarm } from '../facts.ts';
import { objectAt, own, type Reading, requiredText, textOf, toAlarm } from './shape.ts';

/** As far as lines are looked at. */
const BODY_LENGTH_MAX = 10_000;

/** The one alarm of a message. Throws `input.invalid` when it has no title. */
export function readOpenzeppelin(body: unknown, reading: Reading): Alarm[] {
  const message = objectAt(body, 'body');
  const title = requiredText(own(message, 'title'), 'title');
  const text = textOf(own(message, 'body')).slice(0, BODY_LENGTH_MAX);
  const component = lineOf(text, 'component');
  const alarm = toAlarm(reading, {
    // The same title is the same watch: a thousand transactions that match it are one alarm, and all are evidence.
    fingerprint: `${component} ${title}`,
    status: 'firing',
    severity: lineOf(text, 'severity'),
    title,
    component,
    startsAt: null,
    endsAt: null,
    labels: [['body', text]],
    link: /https?:\/\/[^\s)>\]]+/.exec(text)?.[0] ?? '',
  });
  return [alarm];
}

function lineOf(text: string, name: string): string {
  const line = text.split('\n').find((one) => one.trim().toLowerCase().startsWith(`${name}:`)) ?? '';
  return line.slice(line.indexOf(':') + 1).trim();
}
