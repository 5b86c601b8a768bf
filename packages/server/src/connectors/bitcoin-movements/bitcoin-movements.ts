/**
 * What left our addresses in a run of Bitcoin blocks, by at least two independent readers that must agree. Every output of
 * a transaction that spends coin of ours is a movement; whether it came back to the same wallet is decided elsewhere.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { BITCOIN_ADDRESSES_MAX } from '../bitcoin-balances/bitcoin-balances.ts';
import type { BitcoinTransaction } from '../bitcoin-readers/bitcoin-reader.ts';
import { type BitcoinNode, each, openReaders } from '../bitcoin-readers/open-readers.ts';
import { answered, type BlockName, type Dispute, outliers } from '../evm-balances/evm-balances.ts';

/** Blocks of one reading: half a day. */
export const BITCOIN_BLOCKS_MAX = 72;

export type BitcoinMovement = {
  readonly transaction: string;
  /** Of the output. */
  readonly index: number;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  readonly atMs: number;
};
export type BitcoinMovements = { readonly to: BlockName; readonly movements: readonly BitcoinMovement[] };

/** The newest block that all readers have. Throws as `readBitcoinBalances` does. */
export async function bitcoinHead(
  nodes: readonly BitcoinNode[],
  timeoutMs: number,
): Promise<BlockName | Dispute> {
  const readers = openReaders(nodes, timeoutMs);
  const tips = answered(await each(readers, (reader) => reader.tip()), { chainId: 'bitcoin' });
  const height = Math.min(...tips.map(({ value }) => value.height));
  const hashes = answered(await each(readers, (reader) => reader.hashAt(height)), { chainId: 'bitcoin' });
  const split = outliers(hashes, (hash) => hash);
  if (split !== null) return { disputed: `block ${height} has several hashes`, hosts: split };
  return { height, hash: hashes[0].value };
}

/** Movements out of `addresses` in blocks `from` to `to`. Throws `input.invalid`, `server.unreachable`. */
export async function readBitcoinMovements(
  nodes: readonly BitcoinNode[],
  addresses: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  timeoutMs: number,
): Promise<BitcoinMovements | Dispute> {
  if (addresses.length > BITCOIN_ADDRESSES_MAX || to - from >= BITCOIN_BLOCKS_MAX)
    throw new FaultError(
      'input.invalid',
      `at most ${BITCOIN_BLOCKS_MAX} blocks and ${BITCOIN_ADDRESSES_MAX} addresses at once`,
      'read them in parts',
    );
  const readers = openReaders(nodes, timeoutMs);
  const ask = { chainId: 'bitcoin' };
  const read = answered(
    await each(readers, async (reader) => {
      const found = await reader.spendings(addresses, from, to);
      // Of the same chain before and after, or what was read is of none.
      return { hash: await reader.hashAt(to), movements: movementsOf(found, new Set(addresses)) };
    }),
    ask,
  );
  const split = outliers(read, ({ hash }) => hash);
  if (split !== null) return { disputed: `block ${to} has several hashes`, hosts: split };
  const different = outliers(read, ({ movements }) => movements.map(textOf).join());
  if (different !== null)
    return { disputed: `what left our addresses in blocks ${from} to ${to}`, hosts: different };
  const { hash, movements } = read[0].value;
  return { to: { height: to, hash }, movements };
}

const textOf = ({ transaction, index, from, to, amount }: BitcoinMovement): string =>
  [transaction, index, from, to, amount].join(' ');

function movementsOf(found: readonly BitcoinTransaction[], ours: ReadonlySet<string>): BitcoinMovement[] {
  const sorted = [...found].sort((a, b) => a.height - b.height || (a.id < b.id ? -1 : 1));
  return sorted.flatMap(({ id, atMs, spends, outputs }) => {
    const from = spends.find((address) => ours.has(address)) ?? '';
    return outputs
      .filter(({ amount }) => amount > 0n)
      .map(({ index, to, amount }) => ({ transaction: id, index, from, to, amount, atMs }));
  });
}
