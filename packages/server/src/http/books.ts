/** The books over HTTP: batches in, balances, postings and exports out. */
import type { BookPage, BooksPage } from '@sonae/core/app/books/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { compareTimes, parseTime } from '@sonae/core/kernel/time.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { ACCOUNT_LENGTH_MAX } from '@sonae/core/nouns/ledger/facts/batches.ts';
import { OWNERS } from '@sonae/core/nouns/ledger/facts/words.ts';
import type { SealedBook } from '@sonae/core/nouns/ledger/views/book.ts';
import type { LedgerPolicy } from '@sonae/core/nouns/ledger/views/policy.ts';
import type { LedgerTotals } from '@sonae/core/nouns/ledger/views/totals.ts';
import type { TreatmentState } from '@sonae/core/nouns/ledger/views/treatment.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { z } from 'zod';
import type { BatchAnswer } from '../ledger/book-batch.ts';
import { readDecimals } from '../ledger/book-batch.ts';
import type { Books } from '../ledger/books.ts';
import { EXPORT_FORMATS, exportBook } from '../ledger/export-books.ts';
import type { LedgerBook } from '../ledger/ledger-book.ts';
import { INGEST_SCOPE, readBatch } from '../ledger/read-batch.ts';
import { accountsPage, changesAfter, postingsOf, sumsBy } from '../ledger/read-book.ts';
import { TREATMENT_SCOPE, takeTreatment } from '../ledger/treatment.ts';
import type { Node } from '../node.ts';
import type { ApiEnv } from './api.ts';
import { readState } from './read-model.ts';
import { demandScope } from './session.ts';
import { streamText } from './stream-text.ts';

export const JOURNAL_BODY_BYTES_MAX = 32 * 1024 * 1024;

/** Routes below `/journal`: POST /:book/batches (answers when durable) and POST /:book/treatment (a snapshot or a page of one). */
export function createJournalRoutes(node: Node): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.post('/:book/batches', async (c) => {
    demandScope(c.get('caller'), INGEST_SCOPE);
    const batch = readBatch(await c.req.text(), c.req.header('content-type') ?? '', c.req.query());
    const ledger = await booksOf(node).open(c.req.param('book'));
    return c.json<BatchAnswer>(await ledger.ingest(batch));
  });
  routes.post('/:book/treatment', async (c) => {
    demandScope(c.get('caller'), TREATMENT_SCOPE);
    const sent = await c.req.json<Record<string, JsonValue>>().catch(() => {
      throw new FaultError('input.unreadable', 'the body is not JSON', 'send one JSON object');
    });
    const sender = c.get('caller').principal;
    const outcome = await takeTreatment(node.app, node.books, c.req.param('book'), sent, sender);
    return c.json(outcome, outcome.status === 'done' ? 200 : 409);
  });
  return routes;
}

export function booksOf(node: Node): Books {
  if (node.books === null)
    throw new FaultError('http.not-found', 'this node keeps no books', 'start it with a data directory');
  return node.books;
}

const name = z.string().min(1).max(ACCOUNT_LENGTH_MAX);
const upTo = (most: number) => z.coerce.number().int().min(1).max(most).default(100);
const limit = upTo(1_000);
const moment = z.iso.datetime({ offset: true }).optional();
const QUERIES = {
  accounts: z
    .object({
      owner: z.enum(OWNERS).optional(),
      ...{ asset: name.optional(), party: name.optional(), group: name.optional(), at: moment },
      limit: upTo(10_000),
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
  const [{ breaches, ...state }, totals, policy, treated, standing, decimals] = await Promise.all([
    readState<SealedBook>(node, 'ledger.book', id),
    readState<LedgerTotals>(node, 'ledger.totals', id),
    readState<LedgerPolicy>(node, 'ledger.policy', id),
    readState<TreatmentState>(node, 'ledger.treatment', id),
    readState<StandingLevels>(node, 'ledger.levels', 'all'),
    readDecimals(node.app),
  ]);
  const { at, accounts, unequal, more, unlisted, held, answers } = treated;
  const isOpen = ({ count, answered }: { count: number; answered: number }): number =>
    Number(answered < count);
  const sorted = Object.values(breaches).sort(
    (a, b) => isOpen(b) - isOpen(a) || compareTimes(b.lastAt, a.lastAt),
  );
  return {
    id,
    ...state,
    totals,
    policy,
    treatment: { at, accounts, unequal, more, unlisted, held, answers },
    breaches: sorted,
    levels: Object.values(standing),
    decimals: Object.fromEntries(decimals),
  };
}
