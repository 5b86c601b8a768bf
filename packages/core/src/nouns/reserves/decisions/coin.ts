/** Recording the issuer's side: supply, backing, mints and the money that belongs to them, redemptions. */
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import type { FactDef, Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { backingRecorded, movesRecorded, redemptionsRecorded, supplyRecorded } from '../facts/coin.ts';
import { coins } from '../views/coin.ts';
import { reservesSetup } from '../views/setup.ts';
import { ahead, noCoin, policyOf, reservesFact, SAYS } from './checks.ts';

/** A statement about a coin at an instant; an older one than is known is turned away. */
function recordState<Body extends { readonly asset: string; readonly asOf: string }>(
  name: string,
  says: Text,
  def: FactDef<Body>,
  part: 'supply' | 'backing' | 'redemptions',
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
    },
    reads: () => ({ setup: ref(reservesSetup, 'all'), known: ref(coins, 'all') }),
    decide: (input: Body, { setup, known }, ctx) => {
      const policy = policyOf(setup);
      if ('refused' in policy) return policy;
      const refused = noCoin(policy, input.asset) ?? ahead(input.asOf, ctx.now);
      if (refused) return refused;
      const newest = known.coins.find(({ asset }) => asset === input.asset)?.[part]?.asOf ?? '';
      if (Date.parse(newest) > Date.parse(input.asOf))
        return refuse('older', `asOf: ${newest} is recorded already`, 'send the newest');
      return { facts: [reservesFact(def, `coin/${input.asset}`, input, input.asOf)] };
    },
  });
}

export const recordSupply = recordState(
  'RecordSupply',
  { en: 'Record the supply of a coin per chain.', ja: 'チェーン別の発行残高を記録する。' },
  supplyRecorded,
  'supply',
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
);

export const recordMoves = defineCommand({
  name: 'reserves.RecordMoves',
  says: {
    en: 'Record mints and burns, and the money that came in or was paid out for them.',
    ja: '発行・焼却と、対応する入出金を記録する。',
  },
  input: movesRecorded.schema as typeof movesRecorded.schema,
  by: ['operator', 'system'],
  refusals: { 'no-policy': SAYS.policy, 'no-coin': SAYS.coin, 'from-the-future': SAYS.future },
  reads: () => ({ setup: ref(reservesSetup, 'all'), known: ref(coins, 'all') }),
  decide: ({ asset, moves }, { setup, known }, ctx) => {
    const policy = policyOf(setup);
    if ('refused' in policy) return policy;
    const refused =
      noCoin(policy, asset) ?? moves.map(({ at }) => ahead(at, ctx.now)).find((one) => one !== null);
    if (refused) return refused;
    const seen = new Set((known.coins.find((one) => one.asset === asset)?.moves ?? []).map(nameOf));
    const fresh = moves.filter((move) => {
      const isNew = !seen.has(nameOf(move));
      seen.add(nameOf(move));
      return isNew;
    });
    if (fresh.length === 0) return { facts: [], result: { recorded: 0 } };
    return {
      facts: [reservesFact(movesRecorded, `coin/${asset}`, { asset, moves: fresh })],
      result: { recorded: fresh.length },
    };
  },
});

const nameOf = ({ kind, id }: { kind: string; id: string }): string => `${kind} ${id}`;
