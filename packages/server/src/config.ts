/** The configuration file: JSON, checked whole before anything starts. Absent fields take the defaults shown here. */
import { readFileSync } from 'node:fs';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type Limits, PEG_LIMITS } from '@sonae/core/nouns/peg/engine.ts';
import { PRICE_LIMITS, type PriceLimits } from '@sonae/core/nouns/prices/engine.ts';
import { z } from 'zod';
import { subscriptionsSchema } from './comms/comms-config.ts';
import { intakeSchema } from './connectors/intake/intake-config.ts';
import { journalTableSchema } from './connectors/journal-table/journal-table-config.ts';
import { mailSchema } from './connectors/mail/mail-config.ts';
import { gateSchema } from './custody/gate-config.ts';
import { pagingSchema } from './reach/paging-config.ts';
import { reservesSchema } from './reserves/reserves-config.ts';
import { witnessSchema } from './witness/witness-config.ts';

const currency = z.string().regex(/^[A-Za-z0-9.]{1,20}$/);
const httpUrl = z.url({ protocol: /^https?$/ });
const rung = z
  .object({
    level: z.enum(['watch', 'warning', 'critical']),
    enter: z.number().positive(),
    dwellMs: z.int().nonnegative(),
    leave: z.number().nonnegative(),
    calmMs: z.int().nonnegative(),
  })
  .strict()
  .refine((r) => r.leave < r.enter, 'leave must lie below enter, or the level would flap');
const ladder = z.array(rung).min(1).max(10);

/** Overrides of governed limits; each one given replaces the default of that name. */
const limitsSchema = z
  .object({
    prices: z
      .object({
        usableMs: z.int().positive(),
        medianBars: z.int().min(1).max(99),
        volumeHalfLifeMs: z.int().positive(),
        venueCap: z.number().gt(0).lte(1),
        outlierBps: z.number().positive(),
        outlierMads: z.number().positive(),
        assumedQuoteBps: z.number().nonnegative(),
        quorumShare: z.number().gt(0).lte(1),
        venueMemoryMs: z.int().positive(),
        frozenBars: z.int().min(2),
      })
      .partial()
      .strict()
      .default({}),
    peg: z
      .object({
        deviation: ladder,
        depeg: ladder,
        premium: ladder,
        velocity: ladder,
        dispersion: ladder,
        pressure: ladder,
        liquidity: ladder,
        oracle: ladder,
        velocityWindowMs: z.int().positive(),
        velocityFloorBps: z.number().nonnegative(),
        volumeWindowMs: z.int().positive(),
        volumeHistoryMs: z.int().positive(),
        pressureSellShare: z.number().gt(0).lte(1),
        pressureFloorBps: z.number().nonnegative(),
        oracleSilentMs: z.int().positive(),
        depthSilentMs: z.int().positive(),
        warmUpMs: z.int().nonnegative(),
      })
      .partial()
      .strict()
      .default({}),
  })
  .strict()
  .default({ prices: {}, peg: {} });

const venueFeed = z
  .object({
    id: z.string().min(1).max(100),
    source: z.literal('ccxt'),
    /** A ccxt exchange id, e.g. `kraken`. */
    venue: z.string().regex(/^[a-z0-9]{2,40}$/),
    base: currency,
    quote: currency,
    silentAfterMs: z.int().min(1000).optional(),
    /** Overrides the venue's own addresses, e.g. for a proxy. */
    baseUrl: httpUrl.optional(),
  })
  .strict();
const chainlinkFeed = z
  .object({
    id: z.string().min(1).max(100),
    source: z.literal('chainlink'),
    base: currency,
    quote: currency,
    rpcUrl: httpUrl,
    aggregator: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
    pollMs: z.int().min(1000).default(15_000),
    silentAfterMs: z.int().min(1000).optional(),
  })
  .strict();

const secret = z.string().min(32).max(500);
const systemId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/);
const connectionSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('evm'),
      chainId: z.int().positive(),
      /** The first is preferred; all are compared when the target is read. */
      rpcUrls: z.array(httpUrl).min(1).max(5),
      /** File with the relayer's private key (0x hex). It pays for gas and holds no power. */
      relayerKeyFile: z.string().min(1),
      confirmations: z.int().min(1).max(1_000).default(2),
    })
    .strict(),
  z
    .object({
      kind: z.literal('exchange'),
      system: systemId,
      url: httpUrl,
      keyId: z.string().max(100),
      secret,
    })
    .strict(),
  z
    .object({
      kind: z.literal('network'),
      system: systemId,
      url: httpUrl,
      secret,
      neverBlock: z.array(z.string().max(100)).max(1_000).default([]),
    })
    .strict(),
  z
    .object({
      kind: z.literal('bitcoin'),
      network: z.enum(['mainnet', 'testnet', 'regtest']),
      coldAddresses: z.array(z.string().max(100)).min(1).max(100),
      maxFeeSat: z.int().positive(),
      maxFeeRateSatVb: z.number().positive(),
      maxTotalSat: z.int().positive(),
      broadcastUrl: httpUrl.optional(),
      confirmations: z.int().min(1).max(1_000).default(6),
    })
    .strict(),
]);

