/** The newest checkpoint that enough witnesses cosigned: what everybody is shown, kept beside the key over a restart. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { witnessVerifier } from '@sonae/proof/cosignature';
import type { NoteVerifier } from '@sonae/proof/signed-note';
import type { WitnessConfig } from './witness-config.ts';

const FILE = 'witnessed-checkpoint';

export type Witnessed = {
  readonly size: number;
  /** Signed note of the log with the cosignatures. */
  readonly note: string;
  /** Names of the witnesses, and when the newest of them was had (ms since 1970). */
  readonly by: readonly string[];
  readonly atMs: number;
};
export type WitnessedLog = {
  newest(): Witnessed | null;
  /** Takes what enough witnesses cosigned; a smaller tree than is known is not taken. */
  take(witnessed: Witnessed): void;
};

/** @param dir where it is kept; what lies there and does not verify is as if it were not there */
export function openWitnessedLog(dir: string, config: WitnessConfig, log: NoteVerifier): WitnessedLog {
  const path = join(dir, FILE);
  let newest = existsSync(path) ? read(readFileSync(path, 'utf8'), config, log) : null;
  return {
    newest: () => newest,
    take: (witnessed) => {
      if (newest !== null && witnessed.size < newest.size) return;
      newest = witnessed;
      writeFileSync(`${path}.new`, witnessed.note, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

function read(note: string, { list, quorum }: WitnessConfig, log: NoteVerifier): Witnessed | null {
  try {
    const verifiers = list.map(({ key }) => witnessVerifier(key));
    const { size, witnesses } = openCheckpoint(note, log, verifiers);
    return witnesses.length >= quorum ? { size, note, by: witnesses, atMs: 0 } : null;
  } catch {
    return null;
  }
}
