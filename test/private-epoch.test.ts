/**
 * Private mode from the books to a customer: published over HTTP, proved in the log, checked by the package alone; amounts of
 * many digits, customers who only owe, a crash between writing and the log, files made while the node goes on.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registry } from '@sonae/core/app/modules.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import { liabilitiesPublished } from '@sonae/core/nouns/reserves/facts/epochs.ts';
import { fromHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { parseDisclosure } from '@sonae/proof/disclosure';
import { loggedEpochRoot } from '@sonae/proof/liabilities-log';
import { owedInSmallest, parsePrivateStatement, privateEpochRoot } from '@sonae/proof/private-liabilities';
import { totalsAreProved, verifyPrivateProof } from '@sonae/proof/private-proof';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { verifySolvency } from '@sonae/proof/solvency-verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import { createBooks } from '../packages/server/src/ledger/books.ts';
import { type EpochFiles, openEpochFiles } from '../packages/server/src/liabilities/epoch-files.ts';
import { createPrivateFileMaker } from '../packages/server/src/liabilities/private-file-maker.ts';
import { makePrivate } from '../packages/server/src/liabilities/publish-private.ts';
import { zkVerifier } from '../packages/server/src/liabilities/zk-sdk.ts';
import { SYSTEM } from './support/app.ts';
import { ACCOUNTS, batchOf, defineAssets, row } from './support/books.ts';
import { createTestNode, type TestNode } from './support/node.ts';

const CUSTOMERS = 40;
const ETHER = 10n ** 18n;
type CustomerFile = { proof: string; secret: string; disclosure: string };

const dir = mkdtempSync(join(tmpdir(), 'sonae-private-'));
let t: TestNode;

beforeAll(async () => {
  t = createTestNode();
  t.node.books = createBooks(t.node.app, createMemoryJournal());
  t.node.epochs = openEpochFiles(dir);
  await defineAssets(t.testApp);
  const ether = { asset: 'ETH', name: 'Ether', decimals: 18, kind: 'crypto', chains: [] };
  await t.testApp.run('instruments.DefineAsset', ether, SYSTEM);
  const many = Array.from({ length: CUSTOMERS }, (_, n) => `c${n}`);
  const of = (party: string, asset: string) => ({
    ...{ account: `${party}-${asset.toLowerCase()}`, owner: 'customer' as const, party, group: null, asset },
  });
  const ledger = await t.node.books.open('main');
  const outside = { account: 'ether', owner: 'external' as const, party: 'world', group: null, asset: 'ETH' };
  const accounts = [...ACCOUNTS, outside, of('anna', 'ETH'), ...many.map((party) => of(party, 'JPY'))];
  await ledger.ingest(batchOf([], { accounts }));
  await ledger.ingest(
    batchOf([
      ...many.map((party, n) => row(n + 1, 'world', `${party}-jpy`, String(1_000 + n), 'deposit')),
      row(CUSTOMERS + 1, 'world', 'anna', '500', 'deposit'),
      row(CUSTOMERS + 2, 'ether', 'anna-eth', '1234567.000000000000000001', 'deposit', {
        asset: 'ETH',
      }),
      row(CUSTOMERS + 3, 'ben', 'world', '70', 'withdrawal'),
    ]),
  );
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const json = async <T>(path: string): Promise<T> => (await t.call(path)).json() as Promise<T>;
const publish = (epoch: string, mode: unknown = 'private') =>
  t.post('/api/books/main/liabilities', { epoch, mode });
const fileOf = (epoch: string, customer: string) =>
  json<CustomerFile>(`/api/liabilities/${epoch}/customers/${customer}`);

/** What a customer does: the root comes from the log, everything else from the file. */
function check(
  { proof, secret, disclosure }: CustomerFile,
  epoch: string,
  customer: string,
  balances: readonly { asset: string; amount: bigint }[],
) {
  const exchange = t.node.app.ports.signer.origin;
  const verifier = ed25519Verifier(t.node.app.ports.signer.verifierKey);
  const { root } = loggedEpochRoot(parseDisclosure(disclosure), { exchange, epoch }, verifier);
  const about = { exchange, epoch, root, customer, secret: fromHex(secret), balances };
  return verifyPrivateProof(proof, about, zkVerifier);
}

