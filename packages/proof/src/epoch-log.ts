/**
 * An epoch as the exchange's log holds it: its root, its statement in either mode, and its digest of solvency. Nothing here
 * trusts the server that hands the texts over; which witnesses are enough is the caller's policy.
 */
import { equalBytes, toHex } from './bytes.ts';
import { isJsonObject, type JsonValue, objectWithKeys } from './canonical-json.ts';
import type { OpenedCheckpoint } from './checkpoint.ts';
import { parseDisclosure, verifyDisclosure } from './disclosure.ts';
import { digestOf, epochRoot, parseStatement, type Statement } from './liabilities.ts';
import { type LoggedRoot, loggedEpochRoot } from './liabilities-log.ts';
import type { Sha256 } from './merkle.ts';
import {
  owedInSmallest,
  type PrivateStatement,
  parsePrivateStatement,
  privateEpochRoot,
} from './private-liabilities.ts';
import { demand, type ProofErrorCode } from './proof-error.ts';
import type { NoteVerifier } from './signed-note.ts';
import type { SolvencyStatement } from './solvency.ts';

/** Whose log. */
export type EpochLog = {
  /** Its name is the origin of the log, which is what statements call the exchange. */
  readonly verifier: NoteVerifier;
  /** Whose cosignatures are looked for; the opened checkpoints name those that are there. */
  readonly witnesses: readonly NoteVerifier[];
  readonly sha256: Sha256;
};
export type LoggedStatement =
  | { readonly mode: 'open'; readonly statement: Statement }
  | { readonly mode: 'private'; readonly statement: PrivateStatement };
/** What a server lists of an epoch. */
export type ListedEpoch = {
  readonly epoch: string;
  /** Lower-case hex. */
  readonly epochRoot: string;
  /** Number of the fact that holds it. */
  readonly seq: number;
};

/** Root of `epoch` from the disclosure of its fact. Throws `bad-disclosure` or what `loggedEpochRoot` throws. */
export function rootInLog(disclosure: string, epoch: string, log: EpochLog): LoggedRoot {
  const about = { exchange: log.verifier.name, epoch };
  const parsed = parseDisclosure(disclosure.trimEnd());
  return loggedEpochRoot(parsed, about, log.verifier, log.witnesses, log.sha256);
}

/** Throws `liabilities-root` when an epoch is listed with another root or place than the log holds. */
export function demandListed(listed: ListedEpoch, { root, index }: LoggedRoot): void {
  const isSame = listed.epochRoot === toHex(root) && listed.seq === index;
  const told = `the list of epochs gives ${listed.epoch} another root or place than fact ${index} of the log`;
  demand(isSame, 'liabilities-root', told);
}

/**
 * The statement, if the log holds its root and it is about the epoch that the log says: a log could hold the root of one
 * epoch's statement as that of another. Throws `liabilities-root`, `liabilities-epoch` or what the parser of its format
 * throws.
 */
export function statementInLog(
  value: JsonValue,
  epoch: string,
  { root }: Pick<LoggedRoot, 'root'>,
  { verifier, sha256 }: EpochLog,
): LoggedStatement {
  const stated = parseEither(value);
  const own = rootOfStatement(stated, sha256);
  const told = `the statement of ${epoch} has the root ${toHex(own)}, the log holds ${toHex(root)}`;
  demand(equalBytes(own, root), 'liabilities-root', told);
  const { exchange, epoch: named } = stated.statement;
  const isAbout = exchange === verifier.name && named === epoch;
  demand(isAbout, 'liabilities-epoch', `the statement under ${epoch} is about ${exchange}, epoch ${named}`);
  return stated;
}

/** 32 bytes: what the log holds for this statement. */
export function rootOfStatement(stated: LoggedStatement, sha256: Sha256): Uint8Array {
  return stated.mode === 'open'
    ? epochRoot(stated.statement, sha256)
    : privateEpochRoot(stated.statement, sha256);
}

/** Any version: which of them is understood says the parser. */
const PRIVATE_FORMATS = 'sonae/private-liabilities/';

function parseEither(value: JsonValue): LoggedStatement {
  const format = isJsonObject(value) ? value.format : undefined;
  return typeof format === 'string' && format.startsWith(PRIVATE_FORMATS)
    ? { mode: 'private', statement: parsePrivateStatement(value) }
    : { mode: 'open', statement: parseStatement(value) };
}

