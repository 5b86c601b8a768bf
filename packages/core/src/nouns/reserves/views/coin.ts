/** What is known of each coin the firm issues, and of addresses whose control was asked for. */
import type { ControlScheme } from '@sonae/proof/reserves-control';
import { compareTimes } from '../../../kernel/time.ts';
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type ToldRow, withReport } from '../engine/supply.ts';
import {
  type Backing,
  backingRecorded,
  type CONTROL_CHAINS,
  controlChallenged,
  controlProved,
  doubleClaimDetected,
  redemptionsRecorded,
  type SeenOnChain,
  supplyRecorded,
} from '../facts/coin.ts';

export type CoinState = {
  readonly asset: string;
  readonly supply: {
    readonly asOf: string;
    /** Of every chain that was ever told, as it was last told. */
    readonly chains: readonly ToldRow[];
  } | null;
  readonly backing: { readonly asOf: string; readonly items: readonly Backing[] } | null;
  readonly redemptions: {
    readonly asOf: string;
    readonly queue: { readonly count: number; readonly amount: string; readonly oldestAt: string | null };
    /** Since when redemptions are seen to wait, whatever is said of the oldest; null: none waits. */
    readonly queuedSince: string | null;
    readonly period: { readonly from: string; readonly requested: string; readonly paid: string };
  } | null;
};
export type Coins = { readonly coins: readonly CoinState[] };
const COINS_KEPT = 50;

/** One key, `all`. */
export const coins = defineView<Coins>({
  name: 'reserves.coins',
  version: 5,
  folds: [supplyRecorded.name, backingRecorded.name, redemptionsRecorded.name],
  initial: () => ({ coins: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const { asset } = fact.body as { asset: string };
    const known = state.coins.find((one) => one.asset === asset);
    const next = changed(known ?? { asset, supply: null, backing: null, redemptions: null }, fact);
    return { coins: [...state.coins.filter((one) => one.asset !== asset), next].slice(-COINS_KEPT) };
  },
});

function changed(coin: CoinState, fact: Fact): CoinState {
  if (isFact(supplyRecorded, fact)) {
    const { asOf, chains } = fact.body;
    return compareTimes(coin.supply?.asOf ?? '', asOf) > 0
      ? coin
      : { ...coin, supply: withReport(coin.supply, asOf, chains) };
  }
  if (isFact(backingRecorded, fact)) {
    const { asOf, backing } = fact.body;
    return compareTimes(coin.backing?.asOf ?? '', asOf) > 0
      ? coin
      : { ...coin, backing: { asOf, items: backing } };
  }
  if (isFact(redemptionsRecorded, fact)) {
    const { asOf, queue, period } = fact.body;
    if (compareTimes(coin.redemptions?.asOf ?? '', asOf) > 0) return coin;
    const queuedSince = queue.count === 0 ? null : (coin.redemptions?.queuedSince ?? asOf);
    return { ...coin, redemptions: { asOf, queue, queuedSince, period } };
  }
  return coin;
}

export type Proving = {
  readonly id: string;
  readonly source: string;
  readonly chain: (typeof CONTROL_CHAINS)[number];
  readonly address: string;
  readonly epoch: string;
  readonly blockHash: string;
  readonly text: string;
  readonly provedAt: string | null;
  /** By what: a signature that anybody can check, or, where `seen` is not null, the chain's word at a block. */
  readonly proof: { readonly scheme: ControlScheme; readonly seen: SeenOnChain | null } | null;
  /** Another firm whose statement claims it, if any. */
  readonly claimedBy: string | null;
};
/** The newest challenge per address. */
export type Addresses = { readonly addresses: readonly Proving[] };
export const ADDRESSES_KEPT = 2_000;

/** One key, `all`. */
export const addresses = defineView<Addresses>({
  name: 'reserves.addresses',
  version: 2,
  folds: [controlChallenged.name, controlProved.name, doubleClaimDetected.name],
  initial: () => ({ addresses: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(controlChallenged, fact)) {
      const { id, source, chain, address, epoch, blockHash, text } = fact.body;
      const others = state.addresses.filter((one) => one.address !== address);
      const claimedBy = state.addresses.find((one) => one.address === address)?.claimedBy ?? null;
      return {
        addresses: [
          ...others,
          { id, source, chain, address, epoch, blockHash, text, provedAt: null, proof: null, claimedBy },
        ].slice(-ADDRESSES_KEPT),
      };
    }
    const change = (is: (one: Proving) => boolean, to: Partial<Proving>): Addresses => ({
      addresses: state.addresses.map((one) => (is(one) ? { ...one, ...to } : one)),
    });
    if (isFact(controlProved, fact))
      return change(({ id }) => id === fact.body.id, {
        provedAt: fact.occurredAt,
        proof: { scheme: fact.body.scheme, seen: fact.body.seen },
      });
    if (!isFact(doubleClaimDetected, fact)) return state;
    return change(({ address }) => address === fact.body.address, { claimedBy: fact.body.exchange });
  },
});
