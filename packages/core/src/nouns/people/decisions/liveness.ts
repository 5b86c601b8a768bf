/** Signs of life: signers are asked for a signature now and then; who stays silent no longer counts. */
import { type Proof, proofProblem } from '@sonae/proof/approval';
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { isoTime as iso, parseTime } from '../../../kernel/time.ts';
import { type DecisionContext, defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import {
  livenessAnswered,
  livenessChallenged,
  livenessMissed,
  PEOPLE_STREAM,
  signedBy,
} from '../facts/register.ts';
import { activeCredential, type People } from '../views/register.ts';

import { BAD_PROOF, isHere, movedRoles, reads } from './self.ts';

/** The statement that a signer signs to show that the key is at hand. */
export function answerBody(founding: string, challenge: string, principal: string) {
  return { founding, challenge, principal };
}

export const answer = defineCommand({
  name: 'people.Answer',
  says: { en: 'Answer a liveness challenge with a signature.', ja: '応答確認に署名で答える。' },
  input: z.object({ challenge: z.string().max(40), ...signedBy }).strict(),
  by: ['operator'],
  refusals: {
    'no-challenge': { en: 'No such challenge is open for this person.', ja: 'この人への応答確認はない。' },
    'bad-proof': BAD_PROOF,
  },
  reads,
  decide: (input, { people }) => {
    const { challenge, principal } = input;
    const open = people.challenge;
    const late = people.persons[principal]?.silentSince !== null;
    const asked = open?.id === challenge && open.principals.includes(principal);
    if (open === null || !asked || (open.answered.includes(principal) && !late))
      return refuse(
        'no-challenge',
        `${principal} has no open challenge ${challenge}`,
        'wait for the next one',
      );
    const problem = signatureProblem(people, { says: 'answer', challenge }, input);
    if (problem !== null)
      return refuse('bad-proof', problem, 'sign the present challenge with a bound credential');
    return { facts: [newFact(livenessAnswered, PEOPLE_STREAM, input)] };
  },
});

function signatureProblem(
  people: People,
  asked: { says: 'answer'; challenge: string },
  input: { principal: string; credential: string; proof: Proof },
): string | null {
  const credential = activeCredential(people, input.principal, input.credential);
  if (credential === null) return `${input.principal} has no active credential ${input.credential}`;
  const body = answerBody(people.founding, asked.challenge, input.principal);
  return proofProblem({ says: asked.says, body }, credential, input.proof);
}

/** Opens a challenge when it is time, and drops who stayed silent, down to the floor. Driven by the clock. */
export const keepLiveness = defineCommand({
  name: 'people.KeepLiveness',
  says: { en: 'Ask signers for a sign of life; count who is silent.', ja: '署名者の応答確認を行う。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads,
  decide: (_, { people }, ctx) => {
    const { liveness, challenge, challengedAt } = people;
    if (liveness === null || challengedAt === null) return { facts: [] };
    const nowMs = parseTime(ctx.now);
    if (challenge !== null && parseTime(challenge.due) <= nowMs)
      return { facts: closeChallenge(people, liveness.floor, ctx) };
    if (challenge !== null || nowMs - parseTime(challengedAt) < liveness.everyMs) return { facts: [] };
    const principals = Object.keys(people.persons).filter((id) => isHere(people, id));
    const due = iso(nowMs + liveness.answerWithinMs);
    return {
      facts: [newFact(livenessChallenged, PEOPLE_STREAM, { challenge: ctx.newId(), principals, due })],
    };
  },
});

function closeChallenge(people: People, floor: number, ctx: DecisionContext): NewFact[] {
  const { challenge } = people;
  if (challenge === null) return [];
  const here = Object.keys(people.persons).filter((id) => isHere(people, id));
  const silent = challenge.principals.filter(
    (id) => here.includes(id) && !challenge.answered.includes(id) && people.persons[id]?.silentSince === null,
  );
  const counted = here.filter((id) => people.persons[id]?.silentSince === null);
  const droppable = Math.max(0, counted.length - floor);
  const [dropped, kept] = [silent.slice(0, droppable), silent.slice(droppable)];
  const persons = { ...people.persons };
  for (const id of dropped) {
    const person = persons[id];
    if (person) persons[id] = { ...person, silentSince: ctx.now };
  }
  return [
    newFact(livenessMissed, PEOPLE_STREAM, { challenge: challenge.id, dropped, kept }),
    ...(dropped[0] === undefined ? [] : movedRoles(people, { ...people, persons }, dropped[0], ctx.now)),
  ];
}
