/** The log that this browser holds the firm to: by the key of its own earlier visits, else by the key shown now. */
import { witnessVerifier } from '@sonae/proof/cosignature';
import { recallSeen, type Seen } from '../check/log-memory.ts';
import { browserHash } from '../check/sha256.ts';
import { fetchText } from '../status.ts';
import type { KnownLog } from './logged-epoch.ts';

/** More than a note may carry. */
const WITNESSES_MAX = 14;

/** @param shown origin and key as this page shows them */
export async function knownLog(
  shown: Pick<KnownLog, 'origin' | 'verifierKey'>,
): Promise<{ readonly log: KnownLog; readonly seen: Seen | null }> {
  const seen = recallSeen(localStorage);
  const { sha256 } = await browserHash();
  const verifierKey = seen?.verifierKey ?? shown.verifierKey;
  return { log: { ...shown, verifierKey, sha256, witnesses: await shownWitnesses() }, seen };
}

/** Keys of witnesses as this page shows them; whoever relies on them compares them with the witnesses' own. */
async function shownWitnesses(): Promise<KnownLog['witnesses']> {
  const text = await fetchText('/log/witnesses').catch(() => '');
  return text
    .split('\n')
    .filter((vkey) => vkey !== '')
    .slice(0, WITNESSES_MAX)
    .flatMap((vkey) => {
      try {
        return [witnessVerifier(vkey)];
      } catch {
        return [];
      }
    });
}
