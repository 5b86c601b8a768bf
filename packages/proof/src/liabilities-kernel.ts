/**
 * The kernel of trees of sonae/liabilities/v2: tags, leaves, nodes and sums of four at once, as functions over the SHA-256
 * of `sha256-lanes` and a memory whose parts `AT` names. Whoever calls them lays out what they read.
 */
import { MAX_CUSTOMER_BYTES } from './liabilities.ts';
import { ENTRY_BYTES, NODE_BYTES, SECRET_BYTES, TILE_LEAVES, type TreeRules } from './liabilities-tree.ts';
import { HASH_BYTES } from './merkle.ts';
import {
  BLOCK_BYTES,
  INITIAL_STATE,
  LANE_FUNCTION,
  LANE_FUNCTIONS,
  LANE_MEMORY,
  LANES,
  type LaneExports,
  prepareLanes,
  roundTable,
  STATE_BYTES,
  stateLanes,
} from './sha256-lanes.ts';
import {
  type Code,
  call,
  i8x16_shuffle,
  i32_add,
  i32_const,
  i32_or,
  i32_shl,
  i32_sub,
  i32x4_add,
  i32x4_splat,
  i64_add,
  i64_extend_i32_u,
  i64_lt_u,
  i64x2_extract_lane,
  i64x2_replace_lane,
  i64x2_splat,
  localGet,
  localSet,
  localTee,
  loopWhile,
  v128_load,
  v128_store,
  v128_xor,
  type WasmFunction,
  wasmModule,
} from './wasm-code.ts';

/** A secret made ready for HMAC: the states behind its first inner and first outer block, eight words each. */
export const KEY_BYTES = 64;
const VECTOR_BYTES = 16;
const PAGE_BYTES = 65_536;
export const MAX_MESSAGE_BLOCKS = messageBlocks(MAX_CUSTOMER_BYTES);
/** What stands where in the kernel's memory, in bytes. */
export const AT = placed({
  initial: STATE_BYTES,
  leafState: STATE_BYTES,
  nodeState: STATE_BYTES,
  outerState: STATE_BYTES,
  /** Words 8 to 15 of the last block of an HMAC, and 2 to 15 of that of a leaf. */
  digestTail: 8 * VECTOR_BYTES,
  leafTail: 14 * VECTOR_BYTES,
  nodeTable: 256,
  laneNumbers: VECTOR_BYTES,
  entries: TILE_LEAVES * ENTRY_BYTES,
  leaves: TILE_LEAVES * NODE_BYTES,
  others: TILE_LEAVES * NODE_BYTES,
  tags: TILE_LEAVES * HASH_BYTES,
  keys: TILE_LEAVES * KEY_BYTES * MAX_MESSAGE_BLOCKS,
  /** For 1, 2, … blocks one after the other, each for a whole tile. */
  messages: TILE_LEAVES * BLOCK_BYTES * ((MAX_MESSAGE_BLOCKS * (MAX_MESSAGE_BLOCKS + 1)) / 2),
});

function placed<Part extends string>(parts: Record<Part, number>): Record<Part | 'end', number> {
  const at: Record<string, number> = {};
  let next = LANE_MEMORY.freeAt;
  for (const [part, bytes] of Object.entries<number>(parts)) {
    at[part] = next;
    next += Math.ceil(bytes / BLOCK_BYTES + 1) * BLOCK_BYTES;
  }
  at.end = next;
  return at as Record<Part | 'end', number>;
}

/** Blocks of an HMAC's inner message behind the key: prefix, part, id, a byte of 0x80 and the length. */
export function messageBlocks(idBytes: number): number {
  return Math.ceil((HASH_BYTES + 4 + idBytes + 1 + 8) / BLOCK_BYTES);
}

/** RFC 2104, in every byte. */
export const INNER_PAD = 0x3636_3636;
export const OUTER_PAD = 0x5c5c_5c5c;
/** The bit behind a message, and the last word of a message of that many bytes. */
const END_BIT = 0x8000_0000;
const HMAC_OUTER_BITS = 8 * (BLOCK_BYTES + HASH_BYTES);
const LEAF_BITS = 8 * (BLOCK_BYTES + 8 + ENTRY_BYTES);
const NODE_BITS = 8 * (BLOCK_BYTES + 2 * NODE_BYTES);

const copied = (from: number, to: number, vectors: number): Code =>
  Array.from({ length: vectors }, (_, n) => [
    ...[i32_const(0), i32_const(0), v128_load(from + n * VECTOR_BYTES), v128_store(to + n * VECTOR_BYTES)],
  ]);
const WORD_8 = LANE_MEMORY.words + STATE_BYTES;

