/** `sonae ledger balances|postings|export`: what the books hold, from the command line, through the running server. */
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AccountRow, AccountsPage, BookPage, Posting, PostingsPage } from '@sonae/core/app/books/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { formatAmount } from '@sonae/core/kernel/money.ts';
import { type Command, Option } from 'commander';
import type { ServerFile } from '../data-dir.ts';
import { call, requireServer } from './client.ts';
import { isHeard, say } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

/** What every verb on a book takes. */
export type BookOptions = { readonly data: string; readonly book: string; readonly json?: boolean };
/** As many as the server gives. At a past moment every page is summed up anew: few large ones cost less. */
const ACCOUNTS_AT_ONCE = 10_000;
const POSTINGS_AT_ONCE = 1_000;

export const onBook = (command: Command): Command =>
  command
    .option('--book <id>', 'the book', 'main')
    .option('--data <dir>', 'data directory of the running server', DEFAULT_DATA)
    .option('--json', 'print one JSON object');

type PostingOptions = BookOptions & { limit: string };
type BalanceOptions = BookOptions & {
  owner?: string;
  asset?: string;
  party?: string;
  group?: string;
  at?: string;
  below?: boolean;
  limit?: string;
};

export function addLedgerReads(noun: Command): void {
  onBook(
    noun
      .command('balances')
      .description('balances of accounts, now or at a moment\n口座残高(現在または指定時点)'),
  )
    .option('--owner <owner>', 'customer, house, affiliate, suspense, fee or external')
    .option('--asset <asset>', 'one asset')
    .option('--party <party>', 'one party')
    .option('--group <group>', 'one group of companies')
    .option('--below', 'only accounts below zero')
    .option('--at <time>', 'as of a moment, ISO 8601')
    .option('--limit <n>', 'the first accounts only, in the order of opening (default: all)')
    .action(balances);
  onBook(
    noun
      .command('postings <account>')
      .description('postings of an account, newest first\n口座の仕訳(新しい順)'),
  )
    .option('--limit <n>', 'how many', '50')
    .action(postings);
  addExport(noun);
}

async function balances({ data, book, json, below, limit, ...filter }: BalanceOptions): Promise<void> {
  const server = requireServer(data);
  const path = `/api/books/${encodeURIComponent(book)}`;
  const { body: page } = await call<BookPage>(server, path);
  const asked = { ...filter, ...(below ? { below: 'true' } : {}) };
  const pages = { path: `${path}/accounts`, filter: asked, atOnce: ACCOUNTS_AT_ONCE, read: accountsOf };
  const accounts: AccountRow[] = [];
  for await (const row of pagesOf(server, countOf(limit), pages)) {
    if (json) accounts.push(row);
    else
      say(
        `${row.account.padEnd(32)} ${row.owner.padEnd(10)} ${formatAmount(BigInt(row.balance), page.decimals[row.asset] ?? 0)} ${row.asset}`,
      );
  }
  if (json) say(JSON.stringify({ accounts }));
}

async function postings(account: string, { data, book, json, limit }: PostingOptions): Promise<void> {
  const path = `/api/books/${encodeURIComponent(book)}/postings`;
  const pages = { path, filter: { account }, atOnce: POSTINGS_AT_ONCE, read: postingsOf };
  const found: Posting[] = [];
  for await (const one of pagesOf(requireServer(data), countOf(limit), pages)) {
    if (json) found.push(one);
    else
      say(
        `${one.at}  ${String(one.seq).padStart(8)}  ${one.debit} -> ${one.credit}  ${one.amount} ${one.asset}  ${one.purpose}  ${one.id}`,
      );
  }
  if (json) say(JSON.stringify({ postings: found }));
}

type Page<Row> = { readonly rows: readonly Row[]; readonly next: Record<string, string> | null };
type Pages<Answer, Row> = {
  readonly path: string;
  readonly filter: Readonly<Record<string, string>>;
  readonly atOnce: number;
  readonly read: (answer: Answer) => Page<Row>;
};
const nextOf = (name: string, next: number | null) => (next === null ? null : { [name]: String(next) });
const accountsOf = ({ accounts, next }: AccountsPage): Page<AccountRow> => ({
  rows: accounts,
  next: nextOf('after', next),
});
const postingsOf = ({ postings: rows, next }: PostingsPage): Page<Posting> => ({
  rows,
  next: nextOf('before', next),
});

function countOf(limit: string | undefined): number {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(limit)) return Number(limit);
  throw new FaultError('input.invalid', `--limit: ${limit} is no number`, 'give a whole number from 1');
}

/** Page after page until `most` rows came, there are no more, or nobody reads what is printed. */
async function* pagesOf<Answer, Row>(
  server: ServerFile,
  most: number,
  { path, filter, atOnce, read }: Pages<Answer, Row>,
): AsyncGenerator<Row> {
  let left = most;
  let from: Record<string, string> | null = {};
  while (from !== null && left > 0 && isHeard()) {
    const asked = new URLSearchParams({ ...filter, ...from, limit: String(Math.min(left, atOnce)) });
    const { body } = await call<Answer>(server, `${path}?${asked}`);
    const { rows, next } = read(body);
    yield* rows;
    left -= rows.length;
    from = next;
  }
}

function addExport(noun: Command): void {
  onBook(
    noun.command('export').description('the book for hledger, beancount or as JSON lines\n帳簿の書き出し'),
  )
    .requiredOption('--out <file>', 'file to write')
    .addOption(
      new Option('--format <format>', 'which tool')
        .choices(['hledger', 'beancount', 'jsonl'])
        .default('hledger'),
    )
    .action(async ({ data, book, out, format, json }: BookOptions & { out: string; format: string }) => {
      const server = requireServer(data);
      const response = await fetch(
        `${server.url}/api/books/${encodeURIComponent(book)}/export?format=${format}`,
        {
          headers: { Authorization: `Bearer ${server.token}` },
        },
      );
      if (!response.ok || response.body === null)
        throw new FaultError(
          'server.unreachable',
          `the export answered ${response.status}`,
          'see `sonae ledger books`',
        );
      await pipeline(
        response.body as AsyncIterable<Uint8Array>,
        createWriteStream(resolve(out), { mode: 0o600 }),
      );
      if (json) say(JSON.stringify({ out: resolve(out), format }));
      else say(`${resolve(out)}: ${book} for ${format}`);
    });
}
