/** Prices, distances and units, as tables. */
import { expect, it } from 'vitest';
import { measuredText, pegDistanceText, priceText, shareText } from './number-format.ts';

it.each([
  [0.98492, '0.9849', '−151'],
  [1, '1.0000', '0'],
  [1.00004, '1.0000', '0'],
  [1.0123, '1.0123', '+123'],
])('%d', (price, text, distance) => {
  expect(priceText(price)).toBe(text);
  expect(pegDistanceText(price)).toBe(distance);
});

it('knows the unit of each control', () => {
  expect(measuredText('peg.depeg', 151.4)).toEqual({ key: 'unit.bps', value: '151' });
  expect(measuredText('peg.sell-pressure', 5.24)).toEqual({ key: 'unit.times', value: '5.2' });
  expect(measuredText('peg.liquidity', 0.9)).toEqual({ key: 'unit.share', value: '90' });
  expect(measuredText('peg.sight', 0)).toBeNull();
  expect(measuredText('peg.depeg', null)).toBeNull();
});

it('prints shares', () => {
  expect(shareText(1)).toBe('100 %');
  expect(shareText(0.3333)).toBe('33.3 %');
});
