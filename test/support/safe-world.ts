/** A firm whose wallet `cold` is a real Safe on a local chain, new before each test; and ways to change, read and accept it. */
import type { SafeState } from '@sonae/core/nouns/custody/facts/safes.ts';
import type { KnownSafe, Safes } from '@sonae/core/nouns/custody/views/safes.ts';
import { type Address, encodeFunctionData, type Hex } from 'viem';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type LocalEvm, startLocalEvm } from '../../packages/server/src/connectors/evm/local-evm.ts';
import { readSafes } from '../../packages/server/src/custody/watch-safes.ts';
import { reservesSchema, type WatchedChain } from '../../packages/server/src/reserves/reserves-config.ts';
import { type Custody, createCustody, keyOf as inventoryKey, walletOf } from './custody.ts';
import { codeOf, keyOf, SAFE_ABI, type SafeChain, safeChain, stopProxies } from './safe.ts';

/** The wallets of the inventory are on chain 1. */
export const CHAIN_ID = 1;
const [PAYER, A, B, C] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4)] as const;
export const OWNERS = [A, B, C];
const KEYS = [
  ['k1', 'east', 'tokyo'],
  ['k2', 'west', 'osaka'],
  ['k3', 'north', 'fukuoka'],
] as const;
export const lower = (address: string): Address => address.toLowerCase() as Address;
export const NOBODY: Address = `0x${'00'.repeat(20)}`;

export const call = (functionName: never, args: readonly unknown[]): Hex =>
  encodeFunctionData({ abi: SAFE_ABI, functionName, args } as never);

/** What a test starts from. */
export type SafeWorld = {
  readonly evm: LocalEvm;
  readonly on: SafeChain;
  readonly c: Custody;
  readonly safe: Address;
  readonly handler: Address;
  readonly guard: Address;
};
type Level = { level: string; why: { en: string; ja: string } };

/** Registers what runs before and after each test. `now` is of the test that runs. */
export function useSafe() {
  let world: SafeWorld;
  let asOf: unknown;
  let nonce = 0;

  beforeAll(async () => {
    const evm = await startLocalEvm({ chainId: CHAIN_ID });
    await evm.request('anvil_setBalance', [PAYER.address, '0x56bc75e2d63100000']);
    const on = safeChain(evm, CHAIN_ID, PAYER);
    const handler = await on.deploy(
      codeOf('handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler'),
    );
    const guard = await on.deploy(
      codeOf('examples/guards/ReentrancyTransactionGuard.sol/ReentrancyTransactionGuard'),
    );
    const safe = await on.createSafe(OWNERS, 2, handler);
    asOf = await evm.request('evm_snapshot');
    world = { evm, on, safe, handler, guard, c: await createCustody() };
  });
  afterAll(async () => {
    await world.evm.stop();
    stopProxies();
  });
  beforeEach(async () => {
    await world.evm.request('evm_revert', [asOf]);
    asOf = await world.evm.request('evm_snapshot');
    nonce = 0;
    const c = await createCustody();
    for (const [n, [id, holder, place]] of KEYS.entries()) {
      const evmAddress = lower(OWNERS[n]?.address ?? '');
      await c.change({ kind: 'key', key: inventoryKey(id, holder, place, { evmAddress }) });
    }
    await c.change({ kind: 'wallet', wallet: walletOf('cold', { safe: true }) });
    await c.addresses('cold', 'ethereum', [world.safe]);
    world = { ...world, c };
  });

  const nodes = (): string[] => [world.evm.rpcUrl, world.evm.rpcUrl.replace('127.0.0.1', 'localhost')];
  const chain = (change: object = {}): WatchedChain =>
    reservesSchema.parse({
      chains: [
        {
          ...{ kind: 'evm', source: 'eth-chain', chain: 'ethereum', chainId: CHAIN_ID, tag: 'latest' },
          ...{ rpcUrls: nodes(), assets: [{ asset: 'ETH', contract: null }], ...change },
        },
      ],
    }).chains[0] as WatchedChain;
  const known = async (): Promise<KnownSafe> => {
    const { safes } = await world.c.view<Safes>('safes');
    const found = safes[`ethereum ${world.safe}`];
    if (found === undefined) throw new Error('the Safe was not read');
    return found;
  };
  return {
    now: () => world,
    nodes,
    chain,
    known,
    look: (change?: object) => readSafes(world.c.app, chain(change)),
    /** The Safe changes itself, or runs foreign code, signed by two owners. */
    alter: async (data: Hex, to = world.safe, operation: 'call' | 'delegatecall' = 'call') => {
      await world.on.execute(world.safe, [A, B], { to, data, operation, nonce });
      nonce += 1;
    },
    stateNow: async (): Promise<SafeState> => (await known()).observed?.state as SafeState,
    levelOf: async (key = 'custody.safe-state/cold') => {
      await world.c.keep();
      const levels = await world.c.view<Record<string, Level>>('levels');
      return levels[key] ?? { level: 'ok', why: { en: '', ja: '' } };
    },
    /** One proposes a state, somebody else approves it. */
    accept: (state: SafeState) =>
      world.c.change({ kind: 'safe-state', wallet: 'cold', chain: 'ethereum', address: world.safe, state }),
  };
}
