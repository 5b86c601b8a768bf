/**
 * Adding the whole leaf list of one asset up again: tiles are fetched a few ahead, verified in their order and thrown
 * away. A list is megabytes to gigabytes; of every tile of 16 KiB 64 bytes are kept until the root is computed.
 */
import { type Statement, totalOf } from '@sonae/proof/liabilities';
import { laneTreeHash } from '@sonae/proof/liabilities-lanes';
import { createListVerifier, type ListReport, leafTilePath } from '@sonae/proof/liabilities-list';
import { ENTRY_BYTES, TILE_LEAVES } from '@sonae/proof/liabilities-tree';
import { createFastSha256 } from '../liabilities/fast-sha256.ts';
import { naming } from './naming.ts';

/** Tiles under way at once. */
const AHEAD = 8;

export type ListReading = {
  /** The one that the log holds. */
  readonly statement: Statement;
  readonly asset: string;
  /** A tile at its path, with exactly so many bytes. */
  readonly readTile: (path: string, bytes: number, signal: AbortSignal) => Promise<Uint8Array>;
  readonly onLeaves: (done: number, all: number) => void;
};

/**
 * Throws what `createListVerifier` throws (`liabilities-sum`, `liabilities-root`), naming the asset, and what `readTile`
 * throws.
 */
export async function verifyList({ statement, asset, readTile, onLeaves }: ListReading): Promise<ListReport> {
  const { leaves } = totalOf(statement, asset);
  const verifier = createListVerifier(statement, asset, null, createFastSha256(), laneTreeHash);
  const tiles = Math.ceil(leaves / TILE_LEAVES);
  const list = `the list of ${asset} in ${statement.epoch}`;
  const stop = new AbortController();
  const underWay: Promise<Uint8Array>[] = [];
  let asked = 0;
  try {
    for (let tile = 0; tile < tiles; tile += 1) {
      for (; asked < tiles && asked < tile + AHEAD; asked += 1) {
        const width = Math.min(TILE_LEAVES, leaves - asked * TILE_LEAVES);
        const next = readTile(leafTilePath({ asset, leaves }, asked), width * ENTRY_BYTES, stop.signal);
        // Answered when its turn comes; until then a failure is not unheard of.
        next.catch(() => undefined);
        underWay.push(next);
      }
      const entries = await (underWay.shift() as Promise<Uint8Array>);
      naming(list, () => verifier.push(entries));
      onLeaves(Math.min(leaves, (tile + 1) * TILE_LEAVES), leaves);
    }
    return naming(list, verifier.end);
  } finally {
    stop.abort();
  }
}
