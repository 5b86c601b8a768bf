/** Redemptions of a coin: how long the oldest waits, and what became of what was asked for in the period. */
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import type { Reading } from '../../../log/levels.ts';
import type { CoinPolicy } from '../facts/policy.ts';
import type { CoinState } from '../views/coin.ts';
import { reading } from './list.ts';
import { amountText, isFresh, type World } from './world.ts';

/** Every coin is redeemed: where nobody tells of its queue, or not lately, it is blind. */
export function readRedemptions(world: World, policy: CoinPolicy, coin: CoinState): Reading[] {
  const { asset, redemptions } = coin;
  if (redemptions === null || !isFresh(world, policy, redemptions.asOf))
    return [
      reading('redemptions', asset, 'blind', 'The queue is not known now.', '待ち行列が現在不明です。'),
    ];
  return [readQueue(world, policy, asset, redemptions), readPeriod(world, policy, coin, redemptions)];
}

type Told = NonNullable<CoinState['redemptions']>;

function readQueue(world: World, policy: CoinPolicy, asset: string, { queue, queuedSince }: Told): Reading {
  // A queue whose oldest was not told (older logs) has waited since it was seen first.
  const since = queue.oldestAt ?? (queue.count > 0 ? queuedSince : null);
  const waitedMs = since === null ? 0 : parseTime(world.now) - parseTime(since);
  const limitMs = policy.redeemWithinMinutes * MINUTE_MS;
  const level = waitedMs > limitMs ? 'critical' : waitedMs * 2 > limitMs ? 'watch' : 'ok';
  const amount = amountText(world, asset, BigInt(queue.amount));
  return reading(
    'redemptions',
    asset,
    level,
    `${queue.count} wait for ${amount}, the oldest since ${since ?? '-'}.`,
    `${queue.count} 件(${amount})が待機中、最古は ${since ?? '-'}。`,
  );
}

/** What was asked for is paid or waits. The policy may say how much must be paid, and how much is asked for at most. */
function readPeriod(world: World, policy: CoinPolicy, { asset, supply }: CoinState, told: Told): Reading {
  const { queue, period } = told;
  const [requested, paid] = [BigInt(period.requested), BigInt(period.paid)];
  const open = requested > paid ? requested - paid : 0n;
  const lost = open > BigInt(queue.amount) ? open - BigInt(queue.amount) : 0n;
  const [r, p, l] = [requested, paid, lost].map((one) => amountText(world, asset, one));
  const subject = `${asset}/period`;
  const say = (level: Reading['level'], en: string, ja: string): Reading =>
    reading(
      'redemptions',
      subject,
      level,
      `Since ${period.from}: ${r} asked for, ${p} paid${en}.`,
      `${period.from} 以降の請求 ${r}、支払 ${p}${ja}。`,
    );
  if (lost > 0n) return say('critical', `; ${l} neither paid nor waiting`, `(${l} は未払かつ待機列になし)`);
  const { redemptionPaidMinBps: paidMin, redemptionMaxBps: max } = policy;
  const isOver = parseTime(told.asOf) - parseTime(period.from) > policy.redeemWithinMinutes * MINUTE_MS;
  if (isOver && paid * 10_000n < requested * BigInt(paidMin ?? 0))
    return say('warning', ', too little of it', '(支払割合が下限未満)');
  const issued = (supply?.chains ?? []).reduce(
    (sum, { form, amount }) => (form === 'native' ? sum + BigInt(amount) : sum),
    0n,
  );
  if (max !== undefined && requested * 10_000n > issued * BigInt(max))
    return say('warning', ', more than the policy expects of the supply', '(発行残高に対する請求が上限超過)');
  return say('ok', '', '');
}
