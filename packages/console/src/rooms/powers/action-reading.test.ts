/** What a signer sees comes from the bytes; whatever beside them does not belong to them blocks the signature. */
import type { Power } from '@sonae/core/nouns/authority/facts/power.ts';
import { type Action, actionHash, textHash } from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import { expect, it } from 'vitest';
import { groupedHex, readAction, readActionOf } from './action-reading.ts';

const POWER = { id: 'halt', quorum: 2 } as unknown as Power;
const ACTION: Action = {
  format: 'sonae/action/v1',
  founding: 'a'.repeat(64),
  use: 'u1',
  power: 'halt',
  policy: '0bc04f1d7a17a4b35ed5bb7a1ed1cb1dbc2b3af1ad57f9cfcbd9ea1ec7f4d5c1',
  target: 'usdc',
  step: 'stop',
  reason: textHash('because'),
  until: null,
  validBefore: '2023-03-11T09:27:00Z',
  act: { kind: 'exchange', system: 'x', operation: 'halt-withdrawals', subject: 'USDC', limit: null },
};
const shownUse = (action: Action) => ({
  id: 'u1',
  state: 'requested' as const,
  action,
  hash: toHex(actionHash(action)),
  reason: 'because',
});

it('reads an honest use whole', () => {
  const reading = readAction(shownUse(ACTION), null);
  expect(reading.mismatches).toEqual([]);
  expect(reading.decoded?.title.en).toBe('Halt withdrawals of USDC');
  expect(readActionOf(reading)).toEqual(ACTION);
});

it.each([
  ['hash', { ...shownUse(ACTION), hash: 'b'.repeat(64) }],
  ['use', { ...shownUse(ACTION), id: 'u2' }],
  ['reason', { ...shownUse(ACTION), reason: 'another reason' }],
  ['unread', { ...shownUse(ACTION), action: { ...ACTION, step: 'burn' } as unknown as Action }],
] as const)('%s that does not belong to the bytes blocks the signature', (name, use) => {
  const reading = readAction(use, null);
  expect(reading.mismatches).toContain(name);
  expect(readActionOf(reading)).toBeNull();
});

it('a power that is not the one the action names blocks the signature while it can be given', () => {
  expect(readAction(shownUse(ACTION), POWER).mismatches).toEqual(['power']);
  expect(readAction({ ...shownUse(ACTION), state: 'lapsed' }, POWER).mismatches).toEqual([]);
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
