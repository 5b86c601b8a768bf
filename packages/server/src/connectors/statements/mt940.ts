/** SWIFT MT940 customer statements, with pages (60M/62M), reversals (RC, RD) and narratives (:86:). Amounts have commas. */
import type { Entry, Statement } from '@sonae/core/nouns/reserves/facts/statements.ts';
import {
  amountOf,
  type Decimals,
  dayOf,
  decode,
  entryOf,
  firstDayAfter,
  type ReadFile,
  reading,
  STATEMENTS_PER_FILE_MAX,
  StatementError,
} from './reading.ts';

type Field = { readonly tag: string; readonly value: string; readonly where: string };
type Balance = {
  readonly kind: string;
  readonly on: string;
  readonly currency: string;
  readonly amount: bigint;
};
type Page = {
  readonly account: string;
  readonly number: string;
  readonly page: number | null;
  readonly opening: Balance;
  readonly closing: Balance;
  readonly entries: Entry[];
};

export function readMt940(bytes: Uint8Array, decimals: Decimals): ReadFile {
  return reading(bytes, () => {
    const pages = messagesOf(decodeSwift(bytes)).map((fields) => pageOf(fields, decimals));
    return joined(pages);
  });
}

/**
 * SWIFT's own characters are ASCII; narratives of banks are not. Where they are no UTF-8, those about yen are Shift_JIS and
 * others Latin. Digits, marks and line ends are the same bytes in all of them.
 */
function decodeSwift(bytes: Uint8Array): string {
  try {
    return decode(bytes, 'utf-8');
  } catch {
    const latin = decode(bytes, 'windows-1252');
    return /^:60[FM]:[CD]\d{6}JPY/m.test(latin) ? decode(bytes, 'shift_jis') : latin;
  }
}

