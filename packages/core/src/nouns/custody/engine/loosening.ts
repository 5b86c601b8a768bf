/**
 * What a new policy loosens. Only what is certainly no looser counts as tightening: a rule that reads differently is
 * taken for a looser one, because waiting for a harmless change costs days and not waiting for a harmful one costs all.
 */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import type { Band, Limit, Policy, Rule } from '../facts/policy.ts';

const textOf = (value: object): string => canonicalJson(value as unknown as JsonValue);
/** What a rule does, without how it is worded. */
const effectOf = <T extends Rule | Limit>({ says: _, id: __, ...does }: T): string => textOf(does);

/** Fields and ids that are looser in `next` than in `now`; empty: it only tightens. */
export function loosened(now: Policy, next: Policy): string[] {
  const found: string[] = [];
  const least = (field: LeastField): void => {
    if (next[field] < now[field]) found.push(field);
  };
  const most = (field: MostField): void => {
    if (next[field] > now[field]) found.push(field);
  };
  for (const field of LEAST) least(field);
  for (const field of MOST) most(field);
  for (const field of SAME) if (textOf([next[field]]) !== textOf([now[field]])) found.push(field);
  if (next.coolOffMs > now.coolOffMs && next.rules.some(gainsByCoolOff)) found.push('coolOffMs');
  if (next.splitWindowMs > now.splitWindowMs && next.rules.some(gainsBySplit)) found.push('splitWindowMs');
  found.push(...loosenedRules(now.rules, next.rules));
  for (const limit of now.limits)
    if (!next.limits.some((one) => isNoLooser(limit, one))) found.push(limit.id);
  if (!areBandsNoLooser(now.bands, next.bands)) found.push('bands');
  for (const [asset, amount] of Object.entries(next.buffers))
    if (BigInt(amount) > BigInt(now.buffers[asset] ?? '0')) found.push(`buffers.${asset}`);
  const contracts = new Set(
    now.contracts.map(({ chain, address, selector }) => textOf([chain, address, selector])),
  );
  for (const { chain, address, selector, name } of next.contracts)
    if (!contracts.has(textOf([chain, address, selector]))) found.push(`contracts.${name}`);
  return [...new Set(found)].map((field) => field.slice(0, 100)).slice(0, 50);
}

/** Smaller is looser. */
const LEAST = ['splitWindowMs', 'coolOffMs', 'loosenDelayMs'] as const;
/** Larger is looser. */
const MOST = [
  'approveWithinMs',
  'ratesStaleMs',
  'booksStaleMs',
  'holdingsStaleMs',
  'hotShareBps',
  'custodianShareBps',
] as const;
/** Any other value may be looser. */
const SAME = ['roles', 'closedDays'] as const;
type LeastField = (typeof LEAST)[number];
type MostField = (typeof MOST)[number];

/** Longer in cool-off is looser where that is what a rule allows, or spares. */
const gainsByCoolOff = ({ effect, destination }: Rule): boolean =>
  destination !== null &&
  (effect === 'allow'
    ? destination.includes('cooling') && !destination.includes('listed')
    : destination.includes('listed') && !destination.includes('cooling'));
/** More counts together in a longer window: looser where a rule allows what is large, or stops only what is small. */
const gainsBySplit = ({ effect, valueAbove, valueAtMost }: Rule): boolean =>
  effect === 'allow' ? valueAbove !== null : valueAtMost !== null;

function loosenedRules(now: readonly Rule[], next: readonly Rule[]): string[] {
  const isIn = (rules: readonly Rule[]) => {
    const effects = new Set(rules.map(effectOf));
    return (rule: Rule) => effects.has(effectOf(rule));
  };
  const [wasThere, isThere] = [isIn(now), isIn(next)];
  const allowed = next.filter((rule) => rule.effect === 'allow' && !wasThere(rule));
  // A hold may become a deny of the same.
  const kept = (rule: Rule): boolean => isThere(rule) || isThere({ ...rule, effect: 'deny' });
  const dropped = now.filter((rule) => rule.effect !== 'allow' && !kept(rule));
  return [...allowed, ...dropped].map(({ id }) => id);
}

function isNoLooser(now: Limit, next: Limit): boolean {
  const { max: was, windowMs, effect, ...scope } = now;
  const { max: is, windowMs: nextMs, effect: nextEffect, ...nextScope } = next;
  const isSameScope = effectOf(scope as Limit) === effectOf(nextScope as Limit);
  if (!isSameScope || nextMs < windowMs || (effect === 'deny' && nextEffect !== 'deny')) return false;
  if ('value' in was) return 'value' in is && BigInt(is.value) <= BigInt(was.value);
  if ('amount' in was) return 'amount' in is && BigInt(is.amount) <= BigInt(was.amount);
  return 'count' in is && is.count <= was.count;
}

/** At every value as many approvals as before, and a call-back wherever there was one. */
function areBandsNoLooser(now: readonly Band[], next: readonly Band[]): boolean {
  const edges = [...now, ...next].flatMap(({ upTo }) => (upTo === null ? [] : [BigInt(upTo)]));
  return [0n, ...edges, ...edges.map((edge) => edge + 1n)].every((value) => {
    const [was, is] = [bandOf(now, value), bandOf(next, value)];
    return is.quorum >= was.quorum && (is.callBack || !was.callBack);
  });
}

/** The band that a value in yen falls into. */
export function bandOf(bands: readonly Band[], value: bigint): Band {
  const band = bands.find(({ upTo }) => upTo === null || value <= BigInt(upTo));
  return band ?? { upTo: null, quorum: Number.MAX_SAFE_INTEGER, callBack: true };
}
