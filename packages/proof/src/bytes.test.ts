import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  toBase64,
  toHex,
  utf8Decode,
  utf8Encode,
} from './bytes.ts';
import { ProofError } from './proof-error.ts';

describe('base64', () => {
  const vectors = ['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy'];
  test.each(vectors.map((text, length) => [length, text] as const))(
    'RFC 4648 section 10: %i bytes',
    (length, text) => {
      const bytes = utf8Encode('foobar'.slice(0, length));
      expect(toBase64(bytes)).toBe(text);
      expect(fromBase64(text)).toEqual(bytes);
    },
  );

  const refused = [
    'Z',
    'Zg',
    'Zg=',
    'Zg===',
    'Zh==',
    'Zm9=',
    'Zg==\n',
    ' Zg=',
    'Z===',
    '====',
    'Zm-_',
    'Zg==Zg==',
    'Zmé=',
  ];
  test.each(refused)('refuses %j', (text) => {
    expect(() => fromBase64(text)).toThrow(ProofError);
  });

  test('agrees with Buffer and has one text per bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/= ]{0,12}$/), (text) => {
        try {
          expect(toBase64(fromBase64(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ProofError);
        }
      }),
    );
  });
});

describe('hex', () => {
  test('round trip', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });
  test.each(['0', '0A', '0g', ' 0', '٠٠'])('refuses %j', (text) => {
    expect(() => fromHex(text)).toThrow(ProofError);
  });
});

describe('UTF-8', () => {
  test('keeps a byte order mark, refuses what is not UTF-8', () => {
    expect(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('\ufeffA');
    expect(utf8Decode(utf8Encode('備え'))).toBe('備え');
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe5, 0x82]]) {
      expect(() => utf8Decode(Uint8Array.from(bytes))).toThrow(ProofError);
    }
    expect(() => utf8Encode('\ud800')).toThrow(ProofError);
  });
});

test('concatBytes and equalBytes', () => {
  const joined = concatBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3));
  expect(joined).toEqual(Uint8Array.of(1, 2, 3));
  expect(equalBytes(joined, Uint8Array.of(1, 2, 3))).toBe(true);
  expect(equalBytes(joined, Uint8Array.of(1, 2, 4))).toBe(false);
  expect(equalBytes(joined, Uint8Array.of(1, 2))).toBe(false);
});
