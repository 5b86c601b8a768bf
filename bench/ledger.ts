/**
 * The books: transfers verified and durable per second on one thread, beside PostgreSQL with checked balances, beside the
 * same engine without durability, and beside the plain arithmetic. All transfers are clean: a violation fails the run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { balanceOf, openAccount } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { type Book, createBook } from '@sonae/core/nouns/ledger/engine/book.ts';
import { type Columns, createColumns } from '@sonae/core/nouns/ledger/engine/columns.ts';
import { encodeFrame, type FrameHeader, frameHash, NO_FRAME } from '@sonae/core/nouns/ledger/engine/frame.ts';
import { verifyBatch } from '@sonae/core/nouns/ledger/engine/verify.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import pg from 'pg';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { openFileJournal } from '../packages/server/src/adapters/journal/file-journal.ts';
import { openSqlJournal } from '../packages/server/src/adapters/journal/sql-journal.ts';
import { openPostgres } from '../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import { createFrameWriter } from '../packages/server/src/ledger/frame-writer.ts';
import { createTestBooks, row } from '../test/support/books.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { type Result, ratePerSecond } from './measure.ts';

const BATCH = 8_192;
const ACCOUNTS = 100_000;
const TRANSFERS = 1_000_000;
/** Few enough that even the smallest book is mostly payments. */
const FEW = 10_000;
const IN_FLIGHT = 8;
const PG_TRANSFERS = 200_000;
const PG_BATCH = 10_000;
const JSON_TRANSFERS = 200_000;
const AT = Date.parse('2026-03-01T00:00:00Z');
const NOW = AT + 2 ** 40;
const DEPOSIT = 0;
const TRANSFER = 7;

/** A stream of clean transfers: every account is funded first, then pays small amounts to a random other. */
function createStream(accounts: number): (count: number) => Columns {
  let state = 20_260_301;
  let n = 0;
  const random = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return (count) => {
    const columns = createColumns(count);
    columns.count = count;
    for (let i = 0; i < count; i += 1, n += 1) {
      const isFunding = n < accounts;
      const debit = isFunding ? 0 : 1 + random(accounts);
      const step = 1 + random(accounts - 1);
      columns.debit[i] = debit;
      columns.credit[i] = isFunding ? 1 + n : 1 + ((debit - 1 + step) % accounts);
      columns.amount[i * 4] = isFunding ? 4_000_000_000 : 1 + random(1_000);
      columns.purpose[i] = isFunding ? DEPOSIT : TRANSFER;
      columns.at[i] = AT + n;
      columns.seq[i] = n;
      columns.id[i * 4] = random(2 ** 32);
      columns.id[i * 4 + 1] = n;
      columns.id[i * 4 + 3] = random(2 ** 32);
    }
    return columns;
  };
}

function openBook(accounts: number): Book {
  const book = createBook();
  openAccount(book.accounts, {
    account: 'world',
    owner: 'external',
    party: 'world',
    group: null,
    asset: 'JPY',
  });
  for (let n = 0; n < accounts; n += 1)
    openAccount(book.accounts, {
      account: `customer-${n}`,
      owner: 'customer',
      party: `p${n}`,
      group: null,
      asset: 'JPY',
    });
  return book;
}

function batchesOf(accounts: number, transfers: number): Columns[] {
  const next = createStream(accounts);
  return Array.from({ length: Math.ceil(transfers / BATCH) }, (_, n) =>
    next(Math.min(BATCH, transfers - n * BATCH)),
  );
}

function demandClean(violations: readonly { rule: string }[]): void {
  if (violations.length > 0) throw new Error(`a clean journal broke ${violations[0]?.rule}`);
}

