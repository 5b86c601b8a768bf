/**
 * One withdrawal against the policy, as the gate decides it: what is missing, stale or late is a hold, what cannot be is a
 * deny, and only a rule can allow.
 */
import { z } from 'zod';
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import type { Text } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import type { Assets, Rates } from '../../instruments/views.ts';
import { addressProblem } from '../engine/address.ts';
import { type Ask, type CompiledPolicy, compilePolicy, decideTransfer, valueUp } from '../engine/decide.ts';
import { type Sum, type SumRow, sumSince } from '../engine/sums.ts';
import { type Answer, customerId, withdrawalId } from '../facts/gate.ts';
import type { DestinationState, Policy } from '../facts/policy.ts';
import { addressText, isoTime, normalAddress, slug, VALUE_CURRENCY } from '../facts/words.ts';
import type { Answered } from '../views/gate.ts';
import type { AddressOwner, Inventory, ListedDestination } from '../views/inventory.ts';
import type { PolicyState } from '../views/policy.ts';
import { digestOf } from './checks.ts';

export const withdrawalSchema = z
  .object({
    id: withdrawalId,
    customer: customerId,
    asset: assetId,
    /** Minor units. */
    amount: z
      .string()
      .regex(/^[1-9]\d{0,38}$/, 'a whole number of minor units above 0, without leading zeros'),
    destination: addressText,
    chain: slug,
    /** When the exchange was asked. Only to notice what is stale: windows run on our own clock. */
    at: isoTime.optional(),
  })
  .strict();
export type Withdrawal = z.infer<typeof withdrawalSchema>;
export const askedSchema = withdrawalSchema.extend({ answerBy: isoTime });
export type Asked = z.infer<typeof askedSchema>;

/** Asked longer ago, or so far ahead: somebody's clock or queue is wrong. */
const ASKED_MS_MAX = 5 * MINUTE_MS;

const BUILT_IN = {
  'gate.no-policy': { en: 'There is no policy yet.', ja: 'ポリシーが未設定である。' },
  'gate.late': { en: 'It could not be decided in time.', ja: '時間内に判定できなかった。' },
  'gate.stale-request': {
    en: 'The request is older than five minutes, or from the future.',
    ja: '要求の時刻が5分以上ずれている。',
  },
  'gate.no-rate': { en: 'There is no fresh rate for this asset.', ja: '新しい評価レートがない。' },
  'gate.too-large': {
    en: 'The amount is larger than anything that can be counted.',
    ja: '計上できる範囲を超える数量である。',
  },
  'gate.no-asset': {
    en: 'The asset is not defined on this chain.',
    ja: 'このチェーンの資産として定義されていない。',
  },
  'gate.bad-address': { en: 'The destination cannot be an address.', ja: '宛先アドレスが成立しない。' },
} as const satisfies Record<string, Text>;
type BuiltIn = keyof typeof BUILT_IN;
/** Yen. Sums have 30 digits: what would break them must not stop its neighbours. */
const COUNTED_MAX = 10n ** 24n;

/** What one withdrawal is, so that the same id with other content is noticed. */
export function withdrawalDigest(
  of: Pick<Withdrawal, 'id' | 'customer' | 'asset' | 'amount' | 'destination' | 'chain'>,
): string {
  const { id, customer, asset, amount, destination, chain } = of;
  return digestOf('custody-withdrawal', {
    id,
    customer,
    asset,
    amount,
    destination: normalAddress(destination),
    chain,
  });
}

/** What deciding reads, as the log's head has it. */
export type World = {
  readonly policy: PolicyState;
  readonly assets: Assets;
  readonly rates: Rates;
  readonly wallets: Inventory['wallets'];
  readonly answered: (id: string) => Answered | null;
  readonly owner: (ask: Asked) => AddressOwner | null;
  readonly listed: (ask: Asked) => ListedDestination | null;
  readonly row: (name: string) => SumRow;
};

export type Reasoned = Answer & { readonly reason: Text };
/** The latest and the earliest it can be: what grows stale is judged by one, what must wait by the other. */
export type Moment = { readonly nowMs: number; readonly pastMs: number };

