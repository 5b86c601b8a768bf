/** A batch as it arrives from outside: one JSON object, or JSON lines. Its frame is checked here, its rows one by one later. */
import { createHash } from 'node:crypto';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { assetId } from '@sonae/core/nouns/instruments/facts.ts';
import { ACCOUNT_LENGTH_MAX } from '@sonae/core/nouns/ledger/facts/batches.ts';
import { ownerSchema } from '@sonae/core/nouns/ledger/facts/words.ts';
import { z } from 'zod';
import type { Batch } from './book-batch.ts';

/** What a token needs to send postings; scenarios name it as the command of an act that posts. */
export const INGEST_SCOPE = 'ledger.Ingest';

const wellFormed = (text: string): boolean => text.isWellFormed();
const name = z.string().min(1).max(ACCOUNT_LENGTH_MAX).refine(wellFormed, 'holds half a character');
const accountSchema = z
  .object({
    account: name,
    owner: ownerSchema,
    party: name.optional(),
    // An empty cell of a table is an empty text in JSON.
    group: name
      .or(z.literal('').transform(() => null))
      .nullable()
      .default(null),
    asset: assetId,
  })
  .strict()
  .transform((one) => ({ ...one, party: one.party ?? one.account }));

const batchSchema = z
  .object({
    batch: z.string().min(1).max(200).refine(wellFormed, 'holds half a character'),
    source: z.string().min(1).max(100).refine(wellFormed, 'holds half a character').default('http'),
    /** How many accounts and transfers follow: a body that was cut short is refused. */
    count: z.int().nonnegative().optional(),
    gapConfirmed: z.boolean().default(false),
    accounts: z.array(accountSchema).default([]),
    // Rows are read one by one, so that a bad one is named and its neighbours are booked.
    transfers: z.array(z.unknown()).default([]),
  })
  .strict();

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
