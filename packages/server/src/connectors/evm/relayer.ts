/**
 * Gets one call mined with the relayer's key: nonce, fees, waiting, confirmations, and what can go wrong on the way: a
 * stuck transaction is replaced at the same nonce with a higher fee; one that a reorganisation took back is sent again;
 * one whose nonce was used by another process of ours is given up, for the caller to look whether its work was done.
 *
 * Nonces start at the mined count, never at the pending one: after a crash the same call meets its own stuck
 * transaction and replaces it instead of queueing behind it. The relayer's key decides nothing (guardians do); whoever
 * steals it can only spend its gas money.
 */
import { type Address, type Hex, keccak256, type LocalAccount, type TransactionReceipt } from 'viem';
import type { RpcPool } from './rpc-pool.ts';

export type FeePolicy = {
  /** A transaction not mined after this long is replaced. */
  readonly bumpAfterMs: number;
  /** Per cent on both fees with each replacement; nodes want at least 10. */
  readonly bumpPercent: number;
  /** Never offers more per gas. */
  readonly maxFeePerGasWei: bigint;
};

export type RelayerConfig = {
  readonly chainId: number;
  readonly relayer: LocalAccount;
  /** Blocks on top and including the transaction's own; 1 = mined. */
  readonly confirmations: number;
  readonly fees: FeePolicy;
  /** How long one call waits before it answers `waiting`. */
  readonly waitMs: number;
  readonly pollMs: number;
};

export type RelayedCall = {
  /** Calls of the same key are the same call: sent once, replaced, never doubled. */
  readonly key: string;
  readonly to: Address;
  readonly data: Hex;
};

export type Relayed =
  | { readonly state: 'mined'; readonly receipt: TransactionReceipt }
  | { readonly state: 'waiting'; readonly hash: Hex; readonly nonce: number }
  /** The nonce went to another transaction. */
  | { readonly state: 'overtaken' }
  | { readonly state: 'no-money'; readonly address: Address; readonly missingWei: bigint }
  | { readonly state: 'refused'; readonly why: string };

export type Relayer = { readonly address: Address; relay(call: RelayedCall): Promise<Relayed> };

type Flight = {
  readonly call: RelayedCall;
  readonly nonce: number;
  readonly gas: bigint;
  /** All transactions sent at this nonce, the newest last: each of them may be the one that is mined. */
  readonly hashes: Hex[];
  raw: Hex;
  fees: Fees;
  sentAtMs: number;
  /** Calls of `relay` that wait for it now. */
  followers: number;
};
type Fees = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };
type Broadcast = 'taken' | 'nonce-used' | 'underpriced' | { readonly refused: string };

/** Estimates are made on a state that may be one block old. */
const GAS_MARGIN_PERCENT = 30n;
/** Replacements in a row when a transaction unknown to us (sent before a crash) holds the nonce at a higher fee. */
const UNDERPRICED_TRIES = 20;

