/**
 * Works off the outbox and keeps calls going until it is killed, or until nothing is left to send. Arguments: directory,
 * address that receives, run number. Each run stands a minute later, so that leases and waits of the last one are over.
 */
import { createApp } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { DELIVER_TARGET } from '@sonae/core/nouns/comms/actions.ts';
import { PERSON_TARGET } from '@sonae/core/nouns/people/actions.ts';
import { nodeSha256 } from '../../packages/server/src/adapters/hash/node-sha256.ts';
import { createSeededRandom } from '../../packages/server/src/adapters/random/seeded-random.ts';
import { openPglite } from '../../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openSqlStore } from '../../packages/server/src/adapters/store-sql/sql-store.ts';
import { createCommsHandlers } from '../../packages/server/src/comms/deliver.ts';
import { readConfig } from '../../packages/server/src/config.ts';
import { type OutboxHandler, pumpOutbox } from '../../packages/server/src/outbox.ts';
import { createPersonHandler } from '../../packages/server/src/reach/deliver-person.ts';
import { SYSTEM, TEST_SIGNER } from './app.ts';

const [dir = '', url = '', run = '0'] = process.argv.slice(2);
const store = await openSqlStore(await openPglite(dir));
const now = (): number => Date.now() + Number(run) * (MINUTE_MS + 1_000);
const app = createApp({
  registry,
  store,
  clock: { kind: 'live', now, surelyPast: now },
  random: createSeededRandom(1_000 + Number(run)),
  signer: TEST_SIGNER,
  sha256: nodeSha256,
});
const plain = readConfig(undefined);
const paging = { ...plain.paging, webhookSecret: 's'.repeat(32), insideWebhooks: true };
/** In the place of mail: says who is told what. */
const post: OutboxHandler = async ({ id, body }) => {
  await fetch(`${url}/notice`, { method: 'POST', body: JSON.stringify({ id, ...JSON.parse(body) }) });
  return { done: true, receipt: 'told' };
};
const handlers = new Map<string, OutboxHandler>([
  ...createCommsHandlers(app, plain),
  [DELIVER_TARGET, post],
  [PERSON_TARGET, createPersonHandler(app, { ...plain, paging })],
]);
await app.submit({ command: 'people.KeepPages', input: {}, actor: SYSTEM });
const end = new AbortController();
const pump = pumpOutbox(app, handlers, end.signal, (error) => process.stderr.write(`${error}\n`));
while ((await store.pendingOutbox()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
end.abort();
await pump;
await store.close();
