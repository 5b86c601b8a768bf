/** Bitcoin Core over JSON-RPC. */
import { parseAmount } from '@sonae/core/kernel/money.ts';
import { createBoundedFetch } from '../ccxt-venue/bounded-fetch.ts';
import {
  ANSWER_BYTES_MAX,
  type BitcoinReader,
  type BitcoinTransaction,
  hashText,
  scriptText,
} from './bitcoin-reader.ts';

export type CoreNode = {
  readonly kind: 'core';
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly by: 'scantxoutset' | 'listunspent';
};

/** Bitcoin Core writes amounts as decimal numbers of coins; their text is read, never their floating point. */
function satoshi(value: unknown): bigint {
  const amount = typeof value === 'string' ? parseAmount(value, 8) : 'not-a-number';
  if (typeof amount !== 'bigint') throw new TypeError(`an amount is ${amount}`);
  return amount;
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const numbersAsTexts: Reviver = (key, value, { source }) =>
  typeof value === 'number' && (key === 'amount' || key === 'total_amount' || key === 'value')
    ? source
    : value;

type Unspent = { readonly desc?: string; readonly address?: string; readonly amount: unknown };

export function coreReader(node: CoreNode, timeoutMs: number): BitcoinReader {
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
    spendings: async (addresses, from, to) => {
      const ours = new Set(addresses);
      const found: BitcoinTransaction[] = [];
      for (let height = from; height <= to; height += 1) {
        // Verbosity 3 tells what each input spends: Bitcoin Core 23 or later.
        const block = (await call('getblock', [await hashAt(height), 3])) as CoreBlock;
        for (const { txid, vin, vout } of block.tx) {
          const spends = vin.map(({ prevout }) => addressOf(prevout?.scriptPubKey));
          if (!spends.some((address) => ours.has(address))) continue;
          const outputs = vout.map(({ n, value, scriptPubKey }) => ({
            ...{ index: n, to: addressOf(scriptPubKey), amount: satoshi(value) },
          }));
          found.push({ id: hashText(txid), height, atMs: block.time * 1000, spends, outputs });
        }
      }
      return found;
    },
  };
}

type CoreScript = { readonly address?: string; readonly hex?: string };
type CoreBlock = {
  readonly time: number;
  readonly tx: readonly {
    readonly txid: string;
    readonly vin: readonly { readonly prevout?: { readonly scriptPubKey: CoreScript } }[];
    readonly vout: readonly {
      readonly n: number;
      readonly value: unknown;
      readonly scriptPubKey: CoreScript;
    }[];
  }[];
};
const addressOf = (script: CoreScript | undefined): string => script?.address ?? scriptText(script?.hex);
