/**
 * The visitor's checks of real epochs: published from a book by the server's own code, fetched over HTTP, verified by the
 * page's code; and every way to give a customer something false, each told by a sentence of its own in both languages.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { COSIGNATURE_TYPE, cosign, witnessVerifier } from '@sonae/proof/cosignature';
import { CUSTOMER_FILE_FORMAT, type OpenFile, parseCustomerFile } from '@sonae/proof/customer-file';
import { plainSha256 } from '@sonae/proof/merkle';
import { formatSignatureLine, formatVerifierKey } from '@sonae/proof/signed-note';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM } from '../../../../test/support/app.ts';
import { ACCOUNTS, batchOf, defineAssets, row } from '../../../../test/support/books.ts';
import { createTestNode, type TestNode } from '../../../../test/support/node.ts';
import { createMemoryJournal } from '../../../server/src/adapters/journal/memory-journal.ts';
import { createBooks } from '../../../server/src/ledger/books.ts';
import { openEpochFiles } from '../../../server/src/liabilities/epoch-files.ts';
import { zkVerifier } from '../../../server/src/liabilities/zk-sdk.ts';
import { enReserves } from '../i18n/en-reserves.ts';
import { jaReserves } from '../i18n/ja-reserves.ts';
import { type CountedCheck, checkCustomer } from './check-customer.ts';
import { checkList, type ListCheck } from './check-list.ts';
import { checkSolvency, type SolvencyReader } from './check-solvency.ts';
import { type KnownLog, logOf } from './known-log.ts';
import type { PublishedEpoch } from './published.ts';

const OTHERS = 300;
const dir = mkdtempSync(join(tmpdir(), 'sonae-page-'));
type FileFields = Record<'proof' | 'secret' | 'disclosure' | 'origin' | 'verifierKey' | 'format', string>;
let t: TestNode;
let log: KnownLog;
let epochs: readonly PublishedEpoch[];
let anna: FileFields;
let ben: FileFields;
let earlier: FileFields;

const json = async <T>(path: string): Promise<T> => (await (await t.call(path)).json()) as T;
const text = async (path: string): Promise<string> => (await (await t.call(path)).text()).trimEnd();
const readLog = async (path: string): Promise<Uint8Array> =>
  new Uint8Array(await (await t.call(`/log/${path}`)).arrayBuffer());
const fileOf = (epoch: string, customer: string): Promise<FileFields> =>
  json(`/api/liabilities/${epoch}/customers/${customer}`);

const READER: SolvencyReader = {
  disclosure: (seq) => text(`/log/disclosed/${seq}`),
  statement: (epoch) => json(`/public/liabilities/${epoch}/statement.json`),
  solvency: async (epoch) => (await t.call(`/public/liabilities/${epoch}/solvency.txt`)).text(),
  reserves: (epoch, digest) => text(`/public/liabilities/${epoch}/reserves/${digest}`),
  engine: async () => zkVerifier,
};

beforeAll(async () => {
  t = createTestNode();
  t.node.books = createBooks(t.node.app, createMemoryJournal());
  t.node.epochs = openEpochFiles(dir);
  await defineAssets(t.testApp);
  const many = Array.from({ length: OTHERS }, (_, n) => `c${n}`);
  const accounts = many.map((party) => ({
    ...{ account: `${party}-jpy`, owner: 'customer' as const, party, group: null, asset: 'JPY' },
  }));
  const ledger = await t.node.books.open('main');
  await ledger.ingest(batchOf([], { accounts: [...ACCOUNTS, ...accounts] }));
  await ledger.ingest(
    batchOf([
      ...many.map((party, n) => row(n + 1, 'world', `${party}-jpy`, String(1_000 + n), 'deposit')),
      row(OTHERS + 1, 'world', 'anna', '500', 'deposit'),
      row(OTHERS + 2, 'chain', 'anna-btc', '0.5', 'deposit'),
      row(OTHERS + 3, 'ben', 'world', '70', 'withdrawal'),
    ]),
  );
  for (const epoch of ['2026-02', '2026-03']) await t.post('/api/books/main/liabilities', { epoch });
  await t.post('/api/liabilities/2026-03/solvency', { reserves: [] });
  log = logOf(t.node.app.ports.signer.verifierKey, plainSha256);
  ({ epochs } = await json<{ epochs: PublishedEpoch[] }>('/public/liabilities.json'));
  [anna, ben] = [await fileOf('2026-03', 'anna'), await fileOf('2026-03', 'ben')];
  earlier = await fileOf('2026-02', 'anna');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Change = Partial<CountedCheck> & { readonly file?: Partial<FileFields> };
const check = ({ file = {}, ...change }: Change = {}) =>
  checkCustomer({
    ...{ log, epochs, customer: '', known: new Map(), seen: null, readLog },
    engine: async () => zkVerifier,
    text: JSON.stringify({ ...anna, ...file }),
    ...change,
  });
/** The proof with another value at a place, still canonical. */
function edited(edit: (proof: EditedProof) => void): string {
  const proof = JSON.parse(anna.proof) as EditedProof;
  edit(proof);
  return canonicalJson(proof as unknown as JsonValue);
}
type EditedProof = {
  statement: { assets: { credit: string }[] };
  holdings: { parts: { credit: string; path: { credit: string }[] }[] }[];
};
const more = (amount: string): string => String(BigInt(amount) + 1n);

