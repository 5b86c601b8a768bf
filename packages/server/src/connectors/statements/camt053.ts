/**
 * ISO 20022 bank-to-customer statements, camt.053.001.02 to .13: booked and pending entries, reversals, batches (one entry
 * of several transactions), opening and closing balances, totals of the entries. Of what is read here the versions differ
 * in nothing but where the status of an entry stands.
 */
import { DAY_MS, isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import type { Entry, Statement } from '@sonae/core/nouns/reserves/facts/statements.ts';
import {
  amountOf,
  type Decimals,
  decode,
  entryOf,
  firstDayAfter,
  isoDay,
  type ReadFile,
  reading,
  STATEMENTS_PER_FILE_MAX,
  StatementError,
} from './reading.ts';
import { childOf, childrenOf, type Element, parseXml, textOf } from './xml.ts';

const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(0[2-9]|1[0-3])$/;

export function readCamt053(bytes: Uint8Array, decimals: Decimals): ReadFile {
  return reading(bytes, () => {
    const document = parseXml(decode(bytes, 'utf-8'));
    const namespace = Object.entries(document.attributes).find(
      ([name, value]) => /^xmlns(:|$)/.test(name) && NAMESPACE.test(value),
    );
    if (document.name !== 'Document' || namespace === undefined)
      throw new StatementError(
        'not-this-format',
        'Document',
        'the namespace is none of camt.053.001.02 to .13',
      );
    const statements = childrenOf(childOf(document, 'BkToCstmrStmt'), 'Stmt');
    if (statements.length > STATEMENTS_PER_FILE_MAX)
      throw new StatementError(
        'too-many',
        'BkToCstmrStmt',
        `more than ${STATEMENTS_PER_FILE_MAX} statements`,
      );
    return joined(statements.map((element) => statementOf(element, decimals)));
  });
}

type Page = Statement & { readonly page: number | null; readonly isLast: boolean };

function statementOf(element: Element, decimals: Decimals): Page {
  const statementId = textOf(element, 'Id');
  const where = `Stmt ${statementId.slice(0, 40)}`;
  const iban = textOf(element, 'Acct', 'Id', 'IBAN');
  const account = iban === '' ? textOf(element, 'Acct', 'Id', 'Othr', 'Id') : iban;
  const opening = balanceOf(element, ['OPBD', 'PRCD'], decimals, where);
  const closing = balanceOf(element, ['CLBD'], decimals, where);
  const stated = textOf(element, 'Acct', 'Ccy');
  const currency = stated === '' ? closing.currency : stated;
  if (opening.currency !== currency || closing.currency !== currency)
    throw new StatementError('other-currency', where, 'balances are in another currency than the account');
  const entries = childrenOf(element, 'Ntry').flatMap((entry, n) =>
    entriesOf(entry, currency, decimals, `${where}, entry ${n + 1}`),
  );
  checkSummary(element, entries, currency, decimals, where);
  const from = textOf(element, 'FrToDt', 'FrDtTm');
  const to = textOf(element, 'FrToDt', 'ToDtTm');
  // PRCD is the closing balance of the day before, OPBD the opening one of the first day.
  const opened = opening.code === 'PRCD' ? firstDayAfter(opening.on, closing.on, entries) : opening.on;
  const first = from === '' ? opened : isoDay(from, where);
  const page = childOf(element, 'StmtPgntn') ?? childOf(element, 'Pgntn');
  return {
    account,
    currency,
    statementId,
    from: first,
    to: to === '' ? closing.on : lastDay(to, [first, closing.on], where),
    opening: opening.amount.toString(),
    closing: closing.amount.toString(),
    entries,
    page: page === undefined ? null : Number(textOf(page, 'PgNb')),
    isLast: page === undefined || textOf(page, 'LastPgInd') === 'true',
  };
}

/** A period that ends with the first instant of a day does not have that day, unless it begins or is balanced on it. */
function lastDay(text: string, needed: readonly string[], where: string): string {
  const day = isoDay(text, where);
  const isMidnight = /T00:00(:00(\.0+)?)?(Z|[+-]\d{2}:\d{2})?$/.test(text);
  return isMidnight && !needed.includes(day)
    ? isoTime(parseTime(`${day}T00:00:00Z`) - DAY_MS).slice(0, 10)
    : day;
}

/** Pages of one statement carry the same id; they must follow each other from 1 to the last. */
function joined(pages: readonly Page[]): Statement[] {
  const done: Statement[] = [];
  let open: Page[] = [];
  for (const page of pages) {
    const before = open.at(-1);
    const where = `Stmt ${page.statementId.slice(0, 40)}`;
    const expected = (before?.page ?? 0) + 1;
    if (before !== undefined && page.statementId !== before.statementId)
      throw new StatementError('truncated', where, `the last page of ${before.statementId} is missing`);
    if (page.page !== null && page.page !== expected)
      throw new StatementError('bad-sequence', where, `page ${page.page} where page ${expected} should be`);
    if (before !== undefined && before.closing !== page.opening)
      throw new StatementError('bad-sequence', where, 'the page does not open where the one before closed');
    open.push(page);
    if (!page.isLast) continue;
    const [first] = open;
    const { page: _, isLast: __, ...last } = page;
    const entries = open.flatMap((one) => one.entries);
    done.push({ ...last, from: first?.from ?? page.from, opening: first?.opening ?? page.opening, entries });
    open = [];
  }
  if (open.length > 0)
    throw new StatementError('truncated', 'file', 'the last page of a statement is missing');
  return done;
}

function balanceOf(
  statement: Element,
  codes: readonly string[],
  decimals: Decimals,
  where: string,
): { amount: bigint; currency: string; on: string; code: string } {
  const balances = childrenOf(statement, 'Bal');
  const found = codes.flatMap((code) =>
    balances.filter((one) => textOf(one, 'Tp', 'CdOrPrtry', 'Cd') === code),
  )[0];
  if (found === undefined) throw new StatementError('truncated', where, `there is no balance ${codes[0]}`);
  const { amount, currency } = signed(found, decimals, where);
  const on = textOf(found, 'Dt', 'Dt');
  const code = textOf(found, 'Tp', 'CdOrPrtry', 'Cd');
  return { amount, currency, code, on: isoDay(on === '' ? textOf(found, 'Dt', 'DtTm') : on, where) };
}

function signed(element: Element, decimals: Decimals, where: string): { amount: bigint; currency: string } {
  const stated = childOf(element, 'Amt');
  const currency = stated?.attributes.Ccy ?? '';
  const amount = amountOf(stated?.text.trim() ?? '', currency, decimals, where);
  return { amount: sideOf(textOf(element, 'CdtDbtInd'), where) === 'debit' ? -amount : amount, currency };
}

function sideOf(text: string, where: string): 'credit' | 'debit' {
  if (text === 'CRDT') return 'credit';
  if (text === 'DBIT') return 'debit';
  throw new StatementError('bad-field', where, 'CdtDbtInd is neither CRDT nor DBIT');
}

/** A reversal already carries its own direction (CdtDbtInd); the indicator only says what it is. */
function entriesOf(entry: Element, currency: string, decimals: Decimals, where: string): Entry[] {
  const whole = signed(entry, decimals, where);
  if (whole.currency !== currency)
    throw new StatementError('other-currency', where, `it is in ${whole.currency}`);
  // Early versions write the code as the text of Sts, .08 and later in Sts/Cd.
  const status = textOf(entry, 'Sts', 'Cd') || textOf(entry, 'Sts');
  if (!['BOOK', 'PDNG', 'INFO', 'FUTR'].includes(status))
    throw new StatementError('bad-field', where, 'Sts is none of BOOK, PDNG, INFO, FUTR');
  const stated = ['BookgDt', 'ValDt'].flatMap((name) => [
    textOf(entry, name, 'Dt'),
    textOf(entry, name, 'DtTm'),
  ]);
  const on = isoDay(stated.find((text) => text !== '') ?? '', where);
  const isReversal = textOf(entry, 'RvslInd') === 'true';
  const shared = { on, isBooked: status === 'BOOK' };
  const id = textOf(entry, 'AcctSvcrRef') || textOf(entry, 'NtryRef');
  const parts = childrenOf(entry, 'NtryDtls').flatMap((details) => childrenOf(details, 'TxDtls'));
  const told = (element: Element | undefined) => ({
    reference: textOf(element, 'Refs', 'EndToEndId') || textOf(element, 'Refs', 'TxId'),
    text: `${isReversal ? 'reversal ' : ''}${textOf(element, 'RmtInf', 'Ustrd') || textOf(entry, 'AddtlNtryInf')}`.trim(),
  });
  if (parts.length < 2)
    return [entryOf({ ...shared, ...told(parts[0]), id, amount: whole.amount.toString() })];
  const amounts = parts.map((part, n) =>
    partAmount(part, whole.amount < 0n, currency, decimals, `${where}.${n + 1}`),
  );
  const sum = amounts.reduce((total, one) => total + one, 0n);
  if (sum !== whole.amount)
    throw new StatementError(
      'bad-totals',
      where,
      `its transactions make ${sum}, the entry says ${whole.amount}`,
    );
  return parts.map((part, n) =>
    entryOf({ ...shared, ...told(part), id: `${id}/${n + 1}`, amount: String(amounts[n] ?? 0n) }),
  );
}

function partAmount(
  part: Element,
  isDebit: boolean,
  currency: string,
  decimals: Decimals,
  where: string,
): bigint {
  const stated = childOf(part, 'Amt') ?? childOf(part, 'AmtDtls', 'TxAmt', 'Amt');
  if (stated === undefined)
    throw new StatementError('truncated', where, 'a transaction of a batch has no amount');
  if (stated.attributes.Ccy !== currency)
    throw new StatementError('other-currency', where, 'in another currency');
  const side = textOf(part, 'CdtDbtInd');
  const amount = amountOf(stated.text.trim(), currency, decimals, where);
  return (side === '' ? isDebit : sideOf(side, where) === 'debit') ? -amount : amount;
}

function checkSummary(
  statement: Element,
  entries: readonly Entry[],
  currency: string,
  decimals: Decimals,
  where: string,
): void {
  const count = textOf(statement, 'TxsSummry', 'TtlNtries', 'NbOfNtries');
  const actual = childrenOf(statement, 'Ntry').length;
  if (count !== '' && Number(count) !== actual)
    throw new StatementError('bad-totals', where, `${count} entries announced, ${actual} are there`);
  for (const [name, sign] of [
    ['TtlCdtNtries', 1n],
    ['TtlDbtNtries', -1n],
  ] as const) {
    const text = textOf(statement, 'TxsSummry', name, 'Sum');
    if (text === '') continue;
    const sum = entries
      .map(({ amount }) => BigInt(amount) * sign)
      .reduce((total, amount) => (amount > 0n ? total + amount : total), 0n);
    if (amountOf(text, currency, decimals, where) !== sum)
      throw new StatementError(
        'bad-totals',
        where,
        `${name} is ${text}, the entries make ${sum} minor units`,
      );
  }
}
