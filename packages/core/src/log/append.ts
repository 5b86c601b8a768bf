/**
 * From new facts to rows: sequence, canonical bytes, salted commitment, Merkle nodes by tile, signed checkpoint.
 * Pure: time, randomness, hash and key are handed in.
 */
import { utf8Encode } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { formatCheckpoint } from '@sonae/proof/checkpoint';
import { factCommitment } from '@sonae/proof/disclosure';
import { appendLeaves, type Frontier, frontierRoot, leafHash } from '@sonae/proof/merkle';
import { TILE_HEIGHT, TILE_WIDTH } from '@sonae/proof/tiles';
import { FaultError } from '../kernel/errors.ts';
import { FACT_BYTES_MAX } from '../kernel/limits.ts';
import type { Sha256 } from '../ports/hash.ts';
import type { LogSigner } from '../ports/signer.ts';
import type { FactRow, LogHead, TileGrowth } from '../ports/store.ts';
import type { Fact } from './fact.ts';

export const SALT_BYTES = 32;

/**
 * Canonical JSON of a fact. Throws `input.invalid` for a text that is not well-formed Unicode (a lone surrogate) and
 * `input.too-large`; called where the fact is made, so that only its own command fails.
 */
export function factText(fact: Fact): string {
  let text: string;
  try {
    text = canonicalJson(fact as unknown as JsonValue);
  } catch (error) {
    const message = `${fact.type} has no canonical form: ${(error as Error).message}`;
    throw new FaultError('input.invalid', message, 'send well-formed Unicode text and finite numbers', error);
  }
  // A UTF-16 unit takes at most three bytes: short texts need no counting.
  if (text.length <= FACT_BYTES_MAX / 3 || utf8Encode(text).length <= FACT_BYTES_MAX) return text;
  throw new FaultError(
    'input.too-large',
    `${fact.type} exceeds ${FACT_BYTES_MAX} bytes`,
    'shorten the texts of this command',
  );
}

/** One fact's row: `entry` is the 32-byte commitment that stands in the public log. */
export function factRow(
  fact: Fact,
  text: string,
  disclosed: boolean,
  salt: Uint8Array,
  sha256: Sha256,
): FactRow {
  return {
    seq: fact.seq,
    id: fact.id,
    type: fact.type,
    stream: fact.stream,
    incident: fact.incident ?? null,
    recordedAt: fact.recordedAt,
    text,
    salt,
    entry: factCommitment(salt, utf8Encode(text), sha256),
    disclosed,
  };
}

/** The head after these rows, and the Merkle nodes they complete, grouped by tile. */
export function growTree(
  head: LogHead,
  rows: readonly FactRow[],
  signer: LogSigner,
  sha256: Sha256,
): { head: LogHead; tiles: TileGrowth[] } {
  const growth = new Map<string, { level: number; index: number; hashes: Uint8Array[] }>();
  const leaves = rows.map((row) => leafHash(row.entry, sha256));
  const grown = appendLeaves(
    head.frontier,
    leaves,
    (level, index, hash) => {
      if (level % TILE_HEIGHT !== 0) return;
      const tile = { level: level / TILE_HEIGHT, index: Math.floor(index / TILE_WIDTH) };
      const key = `${tile.level}/${tile.index}`;
      const known = growth.get(key) ?? { ...tile, hashes: [] };
      known.hashes.push(hash);
      growth.set(key, known);
    },
    sha256,
  );
  return { head: nextHead(grown, rows, head, signer, sha256), tiles: [...growth.values()] };
}

function nextHead(
  frontier: Frontier,
  rows: readonly FactRow[],
  before: LogHead,
  signer: LogSigner,
  sha256: Sha256,
): LogHead {
  const root = frontierRoot(frontier, sha256);
  const checkpoint = signer.signNote(
    formatCheckpoint({ origin: signer.origin, size: frontier.size, root, extensions: [] }),
  );
  return { frontier, checkpoint, recordedAt: rows.at(-1)?.recordedAt ?? before.recordedAt };
}
