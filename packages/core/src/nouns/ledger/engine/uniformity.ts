/**
 * Are accounts treated alike, whoever owns them? From what the exchange's configuration says of each account and from what
 * happened to it, held against its peers, against customers at large, against what it was last seen with, and against
 * the accounts of the book. A pure function: whatever the order of accounts and however they were paged, the findings
 * are the same, the most dangerous first. What two people approved is none.
 */
import { settingsApart, tierApart } from './apart.ts';
import { type Answer, findChanges, knowAnew, withAnswers } from './known-settings.ts';
import type { Owners } from './owners.ts';
import { hasSpeed, PEERS_MIN, USUAL_SHARE, type Usual, usualOf } from './peers.ts';
import {
  DANGER_RANK,
  type Exemption,
  type Found,
  isApart,
  isOwn,
  isSafe,
  type Known,
  TIER_PREFIX,
  type Treatment,
  type Unequal,
} from './treated.ts';

/** Peers whose margin fell short are liquidated within this; an account that stays longer is spared. */
const LIQUIDATION_GRACE_MS = 10 * 60_000;
/** Short for longer than this is a finding of its own, whoever was liquidated or not. */
const SHORT_MAX_MS = 60 * 60_000;
const SPEED_RATIO = 5;
export const ABSENT_CUSTOMERS = 'book:absent';

export type Snapshot = {
  readonly accounts: readonly Treatment[];
  /** When the exchange took it, ms. */
  readonly at: number;
  readonly known: readonly Known[];
  /** What people answered since `known` was kept. */
  readonly answers: readonly Answer[];
  readonly owners: Owners;
  /** Accounts that stand as treated otherwise. */
  readonly held: readonly string[];
  /** Approved, and not over yet. */
  readonly exemptions: readonly Exemption[];
};

export type Judged = {
  /** The most dangerous first. */
  readonly found: readonly Found[];
  /** What is known from now on, by account. */
  readonly known: readonly Known[];
  /** Of those that stood: seen now, and treated as their peers are. */
  readonly cleared: readonly string[];
};

/** Judges a complete snapshot. */
export function judgeTreatment(snapshot: Snapshot): Judged {
  const { accounts, held, owners } = snapshot;
  const known = new Map(withAnswers(snapshot.known, snapshot.answers).map((one) => [one.account, one]));
  const covers = coverBy(snapshot.exemptions);
  const tiers = tiersOf(accounts, owners);
  const next = new Map(known);
  const stood = new Set(held);
  const found: Found[] = [];
  for (const one of accounts) {
    const whose = owners.whose(one.account);
    const kept = known.get(one.account);
    const before = isBlank(kept) ? undefined : kept;
    const tier = tiers.peersOf(one);
    const apart = [...settingsApart({ one, whose, ...tier }), ...conductApart(one, snapshot, tier)];
    const changed = findChanges(one, before, whose).filter(
      (finding) => !covers(finding) && !(stood.has(one.account) && isCure(finding, apart, tier.peers)),
    );
    next.set(
      one.account,
      knowAnew(
        one,
        before,
        changed.filter((finding) => !isCalm(finding)),
      ),
    );
    found.push(...changed, ...apart.filter((finding) => !covers(finding)));
  }
  const wide = tiers.held.flatMap(tierApart).filter((finding) => !covers(finding));
  const absent = findAbsent(snapshot, known).filter((finding) => !covers(finding));
  const all = [...grouped(found, tiers.sizes), ...wide, ...absent].sort(byDanger);
  const named = new Set(all.map(({ account }) => account));
  const seen = new Set<string>([ABSENT_CUSTOMERS]);
  for (const { account, tier } of accounts) seen.add(account).add(`${TIER_PREFIX}${tier}`);
  // What was exempted or answered for as absent is explained, although it is not seen.
  const isExplained = (account: string): boolean =>
    known.get(account)?.away === true || isAbsenceCovered(account, covers, owners);
  return {
    found: all,
    known: [...next.values()].sort((a, b) => (a.account < b.account ? -1 : 1)),
    cleared: held.filter((account) => !named.has(account) && (seen.has(account) || isExplained(account))),
  };
}

/** Kept only because somebody answered for its absence: nothing is known of its settings. */
const isBlank = (known: Known | undefined): boolean =>
  known?.away === true && known.tier === '-' && Object.keys(known.flags).length === 0;

/** What stood and is as its peers have it now was taken back: that is no change to explain. */
function isCure({ of, what, value, peers, height }: Found, apart: readonly Found[], usual: Usual): boolean {
  if (apart.some((one) => one.of === of && one.what === what)) return false;
  if (of === 'flag') return value === (usual.flags.get(what)?.most ?? 'unset');
  if (of !== 'limit') return false;
  if (height === null) return !usual.limits.has(what);
  return peers === 'unset' || height <= Number(peers);
}

