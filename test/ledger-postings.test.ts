/** Drilling down: pages of an account's postings, what each costs, and where going back ends. */
import type { Journal } from '@sonae/core/ports/journal.ts';
import { beforeEach, expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import type { LedgerBook } from '../packages/server/src/ledger/ledger-book.ts';
import { postingsOf } from '../packages/server/src/ledger/read-book.ts';
import { createTestBooks, row } from './support/books.ts';

const FRAMES = 20;
const PER_FRAME = 6;
let reads: number;
let journal: Journal;
let ledger: LedgerBook;

/** In each frame two postings of anna, one of them a credit, and four of others. */
beforeEach(async () => {
  const memory = createMemoryJournal();
  journal = {
    ...memory,
    read: (book, number) => {
      reads += 1;
      return memory.read(book, number);
    },
  };
  const t = await createTestBooks(journal);
  for (let frame = 0; frame < FRAMES; frame += 1) {
    const at = frame * PER_FRAME;
    await t.send([
      row(at + 1, 'world', 'anna', '100', 'deposit'),
      row(at + 2, 'world', 'ben', '100', 'deposit'),
      row(at + 3, 'anna', 'ben', '1', 'transfer'),
      row(at + 4, 'ben', 'world', '1', 'withdrawal'),
      row(at + 5, 'world', 'ben', '100', 'deposit'),
      row(at + 6, 'ben', 'world', '1', 'withdrawal'),
    ]);
  }
  ledger = await t.books.open('main');
  reads = 0;
});
const ids = (from: number, to: number): string[] =>
  Array.from({ length: FRAMES }, (_, n) => n)
    .reverse()
    .filter((frame) => frame >= from && frame < to)
    .flatMap((frame) => [`t-${frame * PER_FRAME + 3}`, `t-${frame * PER_FRAME + 1}`]);
const readPage = async (page: Parameters<typeof postingsOf>[3], account = 'anna') => {
  const found = await postingsOf(ledger, journal, account, page);
  if (found === null) throw new Error('the account is not there');
  return { ids: found.postings.map(({ id }) => id), next: found.next };
};

test.each([1, 2, 3, 7, 40])(
  'pages of %i make the whole, and the last costs no more than the first',
  async (limit) => {
    const all: string[] = [];
    for (let before: number | undefined; ; ) {
      reads = 0;
      const page = await readPage({ before, limit });
      expect(reads).toBeLessThanOrEqual(Math.ceil(limit / 2) + 2);
      all.push(...page.ids);
      if (page.next === null) break;
      before = page.next;
    }
    expect(all).toEqual(ids(0, FRAMES));
  },
);

test('going back ends with the frame that can hold the first posting of that time', async () => {
  const since = Date.parse('2026-03-31T00:00:00Z') + (15 * PER_FRAME + 4) * 1_000;
  expect(await readPage({ since, limit: 1_000 })).toEqual({ ids: ids(15, FRAMES), next: null });
  expect(reads).toBe(5);
  expect(await readPage({ since: since + 86_400_000, limit: 10 })).toEqual({ ids: [], next: null });
  expect(await readPage({ since, limit: 10, before: 14 * PER_FRAME })).toEqual({ ids: [], next: null });
});

test('a posting of others, or one that is not there, begins no page', async () => {
  for (const before of [1, 5, FRAMES * PER_FRAME, 2 ** 40])
    await expect(readPage({ before, limit: 5 })).rejects.toThrow(`before: ${before} is no posting of anna`);
  expect(await postingsOf(ledger, journal, 'nobody', { limit: 5 })).toBeNull();
});
