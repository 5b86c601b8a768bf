/**
 * What banks of Japan write above the columns of their CSV, and what is read out of a row. No two banks agree: money out
 * and in stand in two columns, in one with a sign, or in one beside a column that says which; a day stands in one cell or
 * in three. What is not recognised is refused by name, not guessed.
 */
import { StatementError } from './reading.ts';

/** Names after NFKC, without blanks and without (円). The guide's table of them is held against this by a test. */
export const COLUMN_NAMES = {
  date: /^(お?取引日付?|日付|年月日|勘定日|取扱日付?|操作日|入出金日)$/,
  out: /^(出金(金額|額)?|お?支払い?(金額|額)?|お?引き?出し?(金額|額)?|お?払い?出し?(金額|額)?)$/,
  in: /^(入金(金額|額)?|お?預か?り(金額|額)?|お?預け?入れ?(金額|額)?|お?受け?入れ?(金額|額)?)$/,
  signed: /^(入出金(金額|額)?|取引金額)$/,
  side: /^(入払区分|入出金?区分)$/,
  balance: /^((差引|現在|取引後|取引)?残高|現在高|現在\(貸付\)高)$/,
  text: /^(摘要|摘要内容|お?取引内容|内容|お取り?扱い?内容|入出金内容|詳細[12]?)$/,
} as const;
const PARTS_OF_A_DAY = ['年', '月', '日'] as const;
/** What the column of 入払区分 says. */
export const SIDE_MARKS = { in: /^(1|入|入金|預入)$/, out: /^(2|出|払|出金|払出)$/ } as const;

export type Heading = {
  /** One column, or those of year, month and day. */
  readonly date: readonly number[];
  readonly balance: number;
  readonly text: readonly number[];
  readonly money:
    | { readonly out: number; readonly in: number }
    | { readonly signed: number; readonly side: number };
};

/** Full-width digits, letters and signs as plain ones, without blanks. */
export const plain = (cell: string): string => cell.normalize('NFKC').replaceAll(/\s/g, '');
const nameOf = (cell: string): string => plain(cell).replace(/\(円\)$/, '');

/** The line that names a balance and a day; a balance alone may be that of the account, in the lines above. */
export function headingRow(rows: readonly (readonly string[])[]): number {
  const isBalanceIn = (row: readonly string[]): boolean =>
    row.some((cell) => COLUMN_NAMES.balance.test(nameOf(cell)));
  const isDayIn = (row: readonly string[]): boolean =>
    row.some((cell) => COLUMN_NAMES.date.test(nameOf(cell))) || dayPart(row.map(nameOf), '日') >= 0;
  const whole = rows.findIndex((row) => isBalanceIn(row) && isDayIn(row));
  return whole >= 0 ? whole : rows.findIndex(isBalanceIn);
}

/** Throws `not-this-format` naming what no column is for. */
export function headingOf(row: readonly string[]): Heading {
  const names = row.map(nameOf);
  const all = (name: keyof typeof COLUMN_NAMES): number[] =>
    names.flatMap((text, n) => (COLUMN_NAMES[name].test(text) ? [n] : []));
  const one = (name: keyof typeof COLUMN_NAMES): number => all(name)[0] ?? -1;
  const need = (place: number, what: string): number => {
    if (place >= 0) return place;
    throw new StatementError('not-this-format', 'header', `there is no column for ${what}`);
  };
  const [out, came, signed] = [one('out'), one('in'), one('signed')];
  const money =
    out < 0 && came < 0 && signed >= 0
      ? { signed, side: one('side') }
      : { out: need(out, 'money out (出金)'), in: need(came, 'money in (入金)') };
  const inParts = PARTS_OF_A_DAY.map((part) => dayPart(names, part));
  const date = inParts.every((place) => place >= 0) ? inParts : [need(one('date'), 'the day (取引日)')];
  return { date, balance: need(one('balance'), 'the balance (残高)'), text: all('text'), money };
}

/** `操作日(年)`, `取扱日付 年`. */
const dayPart = (names: readonly string[], part: string): number =>
  names.findIndex((name) => {
    const found = /^(.+?)(?:\((.)\)|(.))$/.exec(name);
    return found !== null && (found[2] ?? found[3]) === part && COLUMN_NAMES.date.test(found[1] ?? '');
  });

/** The day as one text that `japaneseDay` reads. */
export const dayCell = ({ date }: Heading, row: readonly string[]): string =>
  date.map((place) => plain(row[place] ?? '')).join('-');

export const textCell = ({ text }: Heading, row: readonly string[]): string =>
  text
    .map((place) => (row[place] ?? '').trim())
    .filter((cell) => cell !== '')
    .join(' ');

/** What the row brought, in yen; 0 for a row without money. */
export function moneyOf({ money }: Heading, row: readonly string[], where: string): bigint {
  const at = (place: number): bigint => yen(row[place] ?? '', where) ?? 0n;
  if ('out' in money) {
    const [out, came] = [at(money.out), at(money.in)];
    if (out === 0n || came === 0n) return came - out;
    throw new StatementError('bad-field', where, 'money in and money out are both there');
  }
  const amount = at(money.signed);
  if (money.side < 0) return amount;
  const side = plain(row[money.side] ?? '');
  if (SIDE_MARKS.in.test(side)) return amount;
  if (SIDE_MARKS.out.test(side)) return -amount;
  throw new StatementError('bad-field', where, `"${side.slice(0, 20)}" says neither in nor out (入払区分)`);
}

/** `1,234`, `¥1,234円`, `-5`; empty and a lone dash or star are null. Grouping must be by three. */
export function yen(cell: string, where: string): bigint | null {
  const text = plain(cell);
  const bare = text.replace(/^[¥\\]/, '').replace(/円$/, '');
  if (bare === '' || bare === '-' || bare === '*') return null;
  const match = /^([-+△▲])?(\d{1,3}(?:,\d{3})+|\d{1,20})$/.exec(bare);
  if (!match) throw new StatementError('bad-amount', where, `"${text.slice(0, 30)}" is no amount of yen`);
  const amount = BigInt((match[2] ?? '').replaceAll(',', ''));
  return match[1] === undefined || match[1] === '+' ? amount : -amount;
}
