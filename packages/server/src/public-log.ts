/** The public face of the log: tiles, entry bundles and disclosures, read from the store. */

import { must } from '@sonae/core/kernel/assert.ts';
import { PAGE_ITEMS_MAX } from '@sonae/core/kernel/limits.ts';
import type { Sha256 } from '@sonae/core/ports/hash.ts';
import type { FactRow, Store } from '@sonae/core/ports/store.ts';
import { toBase64 } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { formatDisclosure } from '@sonae/proof/disclosure';
import { HASH_BYTES, inclusionProof, type NodeAddress, nodesForInclusion } from '@sonae/proof/merkle';
import {
  encodeEntryBundle,
  nodeReaderFromTiles,
  parseTilePath,
  TILE_WIDTH,
  tileOfNode,
} from '@sonae/proof/tiles';
import { formatTlogProof } from '@sonae/proof/tlog-proof';
import type { Node } from './node.ts';
import type { Witnessed } from './witness/witnessed-log.ts';

/** Bytes of a tile or entry bundle at its C2SP path, or null when the log does not have it (yet). */
export async function readTilePath(store: Store, path: string): Promise<Uint8Array | null> {
  const tile = parseTilePath(path);
  if (tile.kind === 'entries') {
    const first = tile.index * TILE_WIDTH;
    const rows = await store.facts({ from: first, before: first + tile.width, limit: tile.width });
    return rows.length === tile.width ? encodeEntryBundle(rows.map((row) => row.entry)) : null;
  }
  const hashes = await store.tile(tile.level, tile.index);
  const bytes = tile.width * HASH_BYTES;
  return hashes && hashes.length >= bytes ? hashes.slice(0, bytes) : null;
}

/** The disclosure of a disclosed fact, or null. */
export async function discloseFact(log: LogReader, seq: number, sha256: Sha256): Promise<string | null> {
  const [row] = await log.store.facts({ from: seq, before: seq + 1, limit: 1 });
  return row?.disclosed ? disclosureOf(log, row, sha256) : null;
}

/** The log of a node, as it is shown. */
export const shownLog = (node: Node): LogReader => ({
  store: node.app.ports.store,
  witnessed: node.witnessed?.newest() ?? null,
});

export type LogReader = {
  readonly store: Store;
  /** The newest checkpoint that witnesses cosigned, if any were asked. */
  readonly witnessed: Witnessed | null;
};

/**
 * Fact, salt, inclusion proof and checkpoint in one text that verifies without us. The checkpoint is the cosigned one where
 * that covers the fact, else the newest.
 */
export async function disclosureOf(
  { store, witnessed }: LogReader,
  row: FactRow,
  sha256: Sha256,
): Promise<string> {
  const head = await store.head();
  const isCovered = witnessed !== null && row.seq < witnessed.size;
  const checkpoint = isCovered ? witnessed.note : head.checkpoint;
  const size = isCovered ? witnessed.size : head.frontier.size;
  const tiles = await readTiles(store, nodesForInclusion(row.seq, size));
  const read = nodeReaderFromTiles(
    (level, index) => must(tiles.get(tileName({ level, index })), `tile ${level}/${index}`),
    sha256,
  );
  const proof = inclusionProof(row.seq, size, read, sha256);
  return formatDisclosure({
    index: row.seq,
    salt: toBase64(row.salt),
    fact: JSON.parse(row.text) as JsonValue,
    tlogProof: formatTlogProof({ index: row.seq, proof, checkpoint }),
  });
}

/** The tiles that hold these nodes, by `level/index`, read at once. */
export async function readTiles(
  store: Store,
  nodes: readonly NodeAddress[],
): Promise<Map<string, Uint8Array>> {
  const wanted = new Map(
    nodes.map(({ level, index }) => [tileName(tileOfNode(level, index)), tileOfNode(level, index)]),
  );
  const read = async (name: string, level: number, index: number): Promise<[string, Uint8Array]> => [
    name,
    must(await store.tile(level, index), `tile ${name}`),
  ];
  return new Map(await Promise.all([...wanted].map(([name, { level, index }]) => read(name, level, index))));
}

export const tileName = ({ level, index }: { level: number; index: number }): string => `${level}/${index}`;

/** Disclosed facts, newest first. */
export async function listDisclosed(
  store: Store,
  before: number | undefined,
  limit: number,
): Promise<FactRow[]> {
  const page = Math.min(limit, PAGE_ITEMS_MAX);
  return store.facts({
    ...(before === undefined ? {} : { before }),
    disclosedOnly: true,
    newestFirst: true,
    limit: page,
  });
}
