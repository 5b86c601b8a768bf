/** Facts of older versions are lifted step by step; facts of unknown or newer versions are refused by name. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineFact, type FactDef } from './fact.ts';
import { decodeFact } from './upcast.ts';

const priced = defineFact({
  name: 'test.Priced',
  version: 3,
  schema: z.object({ amountMinor: z.string(), asset: z.string() }),
  says: { en: 'Priced.', ja: '値付け。' },
  upcast: {
    1: (body) => ({ amount: String((body as { amount: number }).amount) }),
    2: (body) => ({ amountMinor: `${(body as { amount: string }).amount}00`, asset: 'JPY' }),
  },
});
const known = new Map<string, FactDef>([[priced.name, priced as FactDef]]);

const recorded = (type: string, body: object): string =>
  JSON.stringify({
    seq: 7,
    id: 'x',
    type,
    stream: 's',
    recordedAt: '',
    occurredAt: '',
    actor: '',
    cause: '',
    body,
  });

describe('decodeFact', () => {
  test('lifts each older version to the present one and leaves the rest alone', () => {
    const expected = { seq: 7, type: 'test.Priced@3', body: { amountMinor: '500', asset: 'JPY' } };
    expect(decodeFact(recorded('test.Priced@1', { amount: 5 }), known)).toMatchObject(expected);
    expect(decodeFact(recorded('test.Priced@2', { amount: '5' }), known)).toMatchObject(expected);
    expect(decodeFact(recorded('test.Priced@3', { amountMinor: '500', asset: 'JPY' }), known)).toMatchObject(
      expected,
    );
  });

  test.each(['test.Priced@4', 'test.Unknown@1'])('refuses %s, naming what to do', (type) => {
    expect(() => decodeFact(recorded(type, {}), known)).toThrow(
      /store\.newer-version.*fact 7.*does not know/,
    );
  });
});
