/** Folds over price facts: which feeds see, what they sent, and where the evidence lies. */
import type { Fact, Text } from '../../log/fact.ts';
import { isFact } from '../../log/fact.ts';
import { defineView } from '../../log/stream.ts';
import { barsRecorded, compositeRecorded, feedLevelChanged, rowsRejected } from './facts.ts';

export type FeedState = {
  readonly level: 'ok' | 'blind';
  readonly since: string;
  readonly why: Text | null;
};
export type AssetFeeds = Readonly<Record<string, FeedState>>;

/** Liveness of the feeds of one asset; key: asset. */
export const assetFeeds = defineView<AssetFeeds>({
  name: 'prices.feeds',
  version: 1,
  folds: [feedLevelChanged.name],
  initial: () => ({}),
  keysOf: (fact) => (isFact(feedLevelChanged, fact) ? [fact.body.asset] : []),
  apply: (state, fact) => {
    if (!isFact(feedLevelChanged, fact)) return state;
    const { feed, to, at, why } = fact.body;
    return { ...state, [feed]: { level: to, since: at, why } };
  },
});

export type Batch = {
  readonly from: string;
  readonly to: string;
  readonly root: string;
  readonly count: number;
};
export type Batches = { readonly batches: readonly Batch[] };

function addBatch(
  state: Batches,
  body: { from: string; to: string; evidence: { root: string; count: number } },
): Batches {
  const batch = { from: body.from, to: body.to, root: body.evidence.root, count: body.evidence.count };
  return { batches: [...state.batches, batch] };
}

const dayOf = (time: string): string => time.slice(0, 'YYYY-MM-DD'.length);

/** Where the evidence of one UTC day begins in the index; keys sort by day. */
export const feedBatchesKey = (feed: string, time: string): string => `feed/${feed}/${dayOf(time)}`;
export const compositeBatchesKey = (asset: string, time: string): string =>
  `composite/${asset}/${dayOf(time)}`;

/** Evidence batches by feed or asset and by the UTC day they end in, so that one more batch rewrites one day only. */
export const evidenceIndex = defineView<Batches>({
  name: 'prices.evidence',
  version: 2,
  folds: [barsRecorded.name, compositeRecorded.name],
  initial: () => ({ batches: [] }),
  keysOf: evidenceKeys,
  apply: (state, fact) => {
    if (isFact(barsRecorded, fact) || isFact(compositeRecorded, fact)) return addBatch(state, fact.body);
    return state;
  },
});

function evidenceKeys(fact: Fact): string[] {
  if (isFact(barsRecorded, fact)) return [feedBatchesKey(fact.body.feed, fact.body.to)];
  return isFact(compositeRecorded, fact) ? [compositeBatchesKey(fact.body.asset, fact.body.to)] : [];
}

export type Rejected = {
  readonly counts: Readonly<Record<string, number>>;
  readonly lastAt: string;
  readonly sample: string;
};

/** Rows that could not be used, by feed. */
export const rejectedRows = defineView<Rejected>({
  name: 'prices.rejected',
  version: 1,
  folds: [rowsRejected.name],
  initial: () => ({ counts: {}, lastAt: '', sample: '' }),
  keysOf: (fact) => (isFact(rowsRejected, fact) ? [fact.body.feed] : []),
  apply: (state, fact) => {
    if (!isFact(rowsRejected, fact)) return state;
    const counts: Record<string, number> = { ...state.counts };
    for (const [reason, count] of Object.entries(fact.body.counts))
      counts[reason] = (counts[reason] ?? 0) + count;
    return { counts, lastAt: fact.body.to, sample: fact.body.sample };
  },
});
