/** A journal in memory, for tests. */
import type { Journal, JournalFrame } from '@sonae/core/ports/journal.ts';
import { demandNext } from './next-frame.ts';

export function createMemoryJournal(): Journal {
  const books = new Map<string, Uint8Array[]>();
  const framesOf = (book: string): Uint8Array[] => books.get(book) ?? [];
  return {
    append: async (book, frames) => {
      demandNext(book, framesOf(book).length, frames);
      books.set(book, [...framesOf(book), ...frames.map(({ bytes }) => bytes.slice())]);
    },
    frames: async function* (book, from): AsyncGenerator<JournalFrame> {
      for (const [n, bytes] of framesOf(book).entries())
        if (n + 1 >= from) yield { number: n + 1, bytes: bytes.slice() };
    },
    read: async (book, number) => framesOf(book)[number - 1]?.slice(),
    books: async () => [...books.keys()].sort(),
    close: async () => undefined,
  };
}
