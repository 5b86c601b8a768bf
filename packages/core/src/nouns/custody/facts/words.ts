/** Words of custody: ids, addresses, amounts, duties of people. One spelling of an address everywhere. */
import { z } from 'zod';

export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'up to 40 of a-z 0-9 -');
/** Whole minor units of an asset. */
export const amountText = z
  .string()
  .regex(/^\d{1,39}$/, { error: 'a whole number of minor units, without sign', abort: true });
/** Whole units of `VALUE_CURRENCY`. */
export const valueText = z
  .string()
  .regex(/^\d{1,30}$/, { error: 'a whole number of yen, without sign', abort: true });
export const digestText = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');
export const hexText = z.string().regex(/^0x([0-9a-f]{2})*$/, '0x and pairs of lower-case hex digits');
export const evmAddress = z.string().regex(/^0x[0-9a-f]{40}$/, '0x and 40 lower-case hex digits');
export const isoTime = z.iso.datetime();
export const reasonText = z.string().trim().min(1).max(1_000);
export const principalId = z.string().min(1).max(100);
export const bilingual = z
  .object({ en: z.string().min(1).max(300), ja: z.string().min(1).max(300) })
  .strict();

/** Legal limits of custody are stated in yen (暗号資産交換業者に関する内閣府令27条2項). */
export const VALUE_CURRENCY = 'JPY';
export const ADDRESS_LENGTH_MAX = 100;
/** Any case; what is stored and looked up has passed `normalAddress`. */
export const addressText = z
  .string()
  .min(1)
  .max(ADDRESS_LENGTH_MAX)
  .regex(/^[\x21-\x7e]+$/, 'printable, without spaces');

/**
 * The one spelling under which an address is looked up: hex and bech32 addresses have no case, base58 ones do. Whether
 * it is a possible address at all is the concern of engine/address.ts.
 */
export function normalAddress(address: string): string {
  return /^(0x[0-9a-f]{40}|(bc|tb|bcrt)1[0-9a-z]+)$/i.test(address) ? address.toLowerCase() : address;
}

/** Key of an address on a chain, as views and sums know it. */
export const addressKey = (chain: string, address: string): string => `${chain} ${normalAddress(address)}`;

/** What people do in custody. Who moves (受払担当) never reconciles (照合担当): 事務ガイドライン第三分冊16 II-2-2-4-2. */
const DUTIES = ['inventory', 'policy', 'request', 'approve', 'call-back', 'reconcile'] as const;
export type Duty = (typeof DUTIES)[number];

export const WALLET_KINDS = ['evm', 'bitcoin', 'custodian', 'bank'] as const;
export const WALLET_OWNERS = ['customer', 'house', 'affiliate'] as const;
/** `guarantee`: 履行保証暗号資産 (法63条の11の2). */
export const WALLET_PURPOSES = ['customer-coin', 'guarantee', 'own-funds', 'fees', 'treasury'] as const;
/** The ledger's book whose customers' balances wallets are held against. */
export const CUSTOMER_BOOK = 'main';
