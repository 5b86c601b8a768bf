/** What can have happened to prices: observations recorded as evidence, feeds that came, went or sent nonsense. */
import { z } from 'zod';
import { defineFact } from '../../log/fact.ts';

const isoTime = z.iso.datetime();
/** How a fact cites an evidence batch: number of items and base64 RFC 6962 root. */
export const evidenceSchema = z.object({ count: z.int().positive(), root: z.string().length(44) }).strict();

export const barsRecorded = defineFact({
  name: 'prices.BarsRecorded',
  version: 1,
  schema: z.object({ feed: z.string(), from: isoTime, to: isoTime, evidence: evidenceSchema }).strict(),
  says: {
    en: 'Observations of one feed were recorded as an evidence batch.',
    ja: '一つのフィードの観測値を証拠バッチとして記録した。',
  },
});

export const compositeRecorded = defineFact({
  name: 'prices.CompositeRecorded',
  version: 1,
  schema: z
    .object({
      asset: z.string(),
      from: isoTime,
      to: isoTime,
      low: z.number().positive(),
      high: z.number().positive(),
      last: z.number().positive(),
      evidence: evidenceSchema,
    })
    .strict(),
  says: {
    en: 'A run of composite prices of one asset was recorded as an evidence batch.',
    ja: '一つの資産の合成価格の列を証拠バッチとして記録した。',
  },
});

export const feedLevelChanged = defineFact({
  name: 'prices.FeedLevelChanged',
  version: 1,
  schema: z
    .object({
      asset: z.string(),
      feed: z.string(),
      from: z.enum(['ok', 'blind']),
      to: z.enum(['ok', 'blind']),
      at: isoTime,
      why: z.object({ en: z.string(), ja: z.string() }).strict(),
    })
    .strict(),
  says: { en: 'A price feed fell silent, or speaks again.', ja: '価格フィードが沈黙した、または再開した。' },
});

export const rowsRejected = defineFact({
  name: 'prices.RowsRejected',
  version: 1,
  schema: z
    .object({
      feed: z.string(),
      from: isoTime,
      to: isoTime,
      counts: z.record(z.string(), z.int().positive()),
      sample: z.string().max(300),
    })
    .strict(),
  says: {
    en: 'Rows of a feed could not be used; counted by reason, with the first of them as a sample.',
    ja: 'フィードの行が使えなかった。理由別の件数と最初の一例。',
  },
});
