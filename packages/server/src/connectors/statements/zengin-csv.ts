/**
 * CSV as Japanese banks export it: Shift_JIS or UTF-8, with or without BOM, dates of an era or of the calendar, columns for
 * money out, money in and the balance, thousands separators. The balance of every line is checked, so that a line that was
 * cut out or moved does not pass.
 */
import type { Entry } from '@sonae/core/nouns/reserves/facts/statements.ts';
import { parseCsv } from './csv.ts';
import { dayOf, decodeJapanese, entryOf, type ReadFile, reading, StatementError } from './reading.ts';
import { dayCell, type Heading, headingOf, headingRow, moneyOf, textCell, yen } from './zengin-columns.ts';

/** First year of each era is this plus one. */
const ERAS: Readonly<Record<string, number>> = { 令和: 2018, R: 2018, 平成: 1988, H: 1988 };

/** @param account the file often does not say whose it is; the folder or the form it came by does */
export function readZenginCsv(bytes: Uint8Array, account: string): ReadFile {
  return reading(bytes, () => {
    const rows = parseCsv(decodeJapanese(bytes));
    const at = headingRow(rows);
    const head = rows[at];
    if (head === undefined)
      throw new StatementError(
        'not-this-format',
        'file',
        'no line names the columns (取引日, 出金, 入金, 残高)',
      );
    const heading = headingOf(head);
    const lines = rows.slice(at + 1).map((row, n) => lineOf(heading, row, `line ${at + 2 + n}`));
    return [statementOf(inOrder(lines), account)];
  });
}

type Line = {
  readonly on: string;
  readonly amount: bigint;
  readonly balance: bigint;
  readonly text: string;
  readonly where: string;
};

/** A row without money brings the balance over (繰越), or tells something: it must leave the balance as it was. */
function lineOf(heading: Heading, row: readonly string[], where: string): Line {
  const balance = yen(row[heading.balance] ?? '', where);
  if (balance === null) throw new StatementError('truncated', where, 'the balance is missing');
  const on = japaneseDay(dayCell(heading, row), where);
  return { on, amount: moneyOf(heading, row, where), balance, text: textCell(heading, row), where };
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
  // Nothing before the first line could show that its money is missing.
  if (first.amount === 0n && !/繰り?越/.test(first.text))
    throw new StatementError('truncated', first.where, 'neither money in nor money out is there');
  const entries: Entry[] = lines
    .filter(({ amount }) => amount !== 0n)
    .map(({ on, amount, text }) => entryOf({ on, amount: amount.toString(), text }));
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
