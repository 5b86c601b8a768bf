/**
 * PagerDuty Events API v2, `POST /v2/enqueue` (https://developer.pagerduty.com/docs/events-api-v2/overview): so whoever
 * can page can tell us by changing an address. An acknowledgement is recorded and changes nothing: people judge here.
 */
import { TITLE_LENGTH_MAX } from '../../../kernel/limits.ts';
import { type Alarm, FINGERPRINT_LENGTH_MAX } from '../facts.ts';
import {
  firstText,
  isObject,
  labelsOf,
  objectAt,
  own,
  type Reading,
  requiredText,
  toAlarm,
  unusable,
} from './shape.ts';

const STATUS_OF: Readonly<Record<string, Alarm['status']>> = {
  trigger: 'firing',
  acknowledge: 'noted',
  resolve: 'resolved',
};

/** @param newKey the dedup_key of a trigger that brought none; the answer tells it */
export function readPagerduty(body: unknown, reading: Reading, newKey: string): Alarm[] {
  const event = objectAt(body, 'body');
  const action = requiredText(own(event, 'event_action'), 'event_action');
  const status = Object.hasOwn(STATUS_OF, action) ? STATUS_OF[action] : undefined;
  if (status === undefined)
    throw unusable('event_action', 'must be trigger, acknowledge or resolve', 'send an event of version 2');
  const key = firstText(own(event, 'dedup_key'));
  if (key === '' && status !== 'firing')
    throw unusable('dedup_key', 'is missing', 'name the alarm that is acknowledged or resolved');
  if (key.length > FINGERPRINT_LENGTH_MAX)
    throw unusable('dedup_key', `is longer than ${FINGERPRINT_LENGTH_MAX}`, 'shorten it');
  const payload = own(event, 'payload');
  if (status === 'firing' && !isObject(payload))
    throw unusable('payload', 'must be an object', 'a trigger needs payload.summary, source and severity');
  const summary = status === 'firing' ? requiredText(own(payload, 'summary'), 'payload.summary') : '';
  const links = own(event, 'links');
  const alarm = toAlarm(reading, {
    fingerprint: key || newKey,
    status,
    severity: firstText(own(payload, 'severity')),
    title: firstText(summary, own(payload, 'summary'), action).slice(0, TITLE_LENGTH_MAX * 4),
    component: firstText(own(payload, 'component'), own(payload, 'group'), own(payload, 'source')),
    startsAt: own(payload, 'timestamp'),
    endsAt: null,
    labels: [
      ['event_action', action],
      ...labelsOf({
        source: own(payload, 'source'),
        component: own(payload, 'component'),
        group: own(payload, 'group'),
        class: own(payload, 'class'),
        client: own(event, 'client'),
      }),
      ...labelsOf(own(payload, 'custom_details')),
    ],
    link: firstText(own(Array.isArray(links) ? links[0] : null, 'href'), own(event, 'client_url')),
  });
  return [alarm];
}
