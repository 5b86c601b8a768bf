/**
 * What a customer checks in the browser, from the command line: their own file, offline, and a published epoch with its
 * whole list over HTTP; and every way to hand out something false, each with a code of its own.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { epochRoot, parseStatement, statementJson } from '@sonae/proof/liabilities';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { signerFromSeed } from '../packages/server/src/adapters/signer/ed25519-signer.ts';
import { readCustomerText } from '../packages/server/src/verify/customer-text.ts';
import { type CustomerOptions, verifyCustomerFile } from '../packages/server/src/verify/verify-customer.ts';
import { type EpochOptions, verifyEpoch } from '../packages/server/src/verify/verify-epoch.ts';
import { verifyPublicLog } from '../packages/server/src/verify/verify-public.ts';
import { SYSTEM } from './support/app.ts';
import { defineAssets } from './support/books.ts';
import { createTestNode } from './support/node.ts';
import { sonae } from './support/process.ts';
import {
  type CustomerFields,
  codeOf,
  type Front,
  type Published,
  startFront,
  startPublished,
} from './support/published.ts';

const root = mkdtempSync(join(tmpdir(), 'sonae-verify-'));
const OTHERS = 300;
let published: Published;
let front: Front;
let vkey: string;
let anna: CustomerFields;
let ben: CustomerFields;
let earlier: CustomerFields;

beforeAll(async () => {
  published = await startPublished(OTHERS, ['2026-02', '2026-03']);
  front = await startFront(published.url);
  vkey = published.test.node.app.ports.signer.verifierKey;
  anna = await published.fileOf('2026-03', 'anna');
  ben = await published.fileOf('2026-03', 'ben');
  earlier = await published.fileOf('2026-02', 'anna');
});
afterAll(async () => {
  await front.close();
  await published.close();
  rmSync(root, { recursive: true, force: true });
});

const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const foreignKey = signerFromSeed(new Uint8Array(32).fill(9), 'test.sonae.invalid').verifierKey;

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

describe('a published epoch', () => {
  const EPOCH = '/public/liabilities/2026-03';
  const LEAVES = 2 * (OTHERS + 2);
  const JPY_OWED = Array.from({ length: OTHERS }, (_, n) => 1_000 + n).reduce((a, b) => a + b, 500);
  const check = (options: Partial<EpochOptions> = {}, url = front.url) =>
    verifyEpoch(url, { epoch: '2026-03', pinnedVkey: vkey, witnesses: [], assets: [], ...options });
  /** What is answered in place of one address, or of all that begin as a path before its star. */
  const instead = (path: string, answer: (own: Response) => Promise<Response> | Response): void => {
    front.answer = async (asked, own) => (isAt(asked, path) ? answer(await own()) : own());
  };
  const isAt = (asked: string, path: string): boolean =>
    path.endsWith('*') ? asked.startsWith(path.slice(0, -1)) : asked === path;
  const bytesOf = async (own: Response) => new Uint8Array(await own.arrayBuffer());
  const changedText = (change: (text: string) => string) => async (own: Response) =>
    new Response(change(await own.text()));
  const tilePath = (n: string) => `${EPOCH}/JPY/tile/entries/${n}`;
  afterEach(() => {
    front.answer = () => null;
  });

  test('holds: root, statement, and every list added up again', async () => {
    const told: string[] = [];
    const report = await check({ tell: (progress) => told.push(progress) });
    expect(report).toMatchObject({
      ...{ origin: 'test.sonae.invalid', keyPinned: true, epoch: '2026-03', mode: 'open', label: null },
      hasPublicList: true,
      assets: [
        { asset: 'BTC', owed: '50000000', owing: '0', leaves: 2, shownBy: 'list' },
        { asset: 'JPY', owed: String(JPY_OWED), owing: '70', leaves: LEAVES, shownBy: 'list' },
      ],
    });
    expect(told).toEqual([
      ...['BTC 2 of 2 leaves', `JPY 256 of ${LEAVES} leaves`, `JPY 512 of ${LEAVES} leaves`],
      `JPY ${LEAVES} of ${LEAVES} leaves`,
    ]);
  });

  test('its solvency holds as stated; what it lacks and what takes a node is not called held', async () => {
    const { solvency } = await check({ epoch: 'newest', assets: ['BTC'] });
    expect(solvency?.lacks).toEqual(['complete', 'covered']);
    const holding = solvency?.checks.filter(({ holds }) => holds === true).map(({ id }) => id);
    expect(holding).toEqual(expect.arrayContaining(['signature', 'logged', 'liabilities', 'reserves']));
    expect(holding).not.toContain('snapshot');
    expect(solvency?.notChecked).toEqual(['snapshot']);
    expect((await check({ epoch: '2026-02', assets: ['BTC'] })).solvency).toBeNull();
  });

  test('of which only some lists are wanted says so of the others', async () => {
    instead(tilePath('000'), () => new Response('', { status: 404 }));
    const { assets } = await check({ assets: ['BTC'] }, `${front.url}/log`);
    expect(assets.map(({ asset, shownBy }) => [asset, shownBy])).toEqual([
      ['BTC', 'list'],
      ['JPY', null],
    ]);
    expect(await codeOf(check({ assets: ['ETH'] }))).toBe('input.invalid');
    expect(await codeOf(check({ epoch: '2027-01' }))).toBe('input.invalid');
  });

  type Wrong = readonly [string, string, (own: Response) => Promise<Response> | Response, string];
  const cut = async (own: Response) => new Response((await bytesOf(own)).slice(64));
  const moreOf = async (own: Response) => new Response(Buffer.concat([await bytesOf(own), Buffer.alloc(64)]));
  const oneBit = (at: number) => async (own: Response) => {
    const bytes = await bytesOf(own);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return new Response(bytes);
  };
  const swapped = async (own: Response) => {
    const bytes = await bytesOf(own);
    return new Response(Buffer.concat([bytes.slice(64, 128), bytes.slice(0, 64), bytes.slice(128)]));
  };
  const WRONG: readonly Wrong[] = [
    ['a tag that was changed', tilePath('001'), oneBit(64), 'liabilities-root'],
    ['an amount that was changed', tilePath('001'), oneBit(47), 'liabilities-sum'],
    ['two entries swapped', tilePath('000'), swapped, 'liabilities-root'],
    ['a tile that is missing', tilePath('001'), () => new Response('', { status: 404 }), 'bad-tile'],
    ['a tile that is cut short', tilePath('001'), cut, 'bad-tile'],
    ['a tile with more in it', tilePath('002.p/92'), moreOf, 'too-large'],
    [
      'another statement',
      `${EPOCH}/statement.json`,
      changedText((text) => text.replace('"debt":"70"', '"debt":"71"')),
      'liabilities-root',
    ],
    ['no statement', `${EPOCH}/statement.json`, () => new Response('<html>'), 'bad-json'],
    ['a statement without end', `${EPOCH}/statement.json`, () => new Response(endless()), 'too-large'],
    [
      'another root in the list of epochs',
      '/public/liabilities.json',
      changedText((text) => text.replaceAll(/"epochRoot":"[0-9a-f]/g, '"epochRoot":"x')),
      'liabilities-root',
    ],
    [
      'an epoch that is listed twice',
      '/public/liabilities.json',
      changedText((text) => text.replaceAll('2026-02', '2026-03')),
      'liabilities-epoch',
    ],
    [
      'other totals in the list of epochs',
      '/public/liabilities.json',
      changedText((text) => text.replaceAll('"debt":"70"', '"debt":"0"')),
      'liabilities-sum',
    ],
    [
      'an asset left out of the list of epochs',
      '/public/liabilities.json',
      changedText((text) => text.replaceAll(/"assets":\[\{"asset":"BTC"[^}]*"root"[^}]*\},/g, '"assets":[')),
      'liabilities-sum',
    ],
    [
      'nicer reserves in the list of epochs',
      '/public/liabilities.json',
      changedText((text) => text.replaceAll('"attested":"700"', '"attested":"70000"')),
      'bad-solvency',
    ],
    [
      'a list of epochs that is none',
      '/public/liabilities.json',
      () => new Response('[]'),
      'bad-liabilities',
    ],
    [
      'a nicer solvency',
      `${EPOCH}/solvency.txt`,
      changedText((text) => text.replace('"debt":"70"', '"debt":"0"')),
      'bad-solvency',
    ],
    [
      'other reserves than the solvency names',
      `${EPOCH}/reserves/*`,
      changedText((text) => text.replace('"amount":"700"', '"amount":"701"')),
      'bad-reserves',
    ],
    ['no solvency', `${EPOCH}/solvency.txt`, () => new Response('', { status: 404 }), 'bad-solvency'],
  ];
  test.each(WRONG)('%s does not verify', async (_, path, answer, code) => {
    let asked = 0;
    instead(path, (own) => {
      asked += 1;
      return answer(own);
    });
    expect(await codeOf(check())).toBe(code);
    expect(asked).toBe(1);
  });

  /** Goes on until nobody reads any more. */
  function endless(): ReadableStream<Uint8Array> {
    return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) });
  }

  test('whose list prints no totals holds', async () => {
    instead(
      '/public/liabilities.json',
      changedText((text) => {
        const { epochs } = JSON.parse(text) as { epochs: object[] };
        return JSON.stringify({ epochs: epochs.map((one) => ({ ...one, assets: undefined })) });
      }),
    );
    expect((await check({ assets: ['BTC'] })).epoch).toBe('2026-03');
  });

  test('another disclosure than that of its fact does not verify, nor another key', async () => {
    const { epochs } = (await (await fetch(`${published.url}/public/liabilities.json`)).json()) as {
      epochs: { seq: number; solvency: { seq: number } | null }[];
    };
    const [newest, older] = epochs.map(({ seq }) => `/log/disclosed/${seq}`) as [string, string];
    const take = (path: string) => async () => fetch(`${published.url}${path}`);
    instead(newest, take(older));
    expect(await codeOf(check())).toBe('liabilities-epoch');
    instead(`/log/disclosed/${epochs[0]?.solvency?.seq}`, take(newest));
    expect(await codeOf(check())).toBe('bad-solvency');
    front.answer = () => null;
    expect(await codeOf(check({ pinnedVkey: foreignKey }))).toBe('bad-signature');
    const witness = { name: 'witness.example', keyId: new Uint8Array(4), verify: () => true };
    expect(await codeOf(check({ witnesses: [witness] }))).toBe('bad-signature');
  });

  test('waits as long as a busy server says, and not for ever', async () => {
    let asked = 0;
    const busy = (seconds: string) => () => {
      asked += 1;
      return new Response('', { status: 429, headers: { 'retry-after': seconds } });
    };
    instead(tilePath('001'), (own) => (asked < 2 ? busy('1')() : own));
    const started = performance.now();
    expect((await check()).assets[1]?.shownBy).toBe('list');
    expect([asked, performance.now() - started > 1_900]).toEqual([2, true]);
    asked = 0;
    instead(tilePath('001'), busy('0'));
    expect(await codeOf(check())).toBe('http.too-many-requests');
    expect(asked).toBe(5);
  });

  test('by the command, over HTTP: exit 0 only if all holds', async () => {
    const args = ['verify', front.url, '--epoch', 'newest'];
    const good = await sonae([...args, '--key', vkey], { cwd: root });
    expect([good.code, good.err]).toEqual([0, '']);
    expect(good.out).toMatch(
      new RegExp(`^JPY {18}owed ${JPY_OWED}, owed by customers 70: ${LEAVES} leaves`, 'm'),
    );
    expect(good.out).toMatch(/^solvency complete {4}lacking, as it says itself: BTC: no proof of reserves/m);
    expect(good.out.trimEnd().split('\n').at(-1)).toBe(
      'all holds, and the firm says itself what its solvency lacks: complete, covered',
    );
    instead(tilePath('001'), oneBit(64));
    const [bad, some, ignored, nothing] = await Promise.all([
      sonae(args),
      sonae([...args, '--asset', 'BTC', '--json']),
      sonae([...args, '--owed', 'JPY=1']),
      sonae(['verify', 'http://127.0.0.1:1', '--epoch', 'newest']),
    ]);
    expect(bad.code).toBe(1);
    expect(bad.err).toContain('does not verify: the list of JPY in 2026-03');
    expect(some.code).toBe(0);
    expect(parse(some.out)).toMatchObject({ ok: true, keyPinned: false, epoch: '2026-03' });
    expect([ignored.code, nothing.code]).toEqual([2, 3]);
  });

  test('totals that the fact in the log prints otherwise do not verify', async () => {
    const own = parseStatement(
      (await (await fetch(`${published.url}${EPOCH}/statement.json`)).json()) as JsonValue,
    );
    const told = { ...own, epoch: 'told' };
    const input = {
      liabilities: { exchange: own.exchange, epoch: 'told', epochRoot: toHex(epochRoot(told)) },
      ...{ mode: 'open', book: 'main', frame: 0, at: own.at, customers: 1 },
      assets: told.assets.map(({ asset, leaves, credit, debt, root }) => ({
        ...{ asset, leaves, debt: String(debt), root: toHex(root) },
        credit: asset === 'JPY' ? '1' : String(credit),
      })),
    };
    const outcome = await published.test.testApp.run('reserves.PublishLiabilities', input, SYSTEM);
    expect(outcome.status).toBe('done');
    instead('/public/liabilities/told/statement.json', () => Response.json(statementJson(told)));
    await expect(check({ epoch: 'told' })).rejects.toThrow(/fact \d+ of the log prints credit of JPY as 1/);
  });
});

