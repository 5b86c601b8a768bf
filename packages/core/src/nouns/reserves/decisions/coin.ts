/** Recording the issuer's side: supply, backing, redemptions. */
import { type Refused, refuse } from '../../../kernel/result.ts';
import { compareTimes } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { FactDef, Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { CHAINS_MAX, rowName } from '../engine/supply.ts';
import { backingRecorded, redemptionsRecorded, supplyRecorded } from '../facts/coin.ts';
import { type CoinState, coins } from '../views/coin.ts';
import { reservesSetup } from '../views/setup.ts';
import { ahead, noCoin, policyOf, reservesFact, SAYS } from './checks.ts';

/** A statement about a coin at an instant; an older one than is known is turned away, and so is what `oddOf` finds. */
function recordState<Body extends { readonly asset: string; readonly asOf: string }>(
  name: string,
  says: Text,
  def: FactDef<Body>,
  part: 'supply' | 'backing' | 'redemptions',
  odd: Readonly<Record<string, Text>> = {},
  oddOf: (input: Body, known: CoinState | undefined) => Refused | null = () => null,
) {
  return defineCommand({
    name: `reserves.${name}`,
    says,
    input: def.schema,
    by: ['operator', 'system'],
    refusals: {
      'no-policy': SAYS.policy,
      'no-coin': SAYS.coin,
      'from-the-future': SAYS.future,
      older: SAYS.older,
      ...odd,
    },
    reads: () => ({ setup: ref(reservesSetup, 'all'), known: ref(coins, 'all') }),
    decide: (input: Body, { setup, known }, ctx) => {
      const policy = policyOf(setup);
      if ('refused' in policy) return policy;
      const refused = noCoin(policy, input.asset) ?? ahead(input.asOf, ctx.now);
      if (refused) return refused;
      const coin = known.coins.find(({ asset }) => asset === input.asset);
      const newest = coin?.[part]?.asOf ?? '';
      if (compareTimes(newest, input.asOf) > 0)
        return refuse('older', `asOf: ${newest} is recorded already`, 'send the newest');
      return oddOf(input, coin) ?? { facts: [reservesFact(def, `coin/${input.asset}`, input, input.asOf)] };
    },
  });
}

export const recordSupply = recordState(
  'RecordSupply',
  { en: 'Record the supply of a coin per chain.', ja: 'チェーン別の発行残高を記録する。' },
  supplyRecorded,
  'supply',
  {
    'chain-twice': { en: 'A chain stands there twice.', ja: '同じチェーンが重複している。' },
    'too-many-chains': { en: 'The coin is on too many chains.', ja: 'チェーンの数が上限を超えている。' },
  },
  ({ chains }, known) => {
    const names = chains.map(rowName);
    const twice = names.find((name, n) => names.indexOf(name) !== n);
    if (twice !== undefined)
      return refuse('chain-twice', `chains: ${twice} stands there twice`, 'add up what is on one chain');
    const all = new Set([...names, ...(known?.supply?.chains ?? []).map(rowName)]);
    return all.size <= CHAINS_MAX
      ? null
      : refuse('too-many-chains', `chains: ${all.size}, at most ${CHAINS_MAX}`, 'look at their names');
  },
);
export const recordBacking = recordState(
  'RecordBacking',
  { en: 'Record what backs a coin.', ja: '裏付資産の内訳を記録する。' },
  backingRecorded,
  'backing',
);
export const recordRedemptions = recordState(
  'RecordRedemptions',
  { en: 'Record the queue of redemptions.', ja: '償還の待ち行列を記録する。' },
  redemptionsRecorded,
  'redemptions',
  { 'bad-queue': { en: 'The queue does not fit together.', ja: '待ち行列の内容が整合しない。' } },
  ({ asOf, queue: { count, amount, oldestAt }, period }) => {
    const isEmpty = count === 0;
    if (isEmpty !== (oldestAt === null) || (isEmpty && BigInt(amount) > 0n))
      return refuse(
        'bad-queue',
        `queue: ${count} of ${amount}, the oldest since ${oldestAt ?? 'null'}`,
        'say since when the oldest waits; of an empty queue amount is 0 and oldestAt null',
      );
    return (oldestAt === null ? null : ahead(oldestAt, asOf)) ?? ahead(period.from, asOf);
  },
);
