/**
 * Balances of Bitcoin addresses from at least two independent readers (Bitcoin Core over RPC, Esplora over HTTP) at the
 * same block. A reader that moved on meanwhile is asked again; readers that disagree are a dispute, never a guess.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { BitcoinReader } from '../bitcoin-readers/bitcoin-reader.ts';
import { type BitcoinNode, each, openReaders } from '../bitcoin-readers/open-readers.ts';
import { answered, type BlockName, type Dispute, outliers } from '../evm-balances/evm-balances.ts';

export const BITCOIN_ADDRESSES_MAX = 1_000;
/** Blocks come every ten minutes; a reader that moved three times within one reading is out of order. */
const TRIES_MAX = 3;

export type BitcoinSnapshot = {
  readonly block: BlockName;
  readonly rpcs: readonly string[];
  readonly positions: readonly { readonly address: string; readonly amount: bigint }[];
};

/** Throws `input.invalid` for too few nodes or too many addresses, `server.unreachable` where too few answer. */
export async function readBitcoinBalances(
  nodes: readonly BitcoinNode[],
  addresses: readonly string[],
  timeoutMs: number,
): Promise<BitcoinSnapshot | Dispute> {
  const odd = addresses.find((address) => !/^[a-zA-Z0-9]{20,90}$/.test(address));
  if (odd !== undefined || addresses.length > BITCOIN_ADDRESSES_MAX)
    throw new FaultError(
      'input.invalid',
      odd === undefined
        ? `addresses: at most ${BITCOIN_ADDRESSES_MAX}`
        : `addresses: ${odd.slice(0, 100)} is no address`,
      'read them in parts, as the chain writes them',
    );
  const readers = openReaders(nodes, timeoutMs);
  for (let tries = 1; ; tries += 1) {
    const read = answered(await each(readers, (reader) => readOne(reader, addresses)), {
      chainId: 'bitcoin',
    });
    const least = Math.min(...read.map(({ value }) => value.block.height));
    const isLevel = read.every(({ value }) => value.block.height === least);
    if (!isLevel && tries < TRIES_MAX) continue;
    const split = outliers(read, ({ block }) => block.hash);
    if (split !== null)
      return {
        disputed: isLevel ? `block ${least} has several hashes` : 'the nodes stand at different heights',
        hosts: split,
      };
    const different = outliers(read, ({ amounts }) => amounts.join());
    const { block, amounts } = read[0].value;
    if (different !== null) {
      const at = amounts.findIndex((amount, n) => read.some(({ value }) => value.amounts[n] !== amount));
      return { disputed: `balance of ${addresses[at]} at block ${block.height}`, hosts: different };
    }
    const positions = addresses.map((address, n) => ({ address, amount: amounts[n] ?? 0n }));
    return { block, rpcs: read.map(({ host }) => host), positions };
  }
}

/** Whether a block is still of the chain. Throws as `readBitcoinBalances` does. */
export async function checkBitcoinBlock(
  nodes: readonly BitcoinNode[],
  block: BlockName,
  timeoutMs: number,
): Promise<{ same: true } | { same: false; is: string } | Dispute> {
  const asked = await each(openReaders(nodes, timeoutMs), (reader) => reader.hashAt(block.height));
  const hashes = answered(asked, { chainId: 'bitcoin' });
  const split = outliers(hashes, (hash) => hash);
  if (split !== null) return { disputed: `block ${block.height} has several hashes`, hosts: split };
  const [{ value }] = hashes;
  return value === block.hash ? { same: true } : { same: false, is: value };
}

async function readOne(reader: BitcoinReader, addresses: readonly string[]) {
  for (let tries = 1; ; tries += 1) {
    const block = await reader.tip();
    const amounts = await reader.balances(addresses);
    const after = await reader.tip();
    if (after.hash === block.hash) return { block, amounts };
    if (tries === TRIES_MAX) throw new TypeError('the tip moves while it is read');
  }
}
