/**
 * Hashes of the public log by way of its tiles. A tile that is still partial may have been filled meanwhile;
 * then the
 * full one is taken, whose first hashes are the same.
 */
import type { Checkpoint } from '@sonae/proof/checkpoint';
import {
  consistencyProof,
  HASH_BYTES,
  leafHash,
  nodesForConsistency,
  type Sha256,
  verifyConsistency,
} from '@sonae/proof/merkle';
import { nodeReaderFromTiles, TILE_WIDTH, tileNode, tileOfNode, tilePath } from '@sonae/proof/tiles';

/** Reads `path` (e.g. `tile/0/000`) of the log; throws when there is none. */
export type ReadPath = (path: string) => Promise<Uint8Array>;

/** Hashes that tile (level, index) holds in a tree of `size` entries. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

async function readTile(read: ReadPath, level: number, index: number, size: number): Promise<Uint8Array> {
  const width = tileWidth(level, index, size);
  try {
    return await read(tilePath({ level, index, width }));
  } catch (error) {
    if (width === TILE_WIDTH) throw error;
    const full = await read(tilePath({ level, index, width: TILE_WIDTH }));
    return full.subarray(0, width * HASH_BYTES);
  }
}

/** The leaf hash that the public log holds at `index`. */
export async function publishedLeaf(read: ReadPath, index: number, size: number): Promise<Uint8Array> {
  return tileNode(await readTile(read, 0, Math.floor(index / TILE_WIDTH), size), 0, index);
}

/** The leaf hash of an entry, as the log would hold it. */
export function leafOf(entry: Uint8Array, sha256: Sha256): Uint8Array {
  return leafHash(entry, sha256);
}

/**
 * Whether `newer` only adds to `older`, by a consistency proof computed from tiles. Throws when a tile cannot
 * be read.
 */
export async function onlyGrew(
  older: Pick<Checkpoint, 'size' | 'root'>,
  newer: Pick<Checkpoint, 'size' | 'root'>,
  read: ReadPath,
  sha256: Sha256,
): Promise<boolean> {
  if (older.size > newer.size) return false;
  const tiles = new Map<string, Uint8Array>();
  const needed = older.size === newer.size ? [] : nodesForConsistency(older.size, newer.size);
  for (const node of needed) {
    const { level, index } = tileOfNode(node.level, node.index);
    const key = `${level}/${index}`;
    if (!tiles.has(key)) tiles.set(key, await readTile(read, level, index, newer.size));
  }
  const reader = nodeReaderFromTiles(
    (level, index) => tiles.get(`${level}/${index}`) ?? new Uint8Array(0),
    sha256,
  );
  const proof = needed.length === 0 ? [] : consistencyProof(older.size, newer.size, reader, sha256);
  return verifyConsistency(
    { size1: older.size, size2: newer.size, root1: older.root, root2: newer.root, proof },
    sha256,
  );
}
