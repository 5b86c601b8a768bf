/**
 * What a coin owes over all its chains. Bridged units are claims on native ones that are locked; a native unit can be
 * locked once, so all locks together never carry more than there is.
 */

export type SupplyRow = {
  readonly chain: string;
  readonly form: 'native' | 'bridged';
  readonly amount: string;
  readonly locked: string | null;
  /** Where the lock is; left out: on one of the native chains. */
  readonly lockedOn?: string | undefined;
};
/** A row with the time of the report that it is from. */
export type ToldRow = SupplyRow & { readonly asOf: string };
type Told = { readonly asOf: string; readonly chains: readonly ToldRow[] };

/** Chains that one coin may have been told on. */
export const CHAINS_MAX = 100;
export const rowName = ({ chain, form }: Pick<SupplyRow, 'chain' | 'form'>): string => `${chain} ${form}`;

/** A report takes the place of what was told of its chains; what it leaves out stays as it was last told. */
export function withReport(known: Told | null, asOf: string, rows: readonly SupplyRow[]): Told {
  const named = new Set(rows.map(rowName));
  const others = (known?.chains ?? []).filter((row) => !named.has(rowName(row)));
  return { asOf, chains: [...rows.map((row) => ({ ...row, asOf })), ...others] };
}

/** What counts: the newest report, and every chain that was told before and is not given up. */
export function expectedRows(known: Told | null, retired: readonly string[] | undefined): readonly ToldRow[] {
  const rows = known?.chains ?? [];
  return rows.filter(({ asOf, chain }) => asOf === known?.asOf || !(retired ?? []).includes(chain));
}

/** More is said to be locked than there is; `home` is null where it is about all native chains together. */
export type OverLocked = { readonly home: string | null; readonly locked: bigint; readonly native: bigint };
export type Owed = {
  readonly native: bigint;
  readonly owed: bigint;
  readonly locked: bigint;
  readonly overLocked: OverLocked | null;
  /** False where a bridged row rests on a native one that is not among the rows. */
  readonly isWhole: boolean;
};

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, one) => total + one, 0n);
const beyond = (amount: bigint, limit: bigint): bigint => (amount > limit ? amount - limit : 0n);

/** Native units, and on top of them everything bridged that no lock can carry. */
export function owedOf(rows: readonly SupplyRow[]): Owed {
  const nativeOn = new Map<string, bigint>();
  for (const { chain, form, amount } of rows)
    if (form === 'native') nativeOn.set(chain, (nativeOn.get(chain) ?? 0n) + BigInt(amount));
  const native = sum([...nativeOn.values()]);
  const bridged = rows
    .filter(({ form }) => form === 'bridged')
    .map(({ amount, locked, lockedOn }) => {
      const [issued, lock] = [BigInt(amount), BigInt(locked ?? 0)];
      const beyondLock = beyond(issued, lock);
      return { lockedOn, lock, beyondLock, carried: issued - beyondLock };
    });
  const homes = [...new Set(bridged.flatMap(({ lockedOn }) => lockedOn ?? []))].map((home) => {
    const there = bridged.filter(({ lockedOn }) => lockedOn === home);
    const has = nativeOn.get(home) ?? 0n;
    const excess = beyond(sum(there.map(({ carried }) => carried)), has);
    return { home, locked: sum(there.map(({ lock }) => lock)), native: has, excess };
  });
  const excess = sum(homes.map((one) => one.excess));
  const carried = sum(bridged.map((one) => one.carried)) - excess;
  const locked = sum(bridged.map(({ lock }) => lock));
  const over = homes.find((one) => one.locked > one.native) ?? { home: null, locked, native };
  return {
    native,
    owed: native + sum(bridged.map(({ beyondLock }) => beyondLock)) + excess + beyond(carried, native),
    locked,
    overLocked:
      over.locked > over.native ? { home: over.home, locked: over.locked, native: over.native } : null,
    isWhole: bridged.length === 0 || (nativeOn.size > 0 && homes.every(({ home }) => nativeOn.has(home))),
  };
}
