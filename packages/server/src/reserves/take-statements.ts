/** A statement file on its way into the log: it is read by its format, and every account is looked up. */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { comparedEntries, overlapping } from '@sonae/core/nouns/reserves/engine/statement-order.ts';
import type { FORMATS, Statement } from '@sonae/core/nouns/reserves/facts/statements.ts';
import { readCamt053 } from '../connectors/statements/camt053.ts';
import { readCustodianCsv, readCustodianJson } from '../connectors/statements/custodian.ts';
import { readMt940 } from '../connectors/statements/mt940.ts';
import {
  contentHashOf,
  type Decimals,
  fileHashOf,
  type Problem,
  type ReadFile,
} from '../connectors/statements/reading.ts';
import { readZenginCsv } from '../connectors/statements/zengin-csv.ts';
import { readZenginFixed } from '../connectors/statements/zengin-fixed.ts';
import { entriesOf, receivedOf } from './statement-entries.ts';

const NODE = { id: 'system:reserves', kind: 'system' } as const;

export type Format = (typeof FORMATS)[number];
export type Taken =
  | { readonly problem: Problem }
  | {
      readonly taken: readonly { readonly statement: string; readonly outcome: Outcome }[];
      /** The firm's names of the accounts that they are of. */
      readonly accounts: readonly string[];
    };

/** @param account of formats that do not name it (zengin-csv) */
export function readStatementFile(
  bytes: Uint8Array,
  format: Format,
  decimals: Decimals,
  account: string,
): ReadFile {
  const READERS: Readonly<Record<Format, () => ReadFile>> = {
    'camt.053': () => readCamt053(bytes, decimals),
    mt940: () => readMt940(bytes, decimals),
    'zengin-fixed': () => readZenginFixed(bytes),
    'zengin-csv': () => readZenginCsv(bytes, account),
    'custodian-json': () => readCustodianJson(bytes, decimals),
    'custodian-csv': () => readCustodianCsv(bytes, decimals),
  };
  return READERS[format]();
}

/** @param accounts the firm's name of each account by the bank's; a file with an account that is not there is refused whole */
export async function takeStatementFile(
  app: App,
  bytes: Uint8Array,
  format: Format,
  decimals: Decimals,
  accounts: ReadonlyMap<string, string>,
  fallback = '',
): Promise<Taken> {
  const read = readStatementFile(bytes, format, decimals, fallback);
  if ('problem' in read) return read;
  const stranger = read.statements.find(({ account }) => !accounts.has(account));
  if (stranger) {
    const message = `account ${stranger.account} is not one of the firm’s; add it to reserves.accounts of the configuration`;
    return { problem: { code: 'bad-field', where: `statement ${stranger.statementId}`, message } };
  }
  const fileHash = fileHashOf(bytes);
  const taken: { statement: string; outcome: Outcome }[] = [];
  for (const statement of read.statements)
    taken.push({
      statement: statement.statementId,
      outcome: await submit(app, statement, format, fileHash, accounts),
    });
  const names = read.statements.map(({ account }) => accounts.get(account) ?? '');
  return { taken, accounts: [...new Set(names)] };
}

async function submit(
  app: App,
  statement: Statement,
  format: Format,
  fileHash: string,
  accounts: ReadonlyMap<string, string>,
): Promise<Outcome> {
  const account = accounts.get(statement.account) ?? '';
  const contentHash = contentHashOf(statement);
  const overlaps = await overlapsOf(app, statement, account);
  const input = { account, format, fileHash, contentHash, statement, overlaps };
  return app.submit({ command: 'reserves.RecordStatement', input, actor: NODE });
}

/** Entries are not in the log, so they are compared here; the decision knows which statements have to be. */
async function overlapsOf(
  app: App,
  statement: Statement,
  account: string,
): Promise<{ statement: string; repeats: number; others: number }[]> {
  const known = (await receivedOf(app, account)).filter(
    ({ currency, statementId }) => currency === statement.currency && statementId !== statement.statementId,
  );
  return Promise.all(
    overlapping(statement, known).map(async (one) => ({
      statement: one.statementId,
      ...comparedEntries({ ...one, entries: await entriesOf(app, one) }, statement),
    })),
  );
}
