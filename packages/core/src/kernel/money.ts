/** Amounts are `bigint` in minor units with the asset beside them; text form is plain decimal, never a float. */
import { assert } from './assert.ts';

export type Amount = { readonly asset: string; readonly amountMinor: bigint; readonly decimals: number };

/** `{asset:'USDC', amountMinor: 1234500n, decimals: 6}` -> `1.2345`. */
export function formatAmount(amount: Amount): string {
  assert(
    Number.isInteger(amount.decimals) && amount.decimals >= 0 && amount.decimals <= 38,
    'decimals must be 0 to 38',
  );
  const negative = amount.amountMinor < 0n;
  const digits = (negative ? -amount.amountMinor : amount.amountMinor)
    .toString()
    .padStart(amount.decimals + 1, '0');
  const whole = digits.slice(0, digits.length - amount.decimals);
  const fraction = digits.slice(digits.length - amount.decimals).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
