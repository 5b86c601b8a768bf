/**
 * Commands on incidents. Signals come from rules and join what is open; people verify, dismiss, declare and lead an
 * incident to its end. Every command may carry `expectedRevision`, so that nobody acts on a stale screen.
 */
import { z } from 'zod';
import { defineCommand, type Decided } from '../../log/define.ts';
import { refuse, type Refused } from '../../kernel/result.ts';
import { HOUR_MS, parseTime } from '../../kernel/time.ts';
import { newFact, type FactDef, type NewFact, type Text } from '../../log/fact.ts';
import { ref } from '../../log/stream.ts';
import { LEVEL_RANK, levelSchema, type Level } from '../peg/facts.ts';
import {
  declared,
  dismissed,
  lapsed,
  noteAdded,
  phaseReached,
  reopened,
  reporterNamed,
  severityChanged,
  severitySchema,
  signalJoined,
  suspected,
  text,
  title,
  verificationStarted,
  type Phase,
} from './facts.ts';
import { correlationState, incidentState, type Correlation, type Incident } from './views.ts';

/** A signal this soon after an incident ended belongs to it: it is reopened, not duplicated. */
const REOPEN_WITHIN_MS = 72 * HOUR_MS;
/** A suspicion that nobody judged lapses when its signals have been quiet this long. */
export const LAPSE_AFTER_MS = 72 * HOUR_MS;

const isoTime = z.iso.datetime();
const incidentId = z.string().min(1).max(40);
const about = { incident: incidentId, expectedRevision: z.int().nonnegative().optional() };

const OPEN: readonly Phase[] = ['suspected', 'verifying', 'declared', 'contained', 'remediating', 'recovering'];
const UNJUDGED: readonly Phase[] = ['suspected', 'verifying'];
const ENDED: readonly Phase[] = ['dismissed', 'lapsed', 'closed', 'reviewed'];

const NO_INCIDENT: Text = { en: 'No incident has this id.', ja: 'この ID のインシデントはない。' };
const STALE: Text = { en: 'The incident has changed since you looked.', ja: '表示後にインシデントが更新された。' };
const WRONG_PHASE: Text = { en: 'The incident is not in a phase that allows this.', ja: '現在の段階ではこの操作はできない。' };
const REFUSALS = { 'no-incident': NO_INCIDENT, 'stale-revision': STALE, 'wrong-phase': WRONG_PHASE };

/** Refuses unless the incident exists, is as the caller saw it, and stands in one of `phases`. */
function check(incident: Incident, input: { incident: string; expectedRevision?: number | undefined }, phases: readonly Phase[]): Refused | null {
  if (!incident.exists) return refuse('no-incident', `there is no incident ${input.incident}`, 'list them: sonae incidents list');
  if (input.expectedRevision !== undefined && input.expectedRevision !== incident.revision) {
    return refuse('stale-revision', `you saw revision ${input.expectedRevision}, it is now ${incident.revision}`, 'read it again, then decide');
  }
  if (phases.includes(incident.phase)) return null;
  return refuse('wrong-phase', `the incident is ${incident.phase}`, `this is possible while it is: ${phases.join(', ')}`);
}

function one<Body>(def: FactDef<Body>, id: string, body: Body, occurredAt?: string): Decided {
  return { facts: [fact(def, id, body, occurredAt)], result: { incident: id } };
}

function fact<Body>(def: FactDef<Body>, id: string, body: Body, occurredAt?: string): NewFact {
  return newFact(def, `incidents/${id}`, body, occurredAt === undefined ? { incident: id } : { incident: id, occurredAt });
}

const seen = (input: { incident: string }) => ({ incident: ref(incidentState, input.incident) });

const bilingual = z.object({ en: z.string(), ja: z.string() }).strict();