/** Fields of each message; a message begins with :20:. Blocks in braces and the closing dash are the envelope. */
function messagesOf(text: string): Field[][] {
  const messages: Field[][] = [];
  text.split(/\r?\n/).forEach((raw, n) => {
    const line = raw.replace(/^\{1:.*\{4:/, '');
    const match = /^:(\d{2}[A-Z]?):(.*)$/.exec(line);
    const where = `line ${n + 1}`;
    if (match) {
      const field = { tag: match[1] ?? '', value: match[2] ?? '', where };
      if (field.tag === '20') messages.push([field]);
      else if (messages.length === 0)
        throw new StatementError('not-this-format', where, 'a message begins with :20:');
      else messages.at(-1)?.push(field);
      if (messages.length > STATEMENTS_PER_FILE_MAX)
        throw new StatementError('too-many', where, `more than ${STATEMENTS_PER_FILE_MAX} messages`);
      return;
    }
    if (line.trim() === '' || /^-(\}.*)?$/.test(line.trim()) || /^\{/.test(line)) return;
    const fields = messages.at(-1);
    const last = fields?.pop();
    if (fields === undefined || last === undefined)
      throw new StatementError('not-this-format', where, 'this is no MT940 message');
    fields.push({ ...last, value: `${last.value}\n${line}` });
  });
  return messages;
}

function pageOf(fields: readonly Field[], decimals: Decimals): Page {
  const one = (tags: readonly string[]): Field => {
    const found = fields.filter(({ tag }) => tags.includes(tag));
    const [field] = found;
    const where = fields[0]?.where ?? 'file';
    if (field === undefined) throw new StatementError('truncated', where, `the message has no :${tags[0]}:`);
    if (found.length > 1) throw new StatementError('bad-field', where, `the message has :${tags[0]}: twice`);
    return field;
  };
  const number = one(['28C', '28']);
  const [statement = '', page] = number.value.split('/');
  if (!/^\d{1,5}$/.test(statement) || (page !== undefined && !/^\d{1,5}$/.test(page)))
    throw new StatementError('bad-field', number.where, ':28C: is not number/page');
  const opening = balanceOf(one(['60F', '60M']), decimals);
  const entries: Entry[] = [];
  for (const field of fields) {
    if (field.tag === '61') entries.push(entryOfLine(field, opening.currency, decimals));
    if (field.tag !== '86') continue;
    const last = entries.pop();
    // The :86: after the closing balance speaks of the whole statement.
    if (last !== undefined)
      entries.push(
        last.text === '' && !isAfterClosing(fields, field)
          ? { ...last, text: field.value.replaceAll('\n', ' ').slice(0, 500) }
          : last,
      );
  }
  return {
    account: one(['25', '25P']).value.split('\n')[0]?.trim() ?? '',
    number: statement,
    page: page === undefined ? null : Number(page),
    opening,
    closing: balanceOf(one(['62F', '62M']), decimals),
    entries,
  };
}

const isAfterClosing = (fields: readonly Field[], field: Field): boolean =>
  fields.findIndex(({ tag }) => tag.startsWith('62')) < fields.indexOf(field);

function balanceOf({ tag, value, where }: Field, decimals: Decimals): Balance {
  const match = /^([CD])(\d{2})(\d{2})(\d{2})([A-Z]{3})([\d,]{1,15})$/.exec(value.trim());
  if (!match) throw new StatementError('bad-field', where, `:${tag}: is no balance`);
  const [, side, year, month, day, currency = '', text = ''] = match;
  const amount = commaAmount(text, currency, decimals, where);
  const on = dayOf(2000 + Number(year), Number(month), Number(day), where);
  return { kind: tag, on, currency, amount: side === 'D' ? -amount : amount };
}

/** SWIFT writes the comma always, also in front of no decimals. */
function commaAmount(text: string, currency: string, decimals: Decimals, where: string): bigint {
  if (!/^\d+,\d*$/.test(text)) throw new StatementError('bad-amount', where, `${text} has no decimal comma`);
  return amountOf(text, currency, decimals, where, ',');
}

const LINE =
  /^(\d{2})(\d{2})(\d{2})(\d{4})?(RC|RD|C|D)([A-Z])?([\d,]{1,15})([NFS][A-Z0-9]{3})([^\n]*)(?:\n([\s\S]*))?$/;

function entryOfLine({ value, where }: Field, currency: string, decimals: Decimals): Entry {
  const match = LINE.exec(value);
  if (!match) throw new StatementError('bad-field', where, ':61: is no statement line');
  const [, year, month, day, booked, mark, , text = '', , references = '', more = ''] = match;
  const amount = commaAmount(text, currency, decimals, where);
  // RC takes back a credit and RD a debit.
  const isDebit = mark === 'D' || mark === 'RC';
  const [reference = '', id = ''] = references.split('//');
  return entryOf({
    id: id.trim(),
    on: bookedOn(2000 + Number(year), Number(month), Number(day), booked, where),
    amount: (isDebit ? -amount : amount).toString(),
    reference: reference.trim() === 'NONREF' ? '' : reference.trim(),
    text: more.trim(),
  });
}

/** The day on which it was booked (MMDD, where the bank says it); its year is the one nearest to the value date. */
function bookedOn(
  year: number,
  month: number,
  day: number,
  booked: string | undefined,
  where: string,
): string {
  const value = dayOf(year, month, day, where);
  if (booked === undefined) return value;
  const bookedMonth = Number(booked.slice(0, 2));
  const turn = bookedMonth - month > 6 ? -1 : month - bookedMonth > 6 ? 1 : 0;
  return dayOf(year + turn, bookedMonth, Number(booked.slice(2)), where);
}

/** Pages of one statement: 60F first, 60M on the next ones, 62F at the end; each opens where the one before closed. */
function joined(pages: readonly Page[]): Statement[] {
  const done: Statement[] = [];
  let open: Page[] = [];
  for (const page of pages) {
    const before = open.at(-1);
    const where = `statement ${page.number}${page.page === null ? '' : `/${page.page}`}`;
    const isFirst = page.opening.kind === '60F';
    if (isFirst !== (before === undefined))
      throw new StatementError(
        'bad-sequence',
        where,
        isFirst ? 'the last page of the one before is missing' : 'its first page is missing',
      );
    if (before !== undefined && (page.number !== before.number || page.account !== before.account))
      throw new StatementError('bad-sequence', where, 'it continues another statement');
    if (before !== undefined && page.page !== (before.page ?? 0) + 1)
      throw new StatementError('bad-sequence', where, 'a page is missing before it');
    if (before !== undefined && before.closing.amount !== page.opening.amount)
      throw new StatementError('bad-sequence', where, 'it does not open where the page before closed');
    if (page.opening.currency !== page.closing.currency)
      throw new StatementError('other-currency', where, 'it opens in one currency and closes in another');
    open.push(page);
    if (page.closing.kind !== '62F') continue;
    const first = open[0] ?? page;
    const { account, number, closing } = page;
    const entries = open.flatMap((one) => one.entries);
    done.push({
      account,
      currency: closing.currency,
      statementId: `${closing.on.slice(0, 4)}-${number}`,
      from: firstDayAfter(first.opening.on, closing.on, entries),
      to: closing.on,
      opening: first.opening.amount.toString(),
      closing: closing.amount.toString(),
      entries,
    });
    open = [];
  }
  if (open.length > 0) throw new StatementError('truncated', 'file', 'the last page (:62F:) is missing');
  return done;
}
