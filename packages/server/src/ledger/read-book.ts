/** Questions to a book: balances now and at any moment, by account, owner, party and group, and down to the postings. */
import type { AccountRow, AccountsPage, Posting, PostingsPage, SumRow } from '@sonae/core/app/books/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import {
  type AccountTable,
  accountOf,
  balanceOf,
  LANES,
  limitOf,
  NEWEST,
} from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { linkOf } from '@sonae/core/nouns/ledger/engine/book.ts';
import { type Columns, idText, readU128 } from '@sonae/core/nouns/ledger/engine/columns.ts';
import { type FrameHeader, readFrame } from '@sonae/core/nouns/ledger/engine/frame.ts';
import { PURPOSES } from '@sonae/core/nouns/ledger/facts/rules.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import type { LedgerBook } from './ledger-book.ts';

export type AccountFilter = {
  readonly owner?: string | undefined;
  readonly asset?: string | undefined;
  readonly party?: string | undefined;
  readonly group?: string | undefined;
  /** Only those below zero. */
  readonly below?: boolean | undefined;
  readonly after?: number | undefined;
  readonly limit: number;
};
/** A page of accounts in the order of opening, with their balances as of `changes` (see `changesAfter`). */
export function accountsPage(
  accounts: AccountTable,
  filter: AccountFilter,
  changes: ReadonlyMap<number, bigint> = new Map(),
): AccountsPage {
  const rows: AccountRow[] = [];
  let handle = filter.after === undefined ? 0 : filter.after + 1;
  for (; handle < accounts.count && rows.length < filter.limit; handle += 1) {
    const def = accountOf(accounts, handle);
    const { owner, asset, party, group, below } = filter;
    if (owner !== undefined && def.owner !== owner) continue;
    if (asset !== undefined && def.asset !== asset) continue;
    if (party !== undefined && def.party !== party) continue;
    if (group !== undefined && def.group !== group) continue;
    const balance = balanceOf(accounts, handle) - (changes.get(handle) ?? 0n);
    if (below === true && balance >= 0n) continue;
    rows.push({ ...def, handle, balance: String(balance), creditLine: String(limitOf(accounts, handle)) });
  }
  return { accounts: rows, next: handle < accounts.count ? handle - 1 : null };
}

/** Balances summed by owner, party or group and asset; `owed` is what stands below zero in them. Sorted by debt. */
export function sumsBy(
  accounts: AccountTable,
  by: 'owner' | 'party' | 'group',
  limit: number,
  changes: ReadonlyMap<number, bigint> = new Map(),
): SumRow[] {
  const sums = new Map<string, { key: string; asset: string; balance: bigint; owed: bigint }>();
  for (let handle = 0; handle < accounts.count; handle += 1) {
    const def = accountOf(accounts, handle);
    const key = def[by];
    if (key === null) continue;
    const balance = balanceOf(accounts, handle) - (changes.get(handle) ?? 0n);
    const sum = sums.get(`${key} ${def.asset}`) ?? { key, asset: def.asset, balance: 0n, owed: 0n };
    sum.balance += balance;
    if (balance < 0n) sum.owed -= balance;
    sums.set(`${key} ${def.asset}`, sum);
  }
  return [...sums.values()]
    .sort((a, b) =>
      a.owed === b.owed ? (a.key + a.asset < b.key + b.asset ? -1 : 1) : a.owed > b.owed ? -1 : 1,
    )
    .slice(0, limit)
    .map(({ key, asset, balance, owed }) => ({ key, asset, balance: String(balance), owed: String(owed) }));
}

/**
 * What happened to each account after `at` (ms): taken from today's balance it leaves the balance of that moment. Only
 * frames with newer postings are read.
 */
export async function changesAfter(
  ledger: LedgerBook,
  journal: Journal,
  at: number,
): Promise<Map<number, bigint>> {
  const changes = new Map<number, bigint>();
  const add = (handle: number, amount: bigint): void => {
    changes.set(handle, (changes.get(handle) ?? 0n) + amount);
  };
  const { newest } = ledger.frameIndex();
  for (const [n, time] of newest.entries()) {
    if (time <= at) continue;
    const { columns } = await frameOf(journal, ledger.id, n + 1);
    for (let row = 0; row < columns.count; row += 1) {
      if ((columns.at[row] as number) <= at) continue;
      const amount = readU128(columns.amount, row);
      add(columns.debit[row] as number, -amount);
      add(columns.credit[row] as number, amount);
    }
  }
  return changes;
}

