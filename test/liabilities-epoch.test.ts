/** From the books to a proof that a customer checks alone: published, fetched over HTTP, verified, and added up again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { parseDisclosure } from '@sonae/proof/disclosure';
import { epochRoot, parseStatement } from '@sonae/proof/liabilities';
import { createListVerifier, leafTilePath } from '@sonae/proof/liabilities-list';
import { loggedEpochRoot } from '@sonae/proof/liabilities-log';
import { verifyCustomerProof } from '@sonae/proof/liabilities-proof';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { verifySolvency } from '@sonae/proof/solvency-verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import { createBooks } from '../packages/server/src/ledger/books.ts';
import { type EpochFiles, openEpochFiles } from '../packages/server/src/liabilities/epoch-files.ts';
import { ACCOUNTS, batchOf, defineAssets, row } from './support/books.ts';
import { createTestNode, HOST, type TestNode } from './support/node.ts';

const CUSTOMERS = 700;
type CustomerFile = { proof: string; secret: string; disclosure: string; verifierKey: string };

const dir = mkdtempSync(join(tmpdir(), 'sonae-epoch-'));
let t: TestNode;

beforeAll(async () => {
  t = createTestNode();
  t.node.books = createBooks(t.node.app, createMemoryJournal());
  t.node.epochs = openEpochFiles(dir);
  await defineAssets(t.testApp);
  const many = Array.from({ length: CUSTOMERS }, (_, n) => `c${n}`);
  const ledger = await t.node.books.open('main');
  const accounts = [
    ...ACCOUNTS,
    ...many.map((party) => ({
      account: `${party}-jpy`,
      owner: 'customer' as const,
      party,
      group: null,
      asset: 'JPY',
    })),
  ];
  await ledger.ingest(batchOf([], { accounts }));
  await ledger.ingest(
    batchOf([
      ...many.map((party, n) => row(n + 1, 'world', `${party}-jpy`, String(1_000 + n), 'deposit')),
      row(CUSTOMERS + 1, 'world', 'anna', '500', 'deposit'),
      row(CUSTOMERS + 2, 'chain', 'anna-btc', '0.5', 'deposit'),
      row(CUSTOMERS + 3, 'ben', 'world', '70', 'withdrawal'),
      row(CUSTOMERS + 4, 'world', 'unknown', '9', 'deposit'),
      row(CUSTOMERS + 5, 'world', 'house', '1000000', 'capital'),
    ]),
  );
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const json = async <T>(path: string): Promise<T> => (await t.call(path)).json() as Promise<T>;
const publish = (epoch: unknown) => t.post('/api/books/main/liabilities', { epoch });

/** What a customer's browser does: the root comes from the log, everything else from the file. */
function check(
  file: CustomerFile,
  customer: string,
  balances: readonly { asset: string; credit: bigint; debt: bigint }[],
) {
  const verifier = ed25519Verifier(t.node.app.ports.signer.verifierKey);
  const exchange = t.node.app.ports.signer.origin;
  const { root } = loggedEpochRoot(
    parseDisclosure(file.disclosure),
    { exchange, epoch: '2026-03' },
    verifier,
  );
  return verifyCustomerProof(file.proof, {
    exchange,
    epoch: '2026-03',
    root,
    customer,
    secret: fromHex(file.secret),
    balances,
  });
}

