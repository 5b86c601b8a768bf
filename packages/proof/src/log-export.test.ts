import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nativeVerify, singleChanges, testKey } from '../test/keys.ts';
import { toBase64, utf8Encode } from './bytes.ts';
import { canonicalBytes, type JsonObject, type JsonValue } from './canonical-json.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { witnessVerifier } from './cosignature.ts';
import { factCommitment } from './disclosure.ts';
import {
  createExportVerifier,
  createExportWriter,
  type ExportReport,
  evidenceRoot,
  MAX_EXPORT_LINE_BYTES,
} from './log-export.ts';
import { leafHash, plainSha256, rootOf, type Sha256 } from './merkle.ts';
import { ProofError } from './proof-error.ts';
import { ed25519Verifier, formatNote, parseNote, signNote } from './signed-note.ts';

const log = testKey('example.com/log', 1);
const witness = testKey('witness.example/w1', 2);
const nativeSha256: Sha256 = (data) => new Uint8Array(createHash('sha256').update(data).digest());
const native = {
  sha256: nativeSha256,
  createSha256: () => createHash('sha256'),
  verifySignature: nativeVerify,
};

type Batch = readonly JsonValue[];

/** Facts that cite the given batches in order; a fact without a batch cites nothing. */
function factsCiting(batches: readonly (Batch | undefined)[]): JsonObject[] {
  return batches.map(
    (items, seq): JsonObject => ({
      seq,
      recordedAt: `2026-01-01T00:00:0${seq % 10}.000Z`,
      body: items
        ? { evidence: { count: items.length, root: toBase64(evidenceRoot(items)), source: '価' } }
        : { a: 1 },
    }),
  );
}

function saltAt(seq: number): Uint8Array {
  return plainSha256(Uint8Array.of(seq));
}

function checkpointOf(facts: readonly JsonObject[]): string {
  const leaves = facts.map((fact, seq) => leafHash(factCommitment(saltAt(seq), canonicalBytes(fact))));
  const text = formatCheckpoint({
    origin: log.name,
    size: facts.length,
    root: rootOf(leaves),
    extensions: [],
  });
  const { signatures } = parseNote(signNote(text, [log.signer]));
  return formatNote(text, [...signatures, witness.cosign(text, 1_700_000_000)]);
}

function writeExport(facts: readonly JsonObject[], batches: readonly Batch[], engines = {}): string {
  const { name: origin, vkey, sign } = log;
  const writer = createExportWriter({ origin, vkey, size: facts.length, sign, ...engines });
  return [
    writer.header(),
    ...facts.map((fact, seq) => writer.fact(fact, saltAt(seq))),
    ...batches.map((items) => writer.evidence(items)),
    writer.checkpoint(checkpointOf(facts)),
    writer.end(),
  ].join('');
}

function verifyExport(
  bytes: Uint8Array,
  options: Parameters<typeof createExportVerifier>[0] = native,
): ExportReport {
  const verifier = createExportVerifier(options);
  verifier.push(bytes);
  return verifier.end();
}

const batchA: Batch = [{ price: '1.0001', at: 1 }, { price: '0.9998', at: 2 }, 'three'];
const batchB: Batch = [[1, 2], null];
const facts = factsCiting([undefined, batchB, batchA, batchB]);
const text = writeExport(facts, [batchB, batchA]);
const bytes = utf8Encode(text);

/** The file with its lines rearranged and its last line made anew by the log itself: the structure alone must fail. */
function resealed(lines: readonly string[]): Uint8Array {
  const body = lines.map((line) => `${line}\n`).join('');
  const digest = toBase64(nativeSha256(utf8Encode(body)));
  const signature = toBase64(log.sign(utf8Encode(`sonae-export/v1\n${digest}\n`)));
  return utf8Encode(`${body}${JSON.stringify({ digest, signature })}\n`);
}

