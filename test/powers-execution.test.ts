/**
 * From order to effect on a real exchange (examples/exchange) over real stores: killed at every step it continues and never
 * acts twice; two nodes act once; no changed row of the database makes anything happen.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Clock } from '@sonae/core/ports/clock.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { Order, Target } from '@sonae/core/ports/target.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExchange, type Exchange, type Listening } from '../examples/exchange/server.ts';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import type { SqlDriver } from '../packages/server/src/adapters/store-sql/driver.ts';
import { openPglite } from '../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import { createExchangeTarget } from '../packages/server/src/connectors/exchange/exchange-target.ts';
import { charter, HALT, LOOSEN, power, TIGHTEN } from './support/firm.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';
import {
  approveBy,
  createPowerNode,
  EXCHANGE_KEY,
  found,
  openTestStore,
  type PowerNode,
  readUse,
  readUses,
  STEPS,
} from './support/power-node.ts';

const PROGRAM = join(import.meta.dirname, 'support/power-node.ts');

async function startExchange(): Promise<{ exchange: Exchange; at: Listening; orders: () => number }> {
  let orders = 0;
  const exchange = createExchange({
    keys: [EXCHANGE_KEY],
    clock: Date.now,
    system: 'main',
    checkApprovals: () => null,
  });
  const app = { ...exchange };
  const at = await app.listen(0);
  const count = (): number => exchange.state.results.size;
  orders = count();
  return { exchange, at, orders: () => count() - orders };
}
const targetAt = (url: string): Target =>
  createExchangeTarget(
    { system: 'main', url, keyId: EXCHANGE_KEY.id, secret: EXCHANGE_KEY.secret },
    Date.now,
  );
/** Stops that stand at the exchange now. */
const standing = (exchange: Exchange): number =>
  [...exchange.state.stops.values()].reduce((sum, stops) => sum + stops.length, 0);

async function life(
  kind: string,
  place: string,
  url: string,
  dieAt: string,
): Promise<{ out: string; err: string }> {
  const child = spawn(process.execPath, [PROGRAM, kind, place, url, dieAt], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { out, err };
}

/** Requests and has two guardians approve: ordered, not yet performed. */
async function ordered(node: PowerNode): Promise<string> {
  if ((await node.app.ports.store.head()).frontier.size === 0) await found(node);
  await node.run('authority.Request', { power: 'halt-withdrawals', target: 'btc', reason: 'r' }, 'watch');
  const id = (await readUses(node.app.ports.store)).uses[0]?.id ?? '';
  await approveBy(node, id, 'north');
  expect(await approveBy(node, id, 'east')).toContain('authority.ExecutionOrdered');
  return id;
}

describe('kill -9', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  test.each(['pglite', 'postgres'])(
    'at every step, one after the other, on %s: it ends verified, with one effect',
    async (kind) => {
      const dir = mkdtempSync(join(tmpdir(), 'sonae-powers-'));
      const place = kind === 'pglite' ? dir : await postgres.create('powers_kill');
      const { exchange, at, orders } = await startExchange();
      for (const step of STEPS) {
        const { out, err } = await life(kind, place, at.url, step);
        expect(err, step).toBe('');
        expect(out, step).toBe('');
      }
      expect(await life(kind, place, at.url, 'never')).toEqual({ out: 'verified\n', err: '' });
      expect(orders()).toBe(1);
      expect(standing(exchange)).toBe(1);
      const store = await openTestStore(kind, place);
      const facts = await store.facts({ limit: 500 });
      for (const once of ['Requested', 'Activated', 'ExecutionOrdered', 'Executed', 'EffectVerified'])
        expect(
          facts.filter(({ type }) => type === `authority.${once}@1`),
          once,
        ).toHaveLength(1);
      await store.close();
      await at.close();
      rmSync(dir, { recursive: true, force: true });
    },
    120_000,
  );

  test('two nodes on one database perform once', async () => {
    const { exchange, at, orders } = await startExchange();
    const place = await postgres.create('powers_two');
    const stores = [await openTestStore('postgres', place), await openTestStore('postgres', place)];
    let performed = 0;
    const counted = (): Target => {
      const target = targetAt(at.url);
      return {
        ...target,
        perform: async (order) => {
          performed += 1;
          return target.perform(order);
        },
      };
    };
    const [one, two] = stores.map((store) => createPowerNode(store, counted())) as [PowerNode, PowerNode];
    const id = await ordered(one);
    await Promise.all([one.pump(60_000), two.pump(60_000), one.pump(60_000), two.pump(60_000)]);
    expect(performed).toBe(1);
    // And when a lease runs out under a node that is merely slow, the second one's try changes nothing.
    await Promise.all([one, two].map((node) => node.executor.run(entryOf(id), Date.now)));
    expect(orders()).toBe(1);
    expect(standing(exchange)).toBe(1);
    expect((await readUse(stores[0] as Store, id)).state).toBe('verified');
    for (const store of stores) await store.close();
    await at.close();
  });
});

