/**
 * The response under load and at its edges: more that is due than fits a round, more incidents than a list holds, two
 * people at once, windows that were closed, incidents that come back.
 */
import { createHash } from 'node:crypto';
import type { Outcome } from '@sonae/core/app/handle.ts';
import { KEPT_AT_ONCE_MAX } from '@sonae/core/kernel/limits.ts';
import { HOUR_MS, isoTime } from '@sonae/core/kernel/time.ts';
import { type IncidentList, LISTED_MAX } from '@sonae/core/nouns/incidents/views/list.ts';
import { WINDOWS_MAX, type Windows } from '@sonae/core/nouns/reports/views/filings.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import { keepRound } from '../packages/server/src/powers/keeper.ts';
import { incidentOf, START_MS, SYSTEM } from './support/app.ts';
import { codeOf, foundCommsFirm, publish, readView, resultOf } from './support/comms.ts';
import { createTestNode, HOST, type TestNode } from './support/node.ts';

let t: TestNode;

const run = (command: string, input: object, by = 'test:operator'): Promise<Outcome> =>
  t.testApp.run(command, input as JsonValue, { id: by, kind: 'operator' });
const done = async (command: string, input: object, by?: string): Promise<Record<string, string>> =>
  resultOf(await run(command, input, by));
const declare = async (title = 'x'): Promise<string> => incidentOf(await run('incidents.Declare', { title }));
const many = async (count: number, work: (n: number) => Promise<unknown>): Promise<void> => {
  for (let i = 0; i < count; i += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - i) }, (_, n) => work(i + n)));
};

beforeEach(() => {
  t = createTestNode();
});

describe('what is due by the clock', () => {
  test('comes in rounds when it is more than one round holds, all of it, and then nothing more', async () => {
    await many(170, () => declare());
    const clocks = async (): Promise<{ stage: string }[]> =>
      (await readView<{ duties: { stage: string }[] }>(t.testApp, 'reports.clocks')).duties;
    // The targets of all of them run out in the same minute.
    const count = (await clocks()).filter(({ stage }) => stage === 'running').length;
    expect(count).toBeGreaterThan(1_000);
    t.testApp.clock.moveTo(START_MS + 100 * 24 * HOUR_MS);
    const first = await t.testApp.run('reports.KeepClocks', {}, SYSTEM);
    expect(
      first.status === 'done' && first.facts.filter(({ type }) => type.startsWith('reports.')).length,
    ).toBe(KEPT_AT_ONCE_MAX);
    const sizes: number[] = [];
    const { store } = t.testApp.app.ports;
    for (let round = 0; round < 40; round += 1) {
      const before = (await store.head()).frontier.size;
      await keepRound(t.testApp.app);
      sizes.push((await store.head()).frontier.size - before);
      if (sizes.at(-1) === 0) break;
    }
    expect(sizes.at(-1), 'it ends').toBe(0);
    expect((await clocks()).every(({ stage }) => stage === 'missed')).toBe(true);
  }, 60_000);
});

describe('more incidents than the list holds', () => {
  test('open ones stay, the oldest that ended go, and what went does not come back as a stump', async () => {
    const first = await declare('first, open');
    const ended = await declare('second, ended');
    await run('incidents.Advance', { incident: ended, to: 'closed' });
    await many(LISTED_MAX + 20, (n) => declare(`number ${n}`));
    const list = async (): Promise<IncidentList['incidents']> =>
      (await readView<IncidentList>(t.testApp, 'incidents.list')).incidents;
    expect((await list()).map(({ id }) => id)).toContain(first);
    expect((await list()).map(({ id }) => id)).not.toContain(ended);
    const length = (await list()).length;
    await run('incidents.Note', { incident: ended, text: 'afterthought' });
    expect((await list()).length).toBe(length);
    expect((await list()).every(({ id, title }) => id !== '' && title !== '')).toBe(true);
    t.testApp.clock.moveTo(START_MS + 100 * 24 * HOUR_MS);
    expect(codeOf(await t.testApp.run('incidents.KeepSuspicions', {}, SYSTEM))).toBe('done');
  }, 60_000);
});