describe('the live log before a server that means harm', () => {
  afterEach(() => {
    front.answer = () => null;
  });

  test('a list of disclosed facts that never ends, or is none, is refused', async () => {
    const check = () => verifyPublicLog(front.url, { pinnedVkey: vkey, witnesses: [] });
    expect((await check()).disclosed).toBeGreaterThan(1);
    const own = (await (await fetch(`${published.url}/log/disclosed`)).json()) as {
      disclosed: [{ seq: number }];
    };
    const [fact] = own.disclosed;
    const answers = [JSON.stringify({ disclosed: [fact, fact] }), '{"disclosed":7}', '<html>'];
    const codes: string[] = [];
    for (const text of answers) {
      front.answer = (path) => (path === '/log/disclosed' ? new Response(text) : null);
      codes.push(await codeOf(check()));
    }
    expect(codes).toEqual(['bad-disclosure', 'bad-disclosure', 'bad-json']);
  });

  test('a fact that is disclosed out of another tree, signed with the same key, is refused', async () => {
    // A second log under the key of the first: its disclosures verify by themselves.
    const other = createTestNode();
    await defineAssets(other.testApp);
    const number = published.test.testApp.clock.now();
    other.testApp.clock.moveTo(number);
    await other.testApp.run('incidents.Declare', { title: 'Nothing happened', severity: 'minor' });
    const own = (await (await other.call('/log/disclosed')).json()) as { disclosed: [{ seq: number }] };
    const [{ seq }] = own.disclosed;
    const disclosure = await (await other.call(`/log/disclosed/${seq}`)).text();
    front.answer = (path) => {
      if (path === '/log/disclosed') return Response.json(own);
      return path === `/log/disclosed/${seq}` ? new Response(disclosure) : null;
    };
    const verifying = verifyPublicLog(front.url, { pinnedVkey: vkey, witnesses: [] });
    await expect(verifying).rejects.toThrow(
      `fact ${seq} as it is disclosed is not the entry of the log there`,
    );
  });
});
