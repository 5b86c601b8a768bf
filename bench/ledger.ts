/**
 * The books: transfers verified and durable per second on one thread, beside PostgreSQL with checked balances, beside the
 * same engine without durability, and beside the plain arithmetic. All transfers are clean: a violation fails the run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Book } from '@sonae/core/nouns/ledger/engine/book.ts';
import type { Columns } from '@sonae/core/nouns/ledger/engine/columns.ts';
import {
  decodeFrame,
  encodeFrame,
  type FrameHeader,
  frameHash,
  NO_FRAME,
} from '@sonae/core/nouns/ledger/engine/frame.ts';
import { replayBatch, verifyBatch } from '@sonae/core/nouns/ledger/engine/verify.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { openFileJournal } from '../packages/server/src/adapters/journal/file-journal.ts';
import { openSqlJournal } from '../packages/server/src/adapters/journal/sql-journal.ts';
import { openPostgres } from '../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import { createFrameWriter } from '../packages/server/src/ledger/frame-writer.ts';
import { createTestBooks, row } from '../test/support/books.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { postgresChecked } from './ledger-peer.ts';
import { linearity } from './ledger-scale.ts';
import { batchesOf, createStream, demandClean, NOW, openBook } from './ledger-stream.ts';
import { type Result, ratePerSecond } from './measure.ts';

const ACCOUNTS = 100_000;
const TRANSFERS = 1_000_000;
const IN_FLIGHT = 8;
const PG_TRANSFERS = 200_000;
const PG_BATCH = 10_000;
const JSON_TRANSFERS = 200_000;

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

/** What a node does when it starts: every frame checked against the one before, every transfer booked again. */
async function builtAgain(journal: Journal, accounts: number, transfers: number): Promise<void> {
  const book = openBook(accounts);
  let before: Uint8Array = NO_FRAME;
  for await (const { bytes } of journal.frames('main', 1)) {
    const { columns, hash } = decodeFrame(bytes, before, nodeSha256);
    replayBatch(book, columns);
    before = hash;
  }
  if (book.ids.count !== transfers) throw new Error('the journal does not hold what was written');
}

function inMemory(accounts: number, batches: readonly Columns[]): Book {
  const book = openBook(accounts);
  for (const columns of batches) demandClean(verifyBatch(book, columns, NOW).violations);
  return book;
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
  add(
    'built again from the journal, file',
    await ratePerSecond(TRANSFERS, () => builtAgain(files, ACCOUNTS, TRANSFERS)),
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
