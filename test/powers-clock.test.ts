/**
 * Powers under a wall clock that lies: set back it does not keep a power alive, jumped ahead it does not
 * shorten a delay, and recorded time never runs backwards. On the real app with the live clock over sources
 * that the test moves.
 */
import { createApp, type Outcome } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import type { Powers } from '@sonae/core/nouns/authority/views/powers.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { Action } from '@sonae/proof/action';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLiveClock, createSimulatedClock } from '../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { createSeededRandom } from '../packages/server/src/adapters/random/seeded-random.ts';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { START_MS, SYSTEM, TEST_SIGNER, type TestApp } from './support/app.ts';
import { as, foundFirm, HALT, KEYS, type Member, signedInput } from './support/firm.ts';

const HOUR_MS = 3_600_000;
let at: { wall: number; monotonic: number };
let t: TestApp;

/** Time that really passes: both sources move. */
const pass = (ms: number): void => {
  at.wall += ms;
  at.monotonic += ms;
};
/** Somebody, or a broken time server, sets the wall clock. */
const setWall = (byMs: number): void => {
  at.wall += byMs;
};

beforeEach(async () => {
  at = { wall: START_MS, monotonic: 1_000 };
  const sources = { wall: () => at.wall, monotonic: () => at.monotonic };
  const app = createApp({
    registry,
    store: createMemoryStore(),
    clock: createLiveClock(sources),
    random: createSeededRandom(1),
    signer: TEST_SIGNER,
    sha256: nodeSha256,
  });
  t = {
    app,
    // Never looked at: the app runs on the live clock above.
    clock: createSimulatedClock(0),
    run: (command, input, actor = as('watch')) => app.submit({ command, input, actor }),
  };
  await foundFirm(t);
});

const said = (outcome: Outcome): string[] =>
  outcome.status === 'done' ? outcome.facts.map(({ type }) => type.split('@')[0] ?? '') : [outcome.refused];
const stored = async <T>(view: string, key: string): Promise<T> =>
  JSON.parse((await t.app.ports.store.view(view, key)) ?? 'null') as T;
const useOf = (id: string): Promise<Use> => stored<Use>('authority.use', id);
const keep = async (): Promise<string[]> => said(await t.run('authority.Keep', {}, SYSTEM));
const advance = async (use: string): Promise<string[]> =>
  said(await t.run('authority.Advance', { use }, SYSTEM));

async function ask(input: Record<string, JsonValue> = {}): Promise<string> {
  const outcome = await t.run('authority.Request', {
    power: 'halt-withdrawals',
    target: 'btc',
    reason: 'theft suspected',
    ...input,
  });
  if (outcome.status !== 'done') throw new Error(`${outcome.refused}: ${outcome.message}`);
  return (outcome.result as { use: string }).use;
}
async function approve(use: string, ...by: Member[]): Promise<string[]> {
  const { action } = await useOf(use);
  let last: string[] = [];
  for (const who of by) {
    const input = signedInput(use, action as Action, 'approve', KEYS[who]);
    last = said(await t.run('authority.Approve', input, as(who)));
  }
  return last;
}
/** A stop that is in force until 24 hours after the start. */
async function stopped(): Promise<string> {
  const use = await ask();
  expect(await approve(use, 'north', 'east')).toContain('authority.ExecutionOrdered');
  await t.run('authority.RecordExecution', { use, outcome: { receipt: 1 } }, SYSTEM);
  await t.run('authority.RecordEffect', { use, inEffect: true, seen: {} }, SYSTEM);
  return use;
}

describe('a wall clock that is set back', () => {
  test('does not extend a stop: it lapses by the time that has passed', async () => {
    const use = await stopped();
    pass(HOUR_MS);
    setWall(-10 * HOUR_MS);
    pass(23 * HOUR_MS - 1);
    expect(await keep()).not.toContain('authority.Lapsed');
    expect((await useOf(use)).state).toBe('verified');
    pass(1);
    expect(await keep()).toContain('authority.Lapsed');
  });

  test('does not extend a request: approvals come too late by the time that has passed', async () => {
    const use = await ask();
    await approve(use, 'north');
    setWall(-10 * HOUR_MS);
    pass(HOUR_MS);
    expect(await approve(use, 'east')).toEqual(['not-allowed']);
    expect(await keep()).toEqual(['authority.Expired']);
  });

  test('does not let reviews fall due later', async () => {
    const use = await stopped();
    setWall(-100 * HOUR_MS);
    pass(72 * HOUR_MS);
    expect(await keep()).toContain('authority.ReviewMissed');
    expect((await useOf(use)).reviewMissed).toBe(true);
  });

  test('again and again, gains nothing', async () => {
    const use = await stopped();
    for (let n = 0; n < 24; n += 1) {
      expect((await useOf(use)).state).toBe('verified');
      pass(HOUR_MS);
      setWall(-HOUR_MS);
      await keep();
    }
    expect((await useOf(use)).state).toBe('lapsed');
  });
});

