/** What one worker does: entries and tile nodes of a run of leaves, from shared columns into shared memory. */
import {
  createTagger,
  createTileHash,
  ENTRY_BYTES,
  NODE_BYTES,
  SECRET_BYTES,
  TILE_LEAVES,
  type TreeName,
  treeId,
} from '@sonae/proof/liabilities-tree';
import { HASH_BYTES } from '@sonae/proof/merkle';
import { type BookColumns, ROW_AMOUNT_BYTES } from './columns.ts';
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

/** A builder of shards of one tree; throws `liabilities-sum` when a sum exceeds 128 bits. */
export function createShardBuilder({ tree, columns, entries, tileNodes }: BuildJob) {
  const sha256 = createFastSha256();
  const id = treeId(tree, sha256);
  const tagOf = createTagger(id, sha256);
  const hashTile = createTileHash(id, sha256);
  const { secrets, ids, idEnds, parts, amounts, order } = columns;

  // A tile is put together in memory of this thread's own: many small writes into shared memory are slow.
  const own = new Uint8Array(TILE_LEAVES * ENTRY_BYTES);

  function writeEntry(row: number, at: number): void {
    const secret = secrets.subarray(row * SECRET_BYTES, (row + 1) * SECRET_BYTES);
    const customer = ids.subarray(row === 0 ? 0 : idEnds[row - 1], idEnds[row]);
    own.set(tagOf(secret, customer, parts[row] as number), at);
    own.set(amounts.subarray(row * ROW_AMOUNT_BYTES, (row + 1) * ROW_AMOUNT_BYTES), at + HASH_BYTES);
  }

  return function buildShard({ first, end }: ShardRange): void {
    for (let tile = first; tile < end; tile += TILE_LEAVES) {
      const count = Math.min(TILE_LEAVES, end - tile);
      for (let n = 0; n < count; n++) writeEntry(order[tile + n] as number, n * ENTRY_BYTES);
      const written = own.subarray(0, count * ENTRY_BYTES);
      entries.set(written, tile * ENTRY_BYTES);
      tileNodes.set(hashTile(written, tile), (tile / TILE_LEAVES) * NODE_BYTES);
    }
  };
}
