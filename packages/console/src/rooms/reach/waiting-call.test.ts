/** Whose answer a call waits for. */
import { expect, test } from 'vitest';
import { mayAnswer, type OpenCall, waitingFor } from './waiting-call.ts';

const call = (
  page: string,
  orderedAt: string,
  sent: string[],
  answers: [string, boolean][] = [],
): OpenCall => ({
  page,
  subject: 's',
  link: '/',
  text: { en: 'x', ja: 'x' },
  wanted: ['a', 'b'],
  need: 1,
  waitMinutes: 5,
  orderedAt,
  sent: sent.map((principal) => ({ principal, at: orderedAt, round: 1 })),
  answers: answers.map(([principal, comes]) => ({ principal, at: orderedAt, comes })),
  exhaustedAt: null,
  endedAt: null,
});

test('the oldest call that reached me and that I did not answer', () => {
  const calls = [call('new', '2026-04-02', ['a']), call('old', '2026-04-01', ['b', 'a'])];
  expect(waitingFor(calls, 'a')?.page).toBe('old');
  expect(waitingFor(calls, 'b')?.page).toBe('old');
  expect(waitingFor([call('x', '2026-04-01', ['b'])], 'a'), 'not called yet').toBeNull();
  expect(waitingFor([call('x', '2026-04-01', ['a'], [['a', false]])], 'a'), 'answered').toBeNull();
});

test('who said no may still come; who comes has said so; who was not wanted has no say', () => {
  expect(mayAnswer(call('x', '', ['a'], [['a', false]]), 'a')).toBe(true);
  expect(mayAnswer(call('x', '', ['a'], [['a', true]]), 'a')).toBe(false);
  expect(mayAnswer(call('x', '', ['a']), 'stranger')).toBe(false);
});
