/** Sums of a book by asset and owner, exact, in one pass over the accounts. */
import {
  type AccountTable,
  balanceOf,
  CREDITS,
  DEBITS,
  isBelowZero,
  LANES,
  OWNER_MASK,
  TRAITS,
} from '@sonae/core/nouns/ledger/engine/accounts.ts';
import type { Total } from '@sonae/core/nouns/ledger/facts/totals.ts';
import { OWNERS, type Owner } from '@sonae/core/nouns/ledger/facts/words.ts';

/** Lanes are added as numbers and carried into a bigint before they could lose a digit (2^32 lanes of 2^32 stay below 2^53 for 2^20 of them). */
const FLUSH_EVERY = 1 << 20;

type Sum = { lanes: Float64Array; pending: number; balance: bigint; owed: bigint; accounts: number };

/** Ordered by asset, then owner. */
export function totalsOf(table: AccountTable): Total[] {
  const sums = new Map<number, Sum>();
  const { lanes, count } = table;
  for (let handle = 0; handle < count; handle += 1) {
    const at = handle * LANES;
    const traits = lanes[at + TRAITS] as number;
    const key = (traits >>> 16) * 8 + (traits & OWNER_MASK);
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = { lanes: new Float64Array(4), pending: 0, balance: 0n, owed: 0n, accounts: 0 };
      sums.set(key, sum);
    }
    for (let lane = 0; lane < 4; lane += 1)
      sum.lanes[lane] =
        (sum.lanes[lane] as number) +
        ((lanes[at + CREDITS + lane] as number) - (lanes[at + DEBITS + lane] as number));
    sum.accounts += 1;
    sum.pending += 1;
    if (sum.pending === FLUSH_EVERY) flush(sum);
    if (isBelowZero(lanes, at)) sum.owed -= balanceOf(table, handle);
  }
  return [...sums]
    .map(([key, sum]): Total => {
      flush(sum);
      const asset = table.assets.texts[Math.floor(key / 8)] as string;
      const owner = OWNERS[key % 8] as Owner;
      return { asset, owner, balance: String(sum.balance), owed: String(sum.owed), accounts: sum.accounts };
    })
    .sort((a, b) =>
      a.asset < b.asset ? -1 : a.asset > b.asset ? 1 : OWNERS.indexOf(a.owner) - OWNERS.indexOf(b.owner),
    );
}

function flush(sum: Sum): void {
  for (let lane = 3; lane >= 0; lane -= 1)
    sum.balance += BigInt(sum.lanes[lane] as number) << BigInt(32 * lane);
  sum.lanes.fill(0);
  sum.pending = 0;
}
