/** What rules do: a changed control opens, joins or reopens an incident; an unjudged suspicion lapses in the end. */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { HOUR_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { LEVEL_RANK, levelSchema } from '../../../log/levels.ts';
import { ref } from '../../../log/stream.ts';
import { lapsed, type Phase, reopened, signalJoined, suspected, title } from '../facts/life.ts';
import { type Correlation, correlationState } from '../views/correlation.ts';
import { incidentList } from '../views/list.ts';
import { fact, isoTime, OPEN, one, UNJUDGED } from './checks.ts';

/** A signal this soon after an incident ended belongs to it: it is reopened, not duplicated. */
const REOPEN_WITHIN_MS = 72 * HOUR_MS;
/** A suspicion that nobody judged lapses when its signals have been quiet this long. */
export const LAPSE_AFTER_MS = 72 * HOUR_MS;

const bilingual = z.object({ en: z.string(), ja: z.string() }).strict();

export const signal = defineCommand({
  name: 'incidents.Signal',
  says: {
    en: 'A control changed: open, join or reopen an incident.',
    ja: '統制の変化: 起票、合流または再開。',
  },
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
    const body = {
      id,
      correlation,
      component: input.component,
      title: input.title,
      level: to,
      happenedAt,
      discoveredAt: at,
      why,
    };
    return one(suspected, id, body, at);
  },
});

const isOpen = (known: Correlation): boolean => known.phase !== null && OPEN.includes(known.phase);

function endedRecently(known: Correlation, now: string): boolean {
  return known.endedAt !== null && parseTime(now) - parseTime(known.endedAt) <= REOPEN_WITHIN_MS;
}

export const lapse = defineCommand({
  name: 'incidents.Lapse',
  says: {
    en: 'Let a suspicion lapse that nobody judged and whose signals are long quiet.',
    ja: '判断されないまま静穏化した疑いを失効させる。',
  },
  input: z.object({ correlation: z.string().max(100) }).strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({ known: ref(correlationState, input.correlation) }),
  decide: ({ correlation }, { known }, ctx) => {
    const { incident, phase, quietSince } = known;
    if (incident === null || phase === null || quietSince === null || !UNJUDGED.includes(phase))
      return { facts: [] };
    if (parseTime(ctx.now) - parseTime(quietSince) < LAPSE_AFTER_MS) return { facts: [] };
    return one(lapsed, incident, { id: incident, correlation, quietSince });
  },
});

export const keepSuspicions = defineCommand({
  name: 'incidents.KeepSuspicions',
  says: {
    en: 'Let suspicions lapse that nobody judged and whose signals are long quiet.',
    ja: '判断されないまま長く静穏な疑いを失効させる。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ list: ref(incidentList, 'all') }),
  decide: (_, { list }, ctx) => ({
    facts: list.incidents
      .filter(({ phase, quietSince }) => UNJUDGED.includes(phase) && isLongQuiet(quietSince, ctx.surelyPast))
      .slice(0, KEPT_AT_ONCE_MAX)
      .map(({ id, correlation, quietSince }) =>
        fact(lapsed, id, { id, correlation: correlation ?? '', quietSince: quietSince ?? ctx.now }),
      ),
  }),
});

function isLongQuiet(quietSince: string | null, now: string): boolean {
  return quietSince !== null && parseTime(now) - parseTime(quietSince) >= LAPSE_AFTER_MS;
}
