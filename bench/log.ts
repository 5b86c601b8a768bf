/**
 * The log: appending by group commit on a real PostgreSQL beside a plain bulk INSERT of the same bytes, inclusion
 * proofs from tiles, and verifying a log of a million leaves beside the plain SHA-256 rate.
 */
import { type App, createApp } from '@sonae/core/app/handle.ts';
import { buildRegistry } from '@sonae/core/app/registry.ts';
import { defineCommand, defineModule } from '@sonae/core/log/define.ts';
import { defineFact, newFact } from '@sonae/core/log/fact.ts';
import { defineView, ref } from '@sonae/core/log/stream.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import { toHex, utf8Encode } from '@sonae/proof/bytes';
import {
  appendLeaves,
  emptyFrontier,
  frontierRoot,
  inclusionProof,
  leafHash,
  nodesForInclusion,
  verifyInclusion,
} from '@sonae/proof/merkle';
import { nodeReaderFromTiles } from '@sonae/proof/tiles';
import pg from 'pg';
import { z } from 'zod';
import { liveClock } from '../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { createSystemRandom } from '../packages/server/src/adapters/random/random.ts';
import { signerFromSeed } from '../packages/server/src/adapters/signer/ed25519-signer.ts';
import { openPglite } from '../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openPostgres } from '../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import { readTiles, tileName } from '../packages/server/src/public-log.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { quantile, type Result, ratePerSecond } from './measure.ts';

const FACTS = 100_000;
const LEAVES = 1_000_000;
const STREAMS = 500;
const IN_FLIGHT = 4_000;

const noted = defineFact({
  name: 'bench.Noted',
  version: 1,
  schema: z.object({ stream: z.string(), text: z.string(), n: z.number() }).strict(),
  says: { en: 'Something was noted.', ja: '記録した。' },
});
const counts = defineView<{ count: number }>({
  name: 'bench.counts',
  version: 1,
  folds: [noted.name],
  initial: () => ({ count: 0 }),
  keysOf: (fact) => [fact.stream],
  apply: (state) => ({ count: state.count + 1 }),
});
const note = defineCommand({
  name: 'bench.Note',
  says: { en: 'Note something.', ja: '記録する。' },
  input: z.object({ stream: z.string(), text: z.string(), n: z.number() }).strict(),
  by: ['operator'],
  refusals: {},
  reads: (input) => ({ counts: ref(counts, input.stream) }),
  decide: (input) => ({ facts: [newFact(noted, input.stream, input)] }),
});
const registry = buildRegistry([
  defineModule({
    noun: 'bench',
    says: { en: 'Bench.', ja: '計測。' },
    facts: [noted],
    views: [counts],
    commands: [note],
  }),
]);

const TEXT = 'a sentence of the length that facts usually have, with a price of 0.9965 and a reason';

function appOn(store: Store): App {
  const signer = signerFromSeed(new Uint8Array(32).fill(9), 'bench.sonae.invalid');
  return createApp({
    registry,
    store,
    clock: liveClock,
    random: createSystemRandom(),
    signer,
    sha256: nodeSha256,
  });
}

/** Many callers at once, each waiting for its own acknowledgement, as HTTP clients do. */
async function appendAll(app: App, total: number): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < total; n = next++) {
      const input = { stream: `s${n % STREAMS}`, text: TEXT, n };
      await app.submit({ command: 'bench.Note', input, actor: { id: 'bench', kind: 'operator' } });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
}

/** The floor: the same bytes into a plain table of the same columns, in batches of the same size. */
async function plainInsert(url: string, store: Store): Promise<number> {
  const rows = await store.facts({ limit: FACTS });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    'create table plain (seq bigint primary key, id text, stream text, body text, salt bytea, entry bytea)',
  );
  const rate = await ratePerSecond(rows.length, async () => {
    for (let i = 0; i < rows.length; i += 2_000) {
      const page = rows.slice(i, i + 2_000);
      await client.query(
        `insert into plain select s, i, st, b, decode(a, 'hex'), decode(e, 'hex')
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as t (s, i, st, b, a, e)`,
        [
          page.map((r) => r.seq),
          page.map((r) => r.id),
          page.map((r) => r.stream),
          page.map((r) => r.text),
          page.map((r) => toHex(r.salt)),
          page.map((r) => toHex(r.entry)),
        ],
      );
    }
  });
  await client.end();
  return rate;
}

