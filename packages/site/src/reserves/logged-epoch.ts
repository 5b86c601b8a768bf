/** An epoch as the log holds it: its root, its statement and its digest of solvency, under the key that this page knows. */
import { equalBytes, fromHex } from '@sonae/proof/bytes';
import { isJsonObject, type JsonValue, objectWithKeys } from '@sonae/proof/canonical-json';
import { parseDisclosure, verifyDisclosure } from '@sonae/proof/disclosure';
import { digestOf, epochRoot, parseStatement, type Statement } from '@sonae/proof/liabilities';
import { type LoggedRoot, loggedEpochRoot } from '@sonae/proof/liabilities-log';
import type { Sha256 } from '@sonae/proof/merkle';
import {
  isPrivateFormat,
  type PrivateStatement,
  parsePrivateStatement,
  privateEpochRoot,
} from '@sonae/proof/private-liabilities';
import { demand } from '@sonae/proof/proof-error';
import { ed25519Verifier, type NoteVerifier } from '@sonae/proof/signed-note';
import type { PublishedEpoch } from './published.ts';

export type Stated =
  | { readonly mode: 'open'; readonly statement: Statement }
  | { readonly mode: 'private'; readonly statement: PrivateStatement };

/** Whose log, by what this page knows of it from its own visits. */
export type KnownLog = {
  readonly origin: string;
  readonly verifierKey: string;
  readonly sha256: Sha256;
  /** Whose cosignatures are looked for; which of them are there is shown. */
  readonly witnesses: readonly NoteVerifier[];
};

/** Root of `epoch` from a disclosure. Throws `liabilities-epoch` or what `loggedEpochRoot` throws. */
export function rootInLog(disclosure: string, epoch: string, log: KnownLog): LoggedRoot {
  const verifier = ed25519Verifier(log.verifierKey);
  return loggedEpochRoot(
    parseDisclosure(disclosure),
    { exchange: log.origin, epoch },
    verifier,
    log.witnesses,
    log.sha256,
  );
}

/** Throws `liabilities-root` when this page lists the epoch with another root or place than the log holds. */
export function demandListed(listed: PublishedEpoch, { root, index }: LoggedRoot): void {
  const isSame = equalBytes(fromHex(listed.epochRoot), root) && listed.seq === index;
  demand(
    isSame,
    'liabilities-root',
    `this page lists another root of ${listed.epoch} than fact ${index} holds`,
  );
}

/** The statement, if the log holds its root. Throws `liabilities-root`, `-epoch` or what `parseStatement` throws. */
export function statementOf(value: JsonValue, epoch: string, logged: LoggedRoot, log: KnownLog): Statement {
  const statement = parseStatement(value);
  demandLogged(epochRoot(statement, log.sha256), logged);
  demandAbout(statement, epoch, log);
  return statement;
}

/** The statement of either mode, if the log holds its root. Throws as `statementOf`. */
export function statedOf(value: JsonValue, epoch: string, logged: LoggedRoot, log: KnownLog): Stated {
  if (!isJsonObject(value) || !isPrivateFormat(value.format))
    return { mode: 'open', statement: statementOf(value, epoch, logged, log) };
  const statement = parsePrivateStatement(value);
  demandLogged(privateEpochRoot(statement, log.sha256), logged);
  demandAbout(statement, epoch, log);
  return { mode: 'private', statement };
}

function demandLogged(root: Uint8Array, logged: LoggedRoot): void {
  const isLogged = equalBytes(root, logged.root);
  demand(isLogged, 'liabilities-root', 'the statement is not the one that the log holds');
}

/** A log could hold the root of one epoch's statement as that of another. */
function demandAbout(
  { exchange, epoch: named }: Pick<Statement, 'exchange' | 'epoch'>,
  epoch: string,
  { origin }: KnownLog,
): void {
  const isAbout = exchange === origin && named === epoch;
  demand(isAbout, 'liabilities-epoch', `the statement under ${epoch} is about ${exchange}, epoch ${named}`);
}

/** Digest of the statement of solvency that the log holds for `epoch`. Throws `bad-solvency` or as `verifyDisclosure`. */
export function solvencyInLog(disclosure: string, epoch: string, log: KnownLog): Uint8Array {
  const verifier = ed25519Verifier(log.verifierKey);
  const { fact } = verifyDisclosure(parseDisclosure(disclosure), verifier, [], log.sha256);
  const body = isJsonObject(fact) ? fact.body : undefined;
  const said = isJsonObject(body) ? body.solvency : undefined;
  demand(said !== undefined, 'bad-solvency', 'the fact in the log holds no digest of solvency');
  const {
    exchange,
    epoch: named,
    digest,
  } = objectWithKeys(said, ['digest', 'epoch', 'exchange'], 'solvency in the log');
  const isAbout = exchange === log.origin && named === epoch;
  demand(isAbout, 'liabilities-epoch', `the fact in the log is about ${exchange}, epoch ${named}`);
  return digestOf(digest, 'digest');
}