function headerOf(number: number, book: Book, columns: Columns): FrameHeader {
  const time = '2026-03-01T00:00:00Z';
  return {
    ...{
      number,
      batch: { id: `b${number}`, hash: '', source: 'bench' },
      receivedAt: time,
      asOf: time,
      accounts: [],
    },
    ...{
      count: columns.count,
      first: book.ids.count - columns.count,
      isNumberedHere: false,
      nextSeq: book.nextSeq,
    },
    ...{ repeats: 0, turnedAway: 0, violations: [], ids: null },
  };
}

/** Verify, hash, write and sync, with a few frames on their way at a time; the answer comes when all are durable. */
async function durable(journal: Journal, accounts: number, batches: readonly Columns[]): Promise<void> {
  const book = openBook(accounts);
  const writer = createFrameWriter(
    (frames) => journal.append('main', frames),
    () => undefined,
  );
  const waiting: Promise<void>[] = [];
  let hash: Uint8Array = NO_FRAME;
  for (const [n, columns] of batches.entries()) {
    demandClean(verifyBatch(book, columns, NOW).violations);
    const header = headerOf(n + 1, book, columns);
    const bytes = encodeFrame(header, columns, hash, nodeSha256);
    hash = frameHash(bytes);
    waiting.push(writer.write(header, bytes, columns));
    if (waiting.length >= IN_FLIGHT) await waiting.shift();
    else await Promise.resolve();
  }
  await Promise.all(waiting);
}

function inMemory(accounts: number, batches: readonly Columns[]): Book {
  const book = openBook(accounts);
  for (const columns of batches) demandClean(verifyBatch(book, columns, NOW).violations);
  return book;
}

