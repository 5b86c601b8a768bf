/** Embedded PostgreSQL (PGlite) in a data directory that one process at a time may hold. */
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { asFault, type Sql, type SqlDriver } from './driver.ts';

/**
 * Names the directory of an empty cluster, made by the same version, that new ones are copied from: whoever opens
 * hundreds of them need not wait for initdb each time.
 */
export const TEMPLATE_VARIABLE = 'SONAE_PGLITE_TEMPLATE';

/** @param dir the directory of the database, or null for one in memory */
export async function openPglite(dir: string | null): Promise<SqlDriver> {
  const unlock = dir === null ? () => undefined : lockDirectory(dir);
  try {
    if (dir === null) return createDriver(await PGlite.create(), unlock);
    const cluster = join(dir, 'pg');
    const template = process.env[TEMPLATE_VARIABLE];
    if (template !== undefined && !existsSync(cluster)) cpSync(template, cluster, { recursive: true });
    return createDriver(await PGlite.create(cluster), unlock);
  } catch (error) {
    unlock();
    throw new FaultError(
      'store.unavailable',
      `the embedded database did not open: ${(error as Error).message}`,
      `check ${dir}`,
      error,
    );
  }
}

function createDriver(db: PGlite, unlock: () => void): SqlDriver {
  const on = (target: Pick<PGlite, 'query'>): Sql => ({
    query: async <Row>(text: string, params: readonly unknown[] = []) =>
      (await asFault(() => target.query<Row>(text, [...params]))).rows,
  });
  return {
    ...on(db),
    kind: 'pglite',
    script: async (text) => {
      await db.exec(text);
    },
    transaction: (work) => inTransaction(db, (tx) => work(on(tx))),
    listen: async (channel, listener) => {
      await db.listen(channel, listener);
    },
    // One process owns the directory, so it leads.
    tryLock: async () => true,
    close: async () => {
      await db.close();
      unlock();
    },
  };
}

/** What the work itself throws goes through as it is; what begin and commit throw is the database failing. */
async function inTransaction<T>(db: PGlite, work: (tx: Pick<PGlite, 'query'>) => Promise<T>): Promise<T> {
  const done = await asFault(() =>
    db.transaction(async (tx): Promise<{ result: T } | { failure: unknown }> => {
      try {
        return { result: await work(tx as unknown as Pick<PGlite, 'query'>) };
      } catch (failure) {
        await tx.rollback();
        return { failure };
      }
    }),
  );
  if ('failure' in done) throw done.failure;
  return done.result;
}

/** PGlite does not protect its files: two processes on one directory would ruin them. */
function lockDirectory(dir: string): () => void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'sonae.lock');
  const held = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
  if (held > 0 && held !== process.pid && isAlive(held)) {
    throw new FaultError(
      'store.in-use',
      `process ${held} holds ${dir}`,
      'stop it, or choose another --data directory',
    );
  }
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, String(process.pid));
  closeSync(file);
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