describe('an honest export', () => {
  test('verifies with native and with portable engines, and reports', () => {
    const witnesses = [witnessVerifier(witness.witnessVkey)];
    const report = verifyExport(bytes, { pinnedVkey: log.vkey, witnesses });
    expect(report).toEqual({
      origin: log.name,
      vkey: log.vkey,
      keyPinned: true,
      size: 4,
      root: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      evidenceBatches: 2,
      evidenceItems: 5,
      checkpointWitnesses: [witness.name],
      firstRecordedAt: '2026-01-01T00:00:00.000Z',
      lastRecordedAt: '2026-01-01T00:00:03.000Z',
    });
    expect(verifyExport(bytes)).toEqual({ ...report, keyPinned: false, checkpointWitnesses: [] });
    expect(writeExport(facts, [batchB, batchA], native)).toBe(text);
  });

  test('of an empty log', () => {
    const report = verifyExport(utf8Encode(writeExport([], [])));
    expect(report).toMatchObject({
      size: 0,
      firstRecordedAt: null,
      lastRecordedAt: null,
      evidenceBatches: 0,
    });
  });

  test('at any size, pushed in any pieces', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 999 }),
        fc.nat(),
        (size, step, seed) => {
          const cited = Array.from({ length: size }, (_, seq) =>
            (seq * seed) % 3 === 0 ? [seq, seed] : undefined,
          );
          const whole = utf8Encode(
            writeExport(
              factsCiting(cited),
              cited.filter((batch) => batch !== undefined),
              native,
            ),
          );
          const verifier = createExportVerifier(native);
          for (let at = 0; at < whole.length; at += step) {
            const chunk = whole.slice(at, at + step);
            verifier.push(chunk);
            chunk.fill(0);
          }
          expect(verifier.end().size).toBe(size);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('a changed export', () => {
  test('every single-byte change is refused', { timeout: 120_000 }, () => {
    let changes = 0;
    for (const { what, changed } of singleChanges(bytes)) {
      expect(() => verifyExport(changed), what).toThrow(ProofError);
      changes++;
    }
    expect(changes).toBeGreaterThan(5 * bytes.length);
  });

  test('every prefix and every added tail is refused', () => {
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => verifyExport(bytes.subarray(0, length))).toThrow(ProofError);
    }
    for (const tail of ['\n', ' ', '{}\n', text]) {
      expect(() => verifyExport(utf8Encode(text + tail))).toThrow(ProofError);
    }
  });

  const lines = text.trimEnd().split('\n').slice(0, -1);
  test('every removed, doubled or swapped line is refused, even when resealed by the log', () => {
    expect(verifyExport(resealed(lines)).size).toBe(4);
    for (let at = 0; at < lines.length; at++) {
      const here = lines[at]!;
      expect(() => verifyExport(resealed(lines.toSpliced(at, 1))), `drop ${at}`).toThrow(ProofError);
      expect(() => verifyExport(resealed(lines.toSpliced(at, 0, here))), `double ${at}`).toThrow(ProofError);
      const next = lines[at + 1];
      if (next === undefined) continue;
      expect(() => verifyExport(resealed(lines.with(at, next).with(at + 1, here))), `swap ${at}`).toThrow(
        ProofError,
      );
    }
  });

  test('says on which line and why', () => {
    const changes: [number, string, string, RegExp][] = [
      [0, 'v1', 'v2', /^line 1: the format is not/],
      [0, 'example.com/log"', 'example.com/lag"', /^line 1: the key's name is not the origin/],
      [1, '"seq":0', '"seq":1', /^line 2: the fact's seq is not 0/],
      [1, '"a":1', '"a": 1', /^line 2: JSON is not in canonical form/],
      [1, '"salt":"', '"salt":"A', /^line 2: base64/],
      [2, '"count":2', '"count":3', /^line 5: two facts cite the same evidence with different counts/],
      [5, 'null', 'true', /^line 6: the evidence root is not the root of its items/],
      [7, '\\n4\\n', '\\n5\\n', /^line 8: the signature of example.com\/log does not verify/],
    ];
    for (const [at, from, to, message] of changes) {
      expect(lines[at]).toContain(from);
      const changed = lines.with(at, lines[at]!.replace(from, to));
      expect(() => verifyExport(resealed(changed))).toThrow(message);
    }
    const otherFact = lines.with(1, lines[1]!.replace('"a":1', '"a":2'));
    expect(() => verifyExport(resealed(otherFact))).toThrow(/^line 8: the facts do not have the root/);
  });

  test('an end that comes too early says what is missing', () => {
    const verifier = createExportVerifier(native);
    verifier.push(utf8Encode(`${lines.slice(0, 3).join('\n')}\n`));
    expect(() => verifier.end()).toThrow(/^line 4: the export ends before its fact line/);
  });

  test('a failed verifier stays failed', () => {
    const verifier = createExportVerifier(native);
    expect(() => verifier.push(utf8Encode('{}\n'))).toThrow(/^line 1: /);
    expect(() => verifier.push(bytes)).toThrow(/^line 1: /);
    expect(() => verifier.end()).toThrow(/^line 1: /);
  });
});

describe('trust', () => {
  test('another key than the pinned one is refused', () => {
    const other = testKey(log.name, 7).vkey;
    expect(() => verifyExport(bytes, { ...native, pinnedVkey: other })).toThrow(
      /another key than the pinned one/,
    );
  });

  test('a witness key that does not verify is refused; an absent witness is not', () => {
    const stranger = witnessVerifier(testKey('witness.example/w2', 8).witnessVkey);
    expect(verifyExport(bytes, { ...native, witnesses: [stranger] }).checkpointWitnesses).toEqual([]);
  });

  test('the last line must be signed by the log, not by a witness', () => {
    const lines = text.trimEnd().split('\n');
    const { digest } = JSON.parse(lines.at(-1)!);
    const signature = toBase64(witness.sign(utf8Encode(`sonae-export/v1\n${digest}\n`)));
    const forged = [...lines.slice(0, -1), JSON.stringify({ digest, signature }), ''].join('\n');
    expect(() => verifyExport(utf8Encode(forged))).toThrow(/line 9: the signature of the digest/);
    expect(ed25519Verifier(log.vkey).name).toBe(log.name);
  });
});

describe('the writer', () => {
  function writerOf(size: number) {
    return createExportWriter({ origin: log.name, vkey: log.vkey, size, sign: log.sign, ...native });
  }

  test('refuses lines out of order', () => {
    const writer = writerOf(1);
    expect(() => writer.fact(facts[0]!, saltAt(0))).toThrow(/expected header here, not fact/);
    writer.header();
    expect(() => writer.end()).toThrow(/expected fact here, not digest/);
    expect(() => writer.checkpoint('')).toThrow(/expected fact here/);
    expect(() => writer.fact(facts[1]!, saltAt(1))).toThrow(/seq is not 0/);
    writer.fact(factsCiting([batchA])[0]!, saltAt(0));
    expect(() => writer.evidence(batchB)).toThrow(/expected the evidence with root/);
  });

  test('refuses a line that no verifier would take', () => {
    const writer = writerOf(1);
    writer.header();
    const fact = { seq: 0, body: 'x'.repeat(MAX_EXPORT_LINE_BYTES) };
    expect(() => writer.fact(fact, saltAt(0))).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test('refuses a foreign origin, a wrong checkpoint and a wrong signature', () => {
    const { vkey, sign } = log;
    expect(() => createExportWriter({ origin: 'other', vkey, size: 0, sign }).header()).toThrow(
      /name is not the origin/,
    );
    const writer = writerOf(0);
    writer.header();
    expect(() => writer.checkpoint(checkpointOf(facts))).toThrow(/is for 4 facts, not 0/);
    const forger = createExportWriter({ origin: log.name, vkey, size: 0, sign: witness.sign, ...native });
    forger.header();
    forger.checkpoint(checkpointOf([]));
    expect(() => forger.end()).toThrow(/not by the log's key/);
  });
});

describe('hostile input', () => {
  test('any bytes are refused with a ProofError', () => {
    const pieces = text.split('\n').map((line) => utf8Encode(`${line}\n`));
    const input = fc.array(fc.oneof(fc.uint8Array(), fc.constantFrom(...pieces), fc.json().map(utf8Encode)));
    fc.assert(
      fc.property(input, (chunks) => {
        fc.pre(Buffer.concat(chunks).compare(bytes) !== 0);
        const verifier = createExportVerifier(native);
        expect(() => {
          for (const chunk of chunks) verifier.push(chunk);
          verifier.end();
        }).toThrow(ProofError);
      }),
    );
  });

  test('a line beyond the limit is refused while it arrives', () => {
    const verifier = createExportVerifier(native);
    const chunk = new Uint8Array(MAX_EXPORT_LINE_BYTES / 4).fill(0x20);
    for (let count = 0; count < 4; count++) verifier.push(chunk);
    expect(() => verifier.push(chunk)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  test('a line may arrive in very many pieces', () => {
    const verifier = createExportVerifier(native);
    const space = utf8Encode(' ');
    for (let count = 0; count < 300_000; count++) verifier.push(space);
    expect(() => verifier.push(utf8Encode('\n'))).toThrow(/^line 1: text is not JSON/);
  });

  test('evidence must have as many items as the facts say', () => {
    const root = toBase64(evidenceRoot(batchA));
    const writer = createExportWriter({
      origin: log.name,
      vkey: log.vkey,
      size: 1,
      sign: log.sign,
      ...native,
    });
    writer.header();
    writer.fact({ seq: 0, body: { evidence: { count: 4, root } } }, saltAt(0));
    expect(() => writer.evidence(batchA)).toThrow(/cite 4 items, the evidence has 3/);
  });

  test('citations must be counts and roots', () => {
    for (const evidence of [
      { count: '1', root: toBase64(saltAt(0)) },
      { count: 1, root: 'AAAA' },
      { count: -1, root: toBase64(saltAt(0)) },
      { count: 1, root: 1 },
    ]) {
      const writer = createExportWriter({
        origin: log.name,
        vkey: log.vkey,
        size: 1,
        sign: log.sign,
        ...native,
      });
      writer.header();
      expect(() => writer.fact({ seq: 0, body: { evidence } }, saltAt(0))).toThrow(ProofError);
    }
  });
});
