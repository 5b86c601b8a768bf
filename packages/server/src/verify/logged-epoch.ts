/** An epoch as the log holds it: its root, its statement in either mode, and its digest of solvency. */
import { equalBytes, toHex } from '@sonae/proof/bytes';
import { isJsonObject, type JsonValue, objectWithKeys } from '@sonae/proof/canonical-json';
import { type Disclosure, parseDisclosure, verifyDisclosure } from '@sonae/proof/disclosure';
import { digestOf, epochRoot, parseStatement } from '@sonae/proof/liabilities';
import { type LoggedRoot, loggedEpochRoot } from '@sonae/proof/liabilities-log';
import { parsePrivateStatement, privateEpochRoot } from '@sonae/proof/private-liabilities';
import { demand } from '@sonae/proof/proof-error';
import type { StatedLiabilities } from '@sonae/proof/solvency-verify';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { demandWitnesses, type KnownLog } from './known-log.ts';
import { naming } from './naming.ts';

/** Versions of private mode; which of them is understood says the parser. */
const PRIVATE_FORMATS = 'sonae/private-liabilities/';

/**
 * Root of `epoch`, from the disclosure of its fact. Throws what `loggedEpochRoot` throws (`liabilities-epoch`,
 * `bad-signature`, …), and `bad-signature` for a witness that did not cosign.
 */
export function rootInLog(disclosure: string, epoch: string, log: KnownLog): LoggedRoot {
  const about = { exchange: log.verifier.name, epoch };
  const parsed = disclosureOf(disclosure);
  const logged = loggedEpochRoot(parsed, about, log.verifier, log.witnesses, nodeSha256);
  demandWitnesses(logged.checkpoint, log.witnesses);
  return logged;
}

/**
 * The statement, if the log holds its root and it is about the epoch that the log says. Throws `liabilities-root`,
 * `liabilities-epoch` or what the parser of its format throws.
 */
export function statementInLog(
  value: JsonValue,
  epoch: string,
  { root }: LoggedRoot,
  log: KnownLog,
): StatedLiabilities {
  const stated = statedIn(value);
  const own =
    stated.mode === 'open'
      ? epochRoot(stated.statement, nodeSha256)
      : privateEpochRoot(stated.statement, nodeSha256);
  const told = `statement.json of ${epoch} has the root ${toHex(own)}, the log holds ${toHex(root)}`;
  demand(equalBytes(own, root), 'liabilities-root', told);
  const { exchange, epoch: named } = stated.statement;
  const isAbout = exchange === log.verifier.name && named === epoch;
  demand(isAbout, 'liabilities-epoch', `the statement under ${epoch} is about ${exchange}, epoch ${named}`);
  return stated;
}

function statedIn(value: JsonValue): StatedLiabilities {
  const format = isJsonObject(value) ? value.format : undefined;
  const isPrivate = typeof format === 'string' && format.startsWith(PRIVATE_FORMATS);
  return isPrivate
    ? { mode: 'private', statement: parsePrivateStatement(value), totalsAreProved: null }
    : { mode: 'open', statement: parseStatement(value) };
}

/** Digest of the statement of solvency of `epoch`, from the disclosure of its fact. Throws `bad-solvency` and more. */
export function solvencyInLog(disclosure: string, epoch: string, log: KnownLog): Uint8Array {
  const parsed = disclosureOf(disclosure);
  const { fact, checkpoint } = verifyDisclosure(parsed, log.verifier, log.witnesses, nodeSha256);
  demandWitnesses(checkpoint, log.witnesses);
  const body = isJsonObject(fact) ? fact.body : undefined;
  const said = isJsonObject(body) ? body.solvency : undefined;
  demand(said !== undefined, 'bad-solvency', `fact ${parsed.index} of the log holds no digest of solvency`);
  const fields = objectWithKeys(said, ['digest', 'epoch', 'exchange'], 'solvency in the log');
  const isAbout = fields.exchange === log.verifier.name && fields.epoch === epoch;
  const told = `fact ${parsed.index} states solvency of ${fields.exchange}, epoch ${fields.epoch}`;
  demand(isAbout, 'liabilities-epoch', told);
  return digestOf(fields.digest, 'digest');
}

function disclosureOf(text: string): Disclosure {
  return naming('the disclosure', () => parseDisclosure(text.trimEnd()));
}
