/** Frames of a journal are numbered from 1 without a gap: whoever comes with another number writes beside somebody else. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { JournalFrame } from '@sonae/core/ports/journal.ts';

export function demandNext(book: string, last: number, frames: readonly JournalFrame[]): void {
  const isNext = frames.every(({ number }, n) => number === last + 1 + n);
  if (!isNext) throw journalMoved(book, `frame ${frames[0]?.number} after ${last}`);
}

export function journalMoved(book: string, what: string, cause?: unknown): FaultError {
  const hint = 'send the batch again: what is there already is not counted twice';
  return new FaultError('journal.moved', `the journal of ${book} has moved: ${what}`, hint, cause);
}
