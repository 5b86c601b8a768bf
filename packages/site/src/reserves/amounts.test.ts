/** Amounts, ratios, gaps and odds in the words of the page. */
import { describe, expect, it, test } from 'vitest';
import { amountText, minorOf, ratioText } from './amounts.ts';
import { missingOf } from './missing.ts';
import { omissionsOf, probabilityText } from './omissions.ts';

describe('amounts', () => {
  it.each([
    [150_000_000n, 8, '1.5'],
    [0n, 8, '0'],
    [1n, 18, '0.000000000000000001'],
    [1_234_567n, 0, '1,234,567'],
    [2n ** 128n - 1n, 0, '340,282,366,920,938,463,463,374,607,431,768,211,455'],
  ])('%s with %i digits is %s, and back', (minor, decimals, text) => {
    expect(amountText(minor, decimals)).toBe(text);
    expect(minorOf(text, decimals)).toBe(minor);
  });

  it.each(['', '.5', '1.', '-1', '1e3', '0x1', '1.123', '9'.repeat(60)])('%j is no amount', (text) => {
    expect(minorOf(text, 2)).toBeNull();
  });

  it('reads full-width digits, and digits after the point that are nothing', () => {
    expect(minorOf('１，０００．５0', 1)).toBe(10_005n);
  });

  it.each([
    ['10000', '100.00 %'],
    ['9999', '99.99 %'],
    ['0', '0.00 %'],
    ['99999999999999999999', '> 10000000 %'],
  ])('%s bps is %s', (bps, text) => {
    expect(ratioText(bps)).toBe(text);
  });
});

describe('what is missing', () => {
  const asset = { asset: 'BTC', owed: '100', signed: '100', attested: '0', unproved: '0' };
  const missing = (change: Partial<typeof asset> & { signedBps?: string }, without: string[] = []) =>
    missingOf({
      solvency: {
        ...{ digest: '', seq: 1, reserves: [], assetsWithoutProof: without },
        assets: [{ ...asset, signedBps: '10000', heldBps: null, ...change }],
      },
    }).map(({ what }) => what);

  test.each([
    ['nothing', {}, [], []],
    ['a proof', { signed: '0' }, ['BTC'], ['proof']],
    ['signatures for a part', { signed: '60', attested: '40' }, [], ['signed', 'attested']],
    ['coins', { signed: '60', unproved: '39' }, [], ['short', 'signed', 'unproved']],
  ] as const)('%s', (_, change, without, expected) => {
    expect(missing(change, [...without])).toEqual(expected);
  });

  test('without a statement everything is', () => {
    expect(missingOf({ solvency: null }).map(({ what }) => what)).toEqual(['statement']);
  });
});

describe('odds', () => {
  test('omissions are whole customers, each once', () => {
    expect(omissionsOf(100_000).map(({ omitted }) => omitted)).toEqual([1, 100, 1_000, 5_000]);
    expect(omissionsOf(1_000).map(({ omitted }) => omitted)).toEqual([1, 10, 50]);
    expect(omissionsOf(3).map(({ omitted }) => omitted)).toEqual([1]);
  });

  it.each([
    [0, '0 %'],
    [1, '100 %'],
    [0.999_999, '> 99.99 %'],
    [0.000_01, '< 0.01 %'],
    [0.123_45, '12.35 %'],
  ])('%f is %s', (probability, text) => {
    expect(probabilityText(probability)).toBe(text);
  });
});
