/** What a reader of chains reports of Safes. Only what changed becomes a fact, and now and then that it still reads. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { type Ref, ref } from '../../../log/stream.ts';
import { isSameState } from '../engine/safe-state.ts';
import {
  SAFES_PER_COMMAND_MAX,
  safeNonceObserved,
  safeObserved,
  safeStateSchema,
  safesChecked,
} from '../facts/safes.ts';
import { addressKey, evmAddress, isoTime, slug } from '../facts/words.ts';
import { type AddressOwner, addressOwner, type Inventory, inventory } from '../views/inventory.ts';
import { limitsOf, policyState } from '../views/policy.ts';
import { safeAt, safes } from '../views/safes.ts';
import { AHEAD_MS, custodyFact, SAYS } from './checks.ts';

const STREAM = 'safes';
/** So often within the time after which readings are old is it said that Safes are read. */
const SAID_OF_STALE = 4;

const seenSchema = z
  .object({
    address: evmAddress,
    state: safeStateSchema,
    /** At the newest block; null where nodes do not agree on that one yet. */
    nonce: z.int().nonnegative().nullable(),
  })
  .strict();
type Seen = z.infer<typeof seenSchema>;

const recordInput = z
  .object({
    source: slug,
    chain: slug,
    block: z.object({ height: z.int().nonnegative(), hash: z.string().min(1).max(100) }).strict(),
    /** Time of the block that the states are of. */
    at: isoTime,
    safes: z.array(seenSchema).min(1).max(SAFES_PER_COMMAND_MAX),
  })
  .strict();

export const recordSafes = defineCommand({
  name: 'custody.RecordSafes',
  says: {
    en: 'Record what the chain says of Safes: code, owners, threshold, modules, guards, nonce.',
    ja: 'チェーンから読み取った Safe の状態(実装、所有者、必要署名数、モジュール、ガード、ノンス)を記録する。',
  },
  input: recordInput,
  by: ['system'],
  refusals: { 'from-the-future': SAYS.future },
  reads: ({ chain, safes: seen }) => ({
    inventory: ref(inventory, 'all'),
    policy: ref(policyState, 'all'),
    safes: ref(safes, 'all'),
    ...ownerRefs(chain, seen),
  }),
  decide: (input, state, ctx) => {
    const { source, chain, block, at } = input;
    if (parseTime(at) > parseTime(ctx.now) + AHEAD_MS)
      return refuse('from-the-future', `at: ${at} is later than now (${ctx.now})`, 'correct the clock');
    const owners = state as unknown as Readonly<Record<string, AddressOwner | null>>;
    const ours = input.safes.flatMap((seen) => {
      const owner = owners[`owner ${seen.address}`] ?? null;
      return owner !== null && isSafe(state.inventory, owner) ? [{ ...seen, wallet: owner.wallet }] : [];
    });
    const facts = ours.flatMap(({ wallet, address, state: seen, nonce }): NewFact[] => {
      const known = safeAt(state.safes, chain, address);
      const isKnown = known?.observed != null && isSameState(known.observed.state, seen);
      const body = { wallet, chain, address, source, block, at, state: seen };
      return [
        ...(isKnown ? [] : [custodyFact(safeObserved, STREAM, body)]),
        ...(nonce === null || nonce === known?.nonce
          ? []
          : [custodyFact(safeNonceObserved, STREAM, { chain, address, nonce })]),
      ];
    });
    const saidMs = limitsOf(state.policy).holdingsStaleMs / SAID_OF_STALE;
    const isDue = ours.some(({ address }) => {
      const readAt = safeAt(state.safes, chain, address)?.readAt ?? null;
      return readAt === null || parseTime(at) - parseTime(readAt) > saidMs;
    });
    const read = { source, chain, at, height: block.height, addresses: ours.map(({ address }) => address) };
    return {
      facts: [...facts, ...(isDue ? [custodyFact(safesChecked, STREAM, read)] : [])],
      result: { changed: facts.length },
    };
  },
});

const isSafe = ({ wallets }: Inventory, { held, wallet }: AddressOwner): boolean => {
  const known = wallets[wallet];
  return held && known?.wallet.safe === true && known.retiredAt === null;
};

const ownerRefs = (chain: string, seen: readonly Seen[]): Record<never, Ref<unknown>> =>
  Object.fromEntries(
    seen.map(({ address }) => [`owner ${address}`, ref(addressOwner, addressKey(chain, address))]),
  );
