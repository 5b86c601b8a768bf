/** Whose log something is held against: its key, known from elsewhere or only offered, and the witnesses one asks for. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { OpenedCheckpoint } from '@sonae/proof/checkpoint';
import type { EpochLog } from '@sonae/proof/epoch-log';
import { ProofError } from '@sonae/proof/proof-error';
import { ed25519Verifier, type NoteVerifier } from '@sonae/proof/signed-note';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { NODE_ENGINES } from '../log-file.ts';

export type KnownLog = EpochLog & {
  readonly vkey: string;
  /** Whether the key was known beforehand; one that comes along shows only that everything fits together. */
  readonly keyPinned: boolean;
};

/** Throws `bad-key` or `bad-encoding` for a key that is none. */
export function knownLog(vkey: string, keyPinned: boolean, witnesses: readonly NoteVerifier[]): KnownLog {
  const verifier = ed25519Verifier(vkey, NODE_ENGINES.verifySignature);
  return { vkey, keyPinned, verifier, witnesses, sha256: nodeSha256 };
}

/** Throws `bad-signature` naming the witnesses that did not cosign. */
export function demandWitnesses(checkpoint: OpenedCheckpoint, witnesses: readonly NoteVerifier[]): void {
  const missing = witnesses
    .filter(({ name }) => !checkpoint.witnesses.includes(name))
    .map(({ name }) => name);
  if (missing.length > 0)
    throw new ProofError('bad-signature', `the checkpoint lacks cosignatures of ${missing.join(', ')}`);
}

/** A server's address without its last slash and without `/log`. Throws `input.invalid` for what is no address. */
export function serverOf(target: string): string {
  if (!URL.canParse(target))
    throw new FaultError(
      'input.invalid',
      `${target} is no address`,
      'give one such as https://exchange.example',
    );
  return target.replace(/\/$/, '').replace(/\/log$/, '');
}
