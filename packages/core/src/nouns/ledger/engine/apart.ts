/**
 * Settings that set an account, or a whole tier, apart. An account is held against its tier; what is not a customer's is
 * held against customers at large as well, whatever its tier says; a tier of customers against the other customers.
 */
import { type FlagUse, flagText, type LimitUse, namesOf, USUAL_SHARE, type Usual } from './peers.ts';
import {
  DANGER_RANK,
  type Danger,
  type Found,
  isApart,
  isCredit,
  isDangerous,
  isOwn,
  isSafe,
  settingOf,
  TIER_PREFIX,
  type Treatment,
  textOf,
  type Whose,
} from './treated.ts';

export const LIMIT_RATIO = 10;
/** Beyond this, another limit is another kind of account. */
const VAST_RATIO = 1_000;
const NAMED_MAX = 3;

/** One account with what its peers have. `isSmall`: its tier has no peers of its own. */
export type Held = {
  readonly one: Treatment;
  readonly whose: Whose;
  readonly peers: Usual;
  readonly atLarge: Usual;
  readonly isSmall: boolean;
};

const UNSET: FlagUse = { most: 'unset', share: 1, counts: new Map() };
const isRare = (share: number): boolean => 1 - share >= USUAL_SHARE;

/** Differences of the settings of one account, each once: in its worst light. */
export function settingsApart(held: Held): Found[] {
  const { one, whose, peers, atLarge } = held;
  const found = [...flagsInTier(held), ...limitsApart(one, whose, peers)];
  if (!isApart(whose)) return found;
  const worst = new Map(found.map((finding) => [`${finding.of}/${finding.what}`, finding]));
  for (const finding of [...flagsAtLarge(held), ...limitsApart(one, whose, atLarge)]) {
    const key = `${finding.of}/${finding.what}`;
    const known = worst.get(key);
    if (known === undefined || DANGER_RANK[known.level] < DANGER_RANK[finding.level]) worst.set(key, finding);
  }
  return [...worst.values()];
}

type Differing = {
  readonly what: string;
  readonly value: string;
  readonly peers: string;
  readonly level: Danger;
};

const flagFound = (one: Treatment, whose: Whose, differing: Differing): Found => ({
  ...{ account: one.account, kind: 'flag', of: 'flag', whose, tier: one.tier, height: null, size: 1 },
  ...differing,
});

function flagsInTier({ one, whose, peers, isSmall }: Held): Found[] {
  return [...namesOf(one.flags, peers.flags)].flatMap((what): Found[] => {
    const { most, share, counts } = peers.flags.get(what) ?? UNSET;
    const value = flagText(one, what);
    if (value === most) return [];
    const isRisky = isDangerous(what) && !isSafe(what, value);
    // Where values are mixed, a dangerous one is named: one by one, unless so many have it that the tier is named instead.
    const isAlone = isSmall || isApart(whose) || isRare((counts.get(value) ?? 0) / peers.size);
    if (share < USUAL_SHARE && !(isRisky && isAlone)) return [];
    const level = isDangerous(what) && !isRisky ? 'watch' : 'critical';
    return [flagFound(one, whose, { what, value, peers: most, level })];
  });
}

/** What customers have: of a dangerous flag the value that protects, if a fifth of them have it. */
function calmValue(name: string, { most, counts }: FlagUse, size: number): string {
  if (!isDangerous(name)) return most;
  const [calm] = [...counts]
    .filter(([value, count]) => isSafe(name, value) && !isRare(count / size))
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return calm?.[0] ?? most;
}

function flagsAtLarge({ one, whose, atLarge }: Held): Found[] {
  return [...namesOf(one.flags, atLarge.flags)].flatMap((what): Found[] => {
    const use = atLarge.flags.get(what) ?? UNSET;
    const value = flagText(one, what);
    const peers = calmValue(what, use, atLarge.size);
    if (value === peers || isSafe(what, value)) return [];
    if (isDangerous(what)) return [flagFound(one, whose, { what, value, peers, level: 'critical' })];
    // Free words, such as a language, have no usual value.
    if (use.share < 0.5) return [];
    const level = isRare((use.counts.get(value) ?? 0) / atLarge.size) ? 'warning' : 'watch';
    return [flagFound(one, whose, { what, value, peers, level })];
  });
}

/** Limits far above those of peers, that only this account has, or that it lacks: what does not bind has no height. */
function limitsApart(one: Treatment, whose: Whose, usual: Usual): Found[] {
  return [...namesOf(one.limits, usual.limits)].flatMap((what): Found[] => {
    const value = settingOf(one.limits, what);
    const apart = limitApart(value, usual.limits.get(what));
    if (apart === null) return [];
    const level = limitLevel(what, whose, apart);
    const about = { account: one.account, kind: 'limit', of: 'limit', whose, tier: one.tier } as const;
    return [
      {
        ...about,
        what,
        value: textOf(value),
        peers: apart.peers,
        level,
        height: value ?? null,
        size: apart.size,
      },
    ];
  });
}

