/**
 * Running sums over rolling windows. A row holds cumulative totals per slot of time, so that a window is one search and
 * one subtraction; whole slots count while any part of them lies in the window, so a sum is never too small.
 */
import { SLOT_MS, WINDOW_MS_MAX } from '../facts/policy.ts';

/** Slot number, and everything up to its end: yen, count, minor units. Integers as decimal text. */
export type Cell = readonly [slot: number, value: string, count: number, amount: string];
/** Ascending by slot. */
export type SumRow = readonly Cell[];
export type Sum = { readonly value: bigint; readonly count: number; readonly amount: bigint };

/** What stays in a row: the longest window and one slot before it, from which windows subtract. */
const SLOTS_KEPT = Math.ceil(WINDOW_MS_MAX / SLOT_MS) + 1;

export const slotAt = (atMs: number): number => Math.floor(atMs / SLOT_MS);

/** Index of the newest cell whose whole slot ended at `sinceMs` or before; -1 when there is none. */
function lastBefore(row: SumRow, sinceMs: number): number {
  let low = 0;
  let high = row.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (((row[middle]?.[0] ?? 0) + 1) * SLOT_MS <= sinceMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Everything in the window that began at `sinceMs`: at least what is truly in it. */
export function sumSince(row: SumRow, sinceMs: number): Sum {
  const last = row[row.length - 1];
  if (last === undefined) return { value: 0n, count: 0, amount: 0n };
  const base = row[lastBefore(row, sinceMs)];
  if (base === undefined) return { value: BigInt(last[1]), count: last[2], amount: BigInt(last[3]) };
  return {
    value: BigInt(last[1]) - BigInt(base[1]),
    count: last[2] - base[2],
    amount: BigInt(last[3]) - BigInt(base[3]),
  };
}

/** The row with this added. A slot that lies before the newest one counts as the newest: later, never lost. */
export function addSum(row: SumRow, slot: number, added: Sum): SumRow {
  const last = row[row.length - 1];
  if (last === undefined) return [[slot, String(added.value), added.count, String(added.amount)]];
  const cell: Cell = [
    Math.max(slot, last[0]),
    String(BigInt(last[1]) + added.value),
    last[2] + added.count,
    String(BigInt(last[3]) + added.amount),
  ];
  const kept = last[0] >= slot ? row.slice(0, -1) : row;
  const oldest = cell[0] - SLOTS_KEPT;
  let from = 0;
  while (from + 1 < kept.length && (kept[from + 1]?.[0] ?? 0) <= oldest) from += 1;
  return [...kept.slice(from), cell];
}
