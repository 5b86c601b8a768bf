/**
 * Following a journal that lies in a table of the exchange's own PostgreSQL: read-only, in the order of its numbers, from
 * where the book stands. A number that is missing may still be written by a transaction that is not over, so a hole is
 * waited for before it is called one.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Logger } from 'pino';
import { sleep } from '../../drive-scenario.ts';
import type { LedgerBook } from '../../ledger/ledger-book.ts';
import type { RawTransfer } from '../../ledger/read-rows.ts';
import type { JournalTable } from './journal-table-config.ts';

const ROWS_AT_ONCE = 8_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Where a follower is: since when a hole stands before the next row. */
export type Following = { gapSince: number | null };

/** Follows until aborted; a database that is away is tried again. */
export async function followTable(
  table: JournalTable,
  open: () => Promise<LedgerBook>,
  isLeader: () => boolean,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  const client = new pg.Pool({
    connectionString: table.url,
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: '-c default_transaction_read_only=on',
  });
  // A connection that breaks, idle or while it is being closed, is made anew by the next question.
  client.on('error', () => undefined);
  client.on('connect', (one) => one.on('error', () => undefined));
  const state: Following = { gapSince: null };
  while (!signal.aborted) {
    let taken = 0;
    if (isLeader())
      try {
        taken = await takeRows(client, table, await open(), state, performance.now());
      } catch (error) {
        logger.warn({ err: error, table: table.table }, 'the journal table could not be followed');
      }
    if (taken < ROWS_AT_ONCE / 2) await sleep(table.pollMs, signal);
  }
  await client.end();
}

/** Takes the next rows; answers with their number. `now` in ms of any steady clock. */
export async function takeRows(
  client: Pick<pg.Pool, 'query'>,
  table: JournalTable,
  ledger: LedgerBook,
  state: Following,
  now: number,
): Promise<number> {
  const { isEmpty, nextSeq } = ledger.book();
  const { rows } = await client.query<RawTransfer>(selectOf(table), [isEmpty ? 0 : nextSeq, ROWS_AT_ONCE]);
  const whole = wholeEntries(rows, rows.length === ROWS_AT_ONCE);
  const upTo = isEmpty ? whole.length : beforeHole(whole, nextSeq);
  const waited = upTo < whole.length && state.gapSince !== null && now - state.gapSince >= table.gapWaitMs;
  // What stands before a hole is taken at once; what stands behind it when the hole has had its time.
  const ready = waited ? whole : whole.slice(0, upTo);
  if (upTo < whole.length && !waited) state.gapSince ??= now;
  else state.gapSince = null;
  if (ready.length === 0) return 0;
  const first = String(ready[0]?.seq);
  const text = JSON.stringify(ready);
  const hash = createHash('sha256').update(text).digest('hex');
  await ledger.ingest({
    source: `table:${table.table}`,
    id: `${table.table}/${first}/${ready.length}/${hash.slice(0, 16)}`,
    hash,
    accounts: [],
    transfers: ready,
    isGapConfirmed: waited,
  });
  return ready.length;
}

/** Every value as text: numeric and bigint lose no digit. */
function selectOf({ table, columns }: JournalTable): string {
  const quoted = (name: string): string => `"${name}"`;
  const fields = Object.entries(columns).map(([field, column]) =>
    field === 'at'
      ? `to_char(${quoted(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`
      : `${quoted(column)}::text as "${field}"`,
  );
  const from = table.split('.').map(quoted).join('.');
  const seq = quoted(columns.seq);
  return `select ${fields.join(', ')} from ${from} where ${seq} >= $1 order by ${seq} limit $2`;
}

/** A page that is full may end within an entry: its last entry waits for the next page. */
function wholeEntries(rows: readonly RawTransfer[], isFull: boolean): readonly RawTransfer[] {
  const last = rows.at(-1)?.entry;
  if (!isFull || typeof last !== 'string') return rows;
  const begins = rows.findIndex(({ entry }) => entry === last);
  return begins > 0 ? rows.slice(0, begins) : rows;
}

/** How many rows follow without a hole. */
function beforeHole(rows: readonly RawTransfer[], nextSeq: number): number {
  const hole = rows.findIndex(({ seq }, n) => Number(seq) > nextSeq + n);
  return hole < 0 ? rows.length : hole;
}
