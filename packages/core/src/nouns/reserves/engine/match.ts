/**
 * Two sides of items that should tell the same story: the firm's books against a chain, a bank or a custodian. References
 * come first, then one against one, one against a sum, sums against sums. Nothing is guessed: what fits in several equally
 * good ways is ambiguous with all of them. The result is the same for every order of the input, every item stands in
 * exactly one place, and both sides of every match agree within what is allowed.
 */
import { assert } from '../../../kernel/assert.ts';
import { matchExact, matchNear } from './match-pairs.ts';
import { matchMany, matchSums } from './match-sums.ts';
import {
  type Allowance,
  type Ambiguity,
  compareItems,
  fits,
  type Group,
  type Item,
  type Partition,
} from './match-terms.ts';

export type MatchOptions = Allowance & {
  /** Unix milliseconds by which it is judged whether something in flight is overdue. */
  readonly now: number;
};

export type MatchResult = {
  readonly matched: readonly Group[];
  /** Groups (or single items) with something that is not final and not yet due. */
  readonly inFlight: readonly Group[];
  /** The same, past the time by which it should have been final. */
  readonly overdue: readonly Group[];
  readonly ambiguous: readonly Ambiguity[];
  readonly unmatchedLeft: readonly Item[];
  readonly unmatchedRight: readonly Item[];
  /** Some search was larger than its limit: what is unmatched may have a partner after all. */
  readonly workLimitReached: boolean;
};

/** Items per side; beyond it the caller splits by asset or day. */
export const ITEMS_PER_SIDE_MAX = 5_000_000;

/** Throws `InvariantBroken` for more items than ITEMS_PER_SIDE_MAX, and for an id that is twice on one side. */
export function matchItems(
  left: readonly Item[],
  right: readonly Item[],
  options: MatchOptions,
): MatchResult {
  checkSide('left', left);
  checkSide('right', right);
  const found = emptyResult();
  for (const part of partitionsOf(left, right)) {
    settle(part.bound, part, options);
    for (const group of part.matched) found.place(group, options.now);
    for (const one of part.ambiguous) found.ambiguous.push(one);
    for (const item of part.left) found.placeAlone(item, true, options.now);
    for (const item of part.right) found.placeAlone(item, false, options.now);
    found.workLimitReached ||= part.limitReached;
  }
  return found.sorted();
}

function checkSide(name: string, items: readonly Item[]): void {
  assert(items.length <= ITEMS_PER_SIDE_MAX, `the ${name} side has at most ${ITEMS_PER_SIDE_MAX} items`);
  const ids = new Set<string>();
  for (const { id } of items) {
    assert(!ids.has(id), `id ${id.slice(0, 100)} stands once on the ${name} side`);
    ids.add(id);
  }
}

/** By asset; and by reference where both sides use it: such items match among themselves or not at all. */
function partitionsOf(
  left: readonly Item[],
  right: readonly Item[],
): Iterable<Partition & { bound: boolean }> {
  const named = (items: readonly Item[]): Set<string> =>
    new Set(items.flatMap(({ asset, reference }) => (reference ? [`${asset}\n${reference}`] : [])));
  const [ours, theirs] = [named(left), named(right)];
  const parts = new Map<string, Partition & { bound: boolean }>();
  const put = (item: Item, isLeft: boolean): void => {
    const name = item.reference ? `${item.asset}\n${item.reference}` : '';
    const bound = name !== '' && ours.has(name) && theirs.has(name);
    const key = bound ? name : item.asset;
    let part = parts.get(key);
    if (part === undefined) {
      part = { bound, left: [], right: [], matched: [], ambiguous: [], limitReached: false };
      parts.set(key, part);
    }
    (isLeft ? part.left : part.right).push(item);
  };
  for (const item of left) put(item, true);
  for (const item of right) put(item, false);
  return parts.values();
}

function settle(isBound: boolean, part: Partition, options: MatchOptions): void {
  if (isBound && fits(part.left, part.right, options)) {
    part.matched.push({
      left: part.left.sort(compareItems),
      right: part.right.sort(compareItems),
      how: 'reference',
    });
    part.left = [];
    part.right = [];
    return;
  }
  const steps = [matchExact, matchNear, matchSums, matchMany];
  for (const step of steps) if (part.left.length > 0 && part.right.length > 0) step(part, options);
}

type Placing = {
  -readonly [K in keyof MatchResult]: MatchResult[K] extends readonly (infer T)[] ? T[] : MatchResult[K];
};

function emptyResult() {
  const result: Placing = {
    matched: [],
    inFlight: [],
    overdue: [],
    ambiguous: [],
    unmatchedLeft: [],
    unmatchedRight: [],
    workLimitReached: false,
  };
  const flight = (items: readonly Item[], now: number): Group[] | null => {
    let isOverdue = false;
    let isOpen = false;
    for (const { finalBy } of items) {
      if (finalBy === undefined) continue;
      isOpen = true;
      isOverdue ||= finalBy <= now;
    }
    if (!isOpen) return null;
    return isOverdue ? result.overdue : result.inFlight;
  };
  return Object.assign(result, {
    place: (group: Group, now: number): void => {
      (flight([...group.left, ...group.right], now) ?? result.matched).push(group);
    },
    placeAlone: (item: Item, isLeft: boolean, now: number): void => {
      const alone: Group = { left: isLeft ? [item] : [], right: isLeft ? [] : [item], how: 'alone' };
      const flying = flight([item], now);
      if (flying !== null) flying.push(alone);
      else (isLeft ? result.unmatchedLeft : result.unmatchedRight).push(item);
    },
    sorted: (): MatchResult => {
      const { matched, inFlight, overdue, ambiguous, unmatchedLeft, unmatchedRight, workLimitReached } =
        result;
      for (const list of [matched, inFlight, overdue, ambiguous]) list.sort(compareGroups);
      unmatchedLeft.sort(compareItems);
      unmatchedRight.sort(compareItems);
      return { matched, inFlight, overdue, ambiguous, unmatchedLeft, unmatchedRight, workLimitReached };
    },
  });
}

type Sides = { readonly left: readonly Item[]; readonly right: readonly Item[] };

/** Groups share no item, so their first items tell them apart. */
function compareGroups(a: Sides, b: Sides): number {
  const [l, r] = [a.left[0], b.left[0]];
  if (l !== undefined && r !== undefined) return compareItems(l, r);
  if (l !== undefined || r !== undefined) return l !== undefined ? -1 : 1;
  const [first, second] = [a.right[0], b.right[0]];
  return first === undefined || second === undefined ? 0 : compareItems(first, second);
}
