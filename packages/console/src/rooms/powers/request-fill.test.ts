/** What a person types becomes what the target takes, or is said not to fit. */
import type { PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import { expect, it } from 'vitest';
import { encodeAddress, fillValue, formOf } from './request-fill.ts';

const guardian = { act: { kind: 'evm.guardian' } } as unknown as PowerTarget;
const exchange = { act: { kind: 'exchange' } } as unknown as PowerTarget;

it('asks for an address where an on-chain switch is open', () => {
  expect(formOf(guardian, 'args')).toBe('address');
  expect(formOf(exchange, 'subject')).toBe('text');
  expect(formOf(exchange, 'change')).toBe('json');
});

it('encodes an address as one ABI word, in lower case', () => {
  const address = '0xAbCdEf0123456789aBcDeF0123456789AbCdEf01';
  expect(encodeAddress(` ${address} `)).toBe(`0x${'0'.repeat(24)}abcdef0123456789abcdef0123456789abcdef01`);
  for (const text of ['', '0x12', address.slice(2), `${address}0`]) expect(encodeAddress(text)).toBeNull();
});

it.each([
  ['limit', '', undefined],
  ['limit', '1000', '1000'],
  ['limit', '01', null],
  ['subjects', '10.0.0.0/8, 10.1.2.3\n', ['10.0.0.0/8', '10.1.2.3']],
  ['subjects', ' ', null],
  ['json', '{"change":"x"}', { change: 'x' }],
  ['json', '{', null],
  ['hex', '0xAB', '0xab'],
  ['hex', '0xabc', null],
  ['text', ' account-7 ', 'account-7'],
  ['text', '', null],
] as const)('%s %j', (form, text, value) => {
  expect(fillValue(form, text)).toEqual(value);
});
