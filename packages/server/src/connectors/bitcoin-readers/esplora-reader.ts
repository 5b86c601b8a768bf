/** Esplora over HTTP. */
import { createBoundedFetch } from '../ccxt-venue/bounded-fetch.ts';
import {
  ANSWER_BYTES_MAX,
  type BitcoinReader,
  type BitcoinTransaction,
  hashText,
  scriptText,
} from './bitcoin-reader.ts';

export type EsploraNode = { readonly kind: 'esplora'; readonly url: string };

const REQUESTS_AT_ONCE = 10;

export function esploraReader(base: string, timeoutMs: number): BitcoinReader {
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
    spendings: async (addresses, from, to) => {
      const found = new Map<string, BitcoinTransaction>();
      const look = async (address: string): Promise<void> => {
        for (const one of await confirmed(get, address, from))
          if (one.height <= to && one.spends.includes(address)) found.set(one.id, one);
      };
      for (let n = 0; n < addresses.length; n += REQUESTS_AT_ONCE)
        await Promise.all(addresses.slice(n, n + REQUESTS_AT_ONCE).map(look));
      return [...found.values()];
    },
  };
}

type EsploraOutput = {
  readonly scriptpubkey?: string;
  readonly scriptpubkey_address?: string;
  readonly value: unknown;
};
type EsploraTransaction = {
  readonly txid: string;
  readonly status: { readonly block_height?: number; readonly block_time?: number };
  readonly vin: readonly { readonly prevout?: EsploraOutput | null }[];
  readonly vout: readonly EsploraOutput[];
};
/** Pages of 25 that one address may have within the blocks that are read. */
const PAGES_MAX = 200;

/** Confirmed transactions of an address, newest first, back to height `from`. */
async function confirmed(
  get: (path: string) => Promise<string>,
  address: string,
  from: number,
): Promise<BitcoinTransaction[]> {
  const found: BitcoinTransaction[] = [];
  for (let page = 0, last = ''; page < PAGES_MAX; page += 1) {
    const path = `/address/${address}/txs/chain${last === '' ? '' : `/${last}`}`;
    const rows = JSON.parse(await get(path)) as readonly EsploraTransaction[];
    for (const row of rows) {
      const { block_height: height = -1, block_time: time = 0 } = row.status;
      if (height < from) return found;
      found.push({ id: hashText(row.txid), height, atMs: time * 1000, ...endsOf(row) });
    }
    if (rows.length === 0) return found;
    last = rows.at(-1)?.txid ?? '';
  }
  throw new TypeError('an address has too many transactions');
}

function endsOf({ vin, vout }: EsploraTransaction): Pick<BitcoinTransaction, 'spends' | 'outputs'> {
  const placeOf = (output: EsploraOutput | null | undefined): string =>
    output?.scriptpubkey_address ?? scriptText(output?.scriptpubkey);
  return {
    spends: vin.map(({ prevout }) => placeOf(prevout)),
    outputs: vout.map((output, index) => {
      // Esplora counts in satoshi.
      if (typeof output.value !== 'number' || !Number.isSafeInteger(output.value))
        throw new TypeError('an output has no whole amount');
      return { index, to: placeOf(output), amount: BigInt(output.value) };
    }),
  };
}
