/** How accounts are treated, as the exchange's configuration and conduct say, and who is treated otherwise. */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { defineFact } from '../../../log/fact.ts';
import { accountSchema } from './batches.ts';
import { bookId } from './words.ts';

/** Accounts of one page. */
export const TREATMENTS_MAX = 10_000;
export const TREATMENT_PAGES_MAX = 20;
export const UNEQUAL_MAX = 300;
/** What an account was last seen with is kept in so many parts: a part that did not change is kept once. */
export const KNOWN_PARTS = 64;
/** Accounts of a book that stand at one time as treated otherwise. */
export const HELD_MAX = 200;
const SETTINGS_MAX = 200;

const name = z.string().min(1).max(60);
const small = z.number().nonnegative().max(Number.MAX_SAFE_INTEGER);
const level = z.enum(['watch', 'warning', 'critical']);
const root = z.string().length(44);
const snapshotId = z.string().min(1).max(60);

/** Names of settings come from outside: the one that a record cannot hold is refused, not dropped. */
const settings = <T extends z.ZodType>(value: T) =>
  z
    .unknown()
    .refine(
      (given) => typeof given !== 'object' || given === null || !Object.hasOwn(given, '__proto__'),
      '__proto__: a name that every object has',
    )
    .pipe(
      z
        .record(name, value)
        .refine((of) => Object.keys(of).length <= SETTINGS_MAX, `up to ${SETTINGS_MAX} settings`),
    );
const flags = settings(z.union([z.boolean(), z.string().max(100)]));
const limits = settings(small);

/** Subjects of findings that are no account: a tier, and what concerns the book as a whole. */
export const TIER = 'tier:';
export const ABSENT = 'book:absent';

export const treatmentSchema = z
  .object({
    account: accountSchema.refine(
      (text) => !text.startsWith(TIER) && !text.startsWith('book:'),
      'tier: and book: name no account',
    ),
    tier: name,
    flags: flags.default({}),
    limits: limits.default({}),
    marginShortSince: z.int().nonnegative().nullable().default(null),
    liquidations: z.int().nonnegative().default(0),
    withdrawals: z.int().nonnegative().default(0),
    withdrawalMs: small.default(0),
  })
  .strict();

/** What an account may do and how far, without what happened to it. */
const settingsSchema = z.object({ tier: name, flags, limits }).strict();

/** What an account was last seen with. */
export const knownSchema = z
  .object({
    account: accountSchema,
    ...settingsSchema.shape,
    /** Where the newest differs from what was approved or answered for: the newest. */
    seen: settingsSchema.optional(),
    /** Somebody answered for its not being in snapshots. */
    away: z.literal(true).optional(),
  })
  .strict();

/** A snapshot, or a page of one, as the exchange sends it. */
export const treatmentPageSchema = z
  .object({
    at: z.iso.datetime(),
    accounts: z.array(treatmentSchema).min(1).max(TREATMENTS_MAX),
    /** Pages of one snapshot have one id and one `at`; a snapshot of one page needs none. */
    snapshot: snapshotId.optional(),
    page: z.int().min(1).max(TREATMENT_PAGES_MAX).default(1),
    pages: z.int().min(1).max(TREATMENT_PAGES_MAX).default(1),
  })
  .strict()
  .refine(({ page, pages }) => page <= pages, 'page: beyond the number of pages')
  .refine(({ pages, snapshot }) => pages === 1 || snapshot !== undefined, 'snapshot: pages need its id');

export const unequalSchema = z
  .object({
    account: accountSchema,
    kind: z.enum(['flag', 'limit', 'changed', 'not-liquidated', 'withdrawals', 'absent']),
    what: z.string().max(60),
    value: z.string().max(120),
    peers: z.string().max(120),
    /** What `what` names; absent in older facts. */
    of: z.enum(['flag', 'limit', 'tier', 'conduct']).optional(),
    level: level.optional(),
    whose: z.enum(['customer', 'house', 'affiliate', 'related', 'other', 'unknown']).optional(),
  })
  .strict();

/** Accounts that are treated otherwise and are not listed one by one. */
export const unlistedSchema = z
  .object({ accounts: z.int().positive(), level, first: z.array(accountSchema).max(5) })
  .strict();

export const treatmentRecorded = defineFact({
  name: 'ledger.TreatmentRecorded',
  version: 1,
  schema: z
    .object({
      book: bookId,
      at: z.iso.datetime(),
      accounts: z.int().positive(),
      /** Base64 root of the evidence: every account as it was reported; of the first page. */
      root,
      unequal: z.array(unequalSchema).max(UNEQUAL_MAX),
      /** Beyond those that are listed. */
      more: z.int().nonnegative(),
      snapshot: snapshotId.optional(),
      /** Roots of all pages in their order. */
      pages: z.array(root).min(1).max(TREATMENT_PAGES_MAX).optional(),
      /** Roots of what every account was last seen with, part by part; empty for a part without accounts. */
      known: z
        .array(z.union([root, z.literal('')]))
        .max(KNOWN_PARTS)
        .optional(),
      unlisted: unlistedSchema.nullable().optional(),
      /** Accounts that stand as treated otherwise from now on, listed or not. */
      held: z.array(accountSchema).max(HELD_MAX).optional(),
      /** So many answers, the oldest first, are taken into account from now on. */
      answered: z.int().nonnegative().optional(),
    })
    .strict(),
  says: { en: 'How accounts are treated was compared.', ja: '口座の取扱いの均一性が照合された。' },
});

export const treatmentPageReceived = defineFact({
  name: 'ledger.TreatmentPageReceived',
  version: 1,
  schema: z
    .object({
      book: bookId,
      snapshot: snapshotId,
      at: z.iso.datetime(),
      page: z.int().positive(),
      pages: z.int().min(2).max(TREATMENT_PAGES_MAX),
      accounts: z.int().positive(),
      root,
    })
    .strict(),
  says: {
    en: 'A page of a snapshot of how accounts are treated arrived.',
    ja: '口座の取扱いのスナップショットの一部を受領した。',
  },
});

export const treatmentAnswered = defineFact({
  name: 'ledger.TreatmentAnswered',
  version: 1,
  schema: z
    .object({
      book: bookId,
      account: accountSchema,
      /** What was answered for; only these. */
      closes: z.array(unequalSchema).max(UNEQUAL_MAX),
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
      by: z.string().max(100),
    })
    .strict(),
  says: {
    en: 'Somebody answered for how an account is treated.',
    ja: '口座の取扱いについて説明が記録された。',
  },
});
