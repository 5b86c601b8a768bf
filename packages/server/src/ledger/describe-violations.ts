/** Violations in the firm's own words: its ids and account names, and whose the account is. */
import { isoTime } from '@sonae/core/kernel/time.ts';
import { type AccountDef, accountOf } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import type { Book, Violation } from '@sonae/core/nouns/ledger/engine/book.ts';
import type { LoggedViolation } from '@sonae/core/nouns/ledger/facts/batches.ts';
import type { BadRow, RawTransfer, ReadRows } from './read-rows.ts';

const NAME_MAX = 200;
const cut = (value: unknown, max = NAME_MAX): string =>
  (typeof value === 'string' || typeof value === 'number' ? String(value) : '?').slice(0, max).toWellFormed();

/** What the verifier found, with the row's own id and names. */
export function describe(
  book: Book,
  violations: readonly Violation[],
  rows: readonly RawTransfer[],
  { rowOf }: ReadRows,
  frame: number,
  decimals: ReadonlyMap<string, number>,
): LoggedViolation[] {
  return violations.map((one): LoggedViolation => {
    const { row, rule, seq, asset, amount, purpose, exposure, detail } = one;
    const raw = rows[rowOf[row] as number] as RawTransfer;
    return {
      ...{ rule, seq, frame, amount, purpose, exposure, detail },
      id: cut(raw.id),
      at: isoTime(one.at),
      account: one.account === '?' ? cut(raw.debit) : one.account,
      ...ownerOf(book, one.account),
      other: one.other === '?' ? cut(raw.credit) : one.other,
      asset: asset === '?' ? cut(raw.asset, 40) : asset,
      decimals: decimals.get(asset) ?? null,
    };
  });
}

type Whose = Pick<LoggedViolation, 'owner' | 'party' | 'group'>;

function ownerOf(book: Book, account: string): Whose {
  const handle = book.accounts.handles.get(account);
  if (handle === undefined) return { owner: '?', party: '', group: null };
  const { owner, party, group } = accountOf(book.accounts, handle);
  return { owner, party, group };
}

/** Rows that could not be read at all. */
export function unreadRows(
  bad: readonly BadRow[],
  rows: readonly RawTransfer[],
  frame: number,
): LoggedViolation[] {
  return bad.map(({ row, rule, problem }) => {
    const raw = (rows[row] ?? {}) as RawTransfer;
    const seq = Number(raw.seq);
    return {
      ...{ rule, frame, owner: '?', party: '', group: null, exposure: '0' },
      id: cut(raw.id),
      seq: Number.isSafeInteger(seq) ? seq : 0,
      at: cut(raw.at, 40),
      account: cut(raw.debit),
      other: cut(raw.credit),
      asset: cut(raw.asset, 40),
      decimals: null,
      amount: cut(raw.amount ?? raw.amountMinor, 60),
      purpose: cut(raw.purpose, 40),
      detail: `row ${row}: ${problem}`.slice(0, 300),
    };
  });
}

/** An account that was described anew as somebody else's. The book keeps what it was opened as. */
export function changedAccount(book: Book, def: AccountDef, frame: number): LoggedViolation {
  const handle = book.accounts.handles.get(def.account) ?? 0;
  const { owner, party, group, asset } = accountOf(book.accounts, handle);
  const words = (one: AccountDef): string => `${one.owner}/${one.party}/${one.group ?? '-'}/${one.asset}`;
  const was = words({ account: '', owner, party, group, asset });
  return {
    ...{ rule: 'account-changed', frame, owner, party, group, asset },
    ...{
      id: def.account,
      seq: 0,
      at: '',
      account: def.account,
      other: '',
      amount: '0',
      decimals: null,
      purpose: '',
      exposure: '0',
    },
    detail: `opened as ${was}, now called ${words(def)}`.slice(0, 300),
  };
}
