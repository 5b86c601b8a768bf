/**
 * Bytes and their text forms. Decoding is strict: each byte sequence has exactly one accepted hex, base64 and UTF-8
 * text, so that a signed or hashed text cannot be rewritten into another one that decodes to the same bytes.
 */
import { demand, ProofError } from './proof-error.ts';

/** The two web classes used here, typed locally: the package compiles without the DOM library. */
type TextCodecs = {
  TextEncoder: new () => { encode(text: string): Uint8Array };
  TextDecoder: new (
    label: string,
    options: { fatal: boolean; ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
};

const { TextEncoder, TextDecoder } = globalThis as unknown as TextCodecs;
const encoder = new TextEncoder();
/** `ignoreBOM` keeps a leading U+FEFF in the text; dropping it would let two byte sequences decode alike. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const HEX_DIGITS = '0123456789abcdef';
/** RFC 4648 section 4. */
const BASE64_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NOT_A_DIGIT = 255;
const hexValues = digitValues(HEX_DIGITS);
const base64Values = digitValues(BASE64_ALPHABET);

/** UTF-8 bytes of `text`. Throws `bad-encoding` when the text holds a lone surrogate. */
export function utf8Encode(text: string): Uint8Array {
  demand(text.isWellFormed(), 'bad-encoding', 'text holds a lone surrogate and has no UTF-8 form');
  return encoder.encode(text);
}

/** Text of UTF-8 `bytes`; a byte order mark stays in the text. Throws `bad-encoding` when they are not UTF-8. */
export function utf8Decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ProofError('bad-encoding', 'bytes are not UTF-8');
  }
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_DIGITS[byte >> 4]! + HEX_DIGITS[byte & 15]!;
  return text;
}

/** Bytes of lower-case hex. Throws `bad-encoding`. */
export function fromHex(text: string): Uint8Array {
  demand(text.length % 2 === 0, 'bad-encoding', 'hex has an odd number of digits');
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    const high = digitAt(hexValues, text, 2 * at);
    const low = digitAt(hexValues, text, 2 * at + 1);
    demand(high !== NOT_A_DIGIT && low !== NOT_A_DIGIT, 'bad-encoding', 'hex must be digits 0-9 and a-f');
    bytes[at] = (high << 4) | low;
  }
  return bytes;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += BASE64_ALPHABET[group >> 18]! + BASE64_ALPHABET[(group >> 12) & 63]!;
    text += left > 1 ? BASE64_ALPHABET[(group >> 6) & 63]! : '=';
    text += left > 2 ? BASE64_ALPHABET[group & 63]! : '=';
  }
  return text;
}

/**
 * Bytes of standard base64 in its only canonical form: padded, no whitespace, unused bits zero (RFC 4648 sections 3.3
 * and 3.5). Throws `bad-encoding`.
 */
export function fromBase64(text: string): Uint8Array {
  demand(text.length % 4 === 0, 'bad-encoding', 'base64 must be padded to a multiple of 4 characters');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let pending = 0;
  let pendingBits = 0;
  let written = 0;
  for (let at = 0; at < digits; at++) {
    const value = digitAt(base64Values, text, at);
    demand(value !== NOT_A_DIGIT, 'bad-encoding', `base64 has a character outside its alphabet at ${at}`);
    pending = ((pending << 6) | value) & 0xffff;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[written++] = pending >> pendingBits;
    }
  }
  demand(
    (pending & ((1 << pendingBits) - 1)) === 0,
    'bad-encoding',
    'base64 has stray bits before its padding',
  );
  return bytes;
}

/** One array holding all `parts` in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts);
}

/** `concatBytes` for more parts than a call takes arguments. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Whether two arrays hold the same bytes. Not constant time: nothing compared here is secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function digitValues(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(NOT_A_DIGIT);
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;
  return values;
}

function digitAt(values: Uint8Array, text: string, at: number): number {
  return values[text.charCodeAt(at)] ?? NOT_A_DIGIT;
}
