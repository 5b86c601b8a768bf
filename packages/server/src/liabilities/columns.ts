/**
 * The book of one asset as columns in shared memory, so that workers read customers and write entries without copies.
 * A row is one leaf of one customer; the column `order` says which row stands at which index of the tree.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { AMOUNT_BYTES, type Amounts, customerBytes, writeAmount } from '@sonae/proof/liabilities';
import { MAX_PARTS, SECRET_BYTES } from '@sonae/proof/liabilities-tree';

export type BookColumns = {
  readonly rows: number;
  /** 32 bytes a row. */
  readonly secrets: Uint8Array;
  /** UTF-8 ids one after the other: row n is bytes [idEnds[n - 1], idEnds[n]), from 0 for the first. */
  readonly ids: Uint8Array;
  readonly idEnds: Uint32Array;
  /** Number of the leaf among its customer's. */
  readonly parts: Uint8Array;
  /** 32 bytes a row: credit and debt. */
  readonly amounts: Uint8Array;
  /** Row at each index of the tree: every row once. */
  readonly order: Uint32Array;
};

export type BookRow = Amounts & {
  readonly customer: string;
  readonly secret: Uint8Array;
  readonly part: number;
};

/** One asset of one firm; more is built asset by asset or sharded over machines. */
export const MAX_ROWS = 100_000_000;
export const MAX_ID_BYTES = 2 ** 32 - 1;
export const ROW_AMOUNT_BYTES = 2 * AMOUNT_BYTES;

/** Empty columns in shared memory for `rows` rows whose ids have `idBytes` bytes together. */
export function createColumns(rows: number, idBytes: number): BookColumns {
  checkCount(rows, MAX_ROWS, 'rows');
  checkCount(idBytes, MAX_ID_BYTES, 'bytes of ids');
  return {
    rows,
    secrets: new Uint8Array(new SharedArrayBuffer(rows * SECRET_BYTES)),
    ids: new Uint8Array(new SharedArrayBuffer(idBytes)),
    idEnds: new Uint32Array(new SharedArrayBuffer(rows * 4)),
    parts: new Uint8Array(new SharedArrayBuffer(rows)),
    amounts: new Uint8Array(new SharedArrayBuffer(rows * ROW_AMOUNT_BYTES)),
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
  let end = 0;
  for (const [n, { secret, part, credit, debt }] of rows.entries()) {
    if (secret.length !== SECRET_BYTES)
      throw invalid(`secret of row ${n} has ${secret.length} bytes`, `give ${SECRET_BYTES} bytes`);
    if (!Number.isInteger(part) || part < 0 || part >= MAX_PARTS)
      throw invalid(`part of row ${n} is ${part}`, `give 0 to ${MAX_PARTS - 1}`);
    columns.secrets.set(secret, n * SECRET_BYTES);
    columns.ids.set(ids[n] as Uint8Array, end);
    end += (ids[n] as Uint8Array).length;
    columns.idEnds[n] = end;
    columns.parts[n] = part;
    writeAmount(credit, columns.amounts, n * ROW_AMOUNT_BYTES);
    writeAmount(debt, columns.amounts, n * ROW_AMOUNT_BYTES + AMOUNT_BYTES);
  }
  if (order.length !== rows.length)
    throw invalid(`order has ${order.length} places for ${rows.length} rows`, 'give one place for each row');
  columns.order.set(order);
  return columns;
}

/** Refuses an order that leaves a row out or counts one twice, and ids that do not follow each other. */
export function checkColumns({ rows, order, ids, idEnds }: BookColumns): void {
  const isPlaced = new Uint8Array(rows);
  let end = 0;
  for (let n = 0; n < rows; n++) {
    const row = order[n] as number;
    if (row >= rows || isPlaced[row] === 1)
      throw invalid(
        `order names row ${row} ${row >= rows ? 'beyond the last' : 'twice'}`,
        'name every row once',
      );
    isPlaced[row] = 1;
    const next = idEnds[n] as number;
    if (next <= end || next > ids.length)
      throw invalid(`idEnds of row ${n} is ${next}, after ${end}`, `let ends rise, to ${ids.length} at most`);
    end = next;
  }
}

function checkCount(value: number, max: number, what: string): void {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw invalid(`${what}: ${value}`, `give a whole number from 1 to ${max}`);
}

function invalid(message: string, hint: string): FaultError {
  return new FaultError('input.invalid', message, hint);
}
