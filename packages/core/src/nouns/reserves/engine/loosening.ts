/**
 * What a new policy of reserves loosens. Only what is certainly no looser counts as tightening: a place to count from
 * that is added, or hours of a bank that read differently, can make up for what is missing as well as a limit raised.
 */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import type { CoinPolicy, Daily, Policy, Source } from '../facts/policy.ts';

const textOf = (value: unknown): string => canonicalJson([value ?? null] as unknown as JsonValue);
const hasAll = (now: readonly string[], next: readonly string[]): boolean =>
  now.every((one) => next.includes(one));

/** Parts that are looser in `next` than in `now`; empty: it only tightens. */
export function loosenedReserves(now: Policy, next: Policy): string[] {
  const found: string[] = SAME.filter((field) => textOf(now[field]) !== textOf(next[field]));
  if (next.bookStaleAfterMinutes > now.bookStaleAfterMinutes) found.push('bookStaleAfterMinutes');
  for (const field of ['watchBps', 'warningBps'] as const)
    if (next.concentration[field] > now.concentration[field]) found.push(`concentration.${field}`);
  for (const part of ['hot', 'all'] as const)
    for (const rung of ['watch', 'warning', 'critical'] as const)
      if (next.outflow[part][rung] < now.outflow[part][rung]) found.push(`outflow.${part}.${rung}`);
  found.push(
    ...lost('sources', 'source', now.sources, next.sources, isSourceKept),
    ...lost('sources', 'source', next.sources, now.sources, () => true),
    ...lost('coverage', 'asset', now.coverage, next.coverage, isCoverageKept),
    ...lost('reconciliations', 'id', now.reconciliations, next.reconciliations, isDailyKept),
    ...lost('statements', 'id', now.statements, next.statements, isDailyKept),
    ...lost('coins', 'asset', now.coins, next.coins, isCoinKept),
    ...lost('banks', 'bank', next.banks, now.banks, (is, was) => textOf(is) === textOf(was)),
  );
  if (!hasAll(now.movers, next.movers)) found.push('movers');
  return [...new Set(found)];
}

/** Any other value may be looser. */
const SAME = ['exchange', 'book', 'currency', 'zone', 'closedOn'] as const;

/** Names of those that are not among the others, or that are not kept there. */
function lost<K extends string, T extends Readonly<Record<K, string>>>(
  field: string,
  key: K,
  ones: readonly T[],
  others: readonly T[],
  isKept: (one: T, other: T) => boolean,
): string[] {
  return ones
    .filter((one) => {
      const other = others.find((it) => it[key] === one[key]);
      return other === undefined || !isKept(one, other);
    })
    .map((one) => `${field}.${one[key]}`);
}

const isSourceKept = (was: Source, is: Source): boolean =>
  was.kind === is.kind &&
  was.place === is.place &&
  hasAll(was.assets, is.assets) &&
  is.staleAfterMinutes <= was.staleAfterMinutes;

const isCoverageKept = (was: Policy['coverage'][number], is: Policy['coverage'][number]): boolean =>
  was.event === is.event && BigInt(is.tolerance) <= BigInt(was.tolerance) && is.surplusBps <= was.surplusBps;

const isDailyKept = (was: Daily, is: Daily): boolean =>
  is.dueHour <= was.dueHour && is.graceHours <= was.graceHours && is.since <= was.since;

/** Larger is looser. */
const MOST = ['mintWindowMinutes', 'unusualTenths', 'redeemWithinMinutes', 'staleAfterMinutes'] as const;

const isCoinKept = (was: CoinPolicy, is: CoinPolicy): boolean =>
  hasAll(was.rules, is.rules) &&
  hasAll(was.trusts, is.trusts) &&
  MOST.every((field) => is[field] <= was[field]) &&
  is.reachableMinBps >= was.reachableMinBps &&
  (is.redemptionPaidMinBps ?? 0) >= (was.redemptionPaidMinBps ?? 0) &&
  (is.redemptionMaxBps ?? Number.POSITIVE_INFINITY) <= (was.redemptionMaxBps ?? Number.POSITIVE_INFINITY) &&
  hasAll(is.retiredChains ?? [], was.retiredChains ?? []);
