/** Private mode from the command line: a customer's file offline, an epoch over HTTP, and what is false in either. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '@sonae/proof/canonical-json';
import {
  type PrivateStatement,
  privateEpochRoot,
  privateStatementJson,
} from '@sonae/proof/private-liabilities';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildPrivateAsset } from '../packages/server/src/liabilities/private-build.ts';
import { createPrivateFiles, type PrivateFiles } from '../packages/server/src/liabilities/private-files.ts';
import { newEpochSecret } from '../packages/server/src/liabilities/zk-sdk.ts';
import { type CustomerOptions, verifyCustomerFile } from '../packages/server/src/verify/verify-customer.ts';
import { verifyEpoch } from '../packages/server/src/verify/verify-epoch.ts';
import { sonae } from './support/process.ts';
import {
  type CustomerFields,
  codeOf,
  type Front,
  type Published,
  startFront,
  startPublished,
} from './support/published.ts';

const root = mkdtempSync(join(tmpdir(), 'sonae-hidden-'));
let published: Published;
let front: Front;
let vkey: string;
let anna: CustomerFields;

beforeAll(async () => {
  published = await startPublished(3, ['2026-02']);
  front = await startFront(published.url);
  vkey = published.test.node.app.ports.signer.verifierKey;
  anna = await published.fileOf('2026-02', 'anna');
});
afterAll(async () => {
  await front.close();
  await published.close();
  rmSync(root, { recursive: true, force: true });
});

const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
function fileNamed(name: string, text: string): string {
  const path = join(root, name);
  writeFileSync(path, text);
  return path;
}

describe('private mode', () => {
  const EPOCH = '2026-04';
  const [epochSecret, secret] = [newEpochSecret(), new Uint8Array(32).fill(5)];
  const NOTHING = { witnesses: [], owed: new Map(), owing: new Map() };
  const LABEL = { en: expect.stringContaining('own composition'), ja: expect.stringContaining('独自設計') };
  let files: PrivateFiles;
  let file: CustomerFields;

  /** Puts a root into the log, as publishing does, and returns its disclosure. */
  async function logged(epoch: string, { assets }: PrivateStatement, epochRoot: Uint8Array): Promise<string> {
    const exchange = 'test.sonae.invalid';
    const hex = Buffer.from(epochRoot).toString('hex');
    const input = {
      liabilities: { exchange, epoch, epochRoot: hex },
      ...{
        mode: 'private',
        book: 'main',
        frame: 0,
        at: '2026-04-30T15:00:00.000Z',
        customers: 1,
        assets: assets.map(({ asset, leaves, total }) => ({
          ...{ asset, leaves, credit: String(total), debt: null, root: hex },
        })),
      },
    };
    const actor = { id: 'system:proof', kind: 'system' } as const;
    const outcome = await published.test.testApp.run('reserves.PublishLiabilities', input, actor);
    if (outcome.status !== 'done') throw new Error(outcome.message);
    return (await fetch(`${published.url}/log/disclosed/${outcome.facts[0]?.seq}`)).text();
  }

  beforeAll(async () => {
    const rows = ['anna', 'ben', 'chie'].map((customer, n) => ({
      customer,
      secret,
      amount: BigInt(10 * n + 10),
    }));
    const tree = { exchange: 'test.sonae.invalid', epoch: EPOCH, asset: 'BTC' };
    const built = await buildPrivateAsset({ ...tree, rows, epochSecret, seed: secret, scale: 0, workers: 1 });
    files = createPrivateFiles('2026-04-30T15:00:00.000Z', [built], epochSecret);
    const { origin, verifierKey } = published.test.node.app.ports.signer;
    file = {
      ...{ format: 'sonae/customer-file/v1', origin, verifierKey },
      ...{ proof: files.fileOf('ben'), secret: Buffer.from(secret).toString('hex') },
      disclosure: await logged(EPOCH, files.statement, privateEpochRoot(files.statement)),
    };
  });
  afterEach(() => {
    front.answer = () => null;
  });

  const check = (change: Partial<CustomerFields> = {}, options: Partial<CustomerOptions> = {}) =>
    verifyCustomerFile(JSON.stringify({ ...file, ...change }), { ...NOTHING, ...options });

  test('a customer’s file holds, with the sentence that belongs to it', async () => {
    const report = await check({}, { pinnedVkey: vkey, customer: 'ben', owed: new Map([['BTC', 20n]]) });
    expect(report).toMatchObject({
      ...{ mode: 'private', label: LABEL, customer: 'ben', compared: ['BTC'] },
      assets: [{ asset: 'BTC', owed: '20', owing: null, total: { owed: '60', owing: null } }],
    });
  });

  const edit = (change: (text: string) => string) => ({ proof: change(file.proof) });
  const WRONG: readonly (readonly [string, () => Partial<CustomerFields>, string])[] = [
    [
      'another amount',
      () => edit((text) => text.replace('"amount":"20"', '"amount":"21"')),
      'liabilities-balance',
    ],
    ['another total', () => edit((text) => text.replace('"total":"60"', '"total":"50"')), 'liabilities-root'],
    ['another secret', () => ({ secret: '0'.repeat(64) }), 'liabilities-leaf'],
    [
      'another name',
      () => edit((text) => text.replace('"customer":"ben"', '"customer":"eri"')),
      'liabilities-leaf',
    ],
    ['another epoch’s disclosure', () => ({ disclosure: anna.disclosure }), 'liabilities-epoch'],
    [
      'a proof of range that is another’s',
      () => edit((text) => text.replace(/("ranges":\["[0-9a-f]{64})([0-9a-f]{4})/, '$10000')),
      'liabilities-range',
    ],
  ];
  test.each(WRONG)('%s does not verify', async (_, change, code) => {
    expect(await codeOf(check(change()))).toBe(code);
  });

  test('known amounts are held against it; debts it does not state', async () => {
    const known = (options: Partial<CustomerOptions>) => codeOf(check({}, options));
    expect(await known({ owed: new Map([['BTC', 21n]]) })).toBe('liabilities-balance');
    expect(await known({ owing: new Map([['BTC', 0n]]) })).toBe('input.invalid');
    expect(await known({ customer: 'anna' })).toBe('liabilities-leaf');
  });

  test('the command shows that sentence, also to programs', async () => {
    const finished = await sonae(['verify', fileNamed('private.json', JSON.stringify(file)), '--json']);
    expect(finished.code).toBe(0);
    expect(parse(finished.out)).toMatchObject({ ok: true, mode: 'private', label: LABEL });
    expect(finished.err).toContain('own composition');
    expect(finished.err).toContain('独自設計');
  });

  /** Serves `statement` as that of `epoch`, which the node itself does not have. */
  const serve = (epoch: string, statement: JsonValue): void => {
    const path = `/public/liabilities/${epoch}/statement.json`;
    front.answer = (asked) => (asked === path ? Response.json(statement) : null);
  };
  const verify = (epoch: string, assets: readonly string[] = []) =>
    verifyEpoch(front.url, { epoch, pinnedVkey: vkey, witnesses: [], assets });

  test('an epoch has no list; its totals are proved', async () => {
    serve(EPOCH, privateStatementJson(files.statement));
    expect(await verify(EPOCH)).toMatchObject({
      ...{ mode: 'private', label: LABEL, hasPublicList: false, solvency: null },
      assets: [{ asset: 'BTC', owed: '60', owing: null, leaves: 3, shownBy: 'proof' }],
    });
    expect(await codeOf(verify(EPOCH, ['BTC']))).toBe('input.invalid');
    front.answer = async (asked, own) => {
      if (asked.endsWith('/statement.json')) return Response.json(privateStatementJson(files.statement));
      if (!asked.endsWith('/liabilities.json')) return own();
      const text = await (await own()).text();
      return new Response(text.replaceAll('"credit":"60"', '"credit":"50"'));
    };
    await expect(verify(EPOCH), 'a total printed otherwise').rejects.toThrow(
      'prints credit of BTC as 50, the statement says 60',
    );
    serve(EPOCH, privateStatementJson(files.statement));
    const { out, err, code } = await sonae(['verify', front.url, '--epoch', EPOCH, '--key', vkey]);
    expect([code, err]).toEqual([0, expect.stringContaining('独自設計')]);
    expect(out).toContain('a private epoch has no public list');
  });

  test('an epoch whose total is not proved, or whose statement is of another epoch, does not verify', async () => {
    const [asset] = files.statement.assets;
    const lie = { ...files.statement, epoch: '2026-05', assets: [{ ...asset!, total: 50n }] };
    await logged('2026-05', lie, privateEpochRoot(lie));
    serve('2026-05', privateStatementJson(lie));
    expect(await codeOf(verify('2026-05'))).toBe('liabilities-sum');
    await logged('2026-06', files.statement, privateEpochRoot(files.statement));
    serve('2026-06', privateStatementJson(files.statement));
    expect(await codeOf(verify('2026-06'))).toBe('liabilities-epoch');
    const later = {
      ...(privateStatementJson(files.statement) as object),
      format: 'sonae/private-liabilities/v9',
    };
    serve(EPOCH, later);
    expect(await codeOf(verify(EPOCH))).toBe('bad-liabilities');
  });

  test('one that the node itself published holds, and says amounts in smallest units', async () => {
    const { test: node, url, fileOf } = published;
    expect((await node.post('/api/books/main/liabilities', { epoch: 'own', mode: 'private' })).status).toBe(
      200,
    );
    await node.post('/api/liabilities/own/solvency', { reserves: [] });
    const report = await verifyEpoch(url, { epoch: 'own', pinnedVkey: vkey, witnesses: [], assets: [] });
    expect(report).toMatchObject({
      mode: 'private',
      assets: [
        { asset: 'BTC', owed: '50000000', owing: null },
        { asset: 'JPY', owing: null },
      ],
      solvency: { lacks: ['complete', 'covered'] },
    });
    const own = JSON.stringify(await fileOf('own', 'anna'));
    const owed = new Map([
      ['BTC', 50_000_000n],
      ['JPY', 500n],
    ]);
    expect(await verifyCustomerFile(own, { ...NOTHING, customer: 'anna', owed })).toMatchObject({
      ...{ epoch: 'own', compared: ['BTC', 'JPY'] },
    });
  });
});
