/**
 * Which transfers are in the book: an open-addressing table over 128-bit ids with a fingerprint of each content, so that
 * a repeated transfer is told from one that uses a known id for something else. 28 to 32 bytes a transfer.
 */
import { assert } from '../../../kernel/assert.ts';
import type { Columns } from './columns.ts';

export type IdTable = {
  /** Ordinal + 1 of the transfer in that slot; 0 is free. */
  slots: Uint32Array;
  /** Four lanes of id and two of fingerprint by ordinal. */
  rows: Uint32Array;
  count: number;
};

const ROW = 6;
const FIRST_SLOTS = 1 << 12;
export const TRANSFERS_MAX = 2 ** 31;

export function createIds(): IdTable {
  return { slots: new Uint32Array(FIRST_SLOTS), rows: new Uint32Array((FIRST_SLOTS / 2) * ROW), count: 0 };
}

/** Ordinal of a known id, or -1. */
export function findId({ slots, rows }: IdTable, ids: Uint32Array, n: number): number {
  const mask = slots.length - 1;
  const at = n * 4;
  for (let slot = hashOf(ids, at) & mask; ; slot = (slot + 1) & mask) {
    const taken = slots[slot] as number;
    if (taken === 0) return -1;
    const row = (taken - 1) * ROW;
    if (
      rows[row] === ids[at] &&
      rows[row + 1] === ids[at + 1] &&
      rows[row + 2] === ids[at + 2] &&
      rows[row + 3] === ids[at + 3]
    )
      return taken - 1;
  }
}

/** Adds transfer `n`, whose id is not in the table, as the next ordinal. */
export function addId(table: IdTable, columns: Columns, n: number): void {
  if ((table.count + 1) * 2 > table.slots.length) grow(table);
  const { slots, rows, count } = table;
  const mask = slots.length - 1;
  const at = n * 4;
  let slot = hashOf(columns.id, at) & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = count + 1;
  const row = count * ROW;
  for (let lane = 0; lane < 4; lane += 1) rows[row + lane] = columns.id[at + lane] as number;
  rows[row + 4] = fingerprint(columns, n, 0x9e3779b1);
  rows[row + 5] = fingerprint(columns, n, 0x85ebca77);
  table.count = count + 1;
}

/** Whether transfer `n` says the same as the one at `ordinal` did. */
export function isSameContent({ rows }: IdTable, ordinal: number, columns: Columns, n: number): boolean {
  const row = ordinal * ROW;
  return (
    rows[row + 4] === fingerprint(columns, n, 0x9e3779b1) &&
    rows[row + 5] === fingerprint(columns, n, 0x85ebca77)
  );
}

/** Ids of exchanges are often counted up, so lanes are mixed before they choose a slot. */
function hashOf(ids: Uint32Array, at: number): number {
  let h = Math.imul((ids[at] as number) ^ 0x9e3779b1, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15)) + (ids[at + 1] as number), 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13)) + (ids[at + 2] as number), 0x27d4eb2f);
  h = Math.imul((h ^ (h >>> 16)) + (ids[at + 3] as number), 0x165667b1);
  return (h ^ (h >>> 15)) >>> 0;
}

function fingerprint(columns: Columns, n: number, seed: number): number {
  const { amount, debit, credit, seq, at, purpose, correction } = columns;
  let h = seed;
  const mix = (word: number): void => {
    h = Math.imul(h ^ word, 0x85ebca6b);
    h ^= h >>> 13;
  };
  mix(amount[n * 4] as number);
  mix(amount[n * 4 + 1] as number);
  mix(amount[n * 4 + 2] as number);
  mix(amount[n * 4 + 3] as number);
  mix(debit[n] as number);
  mix(Math.imul(credit[n] as number, 0x27d4eb2f));
  mix(columns.isNumberedHere ? 0 : (seq[n] as number));
  const time = at[n] as number;
  mix(time);
  mix(time / 2 ** 32);
  mix(((purpose[n] as number) << 24) ^ (correction[n] as number));
  return h >>> 0;
}

function grow(table: IdTable): void {
  assert(table.count < TRANSFERS_MAX, `a book has at most ${TRANSFERS_MAX} transfers`);
  const slots = new Uint32Array(table.slots.length * 2);
  const rows = new Uint32Array((slots.length / 2) * ROW);
  rows.set(table.rows.subarray(0, table.count * ROW));
  const mask = slots.length - 1;
  for (let ordinal = 0; ordinal < table.count; ordinal += 1) {
    let slot = hashOf(rows, ordinal * ROW) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = ordinal + 1;
  }
  table.slots = slots;
  table.rows = rows;
}