/** A change that grants nothing is told once: it needs no approval. */
const isCalm = ({ of, what, value, peers, height }: Found): boolean =>
  of === 'flag'
    ? isSafe(what, value)
    : of === 'limit' && height !== null && peers !== 'unset' && height <= Number(peers);

type Tier = { readonly peers: Usual; readonly atLarge: Usual; readonly isSmall: boolean };
type Tiers = {
  readonly peersOf: (one: Treatment) => Tier;
  readonly held: readonly Parameters<typeof tierApart>[0][];
  /** Customers of each tier. */
  readonly sizes: ReadonlyMap<string, number>;
};

function tiersOf(accounts: readonly Treatment[], owners: Owners): Tiers {
  const customers = accounts.filter(({ account }) => !isApart(owners.whose(account)));
  const crowd = customers.length >= PEERS_MIN ? customers : accounts;
  const atLarge = usualOf(crowd);
  const [everyone, members] = [byTier(accounts), byTier(crowd)];
  const ofCustomers = byTier(customers);
  const peers = new Map<string, Tier>();
  const held: Parameters<typeof tierApart>[0][] = [];
  for (const [tier, all] of everyone) {
    const own = ofCustomers.get(tier) ?? [];
    const isLarge = own.length >= PEERS_MIN;
    const others = othersOf(tier, members, crowd, atLarge);
    const isOfFirm = own.length === 0 && all.length >= PEERS_MIN;
    // A few customers among the firm's own accounts are no peers of these.
    const usual = isLarge ? usualOf(own) : isOfFirm ? usualOf(all) : (others ?? atLarge);
    peers.set(tier, { peers: usual, atLarge, isSmall: !isLarge && !isOfFirm });
    if (isLarge) held.push({ tier, members: own, usual, others });
  }
  return {
    peersOf: ({ tier }) => peers.get(tier) ?? { peers: atLarge, atLarge, isSmall: true },
    held,
    sizes: new Map([...ofCustomers].map(([tier, of]) => [tier, of.length])),
  };
}

/** Customers outside of the tier; a tier that is a small part of all makes no difference to what is usual. */
function othersOf(
  tier: string,
  members: ReadonlyMap<string, readonly Treatment[]>,
  crowd: readonly Treatment[],
  atLarge: Usual,
): Usual | null {
  const size = members.get(tier)?.length ?? 0;
  if (crowd.length - size < PEERS_MIN) return null;
  if (size <= (1 - USUAL_SHARE) * crowd.length) return atLarge;
  return usualOf(crowd.filter((one) => one.tier !== tier));
}

function byTier(accounts: readonly Treatment[]): Map<string, Treatment[]> {
  const tiers = new Map<string, Treatment[]>();
  for (const one of accounts) {
    const known = tiers.get(one.tier);
    if (known === undefined) tiers.set(one.tier, [one]);
    else known.push(one);
  }
  return tiers;
}

function conductApart(one: Treatment, { at, owners }: Snapshot, { peers, atLarge }: Tier): Found[] {
  const { account, tier, marginShortSince, liquidations, withdrawalMs } = one;
  const whose = owners.whose(account);
  const about = { account, of: 'conduct', what: '', whose, tier, height: null } as const;
  const found: Found[] = [];
  const shortMs = marginShortSince === null ? 0 : at - marginShortSince;
  const isSpared = shortMs > LIQUIDATION_GRACE_MS && liquidations === 0 && peers.liquidates;
  if (isSpared || shortMs > SHORT_MAX_MS) {
    const value = `${Math.floor(shortMs / 60_000)} min`;
    const usual = isSpared ? '10 min' : '60 min';
    found.push({ ...about, kind: 'not-liquidated', value, peers: usual, level: 'critical', size: shortMs });
  }
  const usual = peers.withdrawalMs ?? atLarge.withdrawalMs;
  if (usual === null || !hasSpeed(one)) return found;
  if (withdrawalMs * SPEED_RATIO < usual || withdrawalMs > usual * SPEED_RATIO) {
    const [value, others] = [`${withdrawalMs} ms`, `${usual} ms`];
    found.push({ ...about, kind: 'withdrawals', value, peers: others, level: 'watch', size: 1 });
  }
  return found;
}

