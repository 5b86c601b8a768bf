/** What the firm expects of its reserves: who must say what until when, which pot backs which debt, and the limits. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { bookId } from '../../ledger/facts/words.ts';
import { bps, civilDay, HELD_ASSETS_MAX, SOURCE_KINDS, SOURCES_MAX, shortText, slug } from './words.ts';

/** Shortfalls that start a statutory cure clock of the firm (the reports noun has a duty of each name). */
export const SHORT_EVENTS = [
  'fiat-trust-short',
  'coin-short',
  'token-trust-short',
  'token-self-trust-short',
  'trust-backing-short',
] as const;

/** A share of value is the same in any unit; these are the ones that rates are looked up in. */
export const CURRENCIES = ['JPY', 'USD', 'EUR'] as const;

const sourceSchema = z
  .object({
    source: slug,
    kind: z.enum(SOURCE_KINDS),
    /** Who holds it: the name under which concentration is counted (a bank, a custodian, a chain). */
    place: slug,
    /** What it must report; an asset it does not know of can be neither covered nor missed there. */
    assets: z.array(assetId).min(1).max(HELD_ASSETS_MAX),
    staleAfterMinutes: z.int().min(1).max(20_160),
  })
  .strict();
export type Source = z.infer<typeof sourceSchema>;

const coverageSchema = z
  .object({
    asset: assetId,
    event: z.enum(SHORT_EVENTS),
    /** A difference up to this is rounding, in minor units of the asset. */
    tolerance: z.string().regex(/^\d{1,40}$/),
    /** More than this above what is owed is a finding too: nobody holds too much by design. */
    surplusBps: bps,
  })
  .strict();

const hours = z.int().min(1).max(10_000);
const rungs = z.object({ watch: hours, warning: hours, critical: hours }).strict();
const dailySchema = z
  .object({
    id: slug,
    /** Civil hour of the zone by which the run (or statement) of the business day before must be there. */
    dueHour: z.int().min(0).max(23),
    /** Whole hours after that until it is critical. */
    graceHours: z.int().min(1).max(240),
    /** Business days are counted from here. */
    since: civilDay,
  })
  .strict();
export type Daily = z.infer<typeof dailySchema>;

const bankSchema = z
  .object({
    bank: slug,
    /** When money there can be moved. `jp`: Japanese business days; `weekdays`; `always`. */
    calendar: z.enum(['jp', 'weekdays', 'always']),
    zone: z.string().min(1).max(60),
    openHour: z.int().min(0).max(23),
    closeHour: z.int().min(1).max(24),
    closedOn: z.array(civilDay).max(400),
  })
  .strict();
export type Bank = z.infer<typeof bankSchema>;

const coinSchema = z
  .object({
    asset: assetId,
    /** Composition rules that bind this coin; the names stand in engine/composition-rules.ts. */
    rules: z.array(slug).max(10),
    /** Rules known only from secondary sources count only where the firm says so. */
    trusts: z.array(z.enum(['A', 'B', 'C'])).min(1),
    mintWindowMinutes: z.int().min(1).max(20_160),
    /** A mint or burn so many times the median of the recent ones is unusual, in tenths: 100 is ten times. */
    unusualTenths: z.int().min(11).max(100_000),
    /** The oldest redemption may wait so long. */
    redeemWithinMinutes: z.int().min(1).max(50_000),
    staleAfterMinutes: z.int().min(1).max(50_000),
    /** Bonds and money funds that are counted as reachable within a business day, never as reachable now. */
    reachableMinBps: bps,
    /** Of what is asked for in a period, so much is paid once the period is longer than `redeemWithinMinutes`. */
    redemptionPaidMinBps: bps.max(10_000).optional(),
    /** So much of the native supply may be asked for in one period. */
    redemptionMaxBps: bps.optional(),
    /** Chains that are given up: one that was told once is expected for ever unless it stands here. */
    retiredChains: z.array(slug).max(100).optional(),
  })
  .strict();
export type CoinPolicy = z.infer<typeof coinSchema>;

export const policySchema = z
  .object({
    /** The firm's name in texts that prove control of addresses. */
    exchange: slug,
    book: bookId,
    bookStaleAfterMinutes: z.int().min(1).max(20_160),
    /** Currency in which concentration is valued (instruments.rates). */
    currency: z.enum(CURRENCIES),
    zone: z.string().min(1).max(60),
    closedOn: z.array(civilDay).max(400),
    sources: z.array(sourceSchema).max(SOURCES_MAX),
    coverage: z.array(coverageSchema).max(HELD_ASSETS_MAX),
    concentration: z.object({ watchBps: bps, warningBps: bps }).strict(),
    outflow: z.object({ hot: rungs, all: rungs }).strict(),
    /** Reconciliations due each business day. */
    reconciliations: z.array(dailySchema).max(100),
    /** Accounts whose statement is due each business day. */
    statements: z.array(dailySchema).max(SOURCES_MAX),
    banks: z.array(bankSchema).max(100),
    coins: z.array(coinSchema).max(50),
    /** Who moves coins and money (受払担当); none of them resolves a break (照合担当 is somebody else). */
    movers: z.array(shortText).max(200),
  })
  .strict();
export type Policy = z.infer<typeof policySchema>;

export const policyAdopted = defineFact({
  name: 'reserves.PolicyAdopted',
  version: 1,
  schema: policySchema,
  says: {
    en: 'What is expected of reserves, and its limits, was set.',
    ja: '準備資産の管理方針と限度が設定された。',
  },
});

export const bankBlocked = defineFact({
  name: 'reserves.BankBlocked',
  version: 1,
  schema: z.object({ bank: slug, reason: shortText }).strict(),
  says: { en: 'Money at a bank is out of reach.', ja: '銀行の資金が引き出せなくなった。' },
});
export const bankReopened = defineFact({
  name: 'reserves.BankReopened',
  version: 1,
  schema: z.object({ bank: slug, reason: shortText }).strict(),
  says: { en: 'Money at a bank can be moved again.', ja: '銀行の資金が再び引き出せるようになった。' },
});
