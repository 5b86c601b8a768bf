/** Addresses of the three rooms: what is known is read, what is not known is left out, nothing throws. */
import { describe, expect, test } from 'vitest';
import { readCustodySearch } from '../custody/custody-search.ts';
import { readReservesSearch } from '../reserves/reserves-search.ts';
import { readBooksSearch } from './books-search.ts';

describe('filters in the address', () => {
  test('books: everything that is known comes back', () => {
    const raw = {
      ...{ book: 'main', tab: 'balances', owner: 'customer', asset: 'BTC', party: 'anna', group: 7 },
      ...{ below: true, at: '2026-04-01T00:00:00+09:00', after: '3', account: 'a', before: 9, by: 'party' },
    };
    expect(readBooksSearch(raw)).toEqual({ ...raw, group: '7', at: '2026-03-31T15:00:00.000Z', after: 3 });
  });

  test.each([
    [readBooksSearch, { owner: 'king', tab: 'x', at: 'yesterday', after: -1, below: 'maybe', book: {} }],
    [readCustodySearch, { tab: 1, owner: 'suspense', temperature: 'tepid', chain: '', decision: null }],
    [readReservesSearch, { tab: [], standing: 'fine', asset: {}, scope: ' ' }],
  ])('%o leaves out what it does not know', (read, raw) => {
    expect(read(raw as Record<string, unknown>)).toEqual({});
  });
});
