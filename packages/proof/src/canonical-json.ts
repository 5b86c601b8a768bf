/**
 * RFC 8785 (JSON Canonicalization Scheme): one value, one byte sequence. Facts are hashed and signed in this form, so a
 * reader who has the value has the bytes. Reading is as strict as writing: text in any other form is refused.
 */
import { utf8Encode } from './bytes.ts';
import { demand, ProofError } from './proof-error.ts';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** Arrays and objects may nest this deep; bounds recursion on hostile input and stops on cycles. */
export const MAX_JSON_DEPTH = 128;

/**
 * RFC 8785 text of `value`.
 * Throws `bad-json` for what JSON cannot carry exactly: NaN, infinities, lone surrogates, `undefined`, bigint,
 * functions, objects with a class (dates, maps, byte arrays), or deeper nesting than `MAX_JSON_DEPTH`.
 */
export function canonicalJson(value: JsonValue): string {
  return writeValue(value, 0);
}

/** UTF-8 bytes of `canonicalJson(value)` (RFC 8785 section 3.2.4). */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return utf8Encode(writeValue(value, 0));
}

/**
 * The value of `text`, which must be exactly what `canonicalJson` writes for it: no whitespace, keys sorted, no key
 * twice, numbers and escapes in their one form. Throws `bad-json`.
 */
export function parseCanonicalJson(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProofError('bad-json', 'text is not JSON');
  }
  demand(writeValue(value, 0) === text, 'bad-json', 'JSON is not in canonical form (RFC 8785)');
  return value;
}

/** `value` as an object with exactly these `keys`. Throws `bad-json`, naming `what` it should have been. */
export function objectWithKeys<Key extends string>(
  value: JsonValue,
  keys: readonly Key[],
  what: string,
): Record<Key, JsonValue> {
  const right =
    isJsonObject(value) &&
    Object.keys(value).length === keys.length &&
    keys.every((key) => Object.hasOwn(value, key));
  demand(right, 'bad-json', `${what} must be an object with exactly the keys ${keys.join(', ')}`);
  return value as Record<Key, JsonValue>;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function writeValue(value: JsonValue, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      // ECMAScript's own number text is the canonical one (RFC 8785 section 3.2.2.3); -0 becomes 0.
      demand(Number.isFinite(value), 'bad-json', `${value} is not a JSON number`);
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      demand(depth < MAX_JSON_DEPTH, 'bad-json', `JSON is nested deeper than ${MAX_JSON_DEPTH} levels`);
      return Array.isArray(value)
        ? writeArray(value, depth + 1)
        : writeObject(value as JsonObject, depth + 1);
    default:
      throw new ProofError('bad-json', `JSON has no ${typeof value}`);
  }
}

/** `JSON.stringify` escapes as RFC 8785 section 3.2.2.2 asks, except lone surrogates, which have no UTF-8 form. */
function writeString(text: string): string {
  demand(text.isWellFormed(), 'bad-json', 'a JSON string holds a lone surrogate');
  return JSON.stringify(text);
}

function writeArray(items: readonly JsonValue[], depth: number): string {
  let text = '[';
  for (let at = 0; at < items.length; at++) {
    if (at > 0) text += ',';
    text += writeValue(items[at]!, depth);
  }
  return `${text}]`;
}

function writeObject(object: JsonObject, depth: number): string {
  const prototype = Object.getPrototypeOf(object);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  demand(isPlain, 'bad-json', 'JSON has no objects with a class; convert them first');
  // Default sorting compares UTF-16 code units, as RFC 8785 section 3.2.3 asks.
  const keys = Object.keys(object).sort();
  let text = '{';
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]!;
    if (at > 0) text += ',';
    text += `${writeString(key)}:${writeValue(object[key]!, depth)}`;
  }
  return `${text}}`;
}
