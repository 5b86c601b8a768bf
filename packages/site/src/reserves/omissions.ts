/** Omissions to reckon with: one customer, and shares of all of them, each once. */

export type AssumedOmission = {
  readonly omitted: number;
  /** Of all customers, in words; empty for a single one. */
  readonly share: string;
};

const SHARES = [
  { share: '0.1 %', ofTen: 10 },
  { share: '1 %', ofTen: 100 },
  { share: '5 %', ofTen: 500 },
] as const;
const ALL = 10_000;
const SURE = 0.9999;
const RARE = 0.0001;

export function omissionsOf(customers: number): AssumedOmission[] {
  const shares = SHARES.map(({ share, ofTen }) => ({
    share,
    omitted: Math.floor((customers * ofTen) / ALL),
  }));
  return [{ omitted: 1, share: '' }, ...shares.filter(({ omitted }) => omitted > 1)];
}

/** Never rounded to certainty: `> 99.99 %` and `< 0.01 %`, unless it is exactly 1 or 0. */
export function probabilityText(probability: number): string {
  if (probability > SURE && probability < 1) return '> 99.99 %';
  if (probability > 0 && probability < RARE) return '< 0.01 %';
  return `${(probability * 100).toFixed(probability === 0 || probability === 1 ? 0 : 2)} %`;
}
