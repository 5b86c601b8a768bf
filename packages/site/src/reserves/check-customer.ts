/**
 * "Am I counted?", step by step, so that a customer sees what holds and exactly where it stops. Each step is a check of
 * its own; the package's judgement over the whole follows, so that no step here can be weaker than it. Nothing leaves the
 * browser: what is read are public tiles of the log, the same for everybody.
 */
import { equalBytes } from '@sonae/proof/bytes';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { customerBytes, epochRoot, totalOf } from '@sonae/proof/liabilities';
import type { LoggedRoot } from '@sonae/proof/liabilities-log';
import {
  type AssetParts,
  type CheckedHolding,
  type CustomerExpects,
  type Holding,
  verifyCustomerProof,
} from '@sonae/proof/liabilities-proof';
import { climb, createTagger, leafNode, treeRules } from '@sonae/proof/liabilities-tree';
import { HASH_BYTES } from '@sonae/proof/merkle';
import { demand } from '@sonae/proof/proof-error';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import type { Seen } from '../check/log-memory.ts';
import { runSteps, type Step } from '../check/run-steps.ts';
import { onlyGrew, type ReadPath } from '../check/tiles.ts';
import { type CustomerFile, parseCustomerFile } from './customer-file.ts';
import { demandListed, type KnownLog, rootInLog } from './logged-epoch.ts';
import type { PublishedEpoch } from './published.ts';

export const COUNTED_STEPS = [
  'file',
  'key',
  'log',
  'same',
  'listed',
  'statement',
  'person',
  'leaf',
  'path',
  'sums',
  'balance',
] as const;
export type CountedStep = (typeof COUNTED_STEPS)[number];

export type CountedCheck = {
  readonly text: string;
  readonly log: KnownLog;
  readonly epochs: readonly PublishedEpoch[];
  /** Id of the customer as they know it, or empty: then the file's is shown to be judged by a person. */
  readonly customer: string;
  /** What the customer knows, in smallest units, by asset; assets left out are not compared. */
  readonly known: ReadonlyMap<string, Partial<Pick<Holding, 'credit' | 'debt'>>>;
  /** What this browser remembers of the log, if it does. */
  readonly seen: Seen | null;
  readonly readLog: ReadPath;
};
export type CountedVerdict = {
  readonly good: boolean;
  readonly steps: readonly Step<CountedStep>[];
  /** The file, once it is one; only with `good` anything in it is shown to be true. */
  readonly file: CustomerFile | null;
  readonly holdings: readonly CheckedHolding[];
};

/** What the steps hand on to each other. */
type Work = {
  file: CustomerFile;
  logged: LoggedRoot;
  listed: PublishedEpoch;
  holdings: readonly CheckedHolding[];
};

const SHOWN_CHARS = 12;

export async function checkCustomer(check: CountedCheck): Promise<CountedVerdict> {
  const work = {} as Work;
  const names = COUNTED_STEPS.filter(
    (name) =>
      (name !== 'same' || check.seen !== null) &&
      (name !== 'person' || check.customer !== '') &&
      (name !== 'balance' || check.known.size > 0),
  );
  const { good, steps } = await runSteps(names, (name) => RUN[name](work, check));
  return { good, steps, file: work.file ?? null, holdings: good ? work.holdings : [] };
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
    return { seq: index, size: checkpoint.size, origin: checkpoint.origin };
  },
  same: async ({ logged }, { seen, log, readLog }) => {
    demand(seen !== null, 'bad-argument', 'this browser remembers no checkpoint');
    const remembered = openCheckpoint(seen.note, ed25519Verifier(log.verifierKey));
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
    const isSame = equalBytes(epochRoot(statement, log.sha256), logged.root);
    demand(isSame, 'liabilities-root', 'the statement in the file is not the one that the log holds');
    return { count: statement.assets.length };
  },
  person: ({ file }, { customer }) => {
    const isTheirs = file.proof.customer === customer;
    demand(isTheirs, 'liabilities-leaf', `the file was made for the customer ${file.proof.customer}`);
    return { customer };
  },
  leaf: ({ file }, { log }) => {
    // A file without leaves would pass every other step.
    demand(partsOf(file).length > 0, 'liabilities-leaf', 'the file names no leaf');
    for (const holding of file.proof.holdings) checkTags(file, holding, log);
    return { customer: file.proof.customer, count: partsOf(file).length };
  },
  path: ({ file }, { log }) => {
    for (const holding of file.proof.holdings) checkPaths(file, holding, log);
    return { count: partsOf(file).length };
  },
  sums: (work, { log }) => {
    work.holdings = judge(work, log, null);
    return { count: work.holdings.length };
  },
  balance: (work, { log, known }) => {
    judge(work, log, expected(work.holdings, known));
    return { count: known.size };
  },
};

const partsOf = ({ proof }: CustomerFile) => proof.holdings.flatMap(({ parts }) => parts);

function treeOf({ proof }: CustomerFile, asset: string) {
  const total = totalOf(proof.statement, asset);
  return { total, tree: { ...proof.statement, asset, leaves: total.leaves } };
}

function checkTags(file: CustomerFile, { asset, parts }: AssetParts, { sha256 }: KnownLog): void {
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

function checkPaths(file: CustomerFile, { asset, parts }: AssetParts, { sha256 }: KnownLog): void {
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
  { file, logged }: Work,
  { origin, sha256 }: KnownLog,
  balances: CustomerExpects['balances'],
): readonly CheckedHolding[] {
  const { customer, statement } = file.proof;
  const about = { exchange: origin, epoch: statement.epoch, root: logged.root };
  return verifyCustomerProof(file.text, { ...about, customer, secret: file.secret, balances }, sha256)
    .holdings;
}

/** What the file counts, with what the customer knows in place of it. */
function expected(holdings: readonly Holding[], known: CountedCheck['known']): Holding[] {
  const none = { credit: 0n, debt: 0n };
  const assets = new Set([...holdings.map(({ asset }) => asset), ...known.keys()]);
  return [...assets].map((asset) => {
    const { credit, debt } = holdings.find((holding) => holding.asset === asset) ?? none;
    return { asset, credit, debt, ...known.get(asset) };
  });
}
