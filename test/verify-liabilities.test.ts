/**
 * What a customer checks in the browser, from the command line: their own file, offline, and a published epoch with its
 * whole list over HTTP; and every way to hand out something false, each with a code of its own.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { ProofError } from '@sonae/proof/proof-error';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signerFromSeed } from '../packages/server/src/adapters/signer/ed25519-signer.ts';
import { readCustomerText } from '../packages/server/src/liabilities/customer-file.ts';
import { type CustomerOptions, verifyCustomerFile } from '../packages/server/src/verify-customer.ts';
import { sonae } from './support/process.ts';
import { type CustomerFields, type Published, startPublished } from './support/published.ts';

const root = mkdtempSync(join(tmpdir(), 'sonae-verify-'));
const OTHERS = 300;
let published: Published;
let vkey: string;
let anna: CustomerFields;
let ben: CustomerFields;
let earlier: CustomerFields;

beforeAll(async () => {
  published = await startPublished(OTHERS, ['2026-02', '2026-03']);
  vkey = published.test.node.app.ports.signer.verifierKey;
  anna = await published.fileOf('2026-03', 'anna');
  ben = await published.fileOf('2026-03', 'ben');
  earlier = await published.fileOf('2026-02', 'anna');
});
afterAll(async () => {
  await published.close();
  rmSync(root, { recursive: true, force: true });
});

const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const foreignKey = signerFromSeed(new Uint8Array(32).fill(9), 'test.sonae.invalid').verifierKey;

/** Code of what is thrown, of either kind; fails when nothing is. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProofError) return error.code;
  if (error instanceof FaultError) return error.fault.code;
  throw error;
}

function fileNamed(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

describe('a customer’s file', () => {
  const NOTHING = { witnesses: [], owed: new Map(), owing: new Map() };
  const check = (file: Partial<CustomerFields> = {}, options: Partial<CustomerOptions> = {}) =>
    verifyCustomerFile(JSON.stringify({ ...anna, ...file }), { ...NOTHING, ...options });
  /** The proof with another value at a place, still canonical. */
  function edited(edit: (proof: EditedProof) => void): { proof: string } {
    const proof = JSON.parse(anna.proof) as EditedProof;
    edit(proof);
    return { proof: canonicalJson(proof as unknown as JsonValue) };
  }
  type EditedPart = { credit: string; tag: string; path: { credit: string }[] };
  type EditedProof = {
    customer: string;
    statement: { assets: { credit: string }[] };
    holdings: { parts: EditedPart[] }[];
  };
  const partOf = ({ holdings }: EditedProof): EditedPart => holdings[0]?.parts[0] as EditedPart;
  const more = (amount: string): string => String(BigInt(amount) + 1n);

  test('holds, with the amounts that the customer knows', async () => {
    const owed = new Map([
      ['BTC', 50_000_000n],
      ['JPY', 500n],
    ]);
    const report = await check(
      {},
      { pinnedVkey: vkey, customer: 'anna', owed, owing: new Map([['JPY', 0n]]) },
    );
    expect(report).toMatchObject({
      ...{ origin: 'test.sonae.invalid', keyPinned: true, epoch: '2026-03', mode: 'open', label: null },
      ...{ customer: 'anna', customerCompared: true, compared: ['BTC', 'JPY'] },
      assets: [
        { asset: 'BTC', owed: '50000000', owing: '0', leaves: 2, total: { owed: '50000000', owing: '0' } },
        { asset: 'JPY', owed: '500', owing: '0', leaves: 2, total: { owing: '70' } },
      ],
    });
    const unknown = await check(ben);
    expect(unknown).toMatchObject({ keyPinned: false, customerCompared: false, compared: [] });
    expect((await check(ben, { owing: new Map([['JPY', 70n]]) })).compared).toEqual(['JPY']);
    expect((await check(earlier)).epoch).toBe('2026-02');
  });

  const foreignTag = () => partOf(JSON.parse(ben.proof) as EditedProof).tag;
  const WRONG: readonly (readonly [string, () => Partial<CustomerFields>, string])[] = [
    ['no such file', () => ({ format: 'sonae/customer-file/v9' }), 'bad-liabilities'],
    ['a proof that is no JSON', () => ({ proof: 'PK' }), 'bad-json'],
    ['a proof of an unknown mode', () => ({ proof: '{"format":"x"}' }), 'bad-liabilities'],
    ['a proof that is not canonical', () => ({ proof: ` ${anna.proof}` }), 'bad-json'],
    ['a secret that is no hex', () => ({ secret: 'Z'.repeat(64) }), 'bad-encoding'],
    ['a secret that is short', () => ({ secret: 'ab' }), 'bad-liabilities'],
    ['a field that is missing', () => ({ disclosure: undefined as unknown as string }), 'bad-liabilities'],
    ['another origin than the key’s', () => ({ origin: 'other.example' }), 'bad-key'],
    ['a key that signed nothing', () => ({ verifierKey: foreignKey }), 'bad-signature'],
    ['a disclosure of another epoch', () => ({ disclosure: earlier.disclosure }), 'liabilities-epoch'],
    [
      'a disclosure of another root',
      () => ({ disclosure: anna.disclosure.replace(/(epochRoot":"[0-9a-f]{63})./, '$1x') }),
      'bad-proof',
    ],
    [
      'changed totals',
      () =>
        edited(({ statement: { assets } }) => {
          for (const asset of assets) asset.credit = more(asset.credit);
        }),
      'liabilities-root',
    ],
    ['somebody else’s secret', () => ({ secret: ben.secret }), 'liabilities-leaf'],
    [
      'somebody else’s leaf',
      () => edited((proof) => Object.assign(partOf(proof), { tag: foreignTag() })),
      'liabilities-leaf',
    ],
    [
      'another name on it',
      () => edited((proof) => Object.assign(proof, { customer: 'ben' })),
      'liabilities-leaf',
    ],
    ['no leaf at all', () => edited((proof) => Object.assign(proof, { holdings: [] })), 'liabilities-leaf'],
    [
      'a changed amount',
      () => edited((proof) => Object.assign(partOf(proof), { credit: more(partOf(proof).credit) })),
      'liabilities-root',
    ],
    [
      'a changed neighbour',
      () =>
        edited((proof) => {
          const [lowest] = partOf(proof).path as [{ credit: string }];
          lowest.credit = more(lowest.credit);
        }),
      'liabilities-root',
    ],
  ];
  test.each(WRONG)('%s does not verify', async (_, change, code) => {
    expect(await codeOf(check(change()))).toBe(code);
  });

  test('is held against what the customer knows: id, amounts, key, witnesses', async () => {
    const known = (options: Partial<CustomerOptions>) => codeOf(check({}, options));
    expect(await known({ customer: 'ben' })).toBe('liabilities-leaf');
    expect(await known({ owed: new Map([['JPY', 501n]]) })).toBe('liabilities-balance');
    expect(await known({ owed: new Map([['ETH', 1n]]) })).toBe('liabilities-balance');
    expect(await known({ owing: new Map([['JPY', 1n]]) })).toBe('liabilities-balance');
    expect(await known({ pinnedVkey: foreignKey })).toBe('bad-key');
    const witness = { name: 'witness.example', keyId: new Uint8Array(4), verify: () => true };
    expect(await known({ witnesses: [witness] })).toBe('bad-signature');
  });

  test('is recognised however it was written, and nothing else is', () => {
    const text = JSON.stringify(anna);
    const pretty = JSON.stringify(anna, ['verifierKey', 'proof', 'format'], 2);
    for (const [n, own] of [text, `\uFEFF${text}`, `\n${pretty}\n`, text.replaceAll('/', '\\/')].entries())
      expect(readCustomerText(fileNamed(`own-${n}`, own))).toBe(own.replace(/^\uFEFF/, ''));
    const header = '{"format":"sonae-export/v1"}\n{"note":"\\"sonae/customer-file/v1\\""}';
    for (const [n, other] of ['', 'PK', '{}', header, `[${text}]`].entries())
      expect(readCustomerText(fileNamed(`other-${n}`, other))).toBeNull();
  });

  test('by the command, from another folder: exit 0 only if all holds', async () => {
    const file = fileNamed('anna.json', JSON.stringify(anna));
    const good = await sonae(
      [
        'verify',
        'anna.json',
        '--key',
        vkey,
        '--customer',
        'anna',
        '--owed',
        'JPY=500',
        '--owed',
        'BTC=50000000',
      ],
      { cwd: root },
    );
    expect([good.code, good.err]).toEqual([0, '']);
    expect(good.out).toMatch(/^JPY {18}owed to you 500 of \d+ in all, owed by you 0 of 70 \(leaves: 2\)$/m);
    expect(good.out.trimEnd().split('\n').at(-1)).toBe('all holds');
    const [asked, wrong, ignored] = await Promise.all([
      sonae(['verify', file, '--json']),
      sonae(['verify', file, '--owed', 'JPY=501', '--json']),
      sonae(['verify', file, '--since', file]),
    ]);
    expect(asked.code).toBe(0);
    expect(parse(asked.out)).toMatchObject({ ok: true, keyPinned: false, customer: 'anna', mode: 'open' });
    expect(wrong.code).toBe(1);
    expect(parse(wrong.out)).toMatchObject({ ok: false, code: 'liabilities-balance' });
    expect([ignored.code, ignored.err]).toEqual([2, expect.stringContaining('--since')]);
  });
});