describe('a customer’s file', () => {
  test('is shown to be counted, with the amounts that the customer knows', async () => {
    const known = new Map([
      ['JPY', { credit: 500n, debt: 0n }],
      ['BTC', { credit: 50_000_000n }],
    ]);
    const { good, steps, holdings } = await check({ customer: 'anna', known });
    expect(steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      ...['file pass', 'key pass', 'log pass', 'listed pass', 'statement pass', 'person pass'],
      ...['leaf pass', 'path pass', 'sums pass', 'balance pass'],
    ]);
    expect(good).toBe(true);
    expect(holdings).toMatchObject([
      { asset: 'BTC', credit: 50_000_000n, total: { credit: 50_000_000n, debt: 0n } },
      { asset: 'JPY', credit: 500n, total: { debt: 70n } },
    ]);
    expect((await check({ file: earlier })).good).toBe(true);
  });

  test('says which witnesses cosigned the checkpoint that it rests on', async () => {
    const key = generateKeyPairSync('ed25519');
    const publicKey = new Uint8Array(key.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
    const name = 'witness.example';
    const { frontier, checkpoint } = await t.node.app.ports.store.head();
    const text = checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1);
    const byWitness = (message: Uint8Array) => new Uint8Array(sign(null, message, key.privateKey));
    const line = formatSignatureLine(cosign({ name, publicKey, text, timestampSec: 1, sign: byWitness }));
    const cosigned = { size: frontier.size, note: `${checkpoint}${line}`, by: [name], atMs: 0 };
    t.node.witnessed = { newest: () => cosigned, take: () => undefined };
    const file = await fileOf('2026-03', 'anna');
    t.node.witnessed = null;
    const witnesses = [witnessVerifier(formatVerifierKey(name, publicKey, COSIGNATURE_TYPE))];
    const shownBy = async (change: Change) =>
      (await check(change)).steps.find((step) => step.name === 'log')?.shown.witnesses;
    expect(await shownBy({ file, log: { ...log, witnesses } })).toBe(name);
    expect(await shownBy({ file })).toBe('–');
    expect(await shownBy({ log: { ...log, witnesses } })).toBe('–');
  });

  const listedElsewhere = () => epochs.map((one) => ({ ...one, epochRoot: '0'.repeat(64) }));
  const otherKey = `${'other.example'}+00000000+AQ==`;
  /** What a browser remembers that was shown another log, signed with the same key. */
  const elsewhere = async (): Promise<Change> => {
    const other = createTestNode();
    const asset = { asset: 'ETH', name: 'Ether', decimals: 18, kind: 'crypto', chains: [] };
    await other.testApp.run('instruments.DefineAsset', asset, SYSTEM);
    const note = await (await other.call('/log/checkpoint')).text();
    return { seen: { note, verifierKey: log.verifierKey, size: 1, seenAt: '2026-03-01T00:00:00.000Z' } };
  };
  const WRONG: readonly (readonly [string, () => Change | Promise<Change>, string])[] = [
    ['no JSON', () => ({ text: 'PK\u0003\u0004' }), 'file bad-json'],
    ['another kind of file', () => ({ text: '{"format":"x"}' }), 'file bad-liabilities'],
    ['a file of another log', () => ({ file: { verifierKey: otherKey } }), 'key bad-key'],
    ['two epochs', () => ({ file: { disclosure: earlier.disclosure } }), 'log liabilities-epoch'],
    [
      'a disclosure with another fact number',
      () => ({ file: { disclosure: anna.disclosure.replace(/"index":\d+/, '"index":0') } }),
      'log bad-disclosure',
    ],
    ['another history than this browser saw', elsewhere, 'same bad-checkpoint'],
    ['an epoch that is not listed', () => ({ epochs: epochs.slice(1) }), 'listed liabilities-epoch'],
    ['another root for others', () => ({ epochs: listedElsewhere() }), 'listed liabilities-root'],
    [
      'changed totals',
      () => ({
        file: {
          proof: edited(({ statement: { assets } }) => {
            for (const asset of assets) asset.credit = more(asset.credit);
          }),
        },
      }),
      'statement liabilities-root',
    ],
    ['somebody else’s file', () => ({ file: ben, customer: 'anna' }), 'person liabilities-leaf'],
    ['somebody else’s secret', () => ({ file: { secret: ben.secret } }), 'leaf liabilities-leaf'],
    [
      'a file that counts nothing',
      () => ({
        file: {
          proof: edited((proof) => {
            proof.holdings = [];
          }),
        },
      }),
      'leaf liabilities-leaf',
    ],
    [
      'a changed amount',
      () => ({
        file: {
          proof: edited(({ holdings }) => {
            for (const { parts } of holdings) for (const part of parts) part.credit = more(part.credit);
          }),
        },
      }),
      'path liabilities-root',
    ],
    [
      'another balance',
      () => ({ known: new Map([['JPY', { credit: 501n }]]) }),
      'balance liabilities-balance',
    ],
    [
      'an asset that is left out',
      () => ({ file: ben, known: new Map([['BTC', { credit: 1n }]]) }),
      'balance liabilities-balance',
    ],
  ];

  test.each(WRONG)('%s is told from the rest', async (_, change, expected) => {
    const { good, steps } = await check(await change());
    const failed = steps.find(({ outcome }) => outcome === 'fail');
    expect(`${failed?.name} ${failed?.reason.split(':')[0]}`).toBe(expected);
    expect(good).toBe(false);
    const rest = steps.slice(steps.findIndex(({ outcome }) => outcome === 'fail') + 1);
    expect(rest.filter(({ outcome }) => outcome !== 'skipped')).toEqual([]);
    const key = `why.${expected.replace(' ', '.')}` as keyof typeof enReserves;
    expect(enReserves[key]).toBeDefined();
    expect(jaReserves[key]).toBeDefined();
  });

  test('no two of these sentences are the same', () => {
    const keys = [...new Set(WRONG.map(([, , expected]) => `why.${expected.replace(' ', '.')}`))];
    for (const texts of [enReserves, jaReserves]) {
      const said = keys.map((key) => texts[key as keyof typeof enReserves]);
      expect(new Set(said).size).toBe(keys.length);
    }
  });

  test('one other digit anywhere in the proof, and nothing is shown', async () => {
    const places = [...anna.proof.matchAll(/[0-9a-f]/g)].map(({ index }) => index);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), async (at) => {
        const digit = anna.proof[at] === '7' ? '8' : '7';
        const proof = anna.proof.slice(0, at) + digit + anna.proof.slice(at + 1);
        expect((await check({ file: { proof } })).good).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('has named limits and says which field is wrong', () => {
    const file = { ...anna, format: CUSTOMER_FILE_FORMAT };
    expect(() => parseCustomerFile(JSON.stringify({ ...file, secret: 7 }))).toThrow(
      'secret of the file is not',
    );
    expect(() => parseCustomerFile(JSON.stringify({ ...file, secret: 'ab' }))).toThrow('32 bytes');
    expect(() => parseCustomerFile('[]')).toThrow('not a JSON object');
  });
});

describe('the whole list', () => {
  const openFile = (fields: FileFields): OpenFile => {
    const file = parseCustomerFile(JSON.stringify(fields));
    if (file.mode !== 'open') throw new Error('a file of open mode');
    return file;
  };
  const tile: ListCheck['readTile'] = async (path) =>
    new Uint8Array(await (await t.call(`/public/liabilities/2026-03/${path}`)).arrayBuffer());
  const add = (change: Partial<ListCheck> = {}) =>
    checkList({
      ...{ epoch: epochs[0] as PublishedEpoch, asset: 'JPY', log, read: READER, readTile: tile },
      ...{ signal: new AbortController().signal, onLeaves: () => undefined },
      file: openFile(anna),
      ...change,
    });

  test('adds up to what is stated, with the customer’s own leaves in it', async () => {
    const told: number[] = [];
    const { good, report } = await add({ onLeaves: (done) => told.push(done) });
    expect(good).toBe(true);
    expect(report?.own).toEqual({ credit: 500n, debt: 0n, parts: 2 });
    expect(report?.leaves).toBe(2 * (OTHERS + 2));
    expect(told).toEqual([256, 512, 604]);
    expect((await add({ file: null })).report?.own).toBeNull();
  });

  test('one other byte, a list cut short or a missing leaf is noticed', async () => {
    const changed: ListCheck['readTile'] = async (path, signal) => {
      const bytes = await tile(path, signal);
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      return bytes;
    };
    const failing = async (change: Partial<ListCheck>) =>
      (await add(change)).steps.find(({ outcome }) => outcome === 'fail');
    expect(await failing({ readTile: changed })).toMatchObject({ name: 'read' });
    const short: ListCheck['readTile'] = async (path, signal) => (await tile(path, signal)).slice(64);
    expect(await failing({ readTile: short })).toMatchObject({ name: 'read' });
    const foreign = openFile({ ...anna, secret: ben.secret });
    expect(await failing({ file: foreign })).toMatchObject({ name: 'own' });
    const [newest] = epochs as [PublishedEpoch];
    const other = { ...newest, epochRoot: 'f'.repeat(64) };
    expect(await failing({ epoch: other })).toMatchObject({ name: 'logged' });
    const less = newest.assets.map((one) => ({ ...one, credit: '1' }));
    expect(await failing({ epoch: { ...newest, assets: less } })).toMatchObject({ name: 'statement' });
  });

  test('stops at the tile where it is cancelled, and then shows nothing', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const onLeaves = (done: number): void => {
      seen.push(done);
      stop.abort();
    };
    await expect(add({ signal: stop.signal, onLeaves })).rejects.toThrow(/abort/i);
    expect(seen).toEqual([256]);
  });
});

