/**
 * A book for other people's tools: hledger and beancount journals that their own checkers accept, with a closing
 * transaction or balance directive that asserts every account's balance, and plain JSON lines. Streamed, frame by frame.
 */
import type { Posting } from '@sonae/core/app/books/api.ts';
import { must } from '@sonae/core/kernel/assert.ts';
import { formatAmount } from '@sonae/core/kernel/money.ts';
import { DAY_MS, floorTo, isoTime } from '@sonae/core/kernel/time.ts';
import {
  type AccountTable,
  accountOf,
  balanceOf,
  turnoverOf,
} from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { readFrame } from '@sonae/core/nouns/ledger/engine/frame.ts';
import type { OWNERS } from '@sonae/core/nouns/ledger/facts/words.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import type { LedgerBook } from './ledger-book.ts';
import { postingOf } from './read-book.ts';

export const EXPORT_FORMATS = ['hledger', 'beancount', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What stands for an owner in a chart of five classes. The outside world is where assets came from and went to. */
const CLASSES: Readonly<Record<(typeof OWNERS)[number], string>> = {
  customer: 'Liabilities:Customer',
  house: 'Equity:House',
  affiliate: 'Liabilities:Affiliate',
  suspense: 'Liabilities:Suspense',
  fee: 'Income:Fee',
  external: 'Assets:External',
};

/** The state that is exported. */
type Exported = {
  readonly accounts: AccountTable;
  readonly decimals: ReadonlyMap<string, number>;
  readonly transfers: number;
};
type Writer = {
  head(book: Exported, from: string): string[];
  entry(postings: readonly Posting[], book: Exported): string[];
  foot(book: Exported, to: string): string[];
};

/** Lines of the export, as of the newest durable frame. */
export async function* exportBook(
  ledger: LedgerBook,
  journal: Journal,
  format: ExportFormat,
  decimals: ReadonlyMap<string, number>,
): AsyncGenerator<string> {
  // Balances and the last frame belong together: what is posted meanwhile is not part of this export.
  const { last, book } = await ledger.settled(() => ({
    last: ledger.written().number,
    book: {
      ...{ accounts: frozen(ledger.book().accounts), decimals },
      transfers: ledger.book().ids.count,
    },
  }));
  const writer = WRITERS[format];
  const { newest } = ledger.frameIndex();
  const newestAt = newest.slice(0, last).reduce((latest, at) => Math.max(latest, at), 0);
  yield* withLines(writer.head(book, '1970-01-01'));
  for await (const { number, bytes } of journal.frames(ledger.id, 1)) {
    if (number > last) break;
    const { header, columns } = readFrame(bytes);
    for (let from = 0; from < columns.count; ) {
      let to = from + 1;
      while (to < columns.count && columns.linked[to - 1] === 1) to += 1;
      const legs: Posting[] = [];
      for (let row = from; row < to; row += 1) legs.push(postingOf(book.accounts, header, columns, row));
      yield* withLines(writer.entry(legs, book));
      from = to;
    }
  }
  const dayAfter = isoTime(floorTo(newestAt, DAY_MS) + DAY_MS).slice(0, 10);
  yield* withLines(writer.foot(book, dayAfter));
}

function* withLines(lines: readonly string[]): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

const frozen = (table: AccountTable): AccountTable => ({
  ...table,
  lanes: table.lanes.slice(),
  names: [...table.names],
});

const amountIn = (minor: bigint, asset: string, { decimals }: Pick<Exported, 'decimals'>): string =>
  formatAmount(minor, must(decimals.get(asset), `asset ${asset} is defined`));

/** Letters and digits as they are, every other byte as `-` and two hex digits: no two names become one. */
function safe(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9]/.test(char) ? char : `-${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** Both tools take upper-case letters and digits, in twos at least. */
const commodity = (asset: string): string =>
  asset.length < 2 ? `${asset}-UNIT` : asset.replaceAll('.', '-');

function accountName(accounts: AccountTable, name: string): string {
  const { owner } = accountOf(accounts, must(accounts.handles.get(name), `account ${name}`));
  return `${CLASSES[owner]}:N${safe(name)}`;
}

/** Debits are positive, as in every textbook: what we owe stands negative. `parts`: an amount as several of one leg. */
function legsOf(
  postings: readonly Posting[],
  book: Exported,
  parts: (minor: bigint) => readonly bigint[] = (minor) => [minor],
): string[] {
  return postings.flatMap(({ debit, credit, amount, asset }) =>
    parts(BigInt(amount)).flatMap((minor) => [
      `  ${accountName(book.accounts, debit)}  ${amountIn(minor, asset, book)} ${commodity(asset)}`,
      `  ${accountName(book.accounts, credit)}  ${amountIn(-minor, asset, book)} ${commodity(asset)}`,
    ]),
  );
}

const handlesOf = ({ accounts: { count } }: Exported): number[] =>
  Array.from({ length: count }, (_, handle) => handle);

/** The balance that the book says, with the sign of the export. */
function closing(book: Exported, handle: number) {
  const { accounts } = book;
  const { account, asset } = accountOf(accounts, handle);
  const balance = amountIn(-balanceOf(accounts, handle), asset, book);
  return { name: accountName(accounts, account), balance, unit: commodity(asset) };
}

const HLEDGER: Writer = {
  head: (book) => [
    '; Exported by Sonae; checked by `hledger check --strict`.',
    ...[...new Set(book.accounts.assets.texts)].map((asset) => {
      const digits = book.decimals.get(asset) ?? 0;
      return `commodity 1${digits === 0 ? '.' : `.${'0'.repeat(digits)}`} "${commodity(asset)}"`;
    }),
    ...handlesOf(book).map((handle) => `account ${closing(book, handle).name}`),
  ],
  entry: (postings, book) => {
    const first = must(postings[0], 'an entry has legs');
    const ids = postings.map(({ id }) => id.replaceAll(/[\n\r;,]/g, ' ')).join(' ');
    return [
      '',
      `${first.at.slice(0, 10)} * (${first.seq}) ${first.purpose}  ; at ${first.at} ids ${ids}`,
      ...legsOf(postings, book).map((line) => line.replace(/ ([A-Z0-9-]+)$/, ' "$1"')),
    ];
  },
  foot: (book, to) => [
    '',
    `${to} * closing balances, asserted`,
    ...handlesOf(book).map((handle) => {
      const { name, balance, unit } = closing(book, handle);
      return `  ${name}  0 "${unit}" = ${balance} "${unit}"`;
    }),
  ],
};

/** Beancount counts with the 28 digits of Python's decimal context, where a book of ours has up to 39. */
const BEANCOUNT_DIGITS = 28;

/** An amount as parts that beancount holds exactly: it rounds even the sign of a longer one. */
function inDecimals(minor: bigint): bigint[] {
  const unit = 10n ** BigInt(Math.max(0, String(minor).length - BEANCOUNT_DIGITS));
  return [minor - (minor % unit), minor % unit].filter((part) => part !== 0n);
}

/** Where sums are longer, each addition is off by half of the last digit at most, and there are two for a transfer. */
function toleranceOf(book: Exported, handle: number): string {
  const { asset } = accountOf(book.accounts, handle);
  const { debits, credits } = turnoverOf(book.accounts, handle);
  const digits = String(debits > credits ? debits : credits).length;
  if (digits <= BEANCOUNT_DIGITS) return '';
  return ` ~ ${amountIn(BigInt(book.transfers) * 10n ** BigInt(digits - BEANCOUNT_DIGITS), asset, book)}`;
}

const BEANCOUNT: Writer = {
  head: (book, from) => [
    '; Exported by Sonae; checked by `bean-check`.',
    'option "title" "Sonae export"',
    ...handlesOf(book).map((handle) => {
      const { name, unit } = closing(book, handle);
      return `${from} open ${name} ${unit}`;
    }),
  ],
  entry: (postings, book) => {
    const first = must(postings[0], 'an entry has legs');
    const text = postings.map(({ id }) => id.replaceAll(/["\\\n\r]/g, ' ')).join(' ');
    return [
      '',
      `${first.at.slice(0, 10)} * "${first.purpose}" "${text}"`,
      `  seq: ${first.seq}`,
      ...legsOf(postings, book, inDecimals),
    ];
  },
  foot: (book, to) => [
    '',
    ...handlesOf(book).map((handle) => {
      const { name, balance, unit } = closing(book, handle);
      return `${to} balance ${name}  ${balance}${toleranceOf(book, handle)} ${unit}`;
    }),
  ],
};

const JSON_LINES: Writer = {
  head: (book) =>
    handlesOf(book).map((handle) => JSON.stringify({ type: 'account', ...accountOf(book.accounts, handle) })),
  entry: (postings) =>
    postings.map(({ amount, ordinal: _, frame: __, ...one }) => {
      const entry = postings.length > 1 ? { entry: must(postings[0], 'an entry has legs').id } : {};
      return JSON.stringify({ type: 'transfer', ...one, amountMinor: amount, ...entry });
    }),
  foot: () => [],
};

const WRITERS: Readonly<Record<ExportFormat, Writer>> = {
  hledger: HLEDGER,
  beancount: BEANCOUNT,
  jsonl: JSON_LINES,
};
