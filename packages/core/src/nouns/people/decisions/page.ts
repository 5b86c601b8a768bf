/**
 * Calling people: on call first, then holders and deputies in order. A call goes on by itself: whoever does not answer in
 * time is followed by the next, and after the last it begins again, until enough have answered or three rounds are over.
 */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { onCall } from '../engine/on-call.ts';
import {
  messageSent,
  pageAnswered,
  pageEnded,
  pageExhausted,
  pageId,
  pageOrdered,
  pageSent,
  REACH_STREAM,
} from '../facts/reach.ts';
import { personId } from '../facts/register.ts';
import { type Page, type Reach, reachState } from '../views/reach.ts';
import { isPresent, type People } from '../views/register.ts';
import { isHere, reads } from './self.ts';

const ROUNDS_MAX = 3;
const WAIT_MINUTES = 5;
const words = z.object({ en: z.string().min(1).max(2_000), ja: z.string().min(1).max(2_000) }).strict();
const withReach = () => ({ ...reads(), reach: ref(reachState, 'all') });
const NO_PAGE = { 'no-page': { en: 'No open call has this id.', ja: '該当する呼出しがない。' } };

export const page = defineCommand({
  name: 'people.Page',
  says: {
    en: 'Call people until enough have answered: who is on call, then roles with their deputies, then persons.',
    ja: '必要人数の応答まで呼び出す(当番、役割と代行者、個人の順)。',
  },
  input: z
    .object({
      subject: z.string().min(1).max(100),
      link: z.string().startsWith('/').max(300).default('/console/'),
      text: words,
      schedules: z.array(personId).max(10).default([]),
      roles: z.array(personId).max(10).default([]),
      principals: z.array(personId).max(50).default([]),
      need: z.int().min(1).max(20).default(1),
      waitMinutes: z.int().min(1).max(240).default(WAIT_MINUTES),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: {
    nobody: { en: 'Nobody is named, or nobody is enrolled.', ja: '呼び出す相手がいない。' },
    'called-already': { en: 'A call about this is open already.', ja: '同じ件で呼出し中。' },
  },
  reads: withReach,
  decide: (input, { people, reach }, ctx) => {
    const { subject, link, text, need, waitMinutes } = input;
    if (reach.pages.some((one) => one.subject === subject && isOpen(one) && one.text.en === text.en))
      return refuse('called-already', `a call about ${subject} is open`, 'wait for it, or call it off');
    const wanted = calledInOrder(input, people, reach, ctx.now);
    if (wanted.length === 0)
      return refuse(
        'nobody',
        'none of those named is enrolled',
        'name roles, schedules or persons of the register',
      );
    const id = ctx.newId();
    const ordered = { page: id, subject, link, text, wanted, need, waitMinutes };
    const first = wanted.filter((one) => isPresent(people, one, ctx.now)).slice(0, need);
    const calls = (first.length > 0 ? first : wanted.slice(0, need)).map((principal) =>
      call(ordered, principal, 1),
    );
    return { facts: [newFact(pageOrdered, REACH_STREAM, ordered), ...calls], result: { page: id } };
  },
});

type Asked = {
  readonly schedules: readonly string[];
  readonly roles: readonly string[];
  readonly principals: readonly string[];
};

function calledInOrder(asked: Asked, people: People, reach: Reach, now: string): string[] {
  const watch = asked.schedules.flatMap((id) => {
    const schedule = reach.schedules[id];
    const principal = schedule === undefined ? null : onCall(schedule, parseTime(now));
    return principal === null ? [] : [principal];
  });
  const holders = asked.roles.flatMap((id) => people.roles[id]?.holders ?? []);
  const all = [...watch, ...holders, ...asked.principals].filter((id) => isHere(people, id));
  return [...new Set(all)].slice(0, 50);
}

type Ordered = Pick<Page, 'page' | 'text' | 'link'>;
const call = ({ page: id, text, link }: Ordered, principal: string, round: number): NewFact =>
  newFact(pageSent, REACH_STREAM, { page: id, principal, round, text: { ...text }, link });

const isOpen = ({ endedAt, exhaustedAt }: Page): boolean => endedAt === null && exhaustedAt === null;
const coming = ({ answers }: Page): number => answers.filter(({ comes }) => comes).length;

export const answerPage = defineCommand({
  name: 'people.AnswerPage',
  says: { en: 'Answer a call: you come, or you cannot.', ja: '呼出しに応答する(対応可・不可)。' },
  input: z.object({ page: pageId, comes: z.boolean().default(true) }).strict(),
  by: ['operator'],
  refusals: {
    ...NO_PAGE,
    'not-called': { en: 'You were not called.', ja: '呼び出されていない。' },
  },
  reads: withReach,
  decide: ({ page: id, comes }, { reach, people }, ctx) => {
    const found = reach.pages.find((one) => one.page === id && one.endedAt === null);
    if (!found) return refuse('no-page', `no open call is ${id}`, 'list them in the reach room');
    const principal = ctx.actor.id;
    if (!found.wanted.includes(principal))
      return refuse(
        'not-called',
        `${principal} is not among those called`,
        'sign in as the person who was called',
      );
    const facts: NewFact[] = [newFact(pageAnswered, REACH_STREAM, { page: id, principal, comes })];
    const others = found.answers.filter((one) => one.principal !== principal && one.comes).length;
    if (others + (comes ? 1 : 0) >= found.need) {
      facts.push(newFact(pageEnded, REACH_STREAM, { page: id, why: 'answered' }));
      return { facts };
    }
    // Whoever cannot is followed by the next at once.
    const next = comes ? null : nextOf(found, people, ctx.now, principal);
    return { facts: next === null ? facts : [...facts, call(found, next.principal, next.round)] };
  },
});

/** Who is called next: whoever of the list was called least often and has not said no; null when nobody is left. */
function nextOf(
  { wanted, sent, answers }: Page,
  people: People,
  now: string,
  notNow: string | null,
): { principal: string; round: number } | null {
  const said = new Set(answers.map(({ principal }) => principal));
  const left = wanted.filter((id) => id !== notNow && !said.has(id) && isPresent(people, id, now));
  const times = (id: string): number => sent.filter(({ principal }) => principal === id).length;
  const least = [...left].sort((a, b) => times(a) - times(b) || wanted.indexOf(a) - wanted.indexOf(b))[0];
  if (least === undefined || times(least) >= ROUNDS_MAX) return null;
  return { principal: least, round: times(least) + 1 };
}

export const callOff = defineCommand({
  name: 'people.CallOff',
  says: { en: 'Call a call off.', ja: '呼出しを中止する。' },
  input: z.object({ page: pageId }).strict(),
  by: ['operator'],
  refusals: NO_PAGE,
  reads: withReach,
  decide: ({ page: id }, { reach }) => {
    if (!reach.pages.some((one) => one.page === id && one.endedAt === null))
      return refuse('no-page', `no open call is ${id}`, 'nothing to do');
    return { facts: [newFact(pageEnded, REACH_STREAM, { page: id, why: 'called-off' })] };
  },
});

export const endCalls = defineCommand({
  name: 'people.EndCalls',
  says: { en: 'End every call about a subject: somebody acted.', ja: '対応が始まった件の呼出しを終える。' },
  input: z.object({ subject: z.string().min(1).max(100) }).strict(),
  by: ['system'],
  refusals: {},
  reads: withReach,
  decide: ({ subject }, { reach }) => ({
    facts: reach.pages
      .filter((one) => one.subject === subject && one.endedAt === null)
      .map(({ page: id }) => newFact(pageEnded, REACH_STREAM, { page: id, why: 'answered' })),
  }),
});

export const keepPages = defineCommand({
  name: 'people.KeepPages',
  says: { en: 'Call the next person where nobody answered in time.', ja: '応答がなければ次の者を呼び出す。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: withReach,
  decide: (_, { people, reach }, ctx) => ({
    facts: reach.pages
      .filter(isOpen)
      .flatMap((one) => keepOne(one, people, ctx.now))
      .slice(0, KEPT_AT_ONCE_MAX),
  }),
});

function keepOne(one: Page, people: People, now: string): NewFact[] {
  const last = one.sent.at(-1);
  const waitMs = one.waitMinutes * MINUTE_MS;
  if (last && parseTime(now) - parseTime(last.at) < waitMs) return [];
  const next = nextOf(one, people, now, null);
  if (next !== null) return [call(one, next.principal, next.round)];
  const { page: id, need } = one;
  return [newFact(pageExhausted, REACH_STREAM, { page: id, answered: coming(one), need })];
}

export const tell = defineCommand({
  name: 'people.Tell',
  says: { en: 'Tell a person something on their channels.', ja: '本人へ通知する。' },
  input: z
    .object({
      principal: z.string().max(60),
      subject: z.string().min(1).max(100),
      text: words,
      link: z.string().startsWith('/').max(300).default('/console/'),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads,
  decide: ({ principal, subject, text, link }, { people }) => {
    if (!isHere(people, principal)) return { facts: [] };
    return { facts: [newFact(messageSent, REACH_STREAM, { principal, subject, text, link })] };
  },
});
