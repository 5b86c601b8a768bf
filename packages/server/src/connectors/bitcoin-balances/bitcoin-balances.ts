/**
 * Balances of Bitcoin addresses from at least two independent readers (Bitcoin Core over RPC, Esplora over HTTP) at the
 * same block. A reader that moved on meanwhile is asked again; readers that disagree are a dispute, never a guess.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { parseAmount } from '@sonae/core/kernel/money.ts';
import { createBoundedFetch } from '../ccxt-venue/bounded-fetch.ts';
import type { Asked } from '../evm/rpc-pool.ts';
import { answered, type BlockName, type Dispute, NODES_MIN, outliers } from '../evm-balances/evm-balances.ts';

export const BITCOIN_ADDRESSES_MAX = 1_000;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** Blocks come every ten minutes; a reader that moved three times within one reading is out of order. */
const TRIES_MAX = 3;
const REQUESTS_AT_ONCE = 10;

export type BitcoinReader = {
  readonly host: string;
  tip(): Promise<BlockName>;
  hashAt(height: number): Promise<string>;
  /** Satoshi per address, in order, of confirmed outputs. */
  balances(addresses: readonly string[]): Promise<bigint[]>;
};
export type BitcoinNode =
  | {
      readonly kind: 'core';
      readonly url: string;
      readonly user: string;
      readonly password: string;
      readonly by: 'scantxoutset' | 'listunspent';
    }
  | { readonly kind: 'esplora'; readonly url: string };

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

function openReaders(nodes: readonly BitcoinNode[], timeoutMs: number): BitcoinReader[] {
  if (new Set(nodes.map(({ url }) => url)).size < NODES_MIN)
    throw new FaultError(
      'input.invalid',
      `nodes: ${NODES_MIN} different ones are needed`,
      'name another operator’s node',
    );
  return nodes.map((node) =>
    node.kind === 'core' ? coreReader(node, timeoutMs) : esploraReader(node.url, timeoutMs),
  );
}

function each<T>(
  readers: readonly BitcoinReader[],
  ask: (reader: BitcoinReader) => Promise<T>,
): Promise<Asked<T>[]> {
  return Promise.all(
    readers.map(async (reader): Promise<Asked<T>> => {
      try {
        return { host: reader.host, answered: true, value: await ask(reader) };
      } catch (error) {
        // Messages of fetch may quote the address with its key; those written here do not.
        const why =
          error instanceof TypeError && error.message.length < 120 ? error.message : 'no usable answer';
        return { host: reader.host, answered: false, why: why.replaceAll(/https?:\/\/\S+/g, '(address)') };
      }
    }),
  );
}

/** Bitcoin Core writes amounts as decimal numbers of coins; their text is read, never their floating point. */
function satoshi(value: unknown): bigint {
  const amount = typeof value === 'string' ? parseAmount(value, 8) : 'not-a-number';
  if (typeof amount !== 'bigint') throw new TypeError(`an amount is ${amount}`);
  return amount;
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const numbersAsTexts: Reviver = (key, value, { source }) =>
  typeof value === 'number' && (key === 'amount' || key === 'total_amount') ? source : value;

type Unspent = { readonly desc?: string; readonly address?: string; readonly amount: unknown };

function coreReader(node: BitcoinNode & { kind: 'core' }, timeoutMs: number): BitcoinReader {
  const { fetch } = createBoundedFetch(new AbortController().signal, timeoutMs, ANSWER_BYTES_MAX);
  const call = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const credentials = Buffer.from(`${node.user}:${node.password}`).toString('base64');
    const response = await fetch(node.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${credentials}` },
      body: JSON.stringify({ jsonrpc: '1.0', id: 'sonae', method, params }),
    });
    const parse = JSON.parse as (text: string, reviver: Reviver) => { result?: unknown; error?: unknown };
    const answer = parse(await response.text(), numbersAsTexts);
    if (answer.error || answer.result === undefined) throw new TypeError(`${method} was refused`);
    return answer.result;
  };
  const hashAt = async (height: number): Promise<string> => hashText(await call('getblockhash', [height]));
  return {
    host: new URL(node.url).host,
    hashAt,
    tip: async () => {
      const height = Number(await call('getblockcount', []));
      return { height, hash: await hashAt(height) };
    },
    balances: async (addresses) => {
      const isScan = node.by === 'scantxoutset';
      const result = isScan
        ? await call('scantxoutset', ['start', addresses.map((address) => `addr(${address})`)])
        : await call('listunspent', [1, 9_999_999, addresses, true]);
      const { success, unspents } = (isScan ? result : { success: true, unspents: result }) as {
        success: boolean;
        unspents: readonly Unspent[];
      };
      if (!success || !Array.isArray(unspents)) throw new TypeError('the scan did not finish');
      const sums = new Map<string, bigint>();
      for (const { desc, address, amount } of unspents) {
        const owner = address ?? /^addr\(([^)]+)\)/.exec(desc ?? '')?.[1] ?? '';
        sums.set(owner, (sums.get(owner) ?? 0n) + satoshi(amount));
      }
      return addresses.map((address) => sums.get(address) ?? 0n);
    },
  };
}

function hashText(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value.trim())) return value.trim();
  throw new TypeError('a block hash is none');
}

function esploraReader(base: string, timeoutMs: number): BitcoinReader {
  const { fetch } = createBoundedFetch(new AbortController().signal, timeoutMs, ANSWER_BYTES_MAX);
  const get = async (path: string): Promise<string> => {
    const response = await fetch(`${base.replace(/\/$/, '')}${path}`);
    if (!response.ok) throw new TypeError(`it answered ${response.status}`);
    return response.text();
  };
  const balance = async (address: string): Promise<bigint> => {
    const { chain_stats: stats } = JSON.parse(await get(`/address/${address}`)) as {
      chain_stats?: { funded_txo_sum: number; spent_txo_sum: number };
    };
    if (!Number.isSafeInteger(stats?.funded_txo_sum) || !Number.isSafeInteger(stats?.spent_txo_sum))
      throw new TypeError('an address has no whole sums');
    return BigInt(stats?.funded_txo_sum ?? 0) - BigInt(stats?.spent_txo_sum ?? 0);
  };
  const hashAt = async (height: number): Promise<string> => hashText(await get(`/block-height/${height}`));
  return {
    host: new URL(base).host,
    hashAt,
    tip: async () => {
      const height = Number(await get('/blocks/tip/height'));
      if (!Number.isSafeInteger(height)) throw new TypeError('the height is no number');
      return { height, hash: await hashAt(height) };
    },
    balances: async (addresses) => {
      const amounts: bigint[] = [];
      for (let n = 0; n < addresses.length; n += REQUESTS_AT_ONCE)
        amounts.push(...(await Promise.all(addresses.slice(n, n + REQUESTS_AT_ONCE).map(balance))));
      return amounts;
    },
  };
}
