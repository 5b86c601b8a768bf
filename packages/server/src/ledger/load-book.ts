/** A book from its journal: every frame checked against the one before, every transfer booked again, none judged again. */
import type { App } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type AccountTable, openAccount } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { type Book, createBook } from '@sonae/core/nouns/ledger/engine/book.ts';
import type { Columns } from '@sonae/core/nouns/ledger/engine/columns.ts';
import {
  decodeFrame,
  FrameError,
  type FrameHeader,
  NO_FRAME,
} from '@sonae/core/nouns/ledger/engine/frame.ts';
import { replayBatch } from '@sonae/core/nouns/ledger/engine/verify.ts';
import type { LedgerPolicy } from '@sonae/core/nouns/ledger/views/policy.ts';
import type { Journal } from '@sonae/core/ports/journal.ts';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { applyPolicy } from './apply-policy.ts';

/** As of the newest verified batch, durable or not. */
export type State = { book: Book; hash: Uint8Array; number: number; asOf: string };

/** Throws `store.damaged` when a frame does not follow from the one before. */
export async function loadBook(
  app: App,
  journal: Journal,
  id: string,
  onFrame: (header: FrameHeader, columns: Columns, accounts: AccountTable) => void,
): Promise<State> {
  const state: State = { book: createBook(), hash: NO_FRAME, number: 0, asOf: '' };
  applyPolicy(state.book, await readPolicy(app, id), null);
  for await (const { number, bytes } of journal.frames(id, 1)) {
    try {
      const { header, columns, hash } = decodeFrame(bytes, state.hash, nodeSha256);
      for (const def of header.accounts) openAccount(state.book.accounts, def);
      replayBatch(state.book, columns);
      state.book.nextSeq = header.nextSeq;
      state.book.isEmpty = header.nextSeq === 0;
      for (const seq of header.openedSeqs ?? []) state.book.openSeqs.add(seq);
      for (const seq of header.takenSeqs ?? []) state.book.openSeqs.delete(seq);
      Object.assign(state, { hash, number, asOf: header.asOf });
      onFrame(header, columns, state.book.accounts);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const message = `frame ${number} of the journal of ${id}: ${error.message}`;
      throw new FaultError('store.damaged', message, 'restore the journal from a copy', error);
    }
  }
  return state;
}

export async function readPolicy(app: App, book: string): Promise<LedgerPolicy | null> {
  const text = await app.ports.store.view('ledger.policy', book);
  return text === undefined ? null : (JSON.parse(text) as LedgerPolicy);
}
