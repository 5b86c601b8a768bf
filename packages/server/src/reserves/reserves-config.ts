/** What a node reads of reserves: chains through several nodes each, and the accounts whose statements it takes. */
import { assetId } from '@sonae/core/nouns/instruments/facts.ts';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/ });
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 of a-z 0-9 -');
/** Whether blocks are read for what left our wallets, too. */
const movements = z.boolean().default(true);
const pollMs = z.int().min(1_000).max(86_400_000).default(60_000);

const evmSchema = z
  .object({
    kind: z.literal('evm'),
    /** Name of the source in the policy of reserves. */
    source: slug,
    /** Name of the chain in the inventory of wallets. */
    chain: slug,
    chainId: z.int().positive(),
    /** Two at least: they are compared. */
    rpcUrls: z.array(httpUrl).min(2).max(5),
    tag: z.enum(['finalized', 'latest']).default('finalized'),
    assets: z
      .array(
        z
          .object({
            asset: assetId,
            contract: z
              .string()
              .regex(/^0x[0-9a-fA-F]{40}$/)
              .nullable(),
          })
          .strict(),
      )
      .min(1)
      .max(20),
    /** `debug`: the nodes offer debug_traceTransaction; without it, coin that contracts of ours send is seen by sums only. */
    traces: z.enum(['debug', 'none']).default('debug'),
    movements,
    /** Whether the state of wallets that are declared as Safes is read. */
    safes: z.boolean().default(true),
    requestTimeoutMs: z.int().min(500).max(60_000).default(10_000),
    pollMs,
  })
  .strict();

const bitcoinSchema = z
  .object({
    kind: z.literal('bitcoin'),
    source: slug,
    chain: slug,
    asset: assetId,
    nodes: z
      .array(
        z.discriminatedUnion('kind', [
          z
            .object({
              kind: z.literal('core'),
              url: httpUrl,
              user: z.string().max(200),
              password: z.string().max(200),
              by: z.enum(['scantxoutset', 'listunspent']),
            })
            .strict(),
          z.object({ kind: z.literal('esplora'), url: httpUrl }).strict(),
        ]),
      )
      .min(2)
      .max(5),
    movements,
    requestTimeoutMs: z.int().min(500).max(600_000).default(60_000),
    pollMs,
  })
  .strict();

/** An account of the book whose postings are held against the entries of a statement account, every day anew. */
const reconciliationSchema = z
  .object({
    /** Name of the reconciliation in the policy of reserves. */
    scope: slug,
    book: slug.default('main'),
    /** The account of the book that stands for the outside account: what it is debited came in there. */
    account: z.string().min(1).max(100),
    /** The firm's name of the statement account. */
    statement: slug,
    /** Items before this day are on neither side. */
    since: z.iso.date(),
    toleranceMinor: z
      .string()
      .regex(/^\d{1,40}$/, 'a whole number of minor units')
      .default('0'),
    toleranceBps: z.int().min(0).max(1_000).default(0),
    /** So many days may lie between the posting and the entry. */
    windowDays: z.int().min(0).max(30).default(3),
    /** A posting of these last days whose entry is not there yet is in flight, not missing. */
    inFlightDays: z.int().min(0).max(30).default(2),
  })
  .strict();
export type ReconciliationConfig = z.infer<typeof reconciliationSchema>;

export const reservesSchema = z
  .object({
    chains: z
      .array(z.discriminatedUnion('kind', [evmSchema, bitcoinSchema]))
      .max(20)
      .default([]),
    reconciliations: z.array(reconciliationSchema).max(100).default([]),
    /** The bank's or custodian's name of an account -> the firm's. */
    accounts: z.record(z.string().min(1).max(100), slug).default({}),
  })
  .strict();
export type ReservesConfig = z.infer<typeof reservesSchema>;
export type WatchedChain = ReservesConfig['chains'][number];
