/**
 * Quantities as whole minor units (bigint) beside the number of decimals of their asset; texts from outside become them
 * exactly or not at all. Floating point has no place here.
 */

/** The largest quantity anywhere: unsigned 128 bits. */
export const AMOUNT_MAX = 2n ** 128n - 1n;
export const DECIMALS_MAX = 24;

export type AmountProblem = 'not-a-number' | 'negative' | 'too-many-decimals' | 'too-large';

/**
 * Minor units of a decimal text such as `1.50` (at most `decimals` digits after the point, no exponent, no sign, no
 * grouping), or what is wrong with it. Trailing zeros beyond the decimals are harmless.
 */
export function parseAmount(text: string, decimals: number): bigint | AmountProblem {
  if (/^-\d/.test(text)) return 'negative';
  const match = /^(\d{1,60})(?:\.(\d{1,60}))?$/.exec(text);
  if (!match) return 'not-a-number';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return 'too-many-decimals';
  const amount = BigInt((match[1] ?? '') + fraction.padEnd(decimals, '0'));
  return amount > AMOUNT_MAX ? 'too-large' : amount;
}

/** `150000000n` with 8 decimals -> `1.5`; negative amounts carry a minus. */
export function formatAmount(amount: bigint, decimals: number): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Whole units of value at `price` (a decimal text per whole unit), rounded down: for limits in a currency, not for books. */
export function valueAt(amount: bigint, decimals: number, price: string, priceDecimals = 12): bigint {
  const scaled = parseAmount(price, priceDecimals);
  if (typeof scaled !== 'bigint') return 0n;
  return (amount * scaled) / 10n ** BigInt(decimals + priceDecimals);
}
