/** Putting a node together from configuration: store, key, clock, app, watched assets. The only place that knows all. */

import { join } from 'node:path';
import { type App, createApp } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { rebuildViews } from '@sonae/core/app/project.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { Fact } from '@sonae/core/log/fact.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import type { Clock } from '@sonae/core/ports/clock.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import type { LogSigner } from '@sonae/core/ports/signer.ts';
import type { FactReader, Store } from '@sonae/core/ports/store.ts';
import type { FeedSpec } from '@sonae/core/ports/venue.ts';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { nodeSha256 } from './adapters/hash/node-sha256.ts';
import { openFileJournal } from './adapters/journal/file-journal.ts';
import { openSqlJournal } from './adapters/journal/sql-journal.ts';
import { createSystemRandom } from './adapters/random/random.ts';
import { signerFromFile } from './adapters/signer/ed25519-signer.ts';
import { openPglite } from './adapters/store-sql/pglite-driver.ts';
import { openPostgres } from './adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from './adapters/store-sql/sql-store.ts';
import { type Config, limitsOf } from './config.ts';
import type { DataDir } from './data-dir.ts';
import { createWatchedAsset, type WatchedAsset } from './runtime.ts';

const EVIDENCE_LIVE_MS = MINUTE_MS;
const EVIDENCE_REPLAY_MS = 30 * MINUTE_MS;
const REBUILD_PAGE = 1_000;

/** The store of this configuration: PostgreSQL when named, otherwise PGlite in the data directory. */
export async function openStore(config: Config, data: DataDir): Promise<Store> {
  const url = config.store.postgres;
  return openSqlStore(url === undefined ? await openPglite(data.dir) : await openPostgres(url));
}

/** The journal of books: in PostgreSQL when the store is there, otherwise in files of the data directory. */
export async function openJournal(config: Config, data: DataDir): Promise<Journal> {
  const url = config.store.postgres;
  if (url !== undefined) return openSqlJournal(await openPostgres(url));
  return openFileJournal(join(data.dir, 'journal'));
}

/** Opens store and key, refuses a log that another key signed, and brings views up to date with today's folds. */
export async function openApp(
  config: Config,
  data: DataDir,
  clockFor: (store: Store) => Promise<Clock>,
  onDefect: (error: unknown, command: string) => void,
): Promise<App> {
  const signer = signerFromFile(data.keyPath, config.origin);
  const store = await openStore(config, data);
  try {
    await checkOwnLog(store, signer);
    await refreshViews(store);
    const clock = await clockFor(store);
    return createApp({
      registry,
      store,
      clock,
      random: createSystemRandom(),
      signer,
      sha256: nodeSha256,
      onDefect,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function checkOwnLog(store: Store, signer: LogSigner): Promise<void> {
  const { checkpoint, frontier } = await store.head();
  if (frontier.size === 0) return;
  try {
    openCheckpoint(checkpoint, ed25519Verifier(signer.verifierKey));
  } catch (error) {
    throw new FaultError(
      'store.foreign-log',
      `the log in the store is not signed by ${signer.verifierKey}`,
      'use the data directory (key) and origin that this log was written with',
      error,
    );
  }
}

/** Rebuilds every view from the log when a fold has changed since the store was written. */
export async function refreshViews(store: Store): Promise<void> {
  if ((await store.viewsFingerprint()) === registry.fingerprint) return;
  await store.replaceViews(registry.fingerprint, (facts) => rebuildViews(registry, readAllFacts(facts)));
}

/** All facts in order, upcast, page by page. */
export async function* readAllFacts(facts: FactReader): AsyncGenerator<Fact> {
  for (let from = 0; ; from += REBUILD_PAGE) {
    const rows = await facts({ from, limit: REBUILD_PAGE });
    for (const row of rows) yield decodeFact(row.text, registry.facts);
    if (rows.length < REBUILD_PAGE) return;
  }
}

/** A watched asset with the configured limits. */
export function watchAsset(
  config: Config,
  asset: string,
  peg: string,
  feeds: readonly FeedSpec[],
  live: boolean,
): WatchedAsset {
  const { prices, peg: pegLimits } = limitsOf(config);
  const evidenceMs = live ? EVIDENCE_LIVE_MS : EVIDENCE_REPLAY_MS;
  return createWatchedAsset({ asset, peg, feeds, priceLimits: prices, pegLimits, evidenceMs });
}
