/** Alarms as the log judges them: what is a change, what is one suspicion, what waits, what is muted, and silence. */
import type { IncidentSummary } from '@sonae/core/nouns/incidents/views/list.ts';
import type { Groups } from '@sonae/core/nouns/sentinels/engine.ts';
import type { Alarm } from '@sonae/core/nouns/sentinels/facts.ts';
import type { AlarmList } from '@sonae/core/nouns/sentinels/views/list.ts';
import type { Sources } from '@sonae/core/nouns/sentinels/views/sources.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarm, type ListeningApp, listeningApp, RULES } from './support/alarms.ts';
import { START_MS } from './support/app.ts';

const over = (fingerprint: string, more: Partial<Alarm> = {}): Alarm =>
  alarm(fingerprint, { status: 'resolved', endsAt: new Date(START_MS).toISOString(), ...more });
const open = async (app: ListeningApp): Promise<IncidentSummary[]> =>
  ((await app.view<{ incidents: IncidentSummary[] } | null>('incidents.list')) ?? { incidents: [] })
    .incidents;
const at = (minutes: number): string => new Date(START_MS + minutes * 60_000).toISOString();

describe('changes', () => {
  test('the first firing is a fact and a suspicion; repeats are one fact for all of them', async () => {
    const app = await listeningApp();
    expect(await app.receive(alarm('a'))).toEqual([
      'AlarmsReceived',
      'AlarmFired',
      'GroupSignalled',
      'Suspected',
    ]);
    expect(await app.receive(...Array.from({ length: 500 }, () => alarm('a')))).toEqual(['AlarmsReceived']);
    expect(await open(app)).toMatchObject([
      { phase: 'suspected', correlation: 'alarm/db', level: 'critical' },
    ]);
  });

  test('two fingerprints of a component are one suspicion, and the second joins its timeline', async () => {
    const app = await listeningApp();
    await app.receive(alarm('a'));
    expect(await app.receive(alarm('b'))).toEqual([
      'AlarmsReceived',
      'AlarmFired',
      'GroupSignalled',
      'SignalJoined',
    ]);
    expect(await open(app)).toHaveLength(1);
  });

  test('a severity that rises or falls is a fact, and the group follows the worst that fires', async () => {
    const app = await listeningApp();
    await app.receive(alarm('a', { level: 'warning', severity: 'warning' }));
    expect(await app.receive(alarm('a'))).toContain('AlarmLevelChanged');
    expect((await open(app))[0]?.level).toBe('critical');
    await app.receive(alarm('b', { level: 'warning' }), alarm('a', { level: 'watch' }));
    expect((await open(app))[0]?.level).toBe('warning');
  });

  test('when the last of a component is resolved the signal is ok; in between it is not', async () => {
    const app = await listeningApp();
    await app.receive(alarm('a'), alarm('b', { level: 'warning' }));
    await app.receive(over('a'));
    expect((await open(app))[0]?.level).toBe('warning');
    expect(await app.receive(over('b'))).toContain('GroupSignalled');
    expect(await open(app)).toMatchObject([{ level: 'ok', quietSince: expect.any(String) }]);
    expect(await app.receive(over('b'))).toEqual(['AlarmsReceived']);
  });

  test('what fires, ends and fires again inside one batch is told in order', async () => {
    const app = await listeningApp();
    const facts = await app.receive(alarm('a'), over('a'), alarm('a'));
    expect(facts.filter((name) => name.startsWith('Alarm'))).toEqual([
      'AlarmsReceived',
      'AlarmFired',
      'AlarmResolved',
      'AlarmFired',
    ]);
    const { groups } = await app.view<Groups>('sentinels.groups');
    expect(groups).toMatchObject([{ level: 'critical', shares: [{ firing: { critical: 1 } }] }]);
  });

  test('what is only noted is evidence and nothing else', async () => {
    const app = await listeningApp();
    expect(await app.receive(alarm('Watchdog', { status: 'noted' }))).toEqual(['AlarmsReceived']);
    expect(await open(app)).toEqual([]);
  });

  test('a batch of a source that nobody configured, or of two sources, is refused', async () => {
    const app = await listeningApp();
    await expect(app.receive(alarm('a', { source: 'other' }))).rejects.toThrow('no source other');
    await expect(app.receive(alarm('a'), alarm('b', { source: 'other' }))).rejects.toThrow('one source');
  });

  test('names that objects inherit are names like any other', async () => {
    const app = await listeningApp();
    for (const name of ['__proto__', 'constructor', 'toString', 'sources', 'alarm a'])
      await app.receive(alarm(name, { component: name, title: name }));
    expect((await open(app)).map(({ correlation }) => correlation)).toHaveLength(5);
    const { alarms } = await app.view<AlarmList>('sentinels.alarms');
    expect(alarms.map(({ fingerprint }) => fingerprint)).toContain('__proto__');
  });
});

