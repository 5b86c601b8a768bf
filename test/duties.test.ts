/**
 * Every shipped duty against literal deadlines: ordinary day, Friday evening, holiday, turn of the year, end of a month,
 * and an hour at which Tokyo and UTC have different dates. A duty without a row here fails the test.
 */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { HOUR_MS, parseTime } from '@sonae/core/kernel/time.ts';
import { DUTIES, dutyNamed } from '@sonae/core/nouns/reports/engine/duties.ts';
import type { Duty } from '@sonae/core/nouns/reports/engine/duty.ts';
import { FIRM, type Regime } from '@sonae/core/nouns/reports/facts/duties.ts';
import type { Duties, DutyState } from '@sonae/core/nouns/reports/views/duties.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, incidentOf, SYSTEM, type TestApp } from './support/app.ts';

/** Start of the clock, in UTC. Tokyo is nine hours ahead; 2026-11-23 is 勤労感謝の日, 2027-01-31 a Sunday. */
const STARTS = {
  'a Wednesday noon': '2026-11-11T03:00:00Z',
  'Friday evening': '2026-11-20T09:30:00Z',
  'a holiday': '2026-11-23T01:00:00Z',
  'turn of the year': '2026-12-30T05:00:00Z',
  'end of January': '2027-01-31T03:00:00Z',
  'half past midnight in Tokyo': '2026-11-12T15:30:00Z',
} as const;
type Column = keyof typeof STARTS;
const COLUMNS = Object.keys(STARTS) as Column[];

/** Deadlines of a kind of clock, in the order of STARTS; written by hand from a calendar. */
const tokyo = (...days: string[]): string[] => days.map((day) => `${day}T14:59:59Z`);
const LINES = {
  none: [null, null, null, null, null, null],
  'hours 1': [
    '2026-11-11T04:00:00Z',
    '2026-11-20T10:30:00Z',
    '2026-11-23T02:00:00Z',
    '2026-12-30T06:00:00Z',
    '2027-01-31T04:00:00Z',
    '2026-11-12T16:30:00Z',
  ],
  'hours 4': [
    '2026-11-11T07:00:00Z',
    '2026-11-20T13:30:00Z',
    '2026-11-23T05:00:00Z',
    '2026-12-30T09:00:00Z',
    '2027-01-31T07:00:00Z',
    '2026-11-12T19:30:00Z',
  ],
  'hours 24': [
    '2026-11-12T03:00:00Z',
    '2026-11-21T09:30:00Z',
    '2026-11-24T01:00:00Z',
    '2026-12-31T05:00:00Z',
    '2027-02-01T03:00:00Z',
    '2026-11-13T15:30:00Z',
  ],
  'hours 72': [
    '2026-11-14T03:00:00Z',
    '2026-11-23T09:30:00Z',
    '2026-11-26T01:00:00Z',
    '2027-01-02T05:00:00Z',
    '2027-02-03T03:00:00Z',
    '2026-11-15T15:30:00Z',
  ],
  'business days 1': tokyo(
    '2026-11-12',
    '2026-11-24',
    '2026-11-24',
    '2027-01-04',
    '2027-02-01',
    '2026-11-16',
  ),
  'business days 2': tokyo(
    '2026-11-13',
    '2026-11-25',
    '2026-11-25',
    '2027-01-05',
    '2027-02-02',
    '2026-11-17',
  ),
  'business days 5': tokyo(
    '2026-11-18',
    '2026-11-30',
    '2026-11-30',
    '2027-01-08',
    '2027-02-05',
    '2026-11-20',
  ),
  'weeks 2': tokyo('2026-11-25', '2026-12-04', '2026-12-07', '2027-01-13', '2027-02-14', '2026-11-27'),
  'month 1': tokyo('2026-12-11', '2026-12-20', '2026-12-23', '2027-01-30', '2027-02-28', '2026-12-13'),
  'days 30, day of event counted': tokyo(
    '2026-12-10',
    '2026-12-19',
    '2026-12-22',
    '2027-01-28',
    '2027-03-01',
    '2026-12-12',
  ),
  'days 60, day of event counted': tokyo(
    '2027-01-09',
    '2027-01-18',
    '2027-01-21',
    '2027-02-27',
    '2027-03-31',
    '2027-01-11',
  ),
  'days 14 in Singapore': [
    '2026-11-25T15:59:59Z',
    '2026-12-04T15:59:59Z',
    '2026-12-07T15:59:59Z',
    '2027-01-13T15:59:59Z',
    '2027-02-14T15:59:59Z',
    '2026-11-26T15:59:59Z',
  ],
  'days 30 in New York': [
    '2026-12-11T04:59:59Z',
    '2026-12-21T04:59:59Z',
    '2026-12-23T04:59:59Z',
    '2027-01-30T04:59:59Z',
    '2027-03-02T04:59:59Z',
    '2026-12-13T04:59:59Z',
  ],
  'month 1 in Brussels': [
    '2026-12-11T22:59:59Z',
    '2026-12-20T22:59:59Z',
    '2026-12-23T22:59:59Z',
    '2027-01-30T22:59:59Z',
    '2027-02-28T22:59:59Z',
    '2026-12-12T22:59:59Z',
  ],
} as const satisfies Record<string, readonly (string | null)[]>;

