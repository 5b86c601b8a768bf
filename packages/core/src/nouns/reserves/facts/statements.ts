/** Statements of banks and custodians, as read and checked: the fact carries sums, the entries lie beside the log. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { signedAmount } from '../../ledger/facts/words.ts';
import { civilDay, evidenceRoot, hexHash, instant, shortText, slug } from './words.ts';

export const STATEMENT_ENTRIES_MAX = 50_000;
/** Statements of an account that are at hand; older ones stay in the log. */
export const STATEMENTS_KEPT = 400;
export const FORMATS = [
  'camt.053',
  'mt940',
  'zengin-fixed',
  'zengin-csv',
  'custodian-json',
  'custodian-csv',
] as const;

export const entrySchema = z
  .object({
    /** As the bank numbers it; empty where it does not. */
    id: z.string().max(100),
    /** Day on which it counts. */
    on: civilDay,
    /** Credits positive, debits negative, in minor units. */
    amount: signedAmount,
    /** Booked, or announced and in no balance yet. */
    isBooked: z.boolean(),
    reference: z.string().max(200),
    text: z.string().max(500),
  })
  .strict();
export type Entry = z.infer<typeof entrySchema>;

/** One statement of one account: `opening` plus the booked entries is `closing`. */
export const statementSchema = z
  .object({
    account: z.string().min(1).max(60),
    currency: assetId,
    statementId: z.string().min(1).max(100),
    from: civilDay,
    to: civilDay,
    opening: signedAmount,
    closing: signedAmount,
    entries: z.array(entrySchema).max(STATEMENT_ENTRIES_MAX),
  })
  .strict();
export type Statement = z.infer<typeof statementSchema>;

/** What is odd and yet done by banks: entries of no money, days that were told before, with the same entries. */
export const REMARKS = ['zero-entries', 'repeats'] as const;

export const statementRecorded = defineFact({
  name: 'reserves.StatementRecorded',
  version: 2,
  schema: statementSchema
    .omit({ entries: true, account: true })
    .extend({
      /** The firm's name of the account; the bank's own number stays in the evidence. */
      account: slug,
      format: z.enum(FORMATS),
      fileHash: hexHash,
      /** Of the statement's content, so that the same page in another file is still the same. */
      contentHash: shortText,
      entries: z.int().nonnegative(),
      roots: z.array(evidenceRoot).max(10),
      receivedAt: instant,
      remarks: z.array(z.enum(REMARKS)),
    })
    .strict(),
  says: { en: 'A statement was read, checked and recorded.', ja: '取引明細が検証のうえ記録された。' },
  upcast: { 1: (body) => ({ ...(body as Record<string, JsonValue>), remarks: [] }) },
});
