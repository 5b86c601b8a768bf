/** What must be true of sources of alarms: each that promised signs of life gives them. A silent monitor is blindness. */
import { isoTime, MINUTE_MS, parseTime, SECOND_MS } from '../../kernel/time.ts';
import type { ControlDef } from '../../log/define.ts';
import type { Text } from '../../log/fact.ts';
import type { SourceState } from './views/sources.ts';

export const SENTINEL_CONTROLS: readonly ControlDef[] = [
  {
    id: 'sentinels.source-reports',
    statement: {
      en: 'Every monitor that promised signs of life gives them.',
      ja: '定期報告を約束したすべての監視元が報告している。',
    },
    basis: ['Design idea 3: silence is an alarm', 'Prometheus: Watchdog, a dead man’s switch'],
    owner: 'operations',
    levels: ['ok', 'blind'],
  },
];

export type SourceReading = { readonly level: 'ok' | 'blind'; readonly why: Text };

/** A source without promised signs of life is ok: from it silence says nothing. */
export function readSource({ rules, lastAt, watchedSince }: SourceState, now: string): SourceReading {
  const { source, heartbeatMs } = rules;
  const heardAt = Math.max(parseTime(watchedSince), lastAt === null ? 0 : parseTime(lastAt));
  if (heartbeatMs === null || parseTime(now) - heardAt <= heartbeatMs)
    return { level: 'ok', why: { en: `${source} reports.`, ja: `${source} は報告中です。` } };
  const limit = spanText(heartbeatMs);
  const since = lastAt === null ? null : isoTime(parseTime(lastAt));
  const [en, ja] = since === null ? ['yet', '一度も報告がなく'] : [`since ${since}`, ` ${since} から沈黙し`];
  return {
    level: 'blind',
    why: {
      en: `${source} has said nothing ${en} (limit ${limit.en}). Check the monitor and the way from it to here.`,
      ja: `${source} は${ja}、上限 ${limit.ja} を超えました。監視元と到達経路を確認してください。`,
    },
  };
}

function spanText(ms: number): Text {
  if (ms < 2 * MINUTE_MS) return { en: `${ms / SECOND_MS} s`, ja: `${ms / SECOND_MS} 秒` };
  const minutes = Math.round(ms / MINUTE_MS);
  return { en: `${minutes} min`, ja: `${minutes} 分` };
}
