/** A schedule as a calendar that programs subscribe to: one event a turn, with ids that stay as long as the turn does. */
import { DAY_MS, floorTo, isoTime } from '@sonae/core/kernel/time.ts';
import { type Schedule, turnsOf } from '@sonae/core/nouns/people/engine/on-call.ts';
import ical, { ICalCalendarMethod, type ICalLuxonDateTimeStub } from 'ical-generator';
import { offsetMs, vtimezone, wallText } from './zone-time.ts';

const CALENDAR_DAYS = 90;
/** Turns begin at most this long before now: a month is the longest shift. */
const LOOK_BACK_DAYS = 32;
const REFRESH_S = 3_600;

export type CalendarOptions = {
  readonly nowMs: number;
  /** IANA name, checked by the caller. */
  readonly zone: string;
  readonly language: 'en' | 'ja';
  /** Makes ids of events unique in the world. */
  readonly origin: string;
};

/** `text/calendar` of whoever is on call from now on. */
export function calendarOf(schedule: Schedule, { nowMs, zone, language, origin }: CalendarOptions): string {
  // From the beginning of turns that run now, so that an event keeps its start, and with it its id, until it is over.
  const fromMs = floorTo(nowMs, DAY_MS) - LOOK_BACK_DAYS * DAY_MS;
  const toMs = floorTo(nowMs, DAY_MS) + (CALENDAR_DAYS + 1) * DAY_MS;
  const name = schedule.says[language];
  const calendar = ical({
    name,
    prodId: { company: 'Sonae', product: 'on-call', language: language.toUpperCase() },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_S,
    // Zones stand at the events: a zone of the whole calendar would be written into DTSTAMP, which is UTC by rule.
    timezone: { name: null, generator: () => vtimezone(zone, fromMs, toMs) },
    x: { 'X-WR-TIMEZONE': zone },
  });
  for (const { principal, from, to } of turnsOf(schedule, fromMs, toMs)) {
    if (to <= nowMs) continue;
    calendar.createEvent({
      id: `${schedule.schedule}.${wallText(from, 0)}.${principal}@${origin}`,
      timezone: zone,
      start: inZone(from, zone),
      end: inZone(to, zone),
      stamp: new Date(nowMs),
      summary: `${principal} · ${name}`,
    });
  }
  return calendar.toString();
}

/** An instant in the form of which the calendar library asks for wall time of a zone. */
function inZone(atMs: number, zone: string): ICalLuxonDateTimeStub {
  const wall = wallText(atMs, offsetMs(zone, atMs));
  const shown: ICalLuxonDateTimeStub = {
    isValid: true,
    zone: { type: 'iana' },
    setZone: () => shown,
    toJSDate: () => new Date(atMs),
    toJSON: () => isoTime(atMs),
    toFormat: (pattern) => (pattern.startsWith('yyyy') ? wall.slice(0, 8) : wall.slice(9)),
  };
  return shown;
}
