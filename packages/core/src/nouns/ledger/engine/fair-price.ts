/**
 * Whether a trade with the firm or an affiliate gave the customer what it took, at the values of that time. A trade that
 * brings back one satoshi for a house has a counter leg, and is a theft all the same.
 */
import { LANES, OWNER_MASK, PARTY, TRAITS } from './accounts.ts';
import type { Book } from './book.ts';
import type { Columns } from './columns.ts';
import { MUTUAL_BITS } from './flows.ts';

const CUSTOMER = 0;
const EXTERNAL = 5;

/** What assets are worth in one currency, and how far a trade may be from it. */
export type PriceBand = {
  readonly currency: string;
  /** Basis points of the larger side. */
  readonly bps: number;
  /** A value counts for trades that are no further from it in time. */
  readonly withinMs: number;
  /** By asset: of one minor unit, and as of when (ms). The currency is among them, worth itself at any time. */
  readonly worth: ReadonlyMap<string, { readonly perUnit: number; readonly at: number }>;
};
/** Exposure in minor units of the leg's asset. */
export type PriceFinding = {
  readonly rule: 'unfair-price' | 'unpriced-trade';
  readonly exposure: bigint;
  readonly detail: string;
};

/**
 * Judges what the customer whom leg `n` debits, in an entry of which the firm is part, gave and got in the entry `from` to `to - 1`, fees aside. Null when it is
 * within the band, or when an earlier leg was judged for the same customer.
 */
export function judgePrice(
  book: Book,
  columns: Columns,
  band: PriceBand,
  from: number,
  to: number,
  n: number,
): PriceFinding | null {
  const party = book.accounts.lanes[(columns.debit[n] as number) * LANES + PARTY] as number;
  for (let m = from; m < n; m += 1) if (isGivenBy(book, columns, m, party)) return null;
  const { texts } = book.accounts.assets;
  let given = 0;
  let got = 0;
  for (let m = from; m < to; m += 1) {
    const asset = columns.asset[m] as number;
    if (isSeenBefore(columns, from, m, asset)) continue;
    // Within an asset it is netted: what goes round in circles makes no trade larger, and so none fairer.
    const net = netOf(book, columns, from, to, party, asset);
    if (net === 0) continue;
    const name = texts[asset] as string;
    const worth = worthAt(band, name, columns.at[n] as number);
    if (worth === null) {
      const detail = `${name} has no value within ${band.withinMs / 60_000} minutes of it`;
      return { rule: 'unpriced-trade', exposure: 0n, detail };
    }
    if (net < 0) given -= net * worth;
    else got += net * worth;
  }
  const apart = Math.abs(given - got);
  if (apart <= (Math.max(given, got) * band.bps) / 10_000) return null;
  const own = worthAt(band, texts[columns.asset[n] as number] as string, columns.at[n] as number);
  const { currency, bps } = band;
  const detail = `gave ${Math.round(given)} ${currency}, got ${Math.round(got)} ${currency}; the band is ${bps} bps`;
  return { rule: 'unfair-price', exposure: own === null ? 0n : BigInt(Math.round(apart / own)), detail };
}

function worthAt({ currency, worth, withinMs }: PriceBand, asset: string, at: number): number | null {
  const known = worth.get(asset);
  if (known === undefined) return null;
  return asset === currency || Math.abs(known.at - at) <= withinMs ? known.perUnit : null;
}

/** Whether the leg is one for which `judgeLeg` asks about a counter leg of this party. */
function isGivenBy({ accounts }: Book, columns: Columns, m: number, party: number): boolean {
  const debit = (columns.debit[m] as number) * LANES;
  const giver = (accounts.lanes[debit + TRAITS] as number) & OWNER_MASK;
  return isTrade(columns, m) && giver === CUSTOMER && accounts.lanes[debit + PARTY] === party;
}

const isTrade = (columns: Columns, m: number): boolean =>
  ((1 << (columns.purpose[m] as number)) & MUTUAL_BITS) !== 0;

function isSeenBefore({ asset: assets }: Columns, from: number, m: number, asset: number): boolean {
  for (let k = from; k < m; k += 1) if (assets[k] === asset) return true;
  return false;
}

/** What the party got of an asset by the trade legs of the entry, less what it gave: minor units, as a double. */
function netOf(
  { accounts }: Book,
  columns: Columns,
  from: number,
  to: number,
  party: number,
  asset: number,
): number {
  const { lanes } = accounts;
  let net = 0;
  for (let m = from; m < to; m += 1) {
    if (columns.asset[m] !== asset || !isTrade(columns, m)) continue;
    const debit = (columns.debit[m] as number) * LANES;
    const credit = (columns.credit[m] as number) * LANES;
    const isFromOutside = ((lanes[debit + TRAITS] as number) & OWNER_MASK) === EXTERNAL;
    const isGiven = lanes[debit + PARTY] === party;
    const isGot = lanes[credit + PARTY] === party && !isFromOutside;
    if (isGiven === isGot) continue;
    net += isGot ? amountOf(columns, m) : -amountOf(columns, m);
  }
  return net;
}

const LANE = 2 ** 32;

function amountOf({ amount }: Columns, m: number): number {
  const at = m * 4;
  const high = (amount[at + 3] as number) * LANE + (amount[at + 2] as number);
  return (high * LANE + (amount[at + 1] as number)) * LANE + (amount[at] as number);
}
