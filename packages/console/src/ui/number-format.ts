/**
 * Numbers as the console prints them: the same digits in every language, a true minus sign, units by control.
 */
import type { Key } from '../i18n/en.ts';

export function priceText(price: number): string {
  return price.toFixed(4);
}

/** Distance from a peg of 1 in basis points, signed. */
export function pegDistanceText(price: number): string {
  const bps = Math.round((price - 1) * 10_000);
  if (bps === 0) return '0';
  return bps < 0 ? `−${-bps}` : `+${bps}`;
}

export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

export function shareText(share: number): string {
  return `${(share * 100).toFixed(share === 1 ? 0 : 1)} %`;
}

/** Controls whose value is not in basis points. */
const UNITS: Readonly<Record<string, 'times' | 'share' | 'none'>> = {
  'peg.sell-pressure': 'times',
  'peg.liquidity': 'share',
  'peg.sight': 'none',
};

/** The key of the unit's text and the value to put in, or null where a control measures nothing. */
export function measuredText(control: string, value: number | null): { key: Key; value: string } | null {
  if (value === null) return null;
  const unit = UNITS[control];
  if (unit === 'none') return null;
  if (unit === 'times') return { key: 'unit.times', value: value.toFixed(1) };
  if (unit === 'share') return { key: 'unit.share', value: String(Math.round(value * 100)) };
  return { key: 'unit.bps', value: String(Math.round(value)) };
}
