/**
 * Rows of a firm's journal, as JSON, CSV or a table deliver them, into columns. Whatever cannot be read is named by row,
 * field and problem, and turned away alone; its neighbours are not disturbed.
 */
import { hash } from 'node:crypto';
import { AMOUNT_MAX, parseAmount } from '@sonae/core/kernel/money.ts';
import type { AccountTable } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { type Columns, createColumns, writeU128 } from '@sonae/core/nouns/ledger/engine/columns.ts';
import { type LedgerRule, PURPOSES } from '@sonae/core/nouns/ledger/facts/rules.ts';
import { postingTime } from './posting-time.ts';

/** What a row may say. Amounts: `amount` in whole units as a decimal text, or `amountMinor` in minor units. */
export type RawTransfer = {
  readonly id?: unknown;
  readonly seq?: unknown;
  readonly at?: unknown;
  readonly debit?: unknown;
  readonly credit?: unknown;
  readonly asset?: unknown;
  readonly amount?: unknown;
  readonly amountMinor?: unknown;
  readonly purpose?: unknown;
  /** Rows that follow each other with one entry are booked together or not at all. */
  readonly entry?: unknown;
  /** Id of the approved correction it rests on. */
  readonly correction?: unknown;
};

export type BadRow = { readonly row: number; readonly rule: LedgerRule; readonly problem: string };
export type ReadRows = {
  readonly columns: Columns;
  /** Place in the columns -> row as it was received. */
  readonly rowOf: Uint16Array;
  readonly bad: readonly BadRow[];
  /** Rows of the entries that a bad row turned away, the bad ones among them. */
  readonly badRows: number;
  /** Numbers that entries with a bad row carry, as far as they are whole numbers below 2^53. */
  readonly unread: ReadonlySet<number>;
};

export type RowContext = {
  readonly accounts: AccountTable;
  /** Digits after the point by asset. */
  readonly decimals: ReadonlyMap<string, number>;
  /** Correction id -> number from 1. */
  readonly corrections: ReadonlyMap<string, number>;
};

const ID_LENGTH_MAX = 100;
const NOBODY = 0xffffffff;
const NO_ASSET = 0xffff;
const purposes = new Map<string, number>(PURPOSES.map((purpose, n) => [purpose, n]));

/** Reads rows. An entry of which one row is bad is bad as a whole: half an entry is no entry. */
export function readRows(rows: readonly RawTransfer[], context: RowContext): ReadRows {
  const columns = createColumns(rows.length);
  columns.isNumberedHere = !rows.some((row) => isGiven(row?.seq));
  const rowOf = new Uint16Array(rows.length);
  const bad: BadRow[] = [];
  const unread = new Set<number>();
  let badRows = 0;
  for (let from = 0; from < rows.length; ) {
    let to = from + 1;
    // A row can be anything at all: null, a number, a text.
    const entry = rows[from]?.entry;
    if (isEntry(entry)) while (to < rows.length && rows[to]?.entry === entry) to += 1;
    const start = columns.count;
    let problem: BadRow | null = null;
    for (let row = from; row < to && problem === null; row += 1) {
      problem = readRow(rows[row] as RawTransfer, row, columns, columns.count, context);
      if (problem !== null) break;
      rowOf[columns.count] = row;
      columns.linked[columns.count] = row + 1 < to ? 1 : 0;
      columns.count += 1;
    }
    if (problem !== null) {
      bad.push(problem);
      badRows += to - from;
      columns.count = start;
      for (let row = from; row < to; row += 1) {
        const seq = seqOf(rows[row]?.seq);
        if (seq !== null) unread.add(seq);
      }
    }
    from = to;
  }
  return { columns, rowOf, bad, badRows, unread };
}

const isGiven = (seq: unknown): boolean => seq !== undefined && seq !== null && seq !== '';
/** Numbers of JSON, texts of CSV, whole numbers of Parquet and tables. */
export function seqOf(raw: unknown): number | null {
  const isNumber = typeof raw === 'number' || typeof raw === 'bigint';
  const isText = typeof raw === 'string' && /^\s*\d{1,16}\s*$/.test(raw);
  const seq = isNumber || isText ? Number(raw) : Number.NaN;
  return Number.isSafeInteger(seq) && seq >= 0 ? seq : null;
}
const isEntry = (entry: unknown): boolean => typeof entry === 'string' && entry !== '';

