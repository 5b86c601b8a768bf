/**
 * The epoch root as it stands in the exchange's transparency log: everybody is held against the same one. The fact that
 * carries it has `body.liabilities` of exactly exchange, epoch and epochRoot (hex), and is disclosed with its proof.
 */
import { isJsonObject, type JsonValue, objectWithKeys } from './canonical-json.ts';
import type { OpenedCheckpoint } from './checkpoint.ts';
import { type Disclosure, verifyDisclosure } from './disclosure.ts';
import { digestOf } from './liabilities.ts';
import { plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import type { NoteVerifier } from './signed-note.ts';

export type LoggedRoot = {
  /** 32 bytes, for `CustomerExpects.root`. */
  readonly root: Uint8Array;
  readonly index: number;
  /** Totals that the fact prints beside the root, as they stand there; nothing shows them yet. */
  readonly printed: JsonValue | undefined;
  /** With the names of the given witnesses that cosigned; how many are enough is the caller's policy. */
  readonly checkpoint: OpenedCheckpoint;
};

/**
 * Verifies that the log of `verifier` holds the root of this exchange's epoch. Throws `liabilities-epoch` when the fact
 * is about another one, `bad-liabilities` when it holds no root, or what `verifyDisclosure` throws.
 */
export function loggedEpochRoot(
  disclosure: Disclosure,
  about: { readonly exchange: string; readonly epoch: string },
  verifier: NoteVerifier,
  witnesses: readonly NoteVerifier[] = [],
  sha256: Sha256 = plainSha256,
): LoggedRoot {
  const { fact, checkpoint } = verifyDisclosure(disclosure, verifier, witnesses, sha256);
  const body = isJsonObject(fact) ? fact.body : undefined;
  const said = isJsonObject(body) ? body.liabilities : undefined;
  demand(said !== undefined, 'bad-liabilities', 'the fact in the log holds no root of liabilities');
  const { exchange, epoch, epochRoot } = objectWithKeys(
    said,
    ['epoch', 'epochRoot', 'exchange'],
    'liabilities in the log',
  );
  const isAbout = exchange === about.exchange && epoch === about.epoch;
  demand(isAbout, 'liabilities-epoch', `the fact in the log is about ${exchange}, epoch ${epoch}`);
  const printed = isJsonObject(body) ? body.assets : undefined;
  return { root: digestOf(epochRoot, 'epochRoot'), index: disclosure.index, printed, checkpoint };
}
