/**
 * Statements of custodians in the layout that docs/guides/reserves.md describes, as JSON or CSV. Amounts are decimal texts
 * in whole units; a JSON number is refused, because what parsed it has already rounded it.
 */
import type { Statement } from '@sonae/core/nouns/reserves/facts/statements.ts';
import { z } from 'zod';
import { parseCsv } from './csv.ts';
import {
  amountOf,
  type Decimals,
  decode,
  entryOf,
  isoDay,
  type ReadFile,
  reading,
  StatementError,
} from './reading.ts';

const text = z.string().max(500);
const document = z
  .object({
    format: z.literal('sonae-custodian-statement/1'),
    account: text,
    asset: text,
    statement: text,
    from: text,
    to: text,
    opening: text,
    closing: text,
    entries: z.array(
      z
        .object({
          id: text,
          date: text,
          amount: text,
          status: z.enum(['booked', 'pending']),
          reference: text.default(''),
          text: text.default(''),
        })
        .strict(),
    ),
  })
  .strict();
type Document = z.infer<typeof document>;

export function readCustodianJson(bytes: Uint8Array, decimals: Decimals): ReadFile {
  return reading(bytes, () => {
    const source = decode(bytes, 'utf-8').replace(/^\uFEFF/, '');
    let value: unknown;
    try {
      value = JSON.parse(source);
    } catch {
      throw new StatementError(
        /[\]}]\s*$/.test(source) ? 'not-this-format' : 'truncated',
        'file',
        'this is no whole JSON',
      );
    }
    const parsed = document.safeParse(value);
    if (parsed.success) return [statementOf(parsed.data, decimals)];
    const issue = parsed.error.issues[0];
    throw new StatementError(
      'bad-field',
      issue?.path.join('.') || 'file',
      issue?.message ?? 'it has another shape',
    );
  });
}

const HEAD = ['id', 'date', 'amount', 'status', 'reference', 'text'] as const;
const TOP = ['account', 'asset', 'statement', 'from', 'to', 'opening', 'closing'] as const;

/** Lines `name,value` for the head of the statement, then a line of column names, then entries, then `end,COUNT`. */
export function readCustodianCsv(bytes: Uint8Array, decimals: Decimals): ReadFile {
  return reading(bytes, () => {
    const rows = parseCsv(decode(bytes, 'utf-8'));
    const at = rows.findIndex((row) => HEAD.every((name, n) => row[n] === name));
    if (at < 0)
      throw new StatementError('not-this-format', 'file', `no line has the columns ${HEAD.join(',')}`);
    const top = Object.fromEntries(
      TOP.map((name) => {
        const found = rows.slice(0, at).filter((row) => row[0] === name);
        if (found.length !== 1)
          throw new StatementError('bad-field', name, 'it must be there once above the columns');
        return [name, found[0]?.[1] ?? ''];
      }),
    );
    const last = rows.at(-1);
    if (last?.[0] !== 'end') throw new StatementError('truncated', 'file', 'the last line is not end,COUNT');
    const lines = rows.slice(at + 1, -1);
    if (last[1] !== String(lines.length))
      throw new StatementError(
        'bad-totals',
        'end',
        `${last[1]} entries announced, ${lines.length} are there`,
      );
    const entries = lines.map((row) => Object.fromEntries(HEAD.map((name, n) => [name, row[n] ?? ''])));
    const parsed = document.safeParse({ format: 'sonae-custodian-statement/1', ...top, entries });
    if (parsed.success) return [statementOf(parsed.data, decimals)];
    const issue = parsed.error.issues[0];
    throw new StatementError(
      'bad-field',
      issue?.path.join('.') || 'file',
      issue?.message ?? 'it has another shape',
    );
  });
}

function statementOf(given: Document, decimals: Decimals): Statement {
  const signed = (value: string, where: string): string => {
    const isNegative = value.startsWith('-');
    const amount = amountOf(isNegative ? value.slice(1) : value, given.asset, decimals, where);
    return (isNegative ? -amount : amount).toString();
  };
  const ids = given.entries.map(({ id }) => id);
  const twice = ids.find((id, n) => ids.indexOf(id) !== n);
  if (twice !== undefined)
    throw new StatementError('bad-field', `entry ${twice.slice(0, 40)}`, 'the id stands there twice');
  return {
    account: given.account,
    currency: given.asset,
    statementId: given.statement,
    from: isoDay(given.from, 'from'),
    to: isoDay(given.to, 'to'),
    opening: signed(given.opening, 'opening'),
    closing: signed(given.closing, 'closing'),
    entries: given.entries.map(({ id, date, amount, status, reference, text: words }) =>
      entryOf({
        id,
        on: isoDay(date, `entry ${id}`),
        amount: signed(amount, `entry ${id}`),
        isBooked: status === 'booked',
        reference,
        text: words,
      }),
    ),
  };
}
