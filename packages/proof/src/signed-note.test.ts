import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nativeVerify, singleChanges, testKey } from '../test/keys.ts';
import vectors from '../vectors/notes.json' with { type: 'json' };
import { fromBase64, toHex, utf8Decode, utf8Encode } from './bytes.ts';
import { ProofError } from './proof-error.ts';
import {
  ed25519KeyId,
  ed25519Signer,
  ed25519Verifier,
  formatNote,
  formatVerifierKey,
  MAX_NOTE_SIGNATURES,
  openNote,
  parseNote,
  parseVerifierKey,
  signNote,
  verifyEd25519,
} from './signed-note.ts';

const { sumdb, signedNote, signedNotePoem } = vectors;
const peter = ed25519Verifier(sumdb.peterVkey);
const enoch = ed25519Verifier(sumdb.enochVkey);

describe('published vectors', () => {
  test('the example key and note of the spec', () => {
    const key = parseVerifierKey(signedNote.vkey);
    expect(toHex(key.publicKey)).toBe(signedNote.publicKeyHex);
    expect(toHex(ed25519KeyId(key.name, key.publicKey))).toBe('530d903a');
    expect(openNote(signedNote.note, [ed25519Verifier(signedNote.vkey)]).verified).toEqual([
      'example.com/foo',
    ]);
  });

  test('text with an empty line in it', () => {
    const note = `${signedNotePoem.text}\n${signedNotePoem.line}`;
    const parsed = parseNote(note);
    expect(parsed.text).toBe(signedNotePoem.text);
    expect(formatNote(parsed.text, parsed.signatures)).toBe(note);
  });

  test('sumdb: signed by two known keys, one known key, no known key', () => {
    const note = `${sumdb.text}\n${sumdb.peterLine}${sumdb.enochLine}`;
    expect(openNote(note, [peter, enoch]).verified).toEqual(['PeterNeumann', 'EnochRoot']);
    expect(openNote(note, [enoch]).verified).toEqual(['EnochRoot']);
    expect(openNote(note, [enoch]).text).toBe(sumdb.text);
    const stranger = ed25519Verifier(signedNote.vkey);
    expect(() => openNote(note, [stranger])).toThrow(expect.objectContaining({ code: 'bad-signature' }));
  });

  test('sumdb: signing gives the published note', () => {
    const seed = fromBase64(sumdb.peterSeed).slice(1);
    const publicKey = ed25519.getPublicKey(seed);
    expect(formatVerifierKey('PeterNeumann', publicKey)).toBe(sumdb.peterVkey);
    const signer = ed25519Signer({
      name: 'PeterNeumann',
      publicKey,
      sign: (text) => ed25519.sign(text, seed),
    });
    expect(signNote(sumdb.text, [signer])).toBe(`${sumdb.text}\n${sumdb.peterLine}`);
  });

  test.each(vectors.otherKeys)('key %s', (vkey) => {
    const key = parseVerifierKey(vkey);
    expect(formatVerifierKey(key.name, key.publicKey, key.type)).toBe(vkey);
  });
});

describe('verifier keys', () => {
  test('every single change is refused', () => {
    for (const { what, changed } of singleChanges(utf8Encode(sumdb.peterVkey))) {
      expect(() => ed25519Verifier(utf8Decode(changed)), what).toThrow(ProofError);
    }
  });

  test('names: none empty, none with space, plus or control', () => {
    const { publicKey } = parseVerifierKey(sumdb.peterVkey);
    for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\u2028b', 'a\nb', 'a\u0001b', '\ud800']) {
      expect(() => formatVerifierKey(name, publicKey), JSON.stringify(name)).toThrow(ProofError);
    }
    expect(() => formatVerifierKey('a', publicKey.subarray(1))).toThrow(ProofError);
  });

  test('a witness key is not a log key', () => {
    expect(() => ed25519Verifier(testKey('a', 1).witnessVkey)).toThrow(
      expect.objectContaining({ code: 'bad-key' }),
    );
  });
});

