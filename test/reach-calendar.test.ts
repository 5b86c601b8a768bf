/**
 * Schedules as calendars: what we export is read by two other programs' libraries and means the same turns; what others
 * export becomes shifts; and the address opens for one kind of token only.
 */
import { createHash } from 'node:crypto';
import type { ReachPage } from '@sonae/core/app/response/api.ts';
import { DAY_MS, isoTime } from '@sonae/core/kernel/time.ts';
import { type Schedule, turnsOf } from '@sonae/core/nouns/people/engine/on-call.ts';
import nodeIcal, { type VEvent } from 'node-ical';
import { beforeEach, describe, expect, test } from 'vitest';
import { readCalendar } from '../packages/server/src/reach/calendar-in.ts';
import { calendarOf } from '../packages/server/src/reach/calendar-out.ts';
import { instantOf, isZone, offsetMs } from '../packages/server/src/reach/zone-time.ts';
import { START_MS } from './support/app.ts';
import { codeOf, resultOf } from './support/comms.ts';
import { as, foundFirm } from './support/firm.ts';
import { createTestNode, type TestNode } from './support/node.ts';

const NOW_MS = Date.parse('2026-03-20T05:00:00Z');
const PEOPLE = ['north', 'east', 'south'];
const at = (text: string): number => Date.parse(text);
const SCHEDULE: Schedule = {
  schedule: 'primary',
  says: { en: 'Primary, first', ja: '一次当番' },
  rotation: { participants: ['north', 'east', 'south'], startsAt: '2026-03-01T08:00:00Z', shiftHours: 12 },
  shifts: [{ principal: 'east', from: '2026-03-28T20:00:00Z', to: '2026-03-29T06:00:00Z' }],
  overrides: [{ principal: 'south', from: '2026-03-21T01:30:00Z', to: '2026-03-21T02:00:00Z' }],
};
const OPTIONS = { nowMs: NOW_MS, zone: 'Europe/Paris', language: 'en', origin: 'log.firm.example' } as const;
const turnsFromNow = (schedule: Schedule, days: number) =>
  turnsOf(schedule, NOW_MS, NOW_MS + days * DAY_MS).map(({ principal, from, to }) => ({
    principal,
    from,
    to,
  }));

type Read = { readonly uid: string; readonly principal: string; readonly from: number; readonly to: number };
function readByOthers(text: string): Read[] {
  return Object.values(nodeIcal.sync.parseICS(text))
    .filter((one): one is VEvent => one?.type === 'VEVENT')
    .map(({ uid, start, end, summary }) => ({
      uid,
      principal: String(summary).split(' · ')[0] ?? '',
      from: start.getTime(),
      to: end?.getTime() ?? 0,
    }))
    .sort((a, b) => a.from - b.from);
}

