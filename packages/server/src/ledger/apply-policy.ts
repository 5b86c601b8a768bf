/** What people decided about the books, put where the verifier looks. Before every batch: a line of today counts today. */
import { parseTime } from '@sonae/core/kernel/time.ts';
import { limitOf, setLine } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import type { Book } from '@sonae/core/nouns/ledger/engine/book.ts';
import type { PriceBand } from '@sonae/core/nouns/ledger/engine/fair-price.ts';
import { compileFlows, DEFAULT_FLOWS } from '@sonae/core/nouns/ledger/engine/flows.ts';
import type { LedgerPolicy } from '@sonae/core/nouns/ledger/views/policy.ts';

/** @param prices null until they are read: trades are not held against any then */
export function applyPolicy(book: Book, policy: LedgerPolicy | null, prices: PriceBand | null): void {
  if (policy === null) return;
  const { accounts } = book;
  for (const { account, limit, until } of Object.values(policy.lines)) {
    const handle = accounts.handles.get(account);
    if (handle === undefined) continue;
    const ends = parseTime(until);
    if (limitOf(accounts, handle) !== BigInt(limit) || accounts.lineUntil.get(handle) !== ends)
      setLine(accounts, handle, BigInt(limit), ends);
  }
  for (const { debit, credit, limit, until } of policy.corrections.slice(book.corrections.length))
    book.corrections.push({ debit, credit, left: BigInt(limit), until: parseTime(until) });
  const revised = policy.flows.map(({ from, to }) => `${from} ${to}`);
  const untouched = DEFAULT_FLOWS.filter(({ from, to }) => !revised.includes(`${from} ${to}`));
  book.flows = compileFlows([...untouched, ...policy.flows]);
  book.feeCeilingBps = policy.feeCeilingBps;
  book.prices = prices;
  book.sealedUntil = policy.sealedUntil === '' ? 0 : parseTime(policy.sealedUntil);
}

/** By the id of the approved proposal; counted from 1, as transfers carry it. */
export function correctionNumbers(policy: LedgerPolicy | null): ReadonlyMap<string, number> {
  return new Map(policy?.corrections.map(({ id }, n) => [id, n + 1]));
}