function readRow(raw: RawTransfer, row: number, to: Columns, n: number, context: RowContext): BadRow | null {
  const no = (rule: LedgerRule, problem: string): BadRow => ({ row, rule, problem });
  if (typeof raw !== 'object' || raw === null) return no('bad-row', 'a row is one object');
  if (!readId(raw.id, to.id, n))
    return no('bad-row', `id must be a well-formed text of 1 to ${ID_LENGTH_MAX} characters`);
  if (!to.isNumberedHere && !isGiven(raw.seq))
    return no('bad-row', 'seq is missing, though other rows carry one');
  const seq = to.isNumberedHere ? 0 : seqOf(raw.seq);
  if (seq === null) return no('bad-row', 'seq must be a whole number from 0 to 2^53 - 1');
  const at = postingTime(raw.at);
  if (at === null)
    return no(
      'bad-time',
      'at must be a time from 1970 to 9999, ISO 8601 with a zone, e.g. 2026-11-22T09:00:00Z',
    );
  const asset = typeof raw.asset === 'string' ? raw.asset : '';
  const decimals = context.decimals.get(asset);
  if (decimals === undefined) return no('unknown-asset', `asset ${asset.slice(0, 20)} is not defined`);
  const amount = amountOf(raw, decimals);
  if (typeof amount === 'string') return no('bad-amount', amount);
  const purpose = purposes.get(String(raw.purpose));
  if (purpose === undefined) return no('unknown-purpose', `purpose must be one of: ${PURPOSES.join(', ')}`);
  writeU128(to.amount, n, amount);
  to.seq[n] = seq;
  to.at[n] = at;
  // The verifier says which account nobody opened, so that it is a violation with a name.
  to.debit[n] = context.accounts.handles.get(String(raw.debit)) ?? NOBODY;
  to.credit[n] = context.accounts.handles.get(String(raw.credit)) ?? NOBODY;
  to.asset[n] = context.accounts.assets.handles.get(asset) ?? NO_ASSET;
  to.purpose[n] = purpose;
  to.correction[n] = typeof raw.correction === 'string' ? (context.corrections.get(raw.correction) ?? 0) : 0;
  return null;
}

function amountOf(raw: RawTransfer, decimals: number): bigint | string {
  const { amount, amountMinor } = raw;
  if ((amount === undefined) === (amountMinor === undefined))
    return 'give amount or amountMinor, and only one of them';
  if (amountMinor !== undefined) {
    const text =
      typeof amountMinor === 'number' && Number.isSafeInteger(amountMinor)
        ? String(amountMinor)
        : amountMinor;
    if (typeof text !== 'string' || !/^\d{1,60}$/.test(text))
      return 'amountMinor must be a whole number of minor units, above 2^53 as a text';
    const minor = BigInt(text);
    if (minor > AMOUNT_MAX) return 'amountMinor must be below 2^128';
    return minor === 0n ? 'amountMinor must not be zero' : minor;
  }
  if (typeof amount !== 'string')
    return 'amount must be a decimal text such as "1.50", so that no digit is lost';
  const minor = parseAmount(amount, decimals);
  if (minor === 0n) return 'amount must not be zero';
  if (typeof minor === 'bigint') return minor;
  return {
    'not-a-number': 'amount must be a decimal text such as "1.50"',
    negative: 'amount must not be negative: exchange debit and credit',
    'too-many-decimals': `amount has more than the ${decimals} decimals of its asset`,
    'too-large': 'amount must be below 2^128 minor units',
  }[minor];
}

const HEX = /^[0-9a-f]{32}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the 128 bits of an id are the id itself, so that its text need not be kept beside them. */
export const isPlainId = (id: unknown): boolean => typeof id === 'string' && (UUID.test(id) || HEX.test(id));

/**
 * UUIDs and 32 hex digits as they are; every other text by the first 128 bits of its SHA-256. Written to the four lanes
 * of place `n`; false for what is no id.
 */
function readId(id: unknown, lanes: Uint32Array, n: number): boolean {
  const text = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  if (typeof text !== 'string' || text.length === 0 || text.length > ID_LENGTH_MAX || !text.isWellFormed())
    return false;
  // As hex: a buffer for each digest takes longer than the digest.
  const hex = isPlainId(text) ? text.replaceAll('-', '') : hash('sha256', text);
  for (let lane = 0; lane < 4; lane += 1)
    lanes[n * 4 + 3 - lane] = Number.parseInt(hex.slice(lane * 8, lane * 8 + 8), 16);
  return true;
}
