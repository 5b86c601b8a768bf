/**
 * A WebAssembly module from functions written as lists of instructions: only what the kernels of this package use.
 * Names of instructions are those of the specification (WebAssembly Core 2.0, section 5.4), with `_` for `.`.
 */

/** Bytes of instructions; nested as they were put together. */
export type Code = readonly (number | Code)[];
export type ValueType = 'i32' | 'i64' | 'v128';
export type WasmFunction = {
  /** Only named functions are exported. */
  readonly name?: string;
  readonly params: readonly ValueType[];
  readonly result?: ValueType;
  readonly locals: readonly ValueType[];
  readonly body: Code;
};

const TYPE: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };
const FUNCTION_TYPE = 0x60;
const NO_RESULT = 0x40;
const END = 0x0b;
const SECTION = { type: 1, function: 3, memory: 5, export: 7, code: 10 };
const EXPORT_KIND = { function: 0, memory: 2 };

const unsigned = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
const signed = (value: number): number[] =>
  value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
const vector = (items: readonly Code[]): Code => [unsigned(items.length), items];
const simd = (opcode: number): Code => [0xfd, unsigned(opcode)];
/** Loads and stores take the address from the stack and add `offset`. */
const memory =
  (opcode: Code, align: number) =>
  (offset = 0): Code => [opcode, align, unsigned(offset)];

export const localGet = (local: number): Code => [0x20, unsigned(local)];
export const localSet = (local: number): Code => [0x21, unsigned(local)];
export const localTee = (local: number): Code => [0x22, unsigned(local)];
export const call = (index: number): Code => [0x10, unsigned(index)];
/** `value` as a signed number of 32 bits. */
export const i32_const = (value: number): Code => [0x41, signed(value | 0)];
export const i32_add: Code = [0x6a];
export const i32_sub: Code = [0x6b];
export const i32_or: Code = [0x72];
export const i32_shl: Code = [0x74];
export const i64_add: Code = [0x7c];
export const i64_lt_u: Code = [0x54];
export const i64_extend_i32_u: Code = [0xad];

export const v128_load = memory(simd(0), 4);
export const v128_load32_splat = memory(simd(9), 2);
export const v128_store = memory(simd(11), 4);
export const v128_xor = simd(81);
export const v128_bitselect = simd(82);
export const i32x4_splat = simd(17);
export const i32x4_add = simd(174);
export const i64x2_splat = simd(18);
export const i64x2_extract_lane = (lane: number): Code => [simd(29), lane];
export const i64x2_replace_lane = (lane: number): Code => [simd(30), lane];
/** Shifts each of four words by a constant. */
export const i32x4_shl = (bits: number): Code => [i32_const(bits), simd(171)];
export const i32x4_shr_u = (bits: number): Code => [i32_const(bits), simd(173)];
/** Bytes 0 to 15 are of the first vector, 16 to 31 of the second. */
export const i8x16_shuffle = (bytes: readonly number[]): Code => [simd(13), bytes];
/** Runs `body` again and again while it leaves something other than 0 on the stack. */
export const loopWhile = (body: Code): Code => [0x03, NO_RESULT, body, 0x0d, 0, END];

/** The module of `functions`, called by their place in the list, with a memory of that many pages, exported as `memory`. */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ params, result }) => [
    FUNCTION_TYPE,
    vector(params.map((type) => [TYPE[type]])),
    vector(result === undefined ? [] : [[TYPE[result]]]),
  ]);
  const exported = functions.flatMap(({ name }, index) =>
    name === undefined ? [] : [exportOf(name, EXPORT_KIND.function, index)],
  );
  const bodies = functions.map(({ locals, body }) =>
    sized([vector(locals.map((type) => [1, TYPE[type]])), body, END]),
  );
  const sections: Code = [
    section(SECTION.type, vector(types)),
    section(SECTION.function, vector(functions.map((_, index) => unsigned(index)))),
    section(SECTION.memory, vector([[1, unsigned(pages), unsigned(pages)]])),
    section(SECTION.export, vector([...exported, exportOf('memory', EXPORT_KIND.memory, 0)])),
    section(SECTION.code, vector(bodies)),
  ];
  return Uint8Array.from(flat([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sections]));
}

const exportOf = (name: string, kind: number, index: number): Code => {
  const letters = Array.from(name, (letter) => [letter.charCodeAt(0)]);
  return [vector(letters), kind, unsigned(index)];
};

const sized = (code: Code): Code => {
  const bytes = flat(code);
  return [unsigned(bytes.length), bytes];
};

const section = (id: number, content: Code): Code => [id, sized(content)];

function flat(code: Code, into: number[] = []): number[] {
  for (const item of code)
    if (typeof item === 'number') into.push(item);
    else flat(item, into);
  return into;
}