test('two people at once: one is first, the other is told that it has changed', async () => {
  const incident = await declare();
  const { revision } = await readView<{ revision: number }>(t.testApp, 'incidents.incident', incident);
  const input = { incident, to: 'contained', expectedRevision: revision };
  const both = await Promise.all([
    run('incidents.Advance', input, 'a'),
    run('incidents.Advance', input, 'b'),
  ]);
  expect(both.map(codeOf)).toEqual(['done', 'stale-revision']);
});

describe('windows', () => {
  const secret = (n: number): string => `s${n}`.padEnd(43, 'x');
  const opening = (incident: string, n: number, shows = ['duties']) => ({
    supervisor: '財務局',
    subject: incident,
    shows,
    until: isoTime(START_MS + HOUR_MS),
    digest: createHash('sha256').update(secret(n)).digest('hex'),
  });
  const read = async (n: number, path = ''): Promise<Response> =>
    t.http.request(`http://${HOST}/window/${secret(n)}${path}`, { headers: { host: HOST } });

  test('a secret opens one window: closed, it never opens again', async () => {
    const incident = await declare();
    const { window } = await done('reports.OpenWindow', opening(incident, 1));
    expect(codeOf(await run('reports.OpenWindow', opening(incident, 1)))).toBe('used-digest');
    await done('reports.CloseWindow', { window, reason: 'r' });
    expect((await read(1)).status).toBe(404);
    expect(codeOf(await run('reports.OpenWindow', opening(incident, 1)))).toBe('used-digest');
  });

  test('no open window is pushed out by others: beyond the limit none opens', async () => {
    const incident = await declare();
    await many(WINDOWS_MAX, (n) => done('reports.OpenWindow', opening(incident, n)));
    expect(codeOf(await run('reports.OpenWindow', opening(incident, WINDOWS_MAX)))).toBe('too-many-windows');
    expect((await read(0)).status).toBe(200);
    const { windows } = await readView<Windows>(t.testApp, 'reports.windows');
    expect(windows).toHaveLength(WINDOWS_MAX);
  });

  test('shows what was published where the firm lets it, in both languages and as data', async () => {
    await foundCommsFirm(t.testApp);
    const incident = await declare();
    await publish(t.testApp, { incident });
    await done('reports.OpenWindow', opening(incident, 1, ['notices']));
    await done('reports.OpenWindow', opening(incident, 2, ['duties']));
    expect(await (await read(1)).text()).toContain('BTC withdrawals are late(日本語)');
    const english = await (await read(1, '?lang=en')).text();
    expect(english).toMatch(/<html lang="en">.*BTC withdrawals are late</s);
    expect(await (await read(1, '/data.json')).json()).toHaveProperty('notices.0.title.en');
    expect(await (await read(2)).text()).not.toContain('BTC withdrawals are late');
    expect(await (await read(2, '/data.json')).json()).not.toHaveProperty('notices');
  });
});

describe('documents and consents', () => {
  test('belong to an incident that exists, or to the firm, and are not without end', async () => {
    const incident = await declare();
    const consent = { subject: incident, consents: true, reason: 'r' };
    for (let n = 0; n < 100; n += 1) await done('reports.StateConsent', { ...consent, body: `body ${n}` });
    expect(codeOf(await run('reports.StateConsent', { ...consent, body: 'one more' }))).toBe(
      'too-many-consents',
    );
    expect(codeOf(await run('reports.StateConsent', { ...consent, body: 'body 7', consents: false }))).toBe(
      'done',
    );
    expect(codeOf(await run('reports.StateConsent', { ...consent, subject: 'nobody', body: 'b' }))).toBe(
      'no-incident',
    );
    const document = { subject: 'nobody', item: 'event', name: 'n', sha256: '0'.repeat(64), kept: 'k' };
    expect(codeOf(await run('reports.Attach', document))).toBe('no-incident');
    expect(codeOf(await run('reports.Attach', { ...document, subject: 'firm' }))).toBe('done');
  });
});

