/**
 * What events do with duties: they arise, move, end with the class or the regime they hang on, and are met. Considering
 * the same facts again yields nothing, so that everything that may matter simply asks for it.
 */
import { z } from 'zod';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { incidentList } from '../../incidents/views/list.ts';
import { type Response, responseState } from '../../incidents/views/response.ts';
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
import { type Duty, isRepeatable } from '../engine/duty.ts';
import {
  dutyArose,
  dutyExempted,
  dutyMoved,
  exemptionWithdrawn,
  FIRM,
  isoTime,
  type Profile,
  profileApplied,
  SUBJECTS_PER_FACT_MAX,
  subjectId,
} from '../facts/duties.ts';
import { clockList, type Duties, type DutyState, dutyState } from '../views/duties.ts';
import { type Filings, filingState } from '../views/filings.ts';
import { profileState } from '../views/profile.ts';
import { dutyFact, dutyStream, satisfied } from './keep.ts';

const about = (subject: string) => ({
  profile: ref(profileState, 'all'),
  duties: ref(dutyState, subject),
});

export const consider = defineCommand({
  name: 'reports.Consider',
  says: { en: 'Work out which duties an incident brings.', ja: 'インシデントから生じる義務を算定する。' },
  input: z.object({ subject: subjectId, because: z.string().max(10_000) }).strict(),
  by: ['system'],
  refusals: {},
  reads: (input) => ({
    ...about(input.subject),
    response: ref(responseState, input.subject),
    filings: ref(filingState, input.subject),
  }),
  decide: ({ subject, because }, { profile, duties, response, filings }, ctx) => {
    const known = knownOf(response, duties, filings);
    const facts = DUTIES.filter((duty) => !isStanding(duty)).flatMap((duty) =>
      considerOne({ subject, because, known, profile, duties, now: ctx.now }, duty),
    );
    return { facts };
  },
});

/** A duty that repeats or concerns the firm: one instance per event, not per incident. */
const isStanding = ({ satisfiedBy, triggers }: Duty): boolean =>
  satisfiedBy !== 'filing' &&
  satisfiedBy.event !== PUBLISHED &&
  triggers.every((trigger) => 'event' in trigger);

/** Not stated by anybody: the notices of the incident say it. */
const PUBLISHED = 'published';

function knownOf(response: Response, { filed }: Duties, { notices }: Filings): Known {
  return {
    kinds: response.kinds,
    event: (name) => {
      const [first] = notices;
      if (name === PUBLISHED) return first === undefined ? null : { at: first.at, dueAt: null };
      return response.milestones[name as keyof Response['milestones']] ?? null;
    },
    filed: (duty, which) => {
      const times = filed.filter((one) => one.duty === duty).map(({ at }) => at);
      const sorted = times.sort((a, b) => parseTime(a) - parseTime(b));
      return (which === 'first' ? sorted[0] : sorted.at(-1)) ?? null;
    },
  };
}

type Considered = {
  readonly subject: string;
  readonly because: string;
  readonly known: Known;
  readonly profile: Profile;
  readonly duties: Duties;
  readonly now: string;
};

/** Grounds of exemptions that follow by themselves, and end by themselves. */
const CLASS_GROUND = 'class / 区分';
const PROFILE_GROUND = 'regime / 適用法令';

function considerOne(seen: Considered, duty: Duty): NewFact[] {
  const { subject, because, known, profile, duties } = seen;
  const own = duties.duties.filter((one) => one.duty === duty.id);
  const standing = own.at(-1);
  const start = startOf(duty, known);
  if (start === null || !concerns(duty, known.kinds))
    // Events are never unsaid: where one no longer starts the clock, the class is why.
    return own.filter(isOpen).map((one) => ended(one, CLASS_GROUND, because));
  if (!binds(duty, profile, parseTime(start.at)))
    return own.filter(isOpen).map((one) => ended(one, PROFILE_GROUND, because));
  const instants = written(instantsOf(duty, start, known, profile));
  if (standing === undefined) return arise(seen, duty, duty.id, start.event, instants);
  const key = { subject, instance: standing.instance };
  const facts: NewFact[] = [];
  if (standing.state === 'exempt' && isOwnGround(standing.ground))
    facts.push(dutyFact(exemptionWithdrawn, { ...key, reason: because }));
  if (standing.startAt === instants.startAt && standing.dueAt === instants.dueAt) return facts;
  if (isNewOccasion(standing, duty, instants.startAt, start.event)) {
    const again = `${duty.id}@${instants.startAt}`;
    return arise(seen, duty, again, start.event, instants);
  }
  // Met or exempt, it is shown as what it was: also a filing that a correction makes late.
  if (!hasResumed(standing, duty))
    facts.push(dutyFact(dutyMoved, { ...key, event: start.event, ...instants }));
  return facts;
}

