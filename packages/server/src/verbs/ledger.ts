/** `sonae ledger ingest|books`: the books from the command line, through the running server. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { BooksPage } from '@sonae/core/app/books/api.ts';
import { BATCH_TRANSFERS_MAX } from '@sonae/core/nouns/ledger/engine/columns.ts';
import { type Command, Option } from 'commander';
import {
  formatOf,
  JOURNAL_FORMATS,
  type JournalFormat,
  type JournalRow,
  readJournalFile,
} from '../connectors/journal-files/read-journal-file.ts';
import type { BatchAnswer } from '../ledger/book-batch.ts';
import { call, requireServer, serverAs } from './client.ts';
import { addLedgerReads, type BookOptions, onBook } from './ledger-reads.ts';
import { EXIT_NO, note, say, withProgress } from './say.ts';

type IngestOptions = BookOptions & {
  readonly format?: JournalFormat;
  readonly accounts?: string;
  readonly gapConfirmed?: boolean;
  readonly key?: string;
};
type Sum = { -readonly [K in Exclude<keyof BatchAnswer, 'batch' | 'known' | 'frame'>]: BatchAnswer[K] } & {
  batches: number;
  /** Batches that were received before, whose first answers are summed up here. */
  known: number;
};

const FIRST_SHOWN = 20;
const ACCOUNTS_AT_ONCE = 10_000;

export function addLedgerVerbs(noun: Command): void {
  onBook(
    noun.command('ingest <file>').description('verify and book a journal file\n仕訳ファイルを検証し記帳する'),
  )
    .addOption(
      new Option('--format <format>', 'what the file is (default: by its ending)').choices(JOURNAL_FORMATS),
    )
    .option('--accounts <file>', 'accounts to open first: account, owner, party, group, asset')
    .option('--gap-confirmed', 'numbers that are missing before the file do not exist')
    .option('--key <file>', 'sign in with this key file')
    .action(async (file: string, options: IngestOptions) => {
      const sum = await withProgress('ledger ingest', options.json ?? false, () =>
        ingest(resolve(file), options),
      );
      if (options.json) say(JSON.stringify(sum));
      else saySum(sum);
      if (sum.violations > 0) process.exitCode = EXIT_NO;
    });
  onBook(noun.command('books').description('books and what they hold\n帳簿の一覧')).action(
    async (options: BookOptions) => {
      const { body } = await call<BooksPage>(requireServer(options.data), '/api/books');
      if (options.json) return say(JSON.stringify(body));
      for (const { id, transfers, accounts, asOf, violations } of body.books)
        say(
          `${id.padEnd(20)} ${transfers} transfers  ${accounts} accounts  as of ${asOf || '-'}  ${violations} violations`,
        );
    },
  );
  addLedgerReads(noun);
}

async function ingest(file: string, options: IngestOptions): Promise<Sum> {
  const server = await serverAs(options);
  const sum: Sum = {
    ...{
      book: options.book,
      batches: 0,
      known: 0,
      accounts: 0,
      booked: 0,
      repeats: 0,
      turnedAway: 0,
      violations: 0,
    },
    ...{ first: [], nextSeq: 0 },
  };
  const send = async (accounts: readonly JournalRow[], transfers: readonly JournalRow[]): Promise<void> => {
    const isFirst = sum.batches === 0;
    // What a file does not hold between its rows will not come; what should come before the file may.
    const isConfirmed = !isFirst || options.gapConfirmed === true;
    const path = `/journal/${encodeURIComponent(options.book)}/batches?gapConfirmed=${isConfirmed}`;
    const { body } = await call<BatchAnswer>(server, path, {
      // By its content: the same rows sent again are the same batch, whatever was sent beside them.
      batch: createHash('sha256')
        .update(JSON.stringify([accounts, transfers]))
        .digest('hex'),
      source: 'file',
      count: accounts.length + transfers.length,
      accounts,
      transfers,
    });
    sum.batches += 1;
    if (body.known) sum.known += 1;
    for (const name of ['accounts', 'booked', 'repeats', 'turnedAway', 'violations'] as const)
      sum[name] += body[name];
    sum.first = [...sum.first, ...body.first].slice(0, FIRST_SHOWN);
    sum.nextSeq = body.nextSeq;
  };
  try {
    if (options.accounts !== undefined)
      for await (const rows of readJournalFile(resolve(options.accounts), formatOf(options.accounts)))
        await send(rows.map(typed), []);
    for await (const { accounts, transfers } of batchesOf(
      readJournalFile(file, options.format ?? formatOf(file)),
    ))
      await send(accounts, transfers);
  } catch (error) {
    if (sum.batches > 0) {
      saySum(sum, note);
      note('so far; what is corrected may be sent whole again: nothing is booked twice');
    }
    throw error;
  }
  return sum;
}

const typed = ({ type: _, ...row }: JournalRow): JournalRow => row;

type Piece = { accounts: JournalRow[]; transfers: JournalRow[] };

/** Batches as large as they may be, never cutting through an entry. */
async function* batchesOf(pieces: AsyncIterable<readonly JournalRow[]>): AsyncGenerator<Piece> {
  let piece: Piece = { accounts: [], transfers: [] };
  for await (const rows of pieces) {
    for (const row of rows) {
      const isAccount = row.type === 'account';
      const last = piece.transfers.at(-1);
      const isFull = isAccount
        ? piece.transfers.length > 0 || piece.accounts.length >= ACCOUNTS_AT_ONCE
        : piece.transfers.length >= BATCH_TRANSFERS_MAX - ENTRY_ROOM &&
          (row.entry === undefined || row.entry !== last?.entry);
      if (isFull) {
        yield piece;
        piece = { accounts: [], transfers: [] };
      }
      if (isAccount) piece.accounts.push(typed(row));
      else piece.transfers.push(typed(row));
    }
  }
  if (piece.accounts.length + piece.transfers.length > 0) yield piece;
}

/** A batch ends early enough for the longest entry to end in it. */
const ENTRY_ROOM = 64;

function saySum(sum: Sum, tell = say): void {
  const { book, batches, known, accounts, booked, repeats, turnedAway, violations, first } = sum;
  tell(
    `${book}: ${booked} booked, ${repeats} known before, ${turnedAway} turned away, ${accounts} accounts opened (${batches} batches)`,
  );
  if (known > 0)
    note(
      `${known} of ${batches} batches were received before and are not booked again: so they were answered then`,
    );
  note(violations === 0 ? 'no rule is broken' : `${violations} violations`);
  for (const one of first)
    tell(
      `  ${one.rule.padEnd(24)} ${one.id}  ${one.account} -> ${one.other}  ${one.amount} ${one.asset}  exposure ${one.exposure}  ${one.detail}`,
    );
}
