/**
 * Responding: from the price that turns the peg critical to the pause mined on a local chain. Watch, log,
 * gate, executor and outbox pump are those of a node; three of six wallets sign in process once they see the
 * request. Every round has a fresh firm, store and chain; only the tick that turns the peg, and what follows
 * it, is on the clock.
 */
import { createWatch, STEP_MS } from '@sonae/core/app/evaluate.ts';
import { type App, createApp } from '@sonae/core/app/handle.ts';
import { MODULES, registry } from '@sonae/core/app/modules.ts';
import { floorTo, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { Uses } from '@sonae/core/nouns/authority/views/list.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import { PEG_LIMITS } from '@sonae/core/nouns/peg/engine.ts';
import { PRICE_LIMITS } from '@sonae/core/nouns/prices/engine.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { Target } from '@sonae/core/ports/target.ts';
import type { Bar, FeedSpec } from '@sonae/core/ports/venue.ts';
import type { Action } from '@sonae/proof/action';
import { keccak256, type LocalAccount, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ensureBuilt } from '../contracts/build.ts';
import { liveClock } from '../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { createSystemRandom } from '../packages/server/src/adapters/random/random.ts';
import { signerFromSeed } from '../packages/server/src/adapters/signer/ed25519-signer.ts';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { openPglite } from '../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import type { Config } from '../packages/server/src/config.ts';
import {
  DEMO_TIMING,
  type DemoChain,
  deployDemoChain,
} from '../packages/server/src/connectors/evm/demo-chain.ts';
import { type LocalEvm, startLocalEvm } from '../packages/server/src/connectors/evm/local-evm.ts';
import {
  DEMO_LARGE_QUORUM,
  DEMO_QUORUM,
  type DemoSigners,
  demoCharter,
  demoFounding,
  demoSigners,
  GUARDIANS,
} from '../packages/server/src/demonstration/firm.ts';
import { createHandlers, pumpOutbox } from '../packages/server/src/outbox.ts';
import { evmTarget } from '../packages/server/src/powers/connections.ts';
import { createExecutor } from '../packages/server/src/powers/executor.ts';
import { createGate } from '../packages/server/src/powers/gate.ts';
import { submitAll } from '../packages/server/src/replay-run.ts';
import type { Signer } from '../packages/server/src/signing/key-file.ts';
import { as, signedInput } from '../test/support/firm.ts';
import { quantile, type Result } from './measure.ts';

const ROUNDS = 40;
const WARM_UP_ROUNDS = 3;
const CHAIN_ID = 731_338;
const ASSET = 'USDC';
const CALM_MINUTES = 10;
const FALLEN = 0.85;
const ROUND_TIMEOUT_MS = 30_000;
const PAUSED_SELECTOR = '0x5c975abb';

type Stand = { evm: LocalEvm; contracts: DemoChain; relayer: LocalAccount; signers: DemoSigners };
type Round = { totalMs: number; chainMs: number; signMs: number; orderedMs: number; verifiedMs: number };

const account = (of: string): LocalAccount => privateKeyToAccount(keccak256(toHex(`bench ${of}`)));

async function startStand(): Promise<Stand> {
  await ensureBuilt();
  const evm = await startLocalEvm({ chainId: CHAIN_ID });
  const [deployer, relayer] = [account('deployer'), account('relayer')];
  for (const { address } of [deployer, relayer])
    await evm.request('anvil_setBalance', [address, toHex(10n ** 22n)]);
  const signers = demoSigners('bench');
  const guardians = Object.values(signers.wallets).flatMap(({ credential }) =>
    credential.kind === 'evm' ? [credential.address as `0x${string}`] : [],
  );
  const [quorum, largeQuorum] = [DEMO_QUORUM, DEMO_LARGE_QUORUM];
  // A little more than the power's 72 hours: the newest block may be older than the request.
  const timing = { ...DEMO_TIMING, maxStopSeconds: 73 * 3_600 };
  const { rpcUrl } = evm;
  const config = { rpcUrl, chainId: CHAIN_ID, deployer, guardians, quorum, largeQuorum, timing };
  return { evm, contracts: await deployDemoChain(config), relayer, signers };
}

/** Counts, from now on, the time in which at least one request to the chain is open. */
function meterRequests(): () => number {
  const original = globalThis.fetch;
  let [open, since, total] = [0, 0, 0];
  globalThis.fetch = async (...request) => {
    if (open === 0) since = performance.now();
    open += 1;
    try {
      const response = await original(...request);
      // Read to the end here, so that a body that is still on its way counts as waiting.
      return new Response(await response.arrayBuffer(), response);
    } finally {
      open -= 1;
      if (open === 0) total += performance.now() - since;
    }
  };
  return () => total;
}

const FEEDS: readonly FeedSpec[] = ['alpha', 'beta', 'gamma'].map((venue) => ({
  id: `${venue}-usdc-usd`,
  venue,
  base: ASSET,
  quote: 'USD',
  kind: 'binance-klines',
  intervalMs: MINUTE_MS,
  silentAfterMs: 10 * MINUTE_MS,
}));

const LIMITS = { priceLimits: PRICE_LIMITS, pegLimits: PEG_LIMITS, evidenceMs: 60 * MINUTE_MS };
const watchOf = () => createWatch({ asset: ASSET, peg: 'USD', feeds: FEEDS, ...LIMITS });

function bars(startMs: number, minute: number): Bar[] {
  const openAt = startMs + minute * MINUTE_MS;
  const price = minute < CALM_MINUTES ? 1 : FALLEN;
  const volume = 1_000 + minute;
  return FEEDS.map(({ id: feed }) => {
    const prices = { open: price, high: price, low: price, close: price };
    return { kind: 'bar', feed, openAt, knownAt: openAt + MINUTE_MS, ...prices, volume, sold: volume / 2 };
  });
}

/** The minute whose tick turns the peg critical; everything before it is setup. */
function turningMinute(): number {
  const watch = watchOf();
  for (let minute = 0; minute < 60; minute += 1) {
    for (const bar of bars(0, minute)) watch.ingest(bar);
    if (watch.tick((minute + 1) * STEP_MS).peg.level === 'critical') return minute;
  }
  throw new Error('the peg does not turn critical');
}

async function foundedApp(store: Store, stand: Stand): Promise<App> {
  const signer = signerFromSeed(new Uint8Array(32).fill(9), 'bench.sonae.invalid');
  const random = createSystemRandom();
  const app = createApp({ registry, store, clock: liveClock, random, signer, sha256: nodeSha256 });
  const { contracts, signers } = stand;
  const charter = demoCharter(signer.origin, ASSET, signers, { chainId: CHAIN_ID, contracts });
  const input = demoFounding(charter, signers);
  const outcome = await app.submit({ command: 'authority.Found', input, actor: as('bench') });
  if (outcome.status === 'refused') throw new Error(outcome.message);
  return app;
}

const read = async <T>(app: App, view: string, key: string): Promise<T | null> =>
  JSON.parse((await app.ports.store.view(view, key)) ?? 'null') as T | null;

/** As many guardians as it takes sign whatever is newly requested, all at once, the moment the log grows. */
function signAtOnce(app: App, { wallets }: DemoSigners, round: Round, onVerified: () => void): () => void {
  const seen = new Set<string>();
  const look = async (): Promise<void> => {
    const list = await read<Uses>(app, 'authority.uses', 'all');
    for (const { id, state } of list?.uses ?? []) {
      if (state === 'verified') onVerified();
      if (state !== 'requested' || seen.has(id)) continue;
      seen.add(id);
      const { action } = (await read<Use>(app, 'authority.use', id)) as Use;
      const by = GUARDIANS.slice(0, DEMO_QUORUM).map((who) => wallets[who] as Signer);
      const startedAt = performance.now();
      const inputs = by.map((signer) => signedInput(id, action as Action, 'approve', signer));
      round.signMs += performance.now() - startedAt;
      const send = (input: (typeof inputs)[number]) =>
        app.submit({ command: 'authority.Approve', input, actor: as(String(input.principal)) });
      await Promise.all(inputs.map(send));
    }
  };
  return app.ports.store.onAppend(() => void look());
}

async function isPaused({ evm, contracts }: Stand): Promise<boolean> {
  const call = { to: contracts.fiatToken, data: PAUSED_SELECTOR };
  return BigInt((await evm.request('eth_call', [call, 'latest'])) as string) === 1n;
}

async function playRound(stand: Stand, store: Store, waitedMs: () => number): Promise<Round> {
  const app = await foundedApp(store, stand);
  const { rpcUrl } = stand.evm;
  const connection = { chainId: CHAIN_ID, rpcUrls: [rpcUrl], confirmations: 1, relayer: stand.relayer };
  const { target } = await evmTarget({ ...connection, waitMs: 5_000, pollMs: 50 });
  const round: Round = { totalMs: 0, chainMs: 0, signMs: 0, orderedMs: 0, verifiedMs: 0 };
  let [startedAt, waitedBefore] = [0, 0];
  const since = (): number => performance.now() - startedAt;
  const { promise: mined, resolve: onMined, reject } = Promise.withResolvers<void>();
  const timed: Target = {
    ...target,
    perform: async (order) => {
      round.orderedMs = since();
      const performed = await target.perform(order);
      if (performed.state !== 'performed') reject(new Error(JSON.stringify(performed)));
      Object.assign(round, { totalMs: since(), chainMs: waitedMs() - waitedBefore });
      onMined();
      return performed;
    },
  };
  const { promise: verified, resolve: onVerified } = Promise.withResolvers<void>();
  const off = signAtOnce(app, stand.signers, round, onVerified);
  const { clock, signer } = app.ports;
  const { verifierKey } = signer;
  const gate = createGate({
    store,
    clock,
    modules: MODULES,
    verifierKey,
    founding: null,
    sha256: nodeSha256,
  });
  const stopping = new AbortController();
  const executor = createExecutor(app, gate, () => timed);
  const pump = pumpOutbox(app, createHandlers({} as Config, executor, app), stopping.signal, reject);
  const turning = turningMinute();
  const startMs = floorTo(Date.now(), MINUTE_MS) - (turning + 1) * MINUTE_MS;
  const watch = watchOf();
  const step = async (minute: number): Promise<void> => {
    for (const bar of bars(startMs, minute)) watch.ingest(bar);
    await submitAll(app, watch.tick(startMs + (minute + 1) * STEP_MS).commands);
  };
  for (let minute = 0; minute < turning; minute += 1) await step(minute);
  // The gate of a node that has run for a while has followed the log.
  await gate.world();
  while ((await store.pendingOutbox()) > 0) await new Promise((done) => setTimeout(done, 10));
  await new Promise((done) => setTimeout(done, 50));
  const late = setTimeout(() => reject(new Error('nothing was mined')), ROUND_TIMEOUT_MS);
  waitedBefore = waitedMs();
  startedAt = performance.now();
  await step(turning);
  await mined;
  await verified;
  round.verifiedMs = since();
  clearTimeout(late);
  if (!(await isPaused(stand))) throw new Error('the token is not paused');
  off();
  stopping.abort();
  await pump;
  await app.stop();
  return round;
}

async function playRounds(
  stand: Stand,
  open: () => Promise<Store>,
  waitedMs: () => number,
): Promise<Round[]> {
  const rounds: Round[] = [];
  let snapshot = await stand.evm.request('evm_snapshot');
  for (let n = 0; n < ROUNDS + WARM_UP_ROUNDS; n += 1) {
    const store = await open();
    rounds.push(await playRound(stand, store, waitedMs));
    await store.close();
    await stand.evm.request('evm_revert', [snapshot]);
    snapshot = await stand.evm.request('evm_snapshot');
  }
  return rounds.slice(WARM_UP_ROUNDS);
}

function rowsOf(name: string, rounds: readonly Round[]): Result['rows'] {
  const of = (what: string, value: (round: Round) => number): Result['rows'] =>
    [0.5, 0.99].map((q) => ({
      id: `${name}: ${what}, p${q * 100}`,
      value: quantile(rounds.map(value), q),
      unit: 'ms',
    }));
  return [
    ...of('tick to pause mined', (r) => r.totalMs),
    ...of('of it waiting for the chain', (r) => r.chainMs),
    ...of('of it signing', (r) => r.signMs),
    ...of('of it ours', (r) => r.totalMs - r.chainMs - r.signMs),
    ...of('tick to the call of the connector', (r) => r.orderedMs),
    ...of('tick to effect verified', (r) => r.verifiedMs),
  ];
}

export async function benchRespond(progress: (line: string) => void): Promise<Result> {
  const stand = await startStand();
  const waitedMs = meterRequests();
  try {
    progress(`${ROUNDS} rounds on PGlite in memory`);
    const pglite = await playRounds(stand, async () => openSqlStore(await openPglite(null)), waitedMs);
    progress(`${ROUNDS} rounds on the memory store`);
    const memory = await playRounds(stand, async () => createMemoryStore(), waitedMs);
    const p99 = (of: (round: Round) => number): number => quantile(pglite.map(of), 0.99);
    return {
      rows: [...rowsOf('PGlite', pglite), ...rowsOf('memory', memory)],
      ratios: [
        { id: 'PGlite: p99 / goal of 1 s', value: p99((r) => r.totalMs) / 1_000 },
        { id: 'PGlite: our p99 / goal of 50 ms', value: p99((r) => r.totalMs - r.chainMs - r.signMs) / 50 },
      ],
    };
  } finally {
    await stand.evm.stop();
  }
}
