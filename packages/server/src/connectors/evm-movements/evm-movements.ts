/**
 * What left our addresses in a run of blocks of an EVM chain, by at least two nodes that must agree: coin sent by our own
 * accounts, tokens by their Transfer logs, and coin that contracts of ours (a Safe) sent inside of other people's
 * transactions, by tracing every transaction that touched them. Then what each address held before and after is held
 * against all of that: whatever left by a way that nobody looked at is a movement too, to an unknown place.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type Address, type Hex, isAddressEqual, type PublicClient, parseAbiItem } from 'viem';
import {
  ADDRESSES_MAX,
  agreedHead,
  answered,
  type BlockName,
  type Dispute,
  type EvmBalancesConfig,
  openNodes,
  outliers,
  TOKENS_MAX,
} from '../evm-balances/evm-balances.ts';

/** Blocks of one reading; who is further behind reads again at once. */
export const BLOCKS_MAX = 100;
const CALLS_AT_ONCE = 20;
const TRACE_DEPTH_MAX = 1_024;
const TRANSFER = parseAbiItem('event Transfer(address indexed from, address indexed to, uint256 value)');
/** Within a transaction coin is counted from 0 and logs from here, so that no two movements have one index. */
const LOGS_FROM = 100_000;
/** Where coin went that left unseen. */
export const UNKNOWN_PLACE = 'unknown';

/** `contract` null is the chain's own coin; `to` may be `UNKNOWN_PLACE`. */
export type EvmMovement = {
  readonly transaction: string;
  readonly index: number;
  readonly from: string;
  readonly to: string;
  readonly contract: Address | null;
  readonly amount: bigint;
  /** Of the block, unix milliseconds. */
  readonly atMs: number;
};
export type EvmMovements = {
  readonly to: BlockName;
  readonly movements: readonly EvmMovement[];
  /** Whether all nodes could say what the addresses held before and after. */
  readonly balanced: boolean;
};
export type MovementsConfig = EvmBalancesConfig & {
  /** `debug`: nodes offer debug_traceTransaction. `none`: they do not, and contracts' coin is only balanced. */
  readonly traces: 'debug' | 'none';
};

/** The newest block that all nodes have, or a dispute. Throws as `readEvmBalances` does. */
export const evmHead = (config: MovementsConfig): Promise<BlockName | Dispute> =>
  agreedHead(openNodes(config), config);

/**
 * Movements out of `addresses` (lower case) in blocks `from` to `to`, of the chain's coin and `contracts`. Throws
 * `input.invalid` for too many of anything, `server.unreachable` where too few nodes answer.
 */
