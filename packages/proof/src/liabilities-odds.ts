/**
 * How likely it is that an omission is noticed: the firm leaves customers out (or short), some customers check, and one
 * of those left out among them is enough. Assumes that the firm cannot foretell who checks; LIABILITIES.md says more.
 */
import { demand } from './proof-error.ts';

export type Omission = {
  readonly customers: number;
  /** Customers left out or counted short. */
  readonly omitted: number;
  /** Customers that check, drawn evenly from all. */
  readonly checks: number;
};

/** More people than there are. */
const MAX_CUSTOMERS = 1e10;
/** Below this the answer is 1 in a double. */
const NEGLIGIBLE = 1e-18;

/**
 * Probability, 0 to 1, that at least one omitted customer is among those who check:
 * 1 - C(customers - omitted, checks) / C(customers, checks); for few checks of many customers close to
 * 1 - (1 - omitted / customers)^checks. Throws `bad-argument`.
 */
export function detectionProbability({ customers, omitted, checks }: Omission): number {
  checkCount(customers, MAX_CUSTOMERS, 'customers');
  checkCount(omitted, customers, 'omitted');
  checkCount(checks, customers, 'checks');
  const few = Math.min(omitted, checks);
  const many = Math.max(omitted, checks);
  let missed = 1;
  for (let n = 0; n < few && missed > NEGLIGIBLE; n++)
    missed *= Math.max(0, customers - many - n) / (customers - n);
  return 1 - missed;
}

/** Fewest checks with which `omitted` customers left out are noticed with at least this probability (below 1). */
export function checksNeeded(customers: number, omitted: number, probability: number): number {
  checkCount(omitted, customers, 'omitted');
  demand(omitted > 0, 'bad-argument', 'no number of checks notices that nobody was omitted');
  const isAsked = probability >= 0 && probability < 1;
  demand(isAsked, 'bad-argument', `${probability} is not a probability from 0 and below 1`);
  let low = 0;
  let high = customers;
  while (low < high) {
    const checks = Math.floor((low + high) / 2);
    if (detectionProbability({ customers, omitted, checks }) >= probability) high = checks;
    else low = checks + 1;
  }
  return low;
}

function checkCount(value: number, max: number, what: string): void {
  const isCount = Number.isInteger(value) && value >= 0 && value <= max;
  demand(isCount, 'bad-argument', `${what} must be a whole number from 0 to ${max}`);
}