/**
 * Digest (32 bytes) of the statement of solvency that the log holds for `epoch`, from the disclosure of its fact. Throws
 * `bad-solvency` when the fact holds none, `liabilities-epoch` when it is of another, or what `verifyDisclosure` throws.
 */
export function solvencyInLog(
  disclosure: string,
  epoch: string,
  log: EpochLog,
): { readonly digest: Uint8Array; readonly checkpoint: OpenedCheckpoint } {
  const parsed = parseDisclosure(disclosure.trimEnd());
  const { fact, checkpoint } = verifyDisclosure(parsed, log.verifier, log.witnesses, log.sha256);
  const body = isJsonObject(fact) ? fact.body : undefined;
  const said = isJsonObject(body) ? body.solvency : undefined;
  demand(said !== undefined, 'bad-solvency', `fact ${parsed.index} of the log holds no digest of solvency`);
  const fields = objectWithKeys(said, ['digest', 'epoch', 'exchange'], 'solvency in the log');
  const isAbout = fields.exchange === log.verifier.name && fields.epoch === epoch;
  const told = `fact ${parsed.index} states solvency of ${fields.exchange}, epoch ${fields.epoch}`;
  demand(isAbout, 'liabilities-epoch', told);
  return { digest: digestOf(fields.digest, 'digest'), checkpoint };
}

/**
 * Throws `liabilities-sum` when totals that are printed beside an epoch's root (a list of epochs, the fact in the log) are
 * not those of the statement that the root is of: people read the printed ones. Where none are printed there is nothing
 * to hold.
 *
 * @param where what prints them, for the sentence
 */
export function demandPrintedTotals(
  printed: JsonValue | undefined,
  stated: LoggedStatement,
  where: string,
): void {
  const own = new Map<string, PrintedFields>();
  if (stated.mode === 'open')
    for (const { asset, leaves, credit, debt } of stated.statement.assets)
      own.set(asset, { leaves, credit: String(credit), debt: String(debt) });
  else
    for (const one of stated.statement.assets)
      own.set(one.asset, { leaves: one.leaves, credit: String(owedInSmallest(one)), debt: null });
  demandPrinted(printed, own, 'liabilities-sum', where);
}

/** The same of a statement of solvency: throws `bad-solvency`. */
export function demandPrintedSolvency(
  printed: JsonValue | undefined,
  { assets }: SolvencyStatement,
  where: string,
): void {
  const textOf = (bps: bigint | null): string | null => (bps === null ? null : String(bps));
  const own = new Map<string, PrintedFields>(
    assets.map(({ asset, owed, held, signedBps, heldBps }) => [
      asset,
      {
        ...{ owed: String(owed), signed: String(held.signed), attested: String(held.attested) },
        ...{
          unproved: String(held.unproved),
          signedBps: textOf(signedBps),
          heldBps: textOf(heldBps),
        },
      },
    ]),
  );
  demandPrinted(printed, own, 'bad-solvency', where);
}

/** Amounts are decimal text of smallest units, as printed. */
type PrintedFields = Readonly<Record<string, string | number | null>>;
const SHOWN_CHARS = 60;

function demandPrinted(
  printed: JsonValue | undefined,
  own: ReadonlyMap<string, PrintedFields>,
  code: ProofErrorCode,
  where: string,
): void {
  if (printed === undefined) return;
  const rows = Array.isArray(printed) ? printed.filter(isJsonObject) : [];
  const isListed = rows.length === own.size && Array.isArray(printed) && printed.length === rows.length;
  demand(isListed, code, `${where} prints totals of ${rows.length} assets, the statement has ${own.size}`);
  for (const [asset, fields] of own) {
    const row = rows.find((one) => one.asset === asset);
    demand(row !== undefined, code, `${where} prints no totals of ${asset}`);
    const odd = Object.keys(fields).find((name) => row[name] !== fields[name]);
    if (odd === undefined) continue;
    const said = String(row[odd]).slice(0, SHOWN_CHARS);
    demand(false, code, `${where} prints ${odd} of ${asset} as ${said}, the statement says ${fields[odd]}`);
  }
}
