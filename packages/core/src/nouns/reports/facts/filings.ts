/**
 * Filings: what Sonae prepares and records; people file. A prepared filing is a snapshot of every field with its source,
 * so that a later one can show what changed. Consent to share, attached documents and supervisors’ windows are facts too.
 */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { isoTime, reason, shortText, subjectId } from './duties.ts';

const id = z.string().min(1).max(40);
const FIELD_TEXT_MAX = 6_000;
const FIELDS_MAX = 120;

export const filledField = z
  .object({
    id: z.string().max(60),
    /** The value as it is printed, in the language of the form. */
    text: z.string().max(FIELD_TEXT_MAX),
    asOf: isoTime.nullable(),
    confidence: z.enum(['confirmed', 'estimated', 'unknown', 'missing']),
    /** Sequence number of the fact that states it; null where the log as a whole does. */
    fact: z.int().nonnegative().nullable(),
    changed: z.boolean(),
  })
  .strict();
export type FilledField = z.infer<typeof filledField>;

export const filingPrepared = defineFact({
  name: 'reports.FilingPrepared',
  version: 1,
  schema: z
    .object({
      filing: id,
      subject: subjectId,
      form: z.string().max(60),
      language: z.enum(['ja', 'en']),
      /** 第n報. */
      round: z.int().min(1).max(1_000),
      fields: z.array(filledField).min(1).max(FIELDS_MAX),
      /** Of a document set: what is in and what is missing. */
      items: z
        .array(z.object({ id: z.string().max(60), source: z.string().max(200).nullable() }).strict())
        .max(60),
    })
    .strict(),
  says: { en: 'A filing was prepared from the log.', ja: '記録から報告書類が作成された。' },
});

export const filingRecorded = defineFact({
  name: 'reports.FilingRecorded',
  version: 1,
  schema: z
    .object({
      subject: subjectId,
      /** The prepared filing; null for a report by telephone or on the authority’s own system. */
      filing: id.nullable(),
      duties: z.array(z.string().max(100)).min(1).max(20),
      filedAt: isoTime,
      method: shortText,
      reference: shortText,
      recipients: z.array(shortText).min(1).max(10),
    })
    .strict(),
  says: {
    en: 'A person filed it: to whom, how, with which reference.',
    ja: '提出が記録された(宛先・方法・受付番号)。',
  },
});

export const documentAttached = defineFact({
  name: 'reports.DocumentAttached',
  version: 1,
  schema: z
    .object({
      subject: subjectId,
      item: z.string().max(60),
      name: shortText,
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
      kept: shortText,
    })
    .strict(),
  says: { en: 'A document of a set is at hand, by its hash.', ja: '提出資料が用意された(ハッシュつき)。' },
});

export const consentStated = defineFact({
  name: 'reports.ConsentStated',
  version: 1,
  schema: z.object({ subject: subjectId, body: shortText, consents: z.boolean(), reason }).strict(),
  says: {
    en: 'Whether a report may be shared with another body.',
    ja: '報告の他機関との共有への同意の有無。',
  },
});

export const windowOpened = defineFact({
  name: 'reports.WindowOpened',
  version: 1,
  schema: z
    .object({
      window: id,
      supervisor: shortText,
      subject: subjectId,
      shows: z
        .array(z.enum(['timeline', 'duties', 'filings', 'notices', 'decisions', 'evidence']))
        .min(1)
        .max(6),
      until: isoTime,
      /** Hex SHA-256 of the secret in the address. */
      digest: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .strict(),
  says: {
    en: 'A supervisor may read what the firm chose to show, until a time.',
    ja: '監督当局向けの閲覧窓口が期限つきで開かれた。',
  },
});

export const windowRead = defineFact({
  name: 'reports.WindowViewed',
  version: 1,
  schema: z.object({ window: id, what: z.string().max(60) }).strict(),
  says: { en: 'A supervisor read through a window.', ja: '閲覧窓口で閲覧された。' },
});

export const windowClosed = defineFact({
  name: 'reports.WindowClosed',
  version: 1,
  schema: z.object({ window: id, reason }).strict(),
  says: { en: 'A supervisor’s window was closed.', ja: '閲覧窓口が閉じられた。' },
});

export const FILING_FACTS = [
  filingPrepared,
  filingRecorded,
  documentAttached,
  consentStated,
  windowOpened,
  windowRead,
  windowClosed,
] as const;
