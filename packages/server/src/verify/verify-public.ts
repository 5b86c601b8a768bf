/**
 * Checking a live public log with nothing but its public addresses: signature, every entry, every tile, every disclosed
 * fact. The root is computed anew from the entries; nothing that the server computed is believed.
 */
import { equalBytes, fromBase64, toBase64 } from '@sonae/proof/bytes';
import { canonicalBytes, isJsonObject } from '@sonae/proof/canonical-json';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { factCommitment, parseDisclosure, verifyDisclosure } from '@sonae/proof/disclosure';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  HASH_BYTES,
  isSize,
  leafHash,
  rootOf,
} from '@sonae/proof/merkle';
import { demand, ProofError } from '@sonae/proof/proof-error';
import { ed25519Verifier, type NoteVerifier } from '@sonae/proof/signed-note';
import {
  decodeEntryBundle,
  entriesPath,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilePath,
  tilesForSize,
} from '@sonae/proof/tiles';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { NODE_ENGINES } from '../log-file.ts';
import { demandWitnesses } from './known-log.ts';
import { readPublic, readPublicJson, readPublicText } from './public-fetch.ts';

export type PublicReport = {
  readonly origin: string;
  readonly vkey: string;
  readonly keyPinned: boolean;
  readonly size: number;
  readonly root: string;
  readonly tiles: number;
  readonly disclosed: number;
  readonly checkpointWitnesses: readonly string[];
  /** Size of the earlier checkpoint this log was shown to extend, or null. */
  readonly extendsSize: number | null;
};

export type PublicOptions = {
  readonly pinnedVkey?: string;
  readonly since?: string;
  readonly witnesses: readonly NoteVerifier[];
};

const AT_ONCE = 8;

/** @param target the log's prefix, or the server's address (its log is then under /log) */
export async function verifyPublicLog(target: string, options: PublicOptions): Promise<PublicReport> {
  const trimmed = target.replace(/\/(checkpoint)?$/, '');
  const prefix = new URL(trimmed).pathname === '/' ? `${trimmed}/log` : trimmed;
  const vkey = options.pinnedVkey ?? (await readPublicText(`${prefix}/key`)).trim();
  const verifier = ed25519Verifier(vkey, NODE_ENGINES.verifySignature);
  const checkpoint = openCheckpoint(
    await readPublicText(`${prefix}/checkpoint`),
    verifier,
    options.witnesses,
  );
  demandWitnesses(checkpoint, options.witnesses);
  const entries = await readEntries(prefix, checkpoint.size);
  const { root, tiles } = await checkTiles(prefix, entries);
  if (!equalBytes(root, checkpoint.root))
    throw new ProofError('bad-proof', 'the entries do not give the root of the checkpoint');
  const extendsSize = options.since === undefined ? null : checkExtension(options.since, verifier, entries);
  const disclosed = await checkDisclosed(prefix, verifier, entries);
  return {
    origin: checkpoint.origin,
    vkey,
    keyPinned: options.pinnedVkey !== undefined,
    size: checkpoint.size,
    root: toBase64(root),
    tiles,
    disclosed,
    checkpointWitnesses: checkpoint.witnesses,
    extendsSize,
  };
}

async function readEntries(prefix: string, size: number): Promise<Uint8Array[]> {
  const bundles = tilesForSize(size).filter((tile) => tile.level === 0);
  const entries: Uint8Array[] = [];
  for (let i = 0; i < bundles.length; i += AT_ONCE) {
    const group = bundles.slice(i, i + AT_ONCE);
    const answers = await Promise.all(group.map((bundle) => readPublic(`${prefix}/${entriesPath(bundle)}`)));
    for (const answer of answers) entries.push(...decodeEntryBundle(answer));
  }
  if (entries.length !== size)
    throw new ProofError('bad-tile', `${entries.length} entries served, the checkpoint counts ${size}`);
  return entries;
}

