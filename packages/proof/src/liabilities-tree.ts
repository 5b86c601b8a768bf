/**
 * The Merkle-sum tree of sonae/liabilities/v1 and v2: tags, leaves, nodes, building from a stream or from shards, paths.
 * The versions differ in what their hashes begin with: words in v1, in v2 one whole block of SHA-256 that all hashes of
 * a kind share, so that nobody has to compute it more than once (`TreeRules`).
 *
 * An entry is what is published of a leaf, 64 bytes: tag (32), credit (16), debt (16). A node is 64 bytes too: digest
 * (32), credit (16), debt (16). A node's digest covers both children whole, sums included. The tree has the shape of
 * RFC 6962: in each level neighbours pair up and a last one without neighbour is carried up; nothing is duplicated and
 * nothing is filled up. 256 entries are a tile, the unit of publishing, of sharding and of proving.
 *
 * A `sha256` given here may return the same array at every call: results are copied before the next one.
 */
import { concatBytes, joinBytes, utf8Encode } from './bytes.ts';
import { canonicalBytes } from './canonical-json.ts';
import {
  AMOUNT_BYTES,
  isAssetName,
  isLiabilitiesFormat,
  isPublicName,
  type LiabilitiesFormat,
  MAX_CUSTOMER_BYTES,
} from './liabilities.ts';
import { HASH_BYTES, isSize, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';

/** Which tree: every leaf commits to all of it. */
export type TreeName = {
  readonly format: LiabilitiesFormat;
  readonly exchange: string;
  readonly epoch: string;
  readonly asset: string;
  readonly leaves: number;
};

export const ENTRY_BYTES = HASH_BYTES + 2 * AMOUNT_BYTES;
export const NODE_BYTES = HASH_BYTES + 2 * AMOUNT_BYTES;
export const TILE_LEAVES = 256;
export const SECRET_BYTES = 32;
/** Leaves that one customer may have in one tree. */
export const MAX_PARTS = 16;

/** RFC 2104 for SHA-256. */
const HMAC_BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** What the hashes of one tree begin with. */
export type TreeRules = {
  readonly tree: TreeName;
  /** 32 bytes that stand for the tree. */
  readonly id: Uint8Array;
  readonly tagPrefix: Uint8Array;
  readonly leafPrefix: Uint8Array;
  readonly nodePrefix: Uint8Array;
};

/** The rules of the tree's version. Throws `bad-argument`. */
export function treeRules(tree: TreeName, sha256: Sha256 = plainSha256): TreeRules {
  const { format, exchange, epoch, asset, leaves } = tree;
  const isNamed =
    isLiabilitiesFormat(format) && isPublicName(exchange) && isPublicName(epoch) && isAssetName(asset);
  demand(
    isNamed,
    'bad-argument',
    'a tree is named by format, exchange, epoch and asset of the characters they may have',
  );
  demand(isSize(leaves) && leaves > 0, 'bad-argument', `${leaves} is not a number of leaves from 1`);
  const domain = (kind: string) => utf8Encode(`${format} ${kind}\n`);
  const hash = (...parts: Uint8Array[]) => Uint8Array.from(sha256(concatBytes(...parts)));
  const id = hash(domain('tree'), canonicalBytes({ format, exchange, epoch, asset, leaves }));
  if (format === 'sonae/liabilities/v1')
    return {
      ...{ tree, id, tagPrefix: concatBytes(domain('tag'), id) },
      ...{ leafPrefix: concatBytes(domain('leaf'), id), nodePrefix: domain('node') },
    };
  return {
    ...{ tree, id, tagPrefix: hash(domain('tag'), id) },
    leafPrefix: concatBytes(hash(domain('leaf')), id),
    nodePrefix: concatBytes(hash(domain('node')), id),
  };
}

/** HMAC under `key` (32 bytes) of fixed || uint32(number) || rest; the result is overwritten by the next call. */
export type HmacOf = (key: Uint8Array, number: number, rest: Uint8Array) => Uint8Array;
/** `customer` is UTF-8; `part` counts the customer's leaves in this tree from 0. */
export type TagOf = (secret: Uint8Array, customer: Uint8Array, part: number) => Uint8Array;

/**
 * HMAC-SHA-256 (RFC 2104) over any SHA-256, of messages that share their beginning `fixed`: it is laid out once, since
 * a million of these are computed in a build.
 */
export function createHmac(fixed: Uint8Array, maxRest: number, sha256: Sha256 = plainSha256): HmacOf {
  const numberAt = HMAC_BLOCK_BYTES + fixed.length;
  const restAt = numberAt + 4;
  const inner = new Uint8Array(restAt + maxRest).fill(INNER_PAD, 0, HMAC_BLOCK_BYTES);
  inner.set(fixed, HMAC_BLOCK_BYTES);
  const view = new DataView(inner.buffer);
  const outer = new Uint8Array(HMAC_BLOCK_BYTES + HASH_BYTES).fill(OUTER_PAD, 0, HMAC_BLOCK_BYTES);
  let used = inner.subarray(0, restAt);
  return function hmac(key, number, rest) {
    demand(key.length === SECRET_BYTES, 'bad-argument', `a secret has ${SECRET_BYTES} bytes`);
    demand(rest.length <= maxRest, 'too-large', `a message ends in at most ${maxRest} bytes`);
    for (let n = 0; n < SECRET_BYTES; n++) {
      const byte = key[n]!;
      inner[n] = byte ^ INNER_PAD;
      outer[n] = byte ^ OUTER_PAD;
    }
    view.setUint32(numberAt, number);
    inner.set(rest, restAt);
    if (used.length !== restAt + rest.length) used = inner.subarray(0, restAt + rest.length);
    outer.set(sha256(used), HMAC_BLOCK_BYTES);
    return sha256(outer);
  };
}

/**
 * The tag by which a customer, and nobody else, knows a leaf to be theirs:
 * HMAC-SHA-256(secret, tagPrefix || part as uint32 || customer). The result is overwritten by the next call.
 */
export function createTagger({ tagPrefix }: TreeRules, sha256: Sha256 = plainSha256): TagOf {
  const hmac = createHmac(tagPrefix, MAX_CUSTOMER_BYTES, sha256);
  return function tag(secret, customer, part) {
    const isPart = Number.isInteger(part) && part >= 0 && part < MAX_PARTS;
    demand(isPart, 'bad-argument', `a part is 0 to ${MAX_PARTS - 1}`);
    demand(customer.length > 0, 'bad-argument', 'the id of a customer is empty');
    return hmac(secret, part, customer);
  };
}

/** Writes the node over the two nodes that stand at `at` of `nodes`. */
type PairHash = (nodes: Uint8Array, at: number, out: Uint8Array, outAt: number) => void;
/** What computes the nodes of one tree; `createLaneTree` does it faster. Throws `liabilities-sum` beyond 128 bits. */
export type TreeHash = {
  readonly rules: TreeRules;
  /** Node over 1 to 256 entries, of which the first has index `first`, a multiple of 256. Throws `bad-argument`. */
  tile(entries: Uint8Array, first: number): Uint8Array;
  /**
   * Root node over nodes of one level, left to right. Over tile nodes it is the root of the tree; over the tile nodes
   * of a shard (2^k tiles, the last shard may have fewer) it is the root of the shard; and over shard roots again the
   * root of the tree, whatever k is. Throws `bad-argument`.
   */
  fold(nodes: Uint8Array): Uint8Array;
};

function createPairHash({ nodePrefix }: TreeRules, sha256: Sha256): PairHash {
  const input = new Uint8Array(nodePrefix.length + 2 * NODE_BYTES);
  input.set(nodePrefix);
  const view = new DataView(input.buffer);
  const sums = new DataView(new ArrayBuffer(2 * AMOUNT_BYTES));
  const sumBytes = new Uint8Array(sums.buffer);
  const left = nodePrefix.length + HASH_BYTES;
  return function hashPair(nodes, at, out, outAt) {
    input.set(nodes.subarray(at, at + 2 * NODE_BYTES), nodePrefix.length);
    for (let column = 0; column < 2 * AMOUNT_BYTES; column += AMOUNT_BYTES) {
      let carry = 0;
      for (let word = column + AMOUNT_BYTES - 4; word >= column; word -= 4) {
        const sum = view.getUint32(left + word) + view.getUint32(left + NODE_BYTES + word) + carry;
        sums.setUint32(word, sum >>> 0);
        carry = sum > 0xffff_ffff ? 1 : 0;
      }
      demand(carry === 0, 'liabilities-sum', 'a sum does not fit in 128 bits');
    }
    out.set(sha256(input), outAt);
    out.set(sumBytes, outAt + HASH_BYTES);
  };
}

/** Writes nodes of entries: leaf digest SHA-256(leafPrefix || index as uint64 || entry), then the amounts. */
function createLeafHash({ leafPrefix }: TreeRules, sha256: Sha256) {
  const indexAt = leafPrefix.length;
  const entryAt = indexAt + 8;
  const input = new Uint8Array(entryAt + ENTRY_BYTES);
  input.set(leafPrefix);
  const view = new DataView(input.buffer);
  const amounts = input.subarray(entryAt + HASH_BYTES);
  return function hashLeaf(entries: Uint8Array, at: number, index: number, out: Uint8Array, outAt: number) {
    view.setUint32(indexAt, Math.floor(index / 2 ** 32));
    view.setUint32(indexAt + 4, index % 2 ** 32);
    input.set(entries.subarray(at, at + ENTRY_BYTES), entryAt);
    out.set(sha256(input), outAt);
    out.set(amounts, outAt + HASH_BYTES);
  };
}

/** Node of one entry at `index`. */
export function leafNode(
  rules: TreeRules,
  entry: Uint8Array,
  index: number,
  sha256: Sha256 = plainSha256,
): Uint8Array {
  demand(entry.length === ENTRY_BYTES, 'bad-argument', `an entry has ${ENTRY_BYTES} bytes`);
  const node = new Uint8Array(NODE_BYTES);
  createLeafHash(rules, sha256)(entry, 0, index, node, 0);
  return node;
}

/** Nodes of `tree` by any SHA-256. Throws `bad-argument`. */
export function createTreeHash(tree: TreeName, sha256: Sha256 = plainSha256): TreeHash {
  const rules = treeRules(tree, sha256);
  const hashLeaf = createLeafHash(rules, sha256);
  const hashPair = createPairHash(rules, sha256);
  const nodes = new Uint8Array(TILE_LEAVES * NODE_BYTES);

  function foldInPlace(level: Uint8Array, count: number): Uint8Array {
    for (let left = count; left > 1; left = Math.ceil(left / 2)) foldLevel(level, left, level, hashPair);
    return level.slice(0, NODE_BYTES);
  }

  return {
    rules,
    tile(entries, first) {
      const count = tileEntryCount(entries, first);
      for (let n = 0; n < count; n++) hashLeaf(entries, n * ENTRY_BYTES, first + n, nodes, n * NODE_BYTES);
      return foldInPlace(nodes, count);
    },
    fold: (level) => foldInPlace(Uint8Array.from(level), nodeCount(level)),
  };
}

/** Number of entries of a tile that begins at `first`. Throws `bad-argument` for what is none. */
export function tileEntryCount(entries: Uint8Array, first: number): number {
  const count = entryCount(entries);
  demand(count <= TILE_LEAVES, 'bad-argument', `a tile has 1 to ${TILE_LEAVES} entries`);
  demand(isSize(first) && first % TILE_LEAVES === 0, 'bad-argument', `no tile begins at entry ${first}`);
  return count;
}

/** All levels above and including `nodes`, the last with one node: what paths are read from. */
export function nodeLevels(rules: TreeRules, nodes: Uint8Array, sha256: Sha256 = plainSha256): Uint8Array[] {
  const hashPair = createPairHash(rules, sha256);
  const levels = [nodes];
  for (let left = nodeCount(nodes); left > 1; left = Math.ceil(left / 2)) {
    const above = new Uint8Array(Math.ceil(left / 2) * NODE_BYTES);
    foldLevel(levels.at(-1)!, left, above, hashPair);
    levels.push(above);
  }
  return levels;
}

export type TreeBuilder = {
  /** Bytes of entries in order, cut anywhere. */
  push(bytes: Uint8Array): void;
  /** Throws `bad-liabilities` unless exactly the named number of leaves came. */
  end(): { readonly root: Uint8Array; readonly tileNodes: Uint8Array };
};

/** Builds a tree from the stream of its entries; keeps one node of 64 bytes for every 256 of them. */
export function createTreeBuilder(hash: TreeHash): TreeBuilder {
  const { leaves } = hash.rules.tree;
  const tile = new Uint8Array(TILE_LEAVES * ENTRY_BYTES);
  const nodes: Uint8Array[] = [];
  let filled = 0;

  function closeTile(): void {
    const first = nodes.length * TILE_LEAVES;
    demand(filled % ENTRY_BYTES === 0, 'bad-liabilities', 'the leaf list ends inside an entry');
    const count = first + filled / ENTRY_BYTES;
    demand(count <= leaves, 'bad-liabilities', `more leaves than the ${leaves} of the tree`);
    nodes.push(hash.tile(tile.subarray(0, filled), first));
    filled = 0;
  }

  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + tile.length - filled);
        tile.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled === tile.length) closeTile();
      }
    },
    end() {
      const count = nodes.length * TILE_LEAVES + filled / ENTRY_BYTES;
      if (filled > 0) closeTile();
      demand(count === leaves, 'bad-liabilities', `${count} leaves, not the ${leaves} of the tree`);
      const tileNodes = joinBytes(nodes);
      return { root: hash.fold(tileNodes), tileNodes };
    },
  };
}

