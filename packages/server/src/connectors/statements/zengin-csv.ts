/**
 * CSV as Japanese banks export it: Shift_JIS or UTF-8, with or without BOM, dates of an era or of the calendar, columns for
 * money out, money in and the balance, thousands separators. The balance of every line is checked, so that a line that was
 * cut out or moved does not pass.
 */
import type { Entry } from '@sonae/core/nouns/reserves/facts/statements.ts';
import { parseCsv } from './csv.ts';
import { dayOf, decodeJapanese, entryOf, type ReadFile, reading, StatementError } from './reading.ts';

/** First year of each era is this plus one. */
const ERAS: Readonly<Record<string, number>> = { 令和: 2018, R: 2018, 平成: 1988, H: 1988 };
const COLUMNS = {
  date: /^(取引日|日付|年月日|お取引日|勘定日|取扱日付)$/,
  out: /^(出金|お支払金額|支払金額|出金金額|出金額|お引出し|引出)(\(円\))?$/,
  in: /^(入金|お預り金額|預り金額|入金金額|入金額|お預入れ|預入)(\(円\))?$/,
  balance: /^(残高|差引残高|現在残高|取引後残高)(\(円\))?$/,
  text: /^(摘要|お取引内容|取引内容|内容|お取り扱い内容)$/,
} as const;
type Column = keyof typeof COLUMNS;

/** @param account the file often does not say whose it is; the folder or the form it came by does */
export function readZenginCsv(bytes: Uint8Array, account: string): ReadFile {
  return reading(bytes, () => {
    const rows = parseCsv(decodeJapanese(bytes));
    const at = rows.findIndex((row) => row.some((cell) => COLUMNS.balance.test(plain(cell))));
    const head = rows[at];
    if (head === undefined)
      throw new StatementError(
        'not-this-format',
        'file',
        'no line names the columns (取引日, 出金, 入金, 残高)',
      );
    const lines = rows.slice(at + 1).map((row, n) => lineOf(row, columnsOf(head), `line ${at + 2 + n}`));
    return [statementOf(inOrder(lines), account)];
  });
}

const plain = (cell: string): string => cell.normalize('NFKC').replaceAll(/\s/g, '');

function columnsOf(head: readonly string[]): Record<Column, number> {
  const find = (name: Column): number => head.findIndex((cell) => COLUMNS[name].test(plain(cell)));
  const found = {
    date: find('date'),
    out: find('out'),
    in: find('in'),
    balance: find('balance'),
    text: find('text'),
  };
  const missing = (['date', 'out', 'in', 'balance'] as const).find((name) => found[name] < 0);
  if (missing) throw new StatementError('not-this-format', 'header', `there is no column for ${missing}`);
  return found;
}

type Line = {
  readonly on: string;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly text: string;
  readonly where: string;
};

function lineOf(row: readonly string[], columns: Record<Column, number>, where: string): Line {
  const cell = (name: Column): string => plain(row[columns[name]] ?? '');
  const [out, came] = [yen(cell('out'), where), yen(cell('in'), where)];
  if ((out === null) === (came === null))
    throw new StatementError('truncated', where, 'exactly one of money in and money out must be there');
  const balance = yen(cell('balance'), where);
  if (balance === null) throw new StatementError('truncated', where, 'the balance is missing');
  const on = japaneseDay(cell('date'), where);
  return { on, amount: came ?? -(out ?? 0n), balance, text: (row[columns.text] ?? '').trim(), where };
}

/** `1,234`, `¥1,234円`, `-5`; empty and a lone dash are none. Grouping must be by three. */
function yen(text: string, where: string): bigint | null {
  const bare = text.replace(/^[¥\\]/, '').replace(/円$/, '');
  if (bare === '' || bare === '-' || bare === '*') return null;
  const match = /^([-△▲])?(\d{1,3}(?:,\d{3})+|\d{1,20})$/.exec(bare);
  if (!match) throw new StatementError('bad-amount', where, `"${text.slice(0, 30)}" is no amount of yen`);
  const amount = BigInt((match[2] ?? '').replaceAll(',', ''));
  return match[1] === undefined ? amount : -amount;
}

/** 令和8年11月22日, R8.11.22, 2026/11/22, 2026-11-22, 2026年11月22日, 20261122. */
export function japaneseDay(text: string, where: string): string {
  const era = /^(令和|平成|R|H)(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?$/.exec(text);
  if (era) {
    const year = (ERAS[era[1] ?? ''] ?? 0) + (era[2] === '元' ? 1 : Number(era[2]));
    return dayOf(year, Number(era[3]), Number(era[4]), where);
  }
  const western = /^(\d{4})(?:[年./-](\d{1,2})[月./-](\d{1,2})日?|(\d{2})(\d{2}))$/.exec(text);
  if (!western) throw new StatementError('bad-date', where, `"${text.slice(0, 30)}" is no date`);
  const [, year, month, day, compactMonth, compactDay] = western;
  return dayOf(Number(year), Number(month ?? compactMonth), Number(day ?? compactDay), where);
}

/** Some banks put the newest first. One of the two directions must add up, line by line. */
function inOrder(lines: readonly Line[]): readonly Line[] {
  const breakOf = (order: readonly Line[]): Line | undefined =>
    order.find((line, n) => {
      const before = order[n - 1];
      return before !== undefined && (before.balance + line.amount !== line.balance || before.on > line.on);
    });
  const wrong = breakOf(lines);
  if (wrong === undefined) return lines;
  const turned = [...lines].reverse();
  if (breakOf(turned) === undefined) return turned;
  throw new StatementError(
    'does-not-add',
    wrong.where,
    'the balance before, with this line, is not this line’s balance',
  );
}

function statementOf(lines: readonly Line[], account: string) {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined)
    throw new StatementError('truncated', 'file', 'no lines are in it');
  const entries: Entry[] = lines.map(({ on, amount, text }) =>
    entryOf({ on, amount: amount.toString(), text }),
  );
  return {
    account,
    currency: 'JPY',
    statementId: `${account} ${first.on} ${last.on}`,
    from: first.on,
    to: last.on,
    opening: (first.balance - first.amount).toString(),
    closing: last.balance.toString(),
    entries,
  };
}
