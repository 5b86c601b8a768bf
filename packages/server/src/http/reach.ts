/** Addresses about reaching people: the page of the room, helpers' contacts, trying one's channels, importing a calendar. */
import { randomUUID } from 'node:crypto';
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import type {
  ChannelsTested,
  HelperContact,
  ListedSchedule,
  ReachPage,
} from '@sonae/core/app/response/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { DAY_MS, floorTo, HOUR_MS, isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import { openSealed, type Sealed } from '@sonae/core/log/seal.ts';
import { type Schedule, turnsOf } from '@sonae/core/nouns/people/engine/on-call.ts';
import { type Reach, reachBoard } from '@sonae/core/nouns/people/views/reach.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Context, Hono } from 'hono';
import type { Node } from '../node.ts';
import { readCalendar } from '../reach/calendar-in.ts';
import { testChannels } from '../reach/deliver-person.ts';
import type { ApiEnv } from './api.ts';
import { zoneOf } from './calendars.ts';
import { rateLimit } from './guards.ts';
import { readPeople } from './powers.ts';
import { readState } from './read-model.ts';
import { type Caller, demandScope } from './session.ts';

const TURN_DAYS = 14;
const RECENT_PAGES = 30;
const TESTS_PER_MINUTE = 20;
/** 03:00 in Tokyo, where most would be asleep; Japan has no summer time. */
const NIGHT_UTC_MS = 18 * HOUR_MS;

const readReach = (node: Node): Promise<Reach> => readState<Reach>(node, 'people.reach', 'all');

export function addReachRoutes(api: Hono<ApiEnv>, node: Node): void {
  api.get('/reach', async (c) => c.json(await reachPage(node, c.get('caller'))));
  api.get('/helpers/:id/contact', async (c) => {
    demandEnrolled(await readPeople(node), c.get('caller'));
    const contact = await helperContact(node, c.req.param('id'));
    if (contact === null)
      throw new FaultError('http.not-found', 'there is no contact of this helper', 'look at the register');
    return c.json<HelperContact>({ helper: c.req.param('id'), contact });
  });
  api.post('/reach/test', rateLimit(TESTS_PER_MINUTE), async (c) => {
    const caller = c.get('caller');
    demandEnrolled(await readPeople(node), caller);
    if (caller.scopes !== null)
      throw new FaultError('http.out-of-scope', 'a token tries no channels', 'sign in as yourself');
    return c.json<ChannelsTested>(await testOwn(node, caller.principal.id));
  });
  api.post('/schedules/:id/ical', async (c) => c.json<CommandAnswer>(...(await importCalendar(node, c))));
}

function demandEnrolled({ persons }: People, { principal }: Caller): void {
  if (persons[principal.id]?.offboardedAt === null) return;
  throw new FaultError('http.out-of-scope', 'this is for enrolled people', 'sign in as one');
}

async function reachPage(node: Node, { principal }: Caller): Promise<ReachPage> {
  const { now } = node.clockState();
  const people = await readPeople(node);
  const reach = await readReach(node);
  const nowMs = parseTime(now);
  const tonightAt = isoTime(nextNight(nowMs));
  return {
    now,
    board: {
      now: reachBoard(people, reach, now),
      tonightAt,
      tonight: reachBoard(people, reach, tonightAt),
    },
    schedules: Object.values(reach.schedules).map((schedule) => listed(schedule, nowMs)),
    open: reach.pages.filter(({ endedAt }) => endedAt === null),
    recent: reach.pages.filter(({ endedAt }) => endedAt !== null).slice(0, RECENT_PAGES),
    helpers: Object.values(reach.helpers),
    mine: reach.channels[principal.id] ?? null,
    people: Object.values(people.persons)
      .filter(({ offboardedAt }) => offboardedAt === null)
      .map(({ id }) => id),
    roles: Object.values(people.roles).map(({ id, says }) => ({ id, says })),
  };
}

function nextNight(nowMs: number): number {
  const todays = floorTo(nowMs, DAY_MS) + NIGHT_UTC_MS;
  return todays > nowMs ? todays : todays + DAY_MS;
}

function listed(schedule: Schedule, nowMs: number): ListedSchedule {
  const { schedule: id, says, rotation, shifts } = schedule;
  const turns = turnsOf(schedule, nowMs, nowMs + TURN_DAYS * DAY_MS).map(({ principal, from, to }) => ({
    principal,
    from: isoTime(from),
    to: isoTime(to),
  }));
  return { schedule: id, says, rotation, shifts: shifts.length, turns };
}

/** Null where none stands, or it was forgotten. */
async function helperContact(node: Node, id: string): Promise<string | null> {
  const sealed = await readState<Sealed | null>(node, 'people.helper-contacts', id);
  return sealed === null ? null : openSealed(sealed, await node.app.ports.store.keyOfPerson(sealed.person));
}

async function testOwn(node: Node, principal: string): Promise<ChannelsTested> {
  const tried = await testChannels(node.app, node.config, principal, `test:${randomUUID()}`);
  if (tried === null)
    throw new FaultError(
      'input.invalid',
      'you have stated no channels',
      'state them with people.SetChannels',
    );
  return {
    tried: tried.map(({ kind, result }) => ({
      kind,
      works: result.done,
      why: result.done ? '' : result.error,
    })),
  };
}

/** Shifts of the calendar become those of the schedule; its rotation stays and fills what they leave open. */
async function importCalendar(node: Node, c: Context<ApiEnv>): Promise<[CommandAnswer, 200 | 409]> {
  const caller = c.get('caller');
  demandScope(caller, 'people.SetSchedule');
  if (!(c.req.header('content-type') ?? '').startsWith('text/calendar'))
    throw new FaultError(
      'input.invalid',
      'Content-Type must be text/calendar',
      'send the .ics file as it is',
    );
  const id = c.req.param('id') ?? '';
  const people = await readPeople(node);
  const { schedules } = await readReach(node);
  const known = Object.hasOwn(schedules, id) ? schedules[id] : undefined;
  const shifts = readCalendar(await c.req.text(), {
    nowMs: node.app.ports.clock.now(),
    zone: zoneOf(c.req.query('zone')),
    people: Object.values(people.persons)
      .filter(({ offboardedAt }) => offboardedAt === null)
      .map((person) => person.id),
  });
  const input = {
    schedule: id,
    says: known?.says ?? { en: id, ja: id },
    rotation: known?.rotation ?? null,
    shifts,
  } as unknown as JsonValue;
  const outcome = await node.app.submit({ command: 'people.SetSchedule', input, actor: caller.principal });
  return [outcome, outcome.status === 'done' ? 200 : 409];
}
