/**
 * One against a sum, then sums against sums. Every search is bounded and stands for itself; what the searches find is
 * compared only at the end, so that no item is taken merely because its target came first.
 */
import {
  type Allowance,
  absolute,
  BALANCES_MAX,
  compareItems,
  fits,
  GROUP_ITEMS_MAX,
  type Item,
  isWithin,
  MANY_ITEMS_MAX,
  type Partition,
  SEARCH_STEPS_MAX,
  SEARCHES_MAX,
  SUM_CANDIDATES_MAX,
  settleWays,
  slackOf,
  sumOf,
  type Way,
} from './match-terms.ts';

/** One item against two to GROUP_ITEMS_MAX of the other side, in both directions. */
export function matchSums(part: Partition, allowance: Allowance): void {
  if (part.left.length + part.right.length > SEARCHES_MAX) {
    part.limitReached = true;
    return;
  }
  const ways: Way[] = [];
  const search = (target: Item, others: readonly Item[], isLeft: boolean): void => {
    const found = sumsTo(target, others, allowance);
    if (found === null) part.limitReached = true;
    for (const sum of found ?? [])
      ways.push(isLeft ? { left: [target], right: sum } : { left: sum, right: [target] });
  };
  const left = [...part.left].sort(compareItems);
  const right = [...part.right].sort(compareItems);
  for (const target of left) search(target, right, true);
  for (const target of right) search(target, left, false);
  settleWays(part, ways, 'one-to-many', allowance);
}

/** All nearest sums for a target; null where the search is too large to be complete. */
function sumsTo(target: Item, others: readonly Item[], allowance: Allowance): Item[][] | null {
  const sign = target.amount < 0n ? -1n : 1n;
  const near = others.filter(
    ({ amount, at }) => amount * sign > 0n && Math.abs(at - target.at) <= allowance.windowMs,
  );
  const most = slackOf([target], near, allowance) + absolute(target.amount);
  const usable = near.filter(({ amount }) => absolute(amount) <= most);
  if (
    usable.length < 2 ||
    absolute(sumOf(usable)) + slackOf([target], usable, allowance) < absolute(target.amount)
  )
    return [];
  if (usable.length > SUM_CANDIDATES_MAX) return null;
  // Large ones first: a branch that overshoots ends early.
  const ordered = usable.sort((a, b) => -compareItems(a, b) * Number(sign));
  return searchSums(target, ordered, most, allowance);
}

function searchSums(
  target: Item,
  ordered: readonly Item[],
  most: bigint,
  allowance: Allowance,
): Item[][] | null {
  const rest = ordered.map((_, n) => absolute(sumOf(ordered.slice(n))));
  const least = absolute(target.amount) - slackOf([target], ordered, allowance);
  let best: { gap: bigint; sums: Item[][] } = { gap: -1n, sums: [] };
  let steps = 0;
  const walk = (n: number, chosen: Item[], sum: bigint): void => {
    steps += 1;
    if (steps > SEARCH_STEPS_MAX || sum > most || sum + (rest[n] ?? 0n) < least) return;
    if (chosen.length >= 2 && fits([target], chosen, allowance)) {
      const gap = absolute(absolute(target.amount) - sum);
      if (best.gap < 0n || gap < best.gap) best = { gap, sums: [] };
      if (gap === best.gap) best.sums.push([...chosen]);
    }
    if (chosen.length === GROUP_ITEMS_MAX) return;
    for (let next = n; next < ordered.length; next += 1) {
      const item = ordered[next];
      if (item === undefined) continue;
      chosen.push(item);
      walk(next + 1, chosen, sum + absolute(item.amount));
      chosen.pop();
    }
  };
  walk(0, [], 0n);
  return steps > SEARCH_STEPS_MAX ? null : best.sums;
}

/** Sums against sums, among items that lie close together in time and are few. */
export function matchMany(part: Partition, allowance: Allowance): void {
  const ways: Way[] = [];
  for (const cluster of clustersOf(part, allowance)) {
    if (cluster.left.length < 2 || cluster.right.length < 2) continue;
    if (cluster.left.length + cluster.right.length > MANY_ITEMS_MAX) part.limitReached = true;
    else {
      const balances = balancesOf(cluster, allowance);
      if (balances === null) part.limitReached = true;
      else ways.push(...balances);
    }
  }
  settleWays(part, ways, 'many-to-many', allowance);
}

type Cluster = { readonly left: Item[]; readonly right: Item[] };

/** Items of which each lies within the window of the one before. */
function clustersOf(part: Partition, { windowMs }: Allowance): Cluster[] {
  const sides = [
    ...part.left.map((item) => ({ item, isLeft: true })),
    ...part.right.map((item) => ({ item, isLeft: false })),
  ].sort((a, b) => a.item.at - b.item.at || compareItems(a.item, b.item));
  const clusters: Cluster[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  for (const { item, isLeft } of sides) {
    if (item.at - lastAt > windowMs) clusters.push({ left: [], right: [] });
    lastAt = item.at;
    const cluster = clusters.at(-1);
    (isLeft ? cluster?.left : cluster?.right)?.push(item);
  }
  return clusters;
}

/** The smallest groups of a cluster that balance, with at least two items on each side; null where they are too many. */
function balancesOf({ left, right }: Cluster, allowance: Allowance): Way[] | null {
  const [lefts, rights] = [subsetsOf(left), subsetsOf(right)];
  const found: { mask: number; way: Way }[] = [];
  for (const l of lefts) {
    for (const r of rights) {
      const slack = slackOf(l.items, r.items, allowance);
      if (absolute(l.sum - r.sum) > slack || !isWithin([...l.items, ...r.items], allowance)) continue;
      found.push({ mask: l.mask | (r.mask << left.length), way: { left: l.items, right: r.items } });
      if (found.length > BALANCES_MAX) return null;
    }
  }
  const isSmallest = (mask: number): boolean =>
    !found.some((other) => other.mask !== mask && (other.mask & mask) === other.mask);
  return found.filter(({ mask }) => isSmallest(mask)).map(({ way }) => way);
}

function subsetsOf(items: readonly Item[]): { mask: number; items: Item[]; sum: bigint }[] {
  const subsets: { mask: number; items: Item[]; sum: bigint }[] = [];
  for (let mask = 1; mask < 1 << items.length; mask += 1) {
    const chosen = items.filter((_, n) => (mask >> n) & 1);
    if (chosen.length >= 2) subsets.push({ mask, items: chosen, sum: sumOf(chosen) });
  }
  return subsets;
}
