/**
 * What statement readers share: their answer, its check, and texts that become amounts and days exactly or not at all.
 * A file is read whole or not at all; every problem names where it is, what is wrong and what to do.
 */
import { createHash } from 'node:crypto';
import { parseAmount } from '@sonae/core/kernel/money.ts';
import { DAY_MS } from '@sonae/core/kernel/time.ts';
import {
  type Entry,
  STATEMENT_ENTRIES_MAX,
  type Statement,
} from '@sonae/core/nouns/reserves/facts/statements.ts';

export const STATEMENT_BYTES_MAX = 32 * 1024 * 1024;
export const STATEMENTS_PER_FILE_MAX = 500;

export type Problem = {
  readonly code:
    | 'too-large'
    | 'not-this-format'
    | 'bad-characters'
    | 'hostile'
    | 'truncated'
    | 'bad-field'
    | 'bad-amount'
    | 'bad-date'
    | 'other-currency'
    | 'does-not-add'
    | 'bad-totals'
    | 'bad-sequence'
    | 'too-many';
  /** A line, record or element of the file. */
  readonly where: string;
  readonly message: string;
};
export type ReadFile = { readonly statements: readonly Statement[] } | { readonly problem: Problem };
/** Decimals of currencies by code; what is not here is refused, not guessed. */
export type Decimals = Readonly<Record<string, number>>;

/** Thrown inside readers and turned into an answer by `reading`; never leaves this folder. */
export class StatementError extends Error {
  override readonly name = 'StatementError';
  readonly problem: Problem;
  constructor(code: Problem['code'], where: string, message: string) {
    super(message);
    this.problem = { code, where, message };
  }
}

/** Runs a reader over bytes within the limits, checks all that it found, and turns its problems into an answer. */
export function reading(bytes: Uint8Array, read: () => readonly Statement[]): ReadFile {
  try {
    if (bytes.length > STATEMENT_BYTES_MAX)
      throw new StatementError('too-large', 'file', `${bytes.length} bytes, at most ${STATEMENT_BYTES_MAX}`);
    const statements = read();
    if (statements.length === 0) throw new StatementError('truncated', 'file', 'no statement is in it');
    statements.forEach(checkStatement);
    return { statements };
  } catch (error) {
    if (error instanceof StatementError) return { problem: error.problem };
    throw error;
  }
}

function checkStatement({
  statementId,
  account,
  currency,
  opening,
  closing,
  entries,
  from,
  to,
}: Statement): void {
  const where = `statement ${statementId}`;
  if (!/^[A-Z][A-Z0-9.]{0,19}$/.test(currency))
    throw new StatementError('bad-field', where, 'the currency is no code of capital letters');
  if (account === '' || account.length > 60 || statementId === '' || statementId.length > 100)
    throw new StatementError('bad-field', where, 'account (1 to 60) and id (1 to 100 characters) are needed');
  if (entries.length > STATEMENT_ENTRIES_MAX)
    throw new StatementError(
      'too-many',
      where,
      `${entries.length} entries, at most ${STATEMENT_ENTRIES_MAX}`,
    );
  if (from > to) throw new StatementError('bad-date', where, `it ends (${to}) before it begins (${from})`);
  const booked = entries.reduce((sum, { amount, isBooked }) => (isBooked ? sum + BigInt(amount) : sum), 0n);
  const left = BigInt(opening) + booked - BigInt(closing);
  if (left !== 0n)
    throw new StatementError(
      'does-not-add',
      where,
      `opening plus entries is off the closing balance by ${left} minor units`,
    );
}

/** The same statement from another file of the same format is the same content. */
export function contentHashOf(statement: Statement): string {
  return createHash('sha256').update(JSON.stringify(statement)).digest('hex');
}
export const fileHashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Minor units of a decimal text of this currency; `separator` is its decimal point. */
export function amountOf(
  text: string,
  currency: string,
  decimals: Decimals,
  where: string,
  separator: '.' | ',' = '.',
): bigint {
  if (!Object.hasOwn(decimals, currency))
    throw new StatementError(
      'other-currency',
      where,
      `nothing is known about the decimals of ${currency.slice(0, 10)}`,
    );
  const plain = separator === ',' ? text.replace(/,$/, '').replace(',', '.') : text;
  const isOdd = separator === ',' && text.includes('.');
  const amount = isOdd ? 'not-a-number' : parseAmount(plain, decimals[currency] ?? 0);
  if (typeof amount !== 'bigint')
    throw new StatementError('bad-amount', where, `${text.slice(0, 40)} ${currency}: ${amount}`);
  return amount;
}

/** `YYYY-MM-DD`, if the calendar has such a day. */
export function dayOf(year: number, month: number, day: number, where: string): string {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    throw new StatementError('bad-date', where, `${year}-${month}-${day} is no day`);
  return date.toISOString().slice(0, 10);
}

/**
 * The first day that a statement is about, where it only says of which day its opening balance is: that is the day before,
 * unless something is booked on it or the closing balance is of the same day.
 */
export function firstDayAfter(openedOn: string, closedOn: string, entries: readonly Entry[]): string {
  const isBookedThen = entries.some(({ on, isBooked }) => isBooked && on === openedOn);
  if (openedOn >= closedOn || isBookedThen) return openedOn;
  return new Date(Date.parse(`${openedOn}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** `2026-11-22`, also with a time after it. */
export function isoDay(text: string, where: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:$|[T+Z])/.exec(text);
  if (!match) throw new StatementError('bad-date', where, `${text.slice(0, 30)} is no ISO date`);
  return dayOf(Number(match[1]), Number(match[2]), Number(match[3]), where);
}

/** Strict: a byte that the encoding does not have is a problem, never a question mark. */
export function decode(bytes: Uint8Array, encoding: 'utf-8' | 'shift_jis' | 'windows-1252'): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new StatementError('bad-characters', 'file', `it is not written in ${encoding}`);
  }
}

/** Bank files come in one of two encodings; UTF-8 can not be mistaken for anything else. */
export function decodeJapanese(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decode(bytes, 'shift_jis');
  }
}

export function entryOf(fields: Partial<Entry> & Pick<Entry, 'on' | 'amount'>): Entry {
  const { id = '', on, amount, isBooked = true, reference = '', text = '' } = fields;
  return {
    id: id.slice(0, 100),
    on,
    amount,
    isBooked,
    reference: reference.slice(0, 200),
    text: text.slice(0, 500),
  };
}
