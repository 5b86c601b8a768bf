/**
 * The policy of transfers: rules, limits, bands and roles as data. Proposed by one person, approved by another; what
 * loosens waits, what tightens does not. There is no way to write an exception for a person.
 */
import { z } from 'zod';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../kernel/time.ts';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import {
  amountText,
  bilingual,
  digestText,
  evmAddress,
  isoTime,
  principalId,
  reasonText,
  slug,
  valueText,
} from './words.ts';

export const RULES_MAX = 500;
export const LIMITS_MAX = 300;
export const WINDOW_MS_MAX = 7 * DAY_MS;
/** Time is counted in slots of this length, so a window is at most this much longer than it says, never shorter. */
export const SLOT_MS = 10 * MINUTE_MS;

const PATHS = ['gate', 'transfer'] as const;
export type Path = (typeof PATHS)[number];
/** `gate`: one withdrawal of a customer; `transfer`: a move requested by a person. Null: both. */
const path = z.enum(PATHS).nullable();
/** Null stands for every one. */
const anyOf = <T extends z.ZodType>(of: T, most: number) =>
  z.array(of).min(1).max(most).nullable().default(null);

/**
 * What is known of where it goes. `own`: a wallet of the inventory; `listed`: whitelisted longer ago than the
 * cool-off; `cooling`: whitelisted since; `unknown`: on no list.
 */
export const DESTINATION_STATES = ['own', 'listed', 'cooling', 'unknown'] as const;
export type DestinationState = (typeof DESTINATION_STATES)[number];

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
export const ruleSchema = z
  .object({
    id: slug,
    says: bilingual,
    effect: z.enum(['allow', 'hold', 'deny']),
    path: path.default(null),
    assets: anyOf(assetId, 200),
    chains: anyOf(slug, 50),
    wallets: anyOf(slug, 200),
    counterparts: anyOf(slug, 200),
    destination: anyOf(z.enum(DESTINATION_STATES), 4),
    /** Yen, of the transfer together with what went to the same destination within `splitWindowMs`. */
    valueAbove: valueText.nullable().default(null),
    valueAtMost: valueText.nullable().default(null),
    /** Minor units of this one transfer; needs exactly one asset. */
    amountAbove: amountText.nullable().default(null),
    /** Tokyo time: true of what happens outside of it. */
    outside: z
      .object({ from: clockTime, to: clockTime, businessDays: z.boolean() })
      .strict()
      .nullable()
      .default(null),
  })
  .strict()
  .refine((rule) => rule.amountAbove === null || rule.assets?.length === 1, {
    error: 'amountAbove needs exactly one asset: minor units of different assets do not compare',
    path: ['amountAbove'],
  });
export type Rule = z.infer<typeof ruleSchema>;

const limitMax = z.union([
  z.object({ value: valueText }).strict(),
  z.object({ amount: amountText }).strict(),
  z.object({ count: z.int().min(0).max(1_000_000_000) }).strict(),
]);
export const limitSchema = z
  .object({
    id: slug,
    says: bilingual,
    effect: z.enum(['hold', 'deny']),
    path: path.default(null),
    /** What is added up: everything, or separately by each of these. */
    per: z.enum(['firm', 'asset', 'wallet', 'customer', 'destination']),
    /** To which transfers it speaks; all count towards it, whatever rule let them pass. */
    assets: anyOf(assetId, 200),
    wallets: anyOf(slug, 200),
    windowMs: z.int().min(SLOT_MS).max(WINDOW_MS_MAX),
    max: limitMax,
  })
  .strict()
  .refine((limit) => !('amount' in limit.max) || (limit.per === 'asset' && limit.assets?.length === 1), {
    error: 'a limit in minor units is per asset and names exactly one asset',
    path: ['max'],
  });
export type Limit = z.infer<typeof limitSchema>;

const roleIds = z.array(z.string().min(1).max(40)).min(1).max(10);
export const rolesSchema = z
  .object({
    inventory: roleIds,
    policy: roleIds,
    request: roleIds,
    approve: roleIds,
    'call-back': roleIds,
    reconcile: roleIds,
  })
  .strict();
export type Roles = z.infer<typeof rolesSchema>;
/** Until a policy says otherwise. Names of roles in the register of people. */
export const FIRST_ROLES: Roles = {
  inventory: ['custody-inventory'],
  policy: ['custody-policy'],
  request: ['custody-mover'],
  approve: ['custody-approver'],
  'call-back': ['custody-call-back'],
  reconcile: ['custody-reconciler'],
};

const bandSchema = z
  .object({ upTo: valueText.nullable(), quorum: z.int().min(1).max(20), callBack: z.boolean() })
  .strict();