const ANNA = [
  { asset: 'JPY', amount: 500n },
  { asset: 'ETH', amount: 1_234_567n * ETHER + 1n },
];

describe('a private epoch', () => {
  test('is published once, its totals in smallest units, what customers owe not stated', async () => {
    expect((await publish('2026-03', 'secret')).status).toBe(400);
    expect((await publish('2026-03')).status).toBe(200);
    expect((await publish('2026-03')).status).toBe(400);
    expect((await publish('2026-03', 'open')).status).toBe(400);
    const { epochs } = await json<{ epochs: JsonValue[] }>('/public/liabilities.json');
    const jpy = Array.from({ length: CUSTOMERS }, (_, n) => 1_000 + n).reduce((a, b) => a + b, 500);
    expect(epochs).toMatchObject([
      {
        ...{ epoch: '2026-03', mode: 'private', customers: CUSTOMERS + 2 },
        assets: [
          // Above 64 bits of wei, so in units of 100,000 wei: anna's one wei counts as a whole unit.
          { asset: 'ETH', leaves: 1, credit: String(1_234_567n * ETHER + 10n ** 5n), debt: null },
          { asset: 'JPY', leaves: CUSTOMERS + 2, credit: String(jpy), debt: null },
        ],
      },
    ]);
  });

  test('its statement is the one in the log, every total is proved, and there is no list', async () => {
    const value = await json<JsonValue>('/public/liabilities/2026-03/statement.json');
    const statement = parsePrivateStatement(value);
    const { epochs } = await json<{ epochs: { epochRoot: string }[] }>('/public/liabilities.json');
    expect(Buffer.from(privateEpochRoot(statement)).toString('hex')).toBe(epochs[0]?.epochRoot);
    expect(totalsAreProved(statement, zkVerifier)).toBe(true);
    expect(statement.assets.map(({ asset, scale }) => [asset, scale])).toEqual([
      ['ETH', 5],
      ['JPY', 0],
    ]);
    expect((await t.call('/public/liabilities/2026-03/JPY/tile/entries/000.p/42')).status).toBe(404);
  });

  test('a customer checks their file against the log, and nobody else’s', async () => {
    const anna = await fileOf('2026-03', 'anna');
    const report = check(anna, '2026-03', 'anna', ANNA);
    expect(report.holdings).toEqual([
      { asset: 'ETH', scale: 5, amount: 1_234_567n * 10n ** 13n + 1n, total: 1_234_567n * 10n ** 13n + 1n },
      { asset: 'JPY', scale: 0, amount: 500n, total: 500n + 40_000n + (39n * 40n) / 2n },
    ]);
    expect(() => check(anna, '2026-03', 'anna', [{ asset: 'JPY', amount: 501n }])).toThrow();
    expect(() => check(anna, '2026-03', 'ben', ANNA)).toThrow('the customer anna');
    // Ben owes and is owed nothing: counted with zero.
    const ben = await fileOf('2026-03', 'ben');
    expect(check(ben, '2026-03', 'ben', []).holdings).toMatchObject([{ asset: 'JPY', amount: 0n }]);
    expect(() => check({ ...anna, secret: ben.secret }, '2026-03', 'anna', ANNA)).toThrow(
      'not of this customer',
    );
    expect((await t.call('/api/liabilities/2026-03/customers/nobody')).status).toBe(404);
    const { epochs } = await json<{ epochs: { checks: number }[] }>('/public/liabilities.json');
    expect(epochs[0]?.checks).toBe(2);
  });

  test('what is held is stated beside it, without debts', async () => {
    expect((await t.post('/api/liabilities/2026-03/solvency', { reserves: [] })).status).toBe(200);
    const note = await (await t.call('/public/liabilities/2026-03/solvency.txt')).text();
    const statement = parsePrivateStatement(
      await json<JsonValue>('/public/liabilities/2026-03/statement.json'),
    );
    const report = verifySolvency(note, {
      exchange: t.node.app.ports.signer.origin,
      epoch: '2026-03',
      keys: [ed25519Verifier(t.node.app.ports.signer.verifierKey)],
      logged: null,
      liabilities: {
        mode: 'private',
        statement,
        totalsAreProved: () => totalsAreProved(statement, zkVerifier),
      },
      reserves: [],
      snapshot: { committed: null, beacon: null, blocks: null, balanceOf: null },
    });
    const failing = report.checks.filter(({ holds }) => holds === false).map(({ id }) => id);
    expect(failing).toEqual(['complete', 'covered']);
    expect(report.checks.find(({ id }) => id === 'totals')?.holds).toBe(true);
    expect(report.statement.assets.map(({ owed, debt }) => [owed, debt])).toEqual(
      statement.assets.map((one) => [owedInSmallest(one), null]),
    );
  });

  test('its secrets are the owner’s only, and outlive a restart', async () => {
    const files = t.node.epochs as EpochFiles;
    const modes = readdirSync(files.dirOf('2026-03')).map(
      (name) =>
        [
          name.replace(/^[0-9a-f]+\./, ''),
          statSync(join(files.dirOf('2026-03'), name)).mode & 0o077,
        ] as const,
    );
    for (const [name, others] of modes)
      if (['amounts', 'customers.json', 'epoch-secret'].includes(name)) expect(others, name).toBe(0);
    expect(modes.map(([name]) => name)).toContain('epoch-secret');
    const { secret, disclosure } = await fileOf('2026-03', 'c7');
    const proof = await createPrivateFileMaker().fileOf(openEpochFiles(dir).dirOf('2026-03'), 'c7');
    const again = { proof: proof ?? '', secret, disclosure };
    expect(check(again, '2026-03', 'c7', [{ asset: 'JPY', amount: 1_007n }]).balancesCompared).toBe(true);
  });

  test('files are made beside the node: its own thread goes on meanwhile', async () => {
    let turns = 0;
    let isMade = false;
    const turn = (): void => {
      turns += 1;
      if (!isMade) setImmediate(turn);
    };
    turn();
    const files = t.node.epochs as EpochFiles;
    const proof = await t.node.privateFiles.fileOf(files.dirOf('2026-03'), 'c30');
    isMade = true;
    expect(proof).toContain('private-liabilities-proof');
    // Made on this thread it would be one turn, or two.
    expect(turns).toBeGreaterThan(50);
  });
});

