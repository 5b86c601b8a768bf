/**
 * What all formats share: reading foreign JSON without trusting it, and making one bounded, inert alarm of it. Whatever
 * looks like markup, a formula or a template stays what it is: text.
 */
import { toHex, utf8Encode } from '@sonae/proof/bytes';
import { plainSha256 } from '@sonae/proof/merkle';
import { FaultError } from '../../../kernel/errors.ts';
import { ALARM_LABELS_MAX, ALARMS_PER_BATCH_MAX, TITLE_LENGTH_MAX } from '../../../kernel/limits.ts';
import { isoTime, parseTime, SECOND_MS } from '../../../kernel/time.ts';
import {
  type Alarm,
  COMPONENT_LENGTH_MAX,
  FINGERPRINT_LENGTH_MAX,
  LABEL_NAME_LENGTH_MAX,
  LABEL_VALUE_LENGTH_MAX,
  LINK_LENGTH_MAX,
  SEVERITY_LENGTH_MAX,
} from '../facts.ts';
import { levelOf, type SeverityMap } from './severity.ts';

/** How one source is to be read; data of the configuration. */
export type Reading = {
  readonly source: string;
  /** ISO 8601 UTC: when it arrived. */
  readonly now: string;
  readonly severities: SeverityMap;
  /** Labels whose values together name the component. Empty: as the format has it. */
  readonly groupBy: readonly string[];
  /** The component of alarms that name none. */
  readonly component: string;
  /** Title of the alarm that always fires to show that the source lives. */
  readonly heartbeatAlert: string | null;
};

export type Json = Readonly<Record<string, unknown>>;
export type Label = readonly [name: string, value: string];

/** One alarm as its format has it, before it is cleaned and bounded. */
export type RawAlarm = {
  readonly fingerprint: string;
  readonly status: Alarm['status'];
  readonly severity: string;
  readonly title: string;
  readonly component: string;
  readonly startsAt: unknown;
  readonly endsAt: unknown;
  readonly labels: readonly Label[];
  readonly link: string;
};

/** A fault that names field, problem and fix. */
export function unusable(field: string, problem: string, fix: string): FaultError {
  return new FaultError('input.invalid', `field ${field}: ${problem}`, fix);
}

/** Whether this is an object with names, not a list and not null. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object, or a fault that names the field. */
export function objectAt(value: unknown, field: string): Json {
  if (isObject(value)) return value;
  throw unusable(field, 'must be an object', `send ${field} as the format defines it`);
}

/** A list of up to as many things as a request may hold alarms. */
export function listAt(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value))
    throw unusable(field, 'must be a list', `send ${field} as the format defines it`);
  if (value.length > ALARMS_PER_BATCH_MAX) {
    const problem = `has ${value.length} items, at most ${ALARMS_PER_BATCH_MAX} are taken at once`;
    throw new FaultError('input.too-large', `field ${field}: ${problem}`, 'send them in several requests');
  }
  return value;
}

/** An own property; what is inherited from Object does not count. */
export function own(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Text of a scalar; empty for anything else. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The first that says something. */
export function firstText(...values: readonly unknown[]): string {
  return values.map(textOf).find((text) => text.trim() !== '') ?? '';
}

/** A text or number that says something, or a fault that names the field. */
export function requiredText(value: unknown, field: string): string {
  const text = firstText(value);
  if (text === '') throw unusable(field, 'is missing or empty', `send ${field} as a text`);
  return text;
}

const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line of plain text: no control or direction characters, no half characters, bounded. */
export function plainText(text: string, lengthMax: number): string {
  // Cut twice: first so that nothing huge is searched, then to the length that is kept.
  const line = text
    .slice(0, lengthMax * 4)
    .replace(DIRECTION_MARKS, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  return line.slice(0, lengthMax).toWellFormed().trim();
}

/** Too long ones keep telling apart: by their hash. */
function boundFingerprint(text: string): string {
  const line = plainText(text, text.length);
  if (line.length <= FINGERPRINT_LENGTH_MAX) return line;
  return `sha256:${toHex(plainSha256(utf8Encode(line)))}`;
}

/** Seconds, milliseconds or ISO 8601; null for nothing usable, the zero time of Go, and the future. */
export function timeOf(value: unknown, now: string): string | null {
  const ms =
    typeof value === 'number' ? (value < 1e11 ? value * SECOND_MS : value) : parseTime(textOf(value));
  if (!Number.isFinite(ms) || ms <= 0 || ms > parseTime(now)) return null;
  return isoTime(Math.floor(ms));
}

/** Labels of an object, as far as they are scalars. */
export function labelsOf(value: unknown): Label[] {
  return Object.entries(isObject(value) ? value : {}).flatMap(([name, held]): Label[] => {
    const text = textOf(held);
    return text === '' ? [] : [[name, text]];
  });
}

function boundLabels(labels: readonly Label[]): [string, string][] {
  return labels
    .slice(0, ALARM_LABELS_MAX)
    .map(([name, value]) => [
      plainText(name, LABEL_NAME_LENGTH_MAX),
      plainText(value, LABEL_VALUE_LENGTH_MAX),
    ]);
}

const groupedBy = (names: readonly string[], labels: readonly Label[]): string =>
  names
    .map((name) => labels.find(([known]) => known === name)?.[1] ?? '')
    .filter((value) => value !== '')
    .join(' / ');

/** Only what a browser opens as a page: no script, no file, no data address. */
const PAGE_LINK = /^https?:\/\/\S+$/i;

/** The alarm as it is kept: every text cleaned and bounded, its severity judged. */
export function toAlarm(reading: Reading, raw: RawAlarm): Alarm {
  const { source, now } = reading;
  const title = plainText(raw.title, TITLE_LENGTH_MAX) || 'untitled alarm';
  const component = groupedBy(reading.groupBy, raw.labels) || raw.component;
  const isHeartbeat = reading.heartbeatAlert !== null && title === reading.heartbeatAlert;
  const link = plainText(raw.link, LINK_LENGTH_MAX);
  return {
    source,
    fingerprint: boundFingerprint(raw.fingerprint) || title,
    status: isHeartbeat ? 'noted' : raw.status,
    severity: plainText(raw.severity, SEVERITY_LENGTH_MAX),
    level: levelOf(raw.severity, reading.severities),
    title,
    component: plainText(component, COMPONENT_LENGTH_MAX) || reading.component,
    startsAt: timeOf(raw.startsAt, now) ?? now,
    endsAt: raw.status === 'resolved' ? (timeOf(raw.endsAt, now) ?? now) : null,
    receivedAt: now,
    labels: boundLabels(raw.labels),
    link: PAGE_LINK.test(link) ? link : null,
  };
}
