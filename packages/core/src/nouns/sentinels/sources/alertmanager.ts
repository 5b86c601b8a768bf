/**
 * Prometheus Alertmanager, webhook version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).
 * Every alert of the group is an alarm of its own: told apart by its fingerprint, resolved by its own status.
 */
import type { Alarm } from '../facts.ts';
import {
  firstText,
  type Json,
  type Label,
  labelsOf,
  listAt,
  objectAt,
  own,
  type Reading,
  requiredText,
  toAlarm,
  unusable,
} from './shape.ts';

/** The alarms of one notification. Throws `input.invalid` for another version or a field that is not as it sends. */
export function readAlertmanager(body: unknown, reading: Reading): Alarm[] {
  const message = objectAt(body, 'body');
  const version = own(message, 'version');
  if (version !== '4')
    throw unusable(
      'version',
      `is ${JSON.stringify(version)?.slice(0, 20)}, only "4" is read`,
      'use webhook_config',
    );
  return listAt(own(message, 'alerts'), 'alerts').map((item, i) =>
    readAlert(objectAt(item, `alerts.${i}`), `alerts.${i}`, reading),
  );
}

type More = { readonly title: string; readonly link: string; readonly labels: readonly Label[] };

/** One entry of `alerts`; Grafana sends the same shape with `more` beside it. */
export function readAlert(
  alert: Json,
  field: string,
  reading: Reading,
  more: More = { title: '', link: '', labels: [] },
): Alarm {
  const labels = own(alert, 'labels');
  const annotations = own(alert, 'annotations');
  const status = own(alert, 'status');
  if (status !== 'firing' && status !== 'resolved')
    throw unusable(`${field}.status`, 'must be firing or resolved', 'send what Alertmanager sends');
  return toAlarm(reading, {
    fingerprint: requiredText(own(alert, 'fingerprint'), `${field}.fingerprint`),
    status,
    severity: firstText(own(labels, 'severity'), own(labels, 'priority')),
    title: firstText(own(labels, 'alertname'), more.title, own(annotations, 'summary')),
    component: firstText(own(labels, 'component'), own(labels, 'service'), own(labels, 'job')),
    startsAt: own(alert, 'startsAt'),
    // A firing alert has the zero time of Go here: open.
    endsAt: own(alert, 'endsAt'),
    labels: [
      ...labelsOf(labels),
      ...more.labels,
      ...labelsOf(annotations).map(([name, value]) => [`annotation.${name}`, value] as const),
    ],
    link: firstText(more.link, own(alert, 'generatorURL')),
  });
}