/** Accounts that the book has, or that stood, and that the snapshot leaves out. */
function findAbsent({ accounts, owners, held }: Snapshot, known: ReadonlyMap<string, Known>): Found[] {
  const named = new Set(accounts.map(({ account }) => account));
  const absent = new Map(owners.missing.map(({ account, whose }) => [account, whose]));
  for (const account of held)
    if (!named.has(account) && !absent.has(account) && !isGroup(account)) absent.set(account, 'unknown');
  const about = { kind: 'absent', of: 'conduct', what: '', tier: '', height: null, size: 1 } as const;
  const found = [...absent]
    .filter(([account]) => known.get(account)?.away !== true)
    .map(([account, whose]): Found => {
      const peers = 'in the snapshot';
      return { ...about, account, value: 'left out', peers, level: 'critical', whose };
    });
  const { count, first } = owners.customers;
  if (count === 0) return found;
  const value = `${count}: ${first.join(', ')}`.slice(0, 120);
  const customers = { ...about, account: ABSENT_CUSTOMERS, value, peers: '0', level: 'warning' } as const;
  return [...found, { ...customers, whose: 'customer', size: count }];
}

const isGroup = (account: string): boolean => account.startsWith(TIER_PREFIX) || account === ABSENT_CUSTOMERS;

/** What happens to a fifth of a tier's customers at once is one finding of the tier: nobody reads thousands. */
function grouped(found: readonly Found[], sizes: ReadonlyMap<string, number>): Found[] {
  const groups = new Map<string, Found[]>();
  const single: Found[] = [];
  for (const one of found) {
    const key = groupKey(one);
    if (key === null) single.push(one);
    else if (groups.get(key)?.push(one) === undefined) groups.set(key, [one]);
  }
  for (const group of groups.values()) {
    const [first] = group.sort((a, b) => (a.account < b.account ? -1 : 1));
    const size = sizes.get(first?.tier ?? '') ?? 0;
    if (first === undefined || group.length < PEERS_MIN || group.length <= (1 - USUAL_SHARE) * size) {
      single.push(...group);
      continue;
    }
    const peers = `${first.peers.slice(0, 60)} (${group.length} of ${size} accounts)`;
    single.push({ ...first, account: `${TIER_PREFIX}${first.tier}`, peers, size: group.length });
  }
  return single;
}

function groupKey({ kind, of, what, value, peers, level, whose, tier }: Found): string | null {
  if (isApart(whose)) return null;
  if (kind === 'not-liquidated') return JSON.stringify([tier, kind]);
  if (kind !== 'changed') return null;
  // A vast step of a limit stands for itself.
  if (of === 'limit') return level === 'watch' ? JSON.stringify([tier, kind, of, what]) : null;
  return JSON.stringify([tier, kind, of, what, value, peers]);
}

/** Whether an exemption covers a finding. That of a tier is one of its customers: all others are exempted by name. */
function coverBy(exemptions: readonly Exemption[]): (finding: Found) => boolean {
  const byAccount = new Map<string, Exemption[]>();
  for (const one of exemptions) byAccount.set(one.account, [...(byAccount.get(one.account) ?? []), one]);
  return (finding) => {
    const tier = isApart(finding.whose) ? [] : (byAccount.get(`${TIER_PREFIX}${finding.tier}`) ?? []);
    return [...(byAccount.get(finding.account) ?? []), ...tier].some((one) => isCovered(finding, one));
  };
}

function isCovered({ kind, of, what, value, height }: Found, exemption: Exemption): boolean {
  switch (exemption.of ?? 'flag') {
    case 'flag':
      return of === 'flag' && what === exemption.what;
    case 'limit': {
      const { upTo } = exemption;
      const isWithin = upTo === null || (upTo !== undefined && height !== null && height <= upTo);
      return of === 'limit' && what === exemption.what && isWithin;
    }
    case 'tier':
      return of === 'tier' && value === exemption.what;
    case 'liquidation':
      return kind === 'not-liquidated';
    case 'withdrawals':
      return kind === 'withdrawals';
    case 'absence':
      return kind === 'absent';
  }
}

function isAbsenceCovered(account: string, covers: (finding: Found) => boolean, owners: Owners): boolean {
  const about = { kind: 'absent', of: 'conduct', what: '', tier: '', height: null, size: 1 } as const;
  return covers({ ...about, account, value: '', peers: '', level: 'critical', whose: owners.whose(account) });
}

const dangerOf = ({ level, whose }: Unequal): number =>
  DANGER_RANK[level] * 10 + (isOwn(whose) ? 15 : whose === 'unknown' ? 5 : 0);

function byDanger(a: Found, b: Found): number {
  const [first, second] = [a, b].map(({ account, kind, of, what }) => `${account}\n${kind}\n${of}\n${what}`);
  return dangerOf(b) - dangerOf(a) || b.size - a.size || ((first as string) < (second as string) ? -1 : 1);
}
