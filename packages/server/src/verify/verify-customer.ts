/**
 * Checking one customer's file with nothing but itself and, better, the log's key from elsewhere: the disclosure under
 * that key gives the epoch's root, the root gives the statement, and leaves, paths and sums are held against it.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { OpenedCheckpoint } from '@sonae/proof/checkpoint';
import {
  type CustomerFile,
  type FileHolding,
  parseCustomerFile,
  verifyFile,
} from '@sonae/proof/customer-file';
import { rootInLog } from '@sonae/proof/epoch-log';
import { owedInSmallest, PRIVATE_LABEL, scaledUp } from '@sonae/proof/private-liabilities';
import { demand } from '@sonae/proof/proof-error';
import type { NoteVerifier } from '@sonae/proof/signed-note';
import { createFastSha256 } from '../liabilities/fast-sha256.ts';
import { demandWitnesses, type KnownLog, knownLog } from './known-log.ts';

export type CustomerOptions = {
  /** The log's key, known from elsewhere; without it the file's own is used. */
  readonly pinnedVkey?: string;
  readonly witnesses: readonly NoteVerifier[];
  /** Whom the file has to be about. */
  readonly customer?: string;
  /** What the customer knows to be owed to them, smallest units by asset; other assets are not compared. */
  readonly owed: ReadonlyMap<string, bigint>;
  /** What the customer knows to owe, likewise. */
  readonly owing: ReadonlyMap<string, bigint>;
};

/** Amounts are decimal text in smallest units. */
export type CheckedAsset = {
  readonly asset: string;
  /** Amounts count in units of 10^scale smallest ones, rounded up for each customer; 0 in open mode. */
  readonly scale: number;
  readonly owed: string;
  /** Null in private mode, which states no debts. */
  readonly owing: string | null;
  readonly leaves: number;
  /** To and by all customers together. */
  readonly total: { readonly owed: string; readonly owing: string | null };
};
export type CustomerFileReport = {
  readonly origin: string;
  readonly vkey: string;
  readonly keyPinned: boolean;
  readonly epoch: string;
  readonly at: string;
  readonly mode: CustomerFile['mode'];
  /** Of private mode only: to be shown with its results. */
  readonly label: typeof PRIVATE_LABEL | null;
  readonly customer: string;
  /** Whether the id was given by who asks, and not only read from the file. */
  readonly customerCompared: boolean;
  /** Number of the fact that holds the root, and size of the log that holds the fact. */
  readonly seq: number;
  readonly size: number;
  readonly checkpointWitnesses: OpenedCheckpoint['witnesses'];
  readonly assets: readonly CheckedAsset[];
  /** Assets whose amounts were compared with given ones. */
  readonly compared: readonly string[];
};

/**
 * Verifies all of the file in `text`. Throws `bad-key` (another log), `bad-signature` and others of the disclosure,
 * `liabilities-epoch`, `-root`, `-leaf`, `-sum`, `-range` (see LIABILITIES.md and PRIVATE-LIABILITIES.md),
 * `liabilities-balance` when it counts another amount than a given one, or what `parseCustomerFile` throws; and
 * `FaultError` `input.invalid` for debts given with a private file.
 */
export async function verifyCustomerFile(
  text: string,
  options: CustomerOptions,
): Promise<CustomerFileReport> {
  const file = parseCustomerFile(text);
  const log = logOf(file, options);
  if (file.mode === 'private' && options.owing.size > 0) throw noDebts();
  const { proof } = file;
  const { epoch } = proof.statement;
  const { customer = proof.customer } = options;
  // An id may hold anything, also what a terminal would obey.
  const told = `the file was made for the customer ${JSON.stringify(proof.customer)}`;
  demand(proof.customer === customer, 'liabilities-leaf', told);
  const logged = rootInLog(file.disclosure, epoch, log);
  demandWitnesses(logged.checkpoint, log.witnesses);
  const expects = { exchange: log.verifier.name, epoch, root: logged.root, customer, balances: null };
  // Its WebAssembly costs every other verb nothing.
  const zk = file.mode === 'open' ? null : (await import('../liabilities/zk-sdk.ts')).zkVerifier;
  const { at, holdings } = verifyFile(file, expects, { sha256: createFastSha256(), zk });
  // A file without leaves would pass everything else.
  demand(holdings.length > 0, 'liabilities-leaf', 'the file names no leaf');
  const assets = holdings.map(shown);
  return {
    ...{ origin: log.verifier.name, vkey: log.vkey, keyPinned: log.keyPinned, epoch, at },
    ...{ mode: file.mode, label: file.mode === 'private' ? PRIVATE_LABEL : null },
    ...{ customer, customerCompared: options.customer !== undefined },
    ...{ seq: logged.index, size: logged.checkpoint.size, checkpointWitnesses: logged.checkpoint.witnesses },
    ...{ assets, compared: compare(assets, options) },
  };
}

const noDebts = (): FaultError =>
  new FaultError('input.invalid', '--owing: a private proof states no debts', 'leave it out');

function logOf(file: CustomerFile, { pinnedVkey, witnesses }: CustomerOptions): KnownLog {
  const isKey = pinnedVkey === undefined || pinnedVkey === file.verifierKey;
  demand(isKey, 'bad-key', `the file names the key ${JSON.stringify(file.verifierKey)}, not ${pinnedVkey}`);
  const log = knownLog(file.verifierKey, pinnedVkey !== undefined, witnesses);
  const { name } = log.verifier;
  const told = `the file names the origin ${JSON.stringify(file.origin)}, its key is of ${name}`;
  demand(file.origin === name, 'bad-key', told);
  return log;
}

const shown = ({ asset, scale, leaves, credit, debt, total }: FileHolding): CheckedAsset => ({
  ...{ asset, scale, leaves, owed: String(credit), owing: debt === null ? null : String(debt) },
  total: { owed: String(total.credit), owing: total.debt === null ? null : String(total.debt) },
});

/** Holds what is known against what is counted; an asset that is not in the file counts nothing. */
function compare(assets: readonly CheckedAsset[], { owed, owing }: CustomerOptions): string[] {
  const sides = [
    { known: owed, side: 'owed', says: 'owed to you' },
    { known: owing, side: 'owing', says: 'owed by you' },
  ] as const;
  for (const { known, side, says } of sides)
    for (const [asset, amount] of known) {
      const one = assets.find((known) => known.asset === asset);
      const shown = one?.[side] ?? '0';
      const scale = one?.scale ?? 0;
      const expected = owedInSmallest({ total: scaledUp(amount, scale), scale });
      const told = `${asset}: the file counts ${shown} ${says}, not ${amount}`;
      demand(shown === String(expected), 'liabilities-balance', told);
    }
  return [...new Set([...owed.keys(), ...owing.keys()])].sort();
}
