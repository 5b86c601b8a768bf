/** The books over HTTP: batches in, balances, postings and exports out. */
import { createHash } from 'node:crypto';
import type { BookPage, BooksPage } from '@sonae/core/app/books/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { parseTime } from '@sonae/core/kernel/time.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { assetId } from '@sonae/core/nouns/instruments/facts.ts';
import { ACCOUNT_LENGTH_MAX } from '@sonae/core/nouns/ledger/facts/batches.ts';
import { OWNERS, ownerSchema } from '@sonae/core/nouns/ledger/facts/words.ts';
import type { SealedBook } from '@sonae/core/nouns/ledger/views/book.ts';
import type { LedgerPolicy } from '@sonae/core/nouns/ledger/views/policy.ts';
import type { LedgerTotals } from '@sonae/core/nouns/ledger/views/totals.ts';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { z } from 'zod';
import type { Batch, BatchAnswer } from '../ledger/book-batch.ts';
import { readDecimals } from '../ledger/book-batch.ts';
import type { Books } from '../ledger/books.ts';
import { EXPORT_FORMATS, exportBook } from '../ledger/export-books.ts';
import type { LedgerBook } from '../ledger/ledger-book.ts';
import { accountsPage, changesAfter, postingsOf, sumsBy } from '../ledger/read-book.ts';
import type { Node } from '../node.ts';
import type { ApiEnv } from './api.ts';
import { readState } from './read-model.ts';
import { demandScope } from './session.ts';
import { streamText } from './stream-text.ts';

/** What a token needs to send postings. */
export const INGEST_SCOPE = 'ledger.Ingest';
export const JOURNAL_BODY_BYTES_MAX = 32 * 1024 * 1024;

const name = z.string().min(1).max(ACCOUNT_LENGTH_MAX);
const accountSchema = z
  .object({
    account: name,
    owner: ownerSchema,
    party: name.optional(),
    group: name.nullable().default(null),
    asset: assetId,
  })
  .strict()
  .transform((one) => ({ ...one, party: one.party ?? one.account }));

const batchSchema = z
  .object({
    batch: z.string().min(1).max(200),
    source: z.string().min(1).max(100).default('http'),
    /** How many accounts and transfers follow: a body that was cut short is refused. */
    count: z.int().nonnegative().optional(),
    gapConfirmed: z.boolean().default(false),
    accounts: z.array(accountSchema).default([]),
    // Rows are read one by one, so that a bad one is named and its neighbours are booked.
    transfers: z.array(z.unknown()).default([]),
  })
  .strict();

/** Routes below `/journal`: POST /:book/batches. Answers when the batch is durable. */
export function createJournalRoutes(node: Node): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.post('/:book/batches', async (c) => {
    demandScope(c.get('caller'), INGEST_SCOPE);
    const batch = readBatch(await c.req.text(), c.req.header('content-type') ?? '', c.req.query());
    const ledger = await booksOf(node).open(c.req.param('book'));
    return c.json<BatchAnswer>(await ledger.ingest(batch));
  });
  return routes;
}

export function booksOf(node: Node): Books {
  if (node.books === null)
    throw new FaultError('http.not-found', 'this node keeps no books', 'start it with a data directory');
  return node.books;
}

/** One JSON object, or JSON lines whose accounts carry `"type":"account"` and whose batch id is in the query. */
export function readBatch(text: string, contentType: string, query: Record<string, string>): Batch {
  const hash = createHash('sha256').update(text).digest('hex');
  const isLines = contentType.startsWith('application/x-ndjson');
  const body = isLines ? bodyOfLines(text, query) : parse(text, 'the body');
  const parsed = batchSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') || 'the body';
    throw new FaultError('input.invalid', `${field}: ${issue?.message}`, `correct ${field}`);
  }
  const { batch: id, source, count, gapConfirmed, accounts, transfers } = parsed.data;
  const isGapConfirmed = gapConfirmed || query.gapConfirmed === 'true';
  const received = accounts.length + transfers.length;
  if (count !== undefined && count !== received)
    throw new FaultError(
      'input.invalid',
      `count: ${count}, but ${received} arrived`,
      'the body was cut short: send it again',
    );
  return { source, id, hash, accounts, transfers: transfers as Batch['transfers'], isGapConfirmed };
}

function bodyOfLines(text: string, { batch, source, count }: Record<string, string>): unknown {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const rows = lines.map((line, n) => parse(line, `line ${n + 1}`) as { type?: unknown });
  const accounts = rows.filter((row) => row?.type === 'account').map(({ type: _, ...one }) => one);
  const transfers = rows.filter((row) => row?.type !== 'account');
  return {
    batch,
    ...(source === undefined ? {} : { source }),
    ...(count === undefined ? {} : { count: Number(count) }),
    accounts,
    transfers,
  };
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new FaultError(
      'input.unreadable',
      `${what} is not JSON: ${message.slice(0, 200)}`,
      'send valid JSON',
      error,
    );
  }
}

