/** A node that has published proofs of liabilities, listening; and a server before it that changes what it answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { DAY_MS } from '@sonae/core/kernel/time.ts';
import { ProofError } from '@sonae/proof/proof-error';
import { drawMoment, roundAfter } from '@sonae/proof/reserves-moment';
import {
  formatReserves,
  RESERVES_FORMAT,
  type ReservesStatement,
  totalsOf,
} from '@sonae/proof/reserves-statement';
import { Hono } from 'hono';
import { createMemoryJournal } from '../../packages/server/src/adapters/journal/memory-journal.ts';
import { type Listening, listen } from '../../packages/server/src/http/server.ts';
import { createBooks } from '../../packages/server/src/ledger/books.ts';
import { openEpochFiles } from '../../packages/server/src/liabilities/epoch-files.ts';
import { START_MS } from './app.ts';
import { ACCOUNTS, batchOf, defineAssets, row } from './books.ts';
import { createTestNode, type TestNode } from './node.ts';

export type CustomerFields = Record<
  'format' | 'proof' | 'secret' | 'disclosure' | 'origin' | 'verifierKey',
  string
>;
export type Published = {
  readonly test: TestNode;
  readonly url: string;
  fileOf(epoch: string, customer: string): Promise<CustomerFields>;
  close(): Promise<void>;
};

/**
 * Customers `c0` to `c<others - 1>` are owed 1,000 and more yen, anna 500 yen and half a bitcoin, ben owes 70 yen; each
 * balance in two leaves (in private mode in one). Published as each of `epochs`, the last with a statement of solvency: yen on a bank's word,
 * nothing for bitcoin but what `more` says.
 */
export async function startPublished(
  others: number,
  epochs: readonly string[],
  mode: 'open' | 'private' = 'open',
  more: (yen: ReservesStatement) => readonly ReservesStatement[] = () => [],
): Promise<Published> {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-published-'));
  const test = createTestNode();
  test.node.books = createBooks(test.node.app, createMemoryJournal());
  test.node.epochs = openEpochFiles(dir);
  await defineAssets(test.testApp);
  const many = Array.from({ length: others }, (_, n) => `c${n}`);
  const accounts = many.map((party) => ({
    ...{ account: `${party}-jpy`, owner: 'customer' as const, party, group: null, asset: 'JPY' },
  }));
  const ledger = await test.node.books.open('main');
  await ledger.ingest(batchOf([], { accounts: [...ACCOUNTS, ...accounts] }));
  await ledger.ingest(
    batchOf([
      ...many.map((party, n) => row(n + 1, 'world', `${party}-jpy`, String(1_000 + n), 'deposit')),
      row(others + 1, 'world', 'anna', '500', 'deposit'),
      row(others + 2, 'chain', 'anna-btc', '0.5', 'deposit'),
      row(others + 3, 'ben', 'world', '70', 'withdrawal'),
    ]),
  );
  const last = epochs.at(-1) ?? '';
  const reserves = yenWithBank(test.node.app.ports.signer.origin, last);
  for (const epoch of epochs) {
    if (epoch === last) test.testApp.clock.moveTo(Date.parse(reserves.at));
    await test.post('/api/books/main/liabilities', { epoch, mode });
  }
  await test.post(`/api/liabilities/${last}/solvency`, {
    reserves: [reserves, ...more(reserves)].map(formatReserves),
  });
  const listening = await listen(test.http, 0);
  return {
    test,
    url: `http://127.0.0.1:${listening.port}`,
    fileOf: async (epoch, customer) => {
      const response = await test.call(`/api/liabilities/${epoch}/customers/${customer}`);
      return (await response.json()) as CustomerFields;
    },
    close: async () => {
      await listening.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Reserves of yen that lie with a bank, of a moment that was drawn. */
function yenWithBank(exchange: string, epoch: string): ReservesStatement {
  const [from, to] = [new Date(START_MS).toISOString(), new Date(START_MS + DAY_MS).toISOString()];
  const round = roundAfter('drand/quicknet', to);
  const commitment = { exchange, epoch, from, to, beacon: { name: 'drand/quicknet', round } } as const;
  const beacon = new Uint8Array(32).fill(1);
  const letter = { custodian: 'Bank A', reference: 'letter', amount: 700n, document: new Uint8Array(32) };
  const held = { addresses: [], custodians: [letter] };
  return {
    ...{
      format: RESERVES_FORMAT,
      exchange,
      epoch,
      asset: 'JPY',
      commitment,
      beacon,
      at: drawMoment(commitment, beacon),
    },
    ...{ blocks: [], flows: [], ...held, totals: totalsOf(held) },
  };
}

/** Code of what is thrown, of either kind; the error itself when it has none, and words when nothing is. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProofError) return error.code;
  if (error instanceof FaultError) return error.fault.code;
  throw error;
}

export type Front = Listening & {
  readonly url: string;
  /** Answers in place of the server, or null to let its own answer through. */
  answer: (path: string, own: () => Promise<Response>) => Promise<Response> | Response | null;
};

/** Stands before `url`; nothing is changed until `answer` is set. */
export async function startFront(url: string): Promise<Front> {
  const app = new Hono();
  let front: Front | undefined;
  app.all('*', async (c) => {
    const own = async (): Promise<Response> => {
      const { status, headers, body } = await fetch(`${url}${c.req.path}${new URL(c.req.url).search}`);
      const type = headers.get('content-type') ?? 'text/plain';
      return new Response(body, { status, headers: { 'content-type': type } });
    };
    return (await front?.answer(c.req.path, own)) ?? own();
  });
  const listening = await listen(app, 0);
  front = { ...listening, url: `http://127.0.0.1:${listening.port}`, answer: () => null };
  return front;
}