describe('thresholds', () => {
  const three = { ...RULES, threshold: { count: 3, windowMs: 10 * 60_000, criticalAtOnce: true } };
  const warning = (fingerprint: string): Alarm => alarm(fingerprint, { level: 'warning' });

  test('fewer than asked for within the window make no suspicion; enough do', async () => {
    const app = await listeningApp(three);
    await app.receive(warning('a'));
    await app.receive(warning('a'));
    expect(await open(app)).toEqual([]);
    app.clock.moveTo(START_MS + 11 * 60_000);
    await app.receive(warning('a'));
    expect(await open(app), 'the first two are out of the window').toEqual([]);
    await app.receive(warning('b'), warning('c'));
    expect(await open(app)).toHaveLength(1);
    await app.receive(over('a'), over('b'), over('c'));
    await app.receive(warning('a'));
    expect((await open(app))[0]?.level, 'after it was over it has to pass anew').toBe('ok');
  });

  test('critical does not wait, unless it was told to', async () => {
    const app = await listeningApp(three);
    await app.receive(alarm('a'));
    expect(await open(app)).toHaveLength(1);
    const patient = await listeningApp({
      ...three,
      threshold: { ...three.threshold, criticalAtOnce: false },
    });
    await patient.receive(alarm('a'));
    expect(await open(patient)).toEqual([]);
    await patient.receive(alarm('a'), alarm('a'));
    expect(await open(patient)).toHaveLength(1);
  });
});

describe('maintenance', () => {
  const plan = { component: 'db', to: at(30), reason: 'upgrade of the database' };

  test('mutes the suspicion, not the record; what fires when it ends is told then', async () => {
    const app = await listeningApp();
    expect(await app.run('sentinels.PlanMaintenance', plan)).toMatchObject({ status: 'done' });
    expect(await app.receive(alarm('a'))).toEqual(['AlarmsReceived', 'AlarmFired']);
    expect(await open(app)).toEqual([]);
    app.clock.moveTo(START_MS + 29 * 60_000);
    expect(await app.keep()).toEqual([]);
    app.clock.moveTo(START_MS + 30 * 60_000);
    expect(await app.keep()).toEqual(['MaintenanceEnded', 'GroupSignalled', 'Suspected']);
    expect(await app.keep(), 'nothing is due twice').toEqual([]);
  });

  test('what was resolved meanwhile is not told', async () => {
    const app = await listeningApp();
    await app.run('sentinels.PlanMaintenance', plan);
    await app.receive(alarm('a'));
    await app.receive(over('a'));
    app.clock.moveTo(START_MS + 31 * 60_000);
    expect(await app.keep()).toEqual(['MaintenanceEnded']);
  });

  test('ended by a person, it tells at the next round; other components are never muted', async () => {
    const app = await listeningApp();
    const planned = await app.run('sentinels.PlanMaintenance', plan);
    const { window } = (planned as unknown as { result: { window: string } }).result;
    await app.receive(alarm('a'), alarm('web', { component: 'web' }));
    expect(await open(app)).toMatchObject([{ correlation: 'alarm/web' }]);
    expect(await app.run('sentinels.EndMaintenance', { window })).toMatchObject({ status: 'done' });
    expect(await app.keep()).toEqual(['GroupSignalled', 'Suspected']);
    expect(await app.run('sentinels.EndMaintenance', { window })).toMatchObject({ refused: 'window-over' });
    expect(await app.run('sentinels.EndMaintenance', { window: 'x' })).toMatchObject({
      refused: 'no-window',
    });
  });

  test('a known evil does not look better because maintenance began', async () => {
    const app = await listeningApp();
    await app.receive(alarm('a'));
    await app.run('sentinels.PlanMaintenance', plan);
    expect(await app.keep()).toEqual([]);
    expect((await open(app))[0]?.level).toBe('critical');
  });

  test.each([
    ['already-over', { to: at(0) }],
    ['bad-period', { from: at(40), to: at(30) }],
    ['too-long', { to: at(25 * 60) }],
  ])('%s is refused', async (refused, change) => {
    const app = await listeningApp();
    expect(await app.run('sentinels.PlanMaintenance', { ...plan, ...change })).toMatchObject({ refused });
  });

  test('only so many windows are open', async () => {
    const app = await listeningApp();
    for (let i = 0; i < 200; i += 1) await app.run('sentinels.PlanMaintenance', plan);
    expect(await app.run('sentinels.PlanMaintenance', plan)).toMatchObject({ refused: 'too-many' });
  });
});

