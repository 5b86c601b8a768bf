/** Following the exchange's own table: in order, each row once, every digit kept, holes waited for and then called out. */

import { balanceOf } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import pg from 'pg';
import type { Logger } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type Following,
  followTable,
  takeRows,
} from '../packages/server/src/connectors/journal-table/follow-table.ts';
import { journalTableSchema } from '../packages/server/src/connectors/journal-table/journal-table-config.ts';
import { createTestBooks, type TestBooks } from './support/books.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';

let postgres: TestPostgres;
let url: string;
let db: pg.Pool;
let t: TestBooks;
let state: Following;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.create('exchange');
  db = new pg.Pool({ connectionString: url, max: 2 });
  // The server stops while connections are still being closed: the pool tells of it, or the connection that it let go of.
  db.on('error', () => undefined);
  db.on('connect', (client) => client.on('error', () => undefined));
});
afterAll(async () => {
  await db.end();
  await postgres.stop();
});
beforeEach(async () => {
  await db.query(`drop table if exists postings; create table postings (
    id uuid primary key default gen_random_uuid(), seq bigint unique, at timestamptz, debit text, credit text,
    asset text, amount numeric(60,8), purpose text, entry text)`);
  t = await createTestBooks();
  state = { gapSince: null };
});

const TABLE = (): ReturnType<typeof journalTableSchema.parse> =>
  journalTableSchema.parse({
    book: 'main',
    url,
    table: 'postings',
    columns: { amount: 'amount', entry: 'entry' },
    gapWaitMs: 1_000,
  });
const insert = (
  seq: number,
  amount: string,
  to = 'anna-btc',
  entry: string | null = null,
): Promise<unknown> =>
  db.query(
    "insert into postings (seq, at, debit, credit, asset, amount, purpose, entry) values ($1, '2026-03-31 09:00:00+09', 'chain', $2, 'BTC', $3, 'deposit', $4)",
    [seq, to, amount, entry],
  );
const take = async (now = 0): Promise<number> =>
  takeRows(db, TABLE(), await t.books.open('main'), state, now);
const annas = async (): Promise<bigint> => {
  const { accounts } = (await t.books.open('main')).book();
  return balanceOf(accounts, accounts.handles.get('anna-btc') as number);
};

describe('a table', () => {
  test('is read once and in order; amounts beyond 2^53 keep every digit', async () => {
    await insert(2, '0.00000001');
    await insert(1, '123456789012345678901.00000002');
    expect(await take()).toBe(2);
    expect(await take()).toBe(0);
    expect(await annas()).toBe(12345678901234567890100000003n);
    await insert(3, '1');
    expect(await take()).toBe(1);
    expect(await annas()).toBe(12345678901234567890200000003n);
  });

  test('a hole is waited for: whoever was still writing is counted, and nobody is called out', async () => {
    await insert(1, '1');
    await insert(3, '4');
    expect(await take(0)).toBe(2);
    await insert(6, '16');
    await insert(4, '8');
    expect(await take(100)).toBe(1);
    expect(await annas()).toBe(1_300_000_000n);
    expect(await take(900)).toBe(0);
    await insert(5, '32');
    expect(await take(1_000)).toBe(2);
    await t.books.seal();
    expect(JSON.parse((await t.app.ports.store.view('ledger.book', 'main')) ?? '{}')).toMatchObject({
      violations: 1,
    });
  });

  test('a hole that stays is called out, and what is behind it is taken', async () => {
    await insert(1, '1');
    await take(0);
    await insert(4, '2');
    expect(await take(0)).toBe(0);
    expect(await take(999)).toBe(0);
    expect(await take(1_000)).toBe(1);
    await t.books.seal();
    const { newest } = JSON.parse((await t.app.ports.store.view('ledger.book', 'main')) ?? '{}') as {
      newest: { rule: string; detail: string }[];
    };
    expect(newest.map(({ rule, detail }) => [rule, detail])).toEqual([['sequence-gap', 'missing: 2 to 3']]);
  });

  test('is followed while it grows, and cannot be written to', async () => {
    const abort = new AbortController();
    const logger = { warn: () => undefined } as unknown as Logger;
    const following = followTable(
      { ...TABLE(), pollMs: 100 },
      () => t.books.open('main'),
      () => true,
      abort.signal,
      logger,
    );
    await insert(1, '1');
    await expect.poll(annas, { timeout: 5_000 }).toBe(100_000_000n);
    await insert(2, '1');
    await expect.poll(annas, { timeout: 5_000 }).toBe(200_000_000n);
    abort.abort();
    await following;
    const reader = new pg.Client({ connectionString: url, options: '-c default_transaction_read_only=on' });
    await reader.connect();
    await expect(reader.query('delete from postings')).rejects.toThrow(/read-only/);
    await reader.end();
  });

  test.each(['postings; drop table x', 'a.b.c', '"x"'])('%s is no name of a table', (table) => {
    expect(
      journalTableSchema.safeParse({ book: 'main', url, table, columns: { amount: 'amount' } }).success,
    ).toBe(false);
  });
});
