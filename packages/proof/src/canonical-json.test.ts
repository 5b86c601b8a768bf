import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/rfc8785.json' with { type: 'json' };
import { fromHex, toHex } from './bytes.ts';
import {
  canonicalBytes,
  canonicalJson,
  type JsonValue,
  MAX_JSON_DEPTH,
  objectWithKeys,
  parseCanonicalJson,
} from './canonical-json.ts';
import { ProofError } from './proof-error.ts';

function doubleOf(hex: string): number {
  return new DataView(fromHex(hex).buffer as ArrayBuffer).getFloat64(0);
}

describe('RFC 8785 vectors', () => {
  test('example of 3.2.2 to 3.2.4', () => {
    const value: JsonValue = JSON.parse(vectors.example.input);
    expect(canonicalJson(value)).toBe(vectors.example.output);
    expect(toHex(canonicalBytes(value))).toBe(vectors.example.outputHex);
  });

  test('keys sort by UTF-16 code units (3.2.3)', () => {
    const sorted = canonicalJson(JSON.parse(vectors.sorting.input));
    const values = [...sorted.matchAll(/:"((?:[^"])*)"/g)].map((match) => match[1]);
    expect(values).toEqual(vectors.sorting.values);
  });

  test.each(vectors.numbers)('number %s is %s (appendix B)', (hex, text) => {
    expect(canonicalJson(doubleOf(hex!))).toBe(text);
  });

  test.each(vectors.notNumbers)('%s is no number', (hex) => {
    expect(() => canonicalJson(doubleOf(hex))).toThrow(ProofError);
  });
});

describe('writing', () => {
  const refused: [string, unknown][] = [
    ['undefined', undefined],
    ['a missing property', { a: undefined }],
    ['a hole', new Array(1)],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(2)],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
  ];
  test.each(refused)('refuses %s', (_name, value) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow(ProofError);
  });

  test('refuses cycles and too deep nesting', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(() => canonicalJson(cycle as JsonValue)).toThrow(/nested deeper/);
    const deep = '['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH);
    expect(canonicalJson(JSON.parse(deep))).toBe(deep);
    expect(() => parseCanonicalJson(`[${deep}]`)).toThrow(/nested deeper/);
    expect(() => parseCanonicalJson('['.repeat(1_000_000))).toThrow(ProofError);
  });

  test('keeps a key named __proto__ as data', () => {
    const text = '{"__proto__":{"a":1},"b":2}';
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });
});

describe('reading', () => {
  const refused = [
    '',
    '{',
    ' 1',
    '1 ',
    '-0',
    '1.0',
    '1e400',
    '1E5',
    '"\\u0041"',
    '"\\/"',
    '"\\ud800"',
    '"\ud800"',
    '{"a":1,"a":1}',
    '{"b":1,"a":2}',
    '{"a": 1}',
    '\ufeff1',
    '[1,]',
    'NaN',
  ];
  test.each(refused)('refuses %j', (text) => {
    expect(() => parseCanonicalJson(text)).toThrow(ProofError);
  });

  test('objectWithKeys wants exactly the keys', () => {
    expect(objectWithKeys({ a: 1, b: 2 }, ['a', 'b'], 'it')).toEqual({ a: 1, b: 2 });
    for (const value of [{ a: 1 }, { a: 1, b: 2, c: 3 }, { a: 1, c: 2 }, [1, 2], null, 'ab']) {
      expect(() => objectWithKeys(value as JsonValue, ['a', 'b'], 'it')).toThrow(/^it must be/);
    }
  });
});

describe('properties', () => {
  const json = fc.jsonValue({ noUnicodeString: false }).map((value) => value as JsonValue);

  test('round trip, idempotent, independent of key order', () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(JSON.stringify(value).isWellFormed() && !JSON.stringify(value).includes('\\ud'));
        const text = canonicalJson(value);
        expect(canonicalJson(parseCanonicalJson(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  test('any text is either canonical or a ProofError', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(canonicalJson(parseCanonicalJson(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ProofError);
        }
      }),
    );
  });
});

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, reversed(item)] as const);
  return Object.fromEntries(entries.reverse());
}
