/**
 * The append-only Merkle tree of RFC 6962 section 2 (RFC 9162 section 2): hashing, appending, inclusion and consistency
 * proofs and their verification. A tree is only ever seen through its complete subtrees: the node at (level, index) is
 * the root over the entries [index * 2^level, (index + 1) * 2^level), so the same code serves memory, SQL and tiles.
 *
 * Sizes and indexes are safe integers up to `MAX_TREE_SIZE`; they exceed 32 bits, hence no bitwise operators on them.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { demand } from './proof-error.ts';

/** SHA-256 of `data`: 32 bytes. It must not keep or change `data`, which is reused between calls. */
export type Sha256 = (data: Uint8Array) => Uint8Array;
/** The portable default; callers inject a native one (node:crypto, WASM) where speed matters. */
export const plainSha256: Sha256 = nobleSha256;

/** Complete subtrees of a tree, left to right, largest first: all that appending and the root need. */
export type Frontier = { readonly size: number; readonly hashes: readonly Uint8Array[] };
export type NodeAddress = { readonly level: number; readonly index: number };
/** Hash (32 bytes) of the complete subtree at these coordinates. */
export type NodeReader = (level: number, index: number) => Uint8Array;
/** Told of every complete subtree formed by an append, level 0 (leaves) included, in the order they are formed. */
export type NodeWriter = (level: number, index: number, hash: Uint8Array) => void;

export const HASH_BYTES = 32;
/** Far beyond any log, and leaves index arithmetic exact in doubles. */
export const MAX_TREE_SIZE = 2 ** 48;
const MAX_LEVEL = 48;
/** RFC 6962 section 2.1: leaves and nodes are hashed under different first bytes. */
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = 1;

/** Half-open range of entries. */
type Range = { readonly begin: number; readonly end: number };

/** Reused for every node: hashing is synchronous, and 65-byte allocations cost as much as half a hash. */
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES);
nodeInput[0] = NODE_PREFIX;

export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/** Leaf hash of a log entry: SHA-256(0x00 || entry), RFC 6962 section 2.1. */
export function leafHash(entry: Uint8Array, sha256: Sha256 = plainSha256): Uint8Array {
  return sha256(concatBytes(LEAF_PREFIX, entry));
}

/** Hash of an inner node: SHA-256(0x01 || left || right), RFC 6962 section 2.1. Both are 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256 = plainSha256): Uint8Array {
  const areBoth32 = left.length === HASH_BYTES && right.length === HASH_BYTES;
  demand(areBoth32, 'bad-argument', 'a node hashes two hashes of 32 bytes');
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Root of the tree without entries: SHA-256 of nothing, RFC 6962 section 2.1. */
export function emptyRoot(sha256: Sha256 = plainSha256): Uint8Array {
  return sha256(new Uint8Array(0));
}

/** Root over leaf hashes in order. */
export function rootOf(leafHashes: readonly Uint8Array[], sha256: Sha256 = plainSha256): Uint8Array {
  return frontierRoot(appendLeaves(emptyFrontier, leafHashes, undefined, sha256), sha256);
}

/**
 * The frontier after appending `leafHashes` (32 bytes each) in order. The given frontier is unchanged.
 * Throws `bad-argument` for a frontier that cannot be one, `too-large` beyond `MAX_TREE_SIZE`.
 */
export function appendLeaves(
  frontier: Frontier,
  leafHashes: readonly Uint8Array[],
  onNode?: NodeWriter,
  sha256: Sha256 = plainSha256,
): Frontier {
  checkFrontier(frontier);
  const hashes = [...frontier.hashes];
  let size = frontier.size;
  demand(
    size + leafHashes.length <= MAX_TREE_SIZE,
    'too-large',
    `a tree holds at most ${MAX_TREE_SIZE} entries`,
  );
  for (const leaf of leafHashes) {
    demand(leaf.length === HASH_BYTES, 'bad-argument', 'a leaf hash has 32 bytes');
    let hash = leaf;
    let level = 0;
    let index = size;
    onNode?.(level, index, hash);
    // A right child completes its parent, which may complete its own.
    for (; index % 2 === 1; index = (index - 1) / 2) {
      hash = nodeHash(hashes.pop()!, hash, sha256);
      level++;
      onNode?.(level, (index - 1) / 2, hash);
    }
    hashes.push(hash);
    size++;
  }
  return { size, hashes };
}

/** Root of the tree whose complete subtrees these are. */
export function frontierRoot(frontier: Frontier, sha256: Sha256 = plainSha256): Uint8Array {
  checkFrontier(frontier);
  return foldSubtrees(frontier.hashes, sha256);
}

/**
 * Inclusion proof of entry `index` in the tree of `size` entries, from the leaf's sibling up (RFC 6962 section 2.1.1).
 * Throws `bad-argument` unless 0 <= index < size.
 */
export function inclusionProof(
  index: number,
  size: number,
  read: NodeReader,
  sha256: Sha256 = plainSha256,
): Uint8Array[] {
  return inclusionRanges(index, size).map((range) => rangeHash(range, read, sha256));
}

/** Complete nodes that `inclusionProof(index, size, read)` reads, so that an async store can fetch them first. */
export function nodesForInclusion(index: number, size: number): NodeAddress[] {
  return inclusionRanges(index, size).flatMap(subtreesOf);
}

/**
 * Proof that the tree of `size1` entries is a prefix of the tree of `size2` (RFC 6962 section 2.1.2); empty when the
 * sizes are equal or `size1` is 0. Throws `bad-argument` unless 0 <= size1 <= size2.
 */
