/** Appends until it is killed; prints `ack SEQ ID` only after the log acknowledged. Arguments: kind, place, run number. */
import { openPglite } from '../../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openPostgres } from '../../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../../packages/server/src/adapters/store-sql/sql-store.ts';
import { createTestApp, SYSTEM } from './app.ts';

const [kind = '', place = '', run = '0'] = process.argv.slice(2);
const store = await openSqlStore(kind === 'pglite' ? await openPglite(place) : await openPostgres(place));
const { run: submit } = createTestApp(store, Number(run));
const at = '2026-04-01T00:00:00Z';

for (let i = 0; ; i += 1) {
  const item = { kind: 'bar', openAt: i, close: Number(run) };
  const outcomes = await Promise.all([
    submit('incidents.Declare', { title: `run ${run} number ${i}`, severity: 'minor' }),
    submit('prices.RecordBars', { feed: 'f', from: at, to: at, items: [item] }, SYSTEM),
  ]);
  for (const outcome of outcomes) {
    if (outcome.status === 'done')
      for (const fact of outcome.facts) process.stdout.write(`ack ${fact.seq} ${fact.id}\n`);
  }
}
