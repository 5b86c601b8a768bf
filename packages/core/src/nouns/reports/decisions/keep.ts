/** What time does with duties: they grow loud before they are missed. And what all facts about duties share. */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { stageOf } from '../engine/clock.ts';
import { dutyEscalated, dutyMissed, dutySatisfied, FIRM } from '../facts/duties.ts';
import { clockList, type DutyState } from '../views/duties.ts';

export const dutyStream = (subject: string): string => `reports/${subject}`;
const place = (subject: string): { incident?: string } => (subject === FIRM ? {} : { incident: subject });

/** A fact about one duty, filed under its incident. */
export function dutyFact<Body extends { subject: string }>(
  def: Parameters<typeof newFact<Body>>[0],
  body: Body,
): NewFact {
  return newFact(def, dutyStream(body.subject), body, place(body.subject));
}

/** Met at `at`; late when that was after the limit. */
export function satisfied(
  subject: string,
  duty: Pick<DutyState, 'instance' | 'dueAt' | 'targetAt'>,
  at: string,
  by: string,
  now: string,
): NewFact {
  const late = parseTime(at < now ? at : now) > parseTime(duty.dueAt ?? duty.targetAt);
  return dutyFact(dutySatisfied, { subject, instance: duty.instance, at, by: by.slice(0, 60), late });
}

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
    const open = clocks.duties.filter(({ state }) => state === 'open');
    return { facts: open.flatMap((duty) => louder(duty, nowMs)).slice(0, KEPT_AT_ONCE_MAX) };
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
