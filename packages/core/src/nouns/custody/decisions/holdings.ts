/** What connectors report: what wallets hold, and where customers’ coin was seen arriving. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type Ref, ref } from '../../../log/stream.ts';
import { assetRegister } from '../../instruments/views.ts';
import { peopleRegister } from '../../people/views/register.ts';
import {
  HOLDINGS_MAX,
  HOLDINGS_PER_COMMAND_MAX,
  holdingSchema,
  holdingsRecorded,
  SIGHTINGS_PER_COMMAND_MAX,
  type Sighting,
  sightingSchema,
  sightingsRecorded,
  UNKNOWN_ADDRESSES_MAX,
  unknownExplained,
} from '../facts/holdings.ts';
import { addressKey, addressText, isoTime, normalAddress, reasonText, slug } from '../facts/words.ts';
import { holdings, unknownAddresses } from '../views/holdings.ts';
import { type AddressOwner, addressOwner, inventory } from '../views/inventory.ts';
import { policyState } from '../views/policy.ts';
import { AHEAD_MS, custodyFact, dutyProblem, SAYS } from './checks.ts';
import { isOurs } from './withdrawal.ts';

const source = z.string().min(1).max(100);

export const recordHoldings = defineCommand({
  name: 'custody.RecordHoldings',
  says: { en: 'Record what wallets hold.', ja: 'ウォレットの残高を記録する。' },
  input: z
    .object({ at: isoTime, source, holdings: z.array(holdingSchema).min(1).max(HOLDINGS_PER_COMMAND_MAX) })
    .strict(),
  by: ['system'],
  refusals: {
    'no-wallet': SAYS.wallet,
    'no-asset': SAYS.asset,
    'from-the-future': SAYS.future,
    'too-many': { en: 'There are too many.', ja: '件数の上限に達している。' },
  },
  reads: () => ({
    inventory: ref(inventory, 'all'),
    assets: ref(assetRegister, 'all'),
    holdings: ref(holdings, 'all'),
  }),
  decide: (input, state, ctx) => {
    if (parseTime(input.at) > parseTime(ctx.now) + AHEAD_MS)
      return refuse('from-the-future', `at: ${input.at} is later than now (${ctx.now})`, 'correct the clock');
    const { wallets } = state.inventory;
    const { assets } = state.assets;
    for (const [n, { wallet, asset }] of input.holdings.entries()) {
      if (!Object.hasOwn(wallets, wallet))
        return refuse('no-wallet', `holdings.${n}.wallet: there is no wallet ${wallet}`, 'register it first');
      if (!Object.hasOwn(assets, asset))
        return refuse(
          'no-asset',
          `holdings.${n}.asset: there is no asset ${asset}`,
          'instruments.DefineAsset first',
        );
    }
    const pairs = Object.values(state.holdings.wallets).reduce((sum, of) => sum + Object.keys(of).length, 0);
    if (pairs + input.holdings.length > HOLDINGS_MAX + HOLDINGS_PER_COMMAND_MAX)
      return refuse('too-many', `more than ${HOLDINGS_MAX} pairs of wallet and asset`, 'retire wallets');
    return { facts: [custodyFact(holdingsRecorded, 'holdings', input)] };
  },
});

const ownerRefs = (sightings: readonly Sighting[]): Record<never, Ref<unknown>> =>
  Object.fromEntries(
    sightings.map(({ chain, address }) => {
      const key = addressKey(chain, address);
      return [`address ${key}`, ref(addressOwner, key)];
    }),
  );

export const recordSightings = defineCommand({
  name: 'custody.RecordSightings',
  says: {
    en: 'Record addresses seen receiving customers’ coin; one that no wallet has is a finding.',
    ja: '顧客資産を受領したアドレスを記録する(台帳にないものは指摘となる)。',
  },
  input: z
    .object({ source, sightings: z.array(sightingSchema).min(1).max(SIGHTINGS_PER_COMMAND_MAX) })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: ({ sightings }) => ({ inventory: ref(inventory, 'all'), ...ownerRefs(sightings) }),
  decide: ({ source: from, sightings }, state, ctx) => {
    const owners = state as unknown as Readonly<Record<string, AddressOwner | null>>;
    const { wallets } = state.inventory;
    const evidence = ctx.evidence(sightings as unknown as readonly JsonValue[]);
    // A claim is not enough: nobody but the proposer has said that the address is ours.
    const unknown = new Map(
      sightings.flatMap((seen) => {
        const key = addressKey(seen.chain, seen.address);
        if (isOurs(owners[`address ${key}`] ?? null, wallets)) return [];
        return [[key, { ...seen, address: normalAddress(seen.address) }] as const];
      }),
    );
    const listed = [...unknown.values()].slice(0, UNKNOWN_ADDRESSES_MAX);
    const body = {
      source: from,
      count: sightings.length,
      root: evidence.root,
      unknown: listed,
      more: unknown.size - listed.length,
    };
    return {
      facts: [custodyFact(sightingsRecorded, 'sightings', body)],
      evidence: [evidence],
      result: {
        unknown: unknown.size,
        addresses: listed.map(({ chain, address }) => ({ chain, address })),
      },
    };
  },
});

export const explainUnknown = defineCommand({
  name: 'custody.ExplainUnknownAddress',
  says: {
    en: 'Say why an unknown address received customers’ coin without being ours. You own that.',
    ja: '台帳外アドレスが顧客資産を受領した理由を記録する(判断者として記録される)。',
  },
  input: z.object({ chain: slug, address: addressText, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-finding': { en: 'This address is no open finding.', ja: 'このアドレスは未解決の指摘ではない。' },
  },
  reads: () => ({
    people: ref(peopleRegister, 'all'),
    policy: ref(policyState, 'all'),
    unknown: ref(unknownAddresses, 'all'),
  }),
  decide: ({ chain, address, reason }, state, ctx) => {
    const no = dutyProblem(state.people, state.policy, ctx.actor.id, 'reconcile', ctx.now);
    if (no) return no;
    if (!(addressKey(chain, address) in state.unknown.addresses))
      return refuse(
        'no-finding',
        `address: ${address} is no open finding on ${chain}`,
        'see the open findings',
      );
    return {
      facts: [custodyFact(unknownExplained, 'sightings', { chain, address: normalAddress(address), reason })],
    };
  },
});
