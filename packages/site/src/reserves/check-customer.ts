/**
 * "Am I counted?", step by step, so that a customer sees what holds and exactly where it stops. Each step is a check of
 * its own; the package's judgement over the whole follows, so that no step here can be weaker than it. Nothing leaves the
 * browser: what is read are public tiles of the log, the same for everybody.
 */
import { equalBytes } from '@sonae/proof/bytes';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import {
  type CustomerFile,
  type FileExpects,
  type FileHolding,
  type OpenFile,
  parseCustomerFile,
  verifyFile,
  withKnown,
} from '@sonae/proof/customer-file';
import { demandListed, rootInLog, rootOfStatement } from '@sonae/proof/epoch-log';
import { type Amounts, customerBytes, totalOf } from '@sonae/proof/liabilities';
import type { LoggedRoot } from '@sonae/proof/liabilities-log';
import type { AssetParts } from '@sonae/proof/liabilities-proof';
import { climb, createTagger, leafNode, treeRules } from '@sonae/proof/liabilities-tree';
import { HASH_BYTES } from '@sonae/proof/merkle';
import type { PrivateVerifier } from '@sonae/proof/private-engine';
import { demand } from '@sonae/proof/proof-error';
import type { Seen } from '../check/log-memory.ts';
import { runSteps, type Step } from '../check/run-steps.ts';
import { onlyGrew, type ReadPath } from '../check/tiles.ts';
import type { KnownLog } from './known-log.ts';
import type { PublishedEpoch } from './published.ts';

const BEFORE = ['file', 'key', 'log', 'same', 'listed', 'statement', 'person'] as const;
/** By the mode of the file's epoch. */
export const COUNTED_STEPS = {
  open: [...BEFORE, 'leaf', 'path', 'sums', 'balance'],
  private: [...BEFORE, 'engine', 'hidden', 'balance'],
} as const;
export type CountedStep = (typeof COUNTED_STEPS)[keyof typeof COUNTED_STEPS][number];

export type CountedCheck = {
  readonly text: string;
  readonly log: KnownLog;
  readonly epochs: readonly PublishedEpoch[];
  /** Id of the customer as they know it, or empty: then the file's is shown to be judged by a person. */
  readonly customer: string;
  /** What the customer knows, in smallest units, by asset; assets left out are not compared. */
  readonly known: ReadonlyMap<string, Partial<Amounts>>;
  /** What this browser remembers of the log, if it does. */
  readonly seen: Seen | null;
  readonly readLog: ReadPath;
  /** Only asked for a file of private mode. */
  readonly engine: () => Promise<PrivateVerifier>;
};
export type CountedVerdict = {
  readonly good: boolean;
  readonly steps: readonly Step<CountedStep>[];
  /** The file, once it is one; only with `good` anything in it is shown to be true. */
  readonly file: CustomerFile | null;
  readonly holdings: readonly FileHolding[];
};

/** What the steps hand on to each other. */
type Work = {
  file: CustomerFile;
  logged: LoggedRoot;
  listed: PublishedEpoch;
  zk?: PrivateVerifier;
  holdings: readonly FileHolding[];
};

const SHOWN_CHARS = 12;

export async function checkCustomer(check: CountedCheck): Promise<CountedVerdict> {
  const work = {} as Work;
  const names = COUNTED_STEPS[modeOf(check.text)].filter(
    (name) =>
      (name !== 'same' || check.seen !== null) &&
      (name !== 'person' || check.customer !== '') &&
      (name !== 'balance' || check.known.size > 0),
  );
  const { good, steps } = await runSteps(names, (name) => RUN[name](work, check));
  return { good, steps, file: work.file ?? null, holdings: good ? work.holdings : [] };
}

/** Which steps there are follows from the file; one that is none fails at the first. */
function modeOf(text: string): CustomerFile['mode'] {
  try {
    return parseCustomerFile(text.trim()).mode;
  } catch {
    return 'open';
  }
}

type Run = (
  work: Work,
  check: CountedCheck,
) => Promise<Step<CountedStep>['shown']> | Step<CountedStep>['shown'];