describe('silence', () => {
  const watched = { ...RULES, heartbeatMs: 5 * 60_000 };

  test('a source that promised signs of life and gives none is blind, and that is a suspicion', async () => {
    const app = await listeningApp(watched);
    app.clock.moveTo(START_MS + 5 * 60_000);
    expect(await app.keep()).toEqual([]);
    app.clock.moveTo(START_MS + 5 * 60_000 + 1);
    expect(await app.keep()).toEqual(['SourceLevelChanged', 'Suspected']);
    expect(await app.keep()).toEqual([]);
    expect(await open(app)).toMatchObject([{ correlation: 'alarm-source/prom', level: 'blind' }]);
    await app.receive(alarm('Watchdog', { status: 'noted' }));
    expect(await app.keep()).toEqual(['SourceLevelChanged', 'SignalJoined']);
    expect((await open(app))[0]?.level).toBe('ok');
  });

  test('whoever promised nothing is never blind', async () => {
    const app = await listeningApp();
    app.clock.moveTo(START_MS + 1e9);
    expect(await app.keep()).toEqual([]);
  });

  test('a node that was away does not take its own absence for the silence of others', async () => {
    const app = await listeningApp(watched);
    app.clock.moveTo(START_MS + 60 * 60_000);
    await app.run('sentinels.ConfigureSources', { sources: [watched] }, { id: 'system:x', kind: 'system' });
    expect(await app.keep()).toEqual([]);
  });
});

describe('ends', () => {
  test('alarms of monitors that never say so end after their time, and may fire again', async () => {
    const app = await listeningApp({ ...RULES, clearsAfterMs: 60 * 60_000 });
    await app.receive(alarm('a'));
    app.clock.moveTo(START_MS + 60 * 60_000);
    expect(await app.keep()).toEqual(['AlarmResolved', 'GroupSignalled', 'SignalJoined']);
    expect(await app.receive(alarm('a'))).toContain('AlarmFired');
  });

  test('beyond the room for them, new ones of a component share one name', async () => {
    const app = await listeningApp({ ...RULES, clearsAfterMs: 60 * 60_000 });
    for (let i = 0; i < 1_000; i += 250)
      await app.receive(...Array.from({ length: 250 }, (_, n) => alarm(`tx ${i + n}`)));
    expect(await app.receive(alarm('tx 1000'), alarm('tx 1001'))).toEqual([
      'AlarmsReceived',
      'AlarmFired',
      'GroupSignalled',
      'SignalJoined',
    ]);
    const { alarms, unlisted } = await app.view<AlarmList>('sentinels.alarms');
    expect([alarms.length, unlisted, alarms[0]?.fingerprint]).toEqual([1_000, 1, 'more of db']);
  });

  test('a source that is removed takes its alarms along; the same name later begins anew', async () => {
    const app = await listeningApp();
    await app.receive(alarm('a'));
    const configure = (sources: readonly unknown[]) =>
      app.run(
        'sentinels.ConfigureSources',
        { sources: sources as never },
        { id: 'system:x', kind: 'system' },
      );
    app.clock.moveTo(START_MS + 1_000);
    await configure([]);
    expect(await app.keep()).toEqual(['GroupSignalled', 'SignalJoined']);
    await configure([RULES]);
    expect((await app.view<Sources>('sentinels.sources')).sources).toHaveLength(1);
    expect(await app.receive(alarm('a'))).toContain('AlarmFired');
  });
});

