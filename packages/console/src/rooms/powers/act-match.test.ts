/** Only the act that the target was agreed to have is signed: every other field that differs is found. */
import type { PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Act, Action } from '@sonae/proof/action';
import { describe, expect, it } from 'vitest';
import { isActOfTarget } from './act-match.ts';

const GUARDIAN = `0x${'1'.repeat(40)}`;
const SWITCH = `0x${'2'.repeat(64)}`;
const STOP = `0x${'3'.repeat(64)}`;
const on = { kind: 'evm.guardian', chainId: 5, guardian: GUARDIAN } as const;
const stop = { ...on, call: 'stop', switchId: SWITCH, args: '0x' } as const;
const halt = {
  kind: 'exchange',
  system: 'x',
  operation: 'halt-withdrawals',
  subject: 'USDC',
  limit: null,
} as const;
const lift = { ...halt, operation: 'resume-withdrawals' } as const;
const target = (act: object, open: readonly string[] = [], resume: object | null = null): PowerTarget =>
  ({ id: 't', says: { en: 'T', ja: 'T' }, act, resume, open }) as unknown as PowerTarget;
const isOf = (act: Act, step: string, of: PowerTarget): boolean =>
  isActOfTarget({ act, step } as unknown as Action, of);

describe('a guardian contract', () => {
  it('stops by exactly the switch of the target', () => {
    expect(isOf(stop, 'stop', target(stop))).toBe(true);
    expect(isOf({ ...stop, switchId: `0x${'4'.repeat(64)}` }, 'stop', target(stop))).toBe(false);
    expect(isOf({ ...stop, chainId: 1 }, 'stop', target(stop))).toBe(false);
    expect(isOf({ ...stop, guardian: `0x${'9'.repeat(40)}` }, 'stop', target(stop))).toBe(false);
  });

  it('takes other arguments only where they are open', () => {
    const filled = { ...stop, args: `0x${'0'.repeat(64)}` };
    expect(isOf(filled, 'stop', target(stop))).toBe(false);
    expect(isOf(filled, 'stop', target(stop, ['args']))).toBe(true);
    expect(isOf({ ...filled, switchId: STOP }, 'stop', target(stop, ['args']))).toBe(false);
  });

  it.each(['resume', 'extend'] as const)('%s goes to the same guardian on the same chain', (call) => {
    const act = { ...on, call, stop: STOP } as const;
    expect(isOf(act, call, target(stop))).toBe(true);
    expect(isOf({ ...act, guardian: `0x${'9'.repeat(40)}` }, call, target(stop))).toBe(false);
    expect(isOf({ ...act, chainId: 1 }, call, target(stop))).toBe(false);
    expect(isOf(act, call === 'resume' ? 'extend' : 'resume', target(stop))).toBe(false);
    expect(isOf(act, 'stop', target(stop))).toBe(false);
    expect(isOf(act, call, target(halt))).toBe(false);
  });

  it('is never stopped anew under the name of an extension', () => {
    expect(isOf(stop, 'extend', target(stop))).toBe(false);
  });
});

describe('other systems', () => {
  it.each([
    [halt, 'stop', true],
    [halt, 'extend', true],
    [lift, 'resume', true],
    [lift, 'stop', false],
    [halt, 'resume', false],
    [{ ...halt, subject: 'BTC' }, 'stop', false],
    [{ ...halt, limit: '5' }, 'stop', false],
    [{ ...halt, extra: 1 } as unknown as Act, 'stop', false],
    [stop, 'stop', false],
  ] as const)('%j at step %s: %s', (act, step, isGood) => {
    expect(isOf(act, step, target(halt, [], lift))).toBe(isGood);
  });

  it('is not resumed where the target has no way back', () => {
    expect(isOf(lift, 'resume', target(halt))).toBe(false);
  });

  it('keeps what was filled in out of the comparison, and nothing else', () => {
    const open = target(halt, ['subject'], lift);
    expect(isOf({ ...halt, subject: 'BTC' }, 'stop', open)).toBe(true);
    expect(isOf({ ...lift, subject: 'BTC' }, 'resume', open)).toBe(true);
    expect(isOf({ ...halt, subject: 'BTC', system: 'y' }, 'stop', open)).toBe(false);
  });

  it('changes rules only at the step that says so', () => {
    const rules = target({ kind: 'govern', change: null }, ['change']);
    const change = { kind: 'govern', change: { change: 'set-policy' } } as const;
    expect(isOf(change, 'govern', rules)).toBe(true);
    expect(isOf(change, 'stop', rules)).toBe(false);
    expect(isOf(halt, 'govern', rules)).toBe(false);
  });
});
