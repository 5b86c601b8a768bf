/** What events and time do with duties: they arise, move, are met, grow loud before they are missed. */
import { z } from 'zod';
import { isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { type Response, responseState } from '../../incidents/views/response.ts';
import { stageOf } from '../engine/clock.ts';
import {
  binds,
  concerns,
  DUTIES,
  dutyNamed,
  instantsOf,
  type Known,
  startOf,
  written,
} from '../engine/duties.ts';
import type { Duty } from '../engine/duty.ts';
import {
  dutyArose,
  dutyEscalated,
  dutyExempted,
  dutyMissed,
  dutyMoved,
  dutySatisfied,
  exemptionWithdrawn,
  FIRM,
  isoTime,
  type Profile,
  subjectId,
} from '../facts/duties.ts';
import { clockList, type Duties, type DutyState, dutyState } from '../views/duties.ts';
import { profileState } from '../views/profile.ts';

export const dutyStream = (subject: string): string => `reports/${subject}`;
const place = (subject: string): { incident?: string } => (subject === FIRM ? {} : { incident: subject });

/** A fact about one duty, filed under its incident. */
export function dutyFact<Body extends { subject: string }>(
  def: Parameters<typeof newFact<Body>>[0],
  body: Body,
): NewFact {
  return newFact(def, dutyStream(body.subject), body, place(body.subject));
}

export const about = (subject: string) => ({
  profile: ref(profileState, 'all'),
  duties: ref(dutyState, subject),
  response: ref(responseState, subject),
});

export const consider = defineCommand({
  name: 'reports.Consider',
  says: { en: 'Work out which duties an incident brings.', ja: 'インシデントから生じる義務を算定する。' },
  input: z.object({ subject: subjectId, because: z.string().max(10_000) }).strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => about(input.subject),
  decide: ({ subject, because }, { profile, duties, response }, ctx) => {
    const known = knownOf(response, duties);
    const facts = DUTIES.filter((duty) => !isStanding(duty)).flatMap((duty) =>
      considerOne(subject, duty, known, profile, duties, because),
    );
    return { facts: [...facts, ...metBy(subject, duties, known, ctx.now)] };
  },
});

/** A duty that repeats or concerns the firm: one instance per event, not per incident. */
const isStanding = ({ satisfiedBy, triggers }: Duty): boolean =>
  satisfiedBy !== 'filing' &&
  satisfiedBy.event !== 'published' &&
  triggers.every((trigger) => 'event' in trigger);

function knownOf(response: Response, { filed }: Duties): Known {
  return {
    kinds: response.kinds,
    event: (name) => response.milestones[name as keyof Response['milestones']] ?? null,
    filed: (duty, which) => {
      const times = filed.filter((one) => one.duty === duty).map(({ at }) => at);
      const sorted = times.sort((a, b) => parseTime(a) - parseTime(b));
      return (which === 'first' ? sorted[0] : sorted.at(-1)) ?? null;
    },
  };
}

function considerOne(
  subject: string,
  duty: Duty,
  known: Known,
  profile: Profile,
  { duties }: Duties,
  because: string,
): NewFact[] {
  const standing = duties.find(({ instance }) => instance === duty.id);
  const start = startOf(duty, known);
  if (start === null) return [];
  const key = { subject, instance: duty.id };
  if (!concerns(duty, known.kinds)) {
    if (standing?.state !== 'open') return [];
    return [dutyFact(dutyExempted, { ...key, ground: CLASS_GROUND, reason: because })];
  }
  if (!binds(duty, profile, parseTime(start.at))) return [];
  const instants = written(instantsOf(duty, start, known, profile));
  if (standing === undefined)
    return [dutyFact(dutyArose, arisen(subject, duty.id, duty, start.event, instants))];
  const facts: NewFact[] = [];
  if (standing.state === 'exempt' && standing.ground?.startsWith(CLASS_GROUND))
    facts.push(dutyFact(exemptionWithdrawn, { ...key, reason: because }));
  const moved = standing.startAt !== instants.startAt || standing.dueAt !== instants.dueAt;
  const isFirst = duty.triggers.every((trigger) => !('filing' in trigger) || trigger.which === 'first');
  // What was met stays met, unless it hangs on our latest filing: then a new one is due.
  if (moved && standing.state === 'open' && !hasResumed(standing))
    facts.push(dutyFact(dutyMoved, { ...key, event: start.event, ...instants }));
  else if (moved && standing.state === 'satisfied' && !isFirst) {
    const again = `${duty.id}@${instants.startAt}`;
    if (!duties.some(({ instance }) => instance === again))
      facts.push(dutyFact(dutyArose, arisen(subject, again, duty, start.event, instants)));
  }
  return facts;
}

/** Ground of an exemption that follows from the class somebody judged. */
const CLASS_GROUND = 'class / 区分';
/** After a suspension the rule's number no longer counts. */
const hasResumed = ({ dueAt, ground }: DutyState): boolean => dueAt === null && ground !== null;

function arisen(
  subject: string,
  instance: string,
  { id: duty, title, citation, recipients, form }: Duty,
  event: string,
  instants: ReturnType<typeof written>,
) {
  return { subject, instance, duty, title, citation, recipients: [...recipients], form, event, ...instants };
}

/** Duties that an event meets by itself. */
function metBy(subject: string, { duties }: Duties, known: Known, now: string): NewFact[] {
  return duties.flatMap((duty) => {
    const rule = dutyNamed(duty.duty)?.satisfiedBy;
    if (duty.state !== 'open' || rule === undefined || rule === 'filing') return [];
    const met = known.event(rule.event);
    return met === null ? [] : [satisfied(subject, duty, met.at, rule.event, now)];
  });
}

/** Met at `at`; late when that was after the limit. */
export function satisfied(subject: string, duty: DutyState, at: string, by: string, now: string): NewFact {
  const late = parseTime(at < now ? at : now) > parseTime(duty.dueAt ?? duty.targetAt);
  return dutyFact(dutySatisfied, { subject, instance: duty.instance, at, by: by.slice(0, 60), late });
}

export const meetByEvent = defineCommand({
  name: 'reports.MeetByEvent',
  says: { en: 'An event outside the incident met a duty.', ja: '外部の出来事により義務が履行された。' },
  input: z.object({ subject: subjectId, event: z.string().max(60), at: isoTime }).strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({ duties: ref(dutyState, input.subject) }),
  decide: ({ subject, event, at }, { duties }, ctx) => ({
    facts: duties.duties
      .filter(({ state, duty }) => {
        const rule = dutyNamed(duty)?.satisfiedBy;
        return state === 'open' && rule !== undefined && rule !== 'filing' && rule.event === event;
      })
      .map((duty) => satisfied(subject, duty, at, event, ctx.now)),
  }),
});

export const considerFirm = defineCommand({
  name: 'reports.ConsiderFirm',
  says: {
    en: 'Work out which duties an event of the firm brings or ends.',
    ja: '会社単位の義務を算定する。',
  },
  input: z.object({ event: z.string().max(60), at: isoTime }).strict(),
  by: ['system'],
  refusals: {},
  reads: () => about(FIRM),
  decide: ({ event, at }, { profile, duties }, ctx) => {
    const known: Known = {
      kinds: [],
      event: (name) => (name === event ? { at, dueAt: null } : null),
      filed: () => null,
    };
    const facts: NewFact[] = [];
    for (const duty of DUTIES.filter(isStanding)) {
      const oldest = duties.duties.find((one) => one.duty === duty.id && one.state === 'open');
      const ends = typeof duty.satisfiedBy === 'object' && duty.satisfiedBy.event === event;
      if (ends && oldest) facts.push(satisfied(FIRM, oldest, at, event, ctx.now));
      const start = startOf(duty, known);
      if (start === null || !binds(duty, profile, parseTime(at))) continue;
      const instants = written(instantsOf(duty, start, known, profile));
      const instance = `${duty.id}@${instants.startAt}`;
      if (duties.duties.some((one) => one.instance === instance)) continue;
      facts.push(dutyFact(dutyArose, arisen(FIRM, instance, duty, event, instants)));
    }
    return { facts };
  },
});

export const keepClocks = defineCommand({
  name: 'reports.KeepClocks',
  says: {
    en: 'Say which clocks will be missed, before they are.',
    ja: '期限に間に合わなくなる前に知らせる。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ clocks: ref(clockList, 'all') }),
  decide: (_, { clocks }, ctx) => {
    const nowMs = parseTime(ctx.now);
    return {
      facts: clocks.duties.filter(({ state }) => state === 'open').flatMap((duty) => louder(duty, nowMs)),
    };
  },
});

const LOUDNESS = ['running', 'warning', 'critical', 'missed'] as const;

function louder(duty: DutyState, nowMs: number): NewFact[] {
  const { subject, instance, startAt, dueAt, targetAt } = duty;
  const due = dueAt === null ? null : parseTime(dueAt);
  const stage = stageOf({ startAt: parseTime(startAt), dueAt: due, targetAt: parseTime(targetAt) }, nowMs);
  if (LOUDNESS.indexOf(stage) <= LOUDNESS.indexOf(duty.stage)) return [];
  const limitAt = isoOf(due ?? parseTime(targetAt));
  if (stage === 'missed') return [dutyFact(dutyMissed, { subject, instance, limitAt })];
  if (stage === 'running') return [];
  return [dutyFact(dutyEscalated, { subject, instance, stage, limitAt })];
}
