/**
 * The book of one asset in shared memory, so that workers read customers and write entries without copies. A row is one
 * leaf of one customer; `order` says which row stands at which index of the tree. What is read of a row lies together:
 * rows are read in the order of the tree, anywhere in memory, and waiting for them is what reading costs.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { AMOUNT_BYTES, type Amounts, customerBytes, writeAmount } from '@sonae/proof/liabilities';
import { KEY_WORDS, prepareKeys } from '@sonae/proof/liabilities-lanes';
import { MAX_PARTS, SECRET_BYTES } from '@sonae/proof/liabilities-tree';

export type BookColumns = {
  readonly rows: number;
  /** `ROW_WORDS` words a row, as in `ROW`: bytes of key and amounts as they are hashed, numbers of this machine. */
  readonly words: Uint32Array;
  /** UTF-8 ids one after the other. */
  readonly ids: Uint8Array;
  /** Row at each index of the tree: every row once. */
  readonly order: Uint32Array;
};

export type BookRow = Amounts & {
  readonly customer: string;
  readonly secret: Uint8Array;
  readonly part: number;
};

/** One asset of one firm; more is built asset by asset or sharded over machines. */
export const MAX_ROWS = 50_000_000;
export const MAX_ID_BYTES = 2 ** 32 - 1;
/** Two lines of a processor's cache. */
export const ROW_WORDS = 32;
/** First word of what a row holds: prepared key (64 bytes), credit and debt (32), first byte of the id and the one behind
 * its last, number of the leaf among its customer's. */
export const ROW = { key: 0, amounts: 16, idFrom: 24, idTo: 25, part: 26 } as const;

/** Empty columns in shared memory for `rows` rows whose ids have `idBytes` bytes together. */
export function createColumns(rows: number, idBytes: number): BookColumns {
  checkCount(rows, MAX_ROWS, 'rows');
  checkCount(idBytes, MAX_ID_BYTES, 'bytes of ids');
  return {
    rows,
    words: new Uint32Array(new SharedArrayBuffer(rows * ROW_WORDS * 4)),
    ids: new Uint8Array(new SharedArrayBuffer(idBytes)),
    order: new Uint32Array(new SharedArrayBuffer(rows * 4)),
  };
}

/** Columns of rows in the given order of leaves. Throws `input.invalid` naming the row. */
export function columnsOf(rows: readonly BookRow[], order: Uint32Array): BookColumns {
  const ids = rows.map(({ customer }) => customerBytes(customer));
  const columns = createColumns(
    rows.length,
    ids.reduce((sum, id) => sum + id.length, 0),
  );
  const bytes = new Uint8Array(columns.words.buffer);
  const secrets = new Uint8Array(rows.length * SECRET_BYTES);
  let end = 0;
  for (const [n, { secret, part, credit, debt }] of rows.entries()) {
    if (secret.length !== SECRET_BYTES)
      throw invalid(`secret of row ${n} has ${secret.length} bytes`, `give ${SECRET_BYTES} bytes`);
    if (!Number.isInteger(part) || part < 0 || part >= MAX_PARTS)
      throw invalid(`part of row ${n} is ${part}`, `give 0 to ${MAX_PARTS - 1}`);
    secrets.set(secret, n * SECRET_BYTES);
    const id = ids[n] as Uint8Array;
    columns.ids.set(id, end);
    columns.words.set([end, end + id.length, part], n * ROW_WORDS + ROW.idFrom);
    end += id.length;
    const amountsAt = (n * ROW_WORDS + ROW.amounts) * 4;
    writeAmount(credit, bytes, amountsAt);
    writeAmount(debt, bytes, amountsAt + AMOUNT_BYTES);
  }
  setKeys(columns, prepareKeys(secrets));
  if (order.length !== rows.length)
    throw invalid(`order has ${order.length} places for ${rows.length} rows`, 'give one place for each row');
  columns.order.set(order);
  return columns;
}

/** Puts prepared keys into their rows, from the first on. */
export function setKeys({ words }: BookColumns, keys: Uint8Array): void {
  const from = new Uint32Array(keys.buffer, keys.byteOffset, keys.length / 4);
  for (let row = 0; row * KEY_WORDS < from.length; row++)
    for (let n = 0; n < KEY_WORDS; n++) words[row * ROW_WORDS + n] = from[row * KEY_WORDS + n] as number;
}

/** Refuses an order that leaves a row out or counts one twice; ids and parts are checked where they are used. */
export function checkOrder({ rows, order }: BookColumns): void {
  const isPlaced = new Uint8Array(rows);
  for (let n = 0; n < rows; n++) {
    const row = order[n] as number;
    if (row >= rows || isPlaced[row] === 1)
      throw invalid(
        `order names row ${row} ${row >= rows ? 'beyond the last' : 'twice'}`,
        'name every row once',
      );
    isPlaced[row] = 1;
  }
}

function checkCount(value: number, max: number, what: string): void {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw invalid(`${what}: ${value}`, `give a whole number from 1 to ${max}`);
}

function invalid(message: string, hint: string): FaultError {
  return new FaultError('input.invalid', message, hint);
}
