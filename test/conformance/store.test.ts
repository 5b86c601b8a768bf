/** One suite for every store: memory, embedded PGlite, and a real PostgreSQL server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry } from '@sonae/core/app/modules.ts';
import { rebuildViews } from '@sonae/core/app/project.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import { openSealed } from '@sonae/core/log/seal.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import { toHex } from '@sonae/proof/bytes';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { parseDisclosure, verifyDisclosure } from '@sonae/proof/disclosure';
import { createExportVerifier } from '@sonae/proof/log-export';
import { leafHash, rootOf } from '@sonae/proof/merkle';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { tilePath, tilesForSize } from '@sonae/proof/tiles';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nodeSha256 } from '../../packages/server/src/adapters/hash/node-sha256.ts';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { openPglite } from '../../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openPostgres } from '../../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../../packages/server/src/adapters/store-sql/sql-store.ts';
import { readAllFacts, refreshViews } from '../../packages/server/src/compose.ts';
import { exportLines } from '../../packages/server/src/log-file.ts';
import { discloseFact, readTilePath } from '../../packages/server/src/public-log.ts';
import {
  createQuietApp,
  createTestApp,
  incidentOf,
  START_MS,
  SYSTEM,
  TEST_SIGNER,
  type TestApp,
} from '../support/app.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let databases = 0;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

type Kind = {
  readonly name: string;
  open(): Promise<{ store: Store; reopen: (() => Promise<Store>) | null; clean(): void }>;
};

const KINDS: readonly Kind[] = [
  {
    name: 'memory',
    open: async () => ({ store: createMemoryStore(), reopen: null, clean: () => undefined }),
  },
  {
    name: 'pglite',
    open: async () => {
      const dir = mkdtempSync(join(tmpdir(), 'sonae-store-'));
      const open = async (): Promise<Store> => openSqlStore(await openPglite(dir));
      return {
        store: await open(),
        reopen: open,
        clean: () => rmSync(dir, { recursive: true, force: true }),
      };
    },
  },
  {
    name: 'postgres',
    open: async () => {
      databases += 1;
      const url = await postgres.create(`conformance_${databases}`);
      const open = async (): Promise<Store> => openSqlStore(await openPostgres(url));
      return { store: await open(), reopen: open, clean: () => undefined };
    },
  },
];

const declare = (title: string) => ({ title, severity: 'minor' });
const bars = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ kind: 'bar', openAt: START_MS + i * 60_000, close: 1 + i / 1e6 }));

async function viewsOf(store: Store): Promise<Record<string, string>> {
  const rows: Record<string, string> = {};
  for (const { name } of registry.views) {
    for (const row of await store.viewRows(name, { limit: 1000 })) rows[`${row.view}/${row.key}`] = row.text;
  }
  return rows;
}

describe.each(KINDS)('the store on $name', ({ open }) => {
  let opened: Awaited<ReturnType<Kind['open']>>;
  let store: Store;
  let testApp: TestApp;
  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    testApp = createQuietApp(store);
  });
  afterEach(async () => {
    await store.close();
    opened.clean();
  });

  test('begins empty', async () => {
    expect((await store.head()).frontier.size).toBe(0);
    expect(await store.facts({ limit: 10 })).toEqual([]);
    expect(await store.view('incidents.list', 'all')).toBeUndefined();
    expect(await store.tile(0, 0)).toBeUndefined();
  });

  test('commits facts, views, tiles and a checkpoint together', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, i) => testApp.run('incidents.Declare', declare(`incident ${i}`))),
    );
    expect(outcomes.every((outcome) => outcome.status === 'done')).toBe(true);
    const { frontier, checkpoint } = await store.head();
    expect(frontier.size).toBe(300);
    const rows = await store.facts({ limit: 1000 });
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    const leaves = rows.map((row) => leafHash(row.entry, nodeSha256));
    const opened = openCheckpoint(checkpoint, ed25519Verifier(TEST_SIGNER.verifierKey));
    expect(opened.size).toBe(300);
    expect(toHex(opened.root)).toBe(toHex(rootOf(leaves, nodeSha256)));
    for (const tile of tilesForSize(300)) {
      const bytes = await readTilePath(store, tilePath(tile));
      expect(bytes?.length).toBe(tile.width * 32);
      if (bytes && tile.level === 0)
        expect(toHex(bytes.slice(0, 32))).toBe(toHex(leaves[tile.index * 256] ?? bytes));
    }
    const list = JSON.parse((await store.view('incidents.list', 'all')) ?? '{}') as { incidents: unknown[] };
    expect(list.incidents).toHaveLength(300);
  });

  test('a transaction that throws leaves nothing behind', async () => {
    await testApp.run('incidents.Declare', declare('one'));
    const before = { head: await store.head(), views: await viewsOf(store) };
    const failing = store.transact(async (tx) => {
      await tx.write({
        head: tx.head,
        facts: [],
        views: [{ view: 'x', key: 'y', text: '{}' }],
        tiles: [],
        evidence: [],
        outbox: [],
        receipts: [],
      });
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect({ head: await store.head(), views: await viewsOf(store) }).toEqual(before);
    expect(await store.view('x', 'y')).toBeUndefined();
    expect((await testApp.run('incidents.Declare', declare('two'))).status).toBe('done');
  });

  test('a refused or malformed command does not disturb its neighbours in the same commit', async () => {
    const results = await Promise.allSettled([
      testApp.run('incidents.Declare', declare('good')),
      testApp.run('incidents.Verify', { incident: 'nowhere' }),
      testApp.run('incidents.Declare', { severity: 'apocalyptic' }),
      testApp.run('prices.RecordBars', {
        feed: 'x',
        from: isoTime(START_MS),
        to: isoTime(START_MS),
        items: bars(1),
      }),
      testApp.run('incidents.Declare', declare('also good')),
    ]);
    expect(results.map((r) => (r.status === 'fulfilled' ? r.value.status : 'fault'))).toEqual([
      'done',
      'refused',
      'fault',
      'refused',
      'done',
    ]);
    expect((await store.head()).frontier.size).toBe(2);
  });

  test('a text without canonical form fails alone, by name, and leaves its neighbours be', async () => {
    const results = await Promise.allSettled([
      testApp.run('incidents.Declare', declare('before')),
      testApp.run('incidents.Declare', declare('broken \ud800 surrogate')),
      testApp.run('incidents.Declare', declare('after')),
    ]);
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { fault: { code: 'input.invalid' } } });
    expect((await store.facts({ limit: 10 })).map((row) => row.seq)).toEqual([0, 1]);
    expect(Object.values(await viewsOf(store)).join('')).not.toContain('broken');
  });

  test('the same command id is executed once and answers the same', async () => {
    const [first, second] = await Promise.all([
      testApp.run('incidents.Declare', declare('once'), undefined, 'request-1'),
      testApp.run('incidents.Declare', declare('once'), undefined, 'request-1'),
    ]);
    const third = await testApp.run('incidents.Declare', declare('once'), undefined, 'request-1');
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect((await store.head()).frontier.size).toBe(1);
  });

  test('pages facts by stream, incident, direction and disclosure', async () => {
    const a = await testApp.run('incidents.Declare', declare('a'));
    await testApp.run('incidents.Declare', declare('b'));
    const incident = incidentOf(a);
    await testApp.run('incidents.Note', { incident, text: 'seen' });
    const seqs = async (filter: object): Promise<number[]> =>
      (await store.facts({ limit: 10, ...filter })).map((row) => row.seq);
    expect(await seqs({ incident })).toEqual([0, 2]);
    expect(await seqs({ stream: `incidents/${incident}` })).toEqual([0, 2]);
    expect(await seqs({ newestFirst: true, limit: 2 })).toEqual([2, 1]);
    expect(await seqs({ newestFirst: true, before: 2, limit: 1 })).toEqual([1]);
    expect(await seqs({ from: 1, before: 2 })).toEqual([1]);
    expect(await seqs({ disclosedOnly: true })).toEqual([0, 1]);
  });

  test('keeps evidence under the root that its fact cites, and exports it verifiably', async () => {
    const input = { feed: 'f', from: isoTime(START_MS), to: isoTime(START_MS + 1), items: bars(50) };
    await testApp.run('prices.RecordBars', input, SYSTEM);
    const [row] = await store.facts({ limit: 1 });
    const { evidence } = (
      JSON.parse(row?.text ?? '{}') as { body: { evidence: { count: number; root: string } } }
    ).body;
    expect(evidence.count).toBe(50);
    expect(await store.evidence(evidence.root)).toHaveLength(50);
    const verifier = createExportVerifier({ pinnedVkey: TEST_SIGNER.verifierKey });
    for await (const line of exportLines(store, TEST_SIGNER)) verifier.push(new TextEncoder().encode(line));
    expect(verifier.end()).toMatchObject({ size: 1, evidenceItems: 50, keyPinned: true });
  });

  test('discloses only what is disclosed, and the disclosure verifies', async () => {
    const outcome = await testApp.run('incidents.Declare', declare('public'));
    await testApp.run('incidents.Note', {
      incident: incidentOf(outcome),
      text: 'private',
    });
    const text = await discloseFact({ store, witnessed: null }, 0, nodeSha256);
    const { fact } = verifyDisclosure(parseDisclosure(text ?? ''), ed25519Verifier(TEST_SIGNER.verifierKey));
    expect(fact).toMatchObject({ seq: 0, type: 'incidents.Declared@1', body: { title: 'public' } });
    expect(await discloseFact({ store, witnessed: null }, 1, nodeSha256)).toBeNull();
  });

  test('seals personal data and forgets it with the key', async () => {
    const reporter = 'A. Person, +81 3 0000 0000';
    await testApp.run('incidents.Declare', { title: 'reported', reporter });
    const facts = await store.facts({ limit: 10 });
    expect(facts.map((row) => row.text).join('')).not.toContain('A. Person');
    const sealed = (
      JSON.parse(facts[1]?.text ?? '{}') as { body: { reporter: { person: string; sealed: string } } }
    ).body.reporter;
    expect(openSealed(sealed, await store.keyOfPerson(sealed.person))).toBe(reporter);
    expect(await store.forgetPerson(sealed.person)).toBe(true);
    expect(openSealed(sealed, await store.keyOfPerson(sealed.person))).toBeNull();
    // The key must not come back by sealing something else for the same person.
    await expect(testApp.run('incidents.Declare', { title: 'reported', reporter: 'again' })).rejects.toThrow(
      'was forgotten',
    );
  });

  test('the outbox leases, retries, fails and settles', async () => {
    await createTestApp(store).run('incidents.Declare', declare('told'));
    const now = isoTime(START_MS + 1000);
    const later = isoTime(START_MS + 60_000);
    const [entry, ...rest] = await store.claimOutbox(now, later, 10);
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({ target: 'webhook', attempts: 1, seq: 0 });
    expect(await store.claimOutbox(now, later, 10)).toEqual([]);
    const id = entry?.id ?? '';
    await store.settleOutbox(id, { done: false, error: 'no route', retryAt: now });
    expect((await store.claimOutbox(now, later, 10)).map((e) => e.attempts)).toEqual([2]);
    expect(await store.pendingOutbox()).toBe(1);
    await store.settleOutbox(id, { done: true, receipt: '200' });
    expect(await store.pendingOutbox()).toBe(0);
    expect(await store.claimOutbox(isoTime(START_MS + 3_600_000), later, 10)).toEqual([]);
  });

  test('rings the bell after an append, never before', async () => {
    const sizes: number[] = [];
    const heard = new Promise<void>((resolve) => {
      store.onAppend((size) => {
        sizes.push(size);
        resolve();
      });
    });
    await testApp.run('incidents.Declare', declare('bell'));
    await heard;
    expect(sizes).toEqual([1]);
  });

  test('views equal a rebuild from the log, byte for byte, and a changed fold rebuilds them', async () => {
    await testApp.run('incidents.Declare', declare('a'));
    await testApp.run(
      'prices.RecordBars',
      { feed: 'f', from: isoTime(START_MS), to: isoTime(START_MS), items: bars(3) },
      SYSTEM,
    );
    const before = await viewsOf(store);
    const rebuilt = await rebuildViews(registry, readAllFacts(store.facts));
    expect(Object.fromEntries(rebuilt.map((row) => [`${row.view}/${row.key}`, row.text]))).toEqual(before);
    await store.replaceViews('an older fold', async () => [
      { view: 'incidents.list', key: 'all', text: '{"incidents":[]}' },
    ]);
    await refreshViews(store);
    expect(await viewsOf(store)).toEqual(before);
    expect(await store.viewsFingerprint()).toBe(registry.fingerprint);
  });

  test('lasts over a reopening', async () => {
    if (!opened.reopen) return;
    await testApp.run('incidents.Declare', declare('kept'));
    const before = { head: await store.head(), views: await viewsOf(store) };
    await store.close();
    store = await opened.reopen();
    expect({ head: await store.head(), views: await viewsOf(store) }).toEqual(before);
    testApp = createQuietApp(store, 2);
    expect((await testApp.run('incidents.Declare', declare('after'))).status).toBe('done');
    expect((await store.head()).frontier.size).toBe(2);
  });
});

describe('two nodes on one PostgreSQL', () => {
  test('share one sequence without a fork, one leader, and each other’s news', async () => {
    const url = await postgres.create('two_nodes');
    const stores = await Promise.all(
      [openPostgres(url), openPostgres(url)].map(async (driver) => openSqlStore(await driver)),
    );
    const [one, two] = stores as [Store, Store];
    expect([await one.lead(), await two.lead()].filter(Boolean)).toHaveLength(1);
    const heard: number[] = [];
    two.onAppend((size) => heard.push(size));
    const apps = [createQuietApp(one, 1), createQuietApp(two, 2)];
    const jobs = Array.from({ length: 400 }, (_, i) =>
      (apps[i % 2] as TestApp).run('incidents.Declare', declare(`from ${i}`)),
    );
    const outcomes = await Promise.all(jobs);
    const seqs = outcomes.flatMap((outcome) =>
      outcome.status === 'done' ? outcome.facts.map((fact) => fact.seq) : [],
    );
    expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, i) => i));
    const rebuilt = await rebuildViews(registry, readAllFacts(one.facts));
    expect(Object.fromEntries(rebuilt.map((row) => [`${row.view}/${row.key}`, row.text]))).toEqual(
      await viewsOf(two),
    );
    await expect.poll(() => heard.at(-1)).toBe(400);
    const leads = (await one.lead()) ? one : two;
    const follows = leads === one ? two : one;
    await leads.close();
    await expect.poll(() => follows.lead()).toBe(true);
    await follows.close();
  });

  test('an id given to both is executed once', async () => {
    const url = await postgres.create('two_nodes_once');
    const stores = await Promise.all(
      [openPostgres(url), openPostgres(url)].map(async (driver) => openSqlStore(await driver)),
    );
    const outcomes = await Promise.all(
      stores.map((store, i) =>
        createQuietApp(store, i).run('incidents.Declare', declare('once'), undefined, 'request-7'),
      ),
    );
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect((await (stores[0] as Store).head()).frontier.size).toBe(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('refuses a schema of a newer version', async () => {
    const url = await postgres.create('newer');
    await (await openSqlStore(await openPostgres(url))).close();
    const driver = await openPostgres(url);
    await driver.query("update meta set value = '99' where key = 'schema'");
    await expect(openSqlStore(driver)).rejects.toMatchObject({ fault: { code: 'store.newer-version' } });
    await driver.close();
  });
});