describe('zones', () => {
  test.each<[string, string, string]>([
    ['Asia/Tokyo', '2026-03-29T09:00:00Z', '2026-03-29T00:00:00Z'],
    ['Europe/Paris', '2026-03-29T01:59:59Z', '2026-03-29T00:59:59Z'],
    // Does not exist: as if the clock had not been put forward yet.
    ['Europe/Paris', '2026-03-29T02:30:00Z', '2026-03-29T01:30:00Z'],
    ['Europe/Paris', '2026-03-29T03:00:00Z', '2026-03-29T01:00:00Z'],
    // Exists twice: the first.
    ['Europe/Paris', '2026-10-25T02:30:00Z', '2026-10-25T00:30:00Z'],
    ['America/New_York', '2026-11-01T01:30:00Z', '2026-11-01T05:30:00Z'],
    ['Asia/Kolkata', '2026-01-01T05:30:00Z', '2026-01-01T00:00:00Z'],
  ])('%s: a wall clock of %s is %s', (zone, wall, instant) => {
    expect(isoTime(instantOf(zone, at(wall)))).toBe(instant);
  });

  test('offsets change at the instant, and what is no zone is none', () => {
    const change = at('2026-03-29T01:00:00Z');
    expect([offsetMs('Europe/Paris', change - 1), offsetMs('Europe/Paris', change)]).toEqual([
      3_600_000, 7_200_000,
    ]);
    expect(['Asia/Tokyo', 'UTC', 'Mars/Base', '+09:00', '', 'A'.repeat(99)].map(isZone)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('export', () => {
  test.each(['Asia/Tokyo', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe'])(
    'another program reads the same turns, over changes of clocks too: %s',
    (zone) => {
      const read = readByOthers(calendarOf(SCHEDULE, { ...OPTIONS, zone }));
      const turns = turnsFromNow(SCHEDULE, 90);
      expect(turns.length).toBeGreaterThan(170);
      // The first event began before now; everything after it is the same instant by instant.
      expect(
        read.slice(1, turns.length - 1).map(({ principal, from, to }) => ({ principal, from, to })),
      ).toEqual(turns.slice(1, -1));
      expect(read[0]).toMatchObject({ principal: turns[0]?.principal, to: turns[0]?.to });
    },
  );

  test('is written in the zone, with the zone beside it, and names schedule and person', () => {
    const text = calendarOf(SCHEDULE, OPTIONS);
    expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/Paris');
    expect(text).toMatch(
      /BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:\+0100\r\nTZOFFSETTO:\+0200/,
    );
    expect(text).toContain('DTSTART;TZID=Europe/Paris:20260320T090000');
    expect(text).toContain('DTSTAMP:20260320T050000Z');
    expect(text).toContain('SUMMARY:east · Primary\\, first');
    expect(calendarOf(SCHEDULE, { ...OPTIONS, language: 'ja' })).toContain('一次当番');
  });

  test('ids are unique, and stay while the turn does, also when it is running', () => {
    const first = readByOthers(calendarOf(SCHEDULE, OPTIONS)).map(({ uid }) => uid);
    expect(new Set(first).size).toBe(first.length);
    const later = readByOthers(calendarOf(SCHEDULE, { ...OPTIONS, nowMs: NOW_MS + 2 * 3_600_000 }));
    expect(later[0]?.uid).toBe(first[0]);
    const days = readByOthers(calendarOf(SCHEDULE, { ...OPTIONS, nowMs: NOW_MS + 2 * DAY_MS })).map(
      ({ uid }) => uid,
    );
    const stayed = first.filter((uid) => days.includes(uid));
    expect(stayed.length).toBeGreaterThan(first.length - 8);
  });
});

const calendar = (...events: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...events, 'END:VCALENDAR'].join('\r\n');
const event = (...lines: string[]): string => ['BEGIN:VEVENT', 'UID:u1', ...lines, 'END:VEVENT'].join('\r\n');
const read = (...events: string[]) =>
  readCalendar(calendar(...events), { nowMs: NOW_MS, zone: 'Asia/Tokyo', people: PEOPLE });
const problem = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return `${(error as Error).message}`;
  }
  return '';
};

describe('import', () => {
  test.each(['Asia/Tokyo', 'Europe/Paris', 'America/New_York'])(
    'an export, taken in again, gives the same turns: %s',
    (zone) => {
      const shifts = readCalendar(calendarOf(SCHEDULE, { ...OPTIONS, zone }), {
        nowMs: NOW_MS,
        zone: 'Asia/Tokyo',
        people: PEOPLE,
      });
      const imported: Schedule = { ...SCHEDULE, rotation: null, overrides: [], shifts };
      expect(turnsFromNow(imported, 90)).toEqual(turnsFromNow(SCHEDULE, 90));
    },
  );

  test('a weekly rule keeps its hour on the wall over a change of clocks, for half a year, without what was taken out', () => {
    const shifts = read(
      event(
        'SUMMARY:On call: North',
        'DTSTART;TZID=Europe/Paris:20260105T090000',
        'DTEND;TZID=Europe/Paris:20260105T170000',
        'RRULE:FREQ=WEEKLY;BYDAY=MO',
        'EXDATE;TZID=Europe/Paris:20260406T090000',
      ),
    );
    expect(shifts.slice(0, 3)).toEqual([
      { principal: 'north', from: '2026-03-23T08:00:00Z', to: '2026-03-23T16:00:00Z' },
      { principal: 'north', from: '2026-03-30T07:00:00Z', to: '2026-03-30T15:00:00Z' },
      { principal: 'north', from: '2026-04-13T07:00:00Z', to: '2026-04-13T15:00:00Z' },
    ]);
    expect(at(shifts.at(-1)?.from ?? '')).toBeLessThan(NOW_MS + 180 * DAY_MS);
    expect(shifts).toHaveLength(25);
  });

  test('one occurrence that was moved to somebody else moves', () => {
    const shifts = read(
      event(
        'SUMMARY:north',
        'DTSTART:20260323T000000Z',
        'DTEND:20260324T000000Z',
        'RRULE:FREQ=WEEKLY;COUNT=2',
      ),
      event(
        'SUMMARY:east',
        'RECURRENCE-ID:20260330T000000Z',
        'DTSTART:20260331T000000Z',
        'DTEND:20260401T000000Z',
      ),
    );
    expect(shifts).toEqual([
      { principal: 'north', from: '2026-03-23T00:00:00Z', to: '2026-03-24T00:00:00Z' },
      { principal: 'east', from: '2026-03-31T00:00:00Z', to: '2026-04-01T00:00:00Z' },
    ]);
  });

  test('whole days and times without a zone are read where the schedule lives; attendees name people too', () => {
    const shifts = read(
      event('SUMMARY:Duty', 'ATTENDEE;CN=South:mailto:someone@firm.example', 'DTSTART;VALUE=DATE:20260401'),
      event('SUMMARY:Duty', 'ATTENDEE:mailto:east@firm.example', 'DTSTART:20260402T090000', 'DURATION:PT8H'),
      event('SUMMARY:north', 'STATUS:CANCELLED', 'DTSTART:20260403T090000Z', 'DURATION:PT8H'),
    );
    expect(shifts).toEqual([
      { principal: 'south', from: '2026-03-31T15:00:00Z', to: '2026-04-01T15:00:00Z' },
      { principal: 'east', from: '2026-04-02T00:00:00Z', to: '2026-04-02T08:00:00Z' },
    ]);
  });

  test('a zone that only the calendar knows is read from it', () => {
    const zone = [
      ...['BEGIN:VTIMEZONE', 'TZID:Tokyo Standard Time', 'BEGIN:STANDARD', 'DTSTART:16010101T000000'],
      ...['TZOFFSETFROM:+0900', 'TZOFFSETTO:+0900', 'END:STANDARD', 'END:VTIMEZONE'],
    ].join('\r\n');
    const own = event(
      'SUMMARY:north',
      'DTSTART;TZID=Tokyo Standard Time:20260401T090000',
      'DTEND;TZID=Tokyo Standard Time:20260401T100000',
    );
    expect(read(zone, own)).toEqual([
      { principal: 'north', from: '2026-04-01T00:00:00Z', to: '2026-04-01T01:00:00Z' },
    ]);
    expect(problem(() => read(own))).toMatch(/TZID Tokyo Standard Time is no known zone/);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['no calendar', () => readCalendar('hello', { nowMs: 0, zone: 'UTC', people: [] }), /no calendar/],
    [
      'strangers, each named',
      () =>
        read(
          event('SUMMARY:Zoe', 'DTSTART:20260401T000000Z', 'DURATION:PT8H'),
          event('SUMMARY:Jim', 'DTSTART:20260402T000000Z', 'DURATION:PT8H'),
        ),
      /“Zoe”, “Jim”/,
    ],
    [
      'a title that could be two people',
      () => read(event('SUMMARY:north or east', 'DTSTART:20260401T000000Z', 'DURATION:PT8H')),
      /“north or east”/,
    ],
    [
      'nothing to come',
      () => read(event('SUMMARY:north', 'DTSTART:20250401T000000Z', 'DURATION:PT8H')),
      /no events in the next 180 days/,
    ],
    [
      'too many shifts',
      () => read(event('SUMMARY:north', 'DTSTART:20260401T000000Z', 'DURATION:PT1H', 'RRULE:FREQ=HOURLY')),
      /more than 500 shifts/,
    ],
    [
      'a rule without end from long ago',
      () => read(event('SUMMARY:north', 'DTSTART:20000101T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=MINUTELY')),
      /more than 50000 events/,
    ],
  ])('is refused, and nothing of it is taken: %s', (_, run, said) => {
    expect(problem(run)).toMatch(said);
  });
});

describe('addresses', () => {
  let t: TestNode;
  const set = {
    schedule: 'primary',
    says: SCHEDULE.says,
    rotation: { participants: ['north', 'east'], startsAt: '2026-03-01T00:00:00Z', shiftHours: 24 },
  };
  beforeEach(async () => {
    t = createTestNode();
    await foundFirm(t.testApp);
    expect(codeOf(await t.testApp.run('people.SetSchedule', set, as('watch')))).toBe('done');
  });
  const issue = async (secret: string, scopes: string[], who = 'watch', days = 30): Promise<string> => {
    const digest = createHash('sha256').update(secret).digest('hex');
    const expiresAt = isoTime(t.testApp.clock.now() + days * DAY_MS);
    return (
      resultOf(await t.testApp.run('people.IssueToken', { scopes, digest, expiresAt }, as(who))).token ?? ''
    );
  };
  const anonymous = { headers: { authorization: '' } };
  const fetchCalendar = (query: string, file = 'primary.ics'): Promise<Response> =>
    t.call(`/calendar/${file}${query}`, anonymous);

  test('a calendar token opens calendars and nothing else; no other token opens them', async () => {
    // Sessions live by the wall: only so is it the scope that keeps this token out of the API.
    t.testApp.clock.moveTo(Date.now());
    await issue('sonae_calendar', ['calendar']);
    await issue('sonae_read', ['read']);
    const response = await fetchCalendar('?token=sonae_calendar&zone=Europe/Paris');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('no-store');
    expect(readByOthers(await response.text()).length).toBeGreaterThan(80);
    const api = await t.call('/api/reach', { headers: { authorization: 'Bearer sonae_calendar' } });
    expect(api.status, 'it reads no API').toBe(403);
    const wrong = [
      '',
      '?token=',
      '?token=sonae_read',
      '?token=sonae_guess',
      `?token=${t.sessions.toolToken}`,
    ];
    for (const query of wrong) expect((await fetchCalendar(query)).status, query).toBe(404);
    for (const file of ['other.ics', 'primary', '__proto__.ics', 'constructor.ics'])
      expect((await fetchCalendar('?token=sonae_calendar', file)).status, file).toBe(404);
    expect((await fetchCalendar('?token=sonae_calendar&zone=Mars/Base')).status).toBe(400);
  });

  test('it ends with its time and when it is revoked', async () => {
    await issue('sonae_short', ['calendar'], 'east', 1);
    const id = await issue('sonae_gone', ['calendar'], 'east');
    expect((await fetchCalendar('?token=sonae_gone')).status).toBe(200);
    await t.testApp.run('people.RevokeToken', { token: id, reason: 'lost' }, as('north'));
    expect((await fetchCalendar('?token=sonae_gone')).status).toBe(404);
    expect((await fetchCalendar('?token=sonae_short')).status).toBe(200);
    t.testApp.clock.moveTo(START_MS + DAY_MS);
    expect((await fetchCalendar('?token=sonae_short')).status).toBe(404);
  });

  test('an imported calendar becomes shifts; the rotation stays and fills what it leaves open', async () => {
    const body = calendar(event('SUMMARY:south', 'DTSTART:20260402T000000Z', 'DTEND:20260403T000000Z'));
    const headers = { 'content-type': 'text/calendar' };
    const sent = await t.call('/api/schedules/primary/ical', { method: 'POST', body, headers });
    expect(sent.status).toBe(200);
    const page = (await (await t.call('/api/reach')).json()) as ReachPage;
    expect(page.schedules).toMatchObject([{ schedule: 'primary', says: SCHEDULE.says, shifts: 1 }]);
    expect(page.schedules[0]?.rotation).toEqual(set.rotation);
    expect(page.schedules[0]?.turns.slice(0, 3)).toEqual([
      { principal: 'east', from: '2026-04-01T00:00:00Z', to: '2026-04-02T00:00:00Z' },
      { principal: 'south', from: '2026-04-02T00:00:00Z', to: '2026-04-03T00:00:00Z' },
      { principal: 'east', from: '2026-04-03T00:00:00Z', to: '2026-04-04T00:00:00Z' },
    ]);
    expect(page.board.tonightAt).toBe('2026-04-01T18:00:00Z');
    const asJson = await t.post('/api/schedules/primary/ical', {});
    expect(asJson.status).toBe(400);
    const huge = await t.call('/api/schedules/primary/ical', {
      method: 'POST',
      body: 'x'.repeat(1_100_000),
      headers,
    });
    expect(huge.status).toBe(413);
  });
});

describe('helpers', () => {
  test('the page never shows a contact; enrolled people open one; a removed one is gone', async () => {
    const t = createTestNode();
    await foundFirm(t.testApp);
    const helper = {
      helper: 'forensics',
      organisation: 'vendor',
      skills: ['forensics'],
      contact: 'Hanako, +81 90 1',
    };
    await t.testApp.run('people.RegisterHelper', helper, as('watch'));
    expect(await (await t.call('/api/reach')).text()).not.toContain('Hanako');
    expect((await t.call('/api/helpers/forensics/contact')).status, 'the local operator is nobody').toBe(403);
    const context = { header: () => undefined, req: { header: () => undefined } } as never;
    const cookie = { authorization: '', cookie: `sonae_session=${t.sessions.open(context, 'east').token}` };
    const opened = await t.call('/api/helpers/forensics/contact', { headers: cookie });
    expect(await opened.json()).toEqual({ helper: 'forensics', contact: 'Hanako, +81 90 1' });
    await t.testApp.run('people.RemoveHelper', { helper: 'forensics', reason: 'left' }, as('watch'));
    expect((await t.call('/api/helpers/forensics/contact', { headers: cookie })).status).toBe(404);
  });
});
