/** What people lead: from phase to phase to the end, again when it was not the end, and notes on the way. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { LEVEL_RANK, type Level } from '../../../log/levels.ts';
import { noteAdded, type Phase, phaseReached, reopened, text } from '../facts/life.ts';
import { about, check, ENDED, IN_FUTURE, inFuture, isoTime, OPEN, one, REFUSALS, seen } from './checks.ts';

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
  says: {
    en: 'Lead the incident to a phase: contained, remediating, recovering, closed, reviewed. Public.',
    ja: '段階を進める: 封じ込め、修復、復旧、終了、事後検証。公開される。',
  },
  input: z
    .object({ ...about, to: z.enum(['contained', 'remediating', 'recovering', 'closed', 'reviewed']) })
    .strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    'still-alarming': { en: 'Its signals are not quiet.', ja: '信号がまだ静穏でない。' },
    'needs-review': {
      en: 'Only a minor incident is reviewed in one step.',
      ja: '一手で事後検証済にできるのは軽微なものだけ。',
    },
  },
  reads: seen,
  decide: (input, { incident }) => {
    const no = check(incident, input, REACHED_FROM[input.to]);
    if (no) return no;
    if (input.to === 'closed' && LEVEL_RANK[incident.level as Level] >= LEVEL_RANK.warning) {
      return refuse(
        'still-alarming',
        `its level is still ${incident.level}`,
        'close it when the controls hold again',
      );
    }
    if (input.to === 'reviewed' && incident.severity !== 'minor') {
      const fix = 'record what was found and complete the review: incidents.CompleteReview';
      return refuse('needs-review', `its severity is ${incident.severity}`, fix);
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
    return one(reopened, incident.id, {
      id: incident.id,
      correlation: incident.correlation,
      from: incident.phase,
      to,
    });
  },
});

export const note = defineCommand({
  name: 'incidents.Note',
  says: { en: 'Write something down for the timeline. Not public.', ja: '時系列に記載する。非公開。' },
  input: z.object({ ...about, text, happenedAt: isoTime.optional() }).strict(),
  by: ['operator'],
  refusals: {
    ...REFUSALS,
    ...IN_FUTURE,
  },
  reads: seen,
  decide: (input, { incident }, ctx) => {
    const no = check(incident, input, [...OPEN, ...ENDED]);
    if (no) return no;
    if (input.happenedAt !== undefined && parseTime(input.happenedAt) > parseTime(ctx.now))
      return inFuture('happenedAt', input.happenedAt, ctx.now);
    return one(noteAdded, incident.id, {
      id: incident.id,
      text: input.text,
      happenedAt: input.happenedAt ?? null,
    });
  },
});
