/**
 * Are accounts treated alike? From what the exchange's configuration says of each account and from what happened to it:
 * settings that differ from those of its peers, limits far above theirs, margin calls that did not end in a liquidation,
 * withdrawals that pass faster. A difference that was approved is none; a setting that changed without approval is one.
 */

/** One account as the exchange treats it. */
export type Treatment = {
  readonly account: string;
  /** Accounts of one tier are peers; a tier with few accounts is held against everybody. */
  readonly tier: string;
  /** Settings by name, as the configuration has them: whether it may be negative, is exempt from liquidation, ... */
  readonly flags: Readonly<Record<string, boolean | string>>;
  /** Limits by name, in whole numbers of any one unit. */
  readonly limits: Readonly<Record<string, number>>;
  /** Since when its margin does not suffice (ms), or null; and how often it was liquidated in the period. */
  readonly marginShortSince: number | null;
  readonly liquidations: number;
  /** Withdrawals in the period, and the median time they took. */
  readonly withdrawals: number;
  readonly withdrawalMs: number;
};

export type Unequal = {
  readonly account: string;
  readonly kind: 'flag' | 'limit' | 'changed' | 'not-liquidated' | 'withdrawals';
  /** Name of the flag or limit; empty for the others. */
  readonly what: string;
  readonly value: string;
  /** What its peers have. */
  readonly peers: string;
};

/** `account` and name of the flag or limit. */
export type Exemption = { readonly account: string; readonly what: string };

/** A tier smaller than this has no peers of its own. */
const PEERS_MIN = 5;
/** A value that this share of peers has is what is usual. */
const USUAL_SHARE = 0.8;
const LIMIT_RATIO = 10;
/** Peers whose margin fell short are liquidated within this; an account that stays longer is spared. */
const LIQUIDATION_GRACE_MS = 10 * 60_000;
const WITHDRAWALS_MIN = 5;
const SPEED_RATIO = 5;

/** Differences, account by account in the order given. `before`: the snapshot before this one, for what changed. */
export function findUnequal(
  accounts: readonly Treatment[],
  before: readonly Treatment[],
  approved: readonly Exemption[],
  now: number,
): Unequal[] {
  const isApproved = new Set(approved.map(({ account, what }) => `${account} ${what}`));
  const known = new Map(before.map((one) => [one.account, one]));
  const tiers = new Map<string, Treatment[]>();
  for (const one of accounts) tiers.set(one.tier, [...(tiers.get(one.tier) ?? []), one]);
  const everybody = usualOf(accounts);
  const usual = new Map(
    [...tiers].map(([tier, of]) => [tier, of.length >= PEERS_MIN ? usualOf(of) : everybody]),
  );
  return accounts.flatMap((one) => {
    const peers = usual.get(one.tier) ?? everybody;
    return [
      ...settings(one, peers),
      ...changes(one, known.get(one.account)),
      ...conduct(one, peers, now),
    ].filter(({ account, what }) => !isApproved.has(`${account} ${what}`));
  });
}

type Usual = {
  /** Value that most have, by flag; flags that peers have in many values are not judged. */
  readonly flags: ReadonlyMap<string, string>;
  readonly limits: ReadonlyMap<string, number>;
  readonly withdrawalMs: number | null;
  readonly liquidates: boolean;
};

function usualOf(peers: readonly Treatment[]): Usual {
  const names = new Set(peers.flatMap(({ flags }) => Object.keys(flags)));
  const flags = new Map<string, string>();
  for (const name of names) {
    const counts = new Map<string, number>();
    for (const peer of peers) {
      const value = String(peer.flags[name] ?? 'unset');
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    if (most !== undefined && most[1] >= USUAL_SHARE * peers.length) flags.set(name, most[0]);
  }
  const limitNames = new Set(peers.flatMap(({ limits }) => Object.keys(limits)));
  const limits = new Map(
    [...limitNames].map((name) => [name, median(peers.flatMap(({ limits: of }) => of[name] ?? []))] as const),
  );
  const speeds = peers
    .filter(({ withdrawals }) => withdrawals >= WITHDRAWALS_MIN)
    .map(({ withdrawalMs }) => withdrawalMs);
  return {
    flags,
    limits,
    withdrawalMs: speeds.length >= PEERS_MIN ? median(speeds) : null,
    liquidates: peers.some(({ liquidations }) => liquidations > 0),
  };
}

function settings(one: Treatment, { flags, limits }: Usual): Unequal[] {
  const { account } = one;
  const differing = [...flags].flatMap(([what, peers]): Unequal[] => {
    const value = String(one.flags[what] ?? 'unset');
    return value === peers ? [] : [{ account, kind: 'flag', what, value, peers }];
  });
  const above = [...limits].flatMap(([what, peers]): Unequal[] => {
    const value = one.limits[what];
    const isAbove = value !== undefined && peers > 0 && value > LIMIT_RATIO * peers;
    return isAbove ? [{ account, kind: 'limit', what, value: String(value), peers: String(peers) }] : [];
  });
  return [...differing, ...above];
}

function changes(one: Treatment, before: Treatment | undefined): Unequal[] {
  if (before === undefined) return [];
  const { account } = one;
  const of = (treatment: Treatment): Record<string, string> =>
    Object.fromEntries(
      [...Object.entries(treatment.flags), ...Object.entries(treatment.limits)].map(([name, value]) => [
        name,
        String(value),
      ]),
    );
  const [was, is] = [of(before), of(one)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((what) => was[what] !== is[what])
    .map((what) => ({
      account,
      kind: 'changed',
      what,
      value: is[what] ?? 'unset',
      peers: was[what] ?? 'unset',
    }));
}

function conduct(one: Treatment, peers: Usual, now: number): Unequal[] {
  const { account, marginShortSince, liquidations, withdrawals, withdrawalMs } = one;
  const found: Unequal[] = [];
  const isSpared =
    marginShortSince !== null &&
    liquidations === 0 &&
    peers.liquidates &&
    now - marginShortSince > LIQUIDATION_GRACE_MS;
  if (isSpared) {
    const minutes = Math.floor((now - (marginShortSince ?? now)) / 60_000);
    found.push({ account, kind: 'not-liquidated', what: '', value: `${minutes} min`, peers: '10 min' });
  }
  const { withdrawalMs: usual } = peers;
  const isApart =
    usual !== null &&
    withdrawals >= WITHDRAWALS_MIN &&
    (withdrawalMs * SPEED_RATIO < usual || withdrawalMs > usual * SPEED_RATIO);
  if (isApart)
    found.push({ account, kind: 'withdrawals', what: '', value: `${withdrawalMs} ms`, peers: `${usual} ms` });
  return found;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
