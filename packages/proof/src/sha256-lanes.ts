/**
 * SHA-256 (FIPS 180-4) of four messages at once: a WebAssembly kernel for vectors of 128 bits, four words side by side.
 * It takes whole blocks from its own memory, laid out by the caller, and begins with a state of the caller's: messages
 * that share their first block share the work for it. 64 rounds for four blocks cost about what two blocks cost alone.
 *
 * State, words and digests of a group of four stand transposed: word n of all four in one vector.
 */
import {
  type Code,
  call,
  i8x16_shuffle,
  i32_add,
  i32_const,
  i32_sub,
  i32x4_add,
  i32x4_shl,
  i32x4_shr_u,
  localGet,
  localSet,
  localTee,
  loopWhile,
  v128_bitselect,
  v128_load,
  v128_load32_splat,
  v128_store,
  v128_xor,
  type WasmFunction,
} from './wasm-code.ts';

export const LANES = 4;
export const BLOCK_BYTES = 64;
const WORDS = 16;
const ROUNDS = 64;
const STATE_WORDS = 8;
const VECTOR_BYTES = 16;
export const STATE_BYTES = STATE_WORDS * VECTOR_BYTES;

/** Addresses of the kernel's own memory; from `freeAt` on it is the caller's. */
export const LANE_MEMORY = {
  state: 0,
  words: STATE_BYTES,
  constants: STATE_BYTES + WORDS * VECTOR_BYTES,
  freeAt: STATE_BYTES + WORDS * VECTOR_BYTES + ROUNDS * 4,
};
const { state: STATE, words: MESSAGE, constants: CONSTANTS } = LANE_MEMORY;

/** Places of the kernel's functions in the list of a module. */
export const LANE_FUNCTION = { rounds: 0, addWords: 1, load: 2, block: 3, store: 4, start: 5 };

/** The first words of the fractional parts of roots of the first primes: FIPS 180-4 sections 4.2.2 and 5.3.3. */
const PRIMES = firstPrimes(ROUNDS);
export const ROUND_CONSTANTS = Uint32Array.from(PRIMES, (prime) => rootBits(prime, 3));
export const INITIAL_STATE = Uint32Array.from(PRIMES.slice(0, STATE_WORDS), (prime) => rootBits(prime, 2));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

/** 32 bits behind the point of the square or cube root of `prime`, exact: the whole root of prime * 2^(32 * degree). */
function rootBits(prime: number, degree: 2 | 3): number {
  const target = BigInt(prime) << BigInt(32 * degree);
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root | bit) ** BigInt(degree) <= target) root |= bit;
  return Number(BigInt.asUintN(32, root));
}

const rotated = (word: Code, bits: number): Code => [
  ...[word, i32x4_shr_u(bits), word, i32x4_shl(32 - bits)],
  v128_xor,
];
/** Rotations of one word by three numbers of bits, added without carry. */
const bigSigma = (word: Code, [a, b, c]: readonly [number, number, number]): Code => [
  ...[rotated(word, a), rotated(word, b), v128_xor],
  ...[rotated(word, c), v128_xor],
];
/** Two rotations and a shift. */
const smallSigma = (word: Code, [a, b, shift]: readonly [number, number, number]): Code => [
  ...[rotated(word, a), rotated(word, b), v128_xor],
  ...[word, i32x4_shr_u(shift), v128_xor],
];

/** Locals of the function with the rounds. */
const ROUND = { table: 0, remaining: 1, working: 2, sum: 10, word: 11 };

/** One round; `added` leaves message word and constant, summed, on the stack. */
function round(number: number, added: Code): Code {
  const [a, b, c, d, e, f, g, h] = Array.from({ length: STATE_WORDS }, (_, n) =>
    localGet(ROUND.working + ((n - number) & (STATE_WORDS - 1))),
  ) as [Code, Code, Code, Code, Code, Code, Code, Code];
  const localOf = (n: number) => ROUND.working + ((n - number) & (STATE_WORDS - 1));
  const choice = [f, g, e, v128_bitselect];
  const majority = [c, b, a, b, v128_xor, v128_bitselect];
  return [
    ...[h, added, i32x4_add, choice, i32x4_add],
    ...[bigSigma(e, [6, 11, 25]), i32x4_add, localTee(ROUND.sum)],
    ...[d, i32x4_add, localSet(localOf(3))],
    ...[localGet(ROUND.sum), bigSigma(a, [2, 13, 22]), i32x4_add, majority, i32x4_add, localSet(localOf(7))],
  ];
}

const wordAt = (n: number): number => MESSAGE + (n % WORDS) * VECTOR_BYTES;
const loadAt = (address: number): Code => [i32_const(0), v128_load(address)];

