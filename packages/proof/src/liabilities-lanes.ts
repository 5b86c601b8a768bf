/**
 * The tree of sonae/liabilities/v2 by SHA-256 of four messages at once (WebAssembly): the same tags, nodes and root as
 * `createTreeHash` and `createTagger`, several times faster. Tiles are put together in the memory of the kernel.
 *
 * A leaf takes seven blocks: two for its tag under a prepared key, two for itself, three for a node. Entries and nodes are
 * hashed where they stand, behind the state that the prefix of their kind leaves.
 */
import { MAX_CUSTOMER_BYTES } from './liabilities.ts';
import {
  AT,
  createKernel,
  INNER_PAD,
  KEY_BYTES,
  type Kernel,
  MAX_MESSAGE_BLOCKS,
  messageBlocks,
  OUTER_PAD,
  setPrefixes,
} from './liabilities-kernel.ts';
import {
  createTreeHash,
  ENTRY_BYTES,
  MAX_PARTS,
  NODE_BYTES,
  SECRET_BYTES,
  TILE_LEAVES,
  type TreeHash,
  type TreeName,
  type TreeRules,
  tileEntryCount,
  treeRules,
} from './liabilities-tree.ts';
import { HASH_BYTES, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import { BLOCK_BYTES, LANES } from './sha256-lanes.ts';

/** A prepared key in words of 32 bits. */
export const KEY_WORDS = KEY_BYTES / 4;
const NO_LANES = 'this platform has no WebAssembly with vectors';

/**
 * Prepares keys of secrets of 32 bytes: 64 bytes each. A customer's is the same for every leaf, asset and epoch, and with
 * it a tag costs half. It is as secret as the secret. Throws `bad-argument` where the platform cannot.
 */
export function createKeyPreparer(): (secrets: Uint8Array) => Uint8Array {
  const kernel = createKernel();
  demand(kernel !== null, 'bad-argument', NO_LANES);
  const bytes = new Uint8Array(kernel.memory.buffer);
  return function prepareKeys(secrets) {
    demand(secrets.length % SECRET_BYTES === 0, 'bad-argument', `a secret has ${SECRET_BYTES} bytes`);
    const keys = new Uint8Array(2 * secrets.length);
    for (let at = 0; at < secrets.length; at += LANES * SECRET_BYTES) {
      const some = secrets.subarray(at, at + LANES * SECRET_BYTES);
      bytes.set(some, AT.keys);
      for (const [half, pad] of [INNER_PAD, OUTER_PAD].entries()) {
        kernel.key(AT.keys, pad);
        kernel.store(AT.tags + half * (KEY_BYTES / 2), KEY_BYTES);
      }
      keys.set(bytes.subarray(AT.tags, AT.tags + 2 * some.length), 2 * at);
    }
    return keys;
  };
}

/** Whose leaf: 16 words of a prepared key from `keyAt` of `keys` on, bytes [idFrom, idTo) of `ids`, and which of theirs. */
export type LeafOwner = {
  readonly keys: Uint32Array;
  readonly keyAt: number;
  readonly ids: Uint8Array;
  readonly idFrom: number;
  readonly idTo: number;
  readonly part: number;
};

/** A tree whose tiles are put together and hashed in the memory of the kernel. */
export type LaneTree = TreeHash & {
  /** Entries of the tile under work, 16 words each: whoever places leaves writes their amounts to words 8 to 15. */
  readonly entryWords: Uint32Array;
  /** Tells whose leaf stands at `slot` of the tile. Throws `bad-argument`. */
  place(slot: number, owner: LeafOwner): void;
  /** Tags of all that was placed since the last call are in the entries, and the node over the first `count` comes back. */
  finish(count: number, first: number): Uint8Array;
};

/**
 * `createTreeHash` by lanes; for trees of v1, and where the platform cannot, `createTreeHash` itself. Throws as that.
 */
export function laneTreeHash(tree: TreeName, sha256: Sha256 = plainSha256): TreeHash {
  const kernel = tree.format === 'sonae/liabilities/v1' ? null : createKernel();
  return kernel === null ? createTreeHash(tree, sha256) : laneTree(kernel, treeRules(tree, sha256));
}

/** Throws `bad-argument` for a tree of v1 and where the platform does not run the kernel. */
export function createLaneTree(tree: TreeName, sha256: Sha256 = plainSha256): LaneTree {
  const rules = treeRules(tree, sha256);
  const kernel = createKernel();
  demand(tree.format === 'sonae/liabilities/v2', 'bad-argument', `lanes build no trees of ${tree.format}`);
  demand(kernel !== null, 'bad-argument', NO_LANES);
  return laneTree(kernel, rules);
}

function laneTree(kernel: Kernel, rules: TreeRules): LaneTree {
  const bytes = new Uint8Array(kernel.memory.buffer);
  const words = new Uint32Array(kernel.memory.buffer);
  setPrefixes(kernel, rules);
  const placed = createPlaces(kernel, bytes, words, rules.tagPrefix);

  /** Folds the nodes at `AT.leaves` two by two, from one half of the memory into the other and back. */
  function fold(count: number): Uint8Array {
    let from = AT.leaves;
    let to = AT.others;
    for (let left = count; left > 1; left = Math.ceil(left / 2)) {
      const pairs = left >> 1;
      for (let n = 0; n < pairs; n += LANES) kernel.pair(from + 2 * n * NODE_BYTES, to + n * NODE_BYTES);
      const isOver = kernel.sums(from, to, pairs) !== 0;
      demand(!isOver, 'liabilities-sum', 'a sum does not fit in 128 bits');
      const last = from + 2 * pairs * NODE_BYTES;
      if (left % 2 === 1) bytes.copyWithin(to + pairs * NODE_BYTES, last, last + NODE_BYTES);
      [from, to] = [to, from];
    }
    return bytes.slice(from, from + NODE_BYTES);
  }

  function hashEntries(count: number, first: number): Uint8Array {
    const high = Math.floor(first / 2 ** 32);
    for (let n = 0; n < count; n += LANES)
      kernel.leaf(AT.entries + n * ENTRY_BYTES, high, (first % 2 ** 32) + n, AT.leaves + n * NODE_BYTES);
    return fold(count);
  }

  return {
    rules,
    entryWords: words.subarray(AT.entries / 4, (AT.entries + TILE_LEAVES * ENTRY_BYTES) / 4),
    place: placed.place,
    finish(count, first) {
      placed.tagAll();
      return hashEntries(count, first);
    },
    tile(entries, first) {
      const count = tileEntryCount(entries, first);
      bytes.set(entries, AT.entries);
      return hashEntries(count, first);
    },
    fold(nodes) {
      let level = nodes;
      for (let count = nodeCount(level); count > 1; count = Math.ceil(count / TILE_LEAVES)) {
        const above = new Uint8Array(Math.ceil(count / TILE_LEAVES) * NODE_BYTES);
        for (let n = 0; n < count; n += TILE_LEAVES) {
          const few = level.subarray(n * NODE_BYTES, (n + TILE_LEAVES) * NODE_BYTES);
          bytes.set(few, AT.leaves);
          above.set(fold(few.length / NODE_BYTES), (n / TILE_LEAVES) * NODE_BYTES);
        }
        level = above;
      }
      return level.slice(0, NODE_BYTES);
    },
  };
}

/**
 * Keys and messages of tags, by the number of blocks that their messages have: lanes of one call have the same. What is
 * the same in every message is written once.
 */
function createPlaces(kernel: Kernel, bytes: Uint8Array, words: Uint32Array, tagPrefix: Uint8Array) {
  const sizes = Array.from({ length: MAX_MESSAGE_BLOCKS }, (_, n) => {
    const blocks = n + 1;
    const messagesAt = AT.messages + TILE_LEAVES * BLOCK_BYTES * ((n * (n + 1)) / 2);
    for (let slot = 0; slot < TILE_LEAVES; slot++)
      bytes.set(tagPrefix, messagesAt + slot * blocks * BLOCK_BYTES);
    const keysAt = AT.keys + n * TILE_LEAVES * KEY_BYTES;
    const lengths = new Uint8Array(TILE_LEAVES);
    return { blocks, messagesAt, keysAt, lengths, slots: new Uint16Array(TILE_LEAVES), used: 0 };
  });
  const idAt = HASH_BYTES + 4;

  /** An id, and behind it the end of its message when the last id of this place was of another length. */
  function writeId(
    from: Uint8Array,
    start: number,
    length: number,
    at: number,
    end: number,
    was: number,
  ): void {
    for (let n = 0; n < length; n++) bytes[at + n] = from[start + n]!;
    if (was === length) return;
    bytes[at + length] = 0x80;
    bytes.fill(0, at + length + 1, end);
    const bits = 8 * (BLOCK_BYTES + idAt + length);
    bytes[end - 2] = bits >> 8;
    bytes[end - 1] = bits;
  }

  return {
    place(slot: number, { keys, keyAt, ids, idFrom, idTo, part }: LeafOwner): void {
      const length = idTo - idFrom;
      const isId = length > 0 && length <= MAX_CUSTOMER_BYTES && idTo <= ids.length;
      demand(isId, 'bad-argument', `a customer's id has 1 to ${MAX_CUSTOMER_BYTES} bytes`);
      demand(part >= 0 && part < MAX_PARTS, 'bad-argument', `a part is 0 to ${MAX_PARTS - 1}`);
      const size = sizes[messageBlocks(length) - 1]!;
      const n = size.used++;
      size.slots[n] = slot;
      const to = (size.keysAt + n * KEY_BYTES) >> 2;
      for (let k = 0; k < KEY_WORDS; k++) words[to + k] = keys[keyAt + k]!;
      const messageBytes = size.blocks * BLOCK_BYTES;
      const at = size.messagesAt + n * messageBytes;
      bytes[at + idAt - 1] = part;
      writeId(ids, idFrom, length, at + idAt, at + messageBytes, size.lengths[n]!);
      size.lengths[n] = length;
    },
    tagAll() {
      for (const size of sizes) {
        const { blocks, messagesAt, keysAt, slots, used } = size;
        for (let n = 0; n < used; n += LANES)
          kernel.hmac(
            ...([keysAt + n * KEY_BYTES, messagesAt + n * blocks * BLOCK_BYTES] as const),
            ...([blocks, AT.tags + n * HASH_BYTES] as const),
          );
        for (let n = 0; n < used; n++) {
          const to = (AT.entries + slots[n]! * ENTRY_BYTES) >> 2;
          const from = (AT.tags + n * HASH_BYTES) >> 2;
          for (let k = 0; k < HASH_BYTES / 4; k++) words[to + k] = words[from + k]!;
        }
        size.used = 0;
      }
    },
  };
}

function nodeCount(nodes: Uint8Array): number {
  const isWhole = nodes.length > 0 && nodes.length % NODE_BYTES === 0;
  demand(isWhole, 'bad-argument', `nodes have ${NODE_BYTES} bytes each`);
  return nodes.length / NODE_BYTES;
}