/**
 * Postings of an account, newest first. `before`: behind this one, the last of the page before; what it costs is not more
 * than that of the first page. `since` (ms): ends where no posting of that time or later can follow. Null: there is no
 * such account. Throws `input.invalid` when `before` is no posting of the account.
 */
export async function postingsOf(
  ledger: LedgerBook,
  journal: Journal,
  account: string,
  page: { readonly before?: number | undefined; readonly since?: number; readonly limit: number },
): Promise<PostingsPage | null> {
  const book = ledger.book();
  const { accounts } = book;
  const handle = accounts.handles.get(account);
  if (handle === undefined) return null;
  const postings: Posting[] = [];
  const places = createPlaces(ledger, journal);
  const first = page.since === undefined ? 0 : firstSince(ledger, page.since);
  const behind = ({ ordinal, columns, row }: Place): number =>
    linkOf(book, ordinal, columns.debit[row] === handle ? 'debit' : 'credit');
  let next = accounts.lanes[handle * LANES + NEWEST] as number;
  if (page.before !== undefined) {
    const last = page.before < book.ids.count ? await places(page.before) : null;
    if (last === null || !(isOf(last, 'debit', handle) || isOf(last, 'credit', handle)))
      throw new FaultError(
        'input.invalid',
        `before: ${page.before} is no posting of ${account}`,
        'give `next` of the page before it',
      );
    next = behind(last);
  }
  while (next > first && postings.length < page.limit) {
    const place = await places(next - 1);
    postings.push(postingOf(accounts, place.header, place.columns, place.row));
    next = behind(place);
  }
  return { postings, next: next > first ? (postings.at(-1)?.ordinal ?? null) : null };
}

type Place = {
  readonly ordinal: number;
  readonly header: FrameHeader;
  readonly columns: Columns;
  readonly row: number;
};

const isOf = ({ columns, row }: Place, leg: 'debit' | 'credit', handle: number): boolean =>
  columns[leg][row] === handle;

/** Where transfers lie, by ordinal. Who goes back through a book meets the same frame many times, and none again. */
function createPlaces(ledger: LedgerBook, journal: Journal): (ordinal: number) => Promise<Place> {
  let known: { header: FrameHeader; columns: Columns } | null = null;
  return async (ordinal) => {
    const number = frameAt(ledger, ordinal);
    if (known?.header.number !== number) known = await frameOf(journal, ledger.id, number);
    return { ordinal, ...known, row: ordinal - known.header.first };
  };
}

/** Ordinal of the first transfer that can be of `since` (ms) or later. */
function firstSince(ledger: LedgerBook, since: number): number {
  const { firsts, newest } = ledger.frameIndex();
  const frame = newest.findIndex((time) => time >= since);
  return frame < 0 ? ledger.book().ids.count : (firsts[frame] as number);
}

export function postingOf(
  accounts: AccountTable,
  header: FrameHeader,
  columns: Columns,
  row: number,
): Posting {
  return {
    ordinal: header.first + row,
    frame: header.number,
    id: header.ids?.[row] ?? idText(columns.id, row),
    seq: columns.seq[row] as number,
    at: isoTime(columns.at[row] as number),
    debit: accounts.names[columns.debit[row] as number] as string,
    credit: accounts.names[columns.credit[row] as number] as string,
    asset: accounts.assets.texts[columns.asset[row] as number] as string,
    amount: readU128(columns.amount, row).toString(),
    purpose: PURPOSES[columns.purpose[row] as number] as string,
  };
}

/** The newest frame that begins at or before the ordinal and holds transfers. */
function frameAt(ledger: LedgerBook, ordinal: number): number {
  const { firsts } = ledger.frameIndex();
  let [low, high] = [0, firsts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((firsts[middle] as number) <= ordinal) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

async function frameOf(
  journal: Journal,
  book: string,
  number: number,
): Promise<{ header: FrameHeader; columns: Columns }> {
  const bytes = await journal.read(book, number);
  if (bytes === undefined) throw new Error(`frame ${number} of ${book} is not in the journal`);
  return readFrame(bytes);
}