/** First block of an HMAC: four secrets from the first parameter, with the pad of the second in every word. */
const key: WasmFunction = {
  name: 'key',
  params: ['i32', 'i32'],
  locals: ['v128'],
  body: [
    ...[i32_const(AT.initial), call(LANE_FUNCTION.start)],
    ...[localGet(0), i32_const(SECRET_BYTES), call(LANE_FUNCTION.load)],
    ...[localGet(1), i32x4_splat, localSet(2)],
    Array.from({ length: 16 }, (_, n) => {
      const at = LANE_MEMORY.words + n * VECTOR_BYTES;
      const word = n < 8 ? [i32_const(0), v128_load(at), localGet(2), v128_xor] : localGet(2);
      return [i32_const(0), word, v128_store(at)];
    }),
    call(LANE_FUNCTION.addWords),
  ],
};

/** Tags of four leaves: prepared keys at 0, messages of (2) blocks at 1, tags of 32 bytes to 3. */
const hmac: WasmFunction = {
  name: 'hmac',
  params: ['i32', 'i32', 'i32', 'i32'],
  locals: ['i32', 'i32'],
  body: [
    ...[localGet(0), i32_const(KEY_BYTES), call(LANE_FUNCTION.load)],
    copied(LANE_MEMORY.words, LANE_MEMORY.state, 8),
    copied(WORD_8, AT.outerState, 8),
    ...[localGet(2), localSet(4), localGet(2), i32_const(6), i32_shl, localSet(5)],
    loopWhile([
      ...[localGet(1), localGet(5), call(LANE_FUNCTION.block)],
      ...[localGet(1), i32_const(BLOCK_BYTES), i32_add, localSet(1)],
      ...[localGet(4), i32_const(1), i32_sub, localTee(4)],
    ]),
    copied(LANE_MEMORY.state, LANE_MEMORY.words, 8),
    copied(AT.outerState, LANE_MEMORY.state, 8),
    copied(AT.digestTail, WORD_8, 8),
    call(LANE_FUNCTION.addWords),
    ...[localGet(3), i32_const(HASH_BYTES), call(LANE_FUNCTION.store)],
  ],
};

/** Nodes of four leaves: entries at 0, index of the first as two words in 1 and 2, nodes to 3. */
const leaf: WasmFunction = {
  name: 'leaf',
  params: ['i32', 'i32', 'i32', 'i32'],
  locals: [],
  body: [
    ...[i32_const(AT.leafState), call(LANE_FUNCTION.start)],
    ...[localGet(0), i32_const(-8), i32_add, i32_const(ENTRY_BYTES), call(LANE_FUNCTION.load)],
    ...[i32_const(0), localGet(1), i32x4_splat, v128_store(LANE_MEMORY.words)],
    ...[i32_const(0), localGet(2), i32x4_splat, i32_const(0), v128_load(AT.laneNumbers), i32x4_add],
    ...[v128_store(LANE_MEMORY.words + VECTOR_BYTES), call(LANE_FUNCTION.addWords)],
    ...[localGet(0), i32_const(56), i32_add, i32_const(ENTRY_BYTES), call(LANE_FUNCTION.load)],
    copied(AT.leafTail, LANE_MEMORY.words + 2 * VECTOR_BYTES, 14),
    call(LANE_FUNCTION.addWords),
    ...[localGet(3), i32_const(NODE_BYTES), call(LANE_FUNCTION.store)],
    Array.from({ length: 2 * LANES }, (_, n) => {
      const at = (n >> 1) * ENTRY_BYTES + HASH_BYTES + (n & 1) * VECTOR_BYTES;
      return [localGet(3), localGet(0), v128_load(at), v128_store(at)];
    }),
  ],
};

/** Digests of the nodes over four pairs: the pairs at 0, the nodes to 1, whose sums are not touched. */
const pair: WasmFunction = {
  name: 'pair',
  params: ['i32', 'i32'],
  locals: [],
  body: [
    ...[i32_const(AT.nodeState), call(LANE_FUNCTION.start)],
    ...[localGet(0), i32_const(2 * NODE_BYTES), call(LANE_FUNCTION.block)],
    ...[localGet(0), i32_const(NODE_BYTES), i32_add, i32_const(2 * NODE_BYTES), call(LANE_FUNCTION.block)],
    ...[i32_const(AT.nodeTable), call(LANE_FUNCTION.rounds)],
    ...[localGet(1), i32_const(NODE_BYTES), call(LANE_FUNCTION.store)],
  ],
};

/** Locals of `sums`: pairs at 0, nodes at 1, number of pairs in 2. */
const SUM = { over: 3, left: 4, right: 5, low: 6, high: 7, carry: 8 };
const reversed: Code = i8x16_shuffle(Array.from({ length: VECTOR_BYTES }, (_, n) => VECTOR_BYTES - 1 - n));
const turned = (local: number): Code => [localTee(local), localGet(local), reversed, localSet(local)];
const noteOver: Code = [localGet(SUM.over), i32_or, localSet(SUM.over)];

