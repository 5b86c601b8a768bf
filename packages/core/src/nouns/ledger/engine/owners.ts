/** Whose the accounts of a snapshot are, as the book has it, and which accounts of the book are in no snapshot. */
import { type AccountTable, accountOf, balanceOf } from './accounts.ts';
import type { Whose } from './treated.ts';

export type Missing = { readonly account: string; readonly whose: Whose };
export type Owners = {
  readonly whose: (account: string) => Whose;
  /** Accounts of the house, of affiliates and of their groups. */
  readonly missing: readonly Missing[];
  /** Customers' accounts with a balance: how many, and the first by name. */
  readonly customers: { readonly count: number; readonly first: readonly string[] };
};

const FIRST_SHOWN = 5;

/** Where there is no book, every account is taken for a customer's. */
export const NO_BOOK: Owners = {
  whose: () => 'customer',
  missing: [],
  customers: { count: 0, first: [] },
};

/** Nearest to the firm first: a party is what the nearest of its accounts is. */
const NEAREST: readonly Whose[] = ['house', 'affiliate', 'related', 'other', 'customer'];

/**
 * Holds the accounts of a book against those named in a snapshot. A configuration by customer instead of by account may
 * name parties: such a row stands for every account of the party.
 */
export function holdAgainst(table: AccountTable, named: ReadonlySet<string>): Owners {
  if (table.count === 0) return NO_BOOK;
  const groups = ownGroups(table);
  const known = new Map<string, Whose>();
  const missing: Missing[] = [];
  const first: string[] = [];
  let count = 0;
  for (let handle = 0; handle < table.count; handle += 1) {
    const { account, owner, party, group } = accountOf(table, handle);
    const whose = whoseOf(owner, group !== null && groups.has(group));
    if (named.has(account)) known.set(account, whose);
    if (named.has(party) && !table.handles.has(party)) {
      const before = known.get(party) ?? 'customer';
      known.set(party, NEAREST.indexOf(whose) < NEAREST.indexOf(before) ? whose : before);
    }
    if (named.has(account) || (named.has(party) && !table.handles.has(party))) continue;
    if (whose === 'house' || whose === 'affiliate' || whose === 'related') missing.push({ account, whose });
    else if (whose === 'customer' && balanceOf(table, handle) !== 0n) {
      count += 1;
      if (first.length < FIRST_SHOWN || account < (first[FIRST_SHOWN - 1] as string)) {
        first.push(account);
        first.sort();
        first.length = Math.min(first.length, FIRST_SHOWN);
      }
    }
  }
  return { whose: (account) => known.get(account) ?? 'unknown', missing, customers: { count, first } };
}

function whoseOf(owner: string, isRelated: boolean): Whose {
  if (owner === 'house' || owner === 'affiliate') return owner;
  if (owner !== 'customer') return 'other';
  return isRelated ? 'related' : 'customer';
}

/** Groups in which the house or an affiliate stands. */
function ownGroups(table: AccountTable): Set<string> {
  const groups = new Set<string>();
  for (let handle = 0; handle < table.count; handle += 1) {
    const { owner, group } = accountOf(table, handle);
    if (group !== null && (owner === 'house' || owner === 'affiliate')) groups.add(group);
  }
  return groups;
}
