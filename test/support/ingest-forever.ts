/** Books batches until it is killed: `ingest-forever.ts pglite DIR RUN` or `postgres URL RUN`. Prints what was acknowledged. */
import { createApp } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { liveClock } from '../../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../../packages/server/src/adapters/hash/node-sha256.ts';
import { createSystemRandom } from '../../packages/server/src/adapters/random/random.ts';
import { createBooks } from '../../packages/server/src/ledger/books.ts';
import { TEST_SIGNER } from './app.ts';
import { ACCOUNTS, batchOf, defineAssets, openTestJournal, openTestStore, type Raw, row } from './books.ts';

const [kind = '', place = '', run = '0'] = process.argv.slice(2);
const store = await openTestStore(kind, place);
const app = createApp({
  registry,
  store,
  clock: liveClock,
  random: createSystemRandom(),
  signer: TEST_SIGNER,
  sha256: nodeSha256,
});
await defineAssets({
  run: (command, input, actor) => app.submit({ command, input, actor: actor ?? { id: 'x', kind: 'system' } }),
});
const books = createBooks(app, await openTestJournal(kind, place));
const ledger = await books.open('main');
await ledger.ingest(batchOf([], { accounts: ACCOUNTS, id: 'chart' }));
/** What stands under a number, whoever sends it: some of them take what nobody lent. */
const posting = (seq: number): Raw =>
  seq % 41 === 0 ? row(seq, 'sister', 'world', '1', 'withdrawal') : row(seq, 'world', 'anna', '1', 'deposit');

for (let n = 0; ; n += 1) {
  const from = ledger.book().nextSeq;
  // Some of what the run before sent last is sent again: nobody knows what arrived.
  const first = Math.max(1, n === 0 ? from - 7 : from);
  const rows = Array.from({ length: 40 }, (_, k) => posting(first + k));
  const answer = await ledger.ingest(batchOf(rows, { id: `run-${run}-${n}` }));
  process.stdout.write(`${answer.nextSeq}\n`);
  if (n % 3 === 2) await books.seal(n % 6 === 5);
}
