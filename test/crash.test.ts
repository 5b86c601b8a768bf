/** kill -9 in the middle of appending, again and again: nothing acknowledged is lost, and the log always verifies. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registry } from '@sonae/core/app/modules.ts';
import { rebuildViews } from '@sonae/core/app/project.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import { createExportVerifier } from '@sonae/proof/log-export';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPglite } from '../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openPostgres } from '../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import { readAllFacts } from '../packages/server/src/compose.ts';
import { exportLines, NODE_ENGINES } from '../packages/server/src/log-file.ts';
import { TEST_SIGNER } from './support/app.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';

const KILLS = 20;
const PROGRAM = fileURLToPath(new URL('support/append-forever.ts', import.meta.url));

/** Runs the appender and kills it at a random moment after its first acknowledgement. */
async function appendAndKill(kind: string, place: string, run: number): Promise<Map<string, number>> {
  const child = spawn(process.execPath, [PROGRAM, kind, place, String(run)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const acknowledged = new Map<string, number>();
  let rest = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    if (acknowledged.size === 0 && lines.length > 0)
      setTimeout(() => child.kill('SIGKILL'), 5 + ((run * 37) % 150));
    for (const line of lines) {
      const [, seq, id = ''] = line.split(' ');
      acknowledged.set(id, Number(seq));
    }
  });
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  expect(errors).toBe('');
  expect(acknowledged.size).toBeGreaterThan(0);
  return acknowledged;
}

async function checkWhole(store: Store, acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const rows = new Map<string, number>();
  for await (const fact of readAllFacts(store.facts)) rows.set(fact.id, fact.seq);
  for (const [id, seq] of acknowledged) expect(rows.get(id)).toBe(seq);
  const verifier = createExportVerifier({ pinnedVkey: TEST_SIGNER.verifierKey, ...NODE_ENGINES });
  for await (const line of exportLines(store, TEST_SIGNER)) verifier.push(new TextEncoder().encode(line));
  expect(verifier.end().size).toBe(rows.size);
  for (const row of await rebuildViews(registry, readAllFacts(store.facts))) {
    expect(await store.view(row.view, row.key)).toBe(row.text);
  }
}

describe('kill -9 while appending', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  test.each(['pglite', 'postgres'])(
    `${KILLS} times on %s`,
    async (kind) => {
      const dir = mkdtempSync(join(tmpdir(), 'sonae-crash-'));
      const place = kind === 'pglite' ? dir : await postgres.create('crash');
      const acknowledged = new Map<string, number>();
      for (let run = 0; run < KILLS; run += 1) {
        for (const [id, seq] of await appendAndKill(kind, place, run)) acknowledged.set(id, seq);
      }
      const store = await openSqlStore(kind === 'pglite' ? await openPglite(dir) : await openPostgres(place));
      await checkWhole(store, acknowledged);
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
    300_000,
  );
});
