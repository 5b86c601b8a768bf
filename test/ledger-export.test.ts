/** Exports that other people's tools accept (hledger, beancount), that come back the same, and files that go in. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOf, balanceOf } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import { readJournalFile } from '../packages/server/src/connectors/journal-files/read-journal-file.ts';
import { type ExportFormat, exportBook } from '../packages/server/src/ledger/export-books.ts';
import { SYSTEM } from './support/app.ts';
import { createTestBooks, row, type TestBooks } from './support/books.ts';

const DECIMALS = new Map([
  ['JPY', 0],
  ['BTC', 8],
]);
const dir = mkdtempSync(join(tmpdir(), 'sonae-export-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ODD = '顧客 1; "a"/b|c';

async function bookWithEverything(): Promise<TestBooks> {
  const t = await createTestBooks(createMemoryJournal());
  await t.send([row(0, 'world', 'anna', '1', 'deposit')], {
    accounts: [{ account: ODD, owner: 'customer', party: ODD, group: null, asset: 'JPY' }],
  });
  await t.send([
    row(1, 'world', 'anna', '100000', 'deposit'),
    row(2, 'chain', 'ben-btc', '2.50000001', 'deposit', { id: 'x;y,"z"' }),
    row(3, 'anna', 'ben', '70000', 'trade', { entry: 'e' }),
    row(4, 'ben-btc', 'anna-btc', '0.01', 'trade', { entry: 'e' }),
    row(5, 'anna', 'fees', '70', 'fee', { entry: 'e' }),
    row(6, 'sister', 'world', '5', 'withdrawal'),
    row(7, 'world', ODD, '3', 'deposit', { at: '2026-02-01T00:00:00Z' }),
  ]);
  return t;
}

async function exported(t: TestBooks, format: ExportFormat, decimals = DECIMALS): Promise<string> {
  let text = '';
  for await (const line of exportBook(await t.books.open('main'), t.books.journal, format, decimals))
    text += line;
  return text;
}

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

function check(
  program: string,
  args: readonly string[],
  name: string,
  text: string,
): { status: number | null; says: string } {
  const path = join(dir, name);
  writeFileSync(path, text);
  const { status, stdout, stderr } = spawnSync(program, [...args, path], { encoding: 'utf8' });
  return { status, says: stdout + stderr };
}

describe.skipIf(!has('hledger'))('hledger (skipped where Debian’s hledger is absent)', () => {
  const args = ['check', '--strict', '-f'];
  test('accepts the export, its balances asserted', async () => {
    const text = await exported(await bookWithEverything(), 'hledger');
    expect(check('hledger', args, 'ok.journal', text)).toEqual({ status: 0, says: '' });
  });

  test('would notice one changed amount', async () => {
    const text = (await exported(await bookWithEverything(), 'hledger')).replaceAll('70000', '70001');
    expect(check('hledger', args, 'changed.journal', text).says).toMatch(/assertion|balance/i);
  });
});

describe.skipIf(!has('bean-check'))('beancount (skipped where Debian’s beancount is absent)', () => {
  test('accepts the export, its balances asserted', async () => {
    const text = await exported(await bookWithEverything(), 'beancount');
    expect(check('bean-check', [], 'ok.beancount', text)).toEqual({ status: 0, says: '' });
  });

  test('would notice one changed amount', async () => {
    const text = (await exported(await bookWithEverything(), 'beancount')).replaceAll('70000', '70001');
    expect(check('bean-check', [], 'changed.beancount', text)).toMatchObject({ status: 1 });
  });
});

describe.skipIf(!has('bean-check') || !has('hledger'))('amounts of up to 39 digits', () => {
  const WEI = 10n ** 18n;
  const big = (2n ** 126n).toString();
  async function bookOfWei(): Promise<TestBooks> {
    const t = await createTestBooks(createMemoryJournal());
    const asset = { asset: 'SHIB', name: 'Shiba Inu', decimals: 18, kind: 'crypto', chains: [] };
    await t.run('instruments.DefineAsset', asset as never, SYSTEM);
    const open = (account: string, owner: string) => ({
      account,
      owner,
      party: account,
      group: null,
      asset: 'SHIB',
    });
    const accounts = [open('pool', 'external'), open('carl', 'customer'), open('dora', 'customer')];
    const wei = (seq: number, from: string, to: string, amountMinor: string, purpose: string, more = {}) => ({
      ...row(seq, from, to, '0', purpose, more),
      ...{ asset: 'SHIB', amount: undefined, amountMinor },
    });
    const rows = [
      wei(1, 'pool', 'carl', big, 'deposit'),
      wei(2, 'pool', 'carl', '1', 'deposit'),
      wei(3, 'carl', 'dora', String(12_345_678_901n * WEI + 987_654_321_987_654_321n), 'transfer', {
        entry: 'e',
      }),
      wei(4, 'carl', 'dora', String(WEI * 10_000_000_000_000n), 'transfer', { entry: 'e' }),
      ...Array.from({ length: 40 }, (_, n) =>
        wei(5 + n, 'dora', 'pool', String(10n ** 28n + BigInt(n * 7 + 1)), 'withdrawal'),
      ),
    ];
    expect(await t.send(rows, { accounts: accounts as never })).toMatchObject({ booked: 44, violations: 0 });
    return t;
  }
  const DECIMALS_OF_WEI = new Map([...DECIMALS, ['SHIB', 18]]);

  test.each([
    ['beancount', 'bean-check', []],
    ['hledger', 'hledger', ['check', '--strict', '-f']],
  ] as const)('%s accepts them, and would notice one that is changed', async (format, program, args) => {
    const text = await exported(await bookOfWei(), format, DECIMALS_OF_WEI);
    expect(check(program, args, `big.${format}`, text)).toEqual({ status: 0, says: '' });
    const changed = text.replaceAll('12345678901.', '12345678902.');
    expect(changed).not.toBe(text);
    expect(check(program, args, `big-changed.${format}`, changed).status).not.toBe(0);
  });
});

describe('files', () => {
  const state = async (t: TestBooks): Promise<[string, string][]> => {
    const { accounts } = (await t.books.open('main')).book();
    return Array.from({ length: accounts.count }, (_, n): [string, string] => [
      accountOf(accounts, n).account,
      String(balanceOf(accounts, n)),
    ]);
  };

  async function rowsOf(path: string, format: 'jsonl' | 'csv' | 'parquet') {
    const rows = [];
    for await (const piece of readJournalFile(path, format)) rows.push(...piece);
    return rows;
  }

  test('what was exported as JSON lines makes the same book', async () => {
    const t = await bookWithEverything();
    const path = join(dir, 'book.jsonl');
    writeFileSync(path, await exported(t, 'jsonl'));
    const rows = await rowsOf(path, 'jsonl');
    const again = await createTestBooks(createMemoryJournal());
    const accounts = rows.filter(({ type }) => type === 'account').map(({ type: _, ...one }) => one);
    const transfers = rows.filter(({ type }) => type === 'transfer');
    expect(await again.send(transfers, { accounts: accounts as never })).toMatchObject({
      booked: 8,
      turnedAway: 0,
    });
    expect(await state(again)).toEqual(await state(t));
  });

  test('CSV and Parquet keep every digit; a cut file is refused by name', async () => {
    const big = (2n ** 128n - 1n).toString();
    const csv = join(dir, 'rows.csv');
    writeFileSync(
      csv,
      `id,seq,at,debit,credit,asset,amountMinor,purpose\na,1,2026-03-31T00:00:00Z,world,anna,JPY,${big},deposit\n`,
    );
    const [row1] = await rowsOf(csv, 'csv');
    expect(row1).toMatchObject({ id: 'a', seq: '1', amountMinor: big, at: '2026-03-31T00:00:00Z' });
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const parquet = join(dir, 'rows.parquet');
    await connection.run(
      `copy (select 'a' as id, 1::ubigint as seq, timestamptz '2026-03-31 09:00:00+09' as at, 'world' as debit, 'anna' as credit,
      'JPY' as asset, 123456789012345678901234567890::decimal(38,0) as "amountMinor", 'deposit' as purpose) to '${parquet}' (format parquet)`,
    );
    const [row2] = await rowsOf(parquet, 'parquet');
    expect(row2).toMatchObject({
      amountMinor: '123456789012345678901234567890',
      seq: '1',
      at: '2026-03-31T00:00:00.000Z',
    });
    const t = await createTestBooks(createMemoryJournal());
    expect(await t.send([row1 as never])).toMatchObject({ booked: 1, violations: 0 });
    for (const [column, type] of [
      ['amount', 'double'],
      ['amountMinor', 'float'],
    ])
      await connection.run(
        `copy (select 'a' as id, 0.1::${type} as "${column}") to '${join(dir, `${column}.parquet`)}' (format parquet)`,
      );
    await expect(rowsOf(join(dir, 'amount.parquet'), 'parquet')).rejects.toThrow('column amount is DOUBLE');
    await expect(rowsOf(join(dir, 'amountMinor.parquet'), 'parquet')).rejects.toThrow('amountMinor is FLOAT');
    for (const [path, format] of [
      [csv, 'parquet'],
      [parquet, 'jsonl'],
      [join(dir, 'none.csv'), 'csv'],
    ] as const)
      await expect(rowsOf(path, format)).rejects.toMatchObject({ fault: { code: 'input.unreadable' } });
  });

  describe('a CSV file', () => {
    const HEAD = 'id,seq,at,debit,credit,asset,amount,purpose\n';
    const line = (n: number) => `a${n},${n},2026-03-31T00:00:00Z,world,anna,JPY,5,deposit\n`;
    const read = (text: string | Buffer) => {
      const path = join(dir, 'odd.csv');
      writeFileSync(path, text);
      return rowsOf(path, 'csv');
    };

    test.each<[string, string | Buffer, string]>([
      ['cut in a row', `${HEAD}${line(1)}a2,2,2026-03-31T`, 'Line: 3'],
      ['cut in a row far behind', `${HEAD}${line(1).repeat(9_000)}a2,2`, 'Line: 9002'],
      ['with a row of more cells', `${HEAD}${line(1)}a,b,c,d,e,f,g,h,i,j\n${line(2)}`, 'Line: 3'],
      ['with a quote that does not end', `${HEAD}${line(1)}"a2,2,x\n`, 'Line: 3'],
      [
        'of another encoding',
        Buffer.concat([Buffer.from(HEAD), Buffer.from('\x8c\xda\n', 'latin1')]),
        'utf-8',
      ],
      ['with semicolons', (HEAD + line(1)).replaceAll(',', ';'), 'names no column id'],
      ['without names', line(1) + line(2), 'names no column id'],
      ['with a name twice', HEAD.replace('seq', 'id') + line(1), 'column id twice'],
      ['of nothing', '', 'names no column id'],
    ])('%s is refused, and says where', async (_, text, says) => {
      await expect(read(text)).rejects.toMatchObject({
        fault: { code: 'input.unreadable', message: expect.stringContaining(says) },
      });
    });

    test.each<[string, string, number]>([
      ['with line ends of Windows', (HEAD + line(1) + line(2)).replaceAll('\n', '\r\n'), 2],
      ['with a byte order mark', `\ufeff${HEAD}${line(1)}`, 1],
      ['without a last line end', (HEAD + line(1)).trimEnd(), 1],
      ['with empty lines', `${HEAD}${line(1)}\n${line(2)}\n\n`, 2],
      ['with commas, quotes and line ends in a name', `${HEAD}${line(1).replace('anna', '"an,""\nna"')}`, 1],
      ['of a head alone', HEAD, 0],
    ])('%s is read whole', async (_, text, count) => {
      const rows = await read(text);
      expect(rows).toHaveLength(count);
      expect(rows.every(({ amount, purpose }) => amount === '5' && purpose === 'deposit')).toBe(true);
    });
  });
});
