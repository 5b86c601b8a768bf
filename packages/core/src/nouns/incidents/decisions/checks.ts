/** What decisions on incidents share: phases, the refusals every command can answer, and short ways to write facts. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import type { Decided } from '../../../log/define.ts';
import { type FactDef, type NewFact, newFact, type Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import type { Phase } from '../facts/life.ts';
import { type Incident, incidentState } from '../views/incident.ts';

export const isoTime = z.iso.datetime();
export const incidentId = z.string().min(1).max(40);
export const about = { incident: incidentId, expectedRevision: z.int().nonnegative().optional() };

export const OPEN: readonly Phase[] = [
  'suspected',
  'verifying',
  'declared',
  'contained',
  'remediating',
  'recovering',
];
export const UNJUDGED: readonly Phase[] = ['suspected', 'verifying'];
export const ENDED: readonly Phase[] = ['dismissed', 'lapsed', 'closed', 'reviewed'];

const NO_INCIDENT: Text = { en: 'No incident has this id.', ja: 'この ID のインシデントはない。' };
const STALE: Text = {
  en: 'The incident has changed since you looked.',
  ja: '表示後にインシデントが更新された。',
};
const WRONG_PHASE: Text = {
  en: 'The incident is not in a phase that allows this.',
  ja: '現在の段階ではこの操作はできない。',
};
/** For commands that take a time. */
export const IN_FUTURE = {
  'in-future': { en: 'It cannot have happened in the future.', ja: '発生時刻が未来である。' } satisfies Text,
};
export function inFuture(field: string, at: string, now: string): Refused {
  return refuse(
    'in-future',
    `${field} ${at} is later than now (${now})`,
    'give a past time, or leave it out',
  );
}
export const REFUSALS = { 'no-incident': NO_INCIDENT, 'stale-revision': STALE, 'wrong-phase': WRONG_PHASE };

/** Refuses unless the incident exists, is as the caller saw it, and stands in one of `phases`. */
export function check(
  incident: Incident,
  input: { incident: string; expectedRevision?: number | undefined },
  phases: readonly Phase[],
): Refused | null {
  if (!incident.exists)
    return refuse('no-incident', `there is no incident ${input.incident}`, 'list them: sonae incidents list');
  if (input.expectedRevision !== undefined && input.expectedRevision !== incident.revision) {
    return refuse(
      'stale-revision',
      `you saw revision ${input.expectedRevision}, it is now ${incident.revision}`,
      'read it again, then decide',
    );
  }
  if (phases.includes(incident.phase)) return null;
  return refuse(
    'wrong-phase',
    `the incident is ${incident.phase}`,
    `this is possible while it is: ${phases.join(', ')}`,
  );
}

export function one<Body>(def: FactDef<Body>, id: string, body: Body, occurredAt?: string): Decided {
  return { facts: [fact(def, id, body, occurredAt)], result: { incident: id } };
}

export function fact<Body>(def: FactDef<Body>, id: string, body: Body, occurredAt?: string): NewFact {
  return newFact(
    def,
    `incidents/${id}`,
    body,
    occurredAt === undefined ? { incident: id } : { incident: id, occurredAt },
  );
}

export const seen = (input: { incident: string }) => ({ incident: ref(incidentState, input.incident) });