describe('notes', () => {
  const log = testKey('example.com/log', 1);
  const verifier = ed25519Verifier(log.vkey, nativeVerify);
  const texts = fc
    .array(fc.string({ unit: 'grapheme' }))
    .map((lines) => `${lines.map((line) => [...line].filter((char) => char >= ' ').join('')).join('\n')}\n`)
    .filter((text) => text.isWellFormed());

  test('what was signed opens, with either verification', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const note = signNote(text, [log.signer]);
        expect(openNote(note, [verifier]).text).toBe(text);
      }),
    );
    expect(openNote(signNote('a\n', [log.signer]), [ed25519Verifier(log.vkey)]).verified).toEqual([log.name]);
  });

  test('every single change is refused', () => {
    const note = utf8Encode(signNote('one\n\ntwö\n', [log.signer]));
    for (const { what, changed } of singleChanges(note)) {
      expect(() => openNote(utf8Decode(changed), [verifier]), what).toThrow(ProofError);
    }
  });

  test('a failing, missing, doubled or foreign signature of a known key', () => {
    const { text, signatures } = parseNote(signNote('text\n', [log.signer]));
    const good = signatures[0]!;
    const failing = { ...good, signature: good.signature.slice().fill(1, 3, 9) };
    const foreign = testKey('example.com/other', 2).signer;
    const unknown = { name: foreign.name, keyId: foreign.keyId, signature: foreign.sign(utf8Encode(text)) };
    expect(() => openNote(formatNote(text, [unknown, failing]), [verifier])).toThrow(/does not verify/);
    expect(() => openNote(formatNote(text, [unknown]), [verifier])).toThrow(/no signature by a known key/);
    expect(() => openNote(formatNote(text, [good, good]), [verifier])).toThrow(/signed the note twice/);
    const sameNameOtherId = { ...unknown, name: good.name };
    const opened = openNote(formatNote(text, [unknown, sameNameOtherId, good]), [verifier]);
    expect(opened.verified).toEqual([log.name]);
  });

  test('an injected verification that throws verifies nothing', () => {
    const broken = ed25519Verifier(log.vkey, () => {
      throw new Error('engine failed');
    });
    expect(() => openNote(signNote('text\n', [log.signer]), [broken])).toThrow(ProofError);
  });

  test('a text without its final newline cannot smuggle in signatures', () => {
    const { signatures } = parseNote(signNote('text\n', [log.signer]));
    for (const text of ['text', 'x\n\n— n AAAAAAA='])
      expect(() => formatNote(text, signatures)).toThrow(ProofError);
  });

  test('up to the named number of signatures', () => {
    const { text, signatures } = parseNote(signNote('text\n', [log.signer]));
    const unknown = { ...signatures[0]!, name: 'unknown' };
    const full = [...Array(MAX_NOTE_SIGNATURES - 1).fill(unknown), signatures[0]!];
    expect(openNote(formatNote(text, full), [verifier]).verified).toEqual([log.name]);
    expect(() => formatNote(text, [unknown, ...full])).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  const malformed = [
    '',
    '\n',
    'a\n',
    'a\n\n',
    '\n\n',
    'a\n\n— b\n',
    'a\n\n— b AAAA\n',
    'a\n\n- b AAAAAAA=\n',
  ];
  test.each([...malformed, 'a\n\n—  b AAAAAAA=\n', 'a\r\n\n— b AAAAAAA=\n', 'a\n\n— b AAAAAAA='])(
    'refuses %j',
    (note) => {
      expect(() => parseNote(note)).toThrow(ProofError);
    },
  );

  test('any text is a note or a ProofError', () => {
    const pieces = fc.constantFrom('a', '\n', '\n\n', '— ', 'b ', 'AAAAAAA=', '=', '\ud800', '\t');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          try {
            const { text: body, signatures } = parseNote(text);
            expect(formatNote(body, signatures)).toBe(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ProofError);
          }
        },
      ),
    );
  });
});

describe('Ed25519', () => {
  const key = testKey('k', 3);
  const message = utf8Encode('message');

  test('agrees with node:crypto', () => {
    const signature = key.sign(message);
    expect(verifyEd25519(signature, message, key.publicKey)).toBe(true);
    expect(nativeVerify(signature, message, key.publicKey)).toBe(true);
  });

  test('RFC 8032: refuses S + L, small-order keys and wrong lengths', () => {
    const signature = key.sign(message);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = signature.slice(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + order;
    const moved = signature.slice();
    for (let at = 0; at < 32; at++) moved[32 + at] = Number((s >> BigInt(8 * at)) & 255n);
    expect(verifyEd25519(moved, message, key.publicKey)).toBe(false);
    const identity = new Uint8Array(32);
    identity[0] = 1;
    const forged = new Uint8Array(64);
    forged[0] = 1;
    expect(verifyEd25519(forged, message, identity)).toBe(false);
    expect(verifyEd25519(signature.subarray(1), message, key.publicKey)).toBe(false);
    expect(verifyEd25519(signature, message, key.publicKey.subarray(1))).toBe(false);
  });
});
