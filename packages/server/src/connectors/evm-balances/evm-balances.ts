/**
 * Balances of many addresses at one finalised block, from at least two nodes that must agree on the block and on every
 * balance. Where they do not, the answer is a dispute that names the nodes; no majority decides about money.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type Address, BaseError, encodeFunctionData, erc20Abi, type Hex, type PublicClient } from 'viem';
import { type Asked, openRpcPool, type RpcPool, type RpcPoolConfig } from '../evm/rpc-pool.ts';

export const NODES_MIN = 2;
export const ADDRESSES_MAX = 2_000;
export const TOKENS_MAX = 20;
/** Calls of one node under way at once. */
const CALLS_AT_ONCE = 50;

export type BlockName = { readonly height: number; readonly hash: string };
/** Asset by asset; `contract` null is the chain's own coin. */
export type Position = {
  readonly address: Address;
  readonly contract: Address | null;
  readonly amount: bigint;
};
export type Dispute = { readonly disputed: string; readonly hosts: readonly string[] };
export type EvmSnapshot = {
  readonly block: BlockName;
  /** Of the block, unix milliseconds. */
  readonly atMs: number;
  readonly rpcs: readonly string[];
  readonly positions: readonly Position[];
};

export type EvmBalancesConfig = RpcPoolConfig & {
  /** `finalized` live; `latest` for chains that have no such thing and for tests. */
  readonly tag: 'finalized' | 'latest';
};

/** Throws `input.invalid` for too few nodes or too many addresses, `server.unreachable` where too few nodes answer. */
export async function readEvmBalances(
  config: EvmBalancesConfig,
  addresses: readonly Address[],
  contracts: readonly Address[],
): Promise<EvmSnapshot | Dispute> {
  const pool = openNodes(config);
  if (addresses.length > ADDRESSES_MAX || contracts.length > TOKENS_MAX)
    throw invalid(`addresses: at most ${ADDRESSES_MAX} with ${TOKENS_MAX} tokens`, 'read them in parts');
  const head = await agreedHead(pool, config);
  if ('disputed' in head) return head;
  const { height, hash, atMs } = head;
  const read = answered(await pool.each((client) => positionsOf(client, hash, addresses, contracts)), config);
  const different = outliers(read, (positions) => positions.map(({ amount }) => amount).join());
  if (different !== null) return { disputed: firstDifference(read, height), hosts: different };
  return {
    block: { height, hash },
    atMs,
    rpcs: read.map(({ host }) => host),
    positions: read[0].value,
  };
}

export type BlockCheck = { readonly same: true } | { readonly same: false; readonly is: string } | Dispute;

/** Whether a block is still of its chain, by all nodes that answer. Throws as `readEvmBalances` does. */
export async function checkEvmBlock(config: EvmBalancesConfig, block: BlockName): Promise<BlockCheck> {
  const pool = openNodes(config);
  const blocks = answered(
    await pool.each((client) => client.getBlock({ blockNumber: BigInt(block.height) })),
    config,
  );
  const split = outliers(blocks, ({ hash }) => hash);
  if (split !== null) return { disputed: `block ${block.height} has several hashes`, hosts: split };
  const { hash } = blocks[0].value;
  return hash === block.hash ? { same: true } : { same: false, is: hash };
}

/** Throws `input.invalid` for fewer than two different nodes. */
export function openNodes(config: EvmBalancesConfig): RpcPool {
  if (new Set(config.rpcUrls).size < NODES_MIN)
    throw invalid(`rpcUrls: ${NODES_MIN} different nodes are needed`, 'name nodes of different operators');
  return openRpcPool(config);
}

