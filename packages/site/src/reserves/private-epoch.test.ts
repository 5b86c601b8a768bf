/**
 * The visitor's checks of a private epoch that the server's own code published: counted, with every other amount hidden; and
 * every way to give a customer something false, each told by a sentence of its own in both languages.
 */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { parseCustomerFile } from '@sonae/proof/customer-file';
import { plainSha256 } from '@sonae/proof/merkle';
import type { PrivateVerifier } from '@sonae/proof/private-engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestNode } from '../../../../test/support/node.ts';
import { type CustomerFields, type Published, startPublished } from '../../../../test/support/published.ts';
import { zkVerifier } from '../../../server/src/liabilities/zk-sdk.ts';
import { enReserves } from '../i18n/en-reserves.ts';
import { jaReserves } from '../i18n/ja-reserves.ts';
import { type CountedCheck, checkCustomer } from './check-customer.ts';
import { checkSolvency, type SolvencyReader } from './check-solvency.ts';
import { type KnownLog, logOf } from './known-log.ts';
import type { PublishedEpoch } from './published.ts';

const OTHERS = 20;
let published: Published;
let t: TestNode;
let log: KnownLog;
let epochs: readonly PublishedEpoch[];
let anna: CustomerFields;
let ben: CustomerFields;

const json = async <T>(path: string): Promise<T> => (await (await t.call(path)).json()) as T;
const text = async (path: string): Promise<string> => (await (await t.call(path)).text()).trimEnd();

beforeAll(async () => {
  published = await startPublished(OTHERS, ['2026-03'], 'private');
  t = published.test;
  log = logOf(t.node.app.ports.signer.verifierKey, plainSha256);
  ({ epochs } = await json<{ epochs: PublishedEpoch[] }>('/public/liabilities.json'));
  anna = await published.fileOf('2026-03', 'anna');
  ben = await published.fileOf('2026-03', 'ben');
});
afterAll(() => published.close());

type Change = Partial<CountedCheck> & { readonly file?: Partial<CustomerFields> };
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
    const total = 500n + 20_000n + 190n;
    const one = { debt: null, leaves: 1, scale: 0 };
    expect(holdings).toEqual([
      { ...one, asset: 'BTC', credit: 50_000_000n, total: { credit: 50_000_000n, debt: null } },
      { ...one, asset: 'JPY', credit: 500n, total: { credit: total, debt: null } },
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
