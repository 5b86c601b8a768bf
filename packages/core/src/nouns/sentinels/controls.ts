/**
 * What must be true of those who watch: a source of alarms that promised signs of life gives them, and witnesses of this log
 * have seen one history of it. A silent monitor is blindness.
 */
import { isoTime, MINUTE_MS, parseTime, SECOND_MS } from '../../kernel/time.ts';
import type { ControlDef } from '../../log/define.ts';
import type { Text } from '../../log/fact.ts';
import { defineLevels, type Reading } from '../../log/levels.ts';
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

const WITNESSED = 'sentinels.log-witnessed';
export const WITNESS_CONTROLS: readonly (ControlDef & { name: Text })[] = [
  {
    id: WITNESSED,
    name: { en: 'The log is witnessed', ja: 'ログの立会い' },
    statement: {
      en: 'Every configured witness cosigns this log as it grows, and has seen no other history of it.',
      ja: '設定されたすべての立会人が、伸びていくログに連署し、別の履歴を見ていない。',
    },
    basis: ['C2SP tlog-witness', 'Design idea 9: proofs are for outsiders'],
    owner: 'operations',
    levels: ['ok', 'blind', 'critical'],
  },
];
export const WITNESS_LEVELS = defineLevels('sentinels', WITNESS_CONTROLS, [WITNESSED]);

export const WITNESS_SAYS = ['cosigned', 'silent', 'contradicts'] as const;
export type WitnessSaid = {
  readonly witness: string;
  readonly says: (typeof WITNESS_SAYS)[number];
  /** Its own words, or what is known of its silence. */
  readonly detail: string;
  /** Facts that it was asked about. */
  readonly size: number;
};

/** A witness that contradicts is right until somebody shows otherwise: one of the two histories is false. */
export function readWitness({ witness, says, detail, size }: WitnessSaid): Reading {
  const subject = witness.slice(0, WITNESS_SUBJECT_CHARS);
  if (says === 'cosigned') {
    const why = {
      en: `${witness} cosigned ${size} facts.`,
      ja: `${witness} が ${size} 件の事実に連署しました。`,
    };
    return { control: WITNESSED, subject, level: 'ok', why };
  }
  if (says === 'silent')
    return {
      control: WITNESSED,
      subject,
      level: 'blind',
      why: {
        en: `${witness} cosigns nothing: ${detail}. Nobody outside can tell that all see one log.`,
        ja: `${witness} が連署しません(${detail})。全員が同じログを見ていることを外部から確かめられません。`,
      },
    };
  return {
    control: WITNESSED,
    subject,
    level: 'critical',
    why: {
      en: `${witness} saw another history: ${detail}. Keep both, compare with copies, find who put back or rewrote what.`,
      ja: `${witness} が別の履歴を見ています(${detail})。双方を保全し、控えと照合して、何が戻されたか書き換えられたかを特定してください。`,
    },
  };
}
const WITNESS_SUBJECT_CHARS = 60;

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
