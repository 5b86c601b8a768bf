/**
 * Schedules for calendar programs, which send no headers: the API token stands in the address. It is good for calendars
 * only where it was issued so, expires and can be revoked; whatever is wrong, nothing is there.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Reach } from '@sonae/core/nouns/people/views/reach.ts';
import { Hono } from 'hono';
import type { Node } from '../node.ts';
import { calendarOf } from '../reach/calendar-out.ts';
import { isZone } from '../reach/zone-time.ts';
import { rateLimit } from './guards.ts';
import { readPeople } from './powers.ts';
import { readState } from './read-model.ts';
import { holderOf } from './session.ts';

const CALENDARS_PER_MINUTE = 120;
export const DEFAULT_ZONE = 'Asia/Tokyo';
const SCOPE = 'calendar';

/** A name of a time zone from a query, or the default; throws `input.invalid` for one that is none. */
export function zoneOf(given: string | undefined): string {
  if (given === undefined || given === '') return DEFAULT_ZONE;
  if (isZone(given)) return given;
  throw new FaultError('input.invalid', 'zone is no time zone', 'give an IANA name such as Asia/Tokyo');
}

/** Routes below `/calendar`. */
export function createCalendars(node: Node): Hono {
  const calendars = new Hono();
  calendars.use('*', rateLimit(CALENDARS_PER_MINUTE));
  calendars.get('/:file', async (c) => {
    const id = /^(.{1,40})\.ics$/.exec(c.req.param('file'))?.[1] ?? '';
    // The register's own clock judges what it issued.
    const nowMs = node.app.ports.clock.now();
    const holder = holderOf(await readPeople(node), c.req.query('token') ?? '', SCOPE, nowMs);
    const { schedules } = await readState<Reach>(node, 'people.reach', 'all');
    const schedule = Object.hasOwn(schedules, id) ? schedules[id] : undefined;
    if (holder === null || schedule === undefined)
      throw new FaultError(
        'http.not-found',
        'no calendar is served here',
        'make a new link in the reach room',
      );
    const language = c.req.query('lang') === 'en' ? 'en' : 'ja';
    const options = {
      nowMs,
      zone: zoneOf(c.req.query('zone')),
      language,
      origin: node.config.origin,
    } as const;
    return c.body(calendarOf(schedule, options), 200, {
      'Content-Type': 'text/calendar; charset=utf-8',
      'Cache-Control': 'private, no-store',
    });
  });
  return calendars;
}
