/**
 * Verifying one disclosed fact, step by step, so that a visitor sees what holds and exactly where it stops.
 * Each step is
 * a check of its own by @sonae/proof; after a failure the rest is not reached.
 */
import { equalBytes, fromBase64, toHex } from '@sonae/proof/bytes';
import { canonicalBytes, type JsonValue } from '@sonae/proof/canonical-json';
import { type OpenedCheckpoint, openCheckpoint } from '@sonae/proof/checkpoint';
import { type Disclosure, factCommitment, parseDisclosure, verifyDisclosure } from '@sonae/proof/disclosure';
import { type Sha256, verifyInclusion } from '@sonae/proof/merkle';
import { demand } from '@sonae/proof/proof-error';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { parseTlogProof, type TlogProof } from '@sonae/proof/tlog-proof';
import type { Seen } from './log-memory.ts';
import { type Step as CheckStep, runSteps } from './run-steps.ts';
import { leafOf, onlyGrew, publishedLeaf, type ReadPath } from './tiles.ts';

export const STEPS = ['fetch', 'parse', 'signature', 'bytes', 'inclusion', 'same'] as const;
export type StepName = (typeof STEPS)[number];
export type Step = CheckStep<StepName>;
export type Verdict = {
  readonly good: boolean;
  readonly steps: readonly Step[];
  readonly fact: JsonValue | null;
};

export type FactCheck = {
  readonly seq: number;
  readonly verifierKey: string;
  /** What this browser remembers of the log, if it does. */
  readonly seen: Seen | null;
  readonly readDisclosure: (seq: number) => Promise<string>;
  readonly readLog: ReadPath;
  readonly sha256: Sha256;
};

/** What the steps hand on to each other. */
type Work = {
  text: string;
  disclosure: Disclosure;
  proof: TlogProof;
  checkpoint: OpenedCheckpoint;
  leaf: Uint8Array;
};

const HASH_SHOWN_CHARS = 12;

export async function verifyFact(check: FactCheck): Promise<Verdict> {
  const work = {} as Work;
  const names = check.seen === null ? STEPS.filter((name) => name !== 'same') : STEPS;
  const { good, steps } = await runSteps(names, (name) => RUN[name](work, check));
  return { good, steps, fact: work.disclosure?.fact ?? null };
}

type Run = (work: Work, check: FactCheck) => Promise<Step['shown']> | Step['shown'];

const RUN: Readonly<Record<StepName, Run>> = {
  fetch: async (work, { seq, readDisclosure }) => {
    work.text = await readDisclosure(seq);
    return {};
  },
  parse: (work, { seq }) => {
    // Served as a line of text; a disclosure itself is one canonical JSON value without a newline.
    work.disclosure = parseDisclosure(work.text.trimEnd());
    work.proof = parseTlogProof(work.disclosure.tlogProof);
    const { index } = work.disclosure;
    demand(index === seq, 'bad-disclosure', `asked for fact ${seq}, the disclosure is about ${index}`);
    const named = (work.disclosure.fact as { seq?: unknown } | null)?.seq;
    demand(named === seq, 'bad-disclosure', `asked for fact ${seq}, the fact calls itself ${String(named)}`);
    return { seq };
  },
  signature: (work, { verifierKey }) => {
    work.checkpoint = openCheckpoint(work.proof.checkpoint, ed25519Verifier(verifierKey));
    return { size: work.checkpoint.size, origin: work.checkpoint.origin };
  },
  bytes: async (work, { readLog, sha256 }) => {
    const { salt, fact, index } = work.disclosure;
    const entry = factCommitment(fromBase64(salt), canonicalBytes(fact), sha256);
    work.leaf = leafOf(entry, sha256);
    demand(index < work.checkpoint.size, 'bad-proof', `the checkpoint ends before fact ${index}`);
    const published = await publishedLeaf(readLog, index, work.checkpoint.size);
    const isSame = equalBytes(published, work.leaf);
    demand(
      isSame,
      'bad-disclosure',
      `salt and bytes hash to ${toHex(work.leaf)}, the log holds ${toHex(published)}`,
    );
    return { hash: toHex(work.leaf).slice(0, HASH_SHOWN_CHARS) };
  },
  inclusion: (work, { verifierKey, sha256 }) => {
    const { size, root } = work.checkpoint;
    const { index, proof } = work.proof;
    const isThere = verifyInclusion({ index, size, leaf: work.leaf, proof, root }, sha256);
    demand(
      isThere,
      'bad-proof',
      `the proof does not lead from fact ${index} to the signed root of ${size} facts`,
    );
    // The package's own judgement over the whole, so that no step here can be weaker than it.
    verifyDisclosure(work.disclosure, ed25519Verifier(verifierKey), [], sha256);
    return { count: proof.length };
  },
  same: async (work, { seen, verifierKey, readLog, sha256 }) => {
    demand(seen !== null, 'bad-argument', 'this browser remembers no checkpoint');
    const demandKey = seen.verifierKey === verifierKey;
    demand(demandKey, 'bad-key', 'this browser remembers a log that was signed by another key');
    const remembered = openCheckpoint(seen.note, ed25519Verifier(verifierKey));
    const [older, newer] =
      remembered.size <= work.checkpoint.size ? [remembered, work.checkpoint] : [work.checkpoint, remembered];
    const isOne = await onlyGrew(older, newer, readLog, sha256);
    demand(
      isOne,
      'bad-checkpoint',
      `the tree of ${older.size} facts is not the beginning of the tree of ${newer.size}`,
    );
    return { size: remembered.size };
  },
};
