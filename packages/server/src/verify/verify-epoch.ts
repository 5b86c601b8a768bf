/**
 * Checking a published epoch with nothing but public addresses: its root in the log, its statement, the whole list of
 * every asset added up again, and the statement of solvency. A private epoch has no list: its totals are proved instead.
 */

import { FaultError } from '@sonae/core/kernel/errors.ts';
import { toHex } from '@sonae/proof/bytes';
import {
  demandListed,
  demandPrintedTotals,
  type LoggedStatement,
  rootInLog,
  statementInLog,
} from '@sonae/proof/epoch-log';
import type { Statement } from '@sonae/proof/liabilities';
import { readList } from '@sonae/proof/liabilities-reading';
import { owedInSmallest, PRIVATE_LABEL } from '@sonae/proof/private-liabilities';
import { totalsAreProved } from '@sonae/proof/private-proof';
import { demand } from '@sonae/proof/proof-error';
import type { NoteVerifier } from '@sonae/proof/signed-note';
import type { StatedLiabilities } from '@sonae/proof/solvency-verify';
import { createFastSha256 } from '../liabilities/fast-sha256.ts';
import { type EpochSite, epochSite } from './epoch-site.ts';
import { demandWitnesses, knownLog } from './known-log.ts';
import { namingAll } from './naming.ts';
import { type SolvencyFindings, verifyEpochSolvency } from './verify-solvency.ts';

const ASSETS_SHOWN_MAX = 20;

export type EpochOptions = {
  /** Name of an epoch, or `newest`. */
  readonly epoch: string;
  /** The log's key, known from elsewhere; without it the one offered is used. */
  readonly pinnedVkey?: string;
  readonly witnesses: readonly NoteVerifier[];
  /** Whose lists are added up; empty takes all. */
  readonly assets: readonly string[];
  /** A node of the reader's own, by the name of its chain: contracts are asked again. */
  readonly rpcs?: ReadonlyMap<string, string>;
  readonly tell?: (progress: string) => void;
};

/** Amounts are decimal text in smallest units. */
export type EpochAsset = {
  readonly asset: string;
  readonly owed: string;
  /** By customers; null in private mode, which states no debts. */
  readonly owing: string | null;
  readonly leaves: number;
  /** How the sums were shown: the list added up again, the total's proof, or not at all because nobody asked. */
  readonly shownBy: 'list' | 'proof' | null;
};
export type EpochReport = {
  readonly origin: string;
  readonly vkey: string;
  readonly keyPinned: boolean;
  readonly epoch: string;
  readonly at: string;
  readonly mode: 'open' | 'private';
  /** Of private mode only: to be shown with its results. */
  readonly label: typeof PRIVATE_LABEL | null;
  /** Hex. */
  readonly epochRoot: string;
  /** Number of the fact that holds the root, and size of the log that holds the fact. */
  readonly seq: number;
  readonly size: number;
  readonly checkpointWitnesses: readonly string[];
  /** A private epoch publishes none. */
  readonly hasPublicList: boolean;
  readonly assets: readonly EpochAsset[];
  /** Null where the server lists none. */
  readonly solvency: SolvencyFindings | null;
};

/**
 * @param target a server's address, with or without `/log`
 * Throws `ProofError` with the code of what does not hold (see LIABILITIES.md, SOLVENCY.md), `input.invalid` for an epoch
 * or asset that is not there, and `server.unreachable` or `http.too-many-requests` when the server does not answer.
 */
