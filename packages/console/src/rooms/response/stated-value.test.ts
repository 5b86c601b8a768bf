/** What is typed becomes the value that core takes, and what cannot be one is said so before it is sent. */
import { statedValue } from '@sonae/core/nouns/incidents/facts/response.ts';
import { describe, expect, test } from 'vitest';
import { parseValue, shownLines, writtenValue } from './stated-value.ts';

describe('parsing', () => {
  test.each([
    ['text', ' Hot wallet ', { kind: 'text', text: 'Hot wallet' }],
    ['count', '1200', { kind: 'count', count: 1_200 }],
    ['time', '2026-11-22T03:24', { kind: 'time', at: '2026-11-22T03:24:00.000Z' }],
    ['list', 'a\n\n b ', { kind: 'list', items: ['a', 'b'] }],
    [
      'amounts',
      'BTC 4,502.9 48,200,000,000\nETH 1',
      {
        kind: 'amounts',
        amounts: [
          { asset: 'BTC', quantity: '4502.9', valueJpy: '48200000000' },
          { asset: 'ETH', quantity: '1', valueJpy: null },
        ],
      },
    ],
  ] as const)('%s', (kind, text, value) => {
    expect(parseValue(kind, text)).toEqual(value);
    expect(statedValue.parse(parseValue(kind, text))).toEqual(value);
  });

  test.each([
    ['text', '  '],
    ['count', '12.5'],
    ['count', '-1'],
    ['time', 'yesterday'],
    ['amounts', 'BTC'],
    ['amounts', 'BTC many'],
    ['amounts', 'BTC 1 2 3'],
  ] as const)('%s is not %j', (kind, text) => expect(parseValue(kind, text)).toBeNull());
});

test('what stands is written into the form again', () => {
  for (const [kind, text] of [
    ['list', 'a\nb'],
    ['amounts', 'BTC 1.5 20\nETH 3'],
    ['time', '2026-11-22T03:24'],
    ['count', '7'],
  ] as const) {
    const value = parseValue(kind, text);
    if (value === null) throw new Error('no value');
    expect(writtenValue(value)).toBe(text);
  }
});

test('amounts are shown with their yen', () => {
  const value = parseValue('amounts', 'BTC 1.5 20');
  expect(value === null ? [] : shownLines(value)).toEqual(['1.5 BTC (JPY 20)']);
});
