/**
 * C2SP tlog-tiles: a log published as static files. A tile holds up to 256 hashes of one tree level (0, 8, 16, …); the
 * seven levels between two tile levels are recomputed from the lower tile. Entry bundles hold the entries themselves.
 * Spec: https://c2sp.org/tlog-tiles (v0.1.0), sections "Merkle Tree" and "Log entries".
 */
import { joinBytes } from './bytes.ts';
import {
  HASH_BYTES,
  isSize,
  MAX_TREE_SIZE,
  type NodeReader,
  nodeHash,
  plainSha256,
  type Sha256,
} from './merkle.ts';
import { demand, ProofError } from './proof-error.ts';

/** Tree levels per tile level. */
export const TILE_HEIGHT = 8;
/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** "a decimal ASCII integer between 0 and 63" */
const MAX_TILE_LEVEL = 63;
/** Entry bundles prefix each entry with its length as uint16. */
const MAX_ENTRY_BYTES = 65_535;
const LENGTH_BYTES = 2;
/** `tilesForSize` returns an array: four million tiles for a billion entries. */
const MAX_LISTED_SIZE = 2 ** 30;
const MAX_TILE_INDEX = MAX_TREE_SIZE / TILE_WIDTH;

export type EntriesAddress = { readonly index: number; readonly width: number };
export type TileAddress = EntriesAddress & { readonly level: number };
export type TilePath =
  | ({ readonly kind: 'tile' } & TileAddress)
  | ({ readonly kind: 'entries' } & EntriesAddress);

/** Path of a tile: `tile/<L>/<N>[.p/<W>]`, without a leading slash. Throws `bad-argument`. */
export function tilePath(tile: TileAddress): string {
  const isLevel = Number.isInteger(tile.level) && tile.level >= 0 && tile.level <= MAX_TILE_LEVEL;
  demand(isLevel, 'bad-argument', `a tile level is 0 to ${MAX_TILE_LEVEL}, not ${tile.level}`);
  return `tile/${tile.level}/${formatIndex(tile)}`;
}

/** Path of an entry bundle: `tile/entries/<N>[.p/<W>]`. Throws `bad-argument`. */
export function entriesPath(bundle: EntriesAddress): string {
  return `tile/entries/${formatIndex(bundle)}`;
}