test('what a crash left under a name that the log does not hold is made anew', async () => {
  const files = t.node.epochs as EpochFiles;
  mkdirSync(files.dirOf('2026-04'), { recursive: true });
  writeFileSync(join(files.dirOf('2026-04'), 'statement.json'), '{"half":');
  expect((await publish('2026-04')).status).toBe(200);
  const file = await fileOf('2026-04', 'anna');
  expect(check(file, '2026-04', 'anna', ANNA).epoch).toBe('2026-04');
  mkdirSync(files.dirOf('2026-05'), { recursive: true });
  expect((await publish('2026-05', 'open')).status).toBe(200);
  const answers = await Promise.all([publish('2026-06'), publish('2026-06', 'open')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
});

test('an epoch of a log from before there were two modes is an open one', () => {
  const body = {
    liabilities: { exchange: 'exchange.example', epoch: '2026-01', epochRoot: 'ab'.repeat(32) },
    ...{ book: 'main', frame: 1, at: '2026-01-31T15:00:00.000Z', customers: 1 },
    assets: [{ asset: 'JPY', leaves: 2, credit: '5', debt: '0', root: 'cd'.repeat(32) }],
  };
  const recorded = JSON.stringify({ seq: 3, type: 'reserves.LiabilitiesPublished@1', body });
  const fact = decodeFact(recorded, registry.facts);
  expect(fact.type).toBe('reserves.LiabilitiesPublished@2');
  expect(liabilitiesPublished.schema.parse(fact.body)).toEqual({ ...body, mode: 'open' });
});

test('more customers than private mode takes are refused before anything is made', async () => {
  const crowd = new Map(Array.from({ length: 100_001 }, (_, n) => [`c${n}`, { credit: 1n, debt: 0n }]));
  const about = { exchange: 'exchange.example', epoch: 'crowd', at: '2026-03-31T00:00:00.000Z' };
  const files = t.node.epochs as EpochFiles;
  await expect(makePrivate(new Map([['JPY', crowd]]), files, about)).rejects.toThrow(
    'JPY: 100001 customers, private mode takes 100000',
  );
  expect(existsSync(files.dirOf('crowd'))).toBe(false);
});
