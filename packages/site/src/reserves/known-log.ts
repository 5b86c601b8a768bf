/** The log that this browser holds the firm to: by the key of its own earlier visits, else by the key shown now. */
import { recallSeen, type Seen } from '../check/log-memory.ts';
import { browserHash } from '../check/sha256.ts';
import type { KnownLog } from './logged-epoch.ts';

/** @param shown origin and key as this page shows them */
export async function knownLog(
  shown: Pick<KnownLog, 'origin' | 'verifierKey'>,
): Promise<{ readonly log: KnownLog; readonly seen: Seen | null }> {
  const seen = recallSeen(localStorage);
  const { sha256 } = await browserHash();
  return { log: { ...shown, verifierKey: seen?.verifierKey ?? shown.verifierKey, sha256 }, seen };
}
