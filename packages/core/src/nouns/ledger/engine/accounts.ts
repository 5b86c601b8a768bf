/**
 * The chart of accounts as one typed array, a cache line (64 bytes) per account: sums of debits and credits in 128 bits,
 * who owns it, which asset, the credit line. Names of accounts, parties and groups are numbered in order of appearance.
 */
import { assert } from '../../../kernel/assert.ts';
import { OWNERS, type Owner } from '../facts/words.ts';
import { readU128, writeU128 } from './columns.ts';

export type AccountDef = {
  readonly account: string;
  readonly owner: Owner;
  /** Whose accounts belong together: a customer, a company. */
  readonly party: string;
  /** Related companies, e.g. everything under one beneficial owner; null for none. */
  readonly group: string | null;
  readonly asset: string;
};

/** 32-bit lanes of an account. */
export const LANES = 16;
export const DEBITS = 0;
export const CREDITS = 4;
export const LIMIT = 8;
/** Bits 0-2 owner, 3 has a credit line, 4 is below zero at present, 16-31 asset. */
export const TRAITS = 12;
export const PARTY = 13;
export const GROUP = 14;
/** The newest posting of the account, counted from 1: drilling down begins here. */
export const NEWEST = 15;
export const OWNER_MASK = 7;
export const HAS_LINE = 8;

export const ACCOUNTS_MAX = 50_000_000;
const FIRST_CAPACITY = 1_024;

export type AccountTable = {
  lanes: Uint32Array;
  count: number;
  readonly handles: Map<string, number>;
  readonly names: string[];
  readonly parties: Names;
  readonly groups: Names;
  readonly assets: Names;
  /** Credit lines end: milliseconds since 1970 by handle. */
  readonly lineUntil: Map<number, number>;
};

/** Texts and their numbers. */
export type Names = { readonly handles: Map<string, number>; readonly texts: string[] };
export const createNames = (): Names => ({ handles: new Map(), texts: [] });

export function nameHandle(names: Names, text: string): number {
  const known = names.handles.get(text);
  if (known !== undefined) return known;
  names.handles.set(text, names.texts.length);
  return names.texts.push(text) - 1;
}

export function createAccounts(): AccountTable {
  return {
    lanes: new Uint32Array(FIRST_CAPACITY * LANES),
    count: 0,
    handles: new Map(),
    names: [],
    parties: createNames(),
    groups: createNames(),
    assets: createNames(),
    lineUntil: new Map(),
  };
}

/** Opens an account, or says that it is known as such, or known as something else. */
export function openAccount(table: AccountTable, def: AccountDef): 'opened' | 'known' | 'changed' {
  const known = table.handles.get(def.account);
  if (known !== undefined) return isSame(accountOf(table, known), def) ? 'known' : 'changed';
  assert(table.count < ACCOUNTS_MAX, `a book has at most ${ACCOUNTS_MAX} accounts`);
  if ((table.count + 1) * LANES > table.lanes.length) {
    const grown = new Uint32Array(table.lanes.length * 2);
    grown.set(table.lanes);
    table.lanes = grown;
  }
  const handle = table.count;
  const at = handle * LANES;
  const asset = nameHandle(table.assets, def.asset);
  table.lanes[at + TRAITS] = OWNERS.indexOf(def.owner) | (asset << 16);
  table.lanes[at + PARTY] = nameHandle(table.parties, def.party);
  table.lanes[at + GROUP] = def.group === null ? 0 : nameHandle(table.groups, def.group) + 1;
  table.handles.set(def.account, handle);
  table.names.push(def.account);
  table.count += 1;
  return 'opened';
}

const isSame = (a: AccountDef, b: AccountDef): boolean =>
  a.owner === b.owner && a.party === b.party && a.group === b.group && a.asset === b.asset;

export function accountOf(table: AccountTable, handle: number): AccountDef {
  const { lanes, names, parties, groups, assets } = table;
  const at = handle * LANES;
  const traits = lanes[at + TRAITS] as number;
  const group = lanes[at + GROUP] as number;
  return {
    account: names[handle] as string,
    owner: ownerOf(traits),
    party: parties.texts[lanes[at + PARTY] as number] as string,
    group: group === 0 ? null : (groups.texts[group - 1] as string),
    asset: assets.texts[traits >>> 16] as string,
  };
}

export const ownerOf = (traits: number): Owner => OWNERS[traits & OWNER_MASK] as Owner;

/** Credits minus debits, in minor units: positive is owed to the owner. */
export function balanceOf({ lanes }: AccountTable, handle: number): bigint {
  const at = handle * LANES;
  return readU128(lanes, (at + CREDITS) / 4) - readU128(lanes, (at + DEBITS) / 4);
}

/** Sums of all debits and of all credits, in minor units. */
export function turnoverOf({ lanes }: AccountTable, handle: number): { debits: bigint; credits: bigint } {
  const at = handle * LANES;
  return { debits: readU128(lanes, (at + DEBITS) / 4), credits: readU128(lanes, (at + CREDITS) / 4) };
}

export function limitOf({ lanes }: AccountTable, handle: number): bigint {
  return readU128(lanes, (handle * LANES + LIMIT) / 4);
}

/** Gives the account a credit line of `limit` minor units until `until` (ms); a limit of 0 takes it away. */
export function setLine(table: AccountTable, handle: number, limit: bigint, until: number): void {
  const at = handle * LANES;
  const traits = table.lanes[at + TRAITS] as number;
  writeU128(table.lanes, (at + LIMIT) / 4, limit);
  table.lanes[at + TRAITS] = limit > 0n ? traits | HAS_LINE : traits & ~HAS_LINE;
  if (limit > 0n) table.lineUntil.set(handle, until);
  else table.lineUntil.delete(handle);
}

/** Adds four lanes; true when the sum passed 2^128 (the lanes then hold the remainder). */
export function addLanes(target: Uint32Array, to: number, source: Uint32Array, from: number): boolean {
  let carry = 0;
  for (let lane = 0; lane < 4; lane += 1) {
    const sum = (target[to + lane] as number) + (source[from + lane] as number) + carry;
    target[to + lane] = sum;
    carry = sum > 0xffffffff ? 1 : 0;
  }
  return carry === 1;
}

/** Takes four lanes away again; only for what was added. */
export function subtractLanes(target: Uint32Array, to: number, source: Uint32Array, from: number): void {
  let borrow = 0;
  for (let lane = 0; lane < 4; lane += 1) {
    const difference = (target[to + lane] as number) - (source[from + lane] as number) - borrow;
    target[to + lane] = difference;
    borrow = difference < 0 ? 1 : 0;
  }
}

/** Whether debits exceed credits. */
export function isBelowZero(lanes: Uint32Array, at: number): boolean {
  for (let lane = 3; lane >= 0; lane -= 1) {
    const debits = lanes[at + DEBITS + lane] as number;
    const credits = lanes[at + CREDITS + lane] as number;
    if (debits !== credits) return debits > credits;
  }
  return false;
}
