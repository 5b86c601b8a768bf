/**
 * Any JSON, read by a mapping that the configuration gives: JSON Pointers (RFC 6901) to what an alarm needs. Nothing is
 * evaluated: a pointer names a place, and the text found there is taken as it is.
 */
import type { Alarm } from '../facts.ts';
import { firstText, labelsOf, listAt, own, type Reading, toAlarm, unusable } from './shape.ts';

export type Mapping = {
  /** Where the list of alarms is; absent: the body is one alarm. */
  readonly items?: string | undefined;
  readonly id: string;
  readonly title: string;
  readonly severity?: string | undefined;
  readonly status?: string | undefined;
  readonly component?: string | undefined;
  readonly startsAt?: string | undefined;
  readonly endsAt?: string | undefined;
  readonly link?: string | undefined;
  /** Words of `status`, in lower case, that mean it is over. */
  readonly resolved: readonly string[];
};

/** Alarms at the places that the mapping names. Throws `input.invalid` for one without an id. */
export function readGeneric(body: unknown, reading: Reading, mapping: Mapping): Alarm[] {
  const items =
    mapping.items === undefined ? [body] : listAt(at(body, mapping.items), mapping.items || 'body');
  return items.map((item) => readItem(item, reading, mapping));
}

function readItem(item: unknown, reading: Reading, mapping: Mapping): Alarm {
  const found = (pointer: string | undefined): string =>
    pointer === undefined ? '' : firstText(at(item, pointer));
  const id = found(mapping.id);
  if (id === '')
    throw unusable(
      mapping.id || 'body',
      'holds no id',
      'correct mapping.id in the configuration, or the message',
    );
  const status = found(mapping.status).trim().toLowerCase();
  return toAlarm(reading, {
    fingerprint: id,
    status: mapping.resolved.includes(status) ? 'resolved' : 'firing',
    severity: found(mapping.severity),
    title: found(mapping.title) || id,
    component: found(mapping.component),
    startsAt: mapping.startsAt === undefined ? null : at(item, mapping.startsAt),
    endsAt: mapping.endsAt === undefined ? null : at(item, mapping.endsAt),
    labels: labelsOf(item),
    link: found(mapping.link),
  });
}

/** What a pointer names; undefined where there is nothing. Only own properties and list positions are followed. */
export function at(value: unknown, pointer: string): unknown {
  let held = value;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    held = Array.isArray(held) ? (/^\d{1,6}$/.test(name) ? held[Number(name)] : undefined) : own(held, name);
  }
  return held;
}
