/** What must be true of price feeds: each one speaks. A silent feed is blindness, never calm. */

import { HOUR_MS, isoTime, MINUTE_MS } from '../../kernel/time.ts';
import type { ControlDef } from '../../log/define.ts';
import type { Text } from '../../log/fact.ts';
import type { FeedSpec } from '../../ports/venue.ts';

export const PRICE_CONTROLS: readonly ControlDef[] = [
  {
    id: 'prices.feed',
    statement: { en: 'Every configured feed speaks.', ja: '設定済みのすべてのフィードが報告している。' },
    basis: ['Design idea 3: silence is an alarm'],
    owner: 'operations',
    levels: ['ok', 'blind'],
  },
];

export type FeedReading = { readonly level: 'ok' | 'blind'; readonly why: Text };

/**
 * @param lastAt when the feed last said anything, or null if never
 * @param watchedSince since when it is watched: a feed that never spoke is judged from then
 */
export function readFeed(
  spec: FeedSpec,
  lastAt: number | null,
  frozen: boolean,
  watchedSince: number,
  now: number,
): FeedReading {
  if (frozen) {
    return {
      level: 'blind',
      why: {
        en: `${spec.id} repeats the same bar, down to its volume: a frozen source. Check the connector.`,
        ja: `${spec.id} が出来高まで同一の足を繰り返しています。凍結した情報源です。接続を確認してください。`,
      },
    };
  }
  const silentMs = now - (lastAt ?? watchedSince);
  if (silentMs <= spec.silentAfterMs)
    return { level: 'ok', why: { en: `${spec.id} speaks.`, ja: `${spec.id} は報告中です。` } };
  const hours = spec.silentAfterMs / HOUR_MS;
  const minutes = spec.silentAfterMs / MINUTE_MS;
  const limit =
    hours >= 1 ? { en: `${hours} h`, ja: `${hours} 時間` } : { en: `${minutes} min`, ja: `${minutes} 分` };
  const since = lastAt === null ? null : isoTime(lastAt);
  return {
    level: 'blind',
    why: {
      en: `${spec.id} has said nothing ${since === null ? 'yet' : `since ${since}`} (limit ${limit.en}). Check the venue and the connector.`,
      ja: `${spec.id} は${since === null ? '一度も報告がなく' : ` ${since} から沈黙し`}、上限 ${limit.ja} を超えました。取引所と接続を確認してください。`,
    },
  };
}
