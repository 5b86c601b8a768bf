/** What people judge: is it real, and how bad. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import {
  declared,
  dismissed,
  reporterNamed,
  severityChanged,
  severitySchema,
  text,
  title,
  verificationStarted,
} from '../facts/life.ts';
import { incidentState } from '../views/incident.ts';
import {
  about,
  check,
  fact,
  IN_FUTURE,
  incidentId,
  inFuture,
  isoTime,
  one,
  REFUSALS,
  seen,
  UNJUDGED,
} from './checks.ts';

export const verify = defineCommand({
  name: 'incidents.Verify',
  says: {
    en: 'Begin to verify a suspicion: real, or a false alarm?',
    ja: '疑いの検証を始める(実際か誤検知か)。',
  },
  input: z.object(about).strict(),
  by: ['operator'],
  refusals: REFUSALS,
  reads: seen,
  decide: (input, { incident }) =>
    check(incident, input, ['suspected']) ??
    one(verificationStarted, incident.id, { id: incident.id, correlation: incident.correlation }),
});

export const dismiss = defineCommand({
  name: 'incidents.Dismiss',
  says: {
    en: 'Dismiss a suspicion as a false alarm, with a reason.',
    ja: '疑いを理由を付して誤検知として却下する。',
  },
  input: z.object({ ...about, reason: text }).strict(),
  by: ['operator'],
  refusals: REFUSALS,
  reads: seen,
  decide: (input, { incident }) =>
    check(incident, input, UNJUDGED) ??
    one(dismissed, incident.id, { id: incident.id, correlation: incident.correlation, reason: input.reason }),
});

export const declare = defineCommand({
  name: 'incidents.Declare',
  says: {
    en: 'Declare an incident: a suspicion that proved real, or something new (a title is enough). Public.',
    ja: 'インシデントを宣言する(検証済みの疑い、または新規。表題だけでよい)。公開される。',
  },
  input: z
    .object({
      incident: incidentId.optional(),
      expectedRevision: z.int().nonnegative().optional(),
      title: title.optional(),
      severity: severitySchema.default('pending'),
      component: z.string().trim().min(1).max(100).default('platform'),
      happenedAt: isoTime.optional(),
      /** Who reported it; personal data, sealed. */
      reporter: z.string().max(500).optional(),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'no-title': { en: 'A new incident needs a title.', ja: '新規インシデントには表題が必要。' },
    ...IN_FUTURE,
  },
  reads: (input) => ({ incident: ref(incidentState, input.incident ?? '') }),
  persons: (input) => (input.reporter === undefined ? [] : [reporterOf(input.incident ?? input.title ?? '')]),
  decide: (input, { incident }, ctx) => {
    if (input.happenedAt !== undefined && parseTime(input.happenedAt) > parseTime(ctx.now))
      return inFuture('happenedAt', input.happenedAt, ctx.now);
    if (input.incident !== undefined) {
      const no = check(incident, { ...input, incident: input.incident }, UNJUDGED);
      if (no) return no;
    } else if (input.title === undefined) {
      return refuse('no-title', 'a new incident needs a title', 'add title: a few words are enough');
    }
    const id = incident.exists ? incident.id : ctx.newId();
    const facts = [
      fact(declared, id, {
        id,
        correlation: incident.correlation,
        component: incident.exists ? incident.component : input.component,
        title: input.title ?? incident.title,
        severity: input.severity,
        happenedAt: input.happenedAt ?? (incident.exists ? incident.happenedAt : ctx.now),
        discoveredAt: incident.exists ? incident.discoveredAt : ctx.now,
      }),
    ];
    if (input.reporter !== undefined) {
      const person = reporterOf(input.incident ?? input.title ?? '');
      facts.push(fact(reporterNamed, id, { id, reporter: ctx.seal(person, input.reporter) }));
    }
    return { facts, result: { incident: id } };
  },
});

/** Under whose key a reporter is sealed: one key per report, so that one can be forgotten without the others. */
function reporterOf(subject: string): string {
  return `reporter:${subject}`.slice(0, 64);
}

export const classify = defineCommand({
  name: 'incidents.Classify',
  says: {
    en: 'Judge the severity anew, with a reason. Public.',
    ja: '理由を付して重大度を再評価する。公開される。',
  },
  input: z.object({ ...about, severity: severitySchema, reason: text }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'same-severity': { en: 'It already has this severity.', ja: '既にこの重大度である。' },
  },
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, ['declared', 'contained', 'remediating', 'recovering']);
    if (no) return no;
    const from = incident.severity ?? 'pending';
    if (from === input.severity)
      return refuse('same-severity', `severity is ${from} already`, 'nothing to do');
    return one(severityChanged, incident.id, {
      id: incident.id,
      from,
      to: input.severity,
      reason: input.reason,
    });
  },
});
