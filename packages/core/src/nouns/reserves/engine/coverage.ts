/**
 * Coverage: what is held against what is owed, per asset and owner class and in total. Debts of customers never reduce
 * what is owed to others, what nobody has claimed yet counts as customers', and what is not known counts as unknown.
 */
import type { Total } from '../../ledger/facts/totals.ts';
import type { Held } from '../facts/holdings.ts';

/** One newest snapshot per source, and why it can not be used, if so. */
export type Seen = {
  readonly source: string;
  readonly place: string;
  readonly expects: readonly string[];
  readonly problem: 'awaited' | 'never' | 'stale' | 'void' | 'disputed' | null;
  readonly held: readonly Held[];
};

export const POTS = ['customer', 'affiliate', 'total'] as const;
export type Pot = (typeof POTS)[number];
export type Coverage = {
  readonly asset: string;
  readonly pot: Pot;
  readonly held: bigint;
  readonly owed: bigint;
  /** Sources that should say something about this asset and can not be used now. */
  readonly missing: readonly string[];
};

/** What is owed without netting: a balance plus the debts that were taken off it. */
export function owedTo(totals: readonly Total[], pot: Pot): bigint {
  return totals
    .filter(({ owner }) => OWNERS_OF[pot].includes(owner))
    .reduce((sum, { balance, owed }) => sum + BigInt(balance) + BigInt(owed), 0n);
}
const OWNERS_OF: Readonly<Record<Pot, readonly string[]>> = {
  customer: ['customer', 'suspense'],
  affiliate: ['affiliate'],
  total: ['customer', 'suspense', 'affiliate'],
};

/** What is there for a pot: the customers' pot holds only what is kept as customers'; in total everything counts. */
export function heldFor(held: readonly Held[], pot: Pot): bigint {
  return held
    .filter(({ owner }) => pot === 'total' || owner === pot)
    .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}

/** Every pot of every asset named; one pass over what is held and owed, however many assets there are. */
export function coverageOf(
  totals: readonly Total[],
  seen: readonly Seen[],
  assets: readonly string[],
): Coverage[] {
  const owing = Map.groupBy(totals, ({ asset }) => asset);
  const held = Map.groupBy(
    seen.flatMap((one) => one.held),
    ({ asset }) => asset,
  );
  return assets.flatMap((asset) => {
    const missing = seen
      .filter(({ expects, problem }) => problem !== null && expects.includes(asset))
      .map(({ source }) => source);
    return POTS.map((pot) => ({
      asset,
      pot,
      held: heldFor(held.get(asset) ?? [], pot),
      owed: owedTo(owing.get(asset) ?? [], pot),
      missing,
    }));
  });
}

export type Standing = 'short' | 'surplus' | 'even' | 'unknown';

/** @param tolerance minor units within which both are equal */
export function standingOf(
  { held, owed, missing }: Coverage,
  tolerance: bigint,
  surplusBps: number,
): Standing {
  // A part of the sight that shows too little proves nothing; one that shows enough is enough for the debt.
  if (missing.length > 0) return 'unknown';
  if (held + tolerance < owed) return 'short';
  const most = owed + (owed * BigInt(surplusBps)) / 10_000n + tolerance;
  return held > most ? 'surplus' : 'even';
}