/** Duty -> its kind of clock, and the clause it is read from. */
const TABLE: Readonly<Record<string, readonly [keyof typeof LINES, RegExp]>> = {
  'jvcea-7-4-fact': ['none', /緊急時対応に関する規則 7条4項/],
  'jvcea-7-4-first-set': ['hours 24', /第7条第4項関係\(左欄\)/],
  'jvcea-7-4-later-set': ['none', /第7条第4項関係\(右欄\)/],
  'jvcea-7-5-copies': ['none', /7条5項/],
  'jvcea-13-1-board': ['none', /13条1項/],
  'jvcea-14-1-publish': ['none', /14条1項/],
  'jvcea-16-1-fact': ['none', /16条1項/],
  'jvcea-16-2-report': ['none', /16条2項/],
  'jvcea-16-3-recovery': ['none', /16条3項/],
  'jvcea-16-3-cause': ['none', /16条3項/],
  'jvcea-16-4-status': ['month 1', /16条4項/],
  'jvcea-16-5-attack': ['none', /16条5項/],
  'jvcea-16-6-discipline': ['none', /16条6項/],
  'jvcea-5-1-plan': ['none', /5条1項/],
  'jvcea-8-training': ['none', /8条1項/],
  'fsa-aware': ['none', /II-2-3-1-1-3/],
  'fsa-recovery': ['none', /II-2-3-1-1-3/],
  'fsa-cause': ['none', /II-2-3-1-1-3/],
  'fsa-status': ['month 1', /II-2-3-1-1-3/],
  'fsa-unauthorised-trade': ['none', /II-2-3-1-2-3/],
  'fsa-misconduct': ['weeks 2', /内閣府令42条/],
  'fsa-personal-data': ['none', /14条の2/],
  'ppc-preliminary': ['none', /8条1項/],
  'ppc-final-30': ['days 30, day of event counted', /8条2項/],
  'ppc-final-60': ['days 60, day of event counted', /8条2項/],
  'ppc-persons': ['none', /10条/],
  'fiat-trust-short': ['business days 2', /26条1項6号/],
  'coin-short': ['business days 5', /\(3\)④/],
  'hot-over-limit': ['business days 1', /\(3\)⑦/],
  'own-coin-over-buffer': ['business days 5', /\(3\)③/],
  'token-trust-short': ['business days 2', /38条2項6号/],
  'token-self-trust-short': ['business days 1', /38条5項7号/],
  'trust-backing-short': ['business days 2', /3条/],
  'jp-cyber-capability-5': ['none', /令和7年法律第42号/],
  'jp-timely-disclosure': ['none', /402条/],
  'dora-initial': ['hours 4', /2022\/2554/],
  'dora-intermediate': ['hours 72', /2025\/301/],
  'dora-recovered': ['none', /19\(4\)/],
  'dora-final': ['month 1 in Brussels', /2025\/301/],
  'nydfs-72h': ['hours 72', /500\.17\(a\)/],
  'nydfs-extortion': ['hours 24', /500\.17\(c\)/],
  'nydfs-extortion-reasons': ['days 30 in New York', /500\.17\(c\)/],
  'mas-1h': ['hours 1', /PSN05/],
  'mas-14d': ['days 14 in Singapore', /PSN05/],
  'hk-sfc': ['none', /SFC/],
  'hkma-stablecoin': ['none', /HKMA/],
};

const ALL_REGIMES = [...new Set(DUTIES.flatMap(({ regimes }) => regimes))] as Regime[];
/** Rows that nobody verified apply only where the firm set a target of its own. */
const TARGETS = Object.fromEntries(
  DUTIES.filter(({ confidence }) => confidence === 'C').map(({ id }) => [id, 60]),
);

type Bench = { t: TestApp; subject: string };

