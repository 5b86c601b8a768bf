import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nativeVerify, singleChanges, testKey } from '../test/keys.ts';
import vectors from '../vectors/tlog-proof.json' with { type: 'json' };
import { concatBytes, toBase64, toHex, utf8Decode, utf8Encode } from './bytes.ts';
import { canonicalBytes, type JsonValue } from './canonical-json.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { witnessVerifier } from './cosignature.ts';
import {
  type Disclosure,
  factCommitment,
  formatDisclosure,
  parseDisclosure,
  verifyDisclosure,
} from './disclosure.ts';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  leafHash,
  plainSha256,
} from './merkle.ts';
import { ProofError } from './proof-error.ts';
import { ed25519Verifier, formatNote, parseNote, signNote } from './signed-note.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts';

const log = testKey('example.com/log', 1);
const witness = testKey('witness.example/w1', 2);
const verifier = ed25519Verifier(log.vkey, nativeVerify);
const witnesses = [witnessVerifier(witness.witnessVkey, nativeVerify)];

function factAt(seq: number): JsonValue {
  return {
    seq,
    type: 'peg.LevelChanged@1',
    recordedAt: '2026-01-01T00:00:00.000Z',
    body: { level: 'watch', 率: seq },
  };
}

function saltAt(seq: number): Uint8Array {
  return plainSha256(Uint8Array.of(seq >> 8, seq & 255));
}

/** Disclosure of fact `index` in a log of `size` facts. */
function disclose(index: number, size: number): { disclosure: Disclosure; entry: Uint8Array } {
  const nodes = new Map<string, Uint8Array>();
  const entries = Array.from({ length: size }, (_, seq) =>
    factCommitment(saltAt(seq), canonicalBytes(factAt(seq))),
  );
  const frontier = appendLeaves(
    emptyFrontier,
    entries.map((entry) => leafHash(entry)),
    (level, at, hash) => nodes.set(`${level}/${at}`, hash),
  );
  const text = formatCheckpoint({ origin: log.name, size, root: frontierRoot(frontier), extensions: [] });
  const proof = inclusionProof(index, size, (level, at) => nodes.get(`${level}/${at}`)!);
  const tlogProof = formatTlogProof({ index, proof, checkpoint: signNote(text, [log.signer]) });
  const disclosure = { index, salt: toBase64(saltAt(index)), fact: factAt(index), tlogProof };
  return { disclosure, entry: entries[index]! };
}

describe('tlog-proof', () => {
  const { disclosure, entry } = disclose(3, 5);
  const text = disclosure.tlogProof;

  test('the example of the spec', () => {
    const { checkpoint } = parseTlogProof(text);
    const parsed = parseTlogProof(`${vectors.head}\n${checkpoint}`);
    expect(parsed.index).toBe(vectors.index);
    expect(parsed.proof.length).toBe(vectors.hashes);
    expect(formatTlogProof(parsed)).toBe(`${vectors.head}\n${checkpoint}`);
  });

  test.each(vectors.malformed)('refuses %j', (malformed) => {
    expect(() => parseTlogProof(malformed)).toThrow(ProofError);
  });

  test('extra data comes and goes unauthenticated', () => {
    const extra = utf8Encode('extra information');
    const withExtra = formatTlogProof({ ...parseTlogProof(text), extra });
    expect(parseTlogProof(withExtra).extra).toEqual(extra);
    expect(withExtra).toMatch(/^c2sp.org\/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 3\n/);
    expect(verifyTlogProof(withExtra, entry, verifier).index).toBe(3);
  });

  test('verifies, and names witnesses', () => {
    const parsed = parseTlogProof(text);
    const note = parseNote(parsed.checkpoint);
    const checkpoint = formatNote(note.text, [...note.signatures, witness.cosign(note.text, 1_700_000_000)]);
    const verified = verifyTlogProof(formatTlogProof({ ...parsed, checkpoint }), entry, verifier, witnesses);
    expect(verified.index).toBe(3);
    expect(verified.checkpoint.witnesses).toEqual([witness.name]);
    expect(() => verifyTlogProof(text, concatBytes(entry, entry), verifier)).toThrow(/not at index 3/);
    expect(() => verifyTlogProof(text.replace('index 3', 'index 2'), entry, verifier)).toThrow(
      /not at index 2/,
    );
  });

  test('every single change is refused', () => {
    for (const { what, changed } of singleChanges(utf8Encode(text))) {
      expect(() => verifyTlogProof(utf8Decode(changed), entry, verifier), what).toThrow(ProofError);
    }
  });
});

describe('commitments', () => {
  test('are SHA-256 of domain, salt and fact', () => {
    const salt = new Uint8Array(32).fill(1);
    const fact = canonicalBytes({ b: 1, a: 2 });
    const input = concatBytes(utf8Encode('sonae/fact/v1\n'), salt, utf8Encode('{"a":2,"b":1}'));
    expect(factCommitment(salt, fact)).toEqual(plainSha256(input));
    expect(toHex(factCommitment(salt, fact))).toHaveLength(64);
    expect(() => factCommitment(salt.subarray(1), fact)).toThrow(ProofError);
  });
});

describe('disclosures', () => {
  test('honest ones verify at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), (size, seed) => {
        const index = seed % size;
        const { disclosure } = disclose(index, size);
        const verified = verifyDisclosure(parseDisclosure(formatDisclosure(disclosure)), verifier);
        expect(verified.fact).toEqual(factAt(index));
        expect(verified.checkpoint.size).toBe(size);
      }),
      { numRuns: 20 },
    );
  });

  test('every single change is refused', () => {
    const { disclosure } = disclose(1, 3);
    const text = formatDisclosure(disclosure);
    for (const { what, changed } of singleChanges(utf8Encode(text))) {
      expect(() => verifyDisclosure(parseDisclosure(utf8Decode(changed)), verifier), what).toThrow(
        ProofError,
      );
    }
  });

  test('refuses another index, fact, salt, log, extra data and malformed parts', () => {
    const { disclosure } = disclose(1, 3);
    const withExtra = formatTlogProof({ ...parseTlogProof(disclosure.tlogProof), extra: Uint8Array.of(1) });
    const changes: Partial<Record<keyof Disclosure, unknown>>[] = [
      { index: 0 },
      { index: '1' },
      { fact: factAt(2) },
      { fact: { seq: undefined } },
      { salt: toBase64(saltAt(2)) },
      { salt: 'AAAA' },
      { tlogProof: withExtra },
      { tlogProof: 7 },
    ];
    for (const change of changes) {
      const changed = { ...disclosure, ...change } as Disclosure;
      expect(() => verifyDisclosure(changed, verifier), JSON.stringify(change)).toThrow(ProofError);
    }
    expect(() => verifyDisclosure(disclosure, ed25519Verifier(testKey(log.name, 5).vkey))).toThrow(
      ProofError,
    );
    expect(() => formatDisclosure({ ...disclosure, index: 1.5 })).toThrow(ProofError);
  });

  test('any text is a disclosure or a ProofError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => parseDisclosure(text)).toThrow(ProofError);
      }),
    );
  });
});
