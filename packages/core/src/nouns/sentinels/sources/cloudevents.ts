/**
 * CloudEvents 1.0 (https://github.com/cloudevents/spec): one event, one alarm. Source and subject (or type) tell alarms
 * apart; severity, status and title come from extensions or from the data, where they are named so.
 */
import type { Alarm } from '../facts.ts';
import { firstText, type Json, labelsOf, own, type Reading, requiredText, toAlarm } from './shape.ts';

const OVER = /(^|[._-])(resolved?|recovered|ok|cleared|closed|ended)$/i;

/** @param event the attributes as the protocol binding parsed them, with `data` */
export function readCloudEvent(event: Json, reading: Reading): Alarm {
  const data = own(event, 'data');
  const type = requiredText(own(event, 'type'), 'type');
  const source = requiredText(own(event, 'source'), 'source');
  const subject = firstText(own(event, 'subject'));
  const said = firstText(own(event, 'status'), own(data, 'status'), own(data, 'state'));
  const isOver = OVER.test(said === '' ? type : said);
  // `db.down` and `db.resolved` are the beginning and the end of one thing only when both name the same subject.
  const fingerprint = firstText(own(event, 'fingerprint'), own(data, 'fingerprint'), own(data, 'id'));
  return toAlarm(reading, {
    fingerprint: fingerprint || `${source} ${subject === '' ? type : subject}`,
    status: isOver ? 'resolved' : 'firing',
    severity: firstText(own(event, 'severity'), own(data, 'severity'), own(event, 'severitytext')),
    title: firstText(own(data, 'title'), own(data, 'summary'), own(data, 'message'), type),
    component: firstText(own(event, 'component'), own(data, 'component'), subject, source),
    startsAt: isOver ? null : own(event, 'time'),
    endsAt: own(event, 'time'),
    labels: [
      ...labelsOf({ id: own(event, 'id'), type, source, subject }),
      ...labelsOf(data).map(([name, value]) => [`data.${name}`, value] as const),
    ],
    link: firstText(own(data, 'link'), own(data, 'url'), own(event, 'dataschema')),
  });
}
