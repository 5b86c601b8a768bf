/** What a reader of Bitcoin answers, whoever it is; texts that are read are checked here. */
import type { BlockName } from '../evm-balances/evm-balances.ts';

/** A whole block with what it spends is about ten megabytes of text. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** A confirmed transaction as far as it concerns us. */
export type BitcoinTransaction = {
  readonly id: string;
  readonly height: number;
  /** Unix milliseconds of the block. */
  readonly atMs: number;
  /** Addresses whose coin it spends, in order. */
  readonly spends: readonly string[];
  /** `to` is the script in hex where it has no address. */
  readonly outputs: readonly { readonly index: number; readonly to: string; readonly amount: bigint }[];
};

export type BitcoinReader = {
  readonly host: string;
  tip(): Promise<BlockName>;
  hashAt(height: number): Promise<string>;
  /** Satoshi per address, in order, of confirmed outputs. */
  balances(addresses: readonly string[]): Promise<bigint[]>;
  /** Transactions of blocks `from` to `to` that spend coin of the addresses, in any order. */
  spendings(addresses: readonly string[], from: number, to: number): Promise<BitcoinTransaction[]>;
};

/** 64 hex digits, of a block or a transaction. Throws TypeError for anything else. */
export function hashText(value: unknown): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value.trim())) return value.trim();
  throw new TypeError('a hash is none');
}

/** A script without address stands for itself, as long as it can be told. */
export const scriptText = (hex: string | undefined): string => `script-${(hex ?? '').slice(0, 80)}`;
