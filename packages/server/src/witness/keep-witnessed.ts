/**
 * Asks witnesses to cosign the log as it grows, and says in the log itself when one falls silent or saw another history:
 * a firm that shows two people two logs, or puts an old database back, is told by somebody it does not command.
 */

import { must } from '@sonae/core/kernel/assert.ts';
import type { LogHead, Store } from '@sonae/core/ports/store.ts';
import { consistencyProof, nodesForConsistency } from '@sonae/proof/merkle';
import { ed25519Verifier, type NoteVerifier } from '@sonae/proof/signed-note';
import { nodeReaderFromTiles } from '@sonae/proof/tiles';
import type { Logger } from 'pino';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { sleep } from '../drive-scenario.ts';
import type { Node } from '../node.ts';
import { readTiles, tileName } from '../public-log.ts';
import { askWitness, type WitnessAnswer } from './ask-witness.ts';
import type { Witness, WitnessConfig } from './witness-config.ts';
import { openWitnessedLog, type WitnessedLog } from './witnessed-log.ts';

const KEEPER = { id: 'system:witness', kind: 'system' } as const;
/** The witness knows another size; another node may have told it; then it knows one more. */
const TRIES_MAX = 3;
/** As `sentinels.RecordWitness` takes them. */
const NAME_CHARS_MAX = 100;
const DETAIL_CHARS_MAX = 300;
const nameOf = ({ key }: Witness): string => key.slice(0, key.indexOf('+'));

export type WitnessRounds = {
  /** Asks everybody once. Resolves when all have answered or failed to. */
  round(): Promise<void>;
};

/** @param known where the newest cosigned checkpoint is kept */
export function createWitnessRounds(node: Node, config: WitnessConfig, known: WitnessedLog): WitnessRounds {
  const { store, clock, signer } = node.app.ports;
  const log = ed25519Verifier(signer.verifierKey);
  /** Size that each cosigned last, as far as this process knows. */
  const sizes = new Map<string, number>();
  const heardAtMs = new Map<string, number>(config.list.map((one) => [one.key, clock.now()]));
  const said = new Map<string, string>();

  const tell = async (
    witness: Witness,
    says: Outcome['says'],
    detail: string,
    size: number,
  ): Promise<void> => {
    // The leader writes; who was told is remembered, so that nothing is submitted twice.
    if (!node.leader || said.get(witness.key) === says) return;
    // A witness chooses its name and some of its words: what is too long for a fact must not keep the others waiting.
    const input = {
      witness: nameOf(witness).slice(0, NAME_CHARS_MAX),
      ...{ says, detail: detail.slice(0, DETAIL_CHARS_MAX), size },
    };
    const outcome = await node.app.submit({ command: 'sentinels.RecordWitness', input, actor: KEEPER });
    if (outcome.status === 'done') said.set(witness.key, says);
  };

  const askOne = async (witness: Witness, head: LogHead): Promise<string | null> => {
    const outcome = await cosignHead(witness, head, sizes.get(witness.key) ?? 0, store, log);
    const now = clock.now();
    const { size } = head.frontier;
    if (outcome.says === 'cosigned') {
      sizes.set(witness.key, size);
      heardAtMs.set(witness.key, now);
      await tell(witness, 'cosigned', '', size);
      return outcome.lines;
    }
    const isLate = now - (heardAtMs.get(witness.key) ?? 0) > config.staleMs;
    if (outcome.says === 'contradicts' || isLate) await tell(witness, outcome.says, outcome.detail, size);
    return null;
  };

  return {
    round: async () => {
      const head = await store.head();
      const { size } = head.frontier;
      const newest = known.newest();
      const isFresh = newest !== null && clock.now() - newest.atMs < config.staleMs / 2;
      // Nothing grew and everybody has cosigned it lately: there is nothing to ask.
      if (size === 0 || (isFresh && newest.size === size && newest.by.length === config.list.length)) return;
      const lines = await Promise.all(config.list.map((witness) => askOne(witness, head)));
      const by = config.list.filter((_, n) => lines[n] !== null).map(nameOf);
      if (by.length < config.quorum) return;
      const note = `${head.checkpoint}${lines.filter((line) => line !== null).join('')}`;
      known.take({ size, note, by, atMs: clock.now() });
    },
  };
}

type Outcome = Exclude<WitnessAnswer, { says: 'elsewhere' }>;

/** Until it cosigns or does not: a witness that knows another size is asked again from there. */
async function cosignHead(
  witness: Witness,
  head: LogHead,
  from: number,
  store: Store,
  log: NoteVerifier,
): Promise<Outcome> {
  const { size } = head.frontier;
  let old = Math.min(from, size);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const proof = await growthProof(store, old, size);
    const answer = await askWitness(witness, { old, proof, checkpoint: head.checkpoint, log });
    if (answer.says !== 'elsewhere') return answer;
    if (answer.size === old)
      return { says: 'contradicts', detail: `it cosigned another root of ${old} facts` };
    if (answer.size > size) {
      // Another node may have appended since; if the log really is smaller, part of it is gone.
      const now = (await store.head()).frontier.size;
      return answer.size > now
        ? { says: 'contradicts', detail: `it cosigned ${answer.size} facts, this log has ${now}` }
        : { says: 'silent', detail: 'it is ahead of this reading' };
    }
    old = answer.size;
  }
  return { says: 'silent', detail: 'it knew another size every time' };
}

async function growthProof(store: Store, old: number, size: number): Promise<Uint8Array[]> {
  const tiles = await readTiles(store, nodesForConsistency(old, size));
  const read = nodeReaderFromTiles(
    (level, index) => must(tiles.get(tileName({ level, index })), `tile ${level}/${index}`),
    nodeSha256,
  );
  return consistencyProof(old, size, read, nodeSha256);
}

/**
 * Until aborted, and shown from the first round on. Without witnesses there is nothing to do.
 * @param dir where the newest cosigned checkpoint is kept
 */
export async function keepWitnessed(
  node: Node,
  dir: string,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  const { witnesses: config } = node.config;
  if (config.list.length === 0) return;
  const known = openWitnessedLog(dir, config, ed25519Verifier(node.app.ports.signer.verifierKey));
  node.witnessed = known;
  const rounds = createWitnessRounds(node, config, known);
  while (!signal.aborted) {
    await rounds
      .round()
      .catch((error: unknown) => logger.warn({ err: error }, 'witnesses could not be asked'));
    await sleep(config.everyMs, signal);
  }
}