const entryOf = (use: string) => ({
  id: 'x',
  seq: 0,
  target: 'power',
  body: JSON.stringify({ use, hash: '', what: 'perform' }),
  attempts: 1,
  dueAt: '',
});

test('a node whose clock runs a little behind the order waits, and does not give up', async () => {
  const { exchange, at } = await startExchange();
  const store = createMemoryStore();
  const node = createPowerNode(store, targetAt(at.url));
  const id = await ordered(node);
  let behindMs = 50;
  const clock: Clock = { kind: 'live', now: Date.now, surelyPast: () => Date.now() - behindMs };
  const slow = createPowerNode(store, targetAt(at.url), {
    ...clock,
    surelyPast: () => orderedAtMs - behindMs,
  });
  const orderedAtMs = Date.parse((await readUse(store, id)).orderedAt ?? '');
  expect(await slow.executor.run(entryOf(id), Date.now)).toMatchObject({
    done: false,
    retryAt: expect.any(String),
  });
  expect((await readUse(store, id)).state).toBe('ordered');
  behindMs = 0;
  expect(await slow.executor.run(entryOf(id), Date.now)).toMatchObject({ done: true });
  expect(standing(exchange)).toBe(1);
  await at.close();
});

test('an emergency stop leaves at once, also after the wall clock was set back by an hour', async () => {
  const { exchange, at } = await startExchange();
  const clock: Clock = { kind: 'live', now: Date.now, surelyPast: () => Date.now() - 3_600_000 };
  const node = createPowerNode(createMemoryStore(), targetAt(at.url), clock);
  const urgent = power({ ...HALT, delayMs: 3_600_000, emergency: { quorum: 3 } });
  await found(node, charter([urgent, TIGHTEN, LOOSEN]));
  await node.run('authority.Request', { power: 'halt-withdrawals', target: 'btc', reason: 'r' }, 'watch');
  const id = (await readUses(node.app.ports.store)).uses[0]?.id ?? '';
  for (const who of ['north', 'east'] as const)
    expect(await approveBy(node, id, who)).not.toContain('authority.ExecutionOrdered');
  expect(await approveBy(node, id, 'south')).toContain('authority.ExecutionOrdered');
  await node.pump();
  expect((await readUse(node.app.ports.store, id)).state).toBe('verified');
  expect(standing(exchange)).toBe(1);
  await at.close();
});

test('what is to be sent is due at once, whatever the wall clock says', async () => {
  const store = createMemoryStore();
  const future: Clock = { kind: 'live', now: () => Date.now() + 3_600_000, surelyPast: () => Date.now() };
  const node = createPowerNode(store, targetAt('http://127.0.0.1:9'), future);
  await ordered(node).catch(() => '');
  const due = await store.claimOutbox(isoTime(0), isoTime(1), 50);
  expect(due.length).toBeGreaterThan(0);
});

