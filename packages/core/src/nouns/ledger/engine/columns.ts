/**
 * A batch of transfers as columns over typed arrays: how postings travel through the verifier, into the journal and out
 * of it again. One transfer moves `amount` from the debit to the credit account; transfers of one entry stand together.
 */
import { assert } from '../../../kernel/assert.ts';

/** Transfers in one batch at most; a batch is verified, written and acknowledged as a whole. */
export const BATCH_TRANSFERS_MAX = 8_192;
/** Legs of one entry at most. */
export const ENTRY_LEGS_MAX = 64;

export type Columns = {
  count: number;
  /** The firm's journal has no numbers: `seq` is given here on booking and is no part of what a transfer says. */
  isNumberedHere: boolean;
  /** 128-bit numbers as four 32-bit lanes, the lowest first. */
  readonly id: Uint32Array;
  readonly amount: Uint32Array;
  /** Number in the firm's own journal, and milliseconds since 1970: whole numbers below 2^53. */
  readonly seq: Float64Array;
  readonly at: Float64Array;
  readonly debit: Uint32Array;
  readonly credit: Uint32Array;
  /** The authorised correction it refers to, counted from 1; 0 for none. */
  readonly correction: Uint32Array;
  readonly asset: Uint16Array;
  readonly purpose: Uint8Array;
  /** 1: the next transfer belongs to the same entry. */
  readonly linked: Uint8Array;
};

/** Bytes of one transfer in the journal. */
export const TRANSFER_BYTES = 16 + 16 + 8 + 8 + 4 + 4 + 4 + 2 + 1 + 1;

export function createColumns(capacity: number): Columns {
  return viewOf(new ArrayBuffer(capacity * TRANSFER_BYTES), 0, capacity, 0);
}

/** Columns over memory; wide numbers first, so that every column is aligned for any capacity. */
function viewOf(buffer: ArrayBuffer, offset: number, capacity: number, count: number): Columns {
  let at = offset;
  const take = (bytes: number): number => {
    at += bytes * capacity;
    return at - bytes * capacity;
  };
  return {
    count,
    isNumberedHere: false,
    seq: new Float64Array(buffer, take(8), capacity),
    at: new Float64Array(buffer, take(8), capacity),
    id: new Uint32Array(buffer, take(16), capacity * 4),
    amount: new Uint32Array(buffer, take(16), capacity * 4),
    debit: new Uint32Array(buffer, take(4), capacity),
    credit: new Uint32Array(buffer, take(4), capacity),
    correction: new Uint32Array(buffer, take(4), capacity),
    asset: new Uint16Array(buffer, take(2), capacity),
    purpose: new Uint8Array(buffer, take(1), capacity),
    linked: new Uint8Array(buffer, take(1), capacity),
  };
}

const ORDER = [
  'seq',
  'at',
  'id',
  'amount',
  'debit',
  'credit',
  'correction',
  'asset',
  'purpose',
  'linked',
] as const;
const LANES = { id: 4, amount: 4 } as const;
const lanesOf = (name: (typeof ORDER)[number]): number => (name in LANES ? 4 : 1);

/** The first `count` transfers, column after column, little-endian. */
export function encodeColumns(columns: Columns): Uint8Array {
  const bytes = new Uint8Array(columns.count * TRANSFER_BYTES);
  let at = 0;
  for (const name of ORDER) {
    const column = columns[name];
    const length = columns.count * lanesOf(name) * column.BYTES_PER_ELEMENT;
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, length), at);
    at += length;
  }
  return bytes;
}

/** Columns over a copy of `bytes`. Throws when their length is not that of `count` transfers. */
export function decodeColumns(bytes: Uint8Array, count: number): Columns {
  assert(bytes.length === count * TRANSFER_BYTES, `${bytes.length} bytes are not ${count} transfers`);
  return viewOf(bytes.slice().buffer, 0, count, count);
}

/** Copies transfer `from` of `source` to place `to` of `target`. */
export function copyTransfer(source: Columns, from: number, target: Columns, to: number): void {
  for (const name of ORDER) {
    const lanes = lanesOf(name);
    for (let lane = 0; lane < lanes; lane += 1)
      target[name][to * lanes + lane] = source[name][from * lanes + lane] as number;
  }
}

const LANE = 0xffffffffn;

/** Writes 0 to 2^128 - 1 as the four lanes of place `n`. */
export function writeU128(lanes: Uint32Array, n: number, value: bigint): void {
  if (value <= LANE) {
    lanes[n * 4] = Number(value);
    lanes[n * 4 + 1] = 0;
    lanes[n * 4 + 2] = 0;
    lanes[n * 4 + 3] = 0;
    return;
  }
  lanes[n * 4] = Number(value & LANE);
  lanes[n * 4 + 1] = Number((value >> 32n) & LANE);
  lanes[n * 4 + 2] = Number((value >> 64n) & LANE);
  lanes[n * 4 + 3] = Number((value >> 96n) & LANE);
}

export function readU128(lanes: Uint32Array, n: number): bigint {
  const at = n * 4;
  const low = BigInt(lanes[at] as number) | (BigInt(lanes[at + 1] as number) << 32n);
  const high = BigInt(lanes[at + 2] as number) | (BigInt(lanes[at + 3] as number) << 32n);
  return low | (high << 64n);
}

/** An id as 32 hex digits. */
export function idText(lanes: Uint32Array, n: number): string {
  return readU128(lanes, n).toString(16).padStart(32, '0');
}