describe('bounds', () => {
  test('500 components in one batch are 400 groups and one for the rest: none is lost', async () => {
    const app = await listeningApp();
    await app.receive(...Array.from({ length: 500 }, (_, n) => alarm(`f${n}`, { component: `c${n}` })));
    const { groups } = await app.view<Groups>('sentinels.groups');
    expect(groups.length).toBeLessThanOrEqual(401);
    const counted = groups.flatMap(({ shares }) => shares.map(({ firing }) => firing.critical));
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(500);
    expect(groups.find(({ component }) => component === 'other')?.shares[0]?.firing.critical).toBe(100);
  });

  test('the list holds 1,000; what fires outlives what is over', async () => {
    const app = await listeningApp();
    await app.receive(alarm('old'), ...Array.from({ length: 400 }, (_, n) => alarm(`over ${n}`)));
    await app.receive(...Array.from({ length: 400 }, (_, n) => over(`over ${n}`)));
    for (let i = 0; i < 800; i += 400)
      await app.receive(...Array.from({ length: 400 }, (_, n) => alarm(`new ${i + n}`)));
    const { alarms, unlisted } = await app.view<AlarmList>('sentinels.alarms');
    expect(alarms).toHaveLength(1_000);
    expect(unlisted).toBe(0);
    expect(alarms.filter(({ endsAt }) => endsAt === null)).toHaveLength(801);
    expect(alarms.map(({ fingerprint }) => fingerprint)).toContain('old');
    expect(alarms.slice(0, 801).every(({ endsAt }) => endsAt === null)).toBe(true);
  });
});

describe('whatever comes', () => {
  const levels = ['watch', 'warning', 'critical'] as const;
  const said = fc.record({
    fingerprint: fc.constantFrom('a', 'b', 'c', 'd'),
    status: fc.constantFrom('firing' as const, 'resolved' as const, 'noted' as const),
    level: fc.constantFrom(...levels),
  });
  const batches = fc.array(fc.array(said, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });
  /** Fingerprints stay with their component, as monitors have it. */
  const componentOf = (fingerprint: string): string => (fingerprint < 'c' ? 'db' : 'web');

  test('groups count what fires, the signalled level is the worst of it, and a suspicion follows', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (sent) => {
        const app = await listeningApp();
        const firing = new Map<string, (typeof levels)[number]>();
        for (const batch of sent) {
          for (const { fingerprint, status, level } of batch) {
            if (status === 'firing') firing.set(fingerprint, level);
            if (status === 'resolved') firing.delete(fingerprint);
          }
          const alarms = batch.map((one) =>
            alarm(one.fingerprint, { ...one, component: componentOf(one.fingerprint) }),
          );
          await app.receive(...alarms);
        }
        expect(await app.keep(), 'nothing is left for time to do').toEqual([]);
        const { groups } = (await app.view<Groups | null>('sentinels.groups')) ?? { groups: [] };
        for (const component of ['db', 'web']) {
          const expected = [...firing].filter(([name]) => componentOf(name) === component);
          const worst = levels.findLast((level) => expected.some(([, its]) => its === level)) ?? 'ok';
          const group = groups.find((one) => one.component === component);
          const counts = group?.shares[0]?.firing ?? { watch: 0, warning: 0, critical: 0 };
          for (const level of levels)
            expect(counts[level]).toBe(expected.filter(([, its]) => its === level).length);
          expect(group?.level ?? 'ok').toBe(worst);
          const incident = (await open(app)).find(({ correlation }) => correlation === `alarm/${component}`);
          if (worst === 'warning' || worst === 'critical') expect(incident?.level).toBe(worst);
        }
        const { alarms } = (await app.view<AlarmList | null>('sentinels.alarms')) ?? { alarms: [] };
        const listed = alarms.filter(({ endsAt }) => endsAt === null).map(({ fingerprint }) => fingerprint);
        expect(listed.sort()).toEqual([...firing.keys()].sort());
      }),
      { numRuns: 100 },
    );
  });
});