/** The newest block that all nodes have, by the hash that all give it. */
export async function agreedHead(
  pool: RpcPool,
  config: EvmBalancesConfig,
): Promise<{ readonly height: number; readonly hash: Hex; readonly atMs: number } | Dispute> {
  const wrong = await pool.wrongChain(config.chainId);
  if (wrong !== null) return { disputed: wrong.slice(0, 200), hosts: [] };
  const heads = answered(await pool.each((client) => client.getBlock({ blockTag: config.tag })), config);
  // A node may be a little behind; the block that all have is compared.
  const height = heads.reduce(
    (least, { value }) => (value.number < least ? value.number : least),
    heads[0].value.number,
  );
  const blocks = answered(await pool.each((client) => client.getBlock({ blockNumber: height })), config);
  const split = outliers(blocks, ({ hash }) => hash);
  if (split !== null) return { disputed: `block ${height} has several hashes`, hosts: split };
  const { hash, timestamp } = blocks[0].value;
  return { height: Number(height), hash, atMs: Number(timestamp) * 1000 };
}

const invalid = (message: string, hint: string): FaultError => new FaultError('input.invalid', message, hint);

type Answer<T> = { readonly host: string; readonly value: T };

/** The answers, of which there must be enough to compare. */
export function answered<T>(
  asked: readonly Asked<T>[],
  { chainId }: { readonly chainId: number | string },
): [Answer<T>, ...Answer<T>[]] {
  const answers = asked.flatMap((one) => (one.answered ? [{ host: one.host, value: one.value }] : []));
  const [first, ...others] = answers;
  if (first === undefined || answers.length < NODES_MIN) {
    const silent = asked.flatMap((one) => (one.answered ? [] : [`${one.host}: ${one.why}`]));
    throw new FaultError(
      'server.unreachable',
      `fewer than ${NODES_MIN} nodes of chain ${chainId} answered (${silent.join('; ')})`,
      'check the nodes; one alone is not believed',
    );
  }
  return [first, ...others];
}

/** Hosts that stand apart: the smaller camp where there is one, everybody where there is none; null where all agree. */
export function outliers<T>(answers: readonly Answer<T>[], keyOf: (value: T) => string): string[] | null {
  const camps = new Map<string, string[]>();
  for (const { host, value } of answers) camps.set(keyOf(value), [...(camps.get(keyOf(value)) ?? []), host]);
  if (camps.size === 1) return null;
  const sizes = [...camps.values()].map((hosts) => hosts.length);
  const most = Math.max(...sizes);
  if (sizes.filter((size) => size === most).length > 1) return answers.map(({ host }) => host);
  return [...camps.values()].filter((hosts) => hosts.length < most).flat();
}

function firstDifference(read: readonly Answer<readonly Position[]>[], height: number): string {
  const [first] = read;
  const at =
    first?.value.findIndex(({ amount }, n) => read.some(({ value }) => value[n]?.amount !== amount)) ?? 0;
  const where = first?.value[at];
  return `balance of ${where?.address} (${where?.contract ?? 'coin'}) at block ${height}`;
}

/** Pinned to the block's hash: a node that has reorganised meanwhile refuses instead of answering about another chain. */
async function positionsOf(
  client: PublicClient,
  blockHash: Hex,
  addresses: readonly Address[],
  contracts: readonly Address[],
): Promise<Position[]> {
  const pin = { blockHash, requireCanonical: true } as unknown as Hex;
  const wanted = addresses.flatMap((address) =>
    [null, ...contracts].map((contract) => ({ address, contract })),
  );
  const positions: Position[] = [];
  for (let n = 0; n < wanted.length; n += CALLS_AT_ONCE) {
    const part = wanted.slice(n, n + CALLS_AT_ONCE).map(async ({ address, contract }) => {
      if (contract === null) {
        const amount = await client.request({ method: 'eth_getBalance', params: [address, pin] });
        return { address, contract, amount: BigInt(amount) };
      }
      const data = encodeFunctionData({ abi: erc20Abi, functionName: 'balanceOf', args: [address] });
      const word = await client.request({ method: 'eth_call', params: [{ to: contract, data }, pin] });
      // An address without code answers with nothing at all: no balance is not a balance of none.
      if (!/^0x[0-9a-f]{64}$/i.test(word))
        throw new BaseError('not a token', { details: `${contract} is no token` });
      return { address, contract, amount: BigInt(word) };
    });
    positions.push(...(await Promise.all(part)));
  }
  return positions;
}