describe('an epoch', () => {
  test('is published once, with what is owed and what is not netted', async () => {
    expect((await publish('2026-03')).status).toBe(200);
    expect((await publish('2026-03')).status).toBe(400);
    expect((await publish(7)).status).toBe(400);
    expect((await publish('../x')).status).toBe(400);
    const { epochs } = await json<{ epochs: { epoch: string; customers: number; assets: JsonValue }[] }>(
      '/public/liabilities.json',
    );
    expect(epochs).toHaveLength(1);
    const jpy = Array.from({ length: CUSTOMERS }, (_, n) => 1_000 + n).reduce((a, b) => a + b, 500 + 9);
    expect(epochs[0]).toMatchObject({
      customers: CUSTOMERS + 3,
      assets: [
        { asset: 'BTC', credit: '50000000', debt: '0', leaves: 2 },
        { asset: 'JPY', credit: String(jpy), debt: '70', leaves: 2 * (CUSTOMERS + 3) },
      ],
    });
  });

  test('a customer checks their file against the log, and nobody else’s', async () => {
    const file = await json<CustomerFile>('/api/liabilities/2026-03/customers/anna');
    const owed = [
      { asset: 'BTC', credit: 50_000_000n, debt: 0n },
      { asset: 'JPY', credit: 500n, debt: 0n },
    ];
    expect(check(file, 'anna', owed).holdings).toHaveLength(2);
    expect(() => check(file, 'anna', [{ asset: 'JPY', credit: 501n, debt: 0n }])).toThrow(/JPY|BTC/);
    expect(() => check(file, 'ben', owed)).toThrow();
    const bens = await json<CustomerFile>('/api/liabilities/2026-03/customers/ben');
    expect(check(bens, 'ben', [{ asset: 'JPY', credit: 0n, debt: 70n }]).balancesCompared).toBe(true);
    expect(() => check({ ...file, secret: bens.secret }, 'anna', owed)).toThrow();
    expect((await t.call('/api/liabilities/2026-03/customers/nobody')).status).toBe(404);
    expect(
      (
        await t.http.request(`http://${HOST}/api/liabilities/2026-03/customers/anna`, {
          headers: { host: HOST },
        })
      ).status,
    ).toBe(401);
  });

  test('anybody adds the list up again from static tiles', async () => {
    const stated = await json<JsonValue>('/public/liabilities/2026-03/statement.json');
    const statement = parseStatement(stated);
    const anna = await json<CustomerFile>('/api/liabilities/2026-03/customers/anna');
    const owner = { customer: 'anna', secret: fromHex(anna.secret) };
    const verifier = createListVerifier(statement, 'JPY', owner);
    const { leaves } = statement.assets.find(({ asset }) => asset === 'JPY') as { leaves: number };
    for (let tile = 0; tile * 256 < leaves; tile += 1) {
      const tree = { exchange: statement.exchange, epoch: '2026-03', asset: 'JPY', leaves };
      const response = await t.http.request(
        `http://${HOST}/public/liabilities/2026-03/${leafTilePath(tree, tile)}`,
        {
          headers: { host: HOST },
        },
      );
      expect(response.status).toBe(200);
      verifier.push(new Uint8Array(await response.arrayBuffer()));
    }
    expect(verifier.end().own).toEqual({ credit: 500n, debt: 0n, parts: 2 });
    const { epochs } = await json<{ epochs: { epochRoot: string }[] }>('/public/liabilities.json');
    expect(Buffer.from(epochRoot(statement)).toString('hex')).toBe(epochs[0]?.epochRoot);
  });

  test('is stated beside what is held: signed, with what is missing said', async () => {
    const state = (reserves: unknown) => t.post('/api/liabilities/2026-03/solvency', { reserves });
    expect((await state('x')).status).toBe(400);
    expect((await state(['{}'])).status).toBe(400);
    expect((await state([])).status).toBe(200);
    expect((await state([])).status).toBe(200);
    const note = await (await t.call('/public/liabilities/2026-03/solvency.txt')).text();
    const liabilities = parseStatement(await json<JsonValue>('/public/liabilities/2026-03/statement.json'));
    const { epochs } = await json<{ epochs: { solvency: { seq: number; digest: string } }[] }>(
      '/public/liabilities.json',
    );
    const solvency = epochs[0]?.solvency;
    const report = verifySolvency(note, {
      exchange: t.node.app.ports.signer.origin,
      epoch: '2026-03',
      keys: [ed25519Verifier(t.node.app.ports.signer.verifierKey)],
      logged: { digest: fromHex(solvency?.digest ?? ''), epochRoot: epochRoot(liabilities) },
      liabilities: { mode: 'open', statement: liabilities },
      reserves: [],
      snapshot: { committed: null, beacon: null, blocks: null, balanceOf: null },
    });
    expect(report.statement.assetsWithoutProof).toEqual(['BTC', 'JPY']);
    const failing = report.checks.filter(({ holds }) => holds === false).map(({ id }) => id);
    // Nothing is wrong with the statement but that nothing is held against it.
    expect(failing).toEqual(['complete', 'covered']);
    expect((await t.call(`/log/disclosed/${solvency?.seq}`)).status).toBe(200);
  });

  test.each([
    'JPY/tile/entries/999',
    'JPY/tile/entries/000.p/3',
    'JPY/../../log-key.pem',
    'XRP/tile/entries/000',
  ])('%s is not served', async (path) => {
    expect((await t.call(`/public/liabilities/2026-03/${path}`)).status).toBe(404);
  });
});

test('of two that publish one epoch at once one does, and what lies there is whole', async () => {
  const answers = await Promise.all([publish('2026-09'), publish('2026-09')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  const statement = parseStatement(await json<JsonValue>('/public/liabilities/2026-09/statement.json'));
  for (const { asset, leaves } of statement.assets) {
    const verifier = createListVerifier(statement, asset);
    for (let tile = 0; tile * 256 < leaves; tile += 1)
      verifier.push(await (t.node.epochs as EpochFiles).tile('2026-09', asset, tile));
    expect(verifier.end().leaves).toBe(leaves);
  }
});
