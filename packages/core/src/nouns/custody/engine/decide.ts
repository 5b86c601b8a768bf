/**
 * The gate: one transfer against the policy. Total and synchronous: every rule that speaks is asked, a deny overrides a
 * hold overrides an allow, and what no rule allows is denied. Nobody is exempt: a rule cannot name a person, and every
 * transfer counts towards every limit, whatever rule let it pass.
 */
import { dateOfDay, type ExtraClosed, isJapaneseBusinessDay } from '../../../kernel/business-days.ts';
import { DAY_MS, HOUR_MS } from '../../../kernel/time.ts';
import type { Text } from '../../../log/fact.ts';
import type { DestinationState, Limit, Path, Policy, Rule } from '../facts/policy.ts';
import { addressKey } from '../facts/words.ts';
import type { Sum } from './sums.ts';

export type Ask = {
  readonly path: Path;
  readonly atMs: number;
  readonly asset: string;
  readonly chain: string;
  readonly wallet: string | null;
  readonly customer: string | null;
  readonly counterpart: string | null;
  /** Normalised. */
  readonly destination: string;
  readonly destinationIs: DestinationState;
  /** Minor units. */
  readonly amount: bigint;
  /** Yen, rounded up: dust must not be free. */
  readonly value: bigint;
};
/** What was let pass since a moment, by name of the sum (`sumNames`). */
export type Sums = (name: string, sinceMs: number) => Sum;

export type Remaining = {
  readonly limit: string;
  readonly left: bigint;
  readonly unit: 'value' | 'amount' | 'count';
};
export type Decision = {
  readonly decision: 'allow' | 'hold' | 'deny';
  /** Id of the rule or limit that decided. */
  readonly rule: string;
  readonly reason: Text;
  /** After this transfer, of the limit nearest to used up; null when no limit speaks to it. */
  readonly remaining: Remaining | null;
  /** Yen to this destination within the split window, this one included. */
  readonly valueToDestination: bigint;
};

/** The deny that needs no rule. */
export const DEFAULT_DENY = 'default';
const NOTHING_ALLOWS: Text = { en: 'No rule allows this.', ja: '許可する規則がない。' };

type Test = (ask: Ask, valueToDestination: bigint) => boolean;
type CompiledRule = { readonly id: string; readonly reason: Text; readonly tests: readonly Test[] };
type CompiledLimit = {
  readonly id: string;
  readonly reason: Text;
  readonly effect: 'hold' | 'deny';
  readonly nameOf: (ask: Ask) => string | null;
  readonly wallets: ReadonlySet<string> | null;
  readonly windowMs: number;
  readonly unit: Remaining['unit'];
  readonly max: bigint;
};
type Book = {
  readonly denies: readonly CompiledRule[];
  readonly holds: readonly CompiledRule[];
  readonly allows: readonly CompiledRule[];
  readonly limits: readonly CompiledLimit[];
};
/** By path and asset: only what can speak to it; `''` for assets that no rule names. */
export type CompiledPolicy = {
  readonly splitWindowMs: number;
  readonly books: Readonly<Record<Path, ReadonlyMap<string, Book>>>;
};

/** Sums that a transfer adds to. A space separates, for no part has one. */
export const SUM_OF_ALL = 'all';
export const sumOfAsset = (asset: string): string => `asset ${asset}`;
export const sumOfWallet = (wallet: string): string => `wallet ${wallet}`;
export const sumOfCustomer = (customer: string): string => `customer ${customer}`;
/** The same 0x address has the same owner on every chain, so that nothing is cut into pieces over chains. */
export const sumOfDestination = (chain: string, address: string): string =>
  /^0x[0-9a-f]{40}$/.test(address) ? `to ${address}` : `to ${addressKey(chain, address)}`;

export function sumNames(
  ask: Pick<Ask, 'asset' | 'wallet' | 'customer' | 'chain' | 'destination'>,
): readonly string[] {
  const { asset, wallet, customer, chain, destination } = ask;
  return [
    SUM_OF_ALL,
    sumOfAsset(asset),
    sumOfDestination(chain, destination),
    ...(wallet === null ? [] : [sumOfWallet(wallet)]),
    ...(customer === null ? [] : [sumOfCustomer(customer)]),
  ];
}

