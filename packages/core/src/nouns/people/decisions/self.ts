/** What people do about themselves. Changes of who they are go through powers (authority), never through here. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { DAY_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact, type Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import {
  absenceDeclared,
  absenceEnded,
  isoTime,
  PEOPLE_STREAM,
  personId,
  principalNamed,
  roleMoved,
} from '../facts/register.ts';
import { actingHolders, type People, peopleRegister } from '../views/register.ts';

const ABSENCE_MAX_MS = 60 * DAY_MS;

export const NOT_ENROLLED: Text = {
  en: 'No person of this id is enrolled.',
  ja: 'この ID の人は登録されていない。',
};
export const OUT_OF_RANGE: Text = {
  en: 'The time lies outside what is allowed.',
  ja: '時刻が許容範囲外である。',
};
export const BAD_PROOF: Text = { en: 'The signature does not hold.', ja: '署名が成立しない。' };

export const reads = () => ({ people: ref(peopleRegister, 'all') });

export function notEnrolled(id: string): Refused {
  return refuse('not-enrolled', `${id} is not enrolled, or has left`, 'sign in as an enrolled person');
}

export const isHere = (people: People, id: string): boolean => people.persons[id]?.offboardedAt === null;

/** Roles whose acting holders differ between two states: the move is a fact of its own, for everybody to see. */
export function movedRoles(before: People, after: People, because: string, now: string): NewFact[] {
  return Object.keys(before.roles).flatMap((role) => {
    const [from, to] = [actingHolders(before, role, now), actingHolders(after, role, now)];
    if (from.join() === to.join()) return [];
    return [newFact(roleMoved, PEOPLE_STREAM, { role, from, to, because })];
  });
}

export const declareAbsence = defineCommand({
  name: 'people.DeclareAbsence',
  says: { en: 'Say that you are away; your deputies act.', ja: '不在を届け出る。代行者が務める。' },
  input: z.object({ until: isoTime }).strict(),
  by: ['operator'],
  refusals: { 'not-enrolled': NOT_ENROLLED, 'out-of-range': OUT_OF_RANGE },
  reads,
  decide: ({ until }, { people }, ctx) => {
    const { id } = ctx.actor;
    const person = people.persons[id];
    if (!person || !isHere(people, id)) return notEnrolled(id);
    const lastsMs = parseTime(until) - parseTime(ctx.now);
    if (lastsMs <= 0 || lastsMs > ABSENCE_MAX_MS)
      return refuse(
        'out-of-range',
        `until ${until} is not within 60 days from now`,
        'give a later, nearer time',
      );
    const after = { ...people, persons: { ...people.persons, [id]: { ...person, absentUntil: until } } };
    return {
      facts: [
        newFact(absenceDeclared, PEOPLE_STREAM, { principal: id, until }),
        ...movedRoles(people, after, id, ctx.now),
      ],
    };
  },
});

export const endAbsence = defineCommand({
  name: 'people.EndAbsence',
  says: { en: 'Say that you are back.', ja: '復帰を届け出る。' },
  input: z.object({}).strict(),
  by: ['operator'],
  refusals: { 'not-enrolled': NOT_ENROLLED },
  reads,
  decide: (_, { people }, ctx) => {
    const { id } = ctx.actor;
    const person = people.persons[id];
    if (!person || !isHere(people, id)) return notEnrolled(id);
    if (person.absentUntil === null) return { facts: [] };
    const after = { ...people, persons: { ...people.persons, [id]: { ...person, absentUntil: null } } };
    return {
      facts: [
        newFact(absenceEnded, PEOPLE_STREAM, { principal: id }),
        ...movedRoles(people, after, id, ctx.now),
      ],
    };
  },
});

export const setContact = defineCommand({
  name: 'people.SetContact',
  says: {
    en: 'State your name and contact routes (first and alternate); sealed.',
    ja: '氏名と連絡経路(第一・代替)を届け出る。封緘される。',
  },
  input: z
    .object({
      principal: personId,
      name: z.string().trim().min(1).max(200),
      first: z.string().trim().min(3).max(300),
      alternate: z.string().trim().min(3).max(300),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'not-enrolled': NOT_ENROLLED,
    'not-yourself': { en: 'Everybody states only their own.', ja: '届け出は本人に限る。' },
  },
  reads,
  persons: ({ principal }) => [principal],
  decide: (input, { people }, ctx) => {
    if (!isHere(people, input.principal)) return notEnrolled(input.principal);
    if (input.principal !== ctx.actor.id)
      return refuse('not-yourself', `you are ${ctx.actor.id}`, 'ask that person to do it');
    const routes = JSON.stringify([input.first, input.alternate]);
    const body = {
      principal: input.principal,
      name: ctx.seal(input.principal, input.name),
      routes: ctx.seal(input.principal, routes),
    };
    return { facts: [newFact(principalNamed, PEOPLE_STREAM, body)] };
  },
});
