/** Incidents: given what was recorded, when a command comes, then these facts or this refusal. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { HOUR_MS, isoTime, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { Level } from '@sonae/core/log/levels.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, incidentOf, START_MS, SYSTEM, type TestApp } from './support/app.ts';

let t: TestApp;
let hours: number;
beforeEach(() => {
  t = createTestApp(createMemoryStore());
  hours = 0;
});

const later = (by: number): void => {
  hours += by;
  t.clock.moveTo(START_MS + hours * HOUR_MS);
};

/** The watch reports a level; what follows from it follows. */
async function level(to: Level): Promise<string[]> {
  later(1);
  const why = { en: `level ${to}`, ja: `水準 ${to}` };
  const at = isoTime(t.clock.now());
  const outcome = await t.run(
    'peg.RecordReading',
    { asset: 'USDC', at, level: to, price: 0.99, why, controls: [] },
    SYSTEM,
  );
  return typesOf(outcome);
}

const typesOf = (outcome: Outcome): string[] =>
  outcome.status === 'done' ? outcome.facts.map((fact) => fact.type.replace('@1', '')) : [outcome.refused];

async function run(command: string, input: JsonValue): Promise<string[]> {
  later(0.1);
  return typesOf(await t.run(`incidents.${command}`, input));
}

async function incidents(): Promise<IncidentList['incidents']> {
  const text = await t.app.ports.store.view('incidents.list', 'all');
  return text === undefined ? [] : (JSON.parse(text) as IncidentList).incidents;
}

const newest = async (): Promise<string> => (await incidents())[0]?.id ?? '';

describe('signals', () => {
  test('a watch is noted and opens nothing; a warning opens one, which knows when it began', async () => {
    expect(await level('watch')).toEqual(['peg.LevelChanged']);
    const began = isoTime(t.clock.now());
    expect(await level('warning')).toEqual(['peg.LevelChanged', 'incidents.Suspected']);
    expect(await incidents()).toMatchObject([
      { phase: 'suspected', happenedAt: began, discoveredAt: isoTime(t.clock.now()) },
    ]);
  });

  test('every further change joins the one that is open: no storm', async () => {
    await level('warning');
    for (const to of ['critical', 'warning', 'critical', 'watch', 'ok', 'warning'] as const) {
      expect(await level(to)).toEqual(['peg.LevelChanged', 'incidents.SignalJoined']);
    }
    expect(await incidents()).toHaveLength(1);
  });

  test('blindness alone opens nothing until it has lasted', async () => {
    expect(await level('blind')).toEqual(['peg.LevelChanged']);
    const about = { correlation: 'peg/USDC', component: 'USDC', title: 'blind', from: 'blind', to: 'blind' };
    const why = { en: 'no price', ja: '価格なし' };
    const lasted = await t.run(
      'incidents.Signal',
      { ...about, at: isoTime(t.clock.now()), why, persisted: true },
      SYSTEM,
    );
    expect(typesOf(lasted)).toEqual(['incidents.Suspected']);
  });

  test('a return within three days of the end reopens; later it is another', async () => {
    await level('warning');
    await run('Dismiss', { incident: await newest(), reason: 'a test of the feed' });
    await level('ok');
    expect(await level('warning')).toEqual([
      'peg.LevelChanged',
      'incidents.Reopened',
      'incidents.SignalJoined',
    ]);
    expect(await incidents()).toMatchObject([{ phase: 'suspected' }]);
    await run('Declare', { incident: await newest(), severity: 'minor' });
    await level('ok');
    await run('Advance', { incident: await newest(), to: 'closed' });
    expect(await level('critical')).toContain('incidents.Reopened');
    expect(await incidents()).toMatchObject([{ phase: 'declared' }]);
    await level('ok');
    await run('Advance', { incident: await newest(), to: 'closed' });
    later(73);
    expect(await level('warning')).toContain('incidents.Suspected');
    expect(await incidents()).toHaveLength(2);
  });

  test('a suspicion that nobody judged lapses after three quiet days, and not before', async () => {
    await level('warning');
    await level('ok');
    later(71);
    expect(typesOf(await t.run('incidents.Lapse', { correlation: 'peg/USDC' }, SYSTEM))).toEqual([]);
    later(2);
    expect(typesOf(await t.run('incidents.Lapse', { correlation: 'peg/USDC' }, SYSTEM))).toEqual([
      'incidents.Lapsed',
    ]);
    expect(await incidents()).toMatchObject([{ phase: 'lapsed' }]);
  });

  test('one that was declared never lapses by itself', async () => {
    await level('warning');
    await run('Declare', { incident: await newest() });
    await level('ok');
    later(100);
    expect(typesOf(await t.run('incidents.Lapse', { correlation: 'peg/USDC' }, SYSTEM))).toEqual([]);
  });
});

