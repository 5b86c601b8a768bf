/** kill -9 while postings arrive, again and again: nothing acknowledged is lost, nothing counted twice, each seal once. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { balanceOf } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import type { SealedBook } from '@sonae/core/nouns/ledger/views/book.ts';
import { toHex } from '@sonae/proof/bytes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveClock } from '../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { createSystemRandom } from '../packages/server/src/adapters/random/random.ts';
import { readAllFacts } from '../packages/server/src/compose.ts';
import { createBooks } from '../packages/server/src/ledger/books.ts';
import { postingsOf } from '../packages/server/src/ledger/read-book.ts';
import { TEST_SIGNER } from './support/app.ts';
import { openTestJournal, openTestStore } from './support/books.ts';
import { startPostgres, type TestPostgres } from './support/postgres.ts';

const KILLS = 20;
const PROGRAM = fileURLToPath(new URL('support/ingest-forever.ts', import.meta.url));

/** Runs the program, kills it at some moment after its first acknowledgement; answers with the highest number it was told. */
async function ingestAndKill(kind: string, place: string, run: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, kind, place, String(run)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [acknowledged, rest, errors] = [0, '', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    if (acknowledged === 0 && lines.length > 0)
      setTimeout(() => child.kill('SIGKILL'), 5 + ((run * 37) % 120));
    acknowledged = Math.max(acknowledged, ...lines.map(Number));
  });
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  expect(errors).toBe('');
  expect(acknowledged).toBeGreaterThan(0);
  return acknowledged;
}

describe('kill -9 while postings arrive', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  test.concurrent.each(['pglite', 'postgres'])(
    `${KILLS} times on %s`,
    async (kind) => {
      const dir = mkdtempSync(join(tmpdir(), 'sonae-ledger-crash-'));
      const place = kind === 'pglite' ? dir : await postgres.create('ledger_crash');
      let acknowledged = 0;
      for (let run = 0; run < KILLS; run += 1)
        acknowledged = Math.max(acknowledged, await ingestAndKill(kind, place, run));
      const store = await openTestStore(kind, place);
      const ports = { registry, store, clock: liveClock, random: createSystemRandom(), signer: TEST_SIGNER };
      const app = createApp({ ...ports, sha256: nodeSha256 });
      const journal = await openTestJournal(kind, place);
      const books = createBooks(app, journal);
      const ledger = await books.open('main');
      await books.seal(true);
      const { accounts, nextSeq, ids } = ledger.book();
      expect(nextSeq).toBeGreaterThanOrEqual(acknowledged);
      // Every number from 1 on is there once: one unit each, in the account or out of the sister's.
      const of = (name: string): bigint => balanceOf(accounts, accounts.handles.get(name) as number);
      expect(of('anna') - of('sister')).toBe(BigInt(nextSeq - 1));
      expect(ids.count).toBe(nextSeq - 1);
      const sealed = JSON.parse((await store.view('ledger.book', 'main')) ?? '{}') as SealedBook;
      expect(sealed).toMatchObject({ transfers: nextSeq - 1, nextSeq, sealedTo: ledger.written().number });
      expect(sealed.head).toBe(toHex(ledger.written().hash));
      // Every withdrawal of the sister broke the rule; each stands in the log once.
      expect(sealed.violations).toBe(Number(-of('sister')));
      const named: string[] = [];
      for await (const fact of readAllFacts(store.facts)) {
        if (!fact.type.startsWith('ledger.ViolationsDetected')) continue;
        const { root } = fact.body as { root: string };
        for (const item of (await store.evidence(root)) ?? [])
          named.push((JSON.parse(item) as { id: string }).id);
      }
      expect(new Set(named).size).toBe(named.length);
      expect(named.length).toBe(Number(-of('sister')));
      const drill = await postingsOf(ledger, journal, 'sister', { limit: 10_000 });
      expect(drill?.postings.map(({ id }) => id).sort()).toEqual([...named].sort());
      await books.close();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
    300_000,
  );
});
