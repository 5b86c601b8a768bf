/** The peer of the books: PostgreSQL with checked balances. */
import type { Columns } from '@sonae/core/nouns/ledger/engine/columns.ts';
import pg from 'pg';

/** What a database does when asked the same: keep each transfer once, move both balances, let none fall below zero. */
export async function postgresChecked(
  url: string,
  accounts: number,
  batches: readonly Columns[],
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    create table transfers (id uuid primary key, debit int not null, credit int not null, amount numeric(39,0) not null, at bigint not null);
    create table balances (account int primary key, balance numeric(39,0) not null, open boolean not null, check (open or balance >= 0));
    insert into balances select n, 0, n = 0 from generate_series(0, ${accounts}) n;
  `);
  for (const { count, id, debit, credit, amount, at } of batches) {
    const ids: string[] = [];
    const [debits, credits, amounts, times]: number[][] = [[], [], [], []];
    for (let i = 0; i < count; i += 1) {
      const hex = [3, 2, 1, 0]
        .map((lane) => (id[i * 4 + lane] as number).toString(16).padStart(8, '0'))
        .join('');
      ids.push(hex);
      debits?.push(debit[i] as number);
      credits?.push(credit[i] as number);
      amounts?.push(amount[i * 4] as number);
      times?.push(at[i] as number);
    }
    await client.query('begin');
    await client.query(
      `with new as (
         insert into transfers select * from unnest($1::uuid[], $2::int[], $3::int[], $4::numeric[], $5::bigint[])
         on conflict do nothing returning debit, credit, amount)
       update balances b set balance = balance + m.change from (
         select account, sum(change) as change from (
           select debit as account, -amount as change from new union all select credit, amount from new) x
         group by account) m
       where b.account = m.account`,
      [ids, debits, credits, amounts, times],
    );
    await client.query('commit');
  }
  await client.end();
}