describe('a wall clock that jumps ahead', () => {
  test('does not shorten the two hours before a resumption', async () => {
    const use = await stopped();
    const resume = await ask({ step: 'resume', of: use });
    expect(await approve(resume, 'north', 'east', 'south')).toContain('authority.Activated');
    setWall(2 * HOUR_MS + 1_000);
    expect(await advance(resume)).toEqual([]);
    expect((await useOf(resume)).state).toBe('activated');
    setWall(-2 * HOUR_MS - 1_000);
    pass(2 * HOUR_MS - 1);
    expect(await advance(resume)).toEqual([]);
    pass(1);
    expect(await advance(resume)).toEqual(['authority.ExecutionOrdered']);
  });

  test('does not shorten the two days before rules are loosened', async () => {
    const change = { change: 'set-power', power: { ...HALT, proposes: true } } as unknown as JsonValue;
    const use = await ask({ power: 'loosen-rules', target: 'rules', fill: { change } });
    expect(await approve(use, 'north', 'east', 'south')).toContain('authority.Activated');
    pass(HOUR_MS);
    setWall(47 * HOUR_MS);
    expect(await advance(use)).toEqual([]);
    setWall(-47 * HOUR_MS);
    pass(47 * HOUR_MS - 1);
    expect(await advance(use)).toEqual([]);
    const proposes = async (): Promise<boolean | undefined> =>
      (await stored<Powers>('authority.powers', 'all')).powers['halt-withdrawals']?.power.proposes;
    expect(await proposes()).toBe(false);
    pass(1);
    expect(await advance(use)).toContain('authority.ExecutionOrdered');
    expect(await proposes()).toBe(true);
  });

  test('before the approvals: the delay begins at the latest time that it can be', async () => {
    const use = await stopped();
    const resume = await ask({ step: 'resume', of: use });
    setWall(HOUR_MS / 2);
    expect(await approve(resume, 'north', 'east', 'south')).toContain('authority.Activated');
    setWall(-HOUR_MS / 2);
    pass(2 * HOUR_MS + HOUR_MS / 4);
    expect(await advance(resume)).toEqual([]);
    pass(HOUR_MS / 4);
    expect(await advance(resume)).toEqual(['authority.ExecutionOrdered']);
  });

  test('ends what has an end at once: doubt never keeps a power alive', async () => {
    const use = await stopped();
    setWall(24 * HOUR_MS);
    expect(await keep()).toContain('authority.Lapsed');
    expect((await useOf(use)).state).toBe('lapsed');
  });
});

describe('recorded time', () => {
  test('never runs backwards, whatever the wall clock does', async () => {
    const use = await stopped();
    for (const by of [-5, 12, -30, 3, -1, 8]) {
      setWall(by * HOUR_MS);
      pass(1_000);
      await ask({ target: 'account', fill: { subject: `acct-${by}` } });
      await keep();
    }
    expect((await useOf(use)).requestedAt).not.toBe('');
    const facts = await t.app.ports.store.facts({ limit: 500 });
    const times = facts.map(({ recordedAt }) => Date.parse(recordedAt));
    expect(times.length).toBeGreaterThan(15);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeGreaterThanOrEqual(START_MS + 7 * HOUR_MS);
  });

  test('is not behind the log after a restart under a wall clock that was set back', async () => {
    pass(5 * HOUR_MS);
    await ask();
    const { store, random, signer, sha256 } = t.app.ports;
    const wall = START_MS - 20 * HOUR_MS;
    const clock = createLiveClock({ wall: () => wall, monotonic: () => 0 });
    const again = createApp({ registry, store, clock, random, signer, sha256 });
    const before = (await store.head()).recordedAt;
    const input = { power: 'halt-withdrawals', target: 'account', reason: 'r', fill: { subject: 'acct-1' } };
    const outcome = await again.submit({ command: 'authority.Request', input, actor: as('watch') });
    expect(outcome.status).toBe('done');
    expect((await store.head()).recordedAt >= before).toBe(true);
  });
});