/** The next 16 words of the message schedule take the place of the last 16. */
function scheduled(number: number): Code {
  const near = [loadAt(wordAt(number + 14)), localSet(ROUND.word)];
  const far = [loadAt(wordAt(number + 1)), localSet(ROUND.word)];
  return [
    ...[i32_const(0), loadAt(wordAt(number)), loadAt(wordAt(number + 9)), i32x4_add],
    ...[near, smallSigma(localGet(ROUND.word), [17, 19, 10]), i32x4_add],
    ...[far, smallSigma(localGet(ROUND.word), [7, 18, 3]), i32x4_add],
    ...[localTee(ROUND.word), v128_store(wordAt(number)), localGet(ROUND.word)],
  ];
}

const workingFromState: Code = Array.from({ length: STATE_WORDS }, (_, n) => [
  ...[loadAt(STATE + n * VECTOR_BYTES), localSet(ROUND.working + n)],
]);
const workingIntoState: Code = Array.from({ length: STATE_WORDS }, (_, n) => [
  ...[i32_const(0), loadAt(STATE + n * VECTOR_BYTES), localGet(ROUND.working + n), i32x4_add],
  v128_store(STATE + n * VECTOR_BYTES),
]);
/** Sixteen rounds; `wordOf` leaves the word of a round on the stack, and `table` points at its first constant. */
const sixteen = (wordOf: (number: number) => Code): Code =>
  Array.from({ length: WORDS }, (_, n) =>
    round(n, [wordOf(n), localGet(ROUND.table), v128_load32_splat(4 * n), i32x4_add]),
  );
const nextTable: Code = [localGet(ROUND.table), i32_const(4 * WORDS), i32_add, localSet(ROUND.table)];
const oneLess: Code = [localGet(ROUND.remaining), i32_const(1), i32_sub, localTee(ROUND.remaining)];
const ROUND_LOCALS = ['i32', ...Array.from({ length: 10 }, () => 'v128' as const)] as const;

/** A block of one and the same words in all lanes, of which `table` holds the sums with the constants, 64 words. */
const roundsOfTable: WasmFunction = {
  name: 'rounds',
  params: ['i32'],
  locals: ROUND_LOCALS,
  body: [
    ...[workingFromState, i32_const(ROUNDS / WORDS), localSet(ROUND.remaining)],
    loopWhile([
      Array.from({ length: WORDS }, (_, n) => round(n, [localGet(ROUND.table), v128_load32_splat(4 * n)])),
      ...[nextTable, oneLess],
    ]),
    workingIntoState,
  ],
};

/** The block whose 16 words stand in `LANE_MEMORY.words`; these are lost. */
const addWords: WasmFunction = {
  name: 'addWords',
  params: [],
  // A parameter less than the other: its first local is `table` all the same.
  locals: ['i32', ...ROUND_LOCALS],
  body: [
    ...[i32_const(CONSTANTS), localSet(ROUND.table), workingFromState],
    ...[sixteen((n) => loadAt(wordAt(n))), nextTable],
    ...[i32_const(ROUNDS / WORDS - 1), localSet(ROUND.remaining)],
    loopWhile([sixteen(scheduled), nextTable, oneLess]),
    workingIntoState,
  ],
};

/** Bytes of word `word` of a vector, most significant first; of the second vector of two when `second`. */
const swapped = (word: number, second: boolean): number[] =>
  [3, 2, 1, 0].map((byte) => 4 * word + byte + (second ? VECTOR_BYTES : 0));
const interleaved = (word: number): Code =>
  i8x16_shuffle([word, word + 1].flatMap((n) => [...swapped(n, false), ...swapped(n, true)]));
const halves = (first: number): Code =>
  i8x16_shuffle([0, VECTOR_BYTES].flatMap((from) => Array.from({ length: 8 }, (_, n) => from + first + n)));

/** Four vectors of bytes in locals into four vectors of words, or the other way round; `t` and `t + 1` are in between. */
const transposed = ([a, b, c, d]: readonly number[], t: number): Code => {
  const pair = (left: number, right: number, how: Code, to: number): Code => [
    ...[localGet(left), localGet(right), how, localSet(to)],
  ];
  return [
    pair(a!, b!, interleaved(0), t),
    pair(a!, b!, interleaved(2), t + 1),
    pair(c!, d!, interleaved(0), a!),
    pair(c!, d!, interleaved(2), c!),
    pair(t, a!, halves(8), b!),
    pair(t, a!, halves(0), a!),
    pair(t + 1, c!, halves(8), d!),
    pair(t + 1, c!, halves(0), c!),
  ];
};

