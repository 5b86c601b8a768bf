/**
 * A broken peg to a mined pause and back, on a local EVM with the demonstration firm: criteria, proposal, approvals, gate,
 * guardian contract, effect, release criteria, larger quorum, both delays, cancellation, lapse, review.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '@sonae/core/app/handle.ts';
import { MODULES } from '@sonae/core/app/modules.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Uses } from '@sonae/core/nouns/authority/views/list.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import { createPublicClient, http, parseAbi } from 'viem';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../contracts/build.ts';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { signAs } from '../packages/server/src/demonstration/players.ts';
import { type Demonstration, startDemonstration } from '../packages/server/src/demonstration/stage.ts';
import { createExecutor, type Executor } from '../packages/server/src/powers/executor.ts';
import { createGate } from '../packages/server/src/powers/gate.ts';
import { rehearseStops } from '../packages/server/src/powers/keeper.ts';
import { createTestApp, SYSTEM, TEST_SIGNER, type TestApp } from './support/app.ts';
import { as } from './support/firm.ts';

const HOUR_MS = 3_600_000;
const TOKEN = parseAbi(['function paused() view returns (bool)']);
const text = (en: string): { en: string; ja: string } => ({ en, ja: en });

let t: TestApp;
let dir: string;
let demo: Demonstration;
let executor: Executor;

beforeAll(async () => {
  await ensureBuilt();
});
beforeEach(async () => {
  t = createTestApp(createMemoryStore());
  dir = mkdtempSync(join(tmpdir(), 'sonae-on-chain-'));
  demo = await startDemonstration(t.app, dir, 'USDC');
  const { store, clock } = t.app.ports;
  const gate = createGate({
    store,
    clock,
    modules: MODULES,
    verifierKey: TEST_SIGNER.verifierKey,
    founding: null,
    sha256: nodeSha256,
  });
  executor = createExecutor(t.app, gate, demo.find);
});
afterEach(async () => {
  await demo.stop();
  rmSync(dir, { recursive: true, force: true });
});

const read = async <T>(view: string, key: string): Promise<T> =>
  JSON.parse((await t.app.ports.store.view(view, key)) ?? 'null') as T;
const useOf = (id: string): Promise<Use> => read<Use>('authority.use', id);
const newest = async (): Promise<string> => (await read<Uses>('authority.uses', 'all')).uses[0]?.id ?? '';
const said = (outcome: Outcome): string[] =>
  outcome.status === 'done' ? outcome.facts.map(({ type }) => type.split('@')[0] ?? '') : [outcome.refused];
const pass = (ms: number): void => t.clock.moveTo(t.clock.now() + ms);
const level = (to: string): Promise<Outcome> =>
  t.run(
    'peg.RecordReading',
    { asset: 'USDC', at: isoTime(t.clock.now()), level: to, price: 0.9, why: text(to), controls: [] },
    SYSTEM,
  );
const sign = async (
  use: string,
  who: string,
  says: 'approve' | 'refuse' | 'cancel' = 'approve',
): Promise<string[]> => said(await signAs(t.app, demo.signers, who, await useOf(use), says, 'because'));

/** Works on everything in the outbox once, as the pump does. */
async function pump(): Promise<void> {
  const { store } = t.app.ports;
  const [now, lease] = ['2999-01-01T00:00:00Z', '2999-01-01T00:00:00Z'];
  for (const entry of await store.claimOutbox(now, lease, 50)) {
    if (entry.target !== 'power') await store.settleOutbox(entry.id, { done: true, receipt: '' });
    else await store.settleOutbox(entry.id, await executor.run(entry, () => t.clock.now()));
  }
}
/** Whether the token that a use acts on is paused, asked of the chain itself. */
async function isPaused(): Promise<boolean> {
  const client = createPublicClient({ transport: http(demo.evm.rpcUrl), cacheTime: 0 });
  return client.readContract({ address: demo.contracts.fiatToken, abi: TOKEN, functionName: 'paused' });
}
/** The peg breaks, Sonae proposes, three sign, the pause is mined. */
async function stopped(): Promise<string> {
  expect(said(await level('critical'))).toContain('authority.Requested');
  const use = await newest();
  for (const who of ['guardian-1', 'guardian-2'])
    expect(await sign(use, who)).toEqual(['authority.Approved']);
  expect(await isPaused()).toBe(false);
  expect(await sign(use, 'guardian-3')).toContain('authority.ExecutionOrdered');
  await pump();
  expect((await useOf(use)).state).toBe('verified');
  expect(await isPaused()).toBe(true);
  return use;
}
/** The peg has been quiet for an hour, and a guardian asks to resume; `signers` sign. */
async function resuming(of: string, signers: readonly string[]): Promise<string> {
  await level('ok');
  pass(HOUR_MS);
  const asked = await t.run(
    'authority.Request',
    { power: 'pause-token', target: 'dusd', step: 'resume', of, reason: 'the peg holds' },
    as('guardian-6'),
  );
  expect(said(asked)).toEqual(['authority.Requested']);
  const use = await newest();
  for (const who of signers) await sign(use, who);
  return use;
}

