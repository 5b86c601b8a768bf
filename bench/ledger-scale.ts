/** How a book bears its growth: what a transfer costs and takes in books of three sizes, and what an account takes. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { balanceOf } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { verifyBatch } from '@sonae/core/nouns/ledger/engine/verify.ts';
import { BATCH, createStream, demandClean, NOW, openBook } from './ledger-stream.ts';
import type { Result } from './measure.ts';

/** Few enough that even the smallest book is mostly payments. */
const FEW = 10_000;

function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function memoryOfAccounts(count: number): number {
  const before = bytesInUse();
  const book = openBook(count);
  return (bytesInUse() - before) / book.accounts.count;
}

/** Cost of a transfer as the book grows, and what an account and a transfer take in memory. */
export function linearity(
  progress: (line: string) => void,
  add: (id: string, value: number, unit: string) => number,
): Result['ratios'] {
  add('memory of an account, of a million', memoryOfAccounts(1_000_000), 'bytes');
  const cost = new Map<number, number>();
  for (const size of [100_000, 1_000_000, 10_000_000]) {
    progress(`${size} clean postings in one book`);
    const next = createStream(FEW);
    const empty = bytesInUse();
    const book = openBook(FEW);
    let spent = 0;
    for (let done = 0; done < size; done += BATCH) {
      const columns = next(Math.min(BATCH, size - done));
      const startedAt = performance.now();
      demandClean(verifyBatch(book, columns, NOW).violations);
      spent += performance.now() - startedAt;
    }
    const total = Array.from({ length: FEW + 1 }, (_, n) => balanceOf(book.accounts, n)).reduce(
      (a, b) => a + b,
      0n,
    );
    if (total !== 0n || book.ids.count !== size) throw new Error('the book does not add up');
    cost.set(size, add(`cost of a transfer, book of ${size}`, (spent / size) * 1e6, 'ns'));
    add(`memory of a transfer, book of ${size}`, (bytesInUse() - empty) / size, 'bytes');
  }
  const [small, middle, large] = [...cost.values()] as [number, number, number];
  return [
    { id: 'cost at 10^6 / cost at 10^5', value: middle / small },
    { id: 'cost at 10^7 / cost at 10^5', value: large / small },
  ];
}
