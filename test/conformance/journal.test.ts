/** One suite for every journal: order, durability, all or nothing; and what the file does with a torn or damaged end. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Journal } from '@sonae/core/ports/journal.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFileJournal } from '../../packages/server/src/adapters/journal/file-journal.ts';
import { createMemoryJournal } from '../../packages/server/src/adapters/journal/memory-journal.ts';
import { openSqlJournal } from '../../packages/server/src/adapters/journal/sql-journal.ts';
import { openPostgres } from '../../packages/server/src/adapters/store-sql/postgres-driver.ts';
import { openSqlStore } from '../../packages/server/src/adapters/store-sql/sql-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const frame = (number: number, size = 100): { number: number; bytes: Uint8Array } => ({
  number,
  bytes: new Uint8Array(size).fill(number),
});

async function all(journal: Journal, book = 'main', from = 1): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { number, bytes } of journal.frames(book, from)) {
    expect(bytes.every((byte) => byte === number)).toBe(true);
    numbers.push(number);
  }
  return numbers;
}

let postgres: TestPostgres;
const dirs: string[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.stop();
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-journal-'));
  dirs.push(dir);
  return dir;
}

async function openOf(kind: string): Promise<() => Promise<Journal>> {
  if (kind === 'memory') {
    const journal = createMemoryJournal();
    return async () => journal;
  }
  if (kind === 'file') {
    const dir = newDir();
    return () => openFileJournal(dir);
  }
  const url = await postgres.create(`journal_${dirs.length}_${Math.floor(performance.now())}`);
  await (await openSqlStore(await openPostgres(url))).close();
  return async () => openSqlJournal(await openPostgres(url));
}

describe.each(['memory', 'file', 'postgres'])('%s', (kind) => {
  test('frames come back in order, also after it was opened again', async () => {
    const open = await openOf(kind);
    const journal = await open();
    await journal.append('main', [frame(1), frame(2, 70_000)]);
    await journal.append('main', [frame(3)]);
    await journal.append('other', [frame(1)]);
    expect(await all(journal)).toEqual([1, 2, 3]);
    await journal.close();
    const again = await open();
    expect(await again.books()).toEqual(['main', 'other']);
    expect(await all(again, 'main', 2)).toEqual([2, 3]);
    expect((await again.read('main', 2))?.length).toBe(70_000);
    expect(await again.read('main', 4)).toBeUndefined();
    await again.close();
  });

  test('a number that is not the next one is refused, and nothing of that write is kept', async () => {
    const open = await openOf(kind);
    const journal = await open();
    await journal.append('main', [frame(1)]);
    for (const frames of [[frame(1)], [frame(3)], [frame(2), frame(4)]])
      await expect(journal.append('main', frames)).rejects.toMatchObject({
        fault: { code: 'journal.moved' },
      });
    expect(await all(journal)).toEqual([1]);
    await journal.close();
  });
});

test('two nodes on one PostgreSQL: one of them gets the number', async () => {
  const open = await openOf('postgres');
  const [a, b] = [await open(), await open()];
  const outcomes = await Promise.allSettled([a.append('main', [frame(1)]), b.append('main', [frame(1)])]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await all(a)).toEqual([1]);
  await a.close();
  await b.close();
});

describe('a file that a crash or a disk left behind', () => {
  async function written(): Promise<{ dir: string; path: string }> {
    const dir = newDir();
    const journal = await openFileJournal(dir);
    await journal.append('main', [frame(1), frame(2), frame(3)]);
    await journal.close();
    return { dir, path: join(dir, readdirSync(dir)[0] as string) };
  }

  test.each([1, 50, 107])('a tail that lacks %i bytes is cut off', async (missing) => {
    const { dir, path } = await written();
    truncateSync(path, readFileSync(path).length - missing);
    const journal = await openFileJournal(dir);
    expect(await all(journal)).toEqual([1, 2]);
    await journal.append('main', [frame(3)]);
    expect(await all(journal)).toEqual([1, 2, 3]);
    await journal.close();
  });

  test('zeros behind the last frame are cut off', async () => {
    const { dir, path } = await written();
    appendFileSync(path, new Uint8Array(4_096));
    const journal = await openFileJournal(dir);
    expect(await all(journal)).toEqual([1, 2, 3]);
    await journal.close();
  });

  test('damage in the middle is not repaired but named', async () => {
    const { dir, path } = await written();
    const bytes = readFileSync(path);
    bytes[150] = 255;
    writeFileSync(path, bytes);
    const journal = await openFileJournal(dir);
    await expect(all(journal)).rejects.toMatchObject({ fault: { code: 'store.damaged' } });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});
