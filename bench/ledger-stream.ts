/** Clean journals for the benches of the books: a stream of transfers, and the book that they are booked into. */
import { openAccount } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { type Book, createBook } from '@sonae/core/nouns/ledger/engine/book.ts';
import { type Columns, createColumns } from '@sonae/core/nouns/ledger/engine/columns.ts';

export const BATCH = 8_192;
const AT = Date.parse('2026-03-01T00:00:00Z');
export const NOW = AT + 2 ** 40;
const DEPOSIT = 0;
const TRANSFER = 7;

/** A stream of clean transfers: every account is funded first, then pays small amounts to a random other. */
export function createStream(accounts: number): (count: number) => Columns {
  let state = 20_260_301;
  let n = 0;
  const random = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  return (count) => {
    const columns = createColumns(count);
    columns.count = count;
    for (let i = 0; i < count; i += 1, n += 1) {
      const isFunding = n < accounts;
      const debit = isFunding ? 0 : 1 + random(accounts);
      const step = 1 + random(accounts - 1);
      columns.debit[i] = debit;
      columns.credit[i] = isFunding ? 1 + n : 1 + ((debit - 1 + step) % accounts);
      columns.amount[i * 4] = isFunding ? 4_000_000_000 : 1 + random(1_000);
      columns.purpose[i] = isFunding ? DEPOSIT : TRANSFER;
      columns.at[i] = AT + n;
      columns.seq[i] = n;
      columns.id[i * 4] = random(2 ** 32);
      columns.id[i * 4 + 1] = n;
      columns.id[i * 4 + 3] = random(2 ** 32);
    }
    return columns;
  };
}

export function openBook(accounts: number): Book {
  const book = createBook();
  openAccount(book.accounts, {
    account: 'world',
    owner: 'external',
    party: 'world',
    group: null,
    asset: 'JPY',
  });
  for (let n = 0; n < accounts; n += 1)
    openAccount(book.accounts, {
      account: `customer-${n}`,
      owner: 'customer',
      party: `p${n}`,
      group: null,
      asset: 'JPY',
    });
  return book;
}

export function batchesOf(accounts: number, transfers: number): Columns[] {
  const next = createStream(accounts);
  return Array.from({ length: Math.ceil(transfers / BATCH) }, (_, n) =>
    next(Math.min(BATCH, transfers - n * BATCH)),
  );
}

export function demandClean(violations: readonly { rule: string }[]): void {
  if (violations.length > 0) throw new Error(`a clean journal broke ${violations[0]?.rule}`);
}
