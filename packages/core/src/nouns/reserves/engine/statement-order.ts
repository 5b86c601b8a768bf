/**
 * How statements of one account stand to each other: one follows another, lies beside a gap, or speaks about days that
 * another has spoken about already. Banks do the last (a month after its days, a page sent again under a new number), so
 * the same entries again are repeats and no money.
 */
import type { Entry } from '../facts/statements.ts';

export type Period = {
  readonly statementId: string;
  readonly from: string;
  readonly to: string;
  readonly opening: string;
  readonly closing: string;
};
type WithEntries = Pick<Period, 'from' | 'to' | 'opening'> & { readonly entries: readonly Entry[] };

const follows = (before: Period, next: Period): boolean =>
  before.to <= next.from && before.closing === next.opening;

/** Those that have a day in common with it and do not simply follow each other on that day. */
export function overlapping<P extends Period>(now: Period, known: readonly P[]): P[] {
  return known.filter(
    (one) => one.from <= now.to && now.from <= one.to && !follows(one, now) && !follows(now, one),
  );
}

/** What makes an entry the same in another statement: the bank's number, or else all its words. */
const keyOf = ({ id, on, amount, reference, text }: Entry): string =>
  JSON.stringify(id === '' ? [on, amount, reference, text] : [on, amount, id]);

const bookedIn = (entries: readonly Entry[], from: string, to: string): Entry[] =>
  entries.filter(({ on, isBooked, amount }) => isBooked && BigInt(amount) !== 0n && from <= on && on <= to);

/**
 * Booked entries of the common days that move money: how many both have (`repeats`), and how many only one has (`others`). Another balance
 * at the beginning of these days counts as one more.
 */
export function comparedEntries(
  known: WithEntries,
  now: WithEntries,
): { readonly repeats: number; readonly others: number } {
  const from = known.from > now.from ? known.from : now.from;
  const to = known.to < now.to ? known.to : now.to;
  const there = bookedIn(known.entries, from, to);
  const here = bookedIn(now.entries, from, to);
  const repeats = here.length - withoutRepeats(here, there).length;
  const isApart = balanceAt(known, from) !== balanceAt(now, from);
  return { repeats, others: here.length + there.length - 2 * repeats + (isApart ? 1 : 0) };
}

/** At the beginning of a day of its period. */
const balanceAt = ({ opening, entries }: WithEntries, day: string): bigint =>
  entries.reduce(
    (sum, { on, isBooked, amount }) => (isBooked && on < day ? sum + BigInt(amount) : sum),
    BigInt(opening),
  );

/** Entries that are not among those of before, each of which stands for one. */
export function withoutRepeats<E extends Entry>(entries: readonly E[], before: readonly Entry[]): E[] {
  const left = new Map<string, number>();
  for (const one of before) left.set(keyOf(one), (left.get(keyOf(one)) ?? 0) + 1);
  return entries.filter((one) => {
    const count = left.get(keyOf(one)) ?? 0;
    left.set(keyOf(one), count - 1);
    return count <= 0;
  });
}

/** Neighbours whose balances must meet with its own; null where another one lies over that end of it, or there is none. */
export function neighbours<P extends Period>(
  now: Period,
  known: readonly P[],
  repeated: ReadonlySet<string>,
): { readonly before: P | null; readonly after: P | null } {
  const over = overlapping(now, known);
  const others = known.filter(({ statementId }) => !repeated.has(statementId));
  const isOver = (one: P, isPast: boolean): boolean => isPast || repeated.has(one.statementId);
  const isStartInside = over.some((one) => one.from < now.from && isOver(one, now.from < one.to));
  const isEndInside = over.some((one) => now.to < one.to && isOver(one, one.from < now.to));
  const later = others
    .filter((one) => one.from >= now.to && one.to > now.to)
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return {
    before: isStartInside
      ? null
      : (others.findLast((one) => one.to <= now.from && !follows(now, one)) ?? null),
    after: isEndInside ? null : (later[0] ?? null),
  };
}
