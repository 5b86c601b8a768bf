/** Words of matching: items of two sides, what may differ, and how well a group fits. Everything is an exact integer. */

export type Item = {
  /** Unique on its side. */
  readonly id: string;
  readonly asset: string;
  /** Signed minor units: what came in is positive on both sides. */
  readonly amount: bigint;
  /** Unix milliseconds. */
  readonly at: number;
  /** A name that the other side may know too, e.g. a transaction hash. It binds only where both sides use it. */
  readonly reference?: string;
  /** So much may have been kept on the way and be missing on the other side. */
  readonly feeMax?: bigint;
  /** Set while the item is not final (unconfirmed, pending): until then it is in flight. Unix milliseconds. */
  readonly finalBy?: number;
};

export type Allowance = {
  readonly toleranceMinor: bigint;
  readonly toleranceBps: bigint;
  /** Every item of a group lies within this of every other. */
  readonly windowMs: number;
};

export type Group = {
  readonly left: readonly Item[];
  readonly right: readonly Item[];
  readonly how: 'reference' | 'exact' | 'tolerance' | 'one-to-many' | 'many-to-many' | 'alone';
};
/** Items that fit in several equally good ways; all of the ways are shown and none is chosen. */
export type Ambiguity = {
  readonly left: readonly Item[];
  readonly right: readonly Item[];
  readonly candidates: readonly { readonly left: readonly string[]; readonly right: readonly string[] }[];
};

/** Pairs that one partition may weigh; beyond it what is left stays unmatched and the result says so. */
export const PAIRS_MAX = 2_000_000;
/** Pairs of one amount: an amount that is everywhere is left alone as a whole, for half of its pairs would be a guess. */
export const PAIRS_OF_AMOUNT_MAX = 200_000;
/** Groups of a cluster that balance. */
export const BALANCES_MAX = 2_000;
/** Steps of one search for a sum. */
export const SEARCH_STEPS_MAX = 20_000;
/** Searches for sums in one partition. */
export const SEARCHES_MAX = 5_000;
export const GROUP_ITEMS_MAX = 8;
/** Items among which sums are searched. */
export const SUM_CANDIDATES_MAX = 40;
/** Both sides together, for sums against sums: two to this power is looked at. */
export const MANY_ITEMS_MAX = 14;
export const CANDIDATES_SHOWN_MAX = 20;

export const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
export const sumOf = (items: readonly Item[]): bigint => items.reduce((sum, { amount }) => sum + amount, 0n);

/** What two sums may differ by: the larger of both tolerances, and the fees that may be under way. */
export function slackOf(left: readonly Item[], right: readonly Item[], allowance: Allowance): bigint {
  const [l, r] = [absolute(sumOf(left)), absolute(sumOf(right))];
  const relative = ((l > r ? l : r) * allowance.toleranceBps) / 10_000n;
  const fees = [...left, ...right].reduce((sum, { feeMax = 0n }) => sum + feeMax, 0n);
  return (relative > allowance.toleranceMinor ? relative : allowance.toleranceMinor) + fees;
}

export function fits(left: readonly Item[], right: readonly Item[], allowance: Allowance): boolean {
  return (
    absolute(sumOf(left) - sumOf(right)) <= slackOf(left, right, allowance) &&
    isWithin([...left, ...right], allowance)
  );
}

export function isWithin(items: readonly Item[], { windowMs }: Allowance): boolean {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at } of items) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return last - first <= windowMs;
}

/** One order for all: no result depends on the order of the input. */
export function compareItems(a: Item, b: Item): number {
  if (a.asset !== b.asset) return a.asset < b.asset ? -1 : 1;
  if (a.amount !== b.amount) return a.amount < b.amount ? -1 : 1;
  if (a.at !== b.at) return a.at - b.at;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** What one partition (an asset, and a shared reference or none) still has to settle, and what it has settled. */
export type Partition = {
  left: Item[];
  right: Item[];
  readonly matched: Group[];
  readonly ambiguous: Ambiguity[];
  limitReached: boolean;
};

export type Way = { readonly left: readonly Item[]; readonly right: readonly Item[] };

/**
 * Ways that share no item with another way are taken. Ways that overlap form one ambiguity each; only where such a heap
 * fits as a whole with the same number on both sides, whichever way round, is it one group and nothing is guessed.
 */
export function settleWays(
  part: Partition,
  ways: readonly Way[],
  how: Group['how'],
  allowance: Allowance,
): void {
  const gone = new Set<Item>();
  for (const heap of heapsOf(ways)) {
    const left = [...new Set(heap.flatMap((way) => way.left))].sort(compareItems);
    const right = [...new Set(heap.flatMap((way) => way.right))].sort(compareItems);
    const isInterchangeable =
      heap.every((way) => way.left.length === 1 && way.right.length === 1) &&
      left.length === right.length &&
      heap.length === left.length * right.length &&
      fits(left, right, allowance);
    if (heap.length === 1 || isInterchangeable) part.matched.push({ left, right, how });
    else part.ambiguous.push({ left, right, candidates: shown(heap) });
    for (const item of [...left, ...right]) gone.add(item);
  }
  if (gone.size === 0) return;
  part.left = part.left.filter((item) => !gone.has(item));
  part.right = part.right.filter((item) => !gone.has(item));
}

function shown(heap: readonly Way[]): Ambiguity['candidates'] {
  const named = heap.map(({ left, right }) => ({
    left: left.map(({ id }) => id).sort(),
    right: right.map(({ id }) => id).sort(),
  }));
  const text = (one: (typeof named)[number]): string => JSON.stringify(one);
  return named.sort((a, b) => (text(a) < text(b) ? -1 : 1)).slice(0, CANDIDATES_SHOWN_MAX);
}

/** Ways that hang together through shared items. */
function heapsOf(ways: readonly Way[]): Way[][] {
  const waysOf = new Map<Item, number[]>();
  ways.forEach(({ left, right }, n) => {
    for (const item of [...left, ...right]) {
      const known = waysOf.get(item);
      if (known) known.push(n);
      else waysOf.set(item, [n]);
    }
  });
  const seen = new Set<number>();
  return ways.flatMap((_, start) => {
    if (seen.has(start)) return [];
    seen.add(start);
    const heap: Way[] = [];
    const open = [start];
    for (let n = open.pop(); n !== undefined; n = open.pop()) {
      const way = ways[n];
      if (way === undefined) continue;
      heap.push(way);
      for (const item of [...way.left, ...way.right])
        for (const next of waysOf.get(item) ?? [])
          if (!seen.has(next)) {
            seen.add(next);
            open.push(next);
          }
    }
    return [heap];
  });
}
