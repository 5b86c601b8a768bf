/** Calls: who is called in which order, what an answer changes, what time does, and what stays sealed. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { keepCalls } from '@sonae/core/nouns/authority/decisions/calls.ts';
import { type Page, type Reach, reachBoard } from '@sonae/core/nouns/people/views/reach.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, START_MS, SYSTEM, type TestApp } from './support/app.ts';
import { codeOf, foundCommsFirm, minutes, publish, readView, resultOf } from './support/comms.ts';
import { as, foundFirm, HALT } from './support/firm.ts';

const TEXT = { en: 'Please come', ja: '対応をお願いします' };
const ids = (outcome: Outcome): string[] =>
  outcome.status === 'done' ? outcome.facts.map(({ type }) => type.split('@')[0] ?? '') : [outcome.refused];

let t: TestApp;
const pass = (ms: number): void => t.clock.moveTo(t.clock.now() + ms);
const keep = (): Promise<Outcome> => t.run('people.KeepPages', {}, SYSTEM);
const page = async (input: Record<string, JsonValue>): Promise<string> =>
  resultOf(await t.run('people.Page', { subject: 's', text: TEXT, ...input }, as('watch'))).page ?? '';
const answer = (id: string, who: string, comes = true): Promise<Outcome> =>
  t.run('people.AnswerPage', { page: id, comes }, as(who));
const pageOf = async (id: string): Promise<Page> => {
  const { pages } = await readView<Reach>(t, 'people.reach');
  const found = pages.find((one) => one.page === id);
  if (found === undefined) throw new Error(`no page ${id}`);
  return found;
};
const called = async (id: string): Promise<string[]> =>
  (await pageOf(id)).sent.map(({ principal, round }) => `${principal}${round}`);

beforeEach(async () => {
  t = createTestApp(createMemoryStore());
  await foundFirm(t);
});

describe('order', () => {
  test('on call first, then roles with their deputies, then persons, everybody once', async () => {
    const rotation = { participants: ['south'], startsAt: '2026-03-01T00:00:00Z', shiftHours: 24 };
    const set = { schedule: 'primary', says: { en: 'Primary', ja: '一次' }, rotation };
    expect(codeOf(await t.run('people.SetSchedule', set, as('watch')))).toBe('done');
    const id = await page({ schedules: ['primary'], roles: ['commander'], principals: ['south', 'east'] });
    expect((await pageOf(id)).wanted).toEqual(['south', 'watch', 'north', 'east']);
    expect(await called(id)).toEqual(['south1']);
  });

  test('whoever takes the shift in an emergency is called at once', async () => {
    const rotation = { participants: ['south'], startsAt: '2026-03-01T00:00:00Z', shiftHours: 24 };
    await t.run('people.SetSchedule', { schedule: 'primary', says: TEXT, rotation }, as('watch'));
    const to = new Date(START_MS + 60 * MINUTE_MS).toISOString();
    const shift = { schedule: 'primary', principal: 'west', from: '2026-03-31T00:00:00Z', to, reason: 'ill' };
    expect(codeOf(await t.run('people.TakeShift', shift, as('west')))).toBe('done');
    expect(await called(await page({ schedules: ['primary'] }))).toEqual(['west1']);
  });

  test('who is away is not called while somebody else is there, and is called when nobody is', async () => {
    const until = new Date(START_MS + 24 * 60 * MINUTE_MS).toISOString();
    await t.run('people.DeclareAbsence', { until }, as('north'));
    expect(await called(await page({ principals: ['north', 'east'] }))).toEqual(['east1']);
    expect(await called(await page({ subject: 'other', principals: ['north'] }))).toEqual(['north1']);
  });
});

describe('time', () => {
  test('the next is called when the wait is over, not before, and after the last it begins again: three rounds', async () => {
    const id = await page({ principals: ['north', 'east'], waitMinutes: 5 });
    pass(5 * MINUTE_MS - 1);
    expect(ids(await keep())).toEqual([]);
    const order: string[][] = [];
    for (let n = 0; n < 6; n += 1) {
      pass(n === 0 ? 1 : 5 * MINUTE_MS);
      order.push(ids(await keep()));
    }
    expect(order.slice(0, 5)).toEqual(Array(5).fill(['people.PersonCalled']));
    expect(order[5]).toEqual(['people.PageExhausted']);
    expect(await called(id)).toEqual(['north1', 'east1', 'north2', 'east2', 'north3', 'east3']);
    pass(60 * MINUTE_MS);
    expect(ids(await keep()), 'it is said once').toEqual([]);
    // Late is better than never.
    expect(ids(await answer(id, 'east'))).toEqual(['people.PageAnswered', 'people.PageEnded']);
  });
});

describe('answers', () => {
  test('somebody who comes ends the call', async () => {
    const id = await page({ principals: ['north', 'east'] });
    expect(ids(await answer(id, 'north'))).toEqual(['people.PageAnswered', 'people.PageEnded']);
    pass(60 * MINUTE_MS);
    expect(ids(await keep())).toEqual([]);
    expect(codeOf(await answer(id, 'east'))).toBe('no-page');
  });

  test('somebody who cannot is followed by the next at once, and never called for it again', async () => {
    const id = await page({ principals: ['north', 'east'] });
    expect(ids(await answer(id, 'north', false))).toEqual(['people.PageAnswered', 'people.PersonCalled']);
    expect(await called(id)).toEqual(['north1', 'east1']);
    for (let n = 0; n < 3; n += 1) {
      pass(5 * MINUTE_MS);
      await keep();
    }
    expect(await called(id)).toEqual(['north1', 'east1', 'east2', 'east3']);
  });

  test('a quorum: as many are called at once as are needed, and the call goes on until so many come', async () => {
    const id = await page({ roles: ['guardian'], need: 2 });
    expect(await called(id)).toEqual(['north1', 'east1']);
    expect(ids(await answer(id, 'north'))).toEqual(['people.PageAnswered']);
    pass(5 * MINUTE_MS);
    expect(ids(await keep())).toEqual(['people.PersonCalled']);
    expect(await called(id)).toEqual(['north1', 'east1', 'south1']);
    expect(ids(await answer(id, 'south'))).toEqual(['people.PageAnswered', 'people.PageEnded']);
  });

  test('only who was called answers; a call about the same is not made twice; nobody enrolled is no call', async () => {
    const id = await page({ principals: ['north'] });
    expect(codeOf(await answer(id, 'audit'))).toBe('not-called');
    const again = { subject: 's', text: TEXT, principals: ['east'] };
    expect(codeOf(await t.run('people.Page', again, as('watch')))).toBe('called-already');
    const nobody = { subject: 'x', text: TEXT, principals: ['stranger'], schedules: ['none'] };
    expect(codeOf(await t.run('people.Page', nobody, as('watch')))).toBe('nobody');
    expect(codeOf(await t.run('people.CallOff', { page: id }, as('watch')))).toBe('done');
    expect(codeOf(await t.run('people.CallOff', { page: id }, as('watch')))).toBe('no-page');
  });
});

describe('what calls by itself', () => {
  test('a use that waits calls its approvers once, a quorum at a time, and stops when it is decided', async () => {
    const asked = await t.run(
      'authority.Request',
      { power: 'halt-withdrawals', target: 'btc', reason: 'theft' },
      as('watch'),
    );
    const { use = '' } = resultOf(asked);
    const kept = await t.run('authority.KeepCalls', {}, SYSTEM);
    expect(ids(kept)).toEqual([
      'authority.ApproversCalled',
      'people.PageOrdered',
      ...Array(2).fill('people.PersonCalled'),
    ]);
    expect(ids(await t.run('authority.KeepCalls', {}, SYSTEM))).toEqual([]);
    const [open] = (await readView<Reach>(t, 'people.reach')).pages;
    expect(open).toMatchObject({ subject: use, need: 2, wanted: ['north', 'east', 'south', 'west'] });
  });

  test('with no approver left to call nothing is said, however often the clock looks', async () => {
    const people = await readView<People>(t, 'people.register');
    const gone = Object.fromEntries(
      Object.entries(people.persons).map(([id, one]) => [
        id,
        { ...one, offboardedAt: '2026-04-01T00:00:00Z' },
      ]),
    );
    const yieldOf = (persons: People['persons']): number => {
      const state = {
        people: { ...people, persons },
        powers: { powers: { [HALT.id]: { power: HALT } } },
        uses: { uses: [{ id: 'u', state: 'requested', power: HALT.id, step: 'stop' }] },
        reach: { pages: [] },
      };
      const decided = keepCalls.decide({}, state as never, {} as never);
      return 'facts' in decided ? decided.facts.length : -1;
    };
    expect(yieldOf(people.persons)).toBe(1);
    expect(yieldOf(gone)).toBe(0);
  });

  test('a promised update that did not come calls who speaks or leads; the next notice ends the call', async () => {
    t = createTestApp(createMemoryStore());
    await foundCommsFirm(t);
    const { thread = '' } = await publish(t);
    minutes(t, 21);
    const missed = await t.run('comms.KeepUpdates', {}, SYSTEM);
    expect(ids(missed)).toEqual(['comms.UpdateMissed', 'people.PageOrdered', 'people.PersonCalled']);
    const { pages } = await readView<Reach>(t, 'people.reach');
    expect(pages[0]).toMatchObject({ subject: thread, link: '/console/comms', wanted: ['watch', 'north'] });
    await publish(t, { thread });
    expect((await pageOf(pages[0]?.page ?? '')).endedAt).not.toBeNull();
  });
});

describe('the board', () => {
  const levels = async (): Promise<Record<string, string>> => {
    const [people, reach] = [
      await readView<People>(t, 'people.register'),
      await readView<Reach>(t, 'people.reach'),
    ];
    const rows = reachBoard(people, reach, new Date(t.clock.now()).toISOString());
    return Object.fromEntries(rows.map(({ id, level }) => [id, level]));
  };

  test('red where nobody would be reached, yellow on a single thread, and a channel that failed does not count', async () => {
    expect((await levels())['on-call']).toBe('critical');
    const email = { kind: 'email', to: 'watch@example.com' };
    await t.run('people.SetChannels', { principal: 'watch', channels: [email] }, as('watch'));
    expect((await levels())['on-call']).toBe('warning');
    const both = [email, { kind: 'sms', to: '+819012345678' }];
    await t.run('people.SetChannels', { principal: 'watch', channels: both }, as('watch'));
    expect((await levels())['on-call']).toBe('ok');
    const failed = { principal: 'watch', kind: 'sms', works: false };
    expect(ids(await t.run('people.RecordChannelTest', failed, SYSTEM))).toEqual(['people.ChannelTested']);
    expect(ids(await t.run('people.RecordChannelTest', failed, SYSTEM)), 'only changes are written').toEqual(
      [],
    );
    expect((await levels())['on-call']).toBe('warning');
    await t.run('people.RecordChannelTest', { ...failed, kind: 'email' }, SYSTEM);
    expect((await levels())['on-call']).toBe('critical');
  });

  test('addresses and helpers stand sealed in the log, and only oneself states one’s own', async () => {
    const channels = [{ kind: 'email', to: 'private-address@example.com' }];
    await t.run('people.SetChannels', { principal: 'east', channels }, as('east'));
    expect(codeOf(await t.run('people.SetChannels', { principal: 'east', channels }, as('north')))).toBe(
      'not-yourself',
    );
    const contact = 'Hanako Yamada, +81 90 0000 0000';
    const known = { helper: 'forensics-1', organisation: 'vendor', skills: ['forensics'], contact };
    await t.run('people.RegisterHelper', known, as('watch'));
    const texts = (await t.app.ports.store.facts({ limit: 100 })).map(({ text }) => text).join('\n');
    expect(texts).toContain('people.HelperRegistered');
    expect(texts).not.toMatch(/private-address|Hanako/);
  });
});
