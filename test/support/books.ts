/** Books over memory or any journal, with assets and a few accounts, for tests of the ledger. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Journal } from '@sonae/core/ports/journal.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { openFileJournal } from '../../packages/server/src/adapters/journal/file-journal.ts';
import { createMemoryJournal } from '../../packages/server/src/adapters/journal/memory-journal.ts';
import { openSqlJournal } from '../../packages/server/src/adapters/journal/sql-journal.ts';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { openPglite } from '../../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openPostgres } from '../../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../../packages/server/src/adapters/store-sql/sql-store.ts';
import type { Batch, BatchAnswer } from '../../packages/server/src/ledger/book-batch.ts';
import { type Books, createBooks } from '../../packages/server/src/ledger/books.ts';
import { createTestApp, SYSTEM, type TestApp } from './app.ts';
import { as, charter, foundFirm } from './firm.ts';

export type Raw = Record<string, unknown>;
export type TestBooks = TestApp & {
  readonly books: Books;
  send(transfers: readonly Raw[], more?: Partial<Batch>): Promise<BatchAnswer>;
};

export const ACCOUNTS: Batch['accounts'] = [
  { account: 'world', owner: 'external', party: 'world', group: null, asset: 'JPY' },
  { account: 'chain', owner: 'external', party: 'world', group: null, asset: 'BTC' },
  { account: 'anna', owner: 'customer', party: 'anna', group: null, asset: 'JPY' },
  { account: 'anna-btc', owner: 'customer', party: 'anna', group: null, asset: 'BTC' },
  { account: 'ben', owner: 'customer', party: 'ben', group: null, asset: 'JPY' },
  { account: 'ben-btc', owner: 'customer', party: 'ben', group: null, asset: 'BTC' },
  { account: 'house', owner: 'house', party: 'minato', group: 'minato', asset: 'JPY' },
  { account: 'house-btc', owner: 'house', party: 'minato', group: 'minato', asset: 'BTC' },
  { account: 'fees', owner: 'fee', party: 'minato', group: 'minato', asset: 'JPY' },
  { account: 'sister', owner: 'affiliate', party: 'sister', group: 'minato', asset: 'JPY' },
  { account: 'sister-btc', owner: 'affiliate', party: 'sister', group: 'minato', asset: 'BTC' },
  { account: 'unknown', owner: 'suspense', party: 'minato', group: null, asset: 'JPY' },
];

export const ASSETS = [
  { asset: 'JPY', name: 'Yen', decimals: 0, kind: 'fiat', chains: [] },
  { asset: 'BTC', name: 'Bitcoin', decimals: 8, kind: 'crypto', chains: [] },
] as const;

export async function defineAssets(t: Pick<TestApp, 'run'>): Promise<void> {
  for (const asset of ASSETS) await t.run('instruments.DefineAsset', asset as unknown as JsonValue, SYSTEM);
}

let batches = 0;

export function batchOf(transfers: readonly Raw[], more: Partial<Batch> = {}): Batch {
  batches += 1;
  const { source = 'test', accounts = [], id = `batch-${batches}` } = more;
  const hash = createHash('sha256')
    .update(JSON.stringify([accounts, transfers]))
    .digest('hex');
  return { source, id, hash, accounts, transfers, ...(more.isGapConfirmed ? { isGapConfirmed: true } : {}) };
}

/** An app with JPY (0 decimals) and BTC (8), the accounts above, and nothing posted. */
export async function createTestBooks(
  journal: Journal = createMemoryJournal(),
  startMs?: number,
  withFlows = false,
): Promise<TestBooks> {
  const t = createTestApp(createMemoryStore(), 1, undefined, startMs);
  await defineAssets(t);
  const books = createBooks(t.app, journal, withFlows);
  const send: TestBooks['send'] = async (transfers, more = {}) =>
    (await books.open('main')).ingest(batchOf(transfers, more));
  await send([], { accounts: ACCOUNTS, id: 'chart' });
  return { ...t, books, send };
}

/** Founds the test firm with these roles beside its own. */
export function foundWithRoles(
  t: TestApp,
  roles: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const base = charter();
  const more = Object.entries(roles).map(([id, holders]) => ({
    id,
    says: { en: id, ja: id },
    seats: holders.length,
    holders: [...holders],
  }));
  return foundFirm(t, { ...base, roles: [...base.roles, ...more] });
}

/** A row; times count up with `seq`. */
export function row(
  seq: number,
  debit: string,
  credit: string,
  amount: string,
  purpose: string,
  more: Raw = {},
): Raw {
  const asset = debit.endsWith('-btc') || debit === 'chain' ? 'BTC' : 'JPY';
  const at = new Date(Date.parse('2026-03-31T00:00:00Z') + seq * 1_000).toISOString();
  return { id: `t-${seq}`, seq, at, debit, credit, asset, amount, purpose, ...more };
}

/** @param place a directory for pglite, a URL for postgres */
export async function openTestStore(kind: string, place: string): Promise<Store> {
  return openSqlStore(kind === 'pglite' ? await openPglite(place) : await openPostgres(place));
}

export async function openTestJournal(kind: string, place: string): Promise<Journal> {
  return kind === 'pglite'
    ? openFileJournal(join(place, 'journal'))
    : openSqlJournal(await openPostgres(place));
}

/** A change of what the books allow: north proposes, east and south approve. */
export async function agreeChange(t: TestApp, change: JsonValue): Promise<void> {
  const asked = await t.run('ledger.ProposeChange', { change, reason: 'test' }, as('north'));
  const { proposal } = (asked as unknown as { result: { proposal: string } }).result;
  for (const who of ['east', 'south'] as const) await t.run('ledger.ApproveChange', { proposal }, as(who));
}