const limit = z.coerce.number().int().min(1).max(1_000).default(100);
const moment = z.iso.datetime().optional();
const QUERIES = {
  accounts: z
    .object({
      owner: z.enum(OWNERS).optional(),
      ...{ asset: name.optional(), party: name.optional(), group: name.optional(), at: moment, limit },
      below: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional(),
      after: z.coerce.number().int().nonnegative().optional(),
    })
    .strict(),
  sums: z.object({ by: z.enum(['owner', 'party', 'group']).default('owner'), at: moment, limit }).strict(),
  postings: z
    .object({ account: name, before: z.coerce.number().int().nonnegative().optional(), limit })
    .strict(),
  export: z.object({ format: z.enum(EXPORT_FORMATS).default('jsonl') }).strict(),
};

function query<S extends z.ZodType>(schema: S, c: Context): z.infer<S> {
  const parsed = schema.safeParse(c.req.query());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'query';
  throw new FaultError('input.invalid', `query parameter ${field}: ${issue?.message}`, `correct ${field}`);
}

/** GET /api/books and below. */
export function addBookRoutes(api: Hono<ApiEnv>, node: Node): void {
  const known = async (c: Context): Promise<LedgerBook> => {
    const books = booksOf(node);
    const id = c.req.param('book') ?? '';
    if (!(await books.list()).includes(id))
      throw new FaultError('http.not-found', `there is no book ${id.slice(0, 40)}`, 'see GET /api/books');
    return books.open(id);
  };
  const changes = async (ledger: LedgerBook, at: string | undefined) =>
    at === undefined ? new Map<number, bigint>() : changesAfter(ledger, booksOf(node).journal, parseTime(at));
  api.get('/books', etag(), async (c) => c.json<BooksPage>(await booksPage(node)));
  api.get('/books/:book', etag(), async (c) => c.json<BookPage>(await bookPage(node, (await known(c)).id)));
  api.get('/books/:book/accounts', async (c) => {
    const { at, ...filter } = query(QUERIES.accounts, c);
    const ledger = await known(c);
    return c.json(accountsPage(ledger.book().accounts, filter, await changes(ledger, at)));
  });
  api.get('/books/:book/sums', async (c) => {
    const { at, by, limit: most } = query(QUERIES.sums, c);
    const ledger = await known(c);
    return c.json({ sums: sumsBy(ledger.book().accounts, by, most, await changes(ledger, at)) });
  });
  api.get('/books/:book/postings', async (c) => {
    const { account, ...page } = query(QUERIES.postings, c);
    const found = await postingsOf(await known(c), booksOf(node).journal, account, page);
    if (!found)
      throw new FaultError(
        'http.not-found',
        `there is no account ${account}`,
        'see GET /api/books/:book/accounts',
      );
    return c.json(found);
  });
  api.get('/books/:book/export', async (c) => {
    const { format } = query(QUERIES.export, c);
    const lines = exportBook(await known(c), booksOf(node).journal, format, await readDecimals(node.app));
    return streamText(c, lines, format === 'jsonl' ? 'application/x-ndjson' : 'text/plain; charset=utf-8');
  });
}

async function booksPage(node: Node): Promise<BooksPage> {
  const ids = node.books === null ? [] : await node.books.list();
  const states = await Promise.all(ids.map((id) => readState<SealedBook>(node, 'ledger.book', id)));
  return {
    books: states.map(({ transfers, accounts, sealedTo, asOf, violations, turnedAway }, n) => ({
      id: ids[n] as string,
      ...{ transfers, accounts, sealedTo, asOf, violations, turnedAway },
    })),
  };
}

async function bookPage(node: Node, id: string): Promise<BookPage> {
  const [{ breaches, ...state }, totals, policy, standing, decimals] = await Promise.all([
    readState<SealedBook>(node, 'ledger.book', id),
    readState<LedgerTotals>(node, 'ledger.totals', id),
    readState<LedgerPolicy>(node, 'ledger.policy', id),
    readState<StandingLevels>(node, 'ledger.levels', 'all'),
    readDecimals(node.app),
  ]);
  const isOpen = ({ count, answered }: { count: number; answered: number }): number =>
    Number(answered < count);
  const sorted = Object.values(breaches).sort(
    (a, b) => isOpen(b) - isOpen(a) || (a.lastAt < b.lastAt ? 1 : -1),
  );
  return {
    id,
    ...state,
    totals,
    policy,
    breaches: sorted,
    levels: Object.values(standing),
    decimals: Object.fromEntries(decimals),
  };
}