export function consistencyProof(
  size1: number,
  size2: number,
  read: NodeReader,
  sha256: Sha256 = plainSha256,
): Uint8Array[] {
  return consistencyRanges(size1, size2).map((range) => rangeHash(range, read, sha256));
}

/** Complete nodes that `consistencyProof(size1, size2, read)` reads. */
export function nodesForConsistency(size1: number, size2: number): NodeAddress[] {
  return consistencyRanges(size1, size2).flatMap(subtreesOf);
}

export type InclusionClaim = {
  readonly index: number;
  readonly size: number;
  /** Leaf hash, not the entry. */
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
};

/** Whether `proof` shows `leaf` at `index` of the tree with this size and root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim, sha256: Sha256 = plainSha256): boolean {
  const { index, size, leaf, proof, root } = claim;
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash, sha256);
      // A rightmost node without a sibling is carried up as it is.
      for (; at % 2 === 0 && at > 0; at = half(at)) last = half(last);
    } else {
      hash = nodeHash(hash, sibling, sha256);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 && equalBytes(hash, root);
}

export type ConsistencyClaim = {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/**
 * Whether `proof` shows that the tree (size2, root2) extends the tree (size1, root1) (RFC 9162 section 2.1.4.2).
 * Every tree extends the empty one; then `root1` must be the empty root and the proof empty.
 */
export function verifyConsistency(claim: ConsistencyClaim, sha256: Sha256 = plainSha256): boolean {
  const { size1, size2, root1, root2, proof } = claim;
  if (!isSize(size1) || !isSize(size2) || size1 > size2 || !areHashes([root1, root2, ...proof])) return false;
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2);
  if (size1 === 0) return proof.length === 0 && equalBytes(root1, emptyRoot(sha256));

  let at = size1 - 1;
  let last = size2 - 1;
  for (; at % 2 === 1; at = half(at)) last = half(last);
  // When size1 is a power of two, its root is itself the first node of the path and is left out of the proof.
  const path = at === 0 ? [root1, ...proof] : proof;
  const first = path[0];
  if (first === undefined) return false;
  let hash1 = first;
  let hash2 = first;
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash1 = nodeHash(sibling, hash1, sha256);
      hash2 = nodeHash(sibling, hash2, sha256);
      for (; at % 2 === 0 && at > 0; at = half(at)) last = half(last);
    } else {
      hash2 = nodeHash(hash2, sibling, sha256);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 && equalBytes(hash1, root1) && equalBytes(hash2, root2);
}

/** Ranges whose hashes form the inclusion proof, leaf's sibling first: PATH of RFC 6962 section 2.1.1. */
function inclusionRanges(index: number, size: number): Range[] {
  const inside = isSize(index) && isSize(size) && index < size;
  demand(inside, 'bad-argument', `no entry ${index} in a tree of ${size} entries`);
  const ranges: Range[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const split = begin + largestPowerBelow(end - begin);
    const goesLeft = index < split;
    ranges.push(goesLeft ? { begin: split, end } : { begin, end: split });
    if (goesLeft) end = split;
    else begin = split;
  }
  return ranges.reverse();
}

/** Ranges whose hashes form the consistency proof, deepest first: SUBPROOF of RFC 6962 section 2.1.2. */
function consistencyRanges(size1: number, size2: number): Range[] {
  const ordered = isSize(size1) && isSize(size2) && size1 <= size2;
  demand(ordered, 'bad-argument', `a tree of ${size1} entries is not older than one of ${size2}`);
  if (size1 === 0) return [];
  const ranges: Range[] = [];
  let begin = 0;
  let end = size2;
  while (end !== size1) {
    const split = begin + largestPowerBelow(end - begin);
    const goesLeft = size1 <= split;
    ranges.push(goesLeft ? { begin: split, end } : { begin, end: split });
    if (goesLeft) end = split;
    else begin = split;
  }
  // A range that starts at 0 is the whole old tree, whose root the verifier already has.
  if (begin > 0) ranges.push({ begin, end });
  return ranges.reverse();
}

function rangeHash(range: Range, read: NodeReader, sha256: Sha256): Uint8Array {
  return foldSubtrees(
    subtreesOf(range).map(({ level, index }) => read(level, index)),
    sha256,
  );
}

/** Complete subtrees that make up a range of the RFC 6962 recursion, largest first. */
function subtreesOf(range: Range): NodeAddress[] {
  const nodes: NodeAddress[] = [];
  let begin = range.begin;
  let level = MAX_LEVEL;
  for (let width = 2 ** level; begin < range.end; width /= 2, level--) {
    if (width > range.end - begin) continue;
    nodes.push({ level, index: begin / width });
    begin += width;
  }
  return nodes;
}

/** Root over complete subtrees given largest first. */
function foldSubtrees(hashes: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  let root = hashes.at(-1);
  if (root === undefined) return emptyRoot(sha256);
  for (let at = hashes.length - 2; at >= 0; at--) root = nodeHash(hashes[at]!, root, sha256);
  return root;
}

function checkFrontier({ size, hashes }: Frontier): void {
  demand(isSize(size), 'bad-argument', `${size} is not a tree size`);
  let subtrees = 0;
  for (let rest = size; rest > 0; rest = half(rest)) subtrees += rest % 2;
  const fits = hashes.length === subtrees && areHashes(hashes);
  demand(fits, 'bad-argument', `a frontier of size ${size} has ${subtrees} hashes of 32 bytes`);
}

/** Whether `value` can be a tree size: an integer from 0 to `MAX_TREE_SIZE`. */
export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= MAX_TREE_SIZE;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === HASH_BYTES);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

/** Largest power of two smaller than `count`, which is at least 2. */
function largestPowerBelow(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
