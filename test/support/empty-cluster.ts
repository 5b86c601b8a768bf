/** Before all tests: one empty embedded database that the others are copied from, in the processes they start too. */
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
  return () => rmSync(dir, { recursive: true, force: true });
}