/** Strict inverse of `tilePath` and `entriesPath`. Throws `bad-tile` for any other text. */
export function parseTilePath(path: string): TilePath {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  demand(match !== null, 'bad-tile', 'not a tile path: tile/<L>/<N>[.p/<W>] or tile/entries/<N>[.p/<W>]');
  const level = match[1]!;
  const index = Number(match[2]!.replaceAll('/', '').replaceAll('x', ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const parsed: TilePath =
    level === 'entries'
      ? { kind: 'entries', index, width }
      : { kind: 'tile', level: Number(level), index, width };
  demand(formatTilePath(parsed) === path, 'bad-tile', 'tile path is not in its one canonical form');
  return parsed;
}

/** Every tile of the tree with `size` entries, level by level, left to right. Throws `too-large` beyond 2^30 entries. */
export function tilesForSize(size: number): TileAddress[] {
  demand(isSize(size), 'bad-argument', `${size} is not a tree size`);
  demand(size <= MAX_LISTED_SIZE, 'too-large', `tiles are listed for up to ${MAX_LISTED_SIZE} entries`);
  const tiles: TileAddress[] = [];
  for (let level = 0, hashes = size; hashes > 0; level++) {
    const full = Math.floor(hashes / TILE_WIDTH);
    const rest = hashes % TILE_WIDTH;
    for (let index = 0; index < full; index++) tiles.push({ level, index, width: TILE_WIDTH });
    if (rest > 0) tiles.push({ level, index: full, width: rest });
    hashes = full;
  }
  return tiles;
}

/** Tile that holds, or lets compute, the complete node at (level, index). */
export function tileOfNode(level: number, index: number): { level: number; index: number } {
  return {
    level: Math.floor(level / TILE_HEIGHT),
    index: Math.floor(index / 2 ** (TILE_HEIGHT - (level % TILE_HEIGHT))),
  };
}

/**
 * Hash of the complete node at (level, index), computed from the bytes of the tile `tileOfNode(level, index)`.
 * Throws `bad-tile` when the tile is malformed or too narrow to hold the node.
 */
export function tileNode(
  tile: Uint8Array,
  level: number,
  index: number,
  sha256: Sha256 = plainSha256,
): Uint8Array {
  demand(isSize(level) && isSize(index), 'bad-argument', `no node at level ${level}, index ${index}`);
  const isTile = tile.length % HASH_BYTES === 0 && tile.length <= TILE_WIDTH * HASH_BYTES;
  demand(isTile, 'bad-tile', `${tile.length} bytes are not a tile of up to ${TILE_WIDTH} hashes`);
  const height = level % TILE_HEIGHT;
  const span = 2 ** height;
  const start = (index % (TILE_WIDTH / span)) * span;
  const bytes = tile.subarray(start * HASH_BYTES, (start + span) * HASH_BYTES);
  demand(bytes.length === span * HASH_BYTES, 'bad-tile', 'tile is too narrow to hold the node');
  let hashes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(bytes.slice(at, at + HASH_BYTES));
  while (hashes.length > 1) {
    const parents: Uint8Array[] = [];
    for (let at = 0; at < hashes.length; at += 2) {
      parents.push(nodeHash(hashes[at]!, hashes[at + 1]!, sha256));
    }
    hashes = parents;
  }
  return hashes[0]!;
}

/** A node reader over tiles; `readTile` returns the bytes of the tile at (tile level, tile index). */
export function nodeReaderFromTiles(
  readTile: (level: number, index: number) => Uint8Array,
  sha256: Sha256 = plainSha256,
): NodeReader {
  return function readNode(level, index) {
    const tile = tileOfNode(level, index);
    return tileNode(readTile(tile.level, tile.index), level, index, sha256);
  };
}

/** Entry bundle of 1 to 256 entries of at most 65,535 bytes each. Throws `bad-argument` or `too-large`. */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const isWidth = entries.length >= 1 && entries.length <= TILE_WIDTH;
  demand(isWidth, 'bad-argument', `a bundle holds 1 to ${TILE_WIDTH} entries, not ${entries.length}`);
  const parts = entries.flatMap((entry) => {
    demand(entry.length <= MAX_ENTRY_BYTES, 'too-large', `an entry has at most ${MAX_ENTRY_BYTES} bytes`);
    return [Uint8Array.of(entry.length >> 8, entry.length & 255), entry];
  });
  return joinBytes(parts);
}

/** Entries of a bundle, as views on `bytes`. Throws `bad-tile` when it is empty, truncated or holds more than 256. */
export function decodeEntryBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    demand(at + LENGTH_BYTES <= bytes.length, 'bad-tile', 'entry bundle ends inside a length');
    const start = at + LENGTH_BYTES;
    at = start + ((bytes[at]! << 8) | bytes[at + 1]!);
    demand(at <= bytes.length, 'bad-tile', 'entry bundle ends inside an entry');
    demand(entries.length < TILE_WIDTH, 'bad-tile', `entry bundle holds more than ${TILE_WIDTH} entries`);
    entries.push(bytes.subarray(start, at));
  }
  demand(entries.length > 0, 'bad-tile', 'entry bundle is empty');
  return entries;
}

/** `<N>[.p/<W>]`: three digits per element, all but the last after an `x`; 1234067 is `x001/x234/067`. */
function formatIndex({ index, width }: EntriesAddress): string {
  const isIndex = Number.isSafeInteger(index) && index >= 0 && index <= MAX_TILE_INDEX;
  demand(isIndex, 'bad-argument', `${index} is not a tile index`);
  const isWidth = Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH;
  demand(isWidth, 'bad-argument', `a tile is 1 to ${TILE_WIDTH} wide, not ${width}`);
  let text = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    text = `x${String(rest % 1000).padStart(3, '0')}/${text}`;
  }
  return width === TILE_WIDTH ? text : `${text}.p/${width}`;
}

/** The path of parsed coordinates; coordinates that have none are a fault of the path they came from. */
function formatTilePath(parsed: TilePath): string {
  try {
    return parsed.kind === 'tile' ? tilePath(parsed) : entriesPath(parsed);
  } catch (error) {
    throw new ProofError('bad-tile', (error as ProofError).message);
  }
}