/** One per key and chain: two relayers with one key replace each other's transactions. */
export function openRelayer(pool: RpcPool, config: RelayerConfig): Relayer {
  const flights = new Map<string, Flight>();
  let turn: Promise<unknown> = Promise.resolve();
  /** Nonces are given one call at a time. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = turn.then(run, run);
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    address: config.relayer.address,
    relay: async (call) => {
      const begun = await inTurn(
        async () => flights.get(call.key) ?? (await begin(pool, config, flights, call)),
      );
      if ('state' in begun) return begun;
      begun.followers += 1;
      try {
        const outcome = await follow(pool, config, flights, begun);
        if (outcome.state !== 'waiting') flights.delete(call.key);
        return outcome;
      } finally {
        begun.followers -= 1;
      }
    },
  };
}

async function begin(
  pool: RpcPool,
  config: RelayerConfig,
  flights: Map<string, Flight>,
  call: RelayedCall,
): Promise<Flight | Relayed> {
  const { address } = config.relayer;
  const { to, data } = call;
  const mined = await pool.first('eth_getTransactionCount', (c) => c.getTransactionCount({ address }));
  // On the mined state: on the pending one the call may already be done, by our own stuck transaction.
  const estimate = await pool.first('eth_estimateGas', (c) =>
    c.estimateGas({ account: address, to, data, blockTag: 'latest' }),
  );
  const gas = estimate + (estimate * GAS_MARGIN_PERCENT) / 100n;
  const fees = capped(config, await presentFees(pool));
  const balance = await pool.first('eth_getBalance', (c) => c.getBalance({ address }));
  const missingWei = gas * fees.maxFeePerGas - balance;
  if (missingWei > 0n) return { state: 'no-money', address, missingWei };
  for (const [key, old] of flights) if (old.nonce < mined && old.followers === 0) flights.delete(key);
  const nonce = Math.max(mined, ...[...flights.values()].map((flight) => flight.nonce + 1));
  const flight: Flight = { call, nonce, gas, hashes: [], raw: '0x', fees, sentAtMs: 0, followers: 0 };
  const sent = await offer(pool, config, flight);
  if (sent === 'nonce-used') return { state: 'overtaken' };
  if (typeof sent === 'object') return { state: 'refused', why: sent.refused };
  flights.set(call.key, flight);
  return flight;
}

async function follow(
  pool: RpcPool,
  config: RelayerConfig,
  flights: ReadonlyMap<string, Flight>,
  flight: Flight,
): Promise<Relayed> {
  const giveUpAtMs = Date.now() + config.waitMs;
  for (;;) {
    // The count first: a transaction mined between the two reads is then found by its receipt.
    const mined = await pool.first('eth_getTransactionCount', (c) =>
      c.getTransactionCount({ address: config.relayer.address }),
    );
    const receipt = await receiptOf(pool, flight.hashes);
    if (receipt !== null && (await isConfirmed(pool, config.confirmations, receipt)))
      return { state: 'mined', receipt };
    if (receipt === null && mined > flight.nonce) return { state: 'overtaken' };
    if (receipt === null && Date.now() - flight.sentAtMs >= config.fees.bumpAfterMs) {
      await replace(pool, config, flights, flight);
    }
    if (Date.now() >= giveUpAtMs) {
      return { state: 'waiting', hash: flight.hashes.at(-1) ?? '0x', nonce: flight.nonce };
    }
    await new Promise((done) => setTimeout(done, config.pollMs));
  }
}

/** A transaction of ours that is stuck at a lower nonce holds this one back, so it is told to the nodes again. */
async function replace(
  pool: RpcPool,
  config: RelayerConfig,
  flights: ReadonlyMap<string, Flight>,
  flight: Flight,
): Promise<void> {
  for (const other of flights.values()) if (other.nonce < flight.nonce) await broadcast(pool, other.raw);
  const present = await presentFees(pool);
  const raised = raise(config, flight.fees);
  flight.fees = capped(config, {
    maxFeePerGas: larger(raised.maxFeePerGas, present.maxFeePerGas),
    maxPriorityFeePerGas: larger(raised.maxPriorityFeePerGas, present.maxPriorityFeePerGas),
  });
  await offer(pool, config, flight);
}

/** Signs at the flight's nonce and fees and tells all nodes; raises the fees while a node finds them too low. */
async function offer(pool: RpcPool, config: RelayerConfig, flight: Flight): Promise<Broadcast> {
  for (let tries = 0; ; tries += 1) {
    flight.raw = await config.relayer.signTransaction({
      type: 'eip1559',
      chainId: config.chainId,
      nonce: flight.nonce,
      to: flight.call.to,
      data: flight.call.data,
      value: 0n,
      gas: flight.gas,
      ...flight.fees,
    });
    const hash = keccak256(flight.raw);
    if (!flight.hashes.includes(hash)) flight.hashes.push(hash);
    flight.sentAtMs = Date.now();
    const result = await broadcast(pool, flight.raw);
    const next = capped(config, raise(config, flight.fees));
    const atMost = next.maxFeePerGas === flight.fees.maxFeePerGas;
    if (result !== 'underpriced') return result;
    if (atMost || tries >= UNDERPRICED_TRIES)
      return { refused: `a stuck transaction at nonce ${flight.nonce} offers more than maxFeePerGasWei` };
    flight.fees = next;
  }
}

/** All nodes are told: one that keeps a transaction to itself does not keep it from being mined. */
async function broadcast(pool: RpcPool, serializedTransaction: Hex): Promise<Broadcast> {
  const answers = await pool.each((client) => client.sendRawTransaction({ serializedTransaction }));
  const words = answers.map((one) => (one.answered ? 'already known' : one.why));
  if (words.some((why) => /already known|already imported|known transaction/i.test(why))) return 'taken';
  if (words.some((why) => /nonce too low|nonce is too low|lower than the current nonce/i.test(why)))
    return 'nonce-used';
  if (words.some((why) => /underpriced/i.test(why))) return 'underpriced';
  return { refused: `no RPC node took the transaction (${words.join('; ')})` };
}

async function receiptOf(pool: RpcPool, hashes: readonly Hex[]): Promise<TransactionReceipt | null> {
  for (const hash of hashes.toReversed()) {
    const found = await pool.first('eth_getTransactionReceipt', (client) =>
      client.getTransactionReceipt({ hash }).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'TransactionReceiptNotFoundError') return null;
        throw error;
      }),
    );
    if (found !== null) return found;
  }
  return null;
}

