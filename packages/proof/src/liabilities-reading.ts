/**
 * Adding the whole leaf list of one asset up again: tiles are read a few ahead, verified in their order and thrown away. A
 * list is megabytes to gigabytes; of every tile of 16 KiB 64 bytes are kept until the root is computed.
 */
import { type Statement, totalOf } from './liabilities.ts';
import { laneTreeHash } from './liabilities-lanes.ts';
import { createListVerifier, type ListOwner, type ListReport, leafTilePath } from './liabilities-list.ts';
import { ENTRY_BYTES, TILE_LEAVES } from './liabilities-tree.ts';
import type { Sha256 } from './merkle.ts';

/** Tiles under way at once. */
const AHEAD = 8;

export type ListReading = {
  /** The one that the log holds. */
  readonly statement: Statement;
  readonly asset: string;
  /** Whose leaves to look for; nobody is asked for them. */
  readonly owner: ListOwner | null;
  /**
   * A tile at its path below the epoch's address; it has exactly so many bytes. Up to eight are asked for ahead: who can
   * call them off does so when `readList` has thrown.
   */
  readonly readTile: (path: string, bytes: number) => Promise<Uint8Array>;
  /** After every tile. What it throws stops the reading. */
  readonly onLeaves: (done: number, all: number) => void;
  readonly sha256: Sha256;
};

/** Throws what `createListVerifier` throws (`liabilities-sum`, `liabilities-root`, …), or what `readTile` and `onLeaves` throw. */
export async function readList(reading: ListReading): Promise<ListReport> {
  const { statement, asset, owner, readTile, onLeaves, sha256 } = reading;
  const { leaves } = totalOf(statement, asset);
  const verifier = createListVerifier(statement, asset, owner, sha256, laneTreeHash);
  const tiles = Math.ceil(leaves / TILE_LEAVES);
  const underWay: Promise<Uint8Array>[] = [];
  let asked = 0;
  for (let tile = 0; tile < tiles; tile += 1) {
    for (; asked < tiles && asked < tile + AHEAD; asked += 1) {
      const bytes = Math.min(TILE_LEAVES, leaves - asked * TILE_LEAVES) * ENTRY_BYTES;
      const next = readTile(leafTilePath({ asset, leaves }, asked), bytes);
      // Answered when its turn comes; until then a failure is not unheard of.
      next.catch(() => undefined);
      underWay.push(next);
    }
    verifier.push(await (underWay.shift() as Promise<Uint8Array>));
    onLeaves(Math.min(leaves, (tile + 1) * TILE_LEAVES), leaves);
  }
  return verifier.end();
}
