/**
 * What this browser remembers of the log: the last checkpoint it verified, as the signed note itself, so that
 * two notes
 * that contradict each other can be shown to others. A contradiction is never written over what was seen
 * before.
 */
import { openCheckpoint } from '@sonae/proof/checkpoint';
import type { Sha256 } from '@sonae/proof/merkle';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { onlyGrew, type ReadPath } from './tiles.ts';

export type Seen = {
  readonly note: string;
  readonly verifierKey: string;
  readonly size: number;
  readonly seenAt: string;
};
export type Growth =
  | { readonly kind: 'first'; readonly now: Seen }
  | {
      readonly kind: 'same' | 'grown' | 'rewritten' | 'shorter' | 'other-key';
      readonly before: Seen;
      readonly now: Seen;
    };

const STORAGE_KEY = 'sonae.log.seen';

export function recallSeen(storage: Pick<Storage, 'getItem'>): Seen | null {
  try {
    const seen = JSON.parse(storage.getItem(STORAGE_KEY) ?? 'null') as Partial<Seen> | null;
    const isWhole =
      typeof seen?.note === 'string' &&
      typeof seen.verifierKey === 'string' &&
      typeof seen.seenAt === 'string';
    return isWhole && typeof seen.size === 'number' ? (seen as Seen) : null;
  } catch {
    return null;
  }
}

export function rememberSeen(storage: Pick<Storage, 'setItem'>, seen: Seen): void {
  storage.setItem(STORAGE_KEY, JSON.stringify(seen));
}

export function forgetSeen(storage: Pick<Storage, 'removeItem'>): void {
  storage.removeItem(STORAGE_KEY);
}

/**
 * Whether the log as shown now contains what was seen before. Throws when the new checkpoint itself does not
 * verify.
 */
export async function compareGrowth(
  before: Seen | null,
  shown: { readonly note: string; readonly verifierKey: string; readonly seenAt: string },
  read: ReadPath,
  sha256: Sha256,
): Promise<Growth> {
  const verifier = ed25519Verifier(shown.verifierKey);
  const newer = openCheckpoint(shown.note, verifier);
  const now: Seen = { ...shown, size: newer.size };
  if (before === null) return { kind: 'first', now };
  if (before.verifierKey !== shown.verifierKey) return { kind: 'other-key', before, now };
  const older = openCheckpoint(before.note, verifier);
  if (newer.size < older.size) return { kind: 'shorter', before, now };
  if (!(await onlyGrew(older, newer, read, sha256))) return { kind: 'rewritten', before, now };
  return { kind: newer.size === older.size ? 'same' : 'grown', before, now };
}

/** Whether a comparison may replace what is remembered. */
export function isHonest(growth: Growth): boolean {
  return growth.kind === 'first' || growth.kind === 'same' || growth.kind === 'grown';
}
