/**
 * Quantities on the page, exactly: decimal texts of smallest units and the digits of their asset. They never become
 * floating point. An asset whose digits the firm does not publish is shown, and typed, in its smallest units.
 */
export type Decimals = Readonly<Record<string, number>>;

/** Longer is no amount of 128 bits. */
const WHOLE_DIGITS_MAX = 39;
const FRACTION_DIGITS_MAX = 39;
const BPS_SHOWN_MAX = 10n ** 9n;

/** `150000000` with 8 decimals -> `1.5`; groups of three. Not negative. */
export function amountText(minor: bigint, decimals: number): string {
  const digits = String(minor).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === '' ? grouped : `${grouped}.${fraction}`;
}

/** Smallest units of what somebody wrote, e.g. `1,000.5`; null when it is no amount with so many decimals. */
export function minorOf(written: string, decimals: number): bigint | null {
  const plain = written.normalize('NFKC').trim().replaceAll(',', '');
  const match = /^(\d+)(?:\.(\d+))?$/.exec(plain);
  const [whole = '', fraction = ''] = [match?.[1], match?.[2]?.replace(/0+$/, '')];
  if (match === null || whole.length > WHOLE_DIGITS_MAX || fraction.length > FRACTION_DIGITS_MAX) return null;
  return fraction.length > decimals ? null : BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** Ten-thousandths, as decimal text, as a percentage with two digits: `9999` -> `99.99 %`; absurd ones are cut. */
export function ratioText(bps: string): string {
  const value = BigInt(bps);
  if (value > BPS_SHOWN_MAX) return `> ${BPS_SHOWN_MAX / 100n} %`;
  const digits = String(value).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)} %`;
}