test('custody of evidence and links of an improvement end at a limit that is said', async () => {
  const incident = await declare();
  const found = { title: 't', sha256: '0'.repeat(64), bytes: 1, volatility: 1, source: 's', kept: 'k' };
  const { evidence } = await done('incidents.CollectEvidence', { incident, ...found });
  const hand = { incident, evidence, to: 'x', purpose: 'p' };
  const handed: string[] = [];
  for (let n = 0; n < 201; n += 1) handed.push(codeOf(await run('incidents.HandEvidence', hand)));
  expect([handed.filter((code) => code === 'done').length, handed.at(-1)]).toEqual([199, 'too-many-keepers']);
  await run('incidents.Advance', { incident, to: 'closed' });
  const proposed = { title: 't', text: 'x', changes: 'other', owner: 'o', dueAt: '2026-05-01T00:00:00Z' };
  const { improvement } = await done('incidents.ProposeImprovement', { incident, ...proposed });
  const linked: string[] = [];
  for (let n = 0; n < 201; n += 1)
    linked.push(codeOf(await run('incidents.LinkImprovement', { incident, improvement, reference: `${n}` })));
  expect(linked.at(199)).toBe('done');
  expect(linked.at(-1)).toBe('too-many-findings');
});

describe('an incident that comes back', () => {
  const review = async (incident: string): Promise<void> => {
    await run('incidents.Advance', { incident, to: 'closed' });
    await done('incidents.RecordCause', { incident, class: 'human', fire: 'hazards', text: 'x' });
    await done('incidents.CompleteReview', { incident, summary: 's' }, 'reviewer');
  };
  const phase = async (incident: string): Promise<string> =>
    ((await (await t.call(`/api/incidents/${incident}/fire`)).json()) as { incident: { phase: string } })
      .incident.phase;

  test('has no final report while it is open, and is reviewed anew', async () => {
    const incident = await declare();
    await review(incident);
    expect(await phase(incident)).toBe('Final');
    await done('incidents.Reopen', { incident });
    expect(await phase(incident)).toBe('Initial');
    await review(incident);
    expect(await phase(incident)).toBe('Final');
  });

  test('whoever completed the review does not publish it, however long the timeline has grown since', async () => {
    const incident = await declare();
    await review(incident);
    await many(5_100, (n) => run('incidents.Note', { incident, text: `note ${n}` }));
    const words = { en: 'e', ja: 'j' };
    const said = { impact: words, actions: words, causes: words, lessons: words, plan: words };
    const timeline = [{ at: isoTime(START_MS), text: words }];
    const report = { incident, title: 'Report', timeline, ...said };
    expect(codeOf(await run('incidents.PublishReport', report, 'reviewer'))).toBe('one-person');
    expect(codeOf(await run('incidents.PublishReport', report, 'publisher'))).toBe('done');
  }, 60_000);
});

test('a noun that cannot keep its time holds up no power, and its failure is told', async () => {
  const asked: string[] = [];
  const { app } = t.testApp;
  const waiting = { uses: [{ id: 'use-1', state: 'activated', approvers: [] }] };
  const broken: typeof app = {
    ...app,
    ports: {
      ...app.ports,
      store: {
        ...app.ports.store,
        view: async (view, key) =>
          view === 'authority.uses' ? JSON.stringify(waiting) : app.ports.store.view(view, key),
      },
    },
    submit: async (envelope) => {
      asked.push(envelope.command);
      if (envelope.command === 'people.KeepPages') throw new Error('people are broken');
      return app.submit(envelope);
    },
  };
  await expect(keepRound(broken)).rejects.toThrow('people are broken');
  expect(asked).toContain('reports.KeepClocks');
  expect(asked.at(-1)).toBe('authority.Advance');
});
