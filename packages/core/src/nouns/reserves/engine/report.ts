/** What a run of the matcher leaves to people, in the shape that `reserves.RecordReconciliation` takes. */
import { BREAKS_PER_RUN_MAX } from '../facts/breaks.ts';
import type { MatchResult } from './match.ts';
import { absolute, type Item, sumOf } from './match-terms.ts';

type Kind = 'missing-right' | 'missing-left' | 'ambiguous' | 'overdue-in-flight';
export type Found = {
  readonly key: string;
  readonly kind: Kind;
  readonly asset: string;
  readonly amount: string;
  readonly detail: string;
};
export type RunReport = {
  readonly left: number;
  readonly right: number;
  readonly matched: number;
  readonly inFlight: number;
  readonly found: readonly Found[];
  readonly unlisted: number;
  readonly workLimitReached: boolean;
};

const KEY_CHARS = 90;
const nameOf = (items: readonly Item[]): string =>
  items
    .map(({ id }) => id)
    .join('+')
    .slice(0, KEY_CHARS);

/** Largest first, so that what does not fit into the list is the least; the rest is counted. */
export function reportOf(result: MatchResult, left: number, right: number): RunReport {
  const { matched, inFlight, overdue, ambiguous, unmatchedLeft, unmatchedRight, workLimitReached } = result;
  const found = [
    ...unmatchedLeft.map((item) => foundOf('missing-right', [item], [], 'on the left only')),
    ...unmatchedRight.map((item) => foundOf('missing-left', [], [item], 'on the right only')),
    ...overdue.map((one) => foundOf('overdue-in-flight', one.left, one.right, 'not final in its time')),
    ...ambiguous.map((one) => foundOf('ambiguous', one.left, one.right, candidatesText(one.candidates))),
  ].sort((a, b) => compareSizes(a, b));
  const count = (groups: MatchResult['matched']): number =>
    groups.reduce((sum, one) => sum + one.left.length + one.right.length, 0);
  return {
    left,
    right,
    matched: count(matched),
    inFlight: count(inFlight),
    found: found.slice(0, BREAKS_PER_RUN_MAX),
    unlisted: Math.max(0, found.length - BREAKS_PER_RUN_MAX),
    workLimitReached,
  };
}

function compareSizes(a: Found, b: Found): number {
  const [x, y] = [absolute(BigInt(a.amount)), absolute(BigInt(b.amount))];
  if (x !== y) return x > y ? -1 : 1;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function foundOf(kind: Kind, left: readonly Item[], right: readonly Item[], detail: string): Found {
  const [item] = [...left, ...right];
  const amount = left.length === 0 ? sumOf(right) : sumOf(left);
  const key = `${kind} ${nameOf(left)}=${nameOf(right)}`;
  return { key, kind, asset: item?.asset ?? '', amount: amount.toString(), detail: detail.slice(0, 1_000) };
}

function candidatesText(candidates: MatchResult['ambiguous'][number]['candidates']): string {
  return candidates.map(({ left, right }) => `${left.join('+')}=${right.join('+')}`).join('; ');
}
