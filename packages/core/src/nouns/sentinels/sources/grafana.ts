/**
 * Grafana alerting, webhook contact point (https://grafana.com/docs/grafana/latest/alerting/configure-notifications).
 * Like Alertmanager per alert, with a title and a state over all of them, and measured values and pages per alert.
 */
import type { Alarm } from '../facts.ts';
import { readAlert } from './alertmanager.ts';
import { firstText, labelsOf, listAt, objectAt, own, type Reading } from './shape.ts';

/** The alarms of one notification. Throws `input.invalid` naming the field that is not as Grafana sends it. */
export function readGrafana(body: unknown, reading: Reading): Alarm[] {
  const message = objectAt(body, 'body');
  const title = firstText(own(message, 'title'), own(message, 'message'));
  return listAt(own(message, 'alerts'), 'alerts').map((item, i) => {
    const field = `alerts.${i}`;
    const alert = objectAt(item, field);
    const values = labelsOf(own(alert, 'values')).map(([name, value]) => [`value.${name}`, value] as const);
    const link = firstText(own(alert, 'panelURL'), own(alert, 'dashboardURL'), own(alert, 'generatorURL'));
    const labels = [...values, ...labelsOf({ silenceURL: own(alert, 'silenceURL') })];
    return readAlert(alert, field, reading, { title, link, labels });
  });
}
