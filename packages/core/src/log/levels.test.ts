/** Readings beside what stands: what blindness may replace, and what it leaves in its place. */
import { expect, test } from 'vitest';
import { besideStanding, type Level, type Reading } from './levels.ts';

const reading = (level: Level): Reading => ({
  control: 'x.sight',
  subject: 'a',
  level,
  why: { en: 'No word from b.', ja: 'b から報告なし。' },
});
const beside = (level: Level, held: Level): Reading[] => {
  const standing = { ...reading(held), since: '2026-04-01T00:00:00Z' };
  return besideStanding([reading(level)], held === 'ok' ? {} : { 'x.sight/a': standing });
};

test.each(['ok', 'watch', 'blind'] as const)('blindness takes the place of %s', (held) => {
  expect(beside('blind', held)).toEqual([reading('blind')]);
});

test.each(['warning', 'critical'] as const)('%s stays and says that it is not seen now', (held) => {
  const [one] = beside('blind', held);
  expect(one).toMatchObject({ control: 'x.sight', subject: 'a', level: held });
  expect(one?.why.en).toBe(`Last seen ${held}, now blind. No word from b.`);
  expect(one?.why.ja).toContain('現在は不可視');
});

test.each(['ok', 'watch', 'warning', 'critical'] as const)(
  'what is seen (%s) counts, whatever stood',
  (level) => {
    expect(beside(level, 'critical')).toEqual([reading(level)]);
  },
);
