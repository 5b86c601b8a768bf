/** Where a use stands on its way, and what its clock runs towards. */
import { expect, it } from 'vitest';
import { deadlineOf, pathOf } from './use-path.ts';

const base = {
  state: 'requested' as const,
  step: 'stop',
  requestedAt: '2023-03-11T03:00:00Z',
  activatedAt: null,
  executedAt: null,
  endedAt: null,
  reviewed: false,
};
const shape = (use: Partial<Parameters<typeof pathOf>[0]>): string =>
  pathOf({ ...base, ...use })
    .steps.map(({ state }) => state[0])
    .join('');

it.each([
  [{}, 'naaaaaaa'],
  [{ state: 'activated' }, 'ppnaaaaa'],
  [{ state: 'verified' }, 'pppppnaa'],
  [{ state: 'resumed' }, 'ppppppna'],
  [{ state: 'lapsed', reviewed: true }, 'pppppppn'],
  // Reviewed while the stop is still in force: its end stays ahead.
  [{ state: 'verified', reviewed: true }, 'ppppppan'],
  [{ state: 'verified', step: 'resume' }, 'pppppna'],
] as const)('%j', (use, expected) => {
  expect(shape(use)).toBe(expected);
});

it('says when a use has left its way', () => {
  expect(pathOf({ ...base, state: 'declined' }).left).toBe('declined');
  expect(pathOf({ ...base, state: 'verified' }).left).toBeNull();
});

it.each([
  ['requested', 'stop', 'approve'],
  ['activated', 'stop', 'execute'],
  ['ordered', 'resume', 'execute'],
  ['verified', 'stop', 'lapse'],
  ['verified', 'resume', undefined],
  ['resumed', 'stop', undefined],
] as const)('the clock of a use that is %s (%s)', (state, step, kind) => {
  const use = { state, step, validBefore: 'a', executeAfter: 'b', until: step === 'stop' ? 'c' : null };
  expect(deadlineOf(use)?.kind).toBe(kind);
});
