/** Who is on call: instants against tables, and turns against the instants they consist of. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onCall, type Schedule, type Shift, turnsOf } from './on-call.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(text);
const shift = (principal: string, from: string, to: string): Shift => ({ principal, from, to });
const schedule = (change: Partial<Schedule> = {}): Schedule => ({
  schedule: 'primary',
  says: { en: 'Primary', ja: '一次' },
  rotation: { participants: ['a', 'b', 'c'], startsAt: '2026-03-01T00:00:00Z', shiftHours: 24 },
  shifts: [],
  overrides: [],
  ...change,
});

describe('on call', () => {
  test.each<[string, string, string | null]>([
    ['nobody before the rotation begins', '2026-02-28T23:59:59.999Z', null],
    ['the first from its first instant', '2026-03-01T00:00:00Z', 'a'],
    ['the first to the last of its instants', '2026-03-01T23:59:59.999Z', 'a'],
    ['then the second', '2026-03-02T00:00:00Z', 'b'],
    ['the first again after the last', '2026-03-04T00:00:00Z', 'a'],
    // Clocks of Europe and America change in March: a shift of 24 hours stays one.
    ['the same hour of UTC on both sides of a change of clocks', '2026-03-29T00:00:00Z', 'b'],
    ['one instant before it', '2026-03-28T23:59:59.999Z', 'a'],
  ])('%s', (_, instant, who) => {
    expect(onCall(schedule(), at(instant))).toBe(who);
  });

  test('shifts come before the rotation, overrides before shifts, the newest override first', () => {
    const shifts = [shift('s', '2026-03-01T06:00:00Z', '2026-03-01T18:00:00Z')];
    const first = shift('o', '2026-03-01T08:00:00Z', '2026-03-01T12:00:00Z');
    const second = shift('n', '2026-03-01T10:00:00Z', '2026-03-01T11:00:00Z');
    const of = schedule({ shifts, overrides: [first, second] });
    const hours = [5, 6, 8, 10, 11, 12, 18].map((hour) =>
      onCall(of, at('2026-03-01T00:00:00Z') + hour * HOUR_MS),
    );
    expect(hours).toEqual(['a', 's', 'o', 'n', 'o', 's', 'a']);
  });

  test('without rotation there are gaps, in which nobody is', () => {
    const of = schedule({
      rotation: null,
      shifts: [shift('s', '2026-03-01T06:00:00Z', '2026-03-01T07:00:00Z')],
    });
    expect(onCall(of, at('2026-03-01T07:00:00Z'))).toBeNull();
    expect(turnsOf(of, at('2026-03-01T00:00:00Z'), at('2026-03-02T00:00:00Z'))).toEqual([
      { principal: 's', from: at('2026-03-01T06:00:00Z'), to: at('2026-03-01T07:00:00Z') },
    ]);
  });
});

describe('turns', () => {
  test('a rotation that begins later leaves the time before it to nobody', () => {
    const from = at('2026-02-27T00:00:00Z');
    expect(turnsOf(schedule(), from, at('2026-03-02T12:00:00Z')).map(({ principal }) => principal)).toEqual([
      'a',
      'b',
    ]);
  });

  test('they say of every instant what `onCall` says, in order and without overlap', () => {
    const base = at('2026-03-01T00:00:00Z');
    const span = fc
      .tuple(fc.constantFrom('x', 'y'), fc.integer({ min: -24, max: 120 }), fc.integer({ min: 1, max: 60 }))
      .map(([principal, from, hours]): Shift => {
        const iso = (hour: number): string => new Date(base + hour * HOUR_MS).toISOString();
        return { principal, from: iso(from), to: iso(from + hours) };
      });
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 6 }),
        fc.array(span, { maxLength: 4 }),
        fc.option(fc.integer({ min: 1, max: 50 })),
        (shifts, overrides, shiftHours) => {
          const rotation =
            shiftHours === null
              ? null
              : { participants: ['a', 'b'], startsAt: '2026-03-01T12:00:00Z', shiftHours };
          const of = schedule({ rotation, shifts, overrides });
          const [from, to] = [base, base + 96 * HOUR_MS];
          const turns = turnsOf(of, from, to);
          for (const [n, turn] of turns.entries()) {
            expect(turn.to).toBeGreaterThan(turn.from);
            expect(turn.from).toBeGreaterThanOrEqual(turns[n - 1]?.to ?? from);
          }
          for (let instant = from; instant < to; instant += HOUR_MS / 2) {
            const turn = turns.find((one) => one.from <= instant && instant < one.to);
            expect(turn?.principal ?? null).toBe(onCall(of, instant));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
