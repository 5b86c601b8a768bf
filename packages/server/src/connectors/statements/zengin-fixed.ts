/**
 * 全銀協 入出金取引明細: records of 200 bytes in Shift_JIS (half-width kana), header 1, data 2, trailer 8, end 9. Amounts are
 * whole yen and years are of the era. Fields are cut by bytes, before decoding, because a kana is one byte and a kanji two.
 */
import type { Entry, Statement } from '@sonae/core/nouns/reserves/facts/statements.ts';
import {
  dayOf,
  decode,
  entryOf,
  type ReadFile,
  reading,
  STATEMENTS_PER_FILE_MAX,
  StatementError,
} from './reading.ts';

export const ZENGIN_RECORD_BYTES = 200;
/** 令和1年 is 2019. */
const REIWA_BEFORE = 2018;
const CR = 13;
const LF = 10;
const END_OF_FILE = 26;

type Line = { readonly bytes: Uint8Array; readonly where: string };

export function readZenginFixed(bytes: Uint8Array): ReadFile {
  return reading(bytes, () => statementsOf(recordsOf(bytes)));
}

/** Records follow each other, with or without line ends. */
function recordsOf(bytes: Uint8Array): Line[] {
  const records: Line[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === CR || bytes[at] === LF || bytes[at] === END_OF_FILE) {
      at += 1;
      continue;
    }
    const record = bytes.subarray(at, at + ZENGIN_RECORD_BYTES);
    const where = `record ${records.length + 1}`;
    if (record.length < ZENGIN_RECORD_BYTES || record.includes(LF))
      throw new StatementError('truncated', where, `it is shorter than ${ZENGIN_RECORD_BYTES} bytes`);
    records.push({ bytes: record, where });
    at += ZENGIN_RECORD_BYTES;
  }
  return records;
}

/** @param from counted from 1, as the standard's tables do */
function field({ bytes }: Line, from: number, length: number): string {
  return decode(bytes.subarray(from - 1, from - 1 + length), 'shift_jis').trim();
}

function number(record: Line, from: number, length: number, what: string): bigint {
  const text = field(record, from, length);
  if (!/^\d+$/.test(text))
    throw new StatementError(
      'bad-amount',
      record.where,
      `${what} "${text.slice(0, 20)}" is no number of digits`,
    );
  return BigInt(text);
}

function day(record: Line, from: number): string {
  const text = field(record, from, 6);
  const match = /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (!match) throw new StatementError('bad-date', record.where, `"${text}" is no date of an era (YYMMDD)`);
  return dayOf(REIWA_BEFORE + Number(match[1]), Number(match[2]), Number(match[3]), record.where);
}

/** 貸越区分: 1 is in credit, 2 is overdrawn. */
function balance(record: Line, sideAt: number, at: number): bigint {
  const amount = number(record, at, 14, 'the balance');
  const side = field(record, sideAt, 1);
  if (side !== '1' && side !== '2')
    throw new StatementError('bad-field', record.where, '貸越区分 is neither 1 nor 2');
  return side === '2' ? -amount : amount;
}

function statementsOf(records: readonly Line[]): Statement[] {
  const kindOf = (record: Line): string => field(record, 1, 1);
  const statements: Statement[] = [];
  let header: Line | null = null;
  let data: Line[] = [];
  let ended = false;
  for (const record of records) {
    const kind = kindOf(record);
    const isDue = ended
      ? false
      : header === null
        ? kind === '1' || kind === '9'
        : kind === '2' || kind === '8';
    if (!isDue)
      throw new StatementError('bad-sequence', record.where, `a record ${kind} does not belong here`);
    if (kind === '1') {
      header = record;
      data = [];
      if (field(record, 2, 2) !== '03')
        throw new StatementError('not-this-format', record.where, '種別コード is not 03 (入出金取引明細)');
    } else if (kind === '2') data.push(record);
    else if (kind === '8' && header !== null) {
      statements.push(statementOf(header, data, record));
      header = null;
    } else {
      checkEnd(record, records.length, statements.length);
      ended = true;
    }
    if (statements.length > STATEMENTS_PER_FILE_MAX)
      throw new StatementError('too-many', record.where, `more than ${STATEMENTS_PER_FILE_MAX} accounts`);
  }
  if (!ended) throw new StatementError('truncated', 'file', 'the end record (9) is missing');
  return statements;
}

function statementOf(header: Line, data: readonly Line[], trailer: Line): Statement {
  const entries = data.map(entryOfRecord);
  checkTrailer(trailer, data, entries);
  const account = [
    field(header, 23, 4),
    field(header, 42, 3),
    field(header, 63, 1),
    field(header, 64, 10),
  ].join('-');
  const from = day(header, 11);
  const to = day(header, 17);
  return {
    account,
    currency: 'JPY',
    statementId: `${account} ${from} ${to}`,
    from,
    to,
    opening: balance(header, 114, 116).toString(),
    closing: balance(trailer, 40, 41).toString(),
    entries,
  };
}

function entryOfRecord(record: Line): Entry {
  const side = field(record, 22, 1);
  if (side !== '1' && side !== '2')
    throw new StatementError('bad-field', record.where, '入払区分 is neither 1 nor 2');
  const amount = number(record, 25, 12, 'the amount');
  const payer = field(record, 82, 48);
  return entryOf({
    id: field(record, 2, 8),
    on: day(record, 10),
    amount: (side === '2' ? -amount : amount).toString(),
    reference: field(record, 180, 20),
    text: [payer, field(record, 160, 20)].filter((text) => text !== '').join(' '),
  });
}

function checkTrailer(trailer: Line, data: readonly Line[], entries: readonly Entry[]): void {
  const amounts = entries.map(({ amount }) => BigInt(amount));
  const [credits, debits] = [amounts.filter((one) => one > 0n), amounts.filter((one) => one < 0n)];
  const sum = (all: readonly bigint[]): bigint => all.reduce((total, one) => total + one, 0n);
  const stated = [
    ['入金件数', number(trailer, 2, 6, '入金件数'), BigInt(credits.length)],
    ['入金額合計', number(trailer, 8, 13, '入金額合計'), sum(credits)],
    ['出金件数', number(trailer, 21, 6, '出金件数'), BigInt(debits.length)],
    ['出金額合計', number(trailer, 27, 13, '出金額合計'), -sum(debits)],
    ['データレコード件数', number(trailer, 55, 7, 'データレコード件数'), BigInt(data.length)],
  ] as const;
  const wrong = stated.find(([, said, is]) => said !== is);
  if (wrong)
    throw new StatementError(
      'bad-totals',
      trailer.where,
      `${wrong[0]} says ${wrong[1]}, there is ${wrong[2]}`,
    );
}

function checkEnd(record: Line, records: number, accounts: number): void {
  if (number(record, 2, 10, 'レコード総件数') !== BigInt(records))
    throw new StatementError('bad-totals', record.where, `レコード総件数 is not ${records}`);
  if (number(record, 12, 5, '口座数') !== BigInt(accounts))
    throw new StatementError('bad-totals', record.where, `口座数 is not ${accounts}`);
}