async function run(t: TestApp, command: string, input: object): Promise<Outcome> {
  return t.run(command, input as JsonValue);
}
async function must(outcome: Promise<Outcome>): Promise<Outcome> {
  const done = await outcome;
  if (done.status !== 'done') throw new Error(done.message);
  return done;
}
async function dutiesOf(t: TestApp, subject: string): Promise<readonly DutyState[]> {
  const text = await t.app.ports.store.view('reports.duties', subject);
  return text === undefined ? [] : (JSON.parse(text) as Duties).duties;
}
async function dutyOf({ t, subject }: Bench, id: string): Promise<DutyState | undefined> {
  return (await dutiesOf(t, subject)).find(({ duty }) => duty === id);
}

const INCIDENT_EVENTS = ['aware'];
const isFirms = ({ satisfiedBy }: Duty): boolean =>
  typeof satisfiedBy === 'object' && satisfiedBy.event !== 'published';

/** A firm under every regime, with what starts the duty at `at`. */
async function bring(duty: Duty, at: string): Promise<Bench> {
  const t = createTestApp(createMemoryStore());
  t.clock.moveTo(parseTime(at));
  const firm = { en: 'Test Exchange', ja: '試験取引所' };
  await must(run(t, 'reports.SetProfile', { firm, regimes: ALL_REGIMES, targets: TARGETS }));
  if (isFirms(duty)) {
    const [trigger] = duty.triggers;
    if (!trigger || !('event' in trigger)) throw new Error(`${duty.id} hangs on an event`);
    await must(run(t, 'reports.RecordFirmEvent', { event: trigger.event, reference: 'r' }));
    return { t, subject: FIRM };
  }
  const subject = incidentOf(await must(run(t, 'incidents.Declare', { title: 'Something broke' })));
  await must(run(t, 'incidents.SetKinds', { incident: subject, kinds: kindsFor(duty), reason: 'judged' }));
  await trigger(t, subject, duty);
  return { t, subject };
}

const kindsFor = ({ kinds, notKinds, id }: Duty): string[] => {
  if (id.startsWith('ppc') || id === 'fsa-personal-data') return ['data-leak', ...kinds.slice(0, 1)];
  const first = kinds[0] ?? (notKinds ? 'data-leak' : 'peg-break');
  return [first];
};

/** Makes the first trigger of a duty happen now; an earlier filing is made the same way. */
async function trigger(t: TestApp, subject: string, duty: Duty): Promise<void> {
  const [first] = duty.triggers;
  if (first === undefined) throw new Error(`${duty.id} has no trigger`);
  if ('event' in first) {
    if (INCIDENT_EVENTS.includes(first.event)) return;
    await must(run(t, 'incidents.StateMilestone', { incident: subject, milestone: first.event }));
    return;
  }
  const before = dutyNamed(first.filing);
  if (!before) throw new Error(`${duty.id} hangs on an unknown duty`);
  await trigger(t, subject, before);
  await must(run(t, 'reports.RecordFiling', { subject, duties: [before.id], method: 'm', reference: 'r' }));
}

test('the table has a row for every shipped duty and no other, and cites its clause', () => {
  expect(DUTIES.map(({ id }) => id).sort()).toEqual(Object.keys(TABLE).sort());
  for (const { id, citation } of DUTIES) expect(citation, id).toMatch(TABLE[id]?.[1] ?? /never/);
  expect(new Set(DUTIES.map(({ id }) => id)).size).toBe(DUTIES.length);
});