/** Compiled once per policy: the same text is the same object for as long as nobody revises it. */
const compiledPolicies = new WeakMap<Policy, CompiledPolicy>();
export function compiledOf(policy: Policy): CompiledPolicy {
  const known = compiledPolicies.get(policy);
  if (known) return known;
  const made = compilePolicy(policy);
  compiledPolicies.set(policy, made);
  return made;
}

/** The answer, and what it adds to every sum when it passes. */
export function decideWithdrawal(
  asking: Asked,
  world: World,
  compiled: CompiledPolicy | null,
  rowOf: (name: string) => SumRow,
  { nowMs, pastMs }: Moment,
): { answer: Reasoned; counted: Sum | null } {
  const about = { id: asking.id, digest: withdrawalDigest(asking), remaining: null };
  const builtIn = (decision: 'hold' | 'deny', rule: BuiltIn) => ({
    answer: { ...about, decision, rule, reason: BUILT_IN[rule] },
    counted: null,
  });
  const { policy } = world.policy;
  if (policy === null || compiled === null) return builtIn('hold', 'gate.no-policy');
  if (nowMs > parseTime(asking.answerBy)) return builtIn('hold', 'gate.late');
  if (asking.at !== undefined && Math.abs(nowMs - parseTime(asking.at)) > ASKED_MS_MAX)
    return builtIn('hold', 'gate.stale-request');
  const asset = Object.hasOwn(world.assets.assets, asking.asset)
    ? world.assets.assets[asking.asset]
    : undefined;
  const deployment = asset?.chains.find(({ chain }) => chain === asking.chain);
  if (asset === undefined || deployment === undefined) return builtIn('deny', 'gate.no-asset');
  if (addressProblem(asking.destination, deployment.kind, asking.chain))
    return builtIn('deny', 'gate.bad-address');
  const value = freshValue(BigInt(asking.amount), asset, world.rates, policy.ratesStaleMs, nowMs);
  if (value === null) return builtIn('hold', 'gate.no-rate');
  const amount = BigInt(asking.amount);
  if (value > COUNTED_MAX) return builtIn('hold', 'gate.too-large');
  const ask: Ask = {
    path: 'gate',
    atMs: pastMs,
    asset: asking.asset,
    chain: asking.chain,
    wallet: null,
    customer: asking.customer,
    counterpart: null,
    destination: normalAddress(asking.destination),
    destinationIs: destinationState(
      world.owner(asking),
      world.wallets,
      world.listed(asking),
      policy.coolOffMs,
      pastMs,
    ),
    amount,
    value,
  };
  const { decision, rule, reason, remaining } = decideTransfer(compiled, ask, (name, since) =>
    sumSince(rowOf(name), since),
  );
  const left = remaining === null ? null : { ...remaining, left: String(remaining.left) };
  const answer = { ...about, decision, rule, reason, remaining: left };
  return { answer, counted: decision === 'allow' ? { value, count: 1, amount } : null };
}

/** Yen, rounded up; null when the rate is missing, stale or nothing: what cannot be valued cannot be limited. */
export function freshValue(
  amount: bigint,
  { asset, decimals }: { readonly asset: string; readonly decimals: number },
  { rates: known }: Rates,
  staleMs: number,
  nowMs: number,
): bigint | null {
  if (asset === VALUE_CURRENCY) return valueUp(amount, decimals, '1');
  const rate = Object.hasOwn(known, asset) ? known[asset] : undefined;
  if (rate === undefined || nowMs - parseTime(rate.at) > staleMs) return null;
  return valueUp(amount, decimals, rate.price);
}

/** Whether an address is of a wallet in use. A wallet that was taken off, maybe for a stolen key, is nobody to pay to. */
export const isOurs = (owner: AddressOwner | null, wallets: Inventory['wallets']): boolean =>
  owner?.held === true && wallets[owner.wallet]?.retiredAt === null;

/** What is known of where it goes, on our own clock. */
export function destinationState(
  owner: AddressOwner | null,
  wallets: Inventory['wallets'],
  listed: ListedDestination | null,
  coolOffMs: number,
  nowMs: number,
): DestinationState {
  if (isOurs(owner, wallets)) return 'own';
  if (listed === null) return 'unknown';
  return nowMs - parseTime(listed.listedAt) >= coolOffMs ? 'listed' : 'cooling';
}
