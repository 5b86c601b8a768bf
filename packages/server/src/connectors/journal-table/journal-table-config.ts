/** A table of the exchange's PostgreSQL that holds its journal, and how its columns are called. */
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { z } from 'zod';

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'a plain SQL name');

export const journalTableSchema = z
  .object({
    book: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 of a-z 0-9 -'),
    /** A user that may only read this table: `postgres://reader@host/database`. */
    url: z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'),
    table: z.string().regex(/^[A-Za-z_][\w]{0,62}(\.[A-Za-z_][\w]{0,62})?$/, 'a name, or schema.name'),
    /** Names of its columns; `amount` in whole units, or `amountMinor`. */
    columns: z
      .object({
        id: identifier.default('id'),
        seq: identifier.default('seq'),
        at: identifier.default('at'),
        debit: identifier.default('debit'),
        credit: identifier.default('credit'),
        asset: identifier.default('asset'),
        amount: identifier.optional(),
        amountMinor: identifier.optional(),
        purpose: identifier.default('purpose'),
        entry: identifier.optional(),
        correction: identifier.optional(),
      })
      .strict()
      .refine(
        ({ amount, amountMinor }) => (amount === undefined) !== (amountMinor === undefined),
        'amount or amountMinor',
      ),
    pollMs: z.int().min(100).max(3_600_000).default(1_000),
    /** How long a hole in the numbers is waited for. */
    gapWaitMs: z.int().min(0).max(86_400_000).default(MINUTE_MS),
  })
  .strict();
export type JournalTable = z.infer<typeof journalTableSchema>;
