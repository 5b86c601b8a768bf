/**
 * Adding a whole leaf list up again: tiles are fetched a few ahead, verified in their order, and thrown away. A list is
 * megabytes to gigabytes, so nothing of it is kept, and it can be stopped at any tile.
 */
import { type Statement, totalOf } from '@sonae/proof/liabilities';
import { laneTreeHash } from '@sonae/proof/liabilities-lanes';
import {
  createListVerifier,
  type ListOwner,
  type ListReport,
  leafTilePath,
} from '@sonae/proof/liabilities-list';
import { TILE_LEAVES } from '@sonae/proof/liabilities-tree';
import type { Sha256 } from '@sonae/proof/merkle';

/** Tiles of 16 KiB under way at once. */
const AHEAD = 8;

export type ListReading = {
  readonly statement: Statement;
  readonly asset: string;
  /** Whose leaves to look for; the search happens here. */
  readonly owner: ListOwner | null;
  readonly readTile: (path: string, signal: AbortSignal) => Promise<Uint8Array>;
  readonly sha256: Sha256;
  readonly signal: AbortSignal;
  readonly onLeaves: (done: number, all: number) => void;
};

/** Throws what `createListVerifier` throws, what `readTile` throws, or the signal's reason. */
export async function readList(reading: ListReading): Promise<ListReport> {
  const { statement, asset, owner, readTile, sha256, signal, onLeaves } = reading;
  const { leaves } = totalOf(statement, asset);
  const verifier = createListVerifier(statement, asset, owner, sha256, laneTreeHash);
  const tiles = Math.ceil(leaves / TILE_LEAVES);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const underWay: Promise<Uint8Array>[] = [];
  let asked = 0;
  try {
    for (let tile = 0; tile < tiles; tile += 1) {
      for (; asked < tiles && asked < tile + AHEAD; asked += 1) {
        const next = readTile(leafTilePath({ asset, leaves }, asked), both);
        // Answered when its turn comes; until then a failure is not unheard of.
        next.catch(() => undefined);
        underWay.push(next);
      }
      verifier.push(await (underWay.shift() as Promise<Uint8Array>));
      signal.throwIfAborted();
      onLeaves(Math.min(leaves, (tile + 1) * TILE_LEAVES), leaves);
    }
    return verifier.end();
  } finally {
    stop.abort();
  }
}