export type Band = z.infer<typeof bandSchema>;

export const policySchema = z
  .object({
    roles: rolesSchema.default(FIRST_ROLES),
    rules: z.array(ruleSchema).max(RULES_MAX),
    limits: z.array(limitSchema).max(LIMITS_MAX).default([]),
    /** How many approve a requested transfer, by yen. Ascending; the last has no upper end and needs the call-back. */
    bands: z
      .array(bandSchema)
      .min(1)
      .max(10)
      .refine(areBands, 'ascending, quorum never falling, the last with upTo null and callBack true'),
    splitWindowMs: z.int().min(HOUR_MS).max(WINDOW_MS_MAX).default(DAY_MS),
    coolOffMs: z
      .int()
      .min(HOUR_MS)
      .max(30 * DAY_MS)
      .default(DAY_MS),
    /** How long a loosening waits; 432,000 s is also what OpenZeppelin's AccessManager takes at least. */
    loosenDelayMs: z
      .int()
      .min(DAY_MS)
      .max(60 * DAY_MS)
      .default(5 * DAY_MS),
    approveWithinMs: z
      .int()
      .min(HOUR_MS)
      .max(7 * DAY_MS)
      .default(DAY_MS),
    ratesStaleMs: z
      .int()
      .min(MINUTE_MS)
      .max(DAY_MS)
      .default(15 * MINUTE_MS),
    /** Sums of the books are stated at least this often. */
    booksStaleMs: z
      .int()
      .min(HOUR_MS)
      .max(7 * DAY_MS)
      .default(26 * HOUR_MS),
    holdingsStaleMs: z
      .int()
      .min(MINUTE_MS)
      .max(7 * DAY_MS)
      .default(HOUR_MS),
    /** The firm's own upper limit of coin outside cold, of all customers' coin: below the legal one. */
    hotShareBps: z.int().min(1).max(500).default(400),
    /** At most so much of everything with one custodian. */
    custodianShareBps: z.int().min(1).max(10_000).default(5_000),
    /** Own coin that may lie in customers' wallets, by asset; absent is none. */
    buffers: z.record(assetId, amountText).default({}),
    contracts: z
      .array(
        z
          .object({
            chain: slug,
            address: evmAddress,
            selector: z.string().regex(/^0x[0-9a-f]{8}$/, '0x and 8 hex digits'),
            name: z.string().min(1).max(100),
          })
          .strict(),
      )
      .max(200)
      .default([]),
    closedDays: z.array(z.iso.date()).max(366).default([]),
  })
  .strict()
  .refine(({ rules, limits }) => isUnique([...rules, ...limits].map(({ id }) => id)), {
    error: 'every rule and limit has an id of its own',
    path: ['rules'],
  });
export type Policy = z.infer<typeof policySchema>;

const isUnique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;

function areBands(bands: readonly Band[]): boolean {
  return bands.every(({ upTo, quorum, callBack }, n) => {
    const before = bands[n - 1];
    if (before !== undefined && quorum < before.quorum) return false;
    if (n === bands.length - 1) return upTo === null && callBack;
    return upTo !== null && (before?.upTo == null || BigInt(upTo) > BigInt(before.upTo));
  });
}

const revision = z.int().positive();

export const policyProposed = defineFact({
  name: 'custody.PolicyProposed',
  version: 1,
  schema: z.object({ revision, policy: policySchema, digest: digestText, reason: reasonText }).strict(),
  says: { en: 'A policy of transfers was proposed.', ja: '移転ポリシーが提案された。' },
});

export const policyApproved = defineFact({
  name: 'custody.PolicyApproved',
  version: 1,
  schema: z
    .object({
      revision,
      digest: digestText,
      proposer: principalId,
      /** What it loosens, by field; empty when it only tightens. */
      loosens: z.array(z.string().max(100)).max(50),
      effectiveAt: isoTime,
    })
    .strict(),
  says: {
    en: 'Somebody else approved the policy; what loosens waits.',
    ja: '別の者がポリシーを承認した(緩和は待機期間を置く)。',
  },
});

export const policyRevised = defineFact({
  name: 'custody.PolicyRevised',
  version: 1,
  schema: z.object({ revision, policy: policySchema, digest: digestText }).strict(),
  says: { en: 'A policy of transfers is in force.', ja: '移転ポリシーが発効した。' },
});

export const policyRejected = defineFact({
  name: 'custody.PolicyRejected',
  version: 1,
  schema: z.object({ revision, reason: reasonText }).strict(),
  says: { en: 'A proposed or waiting policy was stopped.', ja: '提案中または待機中のポリシーが止められた。' },
});

export const POLICY_FACTS = [policyProposed, policyApproved, policyRevised, policyRejected] as const;