export async function verifyEpoch(target: string, options: EpochOptions): Promise<EpochReport> {
  const site = epochSite(target);
  const { pinnedVkey } = options;
  const log = knownLog(pinnedVkey ?? (await site.vkey()), pinnedVkey !== undefined, options.witnesses);
  const listed = await site.listed(options.epoch);
  const { epoch } = listed;
  const logged = rootInLog(await site.disclosure(listed.seq), epoch, log);
  demandWitnesses(logged.checkpoint, log.witnesses);
  demandListed(listed, logged);
  const stated = await withEngine(statementInLog(await site.statement(epoch), epoch, logged, log));
  demandAssets(stated, options.assets);
  demandTotals(stated);
  demandPrintedTotals(logged.printed, stated, `fact ${logged.index} of the log`);
  demandPrintedTotals(listed.printed, stated, `the list of epochs, of ${epoch},`);
  // Before the lists: what is known in a second is not to be said after an hour.
  const solvency =
    listed.solvencySeq === null
      ? null
      : await verifyEpochSolvency(site, listed.solvencySeq, {
          ...{ epoch, root: logged.root, stated, log, rpcs: options.rpcs ?? new Map() },
          printed: listed.printedSolvency,
        });
  const assets = stated.mode === 'open' ? await addUp(site, stated.statement, options) : totalsOf(stated);
  return {
    ...{ origin: log.verifier.name, vkey: log.vkey, keyPinned: log.keyPinned },
    ...{ epoch, at: stated.statement.at, mode: stated.mode },
    label: stated.mode === 'private' ? PRIVATE_LABEL : null,
    epochRoot: toHex(logged.root),
    ...{ seq: logged.index, size: logged.checkpoint.size, checkpointWitnesses: logged.checkpoint.witnesses },
    ...{ hasPublicList: stated.mode === 'open', assets, solvency },
  };
}

type PrivateStated = Extract<StatedLiabilities, { mode: 'private' }>;

/** Only private mode needs an engine, and only who checks it loads one. */
async function withEngine(stated: LoggedStatement): Promise<StatedLiabilities> {
  if (stated.mode === 'open') return stated;
  const { zkVerifier } = await import('../liabilities/zk-sdk.ts');
  return { ...stated, totalsAreProved: () => totalsAreProved(stated.statement, zkVerifier) };
}

function demandAssets({ mode, statement }: StatedLiabilities, wanted: readonly string[]): void {
  if (mode === 'private' && wanted.length > 0)
    throw new FaultError('input.invalid', '--asset: a private epoch has no public list', 'leave it out');
  const known = statement.assets.map(({ asset }) => asset);
  const unknown = wanted.find((asset) => !known.includes(asset));
  if (unknown === undefined) return;
  const message = `--asset: the statement of ${statement.epoch} has no ${unknown}`;
  throw new FaultError('input.invalid', message, `it has ${known.slice(0, ASSETS_SHOWN_MAX).join(', ')}`);
}

function demandTotals(stated: StatedLiabilities): void {
  if (stated.mode === 'open') return;
  const isProved = stated.totalsAreProved?.() === true;
  const { epoch } = stated.statement;
  demand(isProved, 'liabilities-sum', `a total in the private statement of ${epoch} is not proved`);
}

const totalsOf = ({ statement }: PrivateStated): EpochAsset[] =>
  statement.assets.map((one) => ({
    ...{ asset: one.asset, owed: String(owedInSmallest(one)), owing: null, leaves: one.leaves },
    shownBy: 'proof' as const,
  }));

async function addUp(
  site: EpochSite,
  statement: Statement,
  { assets: wanted, tell }: EpochOptions,
): Promise<EpochAsset[]> {
  const addUpOne = async (asset: string): Promise<void> => {
    const stop = new AbortController();
    const readTile = (path: string, bytes: number) => site.tile(statement.epoch, path, bytes, stop.signal);
    const onLeaves = (done: number, all: number): void => tell?.(`${asset} ${done} of ${all} leaves`);
    const sha256 = createFastSha256();
    try {
      await readList({ statement, asset, owner: null, readTile, onLeaves, sha256 });
    } finally {
      stop.abort();
    }
  };
  const added: EpochAsset[] = [];
  for (const { asset, credit, debt, leaves } of statement.assets) {
    const isRead = wanted.length === 0 || wanted.includes(asset);
    if (isRead) await namingAll(`the list of ${asset} in ${statement.epoch}`, () => addUpOne(asset));
    const shownBy = isRead ? 'list' : null;
    added.push({ asset, owed: String(credit), owing: String(debt), leaves, shownBy });
  }
  return added;
}