export async function readEvmMovements(
  config: MovementsConfig,
  addresses: readonly Address[],
  contracts: readonly Address[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<EvmMovements | Dispute> {
  if (addresses.length > ADDRESSES_MAX || contracts.length > TOKENS_MAX || to - from >= BLOCKS_MAX)
    throw new FaultError(
      'input.invalid',
      `at most ${BLOCKS_MAX} blocks, ${ADDRESSES_MAX} addresses and ${TOKENS_MAX} tokens at once`,
      'read them in parts',
    );
  const pool = openNodes(config);
  const ask = { config, addresses, contracts, from: BigInt(from), to: BigInt(to) };
  const read = answered(await pool.each((client) => readOne(client, ask)), config);
  const split = outliers(read, ({ hash }) => hash);
  if (split !== null) return { disputed: `block ${to} has several hashes`, hosts: split };
  const different = outliers(
    read,
    ({ movements, balanced }) => `${balanced} ${movements.map(textOf).join()}`,
  );
  if (different !== null)
    return { disputed: `what left our addresses in blocks ${from} to ${to}`, hosts: different };
  const { hash, movements, balanced } = read[0].value;
  return { to: { height: to, hash }, movements, balanced };
}

const textOf = ({ transaction, index, from, to, contract, amount }: EvmMovement): string =>
  [transaction, index, from, to, contract, amount].join(' ');

type Ask = {
  readonly config: MovementsConfig;
  readonly addresses: readonly Address[];
  readonly contracts: readonly Address[];
  readonly from: bigint;
  readonly to: bigint;
};
type Block = Awaited<ReturnType<typeof blockWithTransactions>>;
type Sent = { readonly block: Block; readonly transaction: Block['transactions'][number] };

const blockWithTransactions = (client: PublicClient, blockNumber: bigint) =>
  client.getBlock({ blockNumber, includeTransactions: true });

async function readOne(client: PublicClient, ask: Ask) {
  const { config, addresses, from, to } = ask;
  const ours = new Set<string>(addresses);
  const heights = Array.from({ length: Number(to - from) + 1 }, (_, n) => from + BigInt(n));
  const blocks = await inTurns(heights, (height) => blockWithTransactions(client, height));
  for (const [n, block] of blocks.entries())
    if (n > 0 && block.parentHash !== blocks[n - 1]?.hash) throw new TypeError('the chain changed meanwhile');
  const { hash } = blocks[blocks.length - 1] as Block;
  const times = new Map(blocks.map((block) => [block.number, Number(block.timestamp) * 1000]));
  const touched = await touchedBy(client, ask);
  const sent = blocks.flatMap((block) =>
    block.transactions.flatMap((transaction): Sent[] => {
      const isOurs = ours.has(transaction.from) || ours.has(transaction.to ?? '');
      return isOurs || touched.has(transaction.hash) ? [{ block, transaction }] : [];
    }),
  );
  const flows = await inTurns(sent, (one) => flowsOf(client, config, ours, touched, one));
  const coin = flows.flatMap(({ out }) => out);
  const seen = await balancesOf(client, ask, flows);
  const unseen = (seen ?? []).map(
    ({ address, amount }): EvmMovement => ({
      ...{ transaction: hash, index: addresses.indexOf(address), from: address, to: UNKNOWN_PLACE },
      ...{ contract: null, amount, atMs: times.get(to) as number },
    }),
  );
  const tokens = await tokensOut(client, ask, times);
  return { hash, balanced: seen !== null, movements: [...coin, ...tokens, ...unseen] };
}

/** Transactions in which a contract of ours said anything: a Safe does so whenever it executes or receives. */
async function touchedBy(client: PublicClient, { addresses, from, to }: Ask): Promise<Set<string>> {
  const logs = await client.getLogs({ address: [...addresses], fromBlock: from, toBlock: to });
  return new Set(logs.flatMap(({ transactionHash }) => (transactionHash === null ? [] : [transactionHash])));
}

async function tokensOut(
  client: PublicClient,
  { addresses, contracts, from, to }: Ask,
  times: ReadonlyMap<bigint, number>,
): Promise<EvmMovement[]> {
  if (contracts.length === 0) return [];
  const logs = await client.getLogs({
    ...{ address: [...contracts], event: TRANSFER, args: { from: [...addresses] } },
    ...{ fromBlock: from, toBlock: to, strict: true },
  });
  return logs.flatMap(({ transactionHash, logIndex, address, args, blockNumber }): EvmMovement[] => {
    if (args.value === 0n) return [];
    const contract = contracts.find((one) => isAddressEqual(one, address)) ?? address;
    return [
      {
        ...{ transaction: transactionHash, index: LOGS_FROM + logIndex, contract, amount: args.value },
        ...{
          from: args.from.toLowerCase(),
          to: args.to.toLowerCase(),
          atMs: times.get(blockNumber) as number,
        },
      },
    ];
  });
}

/** Coin of one transaction: what left ours, what came to ours, and what it cost them. */
type Flows = {
  readonly out: readonly EvmMovement[];
  readonly inTo: readonly { readonly to: string; readonly amount: bigint }[];
  readonly fee: { readonly from: string; readonly amount: bigint } | null;
};
type Value = { readonly from: string; readonly to: string; readonly amount: bigint };

async function flowsOf(
  client: PublicClient,
  { traces }: MovementsConfig,
  ours: ReadonlySet<string>,
  touched: ReadonlySet<string>,
  { block, transaction }: Sent,
): Promise<Flows> {
  const { hash, from, to, value, input } = transaction;
  const receipt = await client.getTransactionReceipt({ hash });
  const fee = ours.has(from) ? { from, amount: feeOf(receipt as never) } : null;
  if (receipt.status !== 'success') return { out: [], inTo: [], fee };
  // A plain payment moves nothing but itself; whatever runs the code of a contract of ours is looked into.
  const isInside = touched.has(hash) || (ours.has(to ?? '') && input !== '0x');
  const top = { from, to: to ?? receipt.contractAddress?.toLowerCase() ?? UNKNOWN_PLACE, amount: value };
  const values = isInside && traces === 'debug' ? await valuesInside(client, hash) : [top];
  const moved = values.filter(({ amount }) => amount > 0n);
  const atMs = Number(block.timestamp) * 1000;
  return {
    out: moved.flatMap((one, index) =>
      ours.has(one.from) ? [{ transaction: hash, index, ...one, contract: null, atMs }] : [],
    ),
    inTo: moved.filter((one) => ours.has(one.to)),
    fee,
  };
}

/** What the sender paid beside the value: gas, blobs, and on rollups what the layer below asks. */
function feeOf(receipt: {
  gasUsed: bigint;
  effectiveGasPrice: bigint;
  blobGasUsed?: bigint;
  blobGasPrice?: bigint;
  l1Fee?: bigint | Hex | null;
}): bigint {
  const { gasUsed, effectiveGasPrice, blobGasUsed = 0n, blobGasPrice = 0n, l1Fee } = receipt;
  return gasUsed * effectiveGasPrice + blobGasUsed * blobGasPrice + BigInt(l1Fee ?? 0n);
}

/** A frame of geth's `callTracer`. */
type Frame = {
  readonly type: string;
  readonly from: string;
  readonly to?: string;
  readonly value?: Hex;
  readonly error?: string;
  readonly calls?: readonly Frame[];
};
/** Frames whose value is spent; DELEGATECALL repeats the value of its caller and moves nothing. */
const SPENDING = new Set(['CALL', 'CREATE', 'CREATE2', 'SELFDESTRUCT']);

async function valuesInside(client: PublicClient, hash: Hex): Promise<Value[]> {
  const root = (await client.request({
    method: 'debug_traceTransaction',
    params: [hash, { tracer: 'callTracer' }],
  } as never)) as Frame;
  const found: Value[] = [];
  const walk = ({ type, from, to, value, error, calls }: Frame, depth: number): void => {
    // What failed took everything below it along.
    if (error !== undefined || depth > TRACE_DEPTH_MAX) return;
    if (SPENDING.has(type) && to !== undefined)
      found.push({ from: from.toLowerCase(), to: to.toLowerCase(), amount: BigInt(value ?? '0x0') });
    for (const call of calls ?? []) walk(call, depth + 1);
  };
  walk(root, 0);
  return found;
}

/**
 * Addresses that hold less at the end than what they held, what came and what went leave. Null where the node no longer
 * knows what they held before: nodes keep 128 blocks. Coin that came unseen makes nobody miss anything.
 */
async function balancesOf(client: PublicClient, { addresses, from, to }: Ask, flows: readonly Flows[]) {
  const at = (blockNumber: bigint) =>
    inTurns(addresses, (address) => client.getBalance({ address, blockNumber }));
  const before = await at(from === 0n ? 0n : from - 1n).catch(() => null);
  const after = before === null ? null : await at(to).catch(() => null);
  if (before === null || after === null) return null;
  const expected = new Map<string, bigint>(addresses.map((address, n) => [address, before[n] as bigint]));
  const add = (address: string, amount: bigint): void => {
    const known = expected.get(address);
    if (known !== undefined) expected.set(address, known + amount);
  };
  for (const { out, inTo, fee } of flows) {
    for (const one of out) add(one.from, -one.amount);
    for (const one of inTo) add(one.to, one.amount);
    if (fee !== null) add(fee.from, -fee.amount);
  }
  return addresses.flatMap((address, n) => {
    const missing = (expected.get(address) as bigint) - (after[n] as bigint);
    return missing > 0n ? [{ address, amount: missing }] : [];
  });
}

/** `ask` of every item, some at a time, in order. */
async function inTurns<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let n = 0; n < items.length; n += CALLS_AT_ONCE)
    results.push(...(await Promise.all(items.slice(n, n + CALLS_AT_ONCE).map(ask))));
  return results;
}