export type PathSource = {
  readonly rules: TreeRules;
  /** Entries of the tile with this number, whole. */
  readonly readTile: (tile: number) => Uint8Array;
  /** `nodeLevels` of the tile nodes; computed once for all paths. */
  readonly levels: readonly Uint8Array[];
};

/** Siblings of the leaf at `index`, lowest first: nodes of 64 bytes. Throws `bad-argument`. */
export function leafPath(source: PathSource, index: number, sha256: Sha256 = plainSha256): Uint8Array[] {
  const { rules, readTile, levels } = source;
  const { leaves } = rules.tree;
  demand(isSize(index) && index < leaves, 'bad-argument', `no leaf ${index} in a tree of ${leaves}`);
  const tile = Math.floor(index / TILE_LEAVES);
  const first = tile * TILE_LEAVES;
  const entries = readTile(tile);
  const hashLeaf = createLeafHash(rules, sha256);
  const nodes = new Uint8Array(entries.length);
  for (let n = 0; n < entryCount(entries); n++)
    hashLeaf(entries, n * ENTRY_BYTES, first + n, nodes, n * NODE_BYTES);
  return [...siblings(nodeLevels(rules, nodes, sha256), index - first), ...siblings(levels, tile)];
}

/**
 * Root node that a leaf's node and its siblings lead to. Throws `liabilities-root` when
 * the number of siblings is not that of the leaf's place, `liabilities-sum` when a sum exceeds 128 bits.
 */
