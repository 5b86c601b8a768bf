/**
 * What can have happened to alarms of foreign monitors. What was received is evidence, cited by one fact per batch;
 * an alarm has facts of its own only when it changes, so that a storm of repeats costs one fact per batch.
 */
import { z } from 'zod';
import {
  ALARM_GROUPS_MAX,
  ALARM_LABELS_MAX,
  ALARMS_PER_BATCH_MAX,
  TEXT_LENGTH_MAX,
  TITLE_LENGTH_MAX,
} from '../../kernel/limits.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { defineFact } from '../../log/fact.ts';

export const FINGERPRINT_LENGTH_MAX = 255;
export const COMPONENT_LENGTH_MAX = 80;
export const SEVERITY_LENGTH_MAX = 40;
export const LABEL_NAME_LENGTH_MAX = 64;
export const LABEL_VALUE_LENGTH_MAX = 300;
export const LINK_LENGTH_MAX = 500;
/** So many arrivals a threshold can ask for at most; as many are remembered. */
export const THRESHOLD_COUNT_MAX = 100;

/** How bad an alarm is to us, whatever the monitor calls it. */
export const ALARM_LEVELS = ['watch', 'warning', 'critical'] as const;
export const alarmLevelSchema = z.enum(ALARM_LEVELS);
export type AlarmLevel = z.infer<typeof alarmLevelSchema>;
const groupLevelSchema = z.enum(['ok', ...ALARM_LEVELS]);
export type GroupLevel = z.infer<typeof groupLevelSchema>;

export const ALARM_LEVEL_RANK: Readonly<Record<GroupLevel, number>> = {
  ok: 0,
  watch: 1,
  warning: 2,
  critical: 3,
};