describe('the statement of solvency', () => {
  const verify = (read: Partial<SolvencyReader> = {}) => {
    const [newest] = epochs as [PublishedEpoch];
    if (newest.solvency === null) throw new Error('the epoch has a statement of solvency');
    return checkSolvency(newest, newest.solvency, log, { ...READER, ...read });
  };

  test('is signed and logged, and what is not held against what is owed does not hold', async () => {
    const { checks, statement } = await verify();
    expect(statement.assetsWithoutProof).toEqual(['BTC', 'JPY']);
    expect(checks.filter(({ holds }) => holds === false).map(({ id }) => id)).toEqual([
      'complete',
      'covered',
    ]);
    expect(checks.filter(({ holds }) => holds === true).map(({ id }) => id)).toContain('signature');
  });

  test('figures that this page shows are those of the statements', async () => {
    const [newest] = epochs as [PublishedEpoch];
    const { solvency } = newest;
    if (solvency === null) throw new Error('the epoch has a statement of solvency');
    const more = { ...solvency, assets: solvency.assets.map((one) => ({ ...one, heldBps: '10000' })) };
    await expect(checkSolvency(newest, more, log, READER)).rejects.toThrow('this page prints heldBps of BTC');
    const less = { ...newest, assets: newest.assets.map((one) => ({ ...one, credit: '1' })) };
    await expect(checkSolvency(less, solvency, log, READER)).rejects.toThrow(
      'this page prints credit of BTC as 1',
    );
  });

  test('another text, signature or epoch than the log holds does not pass', async () => {
    const nicer = async (epoch: string) =>
      (await READER.solvency(epoch)).replace('"debt":"70"', '"debt":"0"');
    const { checks } = await verify({ solvency: nicer });
    const failing = checks.filter(({ holds }) => holds === false).map(({ id }) => id);
    expect(failing).toEqual(expect.arrayContaining(['signature', 'logged', 'liabilities']));
    const ofRoot = { disclosure: (_: number) => READER.disclosure((epochs[0] as PublishedEpoch).seq) };
    await expect(verify(ofRoot)).rejects.toThrow('holds no digest of solvency');
    await expect(verify({ statement: () => READER.statement('2026-02') })).rejects.toThrow('the log holds');
  });

  test('the root of one epoch under the name of another is not that other one', async () => {
    const [newest] = epochs as [PublishedEpoch];
    const input = {
      liabilities: { exchange: log.verifier.name, epoch: '2026-08', epochRoot: newest.epochRoot },
      ...{ mode: 'open', book: 'main', frame: 0, at: newest.at, customers: 1 },
      assets: [{ asset: 'JPY', leaves: 2, credit: '1', debt: '0', root: 'ab'.repeat(32) }],
    };
    const outcome = await t.testApp.run('reserves.PublishLiabilities', input, SYSTEM);
    if (outcome.status !== 'done') throw new Error(outcome.message);
    const seq = outcome.facts[0]?.seq ?? -1;
    const read = { ...READER, statement: () => READER.statement('2026-03') };
    const stated = { ...newest, epoch: '2026-08', seq };
    if (stated.solvency === null) throw new Error('the epoch has a statement of solvency');
    await expect(checkSolvency(stated, stated.solvency, log, read)).rejects.toThrow(
      'the statement under 2026-08 is about',
    );
  });
});
