/** Amounts in both directions: no digit is lost, whatever the size. */
import { describe, expect, test } from 'vitest';
import { amountText, assetAmount, bpsText, isBelowZero, minorOf, shareBps } from './amounts.ts';

describe('amounts', () => {
  test.each([
    ['150000000', 8, '1.5'],
    ['-1', 8, '−0.00000001'],
    ['0', 18, '0'],
    ['-0', 2, '0'],
    ['1234567', 0, '1,234,567'],
    ['999', 0, '999'],
    ['340282366920938463463374607431768211455', 18, '340,282,366,920,938,463,463.374607431768211455'],
    ['00100', 2, '1'],
    ['x', 2, 'x'],
  ])('%s with %s decimals is %s', (minor, decimals, text) => {
    expect(amountText(minor, decimals)).toBe(text);
  });

  test.each([
    ['1,000.5', 2, '100050'],
    ['0.00000001', 8, '1'],
    ['007', 0, '7'],
    ['1.50', 1, '15'],
    ['1.55', 1, null],
    ['-1', 0, null],
    ['1e3', 0, null],
    ['', 0, null],
  ])('%s with %s decimals is written as %s', (written, decimals, minor) => {
    expect(minorOf(written, decimals)).toBe(minor);
  });

  test('an asset that nobody defined is not given decimals', () => {
    expect(assetAmount('12', 'BTC', { BTC: 1 })).toBe('1.2 BTC');
    expect(assetAmount('12', 'NONE', { BTC: 1 })).toContain('10⁻ⁿ');
  });

  test('shares are exact in basis points and round down', () => {
    expect(shareBps('1', '3')).toBe(3_333);
    expect(shareBps('1', '0')).toBeNull();
    expect([bpsText(512), bpsText(5), bpsText(0), bpsText(10_000)]).toEqual([
      '5.12 %',
      '0.05 %',
      '0.00 %',
      '100.00 %',
    ]);
    expect([isBelowZero('-5'), isBelowZero('5'), isBelowZero('-0')]).toEqual([true, false, false]);
  });
});
