/**
 * The visitor's checks of a private epoch that the server's own code published: counted, with every other amount hidden; and
 * every way to give a customer something false, each told by a sentence of its own in both languages.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { plainSha256 } from '@sonae/proof/merkle';
import type { PrivateVerifier } from '@sonae/proof/private-engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNTS, batchOf, defineAssets, row } from '../../../../test/support/books.ts';
import { createTestNode, type TestNode } from '../../../../test/support/node.ts';
import { createMemoryJournal } from '../../../server/src/adapters/journal/memory-journal.ts';
import { createBooks } from '../../../server/src/ledger/books.ts';
import { openEpochFiles } from '../../../server/src/liabilities/epoch-files.ts';
import { zkVerifier } from '../../../server/src/liabilities/zk-sdk.ts';
import { enReserves } from '../i18n/en-reserves.ts';
import { jaReserves } from '../i18n/ja-reserves.ts';
import { type CountedCheck, checkCustomer } from './check-customer.ts';
import { checkSolvency, type SolvencyReader } from './check-solvency.ts';
import { parseCustomerFile } from './customer-file.ts';
import type { KnownLog } from './logged-epoch.ts';
import type { PublishedEpoch } from './published.ts';

type FileFields = Record<'proof' | 'secret' | 'disclosure' | 'origin' | 'verifierKey' | 'format', string>;
const OTHERS = 20;
const dir = mkdtempSync(join(tmpdir(), 'sonae-hidden-'));
let t: TestNode;
let log: KnownLog;
let epochs: readonly PublishedEpoch[];
let anna: FileFields;
let ben: FileFields;

const json = async <T>(path: string): Promise<T> => (await (await t.call(path)).json()) as T;
const text = async (path: string): Promise<string> => (await (await t.call(path)).text()).trimEnd();

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
      row(OTHERS + 3, 'world', 'ben', '70', 'deposit'),
    ]),
  );
  await t.post('/api/books/main/liabilities', { epoch: '2026-03', mode: 'private' });
  await t.post('/api/liabilities/2026-03/solvency', { reserves: [] });
  const { origin, verifierKey } = t.node.app.ports.signer;
  log = { origin, verifierKey, sha256: plainSha256, witnesses: [] };
  ({ epochs } = await json<{ epochs: PublishedEpoch[] }>('/public/liabilities.json'));
  const fileOf = (customer: string) => json<FileFields>(`/api/liabilities/2026-03/customers/${customer}`);
  [anna, ben] = [await fileOf('anna'), await fileOf('ben')];
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Change = Partial<CountedCheck> & { readonly file?: Partial<FileFields> };
const check = ({ file = {}, ...change }: Change = {}) =>
  checkCustomer({
    ...{ log, epochs, customer: '', known: new Map(), seen: null, readLog: async () => new Uint8Array() },
    engine: async () => zkVerifier,
    text: JSON.stringify({ ...anna, ...file }),
    ...change,
  });
type Edited = {
  statement: { assets: { total: string }[] };
  holdings: {
    amount: string;
    index: number;
    tag: string;
    own: string;
    path: { hash: string; equality: string }[];
    ranges: string[];
  }[];
};
/** The proof with something else in it, still canonical. */
function edited(edit: (proof: Edited) => void): { readonly file: { readonly proof: string } } {
  const proof = JSON.parse(anna.proof) as Edited;
  edit(proof);
  return { file: { proof: canonicalJson(proof as unknown as JsonValue) } };
}
const first = ({ holdings }: Edited) => holdings[0] as Edited['holdings'][number];
const jpy = ({ holdings }: Edited) => holdings[1] as Edited['holdings'][number];

