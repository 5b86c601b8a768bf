/** The console offers what core would allow, and nothing that it would surely refuse. */
import type { Me, PowerView } from '@sonae/core/app/api.ts';
import { describe, expect, it } from 'vitest';
import {
  mayCancel,
  mayExecute,
  mayRequest,
  mayReview,
  mayStillSign,
  neededFor,
  stepsAfterStop,
} from './legal-use-actions.ts';

const NOW = Date.parse('2023-03-11T04:00:00Z');
const power = {
  quorum: 3,
  resumeQuorum: 4,
  roles: {
    request: ['guardian'],
    approve: ['guardian'],
    execute: ['desk'],
    cancel: ['lead'],
    review: ['audit'],
  },
  separation: { requesterApproves: false, approverExecutes: false },
  targets: [{ id: 't', act: { kind: 'exchange' }, resume: null }],
} as unknown as PowerView['power'];
const view = { power, able: ['a', 'b', 'c'] } as unknown as PowerView;
const use = {
  id: 'u',
  state: 'requested' as const,
  step: 'stop',
  target: 't',
  approvers: ['a'],
  requester: 'b',
  validBefore: '2023-03-11T09:00:00Z',
  executeAfter: '2023-03-11T03:00:00Z',
  reviewed: false,
};
const person = (principal: string, ...roles: string[]): Me => ({
  principal,
  roles,
  enrolled: true,
  scopes: null,
});

describe('signing', () => {
  it('is open to able people who have neither signed nor asked', () => {
    expect(mayStillSign(view, use, NOW)).toEqual(['c']);
    expect(mayStillSign(view, { ...use, requester: 'system:rules' }, NOW)).toEqual(['b', 'c']);
  });
  it('ends with the deadline and with the order', () => {
    expect(mayStillSign(view, use, Date.parse(use.validBefore))).toEqual([]);
    expect(mayStillSign(view, { ...use, state: 'ordered' }, NOW)).toEqual([]);
  });
  it('takes more people to resume', () => {
    expect([neededFor(power, 'stop'), neededFor(power, 'resume'), neededFor(power, 'extend')]).toEqual([
      3, 4, 4,
    ]);
  });
});

it('asking, calling off, executing and reviewing belong to roles', () => {
  expect([mayRequest(person('a', 'guardian'), power), mayRequest(person('x'), power)]).toEqual([true, false]);
  expect(mayCancel(person('x', 'lead'), power, use)).toBe(true);
  expect(mayCancel(person('x', 'lead'), power, { ...use, state: 'verified' })).toBe(false);
  const activated = { ...use, state: 'activated' as const };
  expect(mayExecute(person('x', 'desk'), power, activated, NOW)).toBe(true);
  expect(mayExecute(person('a', 'desk'), power, activated, NOW)).toBe(false);
  expect(mayExecute(person('x', 'desk'), power, { ...activated, executeAfter: use.validBefore }, NOW)).toBe(
    false,
  );
  const lapsed = { ...use, state: 'lapsed' as const };
  expect(mayReview(person('x', 'audit'), power, lapsed)).toBe(true);
  expect(mayReview(person('b', 'audit'), power, lapsed)).toBe(false);
  expect(mayReview(person('x', 'audit'), power, { ...lapsed, reviewed: true })).toBe(false);
});

it('a stop in force can be resumed where somebody can resume it, and once at a time', () => {
  const stop = { ...use, state: 'verified' as const };
  expect(stepsAfterStop(view, stop, [])).toEqual(['extend']);
  const guardian = {
    ...view,
    power: { ...power, targets: [{ id: 't', act: { kind: 'evm.guardian' }, resume: null }] },
  } as unknown as PowerView;
  expect(stepsAfterStop(guardian, stop, [])).toEqual(['resume', 'extend']);
  expect(stepsAfterStop(guardian, stop, [{ of: 'u', step: 'resume', endedAt: null }])).toEqual(['extend']);
  expect(stepsAfterStop(guardian, use, [])).toEqual([]);
});
