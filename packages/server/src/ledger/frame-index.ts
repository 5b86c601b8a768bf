/** What is kept in memory of frames: where transfers lie, what is not sealed yet, how batches were answered. */
import type { AccountTable } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import type { Columns } from '@sonae/core/nouns/ledger/engine/columns.ts';
import type { FrameHeader } from '@sonae/core/nouns/ledger/engine/frame.ts';
import { answerOf, type BatchAnswer } from './book-batch.ts';
import { createFlowSums, type FlowSums } from './flow-sums.ts';

/** Batches whose first answer is at hand, beside the transfers, which are known for ever. */
const ANSWERS_MAX = 10_000;

/** Ordinal of the first transfer, and newest time (ms), by number - 1. */
export type FrameIndex = { readonly firsts: readonly number[]; readonly newest: readonly number[] };
export type KnownBatch = { readonly hash: string; readonly answer: Promise<BatchAnswer> };

export type FrameKeep = FrameIndex & {
  /** Of durable frames that are not sealed, oldest first. */
  readonly headers: readonly FrameHeader[];
  readonly answers: Map<string, KnownBatch>;
  readonly flows: FlowSums;
  add(header: FrameHeader, columns: Columns, accounts: AccountTable): void;
  remember(batch: string, hash: string, answer: Promise<BatchAnswer>): void;
  forgetSealed(number: number): void;
  clear(): void;
};

export function createFrameIndex(book: string, sealed: number): FrameKeep {
  let sealedTo = sealed;
  const headers: FrameHeader[] = [];
  const [firsts, newest]: [number[], number[]] = [[], []];
  const answers = new Map<string, KnownBatch>();
  const flows = createFlowSums();
  const remember: FrameKeep['remember'] = (batch, hash, answer) => {
    answers.set(batch, { hash, answer });
    if (answers.size > ANSWERS_MAX) answers.delete(answers.keys().next().value ?? '');
  };
  return {
    headers,
    firsts,
    newest,
    answers,
    remember,
    flows,
    add: (header, columns, accounts) => {
      flows.add(accounts, columns, header.number > sealedTo);
      firsts.push(header.first);
      newest.push(newestOf(columns));
      if (header.number > sealedTo) headers.push(header);
      const { id, hash } = header.batch;
      if (!answers.has(id)) remember(id, hash, Promise.resolve(answerOf(book, header)));
    },
    forgetSealed: (number) => {
      sealedTo = Math.max(sealedTo, number);
      while (headers[0] !== undefined && headers[0].number <= number) headers.shift();
    },
    clear: () => {
      headers.length = 0;
      firsts.length = 0;
      newest.length = 0;
      answers.clear();
      flows.clear();
    },
  };
}

function newestOf({ at, count }: Columns): number {
  let newest = 0;
  for (let n = 0; n < count; n += 1) newest = Math.max(newest, at[n] as number);
  return newest;
}
