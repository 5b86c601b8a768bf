/**
 * Quantities on screen and in forms, exactly: whole minor units as decimal text and the digits of their asset. They never
 * become floating point on the way.
 */
export type Decimals = Readonly<Record<string, number>>;

/** `150000000` with 8 decimals -> `1.5`; groups of three, a true minus sign. What is no whole number stays as it is. */
export function amountText(minor: string, decimals: number): string {
  if (!/^-?\d+$/.test(minor)) return minor;
  const isNegative = minor.startsWith('-');
  const digits = minor
    .replace('-', '')
    .replace(/^0+(?=\d)/, '')
    .padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${isNegative && /[1-9]/.test(digits) ? '−' : ''}${grouped}${fraction === '' ? '' : `.${fraction}`}`;
}

/** With its asset. An asset that nobody defined has no decimals: its minor units are shown, and called so. */
export function assetAmount(minor: string, asset: string, decimals: Decimals): string {
  const digits = decimals[asset];
  return digits === undefined
    ? `${amountText(minor, 0)} × 10⁻ⁿ ${asset}`
    : `${amountText(minor, digits)} ${asset}`;
}

/** Whole minor units of what somebody wrote, e.g. `1,000.5`; null when it is no amount with so many decimals. */
export function minorOf(written: string, decimals: number): string | null {
  const match = /^(\d{1,40})(?:\.(\d{1,30}))?$/.exec(written.trim().replaceAll(',', ''));
  if (match === null) return null;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > decimals) return null;
  return ((match[1] ?? '') + fraction.padEnd(decimals, '0')).replace(/^0+(?=\d)/, '');
}

/** `part` of `whole` in basis points, rounded down; null of nothing. */
export function shareBps(part: string, whole: string): number | null {
  const all = BigInt(whole);
  return all === 0n ? null : Number((BigInt(part) * 10_000n) / all);
}

/** Basis points as a percentage with two digits: 512 -> `5.12 %`. */
export function bpsText(bps: number): string {
  const digits = String(Math.abs(bps)).padStart(3, '0');
  return `${bps < 0 ? '−' : ''}${digits.slice(0, -2)}.${digits.slice(-2)} %`;
}

export const isBelowZero = (minor: string): boolean => minor.startsWith('-') && /[1-9]/.test(minor);
