/**
 * One against one: first equal amounts, then amounts within the tolerance. The nearest wins (amount before time); what is
 * equally near is taken together where it fits together, and shown as ambiguous where it does not.
 */
import {
  type Allowance,
  absolute,
  compareItems,
  fits,
  type Item,
  PAIRS_MAX,
  PAIRS_OF_AMOUNT_MAX,
  type Partition,
  settleWays,
  type Way,
} from './match-terms.ts';

type Pair = Way & { readonly gap: bigint; readonly apartMs: number };

/** Equal amounts. Most partitions at scale are a million amounts with one item on each side: those cost one look-up. */
export function matchExact(part: Partition, allowance: Allowance): void {
  const rights = new Map<bigint, Item[]>();
  for (const item of part.right) pushTo(rights, item.amount, item);
  const lefts = new Map<bigint, Item[]>();
  for (const item of part.left) if (rights.has(item.amount)) pushTo(lefts, item.amount, item);
  const gone = new Set<Item>();
  const busy: { left: Item[]; right: Item[] }[] = [];
  for (const [amount, left] of lefts) {
    const right = rights.get(amount) ?? [];
    const [one, other] = [left[0], right[0]];
    if (left.length > 1 || right.length > 1 || one === undefined || other === undefined)
      busy.push({ left, right });
    else if (Math.abs(one.at - other.at) <= allowance.windowMs) {
      part.matched.push({ left, right, how: 'exact' });
      gone.add(one);
      gone.add(other);
    }
  }
  // Amounts are independent of each other; their order only decides which ones a reached limit leaves out.
  busy.sort((a, b) => compareItems(a.left[0] as Item, b.left[0] as Item));
  let weighed = 0;
  for (const one of busy) {
    const pairs = weighed > PAIRS_MAX ? null : pairsOfAmount(one, allowance);
    if (pairs === null) part.limitReached = true;
    else settleNearest(part, pairs, 'exact', allowance, gone);
    weighed += pairs?.length ?? 0;
  }
  leave(part, gone);
}

/** All pairs of one amount within the window; null where they are too many. */
function pairsOfAmount(
  { left, right }: { readonly left: readonly Item[]; readonly right: Item[] },
  { windowMs }: Allowance,
): Pair[] | null {
  const sorted = right.sort(compareItems);
  const pairs: Pair[] = [];
  for (const one of left) {
    for (let n = lowerBound(sorted, ({ at }) => at >= one.at - windowMs); n < sorted.length; n += 1) {
      const other = sorted[n];
      if (other === undefined || other.at > one.at + windowMs) break;
      pairs.push({ left: [one], right: [other], gap: 0n, apartMs: Math.abs(one.at - other.at) });
      if (pairs.length > PAIRS_OF_AMOUNT_MAX) return null;
    }
  }
  return pairs;
}

/** Amounts that differ by no more than tolerance and fees allow. */
export function matchNear(part: Partition, allowance: Allowance): void {
  const right = part.right.sort(compareItems);
  const feeMax = right.reduce((most, { feeMax: fee = 0n }) => (fee > most ? fee : most), 0n);
  const pairs: Pair[] = [];
  for (const one of part.left) {
    const reach = reachOf(one, allowance) + feeMax;
    for (let n = lowerBound(right, ({ amount }) => amount >= one.amount - reach); n < right.length; n += 1) {
      const other = right[n];
      if (other === undefined || other.amount > one.amount + reach) break;
      if (!fits([one], [other], allowance)) continue;
      const gap = absolute(one.amount - other.amount);
      pairs.push({ left: [one], right: [other], gap, apartMs: Math.abs(one.at - other.at) });
      if (pairs.length > PAIRS_MAX) {
        part.limitReached = true;
        return;
      }
    }
  }
  const gone = new Set<Item>();
  settleNearest(part, pairs, 'tolerance', allowance, gone);
  leave(part, gone);
}

/** Never too small: the other amount may be larger than this one, and the relative tolerance with it. */
function reachOf({ amount, feeMax = 0n }: Item, { toleranceMinor, toleranceBps }: Allowance): bigint {
  const relative =
    toleranceBps >= 10_000n ? absolute(amount) : (absolute(amount) * toleranceBps) / (10_000n - toleranceBps);
  return 2n * (relative + toleranceMinor + feeMax) + 1n;
}

/** Pairs of equal nearness are judged together, nearer ones before. */
function settleNearest(
  part: Partition,
  pairs: Pair[],
  how: 'exact' | 'tolerance',
  allowance: Allowance,
  gone: Set<Item>,
): void {
  pairs.sort((a, b) => (a.gap === b.gap ? a.apartMs - b.apartMs : a.gap < b.gap ? -1 : 1));
  const settled = { ...part, left: [], right: [] };
  for (let from = 0; from < pairs.length; ) {
    const first = pairs[from];
    if (first === undefined) break;
    let to = from;
    while (to < pairs.length && pairs[to]?.gap === first.gap && pairs[to]?.apartMs === first.apartMs) to += 1;
    const level = pairs
      .slice(from, to)
      .filter(({ left, right }) => ![...left, ...right].some((i) => gone.has(i)));
    settleWays(settled, level, how, allowance);
    for (const { left, right } of level) for (const item of [...left, ...right]) gone.add(item);
    from = to;
  }
}

function leave(part: Partition, gone: ReadonlySet<Item>): void {
  if (gone.size === 0) return;
  part.left = part.left.filter((item) => !gone.has(item));
  part.right = part.right.filter((item) => !gone.has(item));
}

function pushTo<K>(map: Map<K, Item[]>, key: K, item: Item): void {
  const known = map.get(key);
  if (known) known.push(item);
  else map.set(key, [item]);
}

/** Index of the first item for which `is` holds; it holds for all after it. */
export function lowerBound(items: readonly Item[], is: (item: Item) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && is(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