/** Addresses of four lanes in locals: `at`, then `stride` bytes on each. */
const laneAddresses = (at: number, stride: number, first: number): Code =>
  [0, 1, 2].map((n) => [
    ...[localGet(n === 0 ? at : first + n - 1), localGet(stride), i32_add, localSet(first + n)],
  ]);

/** Four messages' next 64 bytes into words: the first at the first parameter, the others `stride` bytes on each. */
const load: WasmFunction = {
  name: 'load',
  params: ['i32', 'i32'],
  locals: ['i32', 'i32', 'i32', 'v128', 'v128', 'v128', 'v128', 'v128', 'v128'],
  body: [
    laneAddresses(0, 1, 2),
    Array.from({ length: WORDS / LANES }, (_, quarter) => {
      const vectors = [5, 6, 7, 8];
      return [
        vectors.map((to, lane) => [
          ...[localGet(lane === 0 ? 0 : 1 + lane), v128_load(quarter * VECTOR_BYTES), localSet(to)],
        ]),
        transposed(vectors, 9),
        // After the transposition: words 0, 1, 2, 3 of the quarter.
        vectors.map((from, n) => [
          ...[i32_const(0), localGet(from), v128_store(wordAt(quarter * LANES + n))],
        ]),
      ];
    }),
  ],
};

/** `load` and `addWords`. */
const block: WasmFunction = {
  name: 'block',
  params: ['i32', 'i32'],
  locals: [],
  body: [localGet(0), localGet(1), call(LANE_FUNCTION.load), call(LANE_FUNCTION.addWords)],
};

/** Four digests of 32 bytes: the first at the first parameter, the others `stride` bytes on each. */
const store: WasmFunction = {
  name: 'store',
  params: ['i32', 'i32'],
  locals: ['i32', 'i32', 'i32', 'v128', 'v128', 'v128', 'v128', 'v128', 'v128'],
  body: [
    laneAddresses(0, 1, 2),
    [0, 1].map((half) => {
      const vectors = [5, 6, 7, 8];
      return [
        vectors.map((to, n) => [loadAt(STATE + (half * LANES + n) * VECTOR_BYTES), localSet(to)]),
        transposed(vectors, 9),
        vectors.map((from, lane) => [
          ...[localGet(lane === 0 ? 0 : 1 + lane), localGet(from), v128_store(half * VECTOR_BYTES)],
        ]),
      ];
    }),
  ],
};

/** Takes the state of `STATE_BYTES` at the parameter. */
const start: WasmFunction = {
  name: 'start',
  params: ['i32'],
  locals: [],
  body: Array.from({ length: STATE_WORDS }, (_, n) => [
    ...[i32_const(0), localGet(0), v128_load(n * VECTOR_BYTES), v128_store(STATE + n * VECTOR_BYTES)],
  ]),
};

/** The first functions of a module that hashes by lanes, in the places of `LANE_FUNCTION`. */
export const LANE_FUNCTIONS: readonly WasmFunction[] = [roundsOfTable, addWords, load, block, store, start];

/** What these functions are for their caller. */
export type LaneExports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  rounds(table: number): void;
  addWords(): void;
  load(at: number, stride: number): void;
  block(at: number, stride: number): void;
  store(at: number, stride: number): void;
  start(at: number): void;
};

/** Puts the constants of the rounds in their place; to be called once before anything else. */
export function prepareLanes({ memory }: LaneExports): void {
  new Uint32Array(memory.buffer, CONSTANTS, ROUNDS).set(ROUND_CONSTANTS);
}

/** A state in the form of `start`, the same in all lanes, from its eight words. */
export function stateLanes(words: Uint32Array): Uint32Array {
  return Uint32Array.from({ length: STATE_WORDS * LANES }, (_, n) => words[Math.floor(n / LANES)]!);
}

/** The table of `rounds` for a block: 64 sums of its schedule and the constants. */
export function roundTable(words: Uint32Array): Uint32Array {
  const schedule = new Uint32Array(ROUNDS);
  schedule.set(words);
  const turn = (word: number, bits: number) => (word >>> bits) | (word << (32 - bits));
  for (let n = WORDS; n < ROUNDS; n++) {
    const far = schedule[n - 15]!;
    const near = schedule[n - 2]!;
    const sigmas =
      (turn(far, 7) ^ turn(far, 18) ^ (far >>> 3)) + (turn(near, 17) ^ turn(near, 19) ^ (near >>> 10));
    schedule[n] = schedule[n - 16]! + schedule[n - 7]! + sigmas;
  }
  return schedule.map((word, n) => word + ROUND_CONSTANTS[n]!);
}
