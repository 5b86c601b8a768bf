/** What a signer sees comes from the bytes; whatever beside them does not belong to them blocks the signature. */
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import { type Action, actionHash, textHash } from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import { expect, it } from 'vitest';
import { groupedHex, powerHash, readAction, readActionOf, refusableActionOf } from './action-reading.ts';

const HALT = {
  kind: 'exchange',
  system: 'x',
  operation: 'halt-withdrawals',
  subject: 'USDC',
  limit: null,
} as const;
const targetOf = (act: object) => ({
  id: 'usdc',
  says: { en: 'USDC', ja: 'USDC' },
  act,
  resume: null,
  open: [],
});
const powerOf = (act: object) => ({ id: 'halt', quorum: 2, targets: [targetOf(act)] }) as unknown as Power;
const POWER = powerOf(HALT);
const ACTION: Action = {
  format: 'sonae/action/v1',
  founding: 'a'.repeat(64),
  use: 'u1',
  power: 'halt',
  policy: powerHash(POWER),
  target: 'usdc',
  step: 'stop',
  reason: textHash('because'),
  until: null,
  validBefore: '2023-03-11T09:27:00Z',
  act: HALT,
};
const shownUse = (action: Action) => ({
  id: 'u1',
  state: 'requested' as const,
  action,
  hash: toHex(actionHash(action)),
  reason: 'because',
});

it('reads an honest use whole', () => {
  const reading = readAction(shownUse(ACTION), POWER);
  expect(reading.mismatches).toEqual([]);
  expect(reading.target?.id).toBe('usdc');
  expect(reading.decoded?.title.en).toBe('Halt withdrawals of USDC');
  expect(readActionOf(reading)).toEqual(ACTION);
});

it.each([
  ['hash', { ...shownUse(ACTION), hash: 'b'.repeat(64) }],
  ['use', { ...shownUse(ACTION), id: 'u2' }],
  ['reason', { ...shownUse(ACTION), reason: 'another reason' }],
  ['unread', { ...shownUse(ACTION), action: { ...ACTION, step: 'burn' } as unknown as Action }],
] as const)('%s that does not belong to the bytes blocks the signature', (name, use) => {
  const reading = readAction(use, POWER);
  expect(reading.mismatches).toEqual([name]);
  expect(readActionOf(reading)).toBeNull();
});

it('a power that is not the one the action names blocks the signature while it can be given', () => {
  const other = { ...POWER, quorum: 1 } as Power;
  expect(readAction(shownUse(ACTION), other).mismatches).toEqual(['power']);
  expect(readAction(shownUse(ACTION), null).mismatches).toEqual(['noPower']);
  expect(readAction({ ...shownUse(ACTION), state: 'lapsed' }, other)).toMatchObject({
    mismatches: [],
    target: null,
  });
});

it('an act that is not the one of its target blocks the signature, also an altered switch', () => {
  const act = {
    kind: 'evm.guardian',
    chainId: 5,
    guardian: `0x${'1'.repeat(40)}`,
    call: 'stop',
    switchId: `0x${'2'.repeat(64)}`,
    args: '0x',
  } as const;
  const power = powerOf(act);
  const honest: Action = { ...ACTION, policy: powerHash(power), act };
  expect(readActionOf(readAction(shownUse(honest), power))).toEqual(honest);
  const altered: Action = { ...honest, act: { ...act, switchId: `0x${'2'.repeat(63)}3` } };
  const reading = readAction(shownUse(altered), power);
  expect(reading).toMatchObject({ mismatches: ['act'], target: null });
  expect(readActionOf(reading)).toBeNull();
  expect(refusableActionOf(reading)).toEqual(altered);
  expect(refusableActionOf(readAction({ ...shownUse(altered), id: 'u2' }, power))).toBeNull();
  const elsewhere = { ...honest, target: 'other' };
  expect(readAction(shownUse(elsewhere), power).mismatches).toEqual(['act']);
});

it('names dangers', () => {
  const act = {
    kind: 'evm.call',
    chainId: 1,
    to: `0x${'1'.repeat(40)}`,
    data: '0x12345678',
    value: '5',
    operation: 'delegatecall',
  };
  const reading = readAction(shownUse({ ...ACTION, act } as Action), null);
  expect(reading.decoded?.dangers).toHaveLength(3);
});

it('groups a hash by four', () => {
  expect(groupedHex('ab'.repeat(32))).toHaveLength(16);
});
