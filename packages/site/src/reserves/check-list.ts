/** Adding a list up again, step by step: the root in the log, the statement under it, every leaf, and the customer's own. */
import { type Statement, totalOf } from '@sonae/proof/liabilities';
import type { ListReport } from '@sonae/proof/liabilities-list';
import type { LoggedRoot } from '@sonae/proof/liabilities-log';
import { amountsOf } from '@sonae/proof/liabilities-proof';
import { demand } from '@sonae/proof/proof-error';
import { runSteps, type Step } from '../check/run-steps.ts';
import type { SolvencyReader } from './check-solvency.ts';
import type { OpenFile } from './customer-file.ts';
import { demandListed, type KnownLog, rootInLog, statementOf } from './logged-epoch.ts';
import type { PublishedEpoch } from './published.ts';
import { type ListReading, readList } from './read-list.ts';

export const LIST_STEPS = ['logged', 'statement', 'read', 'own'] as const;
export type ListStep = (typeof LIST_STEPS)[number];
export type ListCheck = Pick<ListReading, 'asset' | 'readTile' | 'signal' | 'onLeaves'> & {
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
    work.statement = statementOf(await read.statement(epoch.epoch), epoch.epoch, work.logged, log);
    return {};
  },
  read: async (work, { asset, file, log, ...reading }) => {
    const owner = file === null ? null : { customer: file.proof.customer, secret: file.secret };
    const { statement } = work;
    work.report = await readList({ ...reading, statement, asset, owner, sha256: log.sha256 });
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
