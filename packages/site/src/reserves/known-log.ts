/** The log that this browser holds the firm to: by the key of its own earlier visits, else by the key shown now. */
import { witnessVerifier } from '@sonae/proof/cosignature';
import type { EpochLog } from '@sonae/proof/epoch-log';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { recallSeen, type Seen } from '../check/log-memory.ts';
import { browserHash } from '../check/sha256.ts';
import { fetchText } from '../status.ts';

/** What this page shows of its own log. */
export type ShownLog = { readonly origin: string; readonly verifierKey: string };
export type KnownLog = EpochLog & { readonly verifierKey: string };

/** More than a note may carry. */
const WITNESSES_MAX = 14;

export async function knownLog(
  shown: ShownLog,
): Promise<{ readonly log: KnownLog; readonly seen: Seen | null }> {
  const seen = recallSeen(localStorage);
  const { sha256 } = await browserHash();
  const verifierKey = seen?.verifierKey ?? shown.verifierKey;
  return { log: logOf(verifierKey, sha256, await shownWitnesses()), seen };
}

/** Throws `bad-key` for a text that is none. */
export const logOf = (
  verifierKey: string,
  sha256: KnownLog['sha256'],
  witnesses: KnownLog['witnesses'] = [],
): KnownLog => ({ verifierKey, verifier: ed25519Verifier(verifierKey), sha256, witnesses });

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