export function climb(
  rules: TreeRules,
  node: Uint8Array,
  index: number,
  path: readonly Uint8Array[],
  sha256: Sha256 = plainSha256,
): Uint8Array {
  const { leaves } = rules.tree;
  demand(isSize(index) && index < leaves, 'liabilities-root', `no leaf ${index} in a tree of ${leaves}`);
  const areNodes = [node, ...path].every(({ length }) => length === NODE_BYTES);
  demand(areNodes, 'bad-argument', `a node has ${NODE_BYTES} bytes`);
  const hashPair = createPairHash(rules, sha256);
  const pair = new Uint8Array(2 * NODE_BYTES);
  let current = Uint8Array.from(node);
  let at = index;
  let used = 0;
  for (let count = leaves; count > 1; count = Math.ceil(count / 2)) {
    const isRight = at % 2 === 1;
    if (isRight || at + 1 < count) {
      const sibling = path[used++];
      demand(
        sibling !== undefined,
        'liabilities-root',
        'the path is shorter than the place of the leaf asks',
      );
      pair.set(current, isRight ? NODE_BYTES : 0);
      pair.set(sibling, isRight ? 0 : NODE_BYTES);
      const above = new Uint8Array(NODE_BYTES);
      hashPair(pair, 0, above, 0);
      current = above;
    }
    at = Math.floor(at / 2);
  }
  demand(used === path.length, 'liabilities-root', 'the path is longer than the place of the leaf asks');
  return current;
}

