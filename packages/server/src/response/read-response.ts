/** What screens see of a response: views of several nouns joined, with clocks as they stand now. */
import type {
  Clock,
  ClocksPage,
  ImprovementCheck,
  LearningPage,
  PlanPage,
  ResponsePage,
} from '@sonae/core/app/response/api.ts';
import { civilDate, dateText } from '@sonae/core/kernel/business-days.ts';
import { parseTime } from '@sonae/core/kernel/time.ts';
import type { Uses } from '@sonae/core/nouns/authority/views/list.ts';
import { criteriaFor } from '@sonae/core/nouns/incidents/engine/severity.ts';
import { type TrendInput, trendsOf } from '@sonae/core/nouns/incidents/engine/trends.ts';
import { KIND_NAMES, KINDS } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { milestoneAt, type Response } from '@sonae/core/nouns/incidents/views/response.ts';
import type { Improvement, Improvements, Review } from '@sonae/core/nouns/incidents/views/review.ts';
import { planDigest } from '@sonae/core/nouns/plans/decisions/plan.ts';
import { STAGES } from '@sonae/core/nouns/plans/facts/plan.ts';
import { bookOf, type Plan } from '@sonae/core/nouns/plans/views/plan.ts';
import type { Tasks } from '@sonae/core/nouns/plans/views/tasks.ts';
import { FIRM_EVENTS } from '@sonae/core/nouns/reports/decisions/duties.ts';
import { stageOf } from '@sonae/core/nouns/reports/engine/clock.ts';
import { DOCUMENT_SETS } from '@sonae/core/nouns/reports/engine/document-sets.ts';
import { DUTIES, dutyNamed } from '@sonae/core/nouns/reports/engine/duties.ts';
import { FIELDS } from '@sonae/core/nouns/reports/engine/fields.ts';
import { FORMS, formFor } from '@sonae/core/nouns/reports/engine/forms.ts';
import { FIRM, type Profile } from '@sonae/core/nouns/reports/facts/duties.ts';
import type { Duties, DutyState } from '@sonae/core/nouns/reports/views/duties.ts';
import type { Filings, Windows } from '@sonae/core/nouns/reports/views/filings.ts';
import { incidentOf, incidentSummaries, readState } from '../http/read-model.ts';
import type { Node } from '../node.ts';

export function clockOf(duty: DutyState, nowMs: number): Clock {
  const limitAt = duty.dueAt ?? duty.targetAt;
  const rule = dutyNamed(duty.duty);
  const instants = {
    startAt: parseTime(duty.startAt),
    dueAt: duty.dueAt === null ? null : parseTime(duty.dueAt),
    targetAt: parseTime(duty.targetAt),
  };
  const now = duty.state === 'open' ? stageOf(instants, nowMs) : duty.state;
  const { suspendable = null, exemptable = null } = rule ?? {};
  return { ...duty, limitAt, now, suspendable, exemptable };
}

/** What forms and items of document sets are called. */
const NAMES = {
  forms: Object.fromEntries(FORMS.map(({ id, title }) => [id, title])),
  items: Object.fromEntries(
    Object.values(DOCUMENT_SETS).flatMap((items) => items.map(({ id, label }) => [id, label])),
  ),
};

const bySoonest = (a: Clock, b: Clock): number => parseTime(a.limitAt) - parseTime(b.limitAt);

/** Null when there is no such incident. */
export async function responsePage(node: Node, id: string): Promise<ResponsePage | null> {
  const incident = await incidentOf(node, id);
  if (!incident) return null;
  const { now } = node.clockState();
  const response = await readState<Response>(node, 'incidents.response', id);
  const { duties } = await readState<Duties>(node, 'reports.duties', id);
  const review = await readState<Review>(node, 'incidents.review', id);
  const profile = await readState<Profile>(node, 'reports.profile', 'all');
  const { uses } = await readState<Uses>(node, 'authority.uses', 'all');
  const { windows } = await readState<Windows>(node, 'reports.windows', 'all');
  const day = profile.rulesAsOf ?? dateText(civilDate(parseTime(now), 'Asia/Tokyo'));
  // Forms of the regimes that the firm stands under, as their duties name them.
  const bound = DUTIES.filter(({ regimes }) => regimes.some((one) => profile.regimes.includes(one)));
  const groups = [...new Set(bound.flatMap(({ form }) => (form === null ? [] : [form])))];
  const check = await improvementChecker(node);
  return {
    now,
    incident,
    response,
    criteria: criteriaFor(response.kinds),
    tasks: await readState<Tasks>(node, 'plans.tasks', id),
    clocks: duties.map((duty) => clockOf(duty, parseTime(now))).sort(bySoonest),
    filings: await readState<Filings>(node, 'reports.filings', id),
    forms: groups.flatMap((group) => {
      const form = formFor(group, response.kinds, day);
      return form ? [{ group, id: form.id, title: form.title }] : [];
    }),
    review: { ...review, improvements: review.improvements.map(check) },
    uses: uses
      .filter((use) => use.incident === id)
      .map(({ id: use, power, state, reviewed }) => ({ id: use, power, state, reviewed })),
    windows: windows.filter(({ subject }) => subject === id),
    fields: Object.entries(FIELDS).map(([field, { label, from }]) => ({ id: field, label, from })),
    names: NAMES,
  };
}