/** Sum of the amounts at `at` of two nodes: 128 bits, most significant byte first. */
const summed = (at: number): Code => [
  ...[localGet(0), v128_load(at), turned(SUM.left)],
  ...[localGet(0), v128_load(NODE_BYTES + at), turned(SUM.right)],
  ...[0, 1].map((half) => [
    ...[localGet(SUM.left), i64x2_extract_lane(half), localGet(SUM.right), i64x2_extract_lane(half)],
    ...[i64_add, localSet(half === 0 ? SUM.low : SUM.high)],
  ]),
  ...[localGet(SUM.high), localGet(SUM.left), i64x2_extract_lane(1), i64_lt_u, noteOver],
  ...[localGet(SUM.low), localGet(SUM.left), i64x2_extract_lane(0), i64_lt_u, i64_extend_i32_u],
  ...[localTee(SUM.carry), localGet(SUM.high), i64_add, localTee(SUM.high)],
  ...[localGet(SUM.carry), i64_lt_u, noteOver],
  ...[localGet(1), localGet(SUM.low), i64x2_splat, localGet(SUM.high), i64x2_replace_lane(1)],
  ...[turned(SUM.left), localGet(SUM.left), v128_store(at)],
];

/** Sums of the nodes over some pairs; leaves 1 when one exceeds 128 bits. */
const sums: WasmFunction = {
  name: 'sums',
  params: ['i32', 'i32', 'i32'],
  result: 'i32',
  locals: ['i32', 'v128', 'v128', 'i64', 'i64', 'i64'],
  body: [
    loopWhile([
      ...[summed(HASH_BYTES), summed(HASH_BYTES + VECTOR_BYTES)],
      ...[localGet(0), i32_const(2 * NODE_BYTES), i32_add, localSet(0)],
      ...[localGet(1), i32_const(NODE_BYTES), i32_add, localSet(1)],
      ...[localGet(2), i32_const(1), i32_sub, localTee(2)],
    ]),
    localGet(SUM.over),
  ],
};

export type Kernel = LaneExports & {
  key(secrets: number, pad: number): void;
  hmac(keys: number, messages: number, blocks: number, tags: number): void;
  leaf(entries: number, high: number, low: number, nodes: number): void;
  pair(pairs: number, nodes: number): void;
  sums(pairs: number, nodes: number, count: number): number;
};
/** Enough of the platform's WebAssembly for this file. */
type Platform = {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

/** Compiled once a thread; null where the platform has no WebAssembly, no vectors, or may not compile. */
let compiled: object | null | undefined;

export function createKernel(): Kernel | null {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly?: Platform };
  if (WebAssembly === undefined || compiled === null) return null;
  try {
    const functions = [...LANE_FUNCTIONS, key, hmac, leaf, pair, sums];
    compiled ??= new WebAssembly.Module(wasmModule(functions, Math.ceil(AT.end / PAGE_BYTES)));
    const kernel = new WebAssembly.Instance(compiled).exports as Kernel;
    prepareLanes(kernel);
    setConstants(new Uint32Array(kernel.memory.buffer));
    return kernel;
  } catch {
    compiled = null;
    return null;
  }
}

/** The first state, ends of messages, and the numbers of the lanes. */
function setConstants(words: Uint32Array): void {
  const tail = (at: number, size: number, bits: number) => {
    words.fill(END_BIT, at / 4, at / 4 + LANES);
    words.fill(bits, at / 4 + (size - 1) * LANES, at / 4 + size * LANES);
  };
  words.set(stateLanes(INITIAL_STATE), AT.initial / 4);
  tail(AT.digestTail, 8, HMAC_OUTER_BITS);
  tail(AT.leafTail, 14, LEAF_BITS);
  const nodeEnd = new Uint32Array(BLOCK_BYTES / 4);
  nodeEnd[0] = END_BIT;
  nodeEnd[nodeEnd.length - 1] = NODE_BITS;
  words.set(roundTable(nodeEnd), AT.nodeTable / 4);
  words.set([0, 1, 2, 3], AT.laneNumbers / 4);
}

/** The states that the prefixes of a tree's leaves and nodes leave. */
export function setPrefixes(kernel: Kernel, { leafPrefix, nodePrefix }: TreeRules): void {
  const { buffer } = kernel.memory;
  const afterPrefix = (prefix: Uint8Array, at: number) => {
    new Uint8Array(buffer).set(prefix, AT.entries);
    kernel.start(AT.initial);
    kernel.block(AT.entries, 0);
    new Uint8Array(buffer).copyWithin(at, LANE_MEMORY.state, LANE_MEMORY.state + STATE_BYTES);
  };
  afterPrefix(leafPrefix, AT.leafState);
  afterPrefix(nodePrefix, AT.nodeState);
}
