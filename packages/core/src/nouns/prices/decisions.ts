/** Recording what was observed. Only the node's own rules run these; people have no say over observations. */
import { z } from 'zod';
import { EVIDENCE_ITEMS_MAX } from '../../kernel/limits.ts';
import { defineCommand } from '../../log/define.ts';
import { newFact } from '../../log/fact.ts';
import { ref } from '../../log/stream.ts';
import { barsRecorded, compositeRecorded, feedLevelChanged, rowsRejected } from './facts.ts';
import { assetFeeds } from './views.ts';

const isoTime = z.iso.datetime();
const jsonItem = z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.boolean()]));
const items = z.array(jsonItem).min(1).max(EVIDENCE_ITEMS_MAX);
/** The root is computed by the app from the items (app/dispatch.ts), never taken from the caller. */
const batch = { from: isoTime, to: isoTime, items };

export const recordBars = defineCommand({
  name: 'prices.RecordBars',
  says: {
    en: 'Record observations of one feed as evidence.',
    ja: '一つのフィードの観測値を証拠として記録する。',
  },
  input: z.object({ feed: z.string().max(100), ...batch }).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: (input, _state, ctx) => {
    const evidence = ctx.evidence(input.items);
    const cited = { count: input.items.length, root: evidence.root };
    const body = { feed: input.feed, from: input.from, to: input.to, evidence: cited };
    return {
      facts: [newFact(barsRecorded, `prices/${input.feed}`, body, { occurredAt: input.to })],
      evidence: [evidence],
    };
  },
});

export const recordComposite = defineCommand({
  name: 'prices.RecordComposite',
  says: {
    en: 'Record composite prices of one asset as evidence.',
    ja: '一つの資産の合成価格を証拠として記録する。',
  },
  input: z
    .object({ asset: z.string().max(20), low: z.number(), high: z.number(), last: z.number(), ...batch })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: (input, _state, ctx) => {
    const evidence = ctx.evidence(input.items);
    const { asset, from, to, low, high, last } = input;
    const cited = { count: input.items.length, root: evidence.root };
    const body = { asset, from, to, low, high, last, evidence: cited };
    return {
      facts: [newFact(compositeRecorded, `prices/${asset}`, body, { occurredAt: to })],
      evidence: [evidence],
    };
  },
});

export const recordFeedLevel = defineCommand({
  name: 'prices.RecordFeedLevel',
  says: { en: 'Record that a feed fell silent or speaks again.', ja: 'フィードの沈黙または再開を記録する。' },
  input: z
    .object({
      asset: z.string().max(20),
      feed: z.string().max(100),
      to: z.enum(['ok', 'blind']),
      at: isoTime,
      why: z.object({ en: z.string(), ja: z.string() }).strict(),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({ feeds: ref(assetFeeds, input.asset) }),
  decide: (input, { feeds }) => {
    const from = feeds[input.feed]?.level ?? 'ok';
    if (from === input.to) return { facts: [] };
    const body = { asset: input.asset, feed: input.feed, from, to: input.to, at: input.at, why: input.why };
    return { facts: [newFact(feedLevelChanged, `prices/${input.feed}`, body, { occurredAt: input.at })] };
  },
});

export const recordRejections = defineCommand({
  name: 'prices.RecordRejections',
  says: { en: 'Record rows of a feed that could not be used.', ja: '使えなかったフィード行を記録する。' },
  input: z
    .object({
      feed: z.string().max(100),
      from: isoTime,
      to: isoTime,
      counts: z.record(z.string(), z.int().positive()),
      sample: z.string().max(300),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: (input) => ({
    facts: [newFact(rowsRejected, `prices/${input.feed}`, input, { occurredAt: input.to })],
  }),
});
