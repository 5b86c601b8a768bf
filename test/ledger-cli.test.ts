/** The books from the command line: files go in, balances come out, and what was acknowledged outlives the process. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, type Server, sonae, startServer } from './support/process.ts';

const root = mkdtempSync(join(tmpdir(), 'sonae-ledger-cli-'));
const data = join(root, 'data');
const ARGS = ['replay', 'calm', '--speed', '1', '--data', data, '--port', '0'];
let server: Server;

const file = (name: string, text: string): string => {
  writeFileSync(join(root, name), text);
  return join(root, name);
};
const HEAD = 'id,seq,at,debit,credit,asset,amount,purpose';
const CHART = file(
  'chart.csv',
  'account,owner,party,group,asset\nworld,external,world,,JPY\nanna,customer,anna,,JPY\nsister,affiliate,sister,firm,JPY\n',
);
const CLEAN = file(
  'clean.csv',
  `${HEAD}\na1,1,2023-01-01T00:00:00Z,world,anna,JPY,1000,deposit\na2,2,2023-01-01T00:01:00Z,anna,world,JPY,400,withdrawal\n`,
);
const POSTING =
  '{"id":"a3","seq":3,"at":"2023-01-01T00:02:00Z","debit":"anna","credit":"sister","asset":"JPY","amount":"100","purpose":"transfer"}';
const BAD = file('bad.jsonl', `${POSTING}\n`);

beforeAll(async () => {
  server = await startServer(ARGS);
});
afterAll(async () => {
  await server.kill('SIGTERM');
  rmSync(root, { recursive: true, force: true });
});

test('ingest, balances, postings and export, across a kill -9', async () => {
  const asset = ['--asset', 'JPY', '--name', 'Yen', '--decimals', '0', '--kind', 'fiat', '--chains', '[]'];
  expect((await sonae(['instruments', 'define-asset', ...asset, '--data', data])).code).toBe(0);
  const many = Array.from({ length: 30 }, (_, n) => ({ chain: `${n}`, why: 'x'.repeat(10_000) }));
  const large = ['--chains', `@${file('chains.json', JSON.stringify(many))}`, '--data', data];
  const odd = await sonae(['instruments', 'define-asset', ...asset.slice(0, -2), ...large]);
  expect([odd.code, odd.err]).toEqual([2, expect.stringContaining('chains.0')]);
  const clean = await sonae(['ledger', 'ingest', CLEAN, '--accounts', CHART, '--data', data, '--json'], {
    cwd: root,
  });
  expect(clean.code).toBe(0);
  expect(JSON.parse(clean.out)).toMatchObject({ booked: 2, accounts: 3, violations: 0, nextSeq: 3 });
  const bad = await sonae(['ledger', 'ingest', BAD, '--data', data]);
  expect(bad.code).toBe(1);
  expect(bad.out).toMatch(/forbidden-flow\s+a3 {2}anna -> sister {2}100 JPY/);
  await server.kill('SIGKILL');
  server = await startServer(ARGS);
  const again = await sonae(['ledger', 'ingest', CLEAN, '--data', data, '--json']);
  expect(JSON.parse(again.out)).toMatchObject({ booked: 2, known: 1, nextSeq: 3 });
  const told = await sonae(['ledger', 'ingest', CLEAN, '--data', data]);
  expect(told.err).toContain('1 of 1 batches were received before and are not booked again');
  const balances = await sonae(['ledger', 'balances', '--owner', 'customer', '--data', data, '--json']);
  expect(JSON.parse(balances.out)).toMatchObject({ accounts: [{ account: 'anna', balance: '500' }] });
  const then = await sonae([
    'ledger',
    'balances',
    '--at',
    '2023-01-01T09:00:30+09:00',
    '--owner',
    'customer',
    '--data',
    data,
    '--json',
  ]);
  expect(JSON.parse(then.out)).toMatchObject({ accounts: [{ account: 'anna', balance: '1000' }] });
  const postings = await sonae(['ledger', 'postings', 'anna', '--data', data, '--json']);
  expect((JSON.parse(postings.out) as { postings: { id: string }[] }).postings.map(({ id }) => id)).toEqual([
    'a3',
    'a2',
    'a1',
  ]);
  const out = join(root, 'book.journal');
  expect((await sonae(['ledger', 'export', '--out', out, '--data', data])).code).toBe(0);
  expect(readFileSync(out, 'utf8')).toMatch(/Liabilities:Customer:Nanna {2}0 "JPY" = -500 "JPY"/);
  expect((await sonae(['ledger', 'ingest', join(root, 'none.csv'), '--data', data])).code).toBe(2);
});

test('every account is printed, however many; who reads only the first lines is no failure', async () => {
  const COUNT = 10_050;
  const chart = ['account,owner,party,group,asset', 'pool,external,world,,JPY'];
  for (let n = 0; n < COUNT; n += 1) chart.push(`c-${n},customer,p-${n},,JPY`);
  const accounts = file('many.csv', `${chart.join('\n')}\n`);
  const rows = Array.from(
    { length: 1_200 },
    (_, n) => `m${n},${n + 1},2023-01-01T00:00:00Z,pool,c-0,JPY,1,deposit`,
  );
  const book = ['--book', 'many', '--data', data];
  const transfers = file('many-rows.csv', `${HEAD}\n${rows.join('\n')}\n`);
  const ingested = await sonae(['ledger', 'ingest', transfers, '--accounts', accounts, ...book, '--json']);
  expect(JSON.parse(ingested.out)).toMatchObject({ accounts: COUNT + 1, booked: 1_200, violations: 0 });
  const all = await sonae(['ledger', 'balances', '--owner', 'customer', ...book]);
  expect(all.out.trimEnd().split('\n')).toHaveLength(COUNT);
  const json = await sonae(['ledger', 'balances', '--limit', '10010', ...book, '--json']);
  expect((JSON.parse(json.out) as { accounts: unknown[] }).accounts).toHaveLength(10_010);
  const postings = await sonae(['ledger', 'postings', 'c-0', '--limit', '1100', ...book, '--json']);
  const { postings: found } = JSON.parse(postings.out) as { postings: { id: string }[] };
  expect([found.length, found[0]?.id, found[1_099]?.id]).toEqual([1_100, 'm1199', 'm100']);
  const lines = Array.from({ length: 9_000 }, (_, n) =>
    JSON.stringify({ ...JSON.parse(POSTING), id: `l${n}`, seq: n + 1_201, debit: 'pool', credit: 'c-0' }),
  );
  const text = `${lines.join('\n')}\n{"id":"l9000","se`;
  const cut = await sonae(['ledger', 'ingest', file('cut.jsonl', text), ...book]);
  expect([cut.code, cut.out]).toEqual([2, '']);
  expect(cut.err).toMatch(/many: 8\d{3} booked[\s\S]+nothing is booked twice[\s\S]+line 9001 is not/);
  const none = await sonae(['ledger', 'balances', '--limit', 'x', ...book]);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('--limit: x is no number')]);

  const child = spawn(BIN, ['ledger', 'balances', ...book], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect([code, err]).toEqual([0, '']);
});