export const SOURCE_KINDS = [
  'alertmanager',
  'grafana',
  'pagerduty',
  'openzeppelin',
  'cloudevents',
  'generic',
  'mail',
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

const isoTime = z.iso.datetime();
export const sourceId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 of a-z 0-9 -');
const fingerprint = z.string().min(1).max(FINGERPRINT_LENGTH_MAX);
const alarmTitle = z.string().min(1).max(TITLE_LENGTH_MAX);
export const componentSchema = z.string().trim().min(1).max(COMPONENT_LENGTH_MAX);
const severity = z.string().max(SEVERITY_LENGTH_MAX);
const link = z.string().max(LINK_LENGTH_MAX).nullable();
/** Correlation key of what belongs together: `alarm/<component>`. */
const group = z
  .string()
  .startsWith('alarm/')
  .max('alarm/'.length + COMPONENT_LENGTH_MAX);
const root = z.string().length(44);
const bilingual = z.object({ en: z.string().max(2_000), ja: z.string().max(2_000) }).strict();

/** One alarm as every format is mapped to it. `noted`: recorded, but no alarm (a sign of life, an acknowledgement). */
export const alarmSchema = z
  .object({
    source: sourceId,
    fingerprint,
    status: z.enum(['firing', 'resolved', 'noted']),
    severity,
    level: alarmLevelSchema,
    title: alarmTitle,
    component: componentSchema,
    startsAt: isoTime,
    endsAt: isoTime.nullable(),
    receivedAt: isoTime,
    labels: z
      .array(z.tuple([z.string().max(LABEL_NAME_LENGTH_MAX), z.string().max(LABEL_VALUE_LENGTH_MAX)]))
      .max(ALARM_LABELS_MAX),
    link,
  })
  .strict();
export type Alarm = z.infer<typeof alarmSchema>;

/** How many alarms of a component a source must send, within which time, before they make a suspicion. */
export const thresholdSchema = z
  .object({
    count: z.int().min(1).max(THRESHOLD_COUNT_MAX),
    windowMs: z.int().min(SECOND_MS).max(DAY_MS),
    /** A critical alarm does not wait. */
    criticalAtOnce: z.boolean().default(true),
  })
  .strict();
export type Threshold = z.infer<typeof thresholdSchema>;

/** What decisions must know of a source; its secret and its mapping stay in the configuration. */
export const sourceRulesSchema = z
  .object({
    source: sourceId,
    kind: z.enum(SOURCE_KINDS),
    threshold: thresholdSchema,
    /** A source that says nothing for this long is blind. Null: it speaks only when something is wrong. */
    heartbeatMs: z
      .int()
      .min(10 * SECOND_MS)
      .max(7 * DAY_MS)
      .nullable(),
    /** For monitors that never say that it is over: an alarm counts as over after this long. */
    clearsAfterMs: z
      .int()
      .min(MINUTE_MS)
      .max(30 * DAY_MS)
      .nullable(),
  })
  .strict();
export type SourceRules = z.infer<typeof sourceRulesSchema>;

export const sourceConfigured = defineFact({
  name: 'sentinels.SourceConfigured',
  version: 1,
  schema: sourceRulesSchema,
  says: { en: 'A source of alarms was configured.', ja: 'アラームの送信元が設定された。' },
});

export const sourceRemoved = defineFact({
  name: 'sentinels.SourceRemoved',
  version: 1,
  schema: z.object({ source: sourceId }).strict(),
  says: {
    en: 'A source of alarms is no longer configured.',
    ja: 'アラームの送信元が設定から外された。',
  },
});

export const listeningStarted = defineFact({
  name: 'sentinels.ListeningStarted',
  version: 1,
  schema: z.object({ sources: z.int().positive() }).strict(),
  says: {
    en: 'A node began to listen; silence counts from here.',
    ja: 'ノードが受信を開始した。沈黙はここから数える。',
  },
});

export const alarmsReceived = defineFact({
  name: 'sentinels.AlarmsReceived',
  version: 1,
  schema: z
    .object({
      source: sourceId,
      count: z.int().min(1).max(ALARMS_PER_BATCH_MAX),
      root,
      from: isoTime,
      to: isoTime,
      /** Arrivals by group while its threshold is not passed; `passed`: with these it is. */
      waiting: z
        .array(
          z
            .object({ group, firing: z.int().positive().max(ALARMS_PER_BATCH_MAX), passed: z.boolean() })
            .strict(),
        )
        .max(ALARM_GROUPS_MAX + 1),
    })
    .strict(),
  says: {
    en: 'Alarms of one source were received; kept as an evidence batch.',
    ja: '一つの送信元のアラームを受信し、証拠バッチとして保存した。',
  },
});

export const alarmFired = defineFact({
  name: 'sentinels.AlarmFired',
  version: 1,
  schema: z
    .object({
      source: sourceId,
      fingerprint,
      group,
      component: componentSchema,
      title: alarmTitle,
      severity,
      level: alarmLevelSchema,
      startsAt: isoTime,
      /** When it counts as over, for monitors that never say so. */
      clearsAt: isoTime.nullable(),
      link,
      /** The evidence batch with all its labels. */
      root,
    })
    .strict(),
  says: { en: 'An alarm began to fire.', ja: 'アラームが発報した。' },
});

export const alarmLevelChanged = defineFact({
  name: 'sentinels.AlarmLevelChanged',
  version: 1,
  schema: z
    .object({
      source: sourceId,
      fingerprint,
      group,
      severity,
      from: alarmLevelSchema,
      to: alarmLevelSchema,
      at: isoTime,
    })
    .strict(),
  says: { en: 'A firing alarm changed its severity.', ja: '発報中のアラームの重大度が変わった。' },
});

export const alarmResolved = defineFact({
  name: 'sentinels.AlarmResolved',
  version: 1,
  schema: z
    .object({
      source: sourceId,
      fingerprint,
      group,
      level: alarmLevelSchema,
      endsAt: isoTime,
      /** `source`: the monitor said so. `time`: it never says so, and long enough has passed. */
      by: z.enum(['source', 'time']),
    })
    .strict(),
  says: { en: 'An alarm no longer fires.', ja: 'アラームが収束した。' },
});

export const groupSignalled = defineFact({
  name: 'sentinels.GroupSignalled',
  version: 1,
  schema: z
    .object({
      group,
      component: componentSchema,
      from: groupLevelSchema,
      to: groupLevelSchema,
      at: isoTime,
      firing: z.int().nonnegative(),
      title: alarmTitle,
      why: bilingual,
    })
    .strict(),
  says: {
    en: 'The alarms of a component, taken together, changed their level, or a new one joined.',
    ja: 'ある対象のアラーム全体の水準が変わったか、新たなアラームが加わった。',
  },
});

export const sourceLevelChanged = defineFact({
  name: 'sentinels.SourceLevelChanged',
  version: 1,
  schema: z
    .object({
      source: sourceId,
      from: z.enum(['ok', 'blind']),
      to: z.enum(['ok', 'blind']),
      at: isoTime,
      why: bilingual,
    })
    .strict(),
  says: {
    en: 'A source of alarms fell silent, or speaks again.',
    ja: 'アラームの送信元が沈黙した、または再開した。',
  },
});

export const windowId = z.string().min(1).max(40);
export const reasonSchema = z.string().trim().min(1).max(TEXT_LENGTH_MAX);

export const maintenancePlanned = defineFact({
  name: 'sentinels.MaintenancePlanned',
  version: 1,
  schema: z
    .object({
      id: windowId,
      component: componentSchema,
      from: isoTime,
      to: isoTime,
      reason: reasonSchema,
      owner: z.string().min(1).max(100),
    })
    .strict(),
  says: {
    en: 'Maintenance was planned: until it ends, alarms of this component raise no suspicion.',
    ja: '保守作業が予定された。終了まで、この対象のアラームは疑いを起こさない。',
  },
});

export const maintenanceEnded = defineFact({
  name: 'sentinels.MaintenanceEnded',
  version: 1,
  schema: z.object({ id: windowId, component: componentSchema, how: z.enum(['time', 'person']) }).strict(),
  says: { en: 'A maintenance window ended.', ja: '保守期間が終了した。' },
});
