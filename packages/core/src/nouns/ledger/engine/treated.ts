/**
 * What the comparison of treatments speaks of: accounts as they are treated, whose they are, and differences; and which
 * settings are dangerous, told by their names, because every exchange has names of its own.
 */

/** What an account may do, and how far. */
export type Settings = {
  /** Accounts of one tier are peers; a tier with few accounts is held against everybody. */
  readonly tier: string;
  /** Settings by name, as the configuration has them: whether it may be negative, is exempt from liquidation, ... */
  readonly flags: Readonly<Record<string, boolean | string>>;
  /** Limits by name, in whole numbers of any one unit. A limit that an account lacks does not bind it. */
  readonly limits: Readonly<Record<string, number>>;
};

/** One account as the exchange treats it. */
export type Treatment = Settings & {
  readonly account: string;
  /** Since when its margin does not suffice (ms), or null; and how often it was liquidated in the period. */
  readonly marginShortSince: number | null;
  readonly liquidations: number;
  /** Withdrawals in the period, and the median time they took. */
  readonly withdrawals: number;
  readonly withdrawalMs: number;
};

/** What an account was last seen with. */
export type Known = Settings & {
  readonly account: string;
  /** Where the newest differs from what was approved or answered for: the newest. */
  readonly seen?: Settings | undefined;
  /** Somebody answered for its not being in snapshots. */
  readonly away?: true | undefined;
};

/**
 * Whose an account is. `related`: of a customer in the group of the house or an affiliate; `other`: fees, suspense, the
 * outside world; `unknown`: the book has accounts, but not this one.
 */
export type Whose = 'customer' | 'house' | 'affiliate' | 'related' | 'other' | 'unknown';
/** Before the name of a tier, where a tier stands as an account does. */
export const TIER_PREFIX = 'tier:';

/** Not a customer's, as far as the book knows: held against customers at large, and never exempted with a tier. */
export const isApart = (whose: Whose): boolean => whose !== 'customer';
/** The firm's, its affiliates', or of their group. */
export const isOwn = (whose: Whose): boolean => isApart(whose) && whose !== 'unknown';

export type Danger = 'watch' | 'warning' | 'critical';
export const DANGER_RANK: Readonly<Record<Danger, number>> = { watch: 1, warning: 2, critical: 3 };

export type Unequal = {
  /** An account, `tier:` and a tier, or `book:absent`. */
  readonly account: string;
  readonly kind: 'flag' | 'limit' | 'changed' | 'not-liquidated' | 'withdrawals' | 'absent';
  /** What `what` names: a flag and a limit may have one name. */
  readonly of: 'flag' | 'limit' | 'tier' | 'conduct';
  /** Name of the flag or limit; empty for the others. */
  readonly what: string;
  readonly value: string;
  /** What its peers have, or what it was before. */
  readonly peers: string;
  readonly level: Danger;
  readonly whose: Whose;
};

/** A difference with what is needed to rank it and to see whether it was approved. */
export type Found = Unequal & {
  readonly tier: string;
  /** Of a limit, as a number; null: without limit. */
  readonly height: number | null;
  /** How many times what peers have. */
  readonly size: number;
};

/** What was approved. Without `of` it is one of the older kind, which names a flag. */
export type Exemption = {
  /** An account, or `tier:` and a tier: its customers. */
  readonly account: string;
  readonly what: string;
  readonly of?: 'flag' | 'limit' | 'tier' | 'liquidation' | 'withdrawals' | 'absence' | undefined;
  /** Of a limit: up to this; null: without limit. */
  readonly upTo?: number | null | undefined;
};

/** Shown and compared: a text is told from a truth value, and from nothing. */
export const textOf = (value: boolean | string | number | undefined): string =>
  value === undefined ? 'unset' : JSON.stringify(value);

/** A setting by name; names that every object has are not there unless given. */
export const settingOf = <T>(of: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(of, name) ? of[name] : undefined;

const PERMITS =
  /negativ|overdra|exempt|immun|unlimit|no_?limit|uncapped|bypass|waive|skip|ignor|privileg|overrid|backdoor|マイナス|免除|無制限/i;
const GUARDS = /liquidat|limit_?appl|margin_?call|collateral|risk_?check|auto_?close|enforc|清算|ロスカット/i;
const CREDIT = /borrow|credit|negativ|overdra|debt|loan|lever|margin|exposure|line|与信|借入/i;

/** Whether its name says that it lets an account owe, or keeps it from being stopped. */
export const isDangerous = (flag: string): boolean => PERMITS.test(flag) || GUARDS.test(flag);
/** A limit of what an account may owe. */
export const isCredit = (limit: string): boolean => CREDIT.test(limit);

/** Whether this value (as `textOf` has it) is the one that protects. A text is never taken for `false`. */
export const isSafe = (flag: string, value: string): boolean =>
  PERMITS.test(flag) ? value === 'false' || value === 'unset' : GUARDS.test(flag) && value === 'true';
