/**
 * Shifts from a calendar that somebody keeps elsewhere: single and repeated events with their exceptions, in whatever zone
 * they are written. A name that is nobody's stops the whole import and is named, so that no shift is lost in silence.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { compareTimes, DAY_MS, isoTime, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Shift } from '@sonae/core/nouns/people/engine/on-call.ts';
import { SHIFTS_MAX } from '@sonae/core/nouns/people/facts/reach.ts';
import ICAL from 'ical.js';
import { instantOf, isZone } from './zone-time.ts';

const IMPORT_DAYS = 180;
const EVENTS_MAX = 5_000;
/** Over all events: a rule that began long ago is walked through from its beginning. */
const OCCURRENCES_MAX = 50_000;
const NAMES_SHOWN_MAX = 10;

export type ImportOptions = {
  readonly nowMs: number;
  /** For events that are written without one. */
  readonly zone: string;
  /** Ids that an event may name. */
  readonly people: readonly string[];
};

/** Shifts from now on for half a year, in order. Throws `input.invalid`, `input.unreadable` or `input.too-large`. */
export function readCalendar(text: string, options: ImportOptions): Shift[] {
  const budget = { left: OCCURRENCES_MAX };
  const known = new Set(options.people);
  const strangers = new Set<string>();
  const shifts: Shift[] = [];
  for (const event of eventsOf(text)) {
    for (const { item, from, to } of turnsOfEvent(event, options, budget)) {
      const principal = principalOf(item, known);
      if (principal === null) strangers.add((item.summary ?? '').slice(0, 60) || '(no title)');
      else shifts.push({ principal, from: isoTime(from), to: isoTime(to) });
      if (shifts.length > SHIFTS_MAX)
        throw new FaultError(
          'input.too-large',
          `the calendar has more than ${SHIFTS_MAX} shifts in ${IMPORT_DAYS} days`,
          'give longer shifts, or set a rotation',
        );
    }
  }
  if (strangers.size > 0) throw unknownNames([...strangers], options.people);
  if (shifts.length === 0)
    throw new FaultError(
      'input.invalid',
      `the calendar has no events in the next ${IMPORT_DAYS} days`,
      'give one with shifts to come',
    );
  return shifts.sort((a, b) => compareTimes(a.from, b.from) || compareTimes(a.to, b.to));
}

function unknownNames(names: readonly string[], people: readonly string[]): FaultError {
  const shown = names.slice(0, NAMES_SHOWN_MAX).map((name) => `“${name}”`);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  return new FaultError(
    'input.invalid',
    `events name nobody of the register: ${shown.join(', ')}${more}`,
    `let title or attendee be one of: ${people.slice(0, 50).join(', ')}`,
  );
}

/** Masters with their exceptions; an exception whose master is missing stands for itself. */
function eventsOf(text: string): ICAL.Event[] {
  const components = parse(text).getAllSubcomponents('vevent');
  if (components.length > EVENTS_MAX)
    throw new FaultError(
      'input.too-large',
      `a calendar may have ${EVENTS_MAX} events`,
      'export a shorter time',
    );
  const all = components
    .filter((one) => String(one.getFirstPropertyValue('status') ?? '').toUpperCase() !== 'CANCELLED')
    .map((one) => new ICAL.Event(one, { exceptions: [], strictExceptions: false }));
  const masters = new Map(all.filter((one) => !one.isRecurrenceException()).map((one) => [one.uid, one]));
  return all.filter((event) => {
    const master = event.isRecurrenceException() ? masters.get(event.uid) : undefined;
    master?.relateException(event);
    return master === undefined;
  });
}

function parse(text: string): ICAL.Component {
  try {
    const root = new ICAL.Component(ICAL.parse(text));
    if (root.name === 'vcalendar') return root;
  } catch {
    // Said below, in words that help.
  }
  throw new FaultError('input.unreadable', 'the body is no calendar', 'send one VCALENDAR (RFC 5545)');
}

type Turn = { readonly item: ICAL.Event; readonly from: number; readonly to: number };

function turnsOfEvent(event: ICAL.Event, options: ImportOptions, budget: { left: number }): Turn[] {
  const { nowMs } = options;
  const untilMs = nowMs + IMPORT_DAYS * DAY_MS;
  const turnOf = (item: ICAL.Event, start: ICAL.Time, end: ICAL.Time): Turn => ({
    item,
    from: timeOf(start, item, 'dtstart', options.zone),
    to: timeOf(end, item, 'dtend', options.zone),
  });
  const isWanted = ({ from, to }: Turn): boolean => to > nowMs && from < untilMs && to > from;
  try {
    if (!event.isRecurring()) return [turnOf(event, event.startDate, event.endDate)].filter(isWanted);
    const turns: Turn[] = [];
    const occurrences = event.iterator();
    for (let at = occurrences.next(); at; at = occurrences.next()) {
      budget.left -= 1;
      if (budget.left < 0) throw tooOften();
      const { item, startDate, endDate } = event.getOccurrenceDetails(at);
      const turn = turnOf(item, startDate, endDate);
      if (isWanted(turn)) turns.push(turn);
      if (timeOf(at, event, 'dtstart', options.zone) >= untilMs) break;
    }
    return turns;
  } catch (error) {
    if (error instanceof FaultError) throw error;
    const title = (event.summary ?? '').slice(0, 60);
    throw new FaultError(
      'input.unreadable',
      `the event “${title}” can not be read`,
      'correct its times',
      error,
    );
  }
}

function tooOften(): FaultError {
  return new FaultError(
    'input.too-large',
    `the rules of the calendar give more than ${OCCURRENCES_MAX} events`,
    'let them begin later, or repeat less often',
  );
}

/** An instant, from UTC, a zone of the platform, a zone that the calendar brings along, or the reader's. */
function timeOf(time: ICAL.Time, event: ICAL.Event, property: 'dtstart' | 'dtend', zone: string): number {
  const { year, month, day, hour, minute, second } = time;
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  if (time.zone?.tzid === 'UTC') return wallMs;
  const { component } = event;
  const named = component.getFirstProperty(property) ?? component.getFirstProperty('dtstart');
  const tzid = named?.getFirstParameter('tzid') ?? '';
  if (isZone(tzid)) return instantOf(tzid, wallMs);
  if (tzid === '') return instantOf(zone, wallMs);
  if (time.zone?.component) return time.toUnixTime() * SECOND_MS;
  throw new FaultError(
    'input.invalid',
    `TZID ${tzid.slice(0, 60)} is no known zone`,
    'export with zone data',
  );
}

/** The whole title, its part before a middle dot (as our own export has it), an attendee, or the one id in the title. */
function principalOf(event: ICAL.Event, known: ReadonlySet<string>): string | null {
  const title = (event.summary ?? '').trim().toLowerCase();
  const attendees = event.attendees.flatMap((one) => [
    String(one.getFirstParameter('cn') ?? ''),
    String(one.getFirstValue() ?? '').replace(/^mailto:|@.*$/gi, ''),
  ]);
  const first = [
    title,
    title.split(' · ')[0] ?? '',
    ...attendees.map((one) => one.trim().toLowerCase()),
  ].find((one) => known.has(one));
  if (first !== undefined) return first;
  const named = new Set(title.split(/[^a-z0-9:_-]+/).map((word) => word.replace(/:$/, '')));
  const found = [...named].filter((word) => known.has(word));
  return found.length === 1 ? (found[0] ?? null) : null;
}