/** What a database does when asked the same: keep each transfer once, move both balances, let none fall below zero. */
async function postgresChecked(url: string, accounts: number, batches: readonly Columns[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create table transfers (id uuid primary key, debit int not null, credit int not null, amount numeric(39,0) not null, at bigint not null);
    create table balances (account int primary key, balance numeric(39,0) not null, open boolean not null, check (open or balance >= 0));
    insert into balances select n, 0, n = 0 from generate_series(0, ${accounts}) n;
  `);
  for (const { count, id, debit, credit, amount, at } of batches) {
    const ids: string[] = [];
    const [debits, credits, amounts, times]: number[][] = [[], [], [], []];
    for (let i = 0; i < count; i += 1) {
      const hex = [3, 2, 1, 0]
        .map((lane) => (id[i * 4 + lane] as number).toString(16).padStart(8, '0'))
        .join('');
      ids.push(hex);
      debits?.push(debit[i] as number);
      credits?.push(credit[i] as number);
      amounts?.push(amount[i * 4] as number);
      times?.push(at[i] as number);
    }
    await client.query('begin');
    await client.query(
      `with new as (
         insert into transfers select * from unnest($1::uuid[], $2::int[], $3::int[], $4::numeric[], $5::bigint[])
         on conflict do nothing returning debit, credit, amount)
       update balances b set balance = balance + m.change from (
         select account, sum(change) as change from (
           select debit as account, -amount as change from new union all select credit, amount from new) x
         group by account) m
       where b.account = m.account`,
      [ids, debits, credits, amounts, times],
    );
    await client.query('commit');
  }
  await client.end();
}

function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export async function benchLedger(progress: (line: string) => void): Promise<Result> {
  const rows: { id: string; value: number; unit: string }[] = [];
  const add = (id: string, value: number, unit: string): number => {
    rows.push({ id, value, unit });
    return value;
  };
  progress(`${TRANSFERS} transfers over ${ACCOUNTS} accounts, one thread`);
  inMemory(ACCOUNTS, batchesOf(ACCOUNTS, TRANSFERS / 4));
  const batches = batchesOf(ACCOUNTS, TRANSFERS);
  const memory = add(
    'verified, not kept',
    await ratePerSecond(TRANSFERS, () => inMemory(ACCOUNTS, batches)),
    'transfers/s',
  );
  const dir = mkdtempSync(join(tmpdir(), 'sonae-bench-ledger-'));
  const files = await openFileJournal(dir);
  const file = add(
    'verified and durable, file',
    await ratePerSecond(TRANSFERS, () => durable(files, ACCOUNTS, batches)),
    'transfers/s',
  );
  await files.close();
  rmSync(dir, { recursive: true, force: true });
  progress('the same into PostgreSQL, and PostgreSQL by itself');
  const postgres = await startPostgres();
  const url = await postgres.create('books');
  await (await openSqlStore(await openPostgres(url))).close();
  const sql = openSqlJournal(await openPostgres(url));
  const inPostgres = add(
    'verified and durable, journal in PostgreSQL',
    await ratePerSecond(TRANSFERS, () => durable(sql, ACCOUNTS, batches)),
    'transfers/s',
  );
  await sql.close();
  const next = createStream(ACCOUNTS);
  const peerBatches = Array.from({ length: PG_TRANSFERS / PG_BATCH }, () => next(PG_BATCH));
  const peer = add(
    'PostgreSQL with checked balances, batches of 10,000',
    await ratePerSecond(PG_TRANSFERS, () => postgresChecked(url, ACCOUNTS, peerBatches)),
    'transfers/s',
  );
  await postgres.stop();
  progress('from JSON rows to durable');
  const json = add('from JSON rows to the journal in memory', await fromRows(), 'transfers/s');
  const costs = linearity(progress, add);
  return {
    rows,
    ratios: [
      { id: 'durable (file) / goal of 600,000 a second', value: file / 600_000 },
      { id: 'durable (file) / PostgreSQL with checked balances', value: file / peer },
      { id: 'durable (PostgreSQL) / PostgreSQL with checked balances', value: inPostgres / peer },
      { id: 'durable (file) / not kept', value: file / memory },
      { id: 'from JSON rows / durable (file)', value: json / file },
      ...costs,
    ],
  };
}

async function fromRows(): Promise<number> {
  const t = await createTestBooks(undefined, NOW);
  const texts = Array.from({ length: JSON_TRANSFERS / 8_000 }, (_, n) =>
    JSON.stringify(
      Array.from({ length: 8_000 }, (_, k) => row(1 + n * 8_000 + k, 'world', 'anna', '5', 'deposit')),
    ),
  );
  return ratePerSecond(JSON_TRANSFERS, async () => {
    for (const text of texts) demandClean((await t.send(JSON.parse(text) as never)).first);
  });
}

/** Cost of a transfer as the book grows, and what an account and a transfer take in memory. */
function linearity(
  progress: (line: string) => void,
  add: (id: string, value: number, unit: string) => number,
): Result['ratios'] {
  const cost = new Map<number, number>();
  for (const size of [100_000, 1_000_000, 10_000_000]) {
    progress(`${size} clean postings in one book`);
    const next = createStream(FEW);
    const book = openBook(FEW);
    let spent = 0;
    for (let done = 0; done < size; done += BATCH) {
      const columns = next(Math.min(BATCH, size - done));
      const startedAt = performance.now();
      demandClean(verifyBatch(book, columns, NOW).violations);
      spent += performance.now() - startedAt;
    }
    const total = Array.from({ length: FEW + 1 }, (_, n) => balanceOf(book.accounts, n)).reduce(
      (a, b) => a + b,
      0n,
    );
    if (total !== 0n || book.ids.count !== size) throw new Error('the book does not add up');
    cost.set(size, add(`cost of a transfer, book of ${size}`, (spent / size) * 1e6, 'ns'));
  }
  const before = bytesInUse();
  const book = openBook(1_000_000);
  add('memory of an account, of a million', (bytesInUse() - before) / book.accounts.count, 'bytes');
  const [small, middle, large] = [...cost.values()] as [number, number, number];
  return [
    { id: 'cost at 10^6 / cost at 10^5', value: middle / small },
    { id: 'cost at 10^7 / cost at 10^5', value: large / small },
  ];
}
