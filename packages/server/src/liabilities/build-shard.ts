/** What one worker does: entries and tile nodes of a run of leaves, from shared columns into shared memory. */
import { AMOUNT_BYTES } from '@sonae/proof/liabilities';
import { createLaneTree } from '@sonae/proof/liabilities-lanes';
import { ENTRY_BYTES, NODE_BYTES, TILE_LEAVES, type TreeName } from '@sonae/proof/liabilities-tree';
import { type BookColumns, ROW, ROW_WORDS } from './columns.ts';
import { createFastSha256 } from './fast-sha256.ts';

/** What goes to a worker once; buffers are shared, not copied. */
export type BuildJob = {
  readonly tree: TreeName;
  readonly columns: BookColumns;
  /** 64 bytes a leaf, in tree order: what is published. */
  readonly entries: Uint8Array;
  /** 64 bytes for every 256 leaves. */
  readonly tileNodes: Uint8Array;
};
/** Leaves [first, end); `first` begins a tile. */
export type ShardRange = { readonly first: number; readonly end: number };

const ENTRY_WORDS = ENTRY_BYTES / 4;
const AMOUNT_WORDS = (2 * AMOUNT_BYTES) / 4;
const wordsOf = (bytes: Uint8Array): Uint32Array =>
  new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

/** A builder of shards of one tree; throws `liabilities-sum` when a sum exceeds 128 bits. */
export function createShardBuilder({ tree, columns, entries, tileNodes }: BuildJob) {
  const lanes = createLaneTree(tree, createFastSha256());
  const { words: rows, ids, order } = columns;
  const own = lanes.entryWords;
  const written = wordsOf(entries);
  /** Something of what was fetched, so that no compiler leaves the fetching out. */
  const fetched = new Uint32Array(1);

  /** Rows of a tile lie anywhere in memory; a loop that does nothing else waits for many of them at once. */
  function fetchRows(tile: number, count: number): void {
    for (let n = 0; n < count; n++) {
      const at = (order[tile + n] as number) * ROW_WORDS;
      fetched[0] = (rows[at] as number) ^ (ids[rows[at + ROW.idFrom] as number] as number);
    }
  }

  function place(slot: number, row: number): void {
    const at = row * ROW_WORDS;
    const idFrom = rows[at + ROW.idFrom] as number;
    const idTo = rows[at + ROW.idTo] as number;
    lanes.place(slot, { keys: rows, keyAt: at, ids, idFrom, idTo, part: rows[at + ROW.part] as number });
    const to = slot * ENTRY_WORDS + ENTRY_WORDS - AMOUNT_WORDS;
    for (let n = 0; n < AMOUNT_WORDS; n++) own[to + n] = rows[at + ROW.amounts + n] as number;
  }

  return function buildShard({ first, end }: ShardRange): void {
    for (let tile = first; tile < end; tile += TILE_LEAVES) {
      const count = Math.min(TILE_LEAVES, end - tile);
      fetchRows(tile, count);
      for (let n = 0; n < count; n++) place(n, order[tile + n] as number);
      tileNodes.set(lanes.finish(count, tile), (tile / TILE_LEAVES) * NODE_BYTES);
      written.set(own.subarray(0, count * ENTRY_WORDS), tile * ENTRY_WORDS);
    }
  };
}