describe.each(DUTIES)('$id', (duty) => {
  const [line] = TABLE[duty.id] ?? ['none' as const];

  test.each(COLUMNS)('due after a start on %s', async (column) => {
    const bench = await bring(duty, STARTS[column]);
    const found = await dutyOf(bench, duty.id);
    expect(found, 'the duty arose').toBeDefined();
    expect(found?.dueAt).toBe(LINES[line][COLUMNS.indexOf(column)]);
    expect(found?.startAt).toBe(STARTS[column]);
    expect(found?.citation).toBe(duty.citation);
    // The firm's own target never lies behind the law's.
    expect(parseTime(found?.targetAt ?? '')).toBeLessThanOrEqual(
      parseTime(found?.dueAt ?? '2099-01-01T00:00:00Z'),
    );
  });

  test('grows loud before it is missed, and says when it was', async () => {
    const bench = await bring(duty, STARTS['a Wednesday noon']);
    const { startAt, dueAt, targetAt } = (await dutyOf(bench, duty.id)) as DutyState;
    const limit = parseTime(dueAt ?? targetAt);
    if (limit === parseTime(startAt))
      return expect(duty.clock.unit, 'without date or target: at once').toBe('given');
    const stages: string[] = [];
    const shortlyBefore = limit - Math.min((limit - parseTime(startAt)) / 10, 12 * HOUR_MS);
    for (const at of [shortlyBefore, limit, limit + 1_000]) {
      bench.t.clock.moveTo(Math.max(bench.t.clock.now(), at));
      await bench.t.run('reports.KeepClocks', {}, SYSTEM);
      stages.push((await dutyOf(bench, duty.id))?.stage ?? '');
    }
    expect(stages[2]).toBe('missed');
    expect(['warning', 'critical']).toContain(stages[0]);
    expect(stages[1]).toBe('critical');
  });

  test('is suspended, and judged not reportable, only where its rule allows', async () => {
    const bench = await bring(duty, STARTS['a Wednesday noon']);
    const about = { subject: bench.subject, instance: (await dutyOf(bench, duty.id))?.instance ?? '' };
    const suspended = await run(bench.t, 'reports.Suspend', { ...about, reason: 'people were in danger' });
    expect(suspended).toMatchObject(duty.suspendable ? { status: 'done' } : { refused: 'not-suspendable' });
    if (duty.suspendable) {
      bench.t.clock.moveTo(parseTime('2027-06-01T00:00:00Z'));
      await bench.t.run('reports.KeepClocks', {}, SYSTEM);
      expect(await dutyOf(bench, duty.id)).toMatchObject({ state: 'suspended', stage: 'running' });
      await must(run(bench.t, 'reports.Resume', { ...about, reason: 'everybody is safe' }));
      const resumed = await dutyOf(bench, duty.id);
      expect(resumed).toMatchObject({ state: 'open', dueAt: null, targetAt: '2027-06-01T06:00:00Z' });
    }
    const ground = { ground: 'proviso', reason: 'the standby took over within a second' };
    const exempted = await run(bench.t, 'reports.Exempt', { ...about, ...ground });
    expect(exempted).toMatchObject(duty.exemptable ? { status: 'done' } : { refused: 'not-exemptable' });
    if (!duty.exemptable) return;
    expect(await dutyOf(bench, duty.id)).toMatchObject({ state: 'exempt', owner: 'test:operator' });
    await must(run(bench.t, 'reports.WithdrawExemption', { ...about, reason: 'users were hit after all' }));
    expect((await dutyOf(bench, duty.id))?.state).toBe('open');
  });
});