describe('a customer’s file of private mode', () => {
  test('is shown to be counted, with what the customer knows, and tells no other amount', async () => {
    const known = new Map([
      ['JPY', { credit: 500n }],
      ['BTC', { credit: 50_000_000n }],
    ]);
    const { good, steps, holdings } = await check({ customer: 'anna', known });
    expect(steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      ...['file pass', 'key pass', 'log pass', 'listed pass', 'statement pass', 'person pass'],
      ...['engine pass', 'hidden pass', 'balance pass'],
    ]);
    expect(good).toBe(true);
    const total = 500n + 70n + 20_000n + 190n;
    expect(holdings).toEqual([
      { asset: 'BTC', credit: 50_000_000n, debt: null, total: { credit: 50_000_000n, debt: null } },
      { asset: 'JPY', credit: 500n, debt: null, total: { credit: total, debt: null } },
    ]);
    expect(anna.proof).not.toMatch(/"(70|1000|1007)"/);
  });

  const broken = new Error('no WebAssembly here');
  const WRONG: readonly (readonly [string, () => Change, string])[] = [
    ['a browser without the engine', () => ({ engine: () => Promise.reject(broken) }), 'engine other'],
    [
      'a changed total',
      () =>
        edited(({ statement: { assets } }) => {
          for (const asset of assets) asset.total = String(BigInt(asset.total) - 1n);
        }),
      'statement liabilities-root',
    ],
    ['somebody else’s secret', () => ({ file: { secret: ben.secret } }), 'hidden liabilities-leaf'],
    [
      'a file that counts nothing',
      () =>
        edited((proof) => {
          proof.holdings = [];
        }),
      'hidden liabilities-leaf',
    ],
    [
      'another amount than the leaf holds',
      () =>
        edited((proof) => {
          jpy(proof).amount = '501';
        }),
      'hidden liabilities-balance',
    ],
    [
      'another node beside the path',
      () =>
        edited((proof) => {
          const [node] = jpy(proof).path;
          if (node !== undefined) node.hash = '0'.repeat(64);
        }),
      'hidden liabilities-root',
    ],
    [
      'a range proof of something else',
      () =>
        edited((proof) => {
          const { path } = jpy(proof);
          const [one, two] = path;
          if (one !== undefined && two !== undefined)
            [one.equality, two.equality] = [two.equality, one.equality];
        }),
      'hidden liabilities-range',
    ],
    [
      'another balance',
      () => ({ known: new Map([['JPY', { credit: 501n }]]) }),
      'balance liabilities-balance',
    ],
  ];

  test.each(WRONG)('%s is told from the rest', async (_, change, expected) => {
    const { good, steps, holdings } = await check(change());
    const failed = steps.find(({ outcome }) => outcome === 'fail');
    const code = /^[a-z]+(?:-[a-z]+)+(?=: )/.exec(failed?.reason ?? '')?.[0] ?? 'other';
    expect(`${failed?.name} ${code}`).toBe(expected);
    expect([good, holdings]).toEqual([false, []]);
    const key = `why.${expected.replace(' ', '.')}` as keyof typeof enReserves;
    expect(enReserves[key]).toBeDefined();
    expect(jaReserves[key]).toBeDefined();
  });

  test('an engine that says yes to everything is still held by the hashes', async () => {
    const gullible: PrivateVerifier = { isZero: () => true, isEqual: () => true, isInRange: () => true };
    const change = edited((proof) => {
      first(proof).tag = 'ab'.repeat(32);
    });
    expect((await check({ ...change, engine: async () => gullible })).good).toBe(false);
  });

  test('is what it says: open mode’s reader does not take it', () => {
    expect(parseCustomerFile(JSON.stringify(anna)).mode).toBe('private');
    const unknown = anna.proof.replace('private-liabilities-proof/v1', 'private-liabilities-proof/v9');
    expect(() => parseCustomerFile(JSON.stringify({ ...anna, proof: unknown }))).toThrow('format');
  });
});

describe('the statement of solvency of a private epoch', () => {
  const reader: SolvencyReader = {
    disclosure: (seq) => text(`/log/disclosed/${seq}`),
    statement: (epoch) => json(`/public/liabilities/${epoch}/statement.json`),
    solvency: async (epoch) => (await t.call(`/public/liabilities/${epoch}/solvency.txt`)).text(),
    reserves: (epoch, digest) => text(`/public/liabilities/${epoch}/reserves/${digest}`),
    engine: async () => zkVerifier,
  };
  const verify = async (read: Partial<SolvencyReader> = {}) => {
    const [newest] = epochs as [PublishedEpoch];
    if (newest.solvency === null) throw new Error('the epoch has a statement of solvency');
    const { checks } = await checkSolvency(newest, newest.solvency, log, { ...reader, ...read });
    return Object.fromEntries(checks.map(({ id, holds }) => [id, holds]));
  };

  test('its totals are proved; without the engine that is left open, never taken as held', async () => {
    expect(await verify()).toMatchObject({ liabilities: true, totals: true, signature: true });
    expect(await verify({ engine: () => Promise.reject(new Error('none')) })).toMatchObject({ totals: null });
    const no: PrivateVerifier = { ...zkVerifier, isZero: () => false };
    expect(await verify({ engine: async () => no })).toMatchObject({ totals: false });
  });
});