/** Deep enough, and still the block of its height: a receipt may be of a block that a reorganisation took back. */
async function isConfirmed(
  pool: RpcPool,
  confirmations: number,
  receipt: TransactionReceipt,
): Promise<boolean> {
  const { blockNumber, blockHash } = receipt;
  return pool.first('eth_getBlockByNumber', async (client) => {
    const head = await client.getBlockNumber();
    if (head - blockNumber + 1n < BigInt(confirmations)) return false;
    return (await client.getBlock({ blockNumber })).hash === blockHash;
  });
}

async function presentFees(pool: RpcPool): Promise<Fees> {
  return pool.first('the fees of the present', async (client) => {
    const { baseFeePerGas } = await client.getBlock();
    const maxPriorityFeePerGas = await client.estimateMaxPriorityFeePerGas();
    // Twice the base fee outlasts six full blocks in a row (EIP-1559 raises it by at most an eighth each).
    return { maxFeePerGas: 2n * (baseFeePerGas ?? 0n) + maxPriorityFeePerGas, maxPriorityFeePerGas };
  });
}

function raise({ fees: policy }: RelayerConfig, fees: Fees): Fees {
  const more = (fee: bigint): bigint => fee + (fee * BigInt(policy.bumpPercent)) / 100n + 1n;
  return {
    maxFeePerGas: more(fees.maxFeePerGas),
    maxPriorityFeePerGas: more(fees.maxPriorityFeePerGas),
  };
}

function capped({ fees: { maxFeePerGasWei: most } }: RelayerConfig, fees: Fees): Fees {
  const least = (fee: bigint): bigint => (fee < most ? fee : most);
  return { maxFeePerGas: least(fees.maxFeePerGas), maxPriorityFeePerGas: least(fees.maxPriorityFeePerGas) };
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** What a person is told where no transaction came through. */
export function relayProblem(relayed: Exclude<Relayed, { state: 'mined' | 'waiting' }>): string {
  if (relayed.state === 'overtaken')
    return 'another process sent a transaction with the same relayer key meanwhile; it is tried again';
  if (relayed.state === 'refused') return relayed.why;
  return `relayer ${relayed.address} lacks ${relayed.missingWei} wei for gas: send it some`;
}
