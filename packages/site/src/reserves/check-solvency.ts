/**
 * The statement of solvency, checked here: its signature, that it is the one in the log, that it joins the liabilities in
 * the log, and its statements of reserves. What takes a chain node or a beacon is listed as not checked, never as held.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import {
  demandListed,
  demandPrintedSolvency,
  demandPrintedTotals,
  type LoggedStatement,
  rootInLog,
  solvencyInLog,
  statementInLog,
} from '@sonae/proof/epoch-log';
import type { PrivateVerifier } from '@sonae/proof/private-engine';
import { totalsAreProved } from '@sonae/proof/private-proof';
import { readReserves } from '@sonae/proof/solvency-reading';
import { type SolvencyReport, type StatedLiabilities, verifySolvency } from '@sonae/proof/solvency-verify';
import type { KnownLog } from './known-log.ts';
import type { PublishedEpoch, PublishedSolvency } from './published.ts';

export type SolvencyReader = {
  readonly disclosure: (seq: number) => Promise<string>;
  readonly statement: (epoch: string) => Promise<JsonValue>;
  readonly solvency: (epoch: string) => Promise<string>;
  readonly reserves: (epoch: string, digest: string) => Promise<string>;
  /** Only asked for a private epoch. */
  readonly engine: () => Promise<PrivateVerifier>;
};

/** Throws a `ProofError` when the log, the liabilities or the text itself are not what they have to be. */
export async function checkSolvency(
  epoch: PublishedEpoch,
  solvency: PublishedSolvency,
  log: KnownLog,
  read: SolvencyReader,
): Promise<SolvencyReport> {
  const [rootText, digestText, value, note] = await Promise.all([
    read.disclosure(epoch.seq),
    read.disclosure(solvency.seq),
    read.statement(epoch.epoch),
    read.solvency(epoch.epoch),
  ]);
  const logged = rootInLog(rootText, epoch.epoch, log);
  demandListed(epoch, logged);
  const stated = statementInLog(value, epoch.epoch, logged, log);
  demandPrintedTotals(epoch.assets, stated, 'this page');
  const liabilities = await withTotals(stated, read);
  const { digest } = solvencyInLog(digestText, epoch.epoch, log);
  const reserves = await readReserves(note, (named) => read.reserves(epoch.epoch, named), log.sha256);
  const report = verifySolvency(
    note,
    {
      exchange: log.verifier.name,
      epoch: epoch.epoch,
      keys: [log.verifier],
      logged: { digest, epochRoot: logged.root },
      liabilities,
      reserves,
      // A visitor's browser has no node, and asks nobody else for one.
      snapshot: { committed: null, beacon: null, blocks: null, balanceOf: null },
    },
    log.sha256,
  );
  // What a text says that the log does not hold is no measure of the page; the checks say that already.
  if (report.checks.some(({ id, holds }) => id === 'logged' && holds === true))
    demandPrintedSolvency(solvency.assets, report.statement, 'this page');
  return report;
}

/** Totals of a private epoch are proved to whoever has an engine; without one that stays unchecked, and is said. */
async function withTotals(stated: LoggedStatement, { engine }: SolvencyReader): Promise<StatedLiabilities> {
  if (stated.mode === 'open') return stated;
  const zk = await engine().catch(() => null);
  return { ...stated, totalsAreProved: zk === null ? null : () => totalsAreProved(stated.statement, zk) };
}