type Apart = { readonly peers: string; readonly size: number; readonly why: 'lacks' | 'alone' | 'above' };

function limitApart(value: number | undefined, use: LimitUse | undefined): Apart | null {
  if (value === undefined)
    return use !== undefined && use.share >= USUAL_SHARE
      ? { peers: String(use.middle), size: Number.MAX_SAFE_INTEGER, why: 'lacks' }
      : null;
  if (value === 0) return null;
  if (use === undefined || isRare(use.share)) return { peers: 'unset', size: value, why: 'alone' };
  const size = use.middle === 0 ? value : value / use.middle;
  return value > LIMIT_RATIO * use.middle ? { peers: String(use.middle), size, why: 'above' } : null;
}

function limitLevel(what: string, whose: Whose, { peers, size, why }: Apart): Danger {
  if (!isCredit(what)) return why === 'alone' && !isOwn(whose) ? 'watch' : 'warning';
  const isVast = why !== 'above' || peers === '0' || size > VAST_RATIO;
  return isVast || isOwn(whose) ? 'critical' : 'warning';
}

/** A tier with peers of its own, and the other customers. */
export type TierHeld = {
  readonly tier: string;
  readonly members: readonly Treatment[];
  readonly usual: Usual;
  readonly others: Usual | null;
};

/** What sets a whole tier apart: one finding for all of it, which two people can approve as such. */
export function tierApart(held: TierHeld): Found[] {
  const { usual, others } = held;
  const flags = new Set([...usual.flags.keys(), ...(others?.flags.keys() ?? [])]);
  const limits = others === null ? [] : tierLimits(held, others);
  return [...[...flags].flatMap((what) => tierFlag(held, what)), ...limits];
}

function tierFlag({ tier, members, usual, others }: TierHeld, what: string): Found[] {
  const use = usual.flags.get(what) ?? UNSET;
  const theirs = others === null ? null : (others.flags.get(what) ?? UNSET);
  const named = (value: string, peers: string, level: Danger): Found[] => {
    const of = members.filter((one) => flagText(one, what) === value).map(({ account }) => account);
    const text = `${value.slice(0, 20)} (${of.length} of ${members.length}: ${namedFirst(of)})`.slice(0, 120);
    const about = { account: `${TIER_PREFIX}${tier}`, kind: 'flag', of: 'flag', what, tier } as const;
    return [{ ...about, value: text, peers, level, whose: 'customer', height: null, size: of.length }];
  };
  if (!isDangerous(what)) {
    const isClear = isFew(members, others) && use.share >= USUAL_SHARE && (theirs?.share ?? 0) >= USUAL_SHARE;
    return isClear && theirs !== null && use.most !== theirs.most
      ? named(use.most, theirs.most, 'watch')
      : [];
  }
  const calm = theirs === null || others === null ? null : calmValue(what, theirs, others.size);
  const values = use.counts.size === 0 ? [use.most] : [...use.counts.keys()].sort();
  return values.flatMap((value) => {
    const share = (use.counts.get(value) ?? members.length) / members.length;
    if (isSafe(what, value) || isRare(share)) return [];
    if (calm !== null && calm !== value && share >= 0.5) return named(value, calm, 'critical');
    // Too many for each to be named, and too few for it to be what the tier is for.
    const usually = calm ?? calmValue(what, use, members.length);
    return use.share < USUAL_SHARE && usually !== value ? named(value, usually, 'critical') : [];
  });
}

const isFew = (members: readonly Treatment[], others: Usual | null): boolean =>
  others !== null && members.length <= others.size;

function tierLimits({ tier, usual, members }: TierHeld, others: Usual): Found[] {
  const names = new Set([...usual.limits.keys(), ...others.limits.keys()]);
  return [...names].filter(isCredit).flatMap((what): Found[] => {
    const use = usual.limits.get(what);
    const bound = use !== undefined && !isRare(use.share) ? use : undefined;
    const apart = limitApart(bound?.middle, others.limits.get(what));
    const isOrdinary =
      apart === null || (apart.why === 'above' && apart.peers !== '0' && apart.size <= VAST_RATIO);
    // Of two classes that differ only in whether such a limit is there, the smaller one is the exception.
    if (isOrdinary || (apart.why === 'alone' && !isFew(members, others))) return [];
    // Two people approve a height: it is that of the highest of the tier.
    const height = bound?.highest ?? null;
    const value = height === null ? 'unset' : String(height);
    const about = { account: `${TIER_PREFIX}${tier}`, kind: 'limit', of: 'limit', what, tier } as const;
    return [
      { ...about, value, peers: apart.peers, level: 'critical', whose: 'customer', height, size: apart.size },
    ];
  });
}

/** A few names of many. */
export function namedFirst(accounts: readonly string[]): string {
  const first = [...accounts].sort().slice(0, NAMED_MAX).join(', ');
  return accounts.length > NAMED_MAX ? `${first}, …` : first;
}
