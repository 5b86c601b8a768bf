/**
 * The visitor's checks against a small log made here: honest growth passes, every way to cheat is named for
 * what it is.
 */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { concatBytes, toBase64, utf8Encode } from '@sonae/proof/bytes';
import { canonicalBytes } from '@sonae/proof/canonical-json';
import { formatCheckpoint } from '@sonae/proof/checkpoint';
import { factCommitment, formatDisclosure } from '@sonae/proof/disclosure';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  leafHash,
  plainSha256,
} from '@sonae/proof/merkle';
import { ed25519Signer, formatVerifierKey, signNote } from '@sonae/proof/signed-note';
import { parseTilePath } from '@sonae/proof/tiles';
import { formatTlogProof } from '@sonae/proof/tlog-proof';
import { describe, expect, it } from 'vitest';
import { compareGrowth, recallSeen, rememberSeen, type Seen } from './log-memory.ts';
import { tileWidth } from './tiles.ts';
import { type FactCheck, verifyFact } from './verify-fact.ts';

const ORIGIN = 'log.example';
const SEEN_AT = '2023-03-11T03:24:00.000Z';

function keyOf(seed: number) {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = createPrivateKey({
    key: Buffer.concat([prefix, Buffer.alloc(32, seed)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(12));
  const signer = ed25519Signer({
    name: ORIGIN,
    publicKey,
    sign: (message) => new Uint8Array(sign(null, message, key)),
  });
  return { signer, verifierKey: formatVerifierKey(ORIGIN, publicKey) };
}

const KEY = keyOf(1);
const factOf = (seq: number, word: string) => ({ seq, type: 'incidents.Declared@1', body: { word } });
const saltOf = (seq: number) => plainSha256(utf8Encode(`salt ${seq}`));

/** A log of `size` facts; from `forkAt` on they say something else. */
function logOf(size: number, forkAt = Number.POSITIVE_INFINITY, key = KEY) {
  const facts = Array.from({ length: size }, (_, seq) => factOf(seq, seq < forkAt ? 'true' : 'false'));
  const leaves = facts.map((fact) => leafHash(factCommitment(saltOf(fact.seq), canonicalBytes(fact))));
  const nodes = new Map<string, Uint8Array>();
  const frontier = appendLeaves(emptyFrontier, leaves, (level, index, hash) =>
    nodes.set(`${level}/${index}`, hash),
  );
  const root = frontierRoot(frontier);
  const note = signNote(formatCheckpoint({ origin: ORIGIN, size, root, extensions: [] }), [key.signer]);
  const node = (level: number, index: number) => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  const readLog = async (path: string) => {
    const tile = parseTilePath(path);
    if (tile.kind !== 'tile' || tile.width > tileWidth(tile.level, tile.index, size))
      throw new Error(`${path}: 404`);
    const hashes = Array.from({ length: tile.width }, (_, i) => node(tile.level * 8, tile.index * 256 + i));
    return concatBytes(...hashes);
  };
  const disclosure = (seq: number, fact = facts[seq] ?? null, checkpoint = note) => {
    const proof = inclusionProof(seq, size, node);
    const tlogProof = formatTlogProof({ index: seq, proof, checkpoint });
    return formatDisclosure({ index: seq, salt: toBase64(saltOf(seq)), fact, tlogProof });
  };
  const seen: Seen = { note, verifierKey: key.verifierKey, size, seenAt: SEEN_AT };
  return { note, seen, readLog, disclosure, shown: { note, verifierKey: key.verifierKey, seenAt: SEEN_AT } };
}

describe('compareGrowth', () => {
  const old = logOf(300);
  const compare = (before: Seen | null, log: ReturnType<typeof logOf>) =>
    compareGrowth(before, log.shown, log.readLog, plainSha256).then(({ kind }) => kind);

  it.each([
    ['a first visit', null, logOf(300), 'first'],
    ['no change', old.seen, logOf(300), 'same'],
    ['growth within a tile', old.seen, logOf(301), 'grown'],
    ['growth over tiles', old.seen, logOf(1_100), 'grown'],
    ['a past that changed', old.seen, logOf(301, 7), 'rewritten'],
    ['another log of the same size', old.seen, logOf(300, 299), 'rewritten'],
    ['facts that are gone', old.seen, logOf(299), 'shorter'],
    ['another key', old.seen, logOf(300, 400, keyOf(2)), 'other-key'],
  ] as const)('%s', async (_, before, log, expected) => {
    expect(await compare(before, log)).toBe(expected);
  });

  it('does not accept a checkpoint that the key did not sign', async () => {
    const forged = { ...logOf(301).shown, verifierKey: keyOf(2).verifierKey };
    await expect(compareGrowth(null, forged, old.readLog, plainSha256)).rejects.toThrow(
      'no signature by a known key',
    );
  });
});

describe('verifyFact', () => {
  const log = logOf(300);
  const check = (change: Partial<FactCheck> = {}) =>
    verifyFact({
      seq: 42,
      verifierKey: KEY.verifierKey,
      seen: log.seen,
      readDisclosure: async (seq) => log.disclosure(seq),
      readLog: log.readLog,
      sha256: plainSha256,
      ...change,
    });
  const outcomes = async (change: Partial<FactCheck>) =>
    (await check(change)).steps
      .map(({ name, outcome }) => `${name} ${outcome}`)
      .filter((line) => !line.endsWith('pass'));

  it('passes every step for an honest log, also one that has grown since', async () => {
    expect(await check()).toMatchObject({ good: true, fact: { seq: 42 } });
    expect(await outcomes({ seen: logOf(120).seen })).toEqual([]);
    expect((await check({ seen: null })).steps).toHaveLength(5);
  });

  it.each([
    ['no answer', { readDisclosure: () => Promise.reject(new Error('404')) }, 'fetch'],
    ['a disclosure of another fact', { readDisclosure: async () => log.disclosure(41) }, 'parse'],
    ['text that is no disclosure', { readDisclosure: async () => '{}' }, 'parse'],
    ['another key', { verifierKey: keyOf(2).verifierKey }, 'signature'],
    ['changed bytes', { readDisclosure: async () => log.disclosure(42, factOf(42, 'nicer')) }, 'bytes'],
    [
      'a proof under another tree',
      { readDisclosure: async () => log.disclosure(42, undefined, logOf(300, 100).note) },
      'inclusion',
    ],
    ['a log that is not the remembered one', { seen: logOf(200, 150).seen }, 'same'],
  ])('%s fails at the right step', async (_, change, expected) => {
    const [first] = await outcomes(change);
    expect(first).toBe(`${expected} fail`);
    expect((await check(change)).good).toBe(false);
  });
});

describe('memory', () => {
  it('keeps what was seen and ignores what is not whole', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
    };
    expect(recallSeen(storage)).toBeNull();
    rememberSeen(storage, logOf(3).seen);
    expect(recallSeen(storage)?.size).toBe(3);
    for (const text of ['', 'x', '{}', '{"note":1}']) expect(recallSeen({ getItem: () => text })).toBeNull();
  });
});