/** Compiles once per revision; deciding then asks only what can speak to the asset. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const named = new Set([...policy.rules, ...policy.limits].flatMap(({ assets }) => assets ?? []));
  const bookOf = (path: Path, asset: string): Book => {
    const speaks = (of: Rule | Limit): boolean =>
      (of.path === null || of.path === path) && (of.assets === null || of.assets.includes(asset));
    const rules = policy.rules.filter(speaks);
    const ofEffect = (effect: Rule['effect']): CompiledRule[] =>
      rules.filter((rule) => rule.effect === effect).map((rule) => compileRule(rule, policy.closedDays));
    return {
      denies: ofEffect('deny'),
      holds: ofEffect('hold'),
      allows: ofEffect('allow'),
      limits: byWindow(policy.limits.filter(speaks)).map(compileLimit),
    };
  };
  const booksOf = (path: Path): ReadonlyMap<string, Book> =>
    new Map([...named, ''].map((asset) => [asset, bookOf(path, asset)]));
  return {
    splitWindowMs: policy.splitWindowMs,
    books: { gate: booksOf('gate'), transfer: booksOf('transfer') },
  };
}

function compileRule(rule: Rule, closed: ExtraClosed): CompiledRule {
  const tests: Test[] = [];
  const oneOf = (values: readonly string[] | null, of: (ask: Ask) => string | null): void => {
    if (values === null) return;
    const wanted = new Set(values);
    tests.push((ask) => {
      const value = of(ask);
      // A deny or hold that names a wallet must not be slipped past by leaving the wallet unsaid.
      return value === null ? rule.effect !== 'allow' : wanted.has(value);
    });
  };
  oneOf(rule.destination, (ask) => ask.destinationIs);
  oneOf(rule.chains, (ask) => ask.chain);
  oneOf(rule.wallets, (ask) => ask.wallet);
  oneOf(rule.counterparts, (ask) => ask.counterpart);
  if (rule.valueAbove !== null) {
    const above = BigInt(rule.valueAbove);
    tests.push((_, value) => value > above);
  }
  if (rule.valueAtMost !== null) {
    const most = BigInt(rule.valueAtMost);
    tests.push((_, value) => value <= most);
  }
  if (rule.amountAbove !== null) {
    const above = BigInt(rule.amountAbove);
    tests.push((ask) => ask.amount > above);
  }
  if (rule.outside !== null) {
    const { from, to, businessDays } = rule.outside;
    const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
    tests.push((ask) => !isWithin(ask.atMs, fromMinute, toMinute, businessDays ? closed : null));
  }
  return { id: rule.id, reason: rule.says, tests };
}

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
/** Japan keeps one offset all year. */
const TOKYO_MS = 9 * HOUR_MS;

