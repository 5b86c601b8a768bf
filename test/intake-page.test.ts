/** What the inbox is told: groups with their suspicion, muted and waiting ones, sources and their health. */
import type { AlarmsPage } from '@sonae/core/app/api.ts';
import { expect, test } from 'vitest';
import { START_MS } from './support/app.ts';
import { alertmanagerBody, createIntakeNode, INTAKE, type IntakeNode } from './support/intake.ts';

const page = async (t: IntakeNode): Promise<AlarmsPage> =>
  (await (await t.get('/api/alarms')).json()) as AlarmsPage;

test('an empty inbox says so, and that its sources are there', async () => {
  const t = createIntakeNode();
  expect(await page(t)).toEqual({ groups: [], sources: [], maintenance: [], unlisted: 0 });
  await t.gatherer.open();
  const { sources } = await page(t);
  expect(sources.map(({ source }) => source)).toEqual(INTAKE.sources.map(({ id }) => id));
});

test('groups come worst first, each with its suspicion and its alarms', async () => {
  const t = createIntakeNode();
  await t.send(
    '/intake/prom',
    alertmanagerBody([
      { fingerprint: 'w', component: 'web', severity: 'warning' },
      { fingerprint: 'd1' },
      { fingerprint: 'd2', severity: 'warning' },
      { fingerprint: 'l', component: 'low', severity: 'info' },
    ]),
  );
  const { groups, sources } = await page(t);
  expect(groups.map(({ component, level }) => [component, level])).toEqual([
    ['db', 'critical'],
    ['web', 'warning'],
    ['low', 'watch'],
  ]);
  expect(groups[0]).toMatchObject({
    firing: { critical: 1, warning: 1, watch: 0 },
    isWaiting: false,
    mutedBy: null,
    incident: { phase: 'suspected', correlation: 'alarm/db' },
  });
  expect(groups[0]?.alarms.map(({ fingerprint }) => fingerprint)).toEqual(['d2', 'd1']);
  expect(groups[2]?.incident).toBeNull();
  expect(sources.find(({ source }) => source === 'prom')).toMatchObject({ received: 4, level: 'ok' });
});

test('what is over sinks below what fires', async () => {
  const t = createIntakeNode();
  await t.send('/intake/prom', alertmanagerBody([{ fingerprint: 'd' }]));
  await t.send('/intake/prom', alertmanagerBody([{ fingerprint: 'd', status: 'resolved' }]));
  await t.send('/intake/prom', alertmanagerBody([{ fingerprint: 'l', component: 'low', severity: 'info' }]));
  const { groups } = await page(t);
  expect(groups.map(({ component }) => component)).toEqual(['low', 'db']);
  expect(groups[1]?.alarms[0]?.endsAt).toBe('2026-03-31T23:30:00Z');
});

test('muted and waiting are two different things', async () => {
  const [prom] = INTAKE.sources;
  const threshold = { count: 5, windowMs: 60_000 };
  const t = createIntakeNode({ sources: [{ ...prom, threshold }] });
  const to = new Date(START_MS + 60_000).toISOString();
  await t.testApp.run('sentinels.PlanMaintenance', { component: 'db', to, reason: 'upgrade' });
  await t.send(
    '/intake/prom',
    alertmanagerBody([{ fingerprint: 'd' }, { fingerprint: 'w', component: 'web', severity: 'warning' }]),
  );
  const { groups, maintenance } = await page(t);
  const of = (component: string) => groups.find((group) => group.component === component);
  expect(of('db')).toMatchObject({ isWaiting: false, mutedBy: { reason: 'upgrade' }, incident: null });
  expect(of('web')).toMatchObject({ isWaiting: true, mutedBy: null, incident: null });
  expect(maintenance).toMatchObject([{ component: 'db', owner: 'test:operator' }]);
  t.testApp.clock.moveTo(START_MS + 60_000);
  await t.keep();
  const after = await page(t);
  expect(after.maintenance).toEqual([]);
  expect(after.groups[0]).toMatchObject({ component: 'db', mutedBy: null, level: 'critical' });
});

test('a silent source is blind, with a sentence', async () => {
  const [prom] = INTAKE.sources;
  const t = createIntakeNode({ sources: [{ ...prom, heartbeatMs: 60_000 }] });
  await t.gatherer.open();
  t.testApp.clock.moveTo(START_MS + 61_000);
  await t.keep();
  expect((await page(t)).sources).toMatchObject([
    { source: 'prom', level: 'blind', lastAt: null, why: { ja: expect.stringContaining('上限 60 秒') } },
  ]);
  expect(await t.incidents()).toMatchObject([{ correlation: 'alarm-source/prom', phase: 'suspected' }]);
});