const isOpen = ({ state }: DutyState): boolean => state === 'open';
const ended = ({ subject, instance }: DutyState, ground: string, reason: string): NewFact =>
  dutyFact(dutyExempted, { subject, instance, ground, reason });
const isOwnGround = (ground: string | null): boolean =>
  ground !== null && (ground.startsWith(CLASS_GROUND) || ground.startsWith(PROFILE_GROUND));

/** After a suspension the rule's number no longer counts. */
const hasResumed = ({ dueAt, state }: DutyState, { suspendable, clock }: Duty): boolean =>
  suspendable !== null && clock.unit !== 'none' && dueAt === null && state !== 'suspended';

/**
 * What was met stays met: a corrected time moves it. But a duty after our latest filing is due again with each, and what
 * may happen twice (a recovery after a relapse, another request) and happened after it was reported is reported again.
 */
function isNewOccasion(standing: DutyState, duty: Duty, startAt: string, event: string): boolean {
  if (standing.state !== 'satisfied' || standing.startAt === startAt) return false;
  if (duty.triggers.some((trigger) => 'filing' in trigger && trigger.which === 'latest')) return true;
  const metAt = standing.satisfiedAt ?? standing.startAt;
  return isRepeatable(event) && parseTime(startAt) > parseTime(metAt);
}

/** A duty begins, and ends with it where what meets it has happened already. */
function arise(
  { subject, known, now }: Considered,
  duty: Duty,
  instance: string,
  event: string,
  instants: ReturnType<typeof written>,
): NewFact[] {
  const begun = dutyFact(dutyArose, arisen(subject, instance, duty, event, instants));
  const met = duty.satisfiedBy === 'filing' ? null : known.event(duty.satisfiedBy.event);
  if (met === null || duty.satisfiedBy === 'filing') return [begun];
  return [begun, satisfied(subject, { instance, ...instants }, met.at, duty.satisfiedBy.event, now)];
}

function arisen(
  subject: string,
  instance: string,
  { id: duty, title, citation, recipients, form }: Duty,
  event: string,
  instants: ReturnType<typeof written>,
) {
  return { subject, instance, duty, title, citation, recipients: [...recipients], form, event, ...instants };
}

export const applyProfile = defineCommand({
  name: 'reports.ApplyProfile',
  says: {
    en: 'Have every incident that is open, or has clocks running, considered under the new profile.',
    ja: '新しい適用法令等により、継続中のインシデントの義務を算定し直す。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ list: ref(incidentList, 'all'), clocks: ref(clockList, 'all') }),
  decide: (_, { list, clocks }) => {
    const open = list.incidents.filter(({ endedAt }) => endedAt === null).map(({ id }) => id);
    const clocked = clocks.duties.map(({ subject }) => subject).filter((subject) => subject !== FIRM);
    const all = [...new Set([...open, ...clocked])];
    const facts: NewFact[] = [];
    for (let i = 0; i < all.length; i += SUBJECTS_PER_FACT_MAX) {
      const subjects = all.slice(i, i + SUBJECTS_PER_FACT_MAX);
      facts.push(newFact(profileApplied, dutyStream(FIRM), { subjects }));
    }
    return { facts };
  },
});

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
    const atMs = parseTime(at);
    const facts: NewFact[] = [];
    for (const duty of DUTIES.filter(isStanding)) {
      const own = duties.duties.filter((one) => one.duty === duty.id);
      const ends = typeof duty.satisfiedBy === 'object' && duty.satisfiedBy.event === event;
      const start = startOf(duty, known);
      // Recorded late, or twice: what happened since has begun the next period already.
      if (ends && start !== null && own.some(({ startAt }) => parseTime(startAt) >= atMs)) continue;
      const oldest = own.find((one) => isOpen(one) && parseTime(one.startAt) <= atMs);
      if (ends && oldest) facts.push(satisfied(FIRM, oldest, at, event, ctx.now));
      if (start === null || !binds(duty, profile, atMs)) continue;
      const instants = written(instantsOf(duty, start, known, profile));
      const instance = `${duty.id}@${instants.startAt}`;
      if (own.some((one) => one.instance === instance)) continue;
      facts.push(dutyFact(dutyArose, arisen(FIRM, instance, duty, event, instants)));
    }
    return { facts };
  },
});