export const signal = defineCommand({
  name: 'incidents.Signal',
  says: { en: 'A control changed: open, join or reopen an incident.', ja: '統制の変化: 起票、合流または再開。' },
  input: z
    .object({
      correlation: z.string().max(100),
      component: z.string().max(100),
      title,
      from: levelSchema,
      to: levelSchema,
      at: isoTime,
      why: bilingual,
      /** Blindness opens an incident only once it has lasted. */
      persisted: z.boolean().optional(),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({ known: ref(correlationState, input.correlation) }),
  decide: (input, { known }, ctx) => {
    const { correlation, from, to, at, why } = input;
    const join = (id: string): NewFact => fact(signalJoined, id, { id, correlation, from, to, at, why }, at);
    if (known.incident !== null && isOpen(known)) return { facts: [join(known.incident)] };
    const alarming = LEVEL_RANK[to] >= LEVEL_RANK.warning || (to === 'blind' && input.persisted === true);
    if (!alarming) return { facts: [] };
    if (known.incident !== null && known.phase !== null && endedRecently(known, ctx.now)) {
      const id = known.incident;
      const phase: Phase = known.declared ? 'declared' : 'suspected';
      return { facts: [fact(reopened, id, { id, correlation, from: known.phase, to: phase }, at), join(id)] };
    }
    const id = ctx.newId();
    const happenedAt = known.uneasySince ?? at;
    const body = { id, correlation, component: input.component, title: input.title, level: to, happenedAt, discoveredAt: at, why };
    return one(suspected, id, body, at);
  },
});

const isOpen = (known: Correlation): boolean => known.phase !== null && OPEN.includes(known.phase);

function endedRecently(known: Correlation, now: string): boolean {
  return known.endedAt !== null && parseTime(now) - parseTime(known.endedAt) <= REOPEN_WITHIN_MS;
}

export const lapse = defineCommand({
  name: 'incidents.Lapse',
  says: { en: 'Let a suspicion lapse that nobody judged and whose signals are long quiet.', ja: '判断されないまま静穏化した疑いを失効させる。' },
  input: z.object({ correlation: z.string().max(100) }).strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({ known: ref(correlationState, input.correlation) }),
  decide: ({ correlation }, { known }, ctx) => {
    const { incident, phase, quietSince } = known;
    if (incident === null || phase === null || quietSince === null || !UNJUDGED.includes(phase)) return { facts: [] };
    if (parseTime(ctx.now) - parseTime(quietSince) < LAPSE_AFTER_MS) return { facts: [] };
    return one(lapsed, incident, { id: incident, correlation, quietSince });
  },
});

export const verify = defineCommand({
  name: 'incidents.Verify',
  says: { en: 'Begin to verify a suspicion: real, or a false alarm?', ja: '疑いの検証を始める(実際か誤検知か)。' },
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
  says: { en: 'Dismiss a suspicion as a false alarm, with a reason.', ja: '疑いを理由を付して誤検知として却下する。' },
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
  refusals: { ...REFUSALS, 'no-title': { en: 'A new incident needs a title.', ja: '新規インシデントには表題が必要。' }, 'in-future': { en: 'It cannot have happened in the future.', ja: '発生時刻が未来である。' } },
  reads: (input) => ({ incident: ref(incidentState, input.incident ?? '') }),
  persons: (input) => (input.reporter === undefined ? [] : [reporterOf(input.incident ?? input.title ?? '')]),
  decide: (input, { incident }, ctx) => {
    if (input.happenedAt !== undefined && parseTime(input.happenedAt) > parseTime(ctx.now)) {
      return refuse('in-future', `happenedAt ${input.happenedAt} is later than now (${ctx.now})`, 'give a past time, or leave it out');
    }
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

/** The key under which a reporter is sealed; `sonae forget` erases it. */
function reporterOf(subject: string): string {
  return `reporter:${subject}`.slice(0, 64);
}

export const classify = defineCommand({
  name: 'incidents.Classify',
  says: { en: 'Judge the severity anew, with a reason. Public.', ja: '理由を付して重大度を再評価する。公開される。' },
  input: z.object({ ...about, severity: severitySchema, reason: text }).strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, 'same-severity': { en: 'It already has this severity.', ja: '既にこの重大度である。' } },
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, ['declared', 'contained', 'remediating', 'recovering']);
    if (no) return no;
    const from = incident.severity ?? 'pending';
    if (from === input.severity) return refuse('same-severity', `severity is ${from} already`, 'nothing to do');
    return one(severityChanged, incident.id, { id: incident.id, from, to: input.severity, reason: input.reason });
  },
});

/** From where each phase can be reached. Going back (a relapse) is a step too. */
const REACHED_FROM = {
  contained: ['declared', 'remediating', 'recovering'],
  remediating: ['declared', 'contained', 'recovering'],
  recovering: ['declared', 'contained', 'remediating'],
  closed: ['declared', 'contained', 'remediating', 'recovering'],
  reviewed: ['closed'],
} as const satisfies Record<string, readonly Phase[]>;

export const advance = defineCommand({
  name: 'incidents.Advance',
  says: { en: 'Lead the incident to a phase: contained, remediating, recovering, closed, reviewed. Public.', ja: '段階を進める: 封じ込め、修復、復旧、終了、事後検証。公開される。' },
  input: z.object({ ...about, to: z.enum(['contained', 'remediating', 'recovering', 'closed', 'reviewed']) }).strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, 'still-alarming': { en: 'Its signals are not quiet.', ja: '信号がまだ静穏でない。' } },
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, REACHED_FROM[input.to]);
    if (no) return no;
    if (input.to === 'closed' && LEVEL_RANK[incident.level as Level] >= LEVEL_RANK.warning) {
      return refuse('still-alarming', `its level is still ${incident.level}`, 'close it when the controls hold again');
    }
    const body = { id: incident.id, correlation: incident.correlation, from: incident.phase, to: input.to };
    return one(phaseReached, incident.id, body);
  },
});

export const reopen = defineCommand({
  name: 'incidents.Reopen',
  says: { en: 'Open an ended incident again.', ja: '終了したインシデントを再開する。' },
  input: z.object(about).strict(),
  by: ['operator'],
  refusals: REFUSALS,
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, ENDED);
    if (no) return no;
    const to: Phase = incident.declaredAt === null ? 'suspected' : 'declared';
    return one(reopened, incident.id, { id: incident.id, correlation: incident.correlation, from: incident.phase, to });
  },
});

export const note = defineCommand({
  name: 'incidents.Note',
  says: { en: 'Write something down for the timeline. Not public.', ja: '時系列に記載する。非公開。' },
  input: z.object({ ...about, text, happenedAt: isoTime.optional() }).strict(),
  by: ['operator'],
  refusals: { ...REFUSALS, 'in-future': { en: 'It cannot have happened in the future.', ja: '発生時刻が未来である。' } },
  reads: seen,
  decide: (input, { incident }, ctx) => {
    const no = check(incident, input, [...OPEN, ...ENDED]);
    if (no) return no;
    if (input.happenedAt !== undefined && parseTime(input.happenedAt) > parseTime(ctx.now)) {
      return refuse('in-future', `happenedAt ${input.happenedAt} is later than now (${ctx.now})`, 'give a past time, or leave it out');
    }
    return one(noteAdded, incident.id, { id: incident.id, text: input.text, happenedAt: input.happenedAt ?? null });
  },
});
