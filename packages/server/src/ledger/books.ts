/** All books of a node: opened from the journal when first asked for, sealed into the log while they grow. */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import { bookId } from '@sonae/core/nouns/ledger/facts/words.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import { type LedgerBook, openLedgerBook } from './ledger-book.ts';
import { sealedStateOf, sealFrames, stateFlows } from './seal-frames.ts';

export const BOOKS_MAX = 50;
/** Sums go over every account: not with every seal. */
const TOTALS_EVERY_MS = 5 * SECOND_MS;

export type Books = {
  readonly journal: Journal;
  /** Opens the book, or makes it. Throws `input.invalid` for an id that is none. */
  open(id: string): Promise<LedgerBook>;
  /** Ids of all books, opened or not. */
  list(): Promise<string[]>;
  /** Seals what is durable in every opened book. Sums are stated when asked for, or every few seconds. */
  seal(withTotals?: boolean): Promise<number>;
  close(): Promise<void>;
};

/** @param withFlows tells reserves what customers brought and took, as the journal has it */
export function createBooks(app: App, journal: Journal, withFlows = false): Books {
  const opened = new Map<string, Promise<LedgerBook>>();
  /** When the books were last summed up, and after which frame. */
  const summed = new Map<string, { at: number; frame: number }>();
  let sealing: Promise<number> = Promise.resolve(0);

  async function openNew(id: string): Promise<LedgerBook> {
    if (!bookId.safeParse(id).success)
      throw new FaultError('input.invalid', `book: ${id.slice(0, 40)} is no id`, 'use up to 40 of a-z 0-9 -');
    const known = await journal.books();
    if (!known.includes(id) && known.length >= BOOKS_MAX)
      throw new FaultError('input.too-large', `there are ${BOOKS_MAX} books`, 'use one of them');
    return openLedgerBook(app, journal, id, (await sealedStateOf(app, id))?.sealedTo ?? 0);
  }

  async function sealAll(withTotals: boolean): Promise<number> {
    let frames = 0;
    const failures: unknown[] = [];
    for (const [id, opening] of opened) {
      const last = summed.get(id) ?? { at: Number.NEGATIVE_INFINITY, frame: -1 };
      const isDue = withTotals || performance.now() - last.at > TOTALS_EVERY_MS;
      try {
        const ledger = await opening;
        const sealed = await sealFrames(app, ledger, isDue, last.frame);
        if (withFlows && sealed.frames > 0) await stateFlows(app, ledger);
        if (isDue && sealed.sealedTo > last.frame)
          summed.set(id, { at: performance.now(), frame: sealed.sealedTo });
        frames += sealed.frames;
      } catch (error) {
        // The other books are sealed all the same.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return frames;
  }

  return {
    journal,
    open: (id) => {
      const known = opened.get(id);
      if (known !== undefined) return known;
      const opening = openNew(id);
      opened.set(id, opening);
      opening.catch(() => opened.delete(id));
      return opening;
    },
    list: async () => [...new Set([...(await journal.books()), ...opened.keys()])].sort(),
    // One after the other: a seal fits only behind the one before.
    seal: (withTotals = false) => {
      sealing = sealing.catch(() => 0).then(() => sealAll(withTotals));
      return sealing;
    },
    close: async () => {
      await sealing.catch(() => undefined);
      for (const opening of opened.values()) await (await opening).close();
      await journal.close();
    },
  };
}
