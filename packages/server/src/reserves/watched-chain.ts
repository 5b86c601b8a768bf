/** What every reader of a chain asks first: which addresses are ours there, and whether a block is still of the chain. */
import type { App } from '@sonae/core/app/handle.ts';
import type { AddressOwner, Inventory } from '@sonae/core/nouns/custody/views/inventory.ts';
import { checkBitcoinBlock } from '../connectors/bitcoin-balances/bitcoin-balances.ts';
import { type BlockCheck, type BlockName, checkEvmBlock } from '../connectors/evm-balances/evm-balances.ts';
import type { WatchedChain } from './reserves-config.ts';

const ROWS_AT_ONCE = 500;

/** Throws `server.unreachable` where too few nodes answer. */
export function checkBlock(chain: WatchedChain, block: BlockName): Promise<BlockCheck> {
  return chain.kind === 'evm'
    ? checkEvmBlock(chain, block)
    : checkBitcoinBlock(chain.nodes, block, chain.requestTimeoutMs);
}

/** Every address of the inventory on a chain, with its wallet. */
export async function addressesOn(app: App, chain: string): Promise<{ address: string; wallet: string }[]> {
  const found: { address: string; wallet: string }[] = [];
  for (let after = ''; ; ) {
    const rows = await app.ports.store.viewRows('custody.address', { after, limit: ROWS_AT_ONCE });
    for (const { key, text } of rows) {
      const [on, address] = splitKey(key);
      const owner = JSON.parse(text) as AddressOwner | null;
      if (on === chain && owner?.held) found.push({ address, wallet: owner.wallet });
    }
    if (rows.length < ROWS_AT_ONCE) return found;
    after = rows.at(-1)?.key ?? '';
  }
}

function splitKey(key: string): [chain: string, address: string] {
  const at = key.indexOf(' ');
  return [key.slice(0, at), key.slice(at + 1)];
}

/** The inventory as it stands. */
export async function inventoryOf(app: App): Promise<Inventory> {
  const text = await app.ports.store.view('custody.inventory', 'all');
  return text === undefined
    ? { wallets: {}, keys: {}, custodians: {}, changes: [] }
    : (JSON.parse(text) as Inventory);
}