const RUN: Readonly<Record<CountedStep, Run>> = {
  file: (work, { text }) => {
    work.file = parseCustomerFile(text.trim());
    return { epoch: work.file.proof.statement.epoch };
  },
  key: ({ file }, { log }) => {
    const isKey = file.verifierKey === log.verifierKey;
    demand(
      isKey,
      'bad-key',
      `the file names the key ${file.verifierKey}, this page knows ${log.verifierKey}`,
    );
    return {};
  },
  log: (work, { log }) => {
    work.logged = rootInLog(work.file.disclosure, work.file.proof.statement.epoch, log);
    const { index, checkpoint } = work.logged;
    const witnesses = checkpoint.witnesses.join(', ') || '–';
    return { seq: index, size: checkpoint.size, origin: checkpoint.origin, witnesses };
  },
  same: async ({ logged }, { seen, log, readLog }) => {
    demand(seen !== null, 'bad-argument', 'this browser remembers no checkpoint');
    const remembered = openCheckpoint(seen.note, log.verifier);
    const isEarlier = remembered.size <= logged.checkpoint.size;
    const [older, newer] = isEarlier ? [remembered, logged.checkpoint] : [logged.checkpoint, remembered];
    const isOne = await onlyGrew(older, newer, readLog, log.sha256);
    const told = `the tree of ${older.size} facts is not the beginning of the tree of ${newer.size}`;
    demand(isOne, 'bad-checkpoint', told);
    return { size: remembered.size };
  },
  listed: (work, { epochs }) => {
    const { epoch } = work.file.proof.statement;
    const listed = epochs.find((one) => one.epoch === epoch);
    demand(listed !== undefined, 'liabilities-epoch', `this page lists no epoch ${epoch}`);
    demandListed(listed, work.logged);
    work.listed = listed;
    return { epoch, root: listed.epochRoot.slice(0, SHOWN_CHARS) };
  },
  statement: ({ file, logged }, { log }) => {
    const { statement } = file.proof;
    const root =
      file.mode === 'open'
        ? rootOfStatement({ mode: 'open', statement: file.proof.statement }, log.sha256)
        : rootOfStatement({ mode: 'private', statement: file.proof.statement }, log.sha256);
    const isSame = equalBytes(root, logged.root);
    demand(isSame, 'liabilities-root', 'the statement in the file is not the one that the log holds');
    return { count: statement.assets.length };
  },
  person: ({ file }, { customer }) => {
    const isTheirs = file.proof.customer === customer;
    demand(isTheirs, 'liabilities-leaf', `the file was made for the customer ${file.proof.customer}`);
    return { customer };
  },
  leaf: ({ file }, { log }) => {
    const open = openOf(file);
    const count = partsOf(open).length;
    // A file without leaves would pass every other step.
    demand(count > 0, 'liabilities-leaf', 'the file names no leaf');
    for (const holding of open.proof.holdings) checkTags(open, holding, log);
    return { customer: file.proof.customer, count };
  },
  path: ({ file }, { log }) => {
    const open = openOf(file);
    for (const holding of open.proof.holdings) checkPaths(open, holding, log);
    return { count: partsOf(open).length };
  },
  sums: (work, { log }) => {
    work.holdings = judge(work, log, null);
    return { count: work.holdings.length };
  },
  engine: async (work, { engine }) => {
    work.zk = await engine();
    return {};
  },
  hidden: (work, { log }) => {
    const { holdings } = work.file.proof;
    demand(holdings.length > 0, 'liabilities-leaf', 'the file names no leaf');
    work.holdings = judge(work, log, null);
    return { count: holdings.length };
  },
  balance: (work, { log, known }) => {
    judge(work, log, withKnown(work.holdings, known));
    return { count: known.size };
  },
};

function openOf(file: CustomerFile): OpenFile {
  if (file.mode !== 'open') throw new Error('a step of open mode for a file of private mode');
  return file;
}

const partsOf = ({ proof }: OpenFile) => proof.holdings.flatMap(({ parts }) => parts);

function treeOf({ proof }: OpenFile, asset: string) {
  const total = totalOf(proof.statement, asset);
  return { total, tree: { ...proof.statement, asset, leaves: total.leaves } };
}

function checkTags(file: OpenFile, { asset, parts }: AssetParts, { sha256 }: KnownLog): void {
  const tagOf = createTagger(treeRules(treeOf(file, asset).tree, sha256), sha256);
  const customer = customerBytes(file.proof.customer);
  for (const [number, { entry }] of parts.entries()) {
    const isOwn = equalBytes(tagOf(file.secret, customer, number), entry.subarray(0, HASH_BYTES));
    demand(
      isOwn,
      'liabilities-leaf',
      `${asset}, part ${number}: the leaf is not of this customer and secret`,
    );
  }
}

function checkPaths(file: OpenFile, { asset, parts }: AssetParts, { sha256 }: KnownLog): void {
  const { total, tree } = treeOf(file, asset);
  const rules = treeRules(tree, sha256);
  for (const [number, { index, entry, path }] of parts.entries()) {
    const root = climb(rules, leafNode(rules, entry, index, sha256), index, path, sha256);
    const isRoot = equalBytes(root.subarray(0, HASH_BYTES), total.root);
    demand(
      isRoot,
      'liabilities-root',
      `${asset}, part ${number}: the path does not lead to the root of ${asset}`,
    );
  }
}

/** The package's own judgement over the whole. */
function judge(
  { file, logged, zk }: Work,
  { verifier, sha256 }: KnownLog,
  balances: FileExpects['balances'],
): readonly FileHolding[] {
  const { customer, statement } = file.proof;
  const about = { exchange: verifier.name, epoch: statement.epoch, root: logged.root };
  return verifyFile(file, { ...about, customer, balances }, { sha256, zk: zk ?? null }).holdings;
}
