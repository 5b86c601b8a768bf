/** Adding a list up again, step by step: the root in the log, the statement under it, every leaf, and the customer's own. */
import type { OpenFile } from '@sonae/proof/customer-file';
import { demandListed, demandPrintedTotals, rootInLog, statementInLog } from '@sonae/proof/epoch-log';
import { type Statement, totalOf } from '@sonae/proof/liabilities';
import type { ListReport } from '@sonae/proof/liabilities-list';
import type { LoggedRoot } from '@sonae/proof/liabilities-log';
import { amountsOf } from '@sonae/proof/liabilities-proof';
import { readList } from '@sonae/proof/liabilities-reading';
import { demand } from '@sonae/proof/proof-error';
import { runSteps, type Step } from '../check/run-steps.ts';
import type { SolvencyReader } from './check-solvency.ts';
import type { KnownLog } from './known-log.ts';
import type { PublishedEpoch } from './published.ts';

export const LIST_STEPS = ['logged', 'statement', 'read', 'own'] as const;
export type ListStep = (typeof LIST_STEPS)[number];
export type ListCheck = {
  readonly asset: string;
  readonly readTile: (path: string, signal: AbortSignal) => Promise<Uint8Array>;
  readonly signal: AbortSignal;
  readonly onLeaves: (done: number, all: number) => void;
  readonly epoch: PublishedEpoch;
  readonly log: KnownLog;
  readonly read: Pick<SolvencyReader, 'disclosure' | 'statement'>;
  /** Shown to be of this epoch before; null looks for nobody. */
  readonly file: OpenFile | null;
};
export type ListVerdict = {
  readonly good: boolean;
  readonly steps: readonly Step<ListStep>[];
  readonly report: ListReport | null;
};
type Work = { logged: LoggedRoot; statement: Statement; report: ListReport };

/** Throws the signal's reason when it was stopped: what was not read to its end shows nothing. */
export async function checkList(check: ListCheck): Promise<ListVerdict> {
  const work = {} as Work;
  const names = LIST_STEPS.filter((name) => name !== 'own' || check.file !== null);
  const { good, steps } = await runSteps(names, (name) => RUN[name](work, check));
  check.signal.throwIfAborted();
  return { good, steps, report: good ? work.report : null };
}

type Run = (work: Work, check: ListCheck) => Promise<Step<ListStep>['shown']> | Step<ListStep>['shown'];

const RUN: Readonly<Record<ListStep, Run>> = {
  logged: async (work, { epoch, log, read }) => {
    work.logged = rootInLog(await read.disclosure(epoch.seq), epoch.epoch, log);
    demandListed(epoch, work.logged);
    return { seq: work.logged.index };
  },
  statement: async (work, { epoch, log, read }) => {
    const stated = statementInLog(await read.statement(epoch.epoch), epoch.epoch, work.logged, log);
    demand(stated.mode === 'open', 'bad-liabilities', `the epoch ${epoch.epoch} is private and has no list`);
    demandPrintedTotals(epoch.assets, stated, 'this page');
    work.statement = stated.statement;
    return {};
  },
  read: async (work, { asset, file, log, signal, readTile, onLeaves }) => {
    const owner = file === null ? null : { customer: file.proof.customer, secret: file.secret };
    const { statement } = work;
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    try {
      work.report = await readList({
        ...{ statement, asset, owner, sha256: log.sha256 },
        readTile: (path) => readTile(path, either),
        onLeaves: (done, all) => {
          signal.throwIfAborted();
          onLeaves(done, all);
        },
      });
    } finally {
      stop.abort();
    }
    return { leaves: totalOf(statement, asset).leaves.toLocaleString('en-US') };
  },
  own: ({ report }, { file, asset }) => {
    const named = file?.proof.holdings.find((holding) => holding.asset === asset)?.parts ?? [];
    const amounts = named.map(({ entry }) => amountsOf(entry));
    const credit = amounts.reduce((sum, one) => sum + one.credit, 0n);
    const debt = amounts.reduce((sum, one) => sum + one.debt, 0n);
    const { own } = report;
    const isSame = own?.parts === named.length && own.credit === credit && own.debt === debt;
    const told = `the list holds ${own?.parts} leaves of ${own?.credit} and ${own?.debt}`;
    demand(isSame, 'liabilities-leaf', `${told}, the file names ${named.length} of ${credit} and ${debt}`);
    return { parts: named.length };
  },
};
