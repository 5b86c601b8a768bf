/**
 * Before all tests, for the processes that they start too: one empty embedded database that others are copied from, and a
 * place for compiled code, so that a hundred starts do not compile the same program a hundred times.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { TEMPLATE_VARIABLE } from '../../packages/server/src/adapters/store-sql/pglite-driver.ts';

export async function setup(): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-cluster-'));
  const cluster = join(dir, 'pg');
  await (await PGlite.create(cluster)).close();
  process.env[TEMPLATE_VARIABLE] = cluster;
  process.env.NODE_COMPILE_CACHE ??= join(dir, 'compiled');
  return () => rmSync(dir, { recursive: true, force: true });
}