describe('clocks', () => {
  const at = '2026-11-11T03:00:00Z';
  const named = (id: string): Duty => dutyNamed(id) as Duty;

  test('a late start is late from the first moment: the class was judged after the deadline', async () => {
    const t = createTestApp(createMemoryStore());
    t.clock.moveTo(parseTime(at));
    const incident = incidentOf(await must(run(t, 'incidents.Declare', { title: 'x' })));
    await must(run(t, 'incidents.SetKinds', { incident, kinds: ['peg-break'], reason: 'r' }));
    expect(await dutyOf({ t, subject: incident }, 'fsa-misconduct')).toBeUndefined();
    t.clock.moveTo(parseTime('2026-12-20T00:00:00Z'));
    await must(
      run(t, 'incidents.SetKinds', { incident, kinds: ['asset-outflow'], reason: 'coins are gone' }),
    );
    await t.run('reports.KeepClocks', {}, SYSTEM);
    expect(await dutyOf({ t, subject: incident }, 'fsa-misconduct')).toMatchObject({
      startAt: at,
      dueAt: '2026-11-25T14:59:59Z',
      stage: 'missed',
    });
  });

  test('a corrected awareness moves every clock that hangs on it', async () => {
    const bench = await bring(named('jvcea-7-4-first-set'), at);
    const input = { incident: bench.subject, milestone: 'aware', at: '2026-11-10T20:00:00Z' };
    expect(await run(bench.t, 'incidents.StateMilestone', input)).toMatchObject({ refused: 'no-reason' });
    await must(run(bench.t, 'incidents.StateMilestone', { ...input, reason: 'the desk knew first' }));
    expect((await dutyOf(bench, 'jvcea-7-4-first-set'))?.dueAt).toBe('2026-11-11T20:00:00Z');
  });

  test('while nobody knows the class a system event is assumed; judging otherwise ends those duties on record', async () => {
    const t = createTestApp(createMemoryStore());
    const incident = incidentOf(await must(run(t, 'incidents.Declare', { title: 'x' })));
    const bench = { t, subject: incident };
    expect((await dutyOf(bench, 'jvcea-16-1-fact'))?.state).toBe('open');
    await must(run(t, 'incidents.SetKinds', { incident, kinds: ['peg-break'], reason: 'a bank closed' }));
    expect(await dutyOf(bench, 'jvcea-16-1-fact')).toMatchObject({
      state: 'exempt',
      ground: 'class / 区分: a bank closed',
    });
    await must(run(t, 'incidents.SetKinds', { incident, kinds: ['system-fault'], reason: 'a batch died' }));
    expect((await dutyOf(bench, 'jvcea-16-1-fact'))?.state).toBe('open');
  });

  test('DORA: a late classification still has four hours, an early one ends with the day of awareness', async () => {
    const bench = await bring(named('dora-initial'), at);
    expect((await dutyOf(bench, 'dora-initial'))?.dueAt).toBe('2026-11-11T07:00:00Z');
    const t = createTestApp(createMemoryStore());
    t.clock.moveTo(parseTime(at));
    const firm = { en: 'e', ja: 'j' };
    await must(run(t, 'reports.SetProfile', { firm, regimes: ['eu-dora'] }));
    const incident = incidentOf(await must(run(t, 'incidents.Declare', { title: 'x' })));
    t.clock.moveTo(parseTime('2026-11-12T01:00:00Z'));
    await must(run(t, 'incidents.StateMilestone', { incident, milestone: 'classified-major' }));
    expect((await dutyOf({ t, subject: incident }, 'dora-initial'))?.dueAt).toBe('2026-11-12T03:00:00Z');
  });

  test('the final report follows the latest intermediate one', async () => {
    const bench = await bring(named('dora-final'), at);
    bench.t.clock.moveTo(parseTime('2026-11-20T10:00:00Z'));
    const filed = { subject: bench.subject, duties: ['dora-intermediate'], method: 'm', reference: 'update' };
    await must(run(bench.t, 'reports.RecordFiling', filed));
    expect((await dutyOf(bench, 'dora-final'))?.dueAt).toBe('2026-12-20T22:59:59Z');
  });

  test('the association sets a date', async () => {
    const bench = await bring(named('jvcea-7-4-later-set'), at);
    const input = { incident: bench.subject, milestone: 'later-set-asked', reason: 'letter of the 11th' };
    await must(run(bench.t, 'incidents.StateMilestone', { ...input, dueAt: '2026-11-25T08:00:00Z' }));
    expect((await dutyOf(bench, 'jvcea-7-4-later-set'))?.dueAt).toBe('2026-11-25T08:00:00Z');
  });

  test('a shortfall is cured by its own event, the oldest first; a repeated one is a clock of its own', async () => {
    const bench = await bring(named('coin-short'), at);
    bench.t.clock.moveTo(parseTime('2026-11-12T03:00:00Z'));
    await must(run(bench.t, 'reports.RecordFirmEvent', { event: 'coin-short', reference: 'second' }));
    bench.t.clock.moveTo(parseTime('2026-11-13T03:00:00Z'));
    await must(run(bench.t, 'reports.RecordFirmEvent', { event: 'coin-short-cured', reference: 'first' }));
    const found = (await dutiesOf(bench.t, FIRM)).filter(({ duty }) => duty === 'coin-short');
    expect(found.map(({ state, late }) => [state, late])).toEqual([
      ['satisfied', false],
      ['open', false],
    ]);
  });

  test('a filing after the limit meets its duty late', async () => {
    const bench = await bring(named('jvcea-7-4-first-set'), at);
    bench.t.clock.moveTo(parseTime('2026-11-12T04:00:00Z'));
    const filed = { subject: bench.subject, duties: ['jvcea-7-4-first-set'], method: 'm', reference: 'r' };
    await must(run(bench.t, 'reports.RecordFiling', filed));
    expect(await dutyOf(bench, 'jvcea-7-4-first-set')).toMatchObject({ state: 'satisfied', late: true });
  });

  test('rules in force on another day: a replay of the past is judged by the rules that the firm names', async () => {
    const start = '2023-03-11T03:00:00Z';
    const t = createTestApp(createMemoryStore());
    t.clock.moveTo(parseTime('2026-04-01T00:00:00Z'));
    const incident = incidentOf(await must(run(t, 'incidents.Declare', { title: 'old', happenedAt: start })));
    const aware = { incident, milestone: 'aware', at: start, reason: 'it was known then' };
    await must(run(t, 'incidents.StateMilestone', aware));
    const count = async (): Promise<number> => (await dutiesOf(t, incident)).length;
    const before = await count();
    const firm = { en: 'e', ja: 'j' };
    const regimes = ['jp-exchange', 'jp-epi'];
    await must(run(t, 'reports.SetProfile', { firm, regimes, rulesAsOf: '2018-01-01' }));
    const second = incidentOf(await must(run(t, 'incidents.Declare', { title: 'older' })));
    expect(await dutiesOf(t, second)).toEqual([]);
    expect(before).toBeGreaterThan(0);
  });
});
