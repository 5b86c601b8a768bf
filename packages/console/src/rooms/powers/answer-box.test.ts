/** A challenge is open for those it named, until they answered it. */
import type { Fact } from '@sonae/core/log/fact.ts';
import { expect, it } from 'vitest';
import { openChallenge } from './answer-box.tsx';

const fact = (type: string, body: unknown): Fact => ({ type: `people.${type}@1`, body }) as Fact;
const asked = fact('LivenessChallenged', {
  challenge: 'c1',
  principals: ['a', 'b'],
  due: '2023-03-12T00:00:00Z',
});
const answered = fact('LivenessAnswered', { challenge: 'c1', principal: 'a' });

it.each([
  ['a', [asked], 'c1'],
  ['a', [answered, asked], undefined],
  ['b', [answered, asked], 'c1'],
  ['c', [asked], undefined],
  // An answer to an earlier challenge does not answer the newest.
  ['a', [asked, answered], 'c1'],
  ['a', [], undefined],
])('%s', (principal, facts, expected) => {
  expect(openChallenge(facts, principal)?.challenge).toBe(expected);
});
