import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nativeVerify, singleChanges, testKey } from '../test/keys.ts';
import vectors from '../vectors/notes.json' with { type: 'json' };
import { concatBytes, fromBase64, toBase64, toHex, utf8Decode, utf8Encode } from './bytes.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { parseWitnessKey, witnessVerifier } from './cosignature.ts';
import { MAX_TREE_SIZE } from './merkle.ts';
import { ProofError } from './proof-error.ts';
import { ed25519Verifier, formatNote, parseNote, signNote } from './signed-note.ts';

const log = testKey('example.com/log', 1);
const witness = testKey('witness.example/w1', 2);
const logVerifier = ed25519Verifier(log.vkey, nativeVerify);
const root = new Uint8Array(32).fill(9);
const text = formatCheckpoint({ origin: log.name, size: 42, root, extensions: [] });
const signed = parseNote(signNote(text, [log.signer]));
const cosigned = formatNote(text, [...signed.signatures, witness.cosign(text, 1_700_000_000)]);

describe('published vectors', () => {
  test('the example checkpoint of the specs, with its cosignature', () => {
    const note = parseNote(vectors.checkpoint.note);
    const checkpoint = parseCheckpoint(note.text);
    expect(checkpoint.origin).toBe(vectors.checkpoint.origin);
    expect(checkpoint.size).toBe(vectors.checkpoint.size);
    expect(toBase64(checkpoint.root)).toBe(vectors.checkpoint.root);
    expect(formatCheckpoint(checkpoint)).toBe(note.text);
    const anyWitness = witnessVerifier(witness.witnessVkey);
    expect(anyWitness.timestampOf(note.signatures[1]!.signature)).toBe(vectors.checkpoint.cosignedAtSec);
    const { base64, timestampSec } = vectors.cosignatureTimestamp;
    expect(anyWitness.timestampOf(fromBase64(base64).subarray(4))).toBe(timestampSec);
  });

  test('a real checkpoint, signed by its log and cosigned by a public witness', () => {
    const { note, logVkey, witnessVkey, size, timestampHex } = vectors.cosigned;
    const publicWitness = witnessVerifier(witnessVkey);
    const opened = openCheckpoint(note, ed25519Verifier(logVkey), [publicWitness]);
    expect(opened.size).toBe(size);
    expect(opened.witnesses).toEqual(['remora.n621.de']);
    const line = parseNote(note).signatures.find(({ name }) => name === publicWitness.name)!;
    expect(publicWitness.timestampOf(line.signature)).toBe(Number.parseInt(timestampHex, 16));
    expect(toHex(parseWitnessKey(witnessVkey).keyId)).toBe('da77ade7');
    const clobbered = note.replace(`\n${size}\n`, '\n42\n');
    expect(() => openCheckpoint(clobbered, ed25519Verifier(logVkey))).toThrow(/does not verify/);
    expect(() => openCheckpoint(clobbered, publicWitness)).toThrow(/does not verify/);
  });
});

describe('parsing', () => {
  const rootText = toBase64(root);
  const refused = [
    '',
    'a\n1\n',
    `a\n1\n${rootText}`,
    `\n1\n${rootText}\n`,
    `a\n01\n${rootText}\n`,
    `a\n-1\n${rootText}\n`,
    `a\n1.0\n${rootText}\n`,
    `a\n1e3\n${rootText}\n`,
    `a\n ${1}\n${rootText}\n`,
    `a\n${2 ** 53}\n${rootText}\n`,
    `a\n${MAX_TREE_SIZE + 1}\n${rootText}\n`,
    `a\n1\n${rootText}=\n`,
    `a\n1\n${toBase64(root.subarray(1))}\n`,
    `a\n1\n${rootText}\n\n`,
  ];
  test.each(refused)('refuses %j', (checkpoint) => {
    expect(() => parseCheckpoint(checkpoint)).toThrow(ProofError);
  });

  test('round trip', () => {
    const line = fc.string({ minLength: 1 });
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(line, fc.nat(), hash, fc.array(line), (origin, size, root, extensions) => {
        const checkpoint = { origin, size, root, extensions };
        expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
      }),
    );
    expect(() => formatCheckpoint({ origin: 'a\nb', size: 1, root, extensions: [] })).toThrow(ProofError);
    expect(() => formatCheckpoint({ origin: 'a', size: 1, root, extensions: [''] })).toThrow(ProofError);
    expect(() => formatCheckpoint({ origin: 'a', size: 0.5, root, extensions: [] })).toThrow(ProofError);
  });
});

describe('opening', () => {
  const witnesses = [witnessVerifier(witness.witnessVkey, nativeVerify)];

  test('names the witnesses that cosigned', () => {
    expect(openCheckpoint(cosigned, logVerifier, witnesses).witnesses).toEqual([witness.name]);
    expect(openCheckpoint(cosigned, logVerifier).witnesses).toEqual([]);
    const plain = witnessVerifier(witness.witnessVkey);
    expect(openCheckpoint(cosigned, ed25519Verifier(log.vkey), [plain]).witnesses).toEqual([witness.name]);
  });

  test('refuses another log, another origin, and a witness in place of the log', () => {
    const otherText = formatCheckpoint({ origin: 'example.com/other', size: 42, root, extensions: [] });
    const other = signNote(otherText, [log.signer]);
    expect(() => openCheckpoint(other, logVerifier)).toThrow(/another log/);
    expect(openCheckpoint(other, logVerifier, [], 'example.com/other').size).toBe(42);
    const onlyWitness = formatNote(text, [witness.cosign(text, 1)]);
    expect(() => openCheckpoint(onlyWitness, logVerifier, witnesses)).toThrow(/not signed by the log/);
  });

  test('refuses a cosignature with another time or on another checkpoint', () => {
    const moved = witness.cosign(text, 1_700_000_000);
    moved.signature[7]! ^= 1;
    expect(() =>
      openCheckpoint(formatNote(text, [...signed.signatures, moved]), logVerifier, witnesses),
    ).toThrow(/does not verify/);
    const elsewhere = witness.cosign(text.replace('42', '43'), 1);
    expect(() =>
      openCheckpoint(formatNote(text, [...signed.signatures, elsewhere]), logVerifier, witnesses),
    ).toThrow(/does not verify/);
    const short = { ...moved, signature: moved.signature.subarray(1) };
    expect(witnesses[0]!.verify(utf8Encode(text), short.signature)).toBe(false);
    const afterTime = moved.signature.slice().fill(255, 0, 8);
    expect(witnesses[0]!.verify(utf8Encode(text), afterTime)).toBe(false);
    const beyond = concatBytes(Uint8Array.of(128, 0, 0, 0, 0, 0, 0, 0), new Uint8Array(64));
    const trusting = witnessVerifier(witness.witnessVkey, () => true);
    expect(trusting.verify(utf8Encode(text), beyond)).toBe(false);
    expect(trusting.verify(utf8Encode(text), beyond.fill(127, 0, 1))).toBe(true);
    expect(() => witness.cosign(text, -1)).toThrow(ProofError);
    expect(() => witnesses[0]!.timestampOf(new Uint8Array(7))).toThrow(ProofError);
  });

  test('a single change is refused, or only makes the witness unknown', () => {
    const honest = openCheckpoint(cosigned, logVerifier, witnesses);
    for (const { what, changed } of singleChanges(utf8Encode(cosigned))) {
      try {
        const opened = openCheckpoint(utf8Decode(changed), logVerifier, witnesses);
        expect(opened, what).toEqual({ ...honest, witnesses: [] });
      } catch (error) {
        expect(error, what).toBeInstanceOf(ProofError);
      }
    }
  });
});
