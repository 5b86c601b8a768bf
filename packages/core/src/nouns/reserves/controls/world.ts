/** Everything that the controls of reserves look at, at one moment, and the names of amounts in their sentences. */
import { formatAmount } from '../../../kernel/money.ts';
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import type { Assets, Rates } from '../../instruments/views.ts';
import type { Total } from '../../ledger/facts/totals.ts';
import type { Seen } from '../engine/coverage.ts';
import type { CoinPolicy, Policy } from '../facts/policy.ts';
import type { Breaks, Run } from '../views/breaks.ts';
import type { Addresses, Coins } from '../views/coin.ts';
import type { Flows, Holdings } from '../views/holdings.ts';
import type { CoinMoves } from '../views/moves.ts';
import type { ReservesSetup } from '../views/setup.ts';
import type { StatementDays } from '../views/statement-days.ts';
import type { Accounts } from '../views/statements.ts';

export type World = {
  readonly policy: Policy;
  /** Since when this policy holds: what it asks for anew has its own time to arrive. */
  readonly policySince: string;
  readonly blocked: ReservesSetup['blocked'];
  readonly assets: Assets['assets'];
  readonly rates: Rates['rates'];
  readonly totals: { readonly statedAt: string; readonly totals: readonly Total[] };
  readonly holdings: Holdings;
  readonly flows: Flows;
  readonly accounts: Accounts;
  readonly days: StatementDays;
  readonly breaks: Breaks;
  readonly runs: readonly Run[];
  readonly coins: Coins;
  readonly moves: CoinMoves;
  readonly addresses: Addresses;
  readonly now: string;
};

/** The newest snapshot of every source of the policy, with the reason why it can not be used, if there is one. */
export function seenOf({ policy, policySince, holdings, now }: World): Seen[] {
  return policy.sources.map(({ source, place, assets: expects, staleAfterMinutes }) => {
    const snapshot = holdings.snapshots.find((one) => one.source === source);
    const isAwaited = parseTime(now) - parseTime(policySince) <= staleAfterMinutes * MINUTE_MS;
    if (snapshot === undefined)
      return { source, place, expects, problem: isAwaited ? 'awaited' : 'never', held: [] };
    const isStale = parseTime(now) - parseTime(snapshot.asOf) > staleAfterMinutes * MINUTE_MS;
    return {
      source,
      place,
      expects,
      problem: snapshot.problem ?? (isStale ? 'stale' : null),
      held: snapshot.held,
    };
  });
}

/** Whether something about a coin was told lately enough. */
export function isFresh(
  { now }: World,
  { staleAfterMinutes }: CoinPolicy,
  asOf: string | undefined,
): boolean {
  return asOf !== undefined && parseTime(now) - parseTime(asOf) <= staleAfterMinutes * MINUTE_MS;
}

export function amountText({ assets }: World, asset: string, amount: bigint): string {
  const known = assets[asset];
  return known === undefined
    ? `${amount} (minor units) ${asset}`
    : `${formatAmount(amount, known.decimals)} ${asset}`;
}
