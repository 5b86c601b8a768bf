/** Rows from outside: what is taken, what is refused, and under which name. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedSpec, Observation } from '../../ports/venue.ts';
import { REJECTIONS } from '../../ports/venue.ts';
import { createOrderGate, isFeedHeading, parseFeedLine } from './sources.ts';

const spec = (kind: FeedSpec['kind']): FeedSpec => ({
  id: 'f',
  venue: 'v',
  base: 'USDC',
  quote: 'USD',
  kind,
  intervalMs: 60_000,
  silentAfterMs: 1,
});

const KLINE = '1678543200000,1.0,1.1,0.9,1.05,100,1678543259999,105,12,40,42,0';
const OHLCV = '1678543200000,2023-03-11T14:00:00Z,1.0,1.1,0.9,1.05,100,12,40,60';

describe('rows that are taken', () => {
  test.each([
    ['binance-klines', KLINE, { close: 1.05, volume: 100, sold: 60 }],
    [
      'binance-klines',
      KLINE.replace('1678543200000', '1678543200000000'),
      { close: 1.05, openAt: 1678543200000 },
    ],
    ['ohlcv-csv', OHLCV, { close: 1.05, sold: 60 }],
    ['ohlcv-csv', '1678543200000,t,1,1,1,1,5', { close: 1, sold: null }],
  ] as const)('%s', (kind, line, expected) => {
    const parsed = parseFeedLine(spec(kind), line);
    expect(parsed).toMatchObject({
      ok: { kind: 'bar', openAt: 1678543200000, knownAt: 1678543260000, ...expected },
    });
  });

  test('an oracle round counts seconds and eight decimals', () => {
    const parsed = parseFeedLine(
      spec('chainlink-rounds'),
      '36893488147419103978,99755917,1678487255,2,746,x',
    );
    expect(parsed).toEqual({
      ok: { kind: 'round', feed: 'f', openAt: 1678487255000, knownAt: 1678487255000, answer: 0.99755917 },
    });
  });

  test('headings are only those: text further down is a malformed row, not silence', () => {
    expect(isFeedHeading('open_time_ms,time_utc,open', 1)).toBe(true);
    expect(isFeedHeading('# note', 7)).toBe(true);
    expect(isFeedHeading('NaN,x', 3)).toBe(false);
    expect(isFeedHeading('garbage,x', 3)).toBe(false);
  });
});

describe('rows that are refused, by name', () => {
  test.each([
    ['malformed-row', '1678543200000,1,1'],
    ['malformed-row', ''],
    ['not-a-number', KLINE.replace('1.05', 'NaN')],
    ['not-a-number', KLINE.replace('1.05', '')],
    ['not-a-number', KLINE.replace('1.05', 'Infinity')],
    ['not-a-number', KLINE.replace('1678543200000', 'yesterday')],
    ['misaligned-time', KLINE.replace('1678543200000', '1678543200001')],
    ['misaligned-time', KLINE.replace('1678543200000', '60000')],
    ['not-positive', KLINE.replace(',0.9,', ',0,')],
    ['not-positive', KLINE.replace(',0.9,', ',-1,')],
    ['high-below-low', KLINE.replace(',1.1,', ',0.8,')],
    ['high-below-low', KLINE.replace('1.05', '1.2')],
    ['negative-volume', KLINE.replace(',100,', ',-100,')],
  ] as const)('%s: %s', (reason, line) => {
    expect(parseFeedLine(spec('binance-klines'), line)).toEqual({ rejected: reason });
    expect(REJECTIONS[reason]).toBeTruthy();
  });

  test('an oracle that answers zero, negative or nonsense', () => {
    const round = (answer: string, at: string) =>
      parseFeedLine(spec('chainlink-rounds'), `1,${answer},${at}`);
    expect(round('0', '1678487255')).toEqual({ rejected: 'not-positive' });
    expect(round('-5', '1678487255')).toEqual({ rejected: 'not-positive' });
    expect(round('1e8', 'soon')).toEqual({ rejected: 'not-a-number' });
    expect(round('1e8', '0')).toEqual({ rejected: 'misaligned-time' });
  });

  test('duplicates and time running backwards', () => {
    const gate = createOrderGate();
    const at = (openAt: number) => ({ openAt }) as Observation;
    expect([10, 20, 20, 15, 30].map((openAt) => gate(at(openAt)))).toEqual([
      null,
      null,
      'duplicate',
      'out-of-order',
      null,
    ]);
  });

  test('nothing, however garbled, throws or yields a price that is not one', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.integer().map(String),
      fc.constantFrom('NaN', '', '1e999', '-0'),
    );
    const kinds = fc.constantFrom('binance-klines', 'ohlcv-csv', 'chainlink-rounds', 'depth') as fc.Arbitrary<
      FeedSpec['kind']
    >;
    fc.assert(
      fc.property(kinds, fc.array(cell, { maxLength: 14 }), (kind, cells) => {
        const parsed = parseFeedLine(spec(kind), cells.join(','));
        if ('rejected' in parsed) return parsed.rejected in REJECTIONS;
        const { ok } = parsed;
        const value = ok.kind === 'bar' ? ok.close : ok.kind === 'round' ? ok.answer : 1;
        return Number.isFinite(value) && value > 0 && Number.isFinite(ok.knownAt);
      }),
      { numRuns: 2_000 },
    );
  });
});