export async function clocksPage(node: Node): Promise<ClocksPage> {
  const { now } = node.clockState();
  const { duties } = await readState<{ duties: readonly DutyState[] }>(node, 'reports.clocks', 'all');
  const clocks = duties
    .map((duty) => clockOf(duty, parseTime(now)))
    .sort(bySoonest)
    .map((clock) => ({ ...clock, incident: clock.subject === FIRM ? null : clock.subject }));
  const profile = await readState<Profile>(node, 'reports.profile', 'all');
  const { events } = await readState<Duties>(node, 'reports.duties', FIRM);
  const known = DUTIES.map(({ id, title }) => ({ id, title }));
  return { now, clocks, profile, firmEvents: events, duties: known, events: FIRM_EVENTS };
}

export async function planPage(node: Node): Promise<PlanPage> {
  const plan = await readState<Plan>(node, 'plans.plan', 'all');
  const digest = planDigest(plan);
  const coverage = KINDS.map((kind) => ({
    kind,
    name: KIND_NAMES[kind],
    books: STAGES.map((stage) => {
      const { book, version, approved } = bookOf(plan, kind, stage);
      return { stage, tasks: book.tasks.length, version, approved, steps: book.tasks };
    }),
    lastTraining: plan.trainings.find(({ kinds }) => kinds.includes(kind))?.at ?? null,
  }));
  return { plan, digest, approved: plan.approval?.digest === digest, coverage };
}

/** Reads from authority and plans whether what an improvement links to really changed. */
async function improvementChecker(node: Node): Promise<(one: Improvement) => ImprovementCheck> {
  const { uses } = await readState<Uses>(node, 'authority.uses', 'all');
  const plan = await readState<Plan>(node, 'plans.plan', 'all');
  return (one) => ({
    ...one,
    checks: one.references.map((reference) => {
      const use = uses.find(({ id }) => id === reference);
      if (use) {
        const found = use.executedAt === null ? ('not-yet' as const) : ('changed' as const);
        return { reference, found, what: `${use.power} / ${use.target}: ${use.state}` };
      }
      const version = /^plan[ :@v]*(\d{1,6})$/i.exec(reference)?.[1];
      if (version !== undefined) {
        const found =
          (plan.approval?.version ?? 0) >= Number(version) ? ('changed' as const) : ('not-yet' as const);
        return { reference, found, what: `plan version ${plan.approval?.version ?? 0} approved` };
      }
      return { reference, found: 'unknown' as const, what: '' };
    }),
  });
}

export async function learningPage(node: Node): Promise<LearningPage> {
  const { now } = node.clockState();
  const { improvements } = await readState<Improvements>(node, 'incidents.improvements', 'all');
  const check = await improvementChecker(node);
  const inputs: TrendInput[] = [];
  for (const incident of await incidentSummaries(node, false)) {
    const { id, phase, severity, openedAt, happenedAt, declaredAt, endedAt } = incident;
    const response = await readState<Response>(node, 'incidents.response', id);
    const { causes } = await readState<Review>(node, 'incidents.review', id);
    inputs.push({
      id,
      phase,
      severity,
      kinds: response.kinds,
      openedAt,
      happenedAt,
      declaredAt,
      containedAt: milestoneAt(response, 'contained'),
      recoveredAt: milestoneAt(response, 'recovered'),
      endedAt,
      causes: causes.map((cause) => cause.class ?? ''),
    });
  }
  return { now, improvements: improvements.map(check), trends: trendsOf(inputs) };
}