const configSchema = z
  .object({
    /** Name of the log and of its key: a host and path you own, without scheme. */
    origin: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.\-/]{2,99}$/)
      .default('log.sonae.invalid'),
    name: z
      .object({ en: z.string().max(100), ja: z.string().max(100) })
      .strict()
      .default({ en: 'Sonae', ja: '備え' }),
    store: z
      .object({ postgres: z.string().startsWith('postgres').optional() })
      .strict()
      .default({}),
    assets: z
      .array(
        z
          .object({
            asset: currency,
            peg: currency,
            feeds: z
              .array(z.discriminatedUnion('source', [venueFeed, chainlinkFeed]))
              .min(1)
              .max(64),
          })
          .strict(),
      )
      .max(50)
      .default([]),
    limits: limitsSchema,
    webhook: z
      .object({ url: httpUrl, secret: z.string().min(16).max(200) })
      .strict()
      .optional(),
    /** A ticket is opened here for every use of a power. */
    tickets: z.object({ url: httpUrl, secret }).strict().optional(),
    /** Where people reach the console from outside, behind a proxy of the firm; passkeys are bound to it. */
    publicOrigin: z
      .url({ protocol: /^https?$/ })
      .regex(/^[^/]+:\/\/[^/]+$/, 'give scheme, host and port only')
      .optional(),
    /** The firm's identity provider: for signing in, never for approving. */
    oidc: z
      .object({
        issuer: httpUrl,
        clientId: z.string().min(1).max(300),
        clientSecret: z.string().min(1).max(500).optional(),
        scope: z.string().max(300).default('openid'),
        /** The claim of the ID token that names the account. */
        claim: z.string().max(100).default('sub'),
        /** Account -> enrolled person. */
        people: z.record(z.string().max(300), z.string().max(40)),
      })
      .strict()
      .optional(),
    /** Hash of the founding charter that this node obeys. */
    founding: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
      .optional(),
    /** Foreign monitors whose alarms are taken in. */
    intake: intakeSchema.prefault({}),
    gate: gateSchema.prefault({}),
    reserves: reservesSchema.prefault({}),
    /** Who outside vouches that everybody is shown one log. */
    witnesses: witnessSchema.prefault({}),
    journal: z
      .object({ tables: z.array(journalTableSchema).max(20).default([]), flows: z.boolean().default(true) })
      .strict()
      .prefault({}),
    /** The relay that mails leave through. */
    mail: mailSchema.optional(),
    /** How people are called and told things. */
    paging: pagingSchema.prefault({}),
    /** What people may subscribe to notices with; offered once publicOrigin is set. */
    subscriptions: subscriptionsSchema.prefault({}),
    /** Systems that powers act on. */
    connections: z.array(connectionSchema).max(50).default([]),
  })
  .strict();

export type Config = z.infer<typeof configSchema>;
type AssetConfig = Config['assets'][number];
export type ConnectionConfig = Config['connections'][number];
export type FeedConfig = AssetConfig['feeds'][number];

/** Checked configuration from a file, or all defaults. */
export function readConfig(path: string | undefined): Config {
  if (path === undefined) return configSchema.parse({});
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new FaultError(
      'input.unreadable',
      `${path}: ${(error as Error).message}`,
      'give a readable JSON file',
      error,
    );
  }
  const parsed = configSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the file';
  throw new FaultError(
    'input.invalid',
    `${path}: ${field}: ${issue?.message}`,
    `correct ${field}; docs/guides/configure.md lists every field`,
  );
}

/** The defaults with the configured overrides. */
export function limitsOf(config: Config): { prices: PriceLimits; peg: Limits } {
  return {
    prices: { ...PRICE_LIMITS, ...defined(config.limits.prices) },
    peg: { ...PEG_LIMITS, ...defined(config.limits.peg) },
  };
}

function defined<T extends object>(partial: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined)) as never;
}
