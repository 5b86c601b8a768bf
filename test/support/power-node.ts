/**
 * A node with powers over one exchange: store, app, gate, executor and outbox, without HTTP. As a program (arguments:
 * store kind, place, exchange address, step to die at) it carries one use from request to effect and kills itself there.
 */

import { type App, createApp } from '@sonae/core/app/handle.ts';
import { MODULES, registry } from '@sonae/core/app/modules.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Uses } from '@sonae/core/nouns/authority/views/list.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import type { Clock } from '@sonae/core/ports/clock.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { Target } from '@sonae/core/ports/target.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { liveClock } from '../../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../../packages/server/src/adapters/hash/node-sha256.ts';
import { createSystemRandom } from '../../packages/server/src/adapters/random/random.ts';
import { openPglite } from '../../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openPostgres } from '../../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../../packages/server/src/adapters/store-sql/sql-store.ts';
import { createExchangeTarget } from '../../packages/server/src/connectors/exchange/exchange-target.ts';
import { createExecutor, type Executor } from '../../packages/server/src/powers/executor.ts';
import { createGate, type Gate } from '../../packages/server/src/powers/gate.ts';
import { keepRound } from '../../packages/server/src/powers/keeper.ts';
import { TEST_SIGNER } from './app.ts';
import { as, charter, KEYS, type Member, signCharter, signedInput } from './firm.ts';

export const EXCHANGE_KEY = { id: 'sonae', secret: 'a-secret-of-thirty-two-characters!!' };

export type PowerNode = {
  readonly app: App;
  readonly gate: Gate;
  readonly executor: Executor;
  run(command: string, input: JsonValue, who: string): Promise<string[]>;
  /** Works on everything that is due in the outbox, once; the number of entries. */
  pump(leaseMs?: number): Promise<number>;
};

export function createPowerNode(store: Store, target: Target, clock: Clock = liveClock): PowerNode {
  const app = createApp({
    registry,
    store,
    clock,
    random: createSystemRandom(),
    signer: TEST_SIGNER,
    sha256: nodeSha256,
  });
  const gate = createGate({
    store,
    clock,
    modules: MODULES,
    verifierKey: TEST_SIGNER.verifierKey,
    founding: null,
    sha256: nodeSha256,
  });
  const executor = createExecutor(app, gate, () => target);
  return {
    app,
    gate,
    executor,
    run: async (command, input, who) => {
      const outcome = await app.submit({ command, input, actor: as(who) });
      return outcome.status === 'done'
        ? outcome.facts.map(({ type }) => type.split('@')[0] ?? '')
        : [outcome.refused];
    },
    pump: async (leaseMs = 1_000) => {
      const now = Date.now();
      const due = await store.claimOutbox(isoTime(now), isoTime(now + leaseMs), 20);
      for (const entry of due) {
        if (entry.target === 'power') await store.settleOutbox(entry.id, await executor.run(entry, Date.now));
        else await store.settleOutbox(entry.id, { done: true, receipt: 'not configured' });
      }
      return due.length;
    },
  };
}

export async function found(node: PowerNode, of = charter()): Promise<void> {
  await node.run(
    'authority.Found',
    { charter: of, signatures: signCharter(of) } as unknown as JsonValue,
    'watch',
  );
}

export async function openTestStore(kind: string, place: string): Promise<Store> {
  return openSqlStore(kind === 'pglite' ? await openPglite(place) : await openPostgres(place));
}

export const readUses = async (store: Store): Promise<Uses> =>
  JSON.parse((await store.view('authority.uses', 'all')) ?? '{"uses":[]}') as Uses;
export const readUse = async (store: Store, id: string): Promise<Use> =>
  JSON.parse((await store.view('authority.use', id)) ?? 'null') as Use;

export async function approveBy(node: PowerNode, use: string, who: Member): Promise<string[]> {
  const { action } = await readUse(node.app.ports.store, use);
  return node.run('authority.Approve', signedInput(use, action as never, 'approve', KEYS[who]), who);
}

/** Where the program may be killed, in the order of a use's life. */
export const STEPS = [
  'founded',
  'requested',
  'approved-once',
  'ordered',
  'before-perform',
  'after-perform',
  'after-record',
  'after-observe',
] as const;
export type Step = (typeof STEPS)[number];

function mortal(target: Target, die: (step: Step) => void): Target {
  return {
    ...target,
    perform: async (order) => {
      die('before-perform');
      const performed = await target.perform(order);
      die('after-perform');
      return performed;
    },
    observe: async (order) => {
      die('after-record');
      const observed = await target.observe(order);
      die('after-observe');
      return observed;
    },
  };
}

/** Whatever was left undone is done from where the log stands. */
async function carryOn(node: PowerNode, die: (step: Step) => void): Promise<void> {
  const { store } = node.app.ports;
  if ((await store.head()).frontier.size === 0) await found(node);
  die('founded');
  if ((await readUses(store)).uses.length === 0) {
    const input = { power: 'halt-withdrawals', target: 'btc', reason: 'theft suspected' };
    await node.run('authority.Request', input, 'watch');
  }
  die('requested');
  const [use] = (await readUses(store)).uses;
  if (use === undefined) throw new Error('nothing was requested');
  if (use.approvers.length === 0) await approveBy(node, use.id, 'north');
  die('approved-once');
  if (use.approvers.length < 2) await approveBy(node, use.id, 'east');
  die('ordered');
  for (let n = 0; n < 50; n += 1) {
    await keepRound(node.app);
    await node.pump();
    if ((await readUse(store, use.id)).state === 'verified') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(JSON.stringify(await readUse(store, use.id)));
}

if (process.argv[1] === import.meta.filename) {
  const [kind = '', place = '', url = '', dieAt = ''] = process.argv.slice(2);
  const die = (step: Step): void => {
    if (step === dieAt) process.kill(process.pid, 'SIGKILL');
  };
  const store = await openTestStore(kind, place);
  const target = createExchangeTarget(
    { system: 'main', url, keyId: EXCHANGE_KEY.id, secret: EXCHANGE_KEY.secret },
    Date.now,
  );
  await carryOn(createPowerNode(store, mortal(target, die)), die);
  await store.close();
  process.stdout.write('verified\n');
}