/** A span that ends before it begins runs over midnight. */
function isWithin(atMs: number, from: number, to: number, closed: ExtraClosed | null): boolean {
  const wall = atMs + TOKYO_MS;
  const date = dateOfDay(Math.floor(wall / DAY_MS));
  if (closed !== null && !isJapaneseBusinessDay(date, closed)) return false;
  const minute = Math.floor((((wall % DAY_MS) + DAY_MS) % DAY_MS) / 60_000);
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Limits over the same sum and window stand together, so that it is read once. */
const byWindow = (limits: readonly Limit[]): Limit[] =>
  [...limits].sort((a, b) => (a.per === b.per ? a.windowMs - b.windowMs : a.per < b.per ? -1 : 1));

function compileLimit(limit: Limit): CompiledLimit {
  const { id, says: reason, effect, windowMs, max } = limit;
  const [unit, most] =
    'value' in max
      ? (['value', BigInt(max.value)] as const)
      : 'amount' in max
        ? (['amount', BigInt(max.amount)] as const)
        : (['count', BigInt(max.count)] as const);
  const wallets = limit.wallets === null ? null : new Set(limit.wallets);
  return { id, reason, effect, nameOf: NAMES[limit.per], wallets, windowMs, unit, max: most };
}

const NAMES: Readonly<Record<Limit['per'], (ask: Ask) => string | null>> = {
  firm: () => SUM_OF_ALL,
  asset: (ask) => sumOfAsset(ask.asset),
  // The gate is not told which wallet will pay: there, all of them count as one.
  wallet: (ask) => (ask.wallet === null ? SUM_OF_ALL : sumOfWallet(ask.wallet)),
  customer: (ask) => (ask.customer === null ? null : sumOfCustomer(ask.customer)),
  destination: (ask) => sumOfDestination(ask.chain, ask.destination),
};

/** Decides; counts nothing. Whoever lets it pass adds it to every sum of `sumNames` before anybody is told. */
export function decideTransfer(policy: CompiledPolicy, ask: Ask, sums: Sums): Decision {
  const books = policy.books[ask.path];
  const book = books.get(ask.asset) ?? books.get('');
  const sent = sums(sumOfDestination(ask.chain, ask.destination), ask.atMs - policy.splitWindowMs);
  const valueToDestination = sent.value + ask.value;
  const answer = (
    decision: Decision['decision'],
    rule: string,
    reason: Text,
    remaining: Remaining | null,
  ) => ({
    decision,
    rule,
    reason,
    remaining,
    valueToDestination,
  });
  if (book === undefined) return answer('deny', DEFAULT_DENY, NOTHING_ALLOWS, null);
  const fires = ({ tests }: CompiledRule): boolean => tests.every((test) => test(ask, valueToDestination));
  const limits = readLimits(book.limits, ask, sums);
  const stop = book.denies.find(fires) ?? limits.denied;
  if (stop) return answer('deny', stop.id, stop.reason, limits.remaining);
  const allow = book.allows.find(fires);
  if (allow === undefined) return answer('deny', DEFAULT_DENY, NOTHING_ALLOWS, limits.remaining);
  const hold = book.holds.find(fires) ?? limits.held;
  if (hold) return answer('hold', hold.id, hold.reason, limits.remaining);
  return answer('allow', allow.id, allow.reason, limits.remaining);
}

type LimitsRead = {
  readonly denied: CompiledLimit | undefined;
  readonly held: CompiledLimit | undefined;
  readonly remaining: Remaining | null;
};

function readLimits(limits: readonly CompiledLimit[], ask: Ask, sums: Sums): LimitsRead {
  let denied: CompiledLimit | undefined;
  let held: CompiledLimit | undefined;
  let tightest: Remaining | null = null;
  let tightestMax = 1n;
  let before: CompiledLimit | undefined;
  let sum: Sum | null = null;
  for (const limit of limits) {
    const name = limit.nameOf(ask);
    if (name === null) continue;
    // A limit that names a wallet must not be slipped past by leaving the wallet unsaid.
    if (limit.wallets !== null && ask.wallet !== null && !limit.wallets.has(ask.wallet)) continue;
    if (sum === null || limit.nameOf !== before?.nameOf || limit.windowMs !== before.windowMs)
      sum = sums(name, ask.atMs - limit.windowMs);
    before = limit;
    const used = usedWith(limit.unit, ask, sum);
    const left = limit.max - used;
    if (left < 0n && limit.effect === 'deny') denied ??= limit;
    if (left < 0n && limit.effect === 'hold') held ??= limit;
    // left / max < tightest / tightestMax, without division.
    if (tightest === null || left * tightestMax < tightest.left * limit.max) {
      tightest = { limit: limit.id, left, unit: limit.unit };
      tightestMax = limit.max === 0n ? 1n : limit.max;
    }
  }
  const remaining = tightest === null ? null : { ...tightest, left: tightest.left < 0n ? 0n : tightest.left };
  return { denied, held, remaining };
}

function usedWith(unit: Remaining['unit'], ask: Ask, sum: Sum): bigint {
  if (unit === 'value') return sum.value + ask.value;
  if (unit === 'amount') return sum.amount + ask.amount;
  return BigInt(sum.count + 1);
}

/** Yen of an amount at a price per whole unit, rounded up; null when the price is not one. */
export function valueUp(amount: bigint, decimals: number, price: string): bigint | null {
  const match = /^(\d{1,20})(?:\.(\d{1,12}))?$/.exec(price);
  if (!match) return null;
  const fraction = match[2] ?? '';
  const scaled = BigInt((match[1] ?? '') + fraction);
  if (scaled === 0n) return null;
  const scale = 10n ** BigInt(decimals + fraction.length);
  return (amount * scaled + scale - 1n) / scale;
}
