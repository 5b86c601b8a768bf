/** A book in memory: accounts, known transfers, what is declared and approved, and how far it is sealed. */
import type { LedgerRule } from '../facts/rules.ts';
import { type AccountTable, createAccounts } from './accounts.ts';
import { blockFor, PLACE_BITS, PLACE_MASK } from './blocks.ts';
import type { PriceBand } from './fair-price.ts';
import { compileFlows, DEFAULT_FLOWS } from './flows.ts';
import { createIds, type IdTable } from './ids.ts';

/** An authorised correction: between two accounts, up to an amount, until a time. */
export type Correction = {
  readonly debit: string;
  readonly credit: string;
  /** Minor units that are left of it. */
  left: bigint;
  readonly until: number;
};

export type Book = {
  readonly accounts: AccountTable;
  readonly ids: IdTable;
  /** By ordinal, in blocks: the posting before, counted from 1, of the debit and of the credit account. */
  readonly links: Uint32Array[];
  flows: Uint32Array;
  /** The firm's own ceiling of a fee, in basis points of what else moves in the entry; null for none. */
  feeCeilingBps: number | null;
  /** How far trades with the firm may be from what is known of values; null: they are not held against any. */
  prices: PriceBand | null;
  readonly corrections: Correction[];
  /** Postings dated before this (ms) are back-dated. */
  sealedUntil: number;
  /** The number that the firm's journal goes on with. */
  nextSeq: number;
  /** Numbers below `nextSeq` whose posting was turned away: the corrected one may still take them. */
  readonly openSeqs: Set<number>;
  /** The newest time of a posting, ms. */
  newestAt: number;
  /** Highest number and time are only known from the first posting on. */
  isEmpty: boolean;
};

const LINK = 2;

/** The posting of the debit or of the credit account of `ordinal` before it, counted from 1; 0 for none. */
export function linkOf({ links }: Book, ordinal: number, leg: 'debit' | 'credit'): number {
  const block = links[ordinal >>> PLACE_BITS] as Uint32Array;
  return block[(ordinal & PLACE_MASK) * LINK + (leg === 'debit' ? 0 : 1)] as number;
}

/** Sets both links of the next ordinal. */
export function addLinks({ links }: Book, ordinal: number, debit: number, credit: number): void {
  const block = blockFor(links, ordinal, LINK);
  const at = (ordinal & PLACE_MASK) * LINK;
  block[at] = debit;
  block[at + 1] = credit;
}

export function createBook(): Book {
  return {
    accounts: createAccounts(),
    ids: createIds(),
    links: [],
    flows: compileFlows(DEFAULT_FLOWS),
    feeCeilingBps: null,
    prices: null,
    corrections: [],
    sealedUntil: 0,
    nextSeq: 0,
    openSeqs: new Set(),
    newestAt: 0,
    isEmpty: true,
  };
}

/** A broken rule, by the posting where it happened. Amounts are minor units as decimal texts. */
export type Violation = {
  readonly rule: LedgerRule;
  /** Place in the batch. */
  readonly row: number;
  /** 32 hex digits. */
  readonly id: string;
  readonly seq: number;
  readonly at: number;
  /** The account that is at fault, and the other side. */
  readonly account: string;
  readonly other: string;
  readonly asset: string;
  readonly amount: string;
  readonly purpose: string;
  /** How far the account is below zero, or how much flowed against this rule so far: in minor units. */
  readonly exposure: string;
  /** What exactly: missing numbers, the limit, the time. */
  readonly detail: string;
};
