/**
 * The book of one asset in shared memory, so that workers read customers and write entries without copies. A row is one
 * leaf of one customer; `order` says which row stands at which index of the tree. What is read of a row lies together:
 * rows are read in the order of the tree, anywhere in memory, and waiting for them is what reading costs.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { AMOUNT_BYTES, type Amounts, writeAmount } from '@sonae/proof/liabilities';
import { createKeyPreparer, KEY_WORDS } from '@sonae/proof/liabilities-lanes';
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

/** One asset of one firm; more is built asset by asset or sharded over machines. */
export const MAX_ROWS = 50_000_000;
export const MAX_ID_BYTES = 2 ** 32 - 1;
/** Two lines of a processor's cache. */
export const ROW_WORDS = 32;
/**
 * First word of what a row holds: prepared key (64 bytes), credit and debt (32), first byte of the id and the one behind
 * its last, number of the leaf among its customer's.
 */
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

/** Secrets that are made ready together. */
const SECRETS_AT_ONCE = 1_024;

/** Writes rows of empty columns, customer by customer; `end` makes them whole. Throws `input.invalid` naming the row. */
export function createRowWriter(columns: BookColumns) {
  const bytes = new Uint8Array(columns.words.buffer);
  const ids = Buffer.from(columns.ids.buffer);
  const prepareKeys = createKeyPreparer();
  const secrets = new Uint8Array(SECRETS_AT_ONCE * SECRET_BYTES);
  const rowsOf = new Uint32Array(SECRETS_AT_ONCE + 1);
  let waiting = 0;
  let row = 0;
  let idEnd = 0;

  function writeKeys(): void {
    const keys = new Uint32Array(prepareKeys(secrets.subarray(0, waiting * SECRET_BYTES)).buffer);
    for (let n = 0; n < waiting; n++)
      for (let at = rowsOf[n] as number; at < (rowsOf[n + 1] as number); at++) setKey(columns, at, keys, n);
    waiting = 0;
  }

  return {
    /** One customer's leaves in this tree, by part from 0. */
    add(customer: string, secret: Uint8Array, parts: readonly Amounts[]): void {
      if (secret.length !== SECRET_BYTES)
        throw invalid(`secret of row ${row} has ${secret.length} bytes`, `give ${SECRET_BYTES} bytes`);
      if (parts.length < 1 || parts.length > MAX_PARTS)
        throw invalid(`row ${row} begins ${parts.length} parts`, `give 1 to ${MAX_PARTS}`);
      const idFrom = idEnd;
      idEnd += ids.write(customer, idFrom);
      secrets.set(secret, waiting * SECRET_BYTES);
      rowsOf[waiting] = row;
      for (const [part, { credit, debt }] of parts.entries()) {
        const at = row * ROW_WORDS;
        columns.words[at + ROW.idFrom] = idFrom;
        columns.words[at + ROW.idTo] = idEnd;
        columns.words[at + ROW.part] = part;
        writeAmount(credit, bytes, 4 * (at + ROW.amounts));
        writeAmount(debt, bytes, 4 * (at + ROW.amounts) + AMOUNT_BYTES);
        row += 1;
      }
      waiting += 1;
      rowsOf[waiting] = row;
      if (waiting === SECRETS_AT_ONCE) writeKeys();
    },
    end(): void {
      if (waiting > 0) writeKeys();
      if (row !== columns.rows || idEnd !== columns.ids.length)
        throw invalid(
          `${row} rows and ${idEnd} bytes of ids were written`,
          `write ${columns.rows} and ${columns.ids.length}`,
        );
    },
  };
}

function setKey({ words }: BookColumns, row: number, keys: Uint32Array, key: number): void {
  for (let n = 0; n < KEY_WORDS; n++) words[row * ROW_WORDS + n] = keys[key * KEY_WORDS + n] as number;
}

/** Puts prepared keys into their rows, from the first on. */
export function setKeys(columns: BookColumns, keys: Uint8Array): void {
  const from = new Uint32Array(keys.buffer, keys.byteOffset, keys.length / 4);
  for (let row = 0; row * KEY_WORDS < from.length; row++) setKey(columns, row, from, row);
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
