/**
 * A journal in PostgreSQL, beside the log: several nodes see one journal, and the number of a frame can be taken once, so
 * that a node that lost the lead cannot write beside the one that has it.
 */
import type { Journal, JournalFrame } from '@sonae/core/ports/journal.ts';
import type { SqlDriver } from '../store-sql/driver.ts';
import { demandNext, journalMoved } from './next-frame.ts';

type FrameRecord = { number: unknown; bytes: Uint8Array };

const READ_AT_ONCE = 16;

/** @param driver a database whose schema the store has brought up to date */
export function openSqlJournal(driver: SqlDriver): Journal {
  return {
    append: (book, frames) =>
      driver.transaction(async (sql) => {
        const [last] = await sql.query<{ last: unknown }>(
          'select coalesce(max(number), 0) as last from journal where book = $1',
          [book],
        );
        demandNext(book, Number(last?.last ?? 0), frames);
        for (const { number, bytes } of frames) {
          const taken = await sql.query(
            'insert into journal values ($1, $2, $3) on conflict do nothing returning number',
            [book, number, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
          );
          if (taken.length === 0) throw journalMoved(book, `frame ${number} is taken`);
        }
      }),
    frames: async function* (book, from): AsyncGenerator<JournalFrame> {
      for (let next = from; ; ) {
        const records = await driver.query<FrameRecord>(
          'select number, bytes from journal where book = $1 and number >= $2 order by number limit $3',
          [book, next, READ_AT_ONCE],
        );
        for (const { number, bytes } of records)
          yield { number: Number(number), bytes: new Uint8Array(bytes) };
        if (records.length < READ_AT_ONCE) return;
        next = Number(records.at(-1)?.number) + 1;
      }
    },
    read: async (book, number) => {
      const [record] = await driver.query<FrameRecord>(
        'select bytes from journal where book = $1 and number = $2',
        [book, number],
      );
      return record === undefined ? undefined : new Uint8Array(record.bytes);
    },
    books: async () =>
      (await driver.query<{ book: string }>('select distinct book from journal order by book')).map(
        ({ book }) => book,
      ),
    close: () => driver.close(),
  };
}