describe('on the chain', () => {
  test('a broken peg is paused by three; four and both delays resume it; somebody else reviews', async () => {
    const stop = await stopped();
    const early = { power: 'pause-token', target: 'dusd', step: 'resume', of: stop, reason: 'r' };
    expect(said(await t.run('authority.Request', early, as('guardian-6')))).toEqual(['not-allowed']);
    const resume = await resuming(stop, ['guardian-1', 'guardian-2', 'guardian-3']);
    expect((await useOf(resume)).state).toBe('requested');
    expect(await sign(resume, 'guardian-4')).toEqual(['authority.Approved', 'authority.Activated']);
    pass(2 * HOUR_MS);
    expect(said(await t.run('authority.Advance', { use: resume }, SYSTEM))).toEqual([
      'authority.ExecutionOrdered',
    ]);
    await pump();
    expect((await useOf(resume)).state).toBe('ordered');
    expect(await isPaused()).toBe(true);
    pass(HOUR_MS + 1_000);
    await pump();
    expect((await useOf(resume)).state).toBe('verified');
    expect((await useOf(stop)).state).toBe('resumed');
    expect(await isPaused()).toBe(false);
    const review = { use: stop, wasRight: true, findings: 'right' };
    expect(said(await t.run('authority.Review', review, as('guardian-1')))).toEqual(['not-allowed']);
    expect(said(await t.run('authority.Review', review, as('auditor')))).toEqual(['authority.Reviewed']);
  });

  test('one guardian strikes out a resumption that the chain has already scheduled', async () => {
    const stop = await stopped();
    const resume = await resuming(stop, ['guardian-1', 'guardian-2', 'guardian-3', 'guardian-4']);
    pass(2 * HOUR_MS);
    await t.run('authority.Advance', { use: resume }, SYSTEM);
    await pump();
    expect(await sign(resume, 'guardian-5', 'cancel')).toEqual(['authority.Cancelled']);
    await pump();
    pass(2 * HOUR_MS);
    await pump();
    expect((await useOf(resume)).state).toBe('revoked');
    expect((await useOf(stop)).state).toBe('verified');
    expect(await isPaused()).toBe(true);
    const client = createPublicClient({ transport: http(demo.evm.rpcUrl), cacheTime: 0 });
    await expect(
      client.simulateContract({
        address: demo.contracts.guardian,
        abi: parseAbi(['function execute(bytes32)']),
        functionName: 'execute',
        args: [`0x${(await useOf(resume)).hash}`],
      }),
    ).rejects.toThrow();
  });

  test('a stop that nobody resumes lapses, and the token runs again', async () => {
    const stop = await stopped();
    pass(72 * HOUR_MS);
    expect(said(await t.run('authority.Keep', {}, SYSTEM))).toContain('authority.Lapsed');
    await pump();
    expect((await useOf(stop)).state).toBe('lapsed');
    expect(await isPaused()).toBe(false);
  });

  test('prepared stops are rehearsed on a fork; one whose guardian lost its role is told', async () => {
    await rehearseStops(t.app, demo.find);
    const powers = async () =>
      read<{ powers: Record<string, { rehearsals: Record<string, { works: boolean; why: string }> }> }>(
        'authority.powers',
        'all',
      );
    expect((await powers()).powers['pause-token']?.rehearsals.dusd).toMatchObject({ works: true });
    expect(await isPaused()).toBe(false);
    const code = await demo.evm.request('eth_getCode', [demo.contracts.fiatToken, 'latest']);
    await demo.evm.request('anvil_setCode', [demo.contracts.fiatToken, '0x00']);
    pass(13 * HOUR_MS);
    await rehearseStops(t.app, demo.find);
    expect((await powers()).powers['pause-token']?.rehearsals.dusd).toMatchObject({ works: false });
    expect(said(await t.run('authority.ReadControls', {}, SYSTEM))).toEqual([
      'authority.ControlLevelChanged',
      'incidents.Suspected',
      'people.PageOrdered',
      'people.PersonCalled',
    ]);
    // What is mended, or was only out of reach, is known again within minutes, not after half a day.
    await demo.evm.request('anvil_setCode', [demo.contracts.fiatToken, code]);
    pass(11 * 60_000);
    await rehearseStops(t.app, demo.find);
    expect((await powers()).powers['pause-token']?.rehearsals.dusd).toMatchObject({ works: true });
  });
});