async function proofTimes(store: Store): Promise<number[]> {
  const { frontier } = await store.head();
  const times: number[] = [];
  for (let n = 0; n < 300; n += 1) {
    const index = (n * 7_919) % frontier.size;
    const startedAt = performance.now();
    const tiles = await readTiles(store, nodesForInclusion(index, frontier.size));
    const read = nodeReaderFromTiles(
      (level, tile) => tiles.get(tileName({ level, index: tile })) as Uint8Array,
      nodeSha256,
    );
    inclusionProof(index, frontier.size, read, nodeSha256);
    times.push(performance.now() - startedAt);
  }
  return times;
}

async function hashing(): Promise<{ verify: number; plain: number; check: number }> {
  const entries = Array.from({ length: LEAVES }, (_, i) => nodeSha256(utf8Encode(`entry ${i}`)));
  const message = new Uint8Array(65).fill(1);
  // A log of n leaves takes n leaf hashes and n - 1 node hashes; the plain rate is of messages of a node's size.
  const plain = await ratePerSecond(LEAVES, () => {
    for (let i = 0; i < LEAVES; i += 1) nodeSha256(message);
  });
  let root = new Uint8Array(0);
  const hashes = await ratePerSecond(2 * LEAVES, () => {
    const leaves = entries.map((entry) => leafHash(entry, nodeSha256));
    root = new Uint8Array(
      frontierRoot(appendLeaves(emptyFrontier, leaves, undefined, nodeSha256), nodeSha256),
    );
  });
  const leaf = leafHash(entries[0] as Uint8Array, nodeSha256);
  const startedAt = performance.now();
  verifyInclusion({ index: 0, size: 1, leaf, proof: [], root: leaf }, nodeSha256);
  return { verify: hashes, plain, check: root.length === 32 ? performance.now() - startedAt : Number.NaN };
}

export async function benchLog(progress: (line: string) => void): Promise<Result> {
  const postgres = await startPostgres();
  try {
    const url = await postgres.create('bench');
    const store = await openSqlStore(await openPostgres(url));
    progress(`append ${FACTS} facts on PostgreSQL`);
    await appendAll(appOn(store), 5_000);
    const app = appOn(store);
    const append = await ratePerSecond(FACTS, () => appendAll(app, FACTS));
    await app.stop();
    progress('plain insert of the same bytes');
    const plain = await plainInsert(url, store);
    progress('inclusion proofs');
    const times = await proofTimes(store);
    await store.close();
    progress('append on PGlite, in memory');
    const embedded = await openSqlStore(await openPglite(null));
    const pglite = await ratePerSecond(20_000, () => appendAll(appOn(embedded), 20_000));
    await embedded.close();
    progress(`hash a log of ${LEAVES} leaves`);
    const { verify, plain: sha } = await hashing();
    return {
      rows: [
        { id: 'append, PostgreSQL, group commit', value: append, unit: 'facts/s' },
        { id: 'plain bulk INSERT of the same bytes', value: plain, unit: 'rows/s' },
        { id: 'append, PGlite in memory', value: pglite, unit: 'facts/s' },
        { id: 'inclusion proof from PostgreSQL tiles, p50', value: quantile(times, 0.5), unit: 'ms' },
        { id: 'inclusion proof from PostgreSQL tiles, p99', value: quantile(times, 0.99), unit: 'ms' },
        { id: 'verify a log of 1M leaves', value: verify, unit: 'hashes/s' },
        { id: 'plain SHA-256 of 65 bytes', value: sha, unit: 'hashes/s' },
      ],
      ratios: [
        { id: 'append / plain INSERT', value: append / plain },
        { id: 'append / goal of 20,000 a second', value: append / 20_000 },
        { id: 'verify / plain SHA-256', value: verify / sha },
      ],
    };
  } finally {
    await postgres.stop();
  }
}
