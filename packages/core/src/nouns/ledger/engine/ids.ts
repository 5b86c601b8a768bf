/**
 * Which transfers are in the book: an open-addressing table over 128-bit ids with a fingerprint of each content, so that
 * a repeated transfer is told from one that uses a known id for something else. 35 to 45 bytes a transfer.
 *
 * A book of millions is far larger than any cache, and waiting for memory is what the table costs. So a slot holds the
 * hash beside the ordinal: a row is looked at only when it is most probably the one. The first bits of the hash choose the
 * slot, which lets the table grow from one end to the other. And what a batch will need is fetched ahead (`fetchIds`).
 * Rows lie in blocks: nothing of them is copied or kept in reserve when a book grows.
 */
import { assert } from '../../../kernel/assert.ts';
import { blockFor, PLACE_BITS, PLACE_MASK } from './blocks.ts';
import type { Columns } from './columns.ts';

export type IdTable = {
  /** Two words a slot: ordinal + 1 of the transfer in it, 0 for a free one; and the hash of its id. */
  slots: Uint32Array;
  /** Four lanes of id and two of fingerprint by ordinal, in blocks. */
  readonly rows: Uint32Array[];
  count: number;
  /** Something of what was fetched ahead, so that no compiler leaves the fetching out. */
  fetched: number;
};

const ROW = 6;
const FIRST_SLOTS = 1 << 12;
export const TRANSFERS_MAX = 2 ** 31;

export function createIds(): IdTable {
  return {
    slots: new Uint32Array(FIRST_SLOTS * 2),
    rows: [],
    count: 0,
    fetched: 0,
  };
}

/** Bits of a hash that do not choose the slot. */
const shiftOf = (slots: Uint32Array): number => Math.clz32(slots.length / 2 - 1);

/** Ordinal of a known id, or -1. */
export function findId({ slots, rows }: IdTable, ids: Uint32Array, n: number): number {
  const mask = slots.length - 1;
  const at = n * 4;
  const hash = hashOf(ids, at);
  for (let slot = (hash >>> shiftOf(slots)) * 2; ; slot = (slot + 2) & mask) {
    const taken = slots[slot] as number;
    if (taken === 0) return -1;
    if (slots[slot + 1] !== hash) continue;
    const ordinal = taken - 1;
    const block = rows[ordinal >>> PLACE_BITS] as Uint32Array;
    const row = (ordinal & PLACE_MASK) * ROW;
    if (
      block[row] === ids[at] &&
      block[row + 1] === ids[at + 1] &&
      block[row + 2] === ids[at + 2] &&
      block[row + 3] === ids[at + 3]
    )
      return ordinal;
  }
}

/** Reads the slots of ids `from` to `to - 1`, all at once as far as the processor can wait for many. */
export function fetchIds(table: IdTable, ids: Uint32Array, from: number, to: number): void {
  const { slots } = table;
  const shift = shiftOf(slots);
  let fetched = 0;
  for (let n = from; n < to; n += 1) fetched ^= slots[(hashOf(ids, n * 4) >>> shift) * 2] as number;
  table.fetched = fetched;
}

/** Adds transfer `n`, whose id is not in the table, as the next ordinal. */
export function addId(table: IdTable, columns: Columns, n: number): void {
  // Three quarters full, a miss looks at nine slots of 8 bytes side by side.
  if ((table.count + 1) * 8 > table.slots.length * 3) growSlots(table);
  const { count } = table;
  const at = n * 4;
  occupy(table.slots, hashOf(columns.id, at), count + 1);
  const block = blockFor(table.rows, count, ROW);
  const row = (count & PLACE_MASK) * ROW;
  for (let lane = 0; lane < 4; lane += 1) block[row + lane] = columns.id[at + lane] as number;
  block[row + 4] = fingerprint(columns, n, 0x9e3779b1);
  block[row + 5] = fingerprint(columns, n, 0x85ebca77);
  table.count = count + 1;
}

/** Puts `entry` into the first free slot from that of `hash` on. */
function occupy(slots: Uint32Array, hash: number, entry: number): void {
  const mask = slots.length - 1;
  let slot = (hash >>> shiftOf(slots)) * 2;
  while (slots[slot] !== 0) slot = (slot + 2) & mask;
  slots[slot] = entry;
  slots[slot + 1] = hash;
}

/** Whether transfer `n` says the same as the one at `ordinal` did. */
export function isSameContent({ rows }: IdTable, ordinal: number, columns: Columns, n: number): boolean {
  const block = rows[ordinal >>> PLACE_BITS] as Uint32Array;
  const row = (ordinal & PLACE_MASK) * ROW;
  return (
    block[row + 4] === fingerprint(columns, n, 0x9e3779b1) &&
    block[row + 5] === fingerprint(columns, n, 0x85ebca77)
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

/** From slot to slot, which in the larger table too follow each other. */
function growSlots(table: IdTable): void {
  assert(table.count < TRANSFERS_MAX, `a book has at most ${TRANSFERS_MAX} transfers`);
  const { slots: old } = table;
  const slots = new Uint32Array(old.length * 2);
  for (let slot = 0; slot < old.length; slot += 2)
    if (old[slot] !== 0) occupy(slots, old[slot + 1] as number, old[slot] as number);
  table.slots = slots;
}