/** Recomputes every tile from the entries and compares it with the one served. */
async function checkTiles(
  prefix: string,
  entries: readonly Uint8Array[],
): Promise<{ root: Uint8Array; tiles: number }> {
  const expected = new Map<string, Uint8Array>();
  const tiles = tilesForSize(entries.length);
  for (const tile of tiles)
    expected.set(`${tile.level}/${tile.index}`, new Uint8Array(tile.width * HASH_BYTES));
  const leaves = entries.map((entry) => leafHash(entry, nodeSha256));
  const frontier = appendLeaves(
    emptyFrontier,
    leaves,
    (level, index, hash) => {
      if (level % TILE_HEIGHT !== 0) return;
      const bytes = expected.get(`${level / TILE_HEIGHT}/${Math.floor(index / TILE_WIDTH)}`);
      bytes?.set(hash, (index % TILE_WIDTH) * HASH_BYTES);
    },
    nodeSha256,
  );
  for (let i = 0; i < tiles.length; i += AT_ONCE) {
    await Promise.all(
      tiles.slice(i, i + AT_ONCE).map(async (tile) => {
        const served = await readPublic(`${prefix}/${tilePath(tile)}`);
        const own = expected.get(`${tile.level}/${tile.index}`);
        if (!own || !equalBytes(served, own))
          throw new ProofError('bad-tile', `${tilePath(tile)} does not match the entries`);
      }),
    );
  }
  return { root: frontierRoot(frontier, nodeSha256), tiles: tiles.length };
}

function checkExtension(note: string, verifier: NoteVerifier, entries: readonly Uint8Array[]): number {
  const earlier = openCheckpoint(note, verifier);
  if (earlier.size > entries.length)
    throw new ProofError('bad-proof', `the log shrank from ${earlier.size} to ${entries.length} entries`);
  const leaves = entries.slice(0, earlier.size).map((entry) => leafHash(entry, nodeSha256));
  if (!equalBytes(rootOf(leaves, nodeSha256), earlier.root)) {
    throw new ProofError(
      'bad-proof',
      `the log was rewritten: its first ${earlier.size} entries are not those of the earlier checkpoint`,
    );
  }
  return earlier.size;
}

/** Numbers of disclosed facts on one page, newest first, all below `before`: so every list of pages ends. */
async function disclosedPage(prefix: string, before: number | undefined): Promise<number[]> {
  const url = `${prefix}/disclosed${before === undefined ? '' : `?before=${before}`}`;
  const page = await readPublicJson(url);
  const list = isJsonObject(page) ? page.disclosed : undefined;
  demand(Array.isArray(list), 'bad-disclosure', `${url} lists no disclosed facts`);
  let last = before ?? Number.POSITIVE_INFINITY;
  return list.map((one) => {
    const seq = isJsonObject(one) ? one.seq : undefined;
    const isNext = typeof seq === 'number' && isSize(seq) && seq < last;
    demand(isNext, 'bad-disclosure', `${url} does not list facts by falling number`);
    last = seq;
    return seq;
  });
}

async function checkDisclosed(
  prefix: string,
  verifier: NoteVerifier,
  entries: readonly Uint8Array[],
): Promise<number> {
  let checked = 0;
  let before: number | undefined;
  for (;;) {
    const page = await disclosedPage(prefix, before);
    for (let i = 0; i < page.length; i += AT_ONCE)
      await Promise.all(
        page.slice(i, i + AT_ONCE).map((seq) => checkOne(prefix, seq, verifier, entries[seq])),
      );
    checked += page.length;
    before = page.at(-1);
    if (before === undefined || before === 0) return checked;
  }
}

/** @param entry what stands there in the tree that was added up; undefined for a fact that is newer */
async function checkOne(
  prefix: string,
  seq: number,
  verifier: NoteVerifier,
  entry: Uint8Array | undefined,
): Promise<void> {
  const disclosure = parseDisclosure(await readPublicText(`${prefix}/disclosed/${seq}`));
  const { fact } = verifyDisclosure(disclosure, verifier, [], nodeSha256);
  const isNumbered = isJsonObject(fact) && fact.seq === seq && disclosure.index === seq;
  demand(isNumbered, 'bad-proof', `fact ${seq} is disclosed under another number`);
  // Its own checkpoint may be of another tree that the same key signed: the fact has to be the entry of this one.
  const own = factCommitment(fromBase64(disclosure.salt), canonicalBytes(fact), nodeSha256);
  const isEntry = entry === undefined || equalBytes(own, entry);
  demand(isEntry, 'bad-proof', `fact ${seq} as it is disclosed is not the entry of the log there`);
}