describe('a changed database', () => {
  const dirs: string[] = [];
  afterAll(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  });
  type Tampered = { driver: SqlDriver; store: Store; node: PowerNode; performed: Order[]; use: string };

  async function prepared(upTo: 'requested' | 'approved-once' | 'ordered'): Promise<Tampered> {
    const dir = mkdtempSync(join(tmpdir(), 'sonae-tampered-'));
    dirs.push(dir);
    const driver = await openPglite(dir);
    const store = await openSqlStore(driver);
    const performed: Order[] = [];
    const target: Target = {
      kind: 'exchange',
      rehearse: async () => ({ works: true, shows: null }),
      perform: async (order) => {
        performed.push(order);
        return { state: 'performed', receipt: null };
      },
      observe: async () => ({ inEffect: true, seen: null }),
    };
    const node = createPowerNode(store, target);
    if (upTo === 'ordered') return { driver, store, node, performed, use: await ordered(node) };
    await found(node);
    await node.run('authority.Request', { power: 'halt-withdrawals', target: 'btc', reason: 'r' }, 'watch');
    const use = (await readUses(store)).uses[0]?.id ?? '';
    if (upTo === 'approved-once') await approveBy(node, use, 'north');
    return { driver, store, node, performed, use };
  }
  const insertOrder = ({ driver, use }: Tampered): Promise<unknown> =>
    driver.query("insert into outbox (id, seq, target, body, due_at) values ('forged', 0, 'power', $1, '')", [
      JSON.stringify({ use, hash: '', what: 'perform' }),
    ]);
  const pumped = async (t: Tampered): Promise<void> => {
    await t.node.pump().catch(() => 0);
  };

  test('without tampering the prepared use is performed, once', async () => {
    const t = await prepared('ordered');
    await pumped(t);
    await pumped(t);
    expect(t.performed).toHaveLength(1);
    expect(t.performed[0]?.approvals.map(({ principal }) => principal)).toEqual(['north', 'east']);
    await t.store.close();
  });

  test.each(['requested', 'approved-once'] as const)(
    'a forged outbox row does nothing for a use that is %s',
    async (upTo) => {
      const t = await prepared(upTo);
      await insertOrder(t);
      await pumped(t);
      expect(t.performed).toEqual([]);
      await t.store.close();
    },
  );

  const ROWS: readonly [string, string][] = [
    [
      'the use’s view says ordered',
      `update views set body = replace(body, '"state":"requested"', '"state":"ordered"') where view = 'authority.use'`,
    ],
    [
      'the use’s view carries an approval twice',
      `update views set body = regexp_replace(body, '"approvals":\\[(.*?)\\],"declines"', '"approvals":[\\1,\\1],"declines"') where view = 'authority.use'`,
    ],
    [
      'the power’s view has a smaller quorum',
      `update views set body = replace(body, '"quorum":2', '"quorum":1') where view = 'authority.powers'`,
    ],
    [
      'the power’s fact has a smaller quorum',
      `update facts set body = replace(body, '"quorum":2', '"quorum":1') where type = 'authority.PowerAdopted@1'`,
    ],
    [
      'the charter’s fact names another key',
      `update facts set body = replace(body, '"publicKey":"', '"publicKey":"A') where type = 'people.Founded@1'`,
    ],
    [
      'the request’s fact names another subject',
      `update facts set body = replace(body, '"subject":"BTC"', '"subject":"ETH"') where type = 'authority.Requested@1'`,
    ],
    [
      'an approval’s fact is doubled under another name',
      `update facts set body = replace(body, '"principal":"north"', '"principal":"south"') where type = 'authority.Approved@1'`,
    ],
    ['a fact is deleted', `delete from facts where type = 'authority.Requested@1'`],
    [
      'the newest fact is deleted and the head moved back',
      `delete from facts where seq = (select max(seq) from facts); update head set size = size - 1`,
    ],
    [
      'a fact’s commitment is exchanged',
      `update facts set entry = (select entry from facts where seq = 0) where type = 'authority.Requested@1'`,
    ],
    [
      'two facts change places',
      `update facts set seq = seq + 1000 where seq in (1, 2); update facts set seq = case seq when 1001 then 2 else 1 end where seq > 1000`,
    ],
    ['the frontier is exchanged', `update head set frontier = ''`],
    ['the checkpoint is exchanged', `update head set checkpoint = replace(checkpoint, 'A', 'B')`],
  ];
  test.each(ROWS)('%s: nothing leaves', async (_, sql) => {
    const t = await prepared('approved-once');
    for (const statement of sql.split(';')) await t.driver.query(statement);
    await insertOrder(t);
    await pumped(t);
    expect(t.performed).toEqual([]);
    await t.store.close().catch(() => undefined);
  });

  test('a removed revocation does not bring a key back', async () => {
    const t = await prepared('approved-once');
    const change = { change: 'revoke-credential', principal: 'north', credential: 'key' };
    const ask = { power: 'tighten-rules', target: 'rules', reason: 'lost', fill: { change } };
    await t.node.run('authority.Request', ask, 'watch');
    const revoke = (await readUses(t.store)).uses[0]?.id ?? '';
    await approveBy(t.node, revoke, 'south');
    await approveBy(t.node, revoke, 'west');
    await approveBy(t.node, t.use, 'east');
    expect((await readUse(t.store, t.use)).state).toBe('requested');
    await t.driver.query("delete from facts where type = 'people.CredentialRevoked@1'");
    await insertOrder(t);
    await pumped(t);
    expect(t.performed).toEqual([]);
    await t.store.close();
  });

  test('a gate that has seen more than the database shows refuses, also after a restored copy', async () => {
    const t = await prepared('ordered');
    await t.node.gate.world();
    const { driver } = t;
    await driver.query("delete from facts where type = 'authority.ExecutionOrdered@1'");
    await driver.query('update head set size = size - 1');
    await expect(t.node.gate.check(t.use)).rejects.toThrow('shorter than it was');
    await t.store.close();
  });

  test('a gate that obeys one founding does not obey another', async () => {
    const t = await prepared('ordered');
    const { createGate } = await import('../packages/server/src/powers/gate.ts');
    const { MODULES } = await import('@sonae/core/app/modules.ts');
    const { signer, clock, sha256 } = t.node.app.ports;
    const base = { store: t.store, clock, modules: MODULES, verifierKey: signer.verifierKey, sha256 };
    const obeys = createGate({ ...base, founding: 'f'.repeat(64) });
    await expect(obeys.check(t.use)).rejects.toThrow('this node obeys');
    const { people } = await t.node.gate.world();
    expect(await createGate({ ...base, founding: people.founding }).check(t.use)).toHaveProperty('order');
    await t.store.close();
  });
});
