/** Of many findings, those that are listed one by one: the most dangerous of every account, and what is left in sum. */
import { DANGER_RANK, type Danger, type Found, type Unequal } from './treated.ts';

/** Findings that are listed; of one account so many that it cannot bury the others. */
const LISTED_MAX = 100;
/** Characters of all of them: a fact has an end, and names may be long. */
const LISTED_CHARS_MAX = 40_000;
const PER_ACCOUNT_MAX = 8;
const FIRST_SHOWN = 5;

export type Worst = {
  readonly listed: readonly Unequal[];
  /** Findings beyond. */
  readonly more: number;
  /** Accounts of which nothing is listed. */
  readonly unlisted: { readonly accounts: number; readonly level: Danger; readonly first: string[] } | null;
};

/** @param found the most dangerous first */
export function worstOf(found: readonly Found[]): Worst {
  const byAccount = new Map<string, number>();
  const listed: Unequal[] = [];
  const left = new Map<string, Danger>();
  let chars = 0;
  for (const { tier: _, height: __, size: ___, ...one } of found) {
    const count = byAccount.get(one.account) ?? 0;
    const isRoom = listed.length < LISTED_MAX && chars < LISTED_CHARS_MAX;
    if (isRoom && count < PER_ACCOUNT_MAX) {
      chars += JSON.stringify(one).length;
      listed.push(one);
      byAccount.set(one.account, count + 1);
    } else if (count === 0) {
      const known = left.get(one.account);
      if (known === undefined || DANGER_RANK[known] < DANGER_RANK[one.level])
        left.set(one.account, one.level);
    }
  }
  const more = found.length - listed.length;
  if (left.size === 0) return { listed, more, unlisted: null };
  const level = (['critical', 'warning', 'watch'] as const).find((rank) => [...left.values()].includes(rank));
  const first = [...left.keys()].slice(0, FIRST_SHOWN);
  return { listed, more, unlisted: { accounts: left.size, level: level ?? 'watch', first } };
}
