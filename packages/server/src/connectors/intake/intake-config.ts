/**
 * The sources of alarms in the configuration, checked whole. A token is kept only as its digest and an HMAC secret as a
 * key object, so that no dump of the configuration shows either.
 */
import { createHash, createSecretKey } from 'node:crypto';
import { ALARM_SOURCES_MAX } from '@sonae/core/kernel/limits.ts';
import { HOUR_MS, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import {
  alarmLevelSchema,
  componentSchema,
  type SourceKind,
  type SourceRules,
  sourceId,
  sourceRulesSchema,
  thresholdSchema,
} from '@sonae/core/nouns/sentinels/facts.ts';
import { DEFAULT_SEVERITIES } from '@sonae/core/nouns/sentinels/sources/severity.ts';
import type { Reading } from '@sonae/core/nouns/sentinels/sources/shape.ts';
import { z } from 'zod';

const SECRET_LENGTH_MIN = 32;
const SECRET_LENGTH_MAX = 500;
const SEVERITIES_MAX = 100;

const secretText = z.string().min(SECRET_LENGTH_MIN).max(SECRET_LENGTH_MAX);
const token = secretText.transform((text) => createHash('sha256').update(text).digest());
const secret = secretText.transform((text) => createSecretKey(Buffer.from(text)));
const pointer = z
  .string()
  .max(300)
  .regex(/^(\/([^/~]|~[01])*)*$/, 'must be a JSON Pointer such as /alert/id');
const labelName = z.string().min(1).max(64);

const shared = {
  id: sourceId,
  /** The monitor's own words, in lower case; these replace or extend the shipped ones. */
  severities: z
    .record(z.string().toLowerCase().max(40), alarmLevelSchema)
    .refine((map) => Object.keys(map).length <= SEVERITIES_MAX, `at most ${SEVERITIES_MAX} words`)
    .default({}),
  threshold: thresholdSchema.default({ count: 1, windowMs: MINUTE_MS, criticalAtOnce: true }),
  /** Labels whose values together name the component. */
  groupBy: z.array(labelName).max(5).default([]),
  /** The component of alarms that name none; absent: the source's id. */
  component: componentSchema.optional(),
  heartbeatMs: sourceRulesSchema.shape.heartbeatMs.default(null),
  clearsAfterMs: sourceRulesSchema.shape.clearsAfterMs.optional(),
};
const heartbeatAlert = z.string().min(1).max(200).default('Watchdog');

const sourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alertmanager'), ...shared, token, heartbeatAlert }).strict(),
  z.object({ kind: z.literal('grafana'), ...shared, token, heartbeatAlert }).strict(),
  z.object({ kind: z.literal('pagerduty'), ...shared, token }).strict(),
  z.object({ kind: z.literal('openzeppelin'), ...shared, secret }).strict(),
  z.object({ kind: z.literal('cloudevents'), ...shared, token }).strict(),
  z
    .object({
      kind: z.literal('generic'),
      ...shared,
      token,
      mapping: z
        .object({
          items: pointer.optional(),
          id: pointer,
          title: pointer,
          severity: pointer.optional(),
          status: pointer.optional(),
          component: pointer.optional(),
          startsAt: pointer.optional(),
          endsAt: pointer.optional(),
          link: pointer.optional(),
          resolved: z
            .array(z.string().toLowerCase().max(40))
            .max(20)
            .default(['resolved', 'ok', 'closed', 'recovered', 'cleared']),
        })
        .strict(),
    })
    .strict(),
  z
    .object({
      kind: z.literal('mail'),
      ...shared,
      token,
      /** A header that names the alarm; absent: the thread does. */
      idHeader: z.string().toLowerCase().min(1).max(100).optional(),
    })
    .strict(),
]);
export type IntakeSource = z.infer<typeof sourceSchema>;

export const intakeSchema = z
  .object({
    sources: z.array(sourceSchema).max(ALARM_SOURCES_MAX).default([]),
    /** One SMTP listener on 127.0.0.1 for sources of kind `mail`; 0 takes any free port. */
    mail: z
      .object({ port: z.int().min(0).max(65_535), domain: z.hostname().max(253) })
      .strict()
      .optional(),
  })
  .strict()
  .refine(
    ({ sources }) => new Set(sources.map(({ id }) => id)).size === sources.length,
    'two sources have the same id',
  )
  .refine(
    ({ sources, mail }) => mail !== undefined || sources.every(({ kind }) => kind !== 'mail'),
    'a source of kind mail needs intake.mail',
  );
export type IntakeConfig = z.infer<typeof intakeSchema>;

/** Monitors of these kinds tell that something began, and never that it is over. */
const NEVER_ENDING: readonly SourceKind[] = ['openzeppelin'];

/** What decisions must know of a source. */
export function rulesOf(source: IntakeSource): SourceRules {
  const { id, kind, threshold, heartbeatMs } = source;
  const clearsAfterMs = source.clearsAfterMs ?? (NEVER_ENDING.includes(kind) ? HOUR_MS : null);
  return { source: id, kind, threshold, heartbeatMs, clearsAfterMs };
}

/** How messages of a source that arrive now are to be read. */
export function readingOf(source: IntakeSource, now: string): Reading {
  return {
    source: source.id,
    now,
    severities: { ...DEFAULT_SEVERITIES[source.kind], ...source.severities },
    groupBy: source.groupBy,
    component: source.component ?? source.id,
    heartbeatAlert: 'heartbeatAlert' in source ? source.heartbeatAlert : null,
  };
}