/** Runs of whole tiles for `shards` builders or more: the tiles of each but the last are the same power of two. */
export function shardRanges(leaves: number, shards: number): { first: number; end: number }[] {
  const isAsked = isSize(leaves) && leaves > 0 && Number.isInteger(shards) && shards >= 1;
  demand(isAsked, 'bad-argument', 'shards are counted from 1, of a tree with leaves');
  let width = TILE_LEAVES;
  while (width * 2 * shards <= leaves) width *= 2;
  const ranges: { first: number; end: number }[] = [];
  for (let first = 0; first < leaves; first += width)
    ranges.push({ first, end: Math.min(first + width, leaves) });
  return ranges;
}

function siblings(levels: readonly Uint8Array[], index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let at = index;
  for (const level of levels) {
    const beside = (at % 2 === 1 ? at - 1 : at + 1) * NODE_BYTES;
    if (beside < level.length) path.push(level.slice(beside, beside + NODE_BYTES));
    at = Math.floor(at / 2);
  }
  return path;
}

/** Pairs up `count` nodes of `from` into `to`, which may be the same array. */
function foldLevel(from: Uint8Array, count: number, to: Uint8Array, hashPair: PairHash): void {
  const pairs = Math.floor(count / 2);
  for (let n = 0; n < pairs; n++) hashPair(from, 2 * n * NODE_BYTES, to, n * NODE_BYTES);
  if (count % 2 === 1)
    to.set(from.subarray((count - 1) * NODE_BYTES, count * NODE_BYTES), pairs * NODE_BYTES);
}

function entryCount(entries: Uint8Array): number {
  const isWhole = entries.length > 0 && entries.length % ENTRY_BYTES === 0;
  demand(isWhole, 'bad-argument', `entries have ${ENTRY_BYTES} bytes each`);
  return entries.length / ENTRY_BYTES;
}

function nodeCount(nodes: Uint8Array): number {
  const isWhole = nodes.length > 0 && nodes.length % NODE_BYTES === 0;
  demand(isWhole, 'bad-argument', `nodes have ${NODE_BYTES} bytes each`);
  return nodes.length / NODE_BYTES;
}