describe('people', () => {
  test.each([
    ['suspected', ['Verify', 'Dismiss', 'Declare', 'Note']],
    ['verifying', ['Dismiss', 'Declare', 'Note']],
    [
      'declared',
      [
        'Classify',
        'Advance contained',
        'Advance remediating',
        'Advance recovering',
        'Advance closed',
        'Note',
      ],
    ],
    ['contained', ['Classify', 'Advance remediating', 'Advance recovering', 'Advance closed', 'Note']],
    ['remediating', ['Classify', 'Advance contained', 'Advance recovering', 'Advance closed', 'Note']],
    ['recovering', ['Classify', 'Advance contained', 'Advance remediating', 'Advance closed', 'Note']],
    ['closed', ['Advance reviewed', 'Reopen', 'Note']],
    ['reviewed', ['Reopen', 'Note']],
    ['dismissed', ['Reopen', 'Note']],
  ])('while %s exactly these are possible', async (phase, possible) => {
    const inputs: Record<string, object> = {
      Verify: {},
      Dismiss: { reason: 'r' },
      Declare: { severity: 'minor' },
      Classify: { severity: 'critical', reason: 'r' },
      Reopen: {},
      Note: { text: 'n' },
    };
    for (const to of ['contained', 'remediating', 'recovering', 'closed', 'reviewed'])
      inputs[`Advance ${to}`] = { to };
    const answers: string[] = [];
    for (const [name, input] of Object.entries(inputs)) {
      t = createTestApp(createMemoryStore());
      hours = 0;
      await bring(phase);
      const [command = ''] = name.split(' ');
      const [first] = await run(command, { incident: await newest(), ...input } as JsonValue);
      if (first !== 'wrong-phase') answers.push(name);
    }
    expect(answers.sort()).toEqual([...possible].sort());
  });

  /** Brings the one incident into a phase, its signals quiet. */
  async function bring(phase: string): Promise<void> {
    await level('warning');
    await level('ok');
    const incident = await newest();
    if (phase === 'suspected') return;
    if (phase === 'verifying') await run('Verify', { incident });
    else if (phase === 'dismissed') await run('Dismiss', { incident, reason: 'r' });
    else await run('Declare', { incident, severity: 'major' });
    if (['contained', 'remediating', 'recovering', 'closed'].includes(phase))
      await run('Advance', { incident, to: phase });
    if (phase === 'reviewed') {
      await run('Advance', { incident, to: 'closed' });
      expect(await run('Advance', { incident, to: 'reviewed' })).toEqual(['needs-review']);
      expect(await run('CompleteReview', { incident, summary: 's' })).toEqual(['no-cause']);
      const cause = { class: 'technical', fire: 'information-system', text: 'c' };
      await run('RecordCause', { incident, ...cause });
      await run('CompleteReview', { incident, summary: 's' });
    }
    expect(await incidents()).toMatchObject([{ phase }]);
  }

  test('it cannot be closed while its level is warning or worse', async () => {
    await level('critical');
    const incident = await newest();
    await run('Declare', { incident });
    expect(await run('Advance', { incident, to: 'closed' })).toEqual(['still-alarming']);
    await level('watch');
    expect(await run('Advance', { incident, to: 'closed' })).toEqual([
      'incidents.PhaseReached',
      'incidents.ReviewOpened',
    ]);
  });

  test('nobody acts on a stale screen', async () => {
    await level('warning');
    const incident = await newest();
    const revision = (await incidents())[0]?.revision ?? 0;
    await run('Note', { incident, text: 'meanwhile' });
    expect(await run('Verify', { incident, expectedRevision: revision })).toEqual(['stale-revision']);
    expect(await run('Verify', { incident, expectedRevision: revision + 1 })).toEqual([
      'incidents.VerificationStarted',
    ]);
  });

  test('what a person declares needs a title, and did not happen in the future', async () => {
    expect(await run('Declare', {})).toEqual(['no-title']);
    expect(await run('Declare', { title: 'x', happenedAt: '2099-01-01T00:00:00Z' })).toEqual(['in-future']);
    const declared = await run('Declare', { title: 'x', happenedAt: isoTime(START_MS - MINUTE_MS) });
    expect(declared.filter((name) => name.startsWith('incidents.'))).toEqual([
      'incidents.Declared',
      'incidents.MilestoneReached',
      'incidents.MilestoneReached',
    ]);
    const incident = await newest();
    expect(await run('Note', { incident, text: 'y', happenedAt: '2099-01-01T00:00:00Z' })).toEqual([
      'in-future',
    ]);
    expect(await run('Classify', { incident, severity: 'pending', reason: 'r' })).toEqual(['same-severity']);
    expect(await run('Verify', { incident: 'nobody' })).toEqual(['no-incident']);
  });

  test('the timeline keeps three times and only appends', async () => {
    await level('warning');
    const incident = await newest();
    const happenedAt = isoTime(START_MS - HOUR_MS);
    const noted = await t.run('incidents.Note', { incident, text: 'the bank called', happenedAt });
    expect(incidentOf(noted)).toBe(incident);
    const state = JSON.parse((await t.app.ports.store.view('incidents.incident', incident)) ?? '{}') as {
      timeline: { happenedAt: string; recordedAt: string; text: JsonValue }[];
    };
    expect(state.timeline).toHaveLength(2);
    expect(state.timeline[1]).toMatchObject({
      happenedAt,
      recordedAt: isoTime(t.clock.now()),
      text: 'the bank called',
    });
  });
});
