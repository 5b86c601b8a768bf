/** What is usual among accounts: the value of every flag that most have, the middle of every limit, the speed of withdrawals. */
import { type Settings, settingOf, type Treatment, textOf } from './treated.ts';

/** Fewer accounts are no peers. */
export const PEERS_MIN = 5;
/** A value that this share of peers has is what is usual. */
export const USUAL_SHARE = 0.8;
const WITHDRAWALS_MIN = 5;

export type FlagUse = {
  /** The value that most have, and their share. */
  readonly most: string;
  readonly share: number;
  /** Accounts by value. */
  readonly counts: ReadonlyMap<string, number>;
};
export type LimitUse = {
  /** Share of peers that have such a limit at all. */
  readonly share: number;
  readonly middle: number;
  readonly highest: number;
};
export type Usual = {
  readonly size: number;
  readonly flags: ReadonlyMap<string, FlagUse>;
  readonly limits: ReadonlyMap<string, LimitUse>;
  readonly withdrawalMs: number | null;
  readonly liquidates: boolean;
};

/** What is usual among these. The order of accounts makes no difference. */
export function usualOf(peers: readonly Treatment[]): Usual {
  const speeds = peers.filter(({ withdrawals }) => withdrawals >= WITHDRAWALS_MIN);
  return {
    size: peers.length,
    flags: flagsOf(peers),
    limits: limitsOf(peers),
    withdrawalMs:
      speeds.length >= PEERS_MIN ? middleOf(speeds.map(({ withdrawalMs }) => withdrawalMs)) : null,
    liquidates: peers.some(({ liquidations }) => liquidations > 0),
  };
}

/** Whether an account withdraws often enough for its speed to say anything. */
export const hasSpeed = ({ withdrawals }: Treatment): boolean => withdrawals >= WITHDRAWALS_MIN;

function flagsOf(peers: readonly Settings[]): Map<string, FlagUse> {
  const byName = new Map<string, Map<string, number>>();
  for (const { flags } of peers)
    for (const [name, value] of Object.entries(flags)) {
      const counts = byName.get(name) ?? new Map<string, number>();
      byName.set(name, counts.set(textOf(value), (counts.get(textOf(value)) ?? 0) + 1));
    }
  return new Map(
    [...byName].map(([name, counts]) => {
      const set = [...counts.values()].reduce((sum, count) => sum + count, 0);
      if (set < peers.length) counts.set('unset', peers.length - set);
      // Of two that are as frequent, the one that grants less is taken for what is usual.
      const calm = (value: string): number => ['unset', 'false'].indexOf(value);
      const [most = ['unset', 0]] = [...counts].sort(
        (a, b) => b[1] - a[1] || calm(b[0]) - calm(a[0]) || (a[0] < b[0] ? -1 : 1),
      );
      return [name, { most: most[0], share: most[1] / peers.length, counts }] as const;
    }),
  );
}

function limitsOf(peers: readonly Settings[]): Map<string, LimitUse> {
  const byName = new Map<string, number[]>();
  for (const { limits } of peers)
    for (const [name, value] of Object.entries(limits)) {
      const values = byName.get(name);
      if (values === undefined) byName.set(name, [value]);
      else values.push(value);
    }
  return new Map(
    [...byName].map(([name, values]) => {
      values.sort((a, b) => a - b);
      return [
        name,
        { share: values.length / peers.length, middle: ceilingOf(values), highest: lastOf(values) },
      ];
    }),
  );
}

/** The middle; where most have none of it but many do, the middle of those that do. */
function ceilingOf(sorted: readonly number[]): number {
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const granted = sorted.slice(sorted.findIndex((value) => value > 0));
  const isUsed = lastOf(sorted) > 0 && granted.length > (1 - USUAL_SHARE) * sorted.length;
  return middle > 0 || !isUsed ? middle : (granted[Math.floor(granted.length / 2)] ?? 0);
}

const lastOf = (sorted: readonly number[]): number => sorted[sorted.length - 1] ?? 0;

function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Names of flags that the account or its peers have. */
export const namesOf = <T>(
  of: Readonly<Record<string, T>>,
  usual: ReadonlyMap<string, unknown>,
): Set<string> => new Set([...usual.keys(), ...Object.keys(of)]);

/** The value of a flag of an account, as text. */
export const flagText = (one: Settings, name: string): string => textOf(settingOf(one.flags, name));
