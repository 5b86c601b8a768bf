/** Times in the journal: days that are none, postings ahead of the clock, and a book that fails beside one that works. */
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { SealedBook } from '@sonae/core/nouns/ledger/views/book.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import { EXPORT_FORMATS, type ExportFormat, exportBook } from '../packages/server/src/ledger/export-books.ts';
import { postingTime } from '../packages/server/src/ledger/posting-time.ts';
import { batchOf, createTestBooks, type Raw, row, type TestBooks } from './support/books.ts';

const deposit = (seq: number, at: string): Raw => row(seq, 'world', 'anna', '5', 'deposit', { at });

const DECIMALS = new Map([
  ['JPY', 0],
  ['BTC', 8],
]);

async function exported(t: TestBooks, format: ExportFormat): Promise<string> {
  let text = '';
  for await (const line of exportBook(await t.books.open('main'), t.books.journal, format, DECIMALS))
    text += line;
  return text;
}

async function sealedBook(t: TestBooks, book: string): Promise<SealedBook> {
  return JSON.parse((await t.app.ports.store.view('ledger.book', book)) ?? 'null') as SealedBook;
}

test.each([
  ['30 February', '2026-02-30T00:00:00Z'],
  ['29 February of no leap year', '2026-02-29T00:00:00+09:00'],
  ['31 April', '2026-04-31 12:00:00+0900'],
  ['a month that is none', '2026-13-01T00:00:00Z'],
  ['hour 25', '2026-03-31T25:00:00Z'],
  ['the last day of year 9999', '9999-12-31T00:00:00Z'],
  ['year 10000 by its zone', '9999-12-31T23:00:00-09:00'],
  ['before 1970', '1969-12-31T23:59:59Z'],
  ['no zone', '2026-03-31T00:00:00'],
])('%s is no time of a posting', async (_, at) => {
  const t = await createTestBooks();
  const answer = await t.send([deposit(1, at)]);
  expect(answer).toMatchObject({ booked: 0, turnedAway: 1, first: [{ rule: 'bad-time' }] });
});

test.each([
  ['29 February of a leap year', '2024-02-29T23:59:59.999999999+09:00', '2024-02-29T14:59:59.999Z'],
  ['the last moment of year 9999', '9999-12-30T23:59:59Z', '9999-12-30T23:59:59Z'],
])('%s is one', async (_, at, says) => {
  const t = await createTestBooks();
  expect(await t.send([deposit(1, at)])).toMatchObject({ booked: 1 });
  expect(await exported(t, 'jsonl')).toContain(`"at":"${says}"`);
});

test('times are read as a date object reads them', () => {
  const digits = (most: number, width: number) =>
    fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(width, '0'));
  const zone = fc.oneof(
    fc.constant('Z'),
    fc
      .tuple(fc.constantFrom('+', '-'), digits(23, 2), fc.constantFrom('', ':'), digits(59, 2))
      .map((z) => z.join('')),
  );
  const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,9}$/));
  const time = fc.tuple(
    digits(9_999, 4),
    digits(13, 2),
    digits(32, 2),
    digits(24, 2),
    digits(60, 2),
    digits(60, 2),
    fraction,
    zone,
  );
  let read = 0;
  fc.assert(
    fc.property(time, ([year, month, day, hour, minute, second, part, ahead]) => {
      const at = `${year}-${month}-${day}T${hour}:${minute}:${second}${part}${ahead}`;
      // A date object wants a colon in the zone, takes 30 February for 2 March and 24:00 for midnight.
      const ms = Date.parse(at.replace(/([+-]\d\d):?(\d\d)$/, '$1:$2'));
      const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
      const isDay = !Number.isNaN(midnight.getTime()) && midnight.getUTCDate() === Number(day);
      const isThere = isDay && hour !== '24' && ms >= 0 && ms < Date.parse('9999-12-31T00:00:00Z');
      if (isThere) read += 1;
      expect([at, postingTime(at)]).toEqual([at, isThere ? ms : null]);
    }),
    { numRuns: 20_000 },
  );
  expect(read).toBeGreaterThan(8_000);
});

test('a posting of the year 9999 is booked and named; the book is still sealed, exported, and not called fresh for ever', async () => {
  const t = await createTestBooks();
  const answer = await t.send([deposit(1, '9999-12-30T23:59:59Z')]);
  expect(answer).toMatchObject({ booked: 1, first: [{ rule: 'future-dated' }] });
  expect(await t.books.seal(true)).toBe(2);
  const { asOf } = await sealedBook(t, 'main');
  expect(asOf <= isoTime(t.clock.now())).toBe(true);
  for (const format of EXPORT_FORMATS) expect(await exported(t, format)).toContain('9999-12-30');
});

test('an entry of which one row cannot be read is turned away, and counted, whole', async () => {
  const t = await createTestBooks();
  const answer = await t.send([
    row(1, 'world', 'anna', '5', 'deposit', { entry: 'e' }),
    row(2, 'world', 'anna', 'five', 'deposit', { entry: 'e' }),
    row(3, 'world', 'anna', '7', 'deposit', { entry: 'e' }),
    row(4, 'world', 'ben', '9', 'deposit'),
  ]);
  expect(answer).toMatchObject({ booked: 1, turnedAway: 3 });
});

test('a number that is none asks for no pages', async () => {
  const t = await createTestBooks();
  await t.send([deposit(1, '2026-03-31T00:00:00Z')]);
  const answer = await t.send([{ ...deposit(2, '2026-03-31T00:00:00Z'), seq: Number.POSITIVE_INFINITY }]);
  expect(answer).toMatchObject({ booked: 0, first: [{ rule: 'bad-row' }] });
  const early = t.send([deposit(3, '2026-03-31T00:00:00Z')]);
  await expect(early).rejects.toMatchObject({ fault: { hint: expect.stringContaining('send 2 first') } });
});

test('a book that cannot be sealed keeps no other from it', async () => {
  const memory = createMemoryJournal();
  let isBroken = false;
  const journal: Journal = {
    ...memory,
    append: (book, frames) =>
      isBroken && book === 'main' ? Promise.reject(new Error('no such disk')) : memory.append(book, frames),
    frames: (book, from) => {
      if (isBroken && book === 'main') throw new Error('no such disk');
      return memory.frames(book, from);
    },
  };
  const t = await createTestBooks(journal);
  await t.books.seal(true);
  const second = await t.books.open('second');
  isBroken = true;
  await expect(t.send([deposit(1, '2026-03-31T00:00:00Z')])).rejects.toThrow('no such disk');
  const accounts = [
    { account: 'world', owner: 'external', party: 'world', group: null, asset: 'JPY' },
    { account: 'anna', owner: 'customer', party: 'anna', group: null, asset: 'JPY' },
  ] as const;
  await second.ingest(batchOf([deposit(1, '2026-03-31T00:00:00Z')], { accounts }));
  await expect(t.books.seal(true)).rejects.toThrow('no such disk');
  expect(await sealedBook(t, 'second')).toMatchObject({ sealedTo: 1, transfers: 1 });
  isBroken = false;
  await t.books.seal(true);
  expect(await t.send([deposit(1, '2026-03-31T00:00:00Z')])).toMatchObject({ booked: 1 });
});
