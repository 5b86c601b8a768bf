/** Clocks under change: classes to and fro, corrected times, filings before duties, regimes in mid-incident, repetition. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { isoTime, MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import { FIRM } from '@sonae/core/nouns/reports/facts/duties.ts';
import type { Duties, DutyState } from '@sonae/core/nouns/reports/views/duties.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, incidentOf, SYSTEM, type TestApp } from './support/app.ts';
import { foundCommsFirm, publish, readView } from './support/comms.ts';

const START = '2026-11-11T03:00:00Z';
const FIRM_NAME = { en: 'e', ja: 'j' };
let t: TestApp;
let incident = '';

async function run(command: string, input: object): Promise<Outcome> {
  const outcome = await t.run(command, input as JsonValue);
  if (outcome.status === 'refused') throw new Error(`${outcome.refused}: ${outcome.message}`);
  return outcome;
}
const at = (time: string): void => t.clock.moveTo(parseTime(time));
const judge = (...kinds: string[]): Promise<Outcome> =>
  run('incidents.SetKinds', { incident, kinds, reason: 'judged' });
const state = (milestone: string, when?: string): Promise<Outcome> =>
  run('incidents.StateMilestone', {
    incident,
    milestone,
    reason: 'known better',
    ...(when ? { at: when } : {}),
  });
const file = (...duties: string[]): Promise<Outcome> =>
  run('reports.RecordFiling', { subject: incident, duties, method: 'm', reference: 'r' });
async function duties(id: string, subject = incident): Promise<DutyState[]> {
  const { duties: all } = await readView<Duties>(t, 'reports.duties', subject);
  return all.filter(({ duty }) => duty === id);
}
const duty = async (id: string): Promise<DutyState | undefined> => (await duties(id)).at(-1);
const profile = (regimes: string[], change: object = {}): Promise<Outcome> =>
  run('reports.SetProfile', { firm: FIRM_NAME, regimes, ...change });

beforeEach(async () => {
  t = createTestApp(createMemoryStore());
  at(START);
  incident = incidentOf(await run('incidents.Declare', { title: 'Something broke' }));
});

describe('classes to and fro', () => {
  test('a duty that only the class brought ends with the class, and comes back with it', async () => {
    await judge('asset-outflow');
    expect(await duty('fsa-misconduct')).toMatchObject({ state: 'open' });
    await judge('system-fault');
    expect(await duty('fsa-misconduct')).toMatchObject({ state: 'exempt', ground: 'class / 区分: judged' });
    await judge('asset-outflow');
    expect(await duty('fsa-misconduct')).toMatchObject({ state: 'open', startAt: START });
    expect(await duties('fsa-misconduct')).toHaveLength(1);
  });

  test('a time corrected while the class stood otherwise counts when the class comes back', async () => {
    await judge('peg-break');
    await state('aware', '2026-11-10T20:00:00Z');
    await judge('system-fault');
    expect(await duty('jvcea-16-1-fact')).toMatchObject({ state: 'open', startAt: '2026-11-10T20:00:00Z' });
  });

  test('nothing follows from considering again: to and fro ten times leaves one duty of each', async () => {
    for (let i = 0; i < 10; i += 1) await judge(i % 2 === 0 ? 'data-leak' : 'cyber-ransomware');
    const { duties: all } = await readView<Duties>(t, 'reports.duties', incident);
    expect(new Set(all.map(({ instance }) => instance)).size).toBe(all.length);
    const again = await t.run('reports.Consider', { subject: incident, because: 'again' }, SYSTEM);
    expect(again).toMatchObject({ status: 'done', facts: [] });
  });
});

describe('times corrected', () => {
  test('after an exemption: withdrawn, the clock runs from the corrected time', async () => {
    const about = { subject: incident, instance: 'fsa-aware', reason: 'r' };
    await run('reports.Exempt', { ...about, ground: 'switched over' });
    await state('aware', '2026-11-11T01:00:00Z');
    await run('reports.WithdrawExemption', about);
    expect(await duty('fsa-aware')).toMatchObject({
      state: 'open',
      startAt: '2026-11-11T01:00:00Z',
      targetAt: '2026-11-11T01:30:00Z',
    });
  });

  test('after the filing: met stays met, but what came too late is shown as late', async () => {
    at('2026-11-11T23:00:00Z');
    await file('jvcea-7-4-first-set');
    expect(await duty('jvcea-7-4-first-set')).toMatchObject({ state: 'satisfied', late: false });
    await state('aware', '2026-11-10T20:00:00Z');
    expect(await duty('jvcea-7-4-first-set')).toMatchObject({
      state: 'satisfied',
      late: true,
      dueAt: '2026-11-11T20:00:00Z',
    });
    await state('aware', '2026-11-11T02:00:00Z');
    expect(await duties('jvcea-7-4-first-set')).toMatchObject([{ state: 'satisfied', late: false }]);
  });

  test('during a suspension and after it: the rule’s number does not come back', async () => {
    const about = { subject: incident, instance: 'jvcea-7-4-first-set', reason: 'r' };
    await run('reports.Suspend', about);
    await state('aware', '2026-11-11T01:00:00Z');
    expect(await duty('jvcea-7-4-first-set')).toMatchObject({
      state: 'suspended',
      startAt: '2026-11-11T01:00:00Z',
    });
    await run('reports.Resume', about);
    await state('aware', '2026-11-11T02:00:00Z');
    expect(await duty('jvcea-7-4-first-set')).toMatchObject({
      state: 'open',
      dueAt: null,
      targetAt: '2026-11-11T09:00:00Z',
    });
  });
});

describe('what happens again', () => {
  test('a recovery after a relapse is reported again; a corrected one is not', async () => {
    at('2026-11-11T05:00:00Z');
    await state('recovered', '2026-11-11T04:00:00Z');
    await file('fsa-recovery');
    await state('recovered', '2026-11-11T04:30:00Z');
    expect(await duties('fsa-recovery')).toMatchObject([
      { state: 'satisfied', startAt: '2026-11-11T04:30:00Z' },
    ]);
    at('2026-11-12T05:00:00Z');
    await state('recovered');
    expect(await duties('fsa-recovery')).toMatchObject([
      { state: 'satisfied' },
      { state: 'open', instance: 'fsa-recovery@2026-11-12T05:00:00Z' },
    ]);
    await state('recovered', '2026-11-12T04:00:00Z');
    expect((await duties('fsa-recovery')).map(({ startAt }) => startAt)).toEqual([
      '2026-11-11T04:30:00Z',
      '2026-11-12T04:00:00Z',
    ]);
  });

  test('a final report after the latest filing: one clock runs, and moves with further filings', async () => {
    await profile(['eu-dora']);
    await state('classified-major');
    await file('dora-initial');
    await file('dora-intermediate');
    await file('dora-final');
    for (const day of ['13', '14', '15']) {
      at(`2026-11-${day}T03:00:00Z`);
      await file('dora-intermediate');
    }
    expect((await duties('dora-final')).map(({ state: now, dueAt }) => [now, dueAt])).toEqual([
      ['satisfied', '2026-12-11T22:59:59Z'],
      ['open', '2026-12-15T22:59:59Z'],
    ]);
  });

  test('the first filing starts the month, however many follow', async () => {
    await file('jvcea-16-1-fact');
    const first = await duty('jvcea-16-4-status');
    for (let i = 1; i <= 60; i += 1) {
      at(isoTime(parseTime(START) + i * MINUTE_MS));
      await file(...Array.from({ length: 20 }, () => 'jvcea-16-1-fact'));
    }
    expect(await duty('jvcea-16-4-status')).toEqual(first);
    expect((await readView<Duties>(t, 'reports.duties', incident)).filed).toHaveLength(2);
  });
});

describe('events of the firm', () => {
  const event = (name: string, when?: string): Promise<Outcome> =>
    run('reports.RecordFirmEvent', { event: name, reference: 'r', ...(when ? { at: when } : {}) });

  test('training recorded twice keeps its yearly clock', async () => {
    await event('training-held', START);
    await event('training-held', START);
    expect(await duties('jvcea-8-training', FIRM)).toMatchObject([{ state: 'open', startAt: START }]);
  });

  test('training of long ago, recorded late, meets nothing and starts nothing', async () => {
    await event('training-held', START);
    await event('training-held', '2025-06-01T00:00:00Z');
    expect(await duties('jvcea-8-training', FIRM)).toMatchObject([{ state: 'open', startAt: START }]);
  });

  test('a cure of yesterday does not end the shortfall of today', async () => {
    await event('coin-short', START);
    await event('coin-short-cured', '2026-11-10T00:00:00Z');
    expect(await duties('coin-short', FIRM)).toMatchObject([{ state: 'open' }]);
  });
});

describe('the profile in mid-incident', () => {
  test('a regime that is added brings its duties at once, one that falls away takes its own along', async () => {
    const before = (await readView<Duties>(t, 'reports.duties', incident)).duties.length;
    await profile(['jp-exchange', 'sg-mas']);
    expect(await duty('mas-1h')).toMatchObject({
      state: 'open',
      startAt: START,
      dueAt: '2026-11-11T04:00:00Z',
    });
    await profile(['jp-exchange']);
    expect(await duty('mas-1h')).toMatchObject({ state: 'exempt' });
    expect((await duty('mas-1h'))?.ground).toContain('regime');
    await profile(['jp-exchange', 'sg-mas']);
    expect(await duties('mas-1h')).toMatchObject([{ state: 'open' }]);
    expect((await readView<Duties>(t, 'reports.duties', incident)).duties.length).toBe(before + 2);
  });

  test('an exemption that a person owns is not withdrawn by a profile', async () => {
    const about = { subject: incident, instance: 'fsa-aware', reason: 'r' };
    await run('reports.Exempt', { ...about, ground: 'switched over' });
    await profile(['sg-mas']);
    await profile(['jp-exchange']);
    expect(await duty('fsa-aware')).toMatchObject({ state: 'exempt', owner: 'test:operator' });
  });

  test('rules of another day end what was not in force then; closed incidents with clocks count too', async () => {
    await run('incidents.Advance', { incident, to: 'closed' });
    await profile(['jp-exchange'], { rulesAsOf: '2018-01-01' });
    expect(await duty('jvcea-7-4-first-set')).toMatchObject({ state: 'exempt' });
    await profile(['jp-exchange']);
    expect(await duty('jvcea-7-4-first-set')).toMatchObject({ state: 'open' });
  });
});

test('what was published before the duty arose meets it', async () => {
  t = createTestApp(createMemoryStore());
  at(START);
  await foundCommsFirm(t);
  await profile(['sg-mas']);
  incident = incidentOf(await run('incidents.Declare', { title: 'x' }));
  await publish(t, { incident });
  expect(await duty('jvcea-14-1-publish')).toBeUndefined();
  await profile(['jp-exchange']);
  expect(await duty('jvcea-14-1-publish')).toMatchObject({ state: 'satisfied', late: false });
});
