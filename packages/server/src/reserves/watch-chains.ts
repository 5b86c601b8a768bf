/**
 * Reading what our addresses hold, and what left them, over and over, through several nodes that must agree. One reading
 * of every address of the inventory at one block feeds reserves (what is held against what is owed) and custody (what is
 * hot); what left is read from block to block, and Safes for who can move what they hold.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import { temperatureOf } from '@sonae/core/nouns/custody/engine/legal.ts';
import type { Logger } from 'pino';
import type { Address } from 'viem';
import { readBitcoinBalances } from '../connectors/bitcoin-balances/bitcoin-balances.ts';
import { type BlockName, readEvmBalances } from '../connectors/evm-balances/evm-balances.ts';
import { readMovements } from '../custody/watch-movements.ts';
import { readSafes } from '../custody/watch-safes.ts';
import { sleep } from '../drive-scenario.ts';
import type { Node } from '../node.ts';
import type { WatchedChain } from './reserves-config.ts';
import { type ChainReading, lookBack, takeHoldings } from './take-holdings.ts';
import { addressesOn, checkBlock, inventoryOf } from './watched-chain.ts';

const KEEPER = { id: 'system:reserves', kind: 'system' } as const;

/** Reads every configured chain at its own pace while this node leads. */
export async function watchChains(
  node: Node,
  chains: readonly WatchedChain[],
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  const watch = async (chain: WatchedChain): Promise<void> => {
    while (!signal.aborted) {
      if (node.leader)
        await readChain(node.app, chain).catch((error: unknown) =>
          logger.warn({ err: error, source: chain.source }, 'holdings could not be read'),
        );
      if (node.leader && chain.movements)
        await readMovements(node.app, chain).catch((error: unknown) =>
          logger.warn({ err: error, source: chain.source }, 'movements could not be read'),
        );
      if (node.leader && chain.kind === 'evm' && chain.safes)
        await readSafes(node.app, chain).catch((error: unknown) =>
          logger.warn({ err: error, source: chain.source }, 'Safes could not be read'),
        );
      await sleep(chain.pollMs, signal);
    }
  };
  await Promise.all(chains.map(watch));
}

/** One reading of one chain: first whether the last one still stands, then what the addresses hold now. */
export async function readChain(app: App, chain: WatchedChain): Promise<void> {
  await lookBack(app, chain.source, (block) => checkBlock(chain, block));
  const owned = await addressesOn(app, chain.chain);
  if (owned.length === 0) return;
  const read = await readPositions(
    chain,
    owned.map(({ address }) => address),
  );
  if ('disputed' in read) {
    await takeHoldings(app, chain.source, read, app.ports.clock.now());
    return;
  }
  const inventory = await inventoryOf(app);
  const at = Math.min(read.atMs ?? app.ports.clock.now(), app.ports.clock.now());
  const day = isoTime(app.ports.clock.now()).slice(0, 10);
  const walletOf = new Map(owned.map(({ address, wallet }) => [address.toLowerCase(), wallet]));
  const sums = new Map<string, { wallet: string; asset: string; amount: bigint }>();
  const positions: ChainReading['positions'][number][] = [];
  for (const { address, asset, amount } of read.positions) {
    const known = inventory.wallets[walletOf.get(address.toLowerCase()) ?? ''];
    if (known === undefined) continue;
    const { wallet } = known;
    const tier = temperatureOf(wallet, inventory.keys, inventory.custodians, day);
    positions.push({ asset, owner: wallet.owner, tier, amount, address });
    const key = `${wallet.id} ${asset}`;
    const sum = sums.get(key) ?? { wallet: wallet.id, asset, amount: 0n };
    sum.amount += amount;
    sums.set(key, sum);
  }
  await takeHoldings(app, chain.source, { block: read.block, rpcs: read.rpcs, positions }, at);
  const holdings = [...sums.values()].map((sum) => ({ ...sum, amount: String(sum.amount) }));
  const input = { at: isoTime(at), source: chain.source, holdings };
  await app.submit({ command: 'custody.RecordHoldings', input, actor: KEEPER });
}

type Read = {
  readonly block: BlockName;
  readonly rpcs: readonly string[];
  readonly atMs: number | null;
  readonly positions: readonly { address: string; asset: string; amount: bigint }[];
};

async function readPositions(chain: WatchedChain, addresses: readonly string[]) {
  if (chain.kind === 'bitcoin') {
    const read = await readBitcoinBalances(chain.nodes, addresses, chain.requestTimeoutMs);
    if ('disputed' in read) return read;
    const positions = read.positions.map((one) => ({ ...one, asset: chain.asset }));
    return { ...read, atMs: null, positions } satisfies Read;
  }
  const contracts = chain.assets.flatMap(({ contract }) => (contract === null ? [] : [contract as Address]));
  const read = await readEvmBalances(chain, addresses as Address[], contracts);
  if ('disputed' in read) return read;
  const assetOf = new Map(
    chain.assets.map(({ asset, contract }) => [contract?.toLowerCase() ?? null, asset]),
  );
  const positions = read.positions.flatMap(({ address, contract, amount }) => {
    const asset = assetOf.get(contract?.toLowerCase() ?? null);
    return asset === undefined ? [] : [{ address, asset, amount }];
  });
  return { ...read, positions } satisfies Read;
}
