/**
 * What accounts were last seen with. A change stays a change until it was approved, somebody answered for it, or it was
 * taken back: what is kept is the settings that nobody has to explain, and beside them the newest where they differ.
 */
import { LIMIT_RATIO } from './apart.ts';
import {
  type Danger,
  type Found,
  isCredit,
  isDangerous,
  isOwn,
  isSafe,
  type Known,
  type Settings,
  settingOf,
  TIER_PREFIX,
  type Treatment,
  textOf,
  type Unequal,
  type Whose,
} from './treated.ts';

type Named = Pick<Unequal, 'of' | 'what'>;
type Change = Named & { readonly of: 'flag' | 'limit' | 'tier'; readonly was: string; readonly is: string };

function changesOf(was: Settings, is: Settings): Change[] {
  const of = <T extends boolean | string | number>(
    kind: 'flag' | 'limit',
    before: Readonly<Record<string, T>>,
    now: Readonly<Record<string, T>>,
  ): Change[] =>
    [...new Set([...Object.keys(before), ...Object.keys(now)])].map((what) => ({
      ...{ of: kind, what, was: textOf(settingOf(before, what)), is: textOf(settingOf(now, what)) },
    }));
  const tier: Change = { of: 'tier', what: '', was: was.tier, is: is.tier };
  return [tier, ...of('flag', was.flags, is.flags), ...of('limit', was.limits, is.limits)].filter(
    (one) => one.was !== one.is,
  );
}

const heightOf = (text: string): number | null => (text === 'unset' ? null : Number(text));

/** A limit that grew by so little that it is ordinary among customers, or that shrank. */
function isSmallStep(was: string, is: string): boolean {
  const [before, now] = [heightOf(was), heightOf(is)];
  return before !== null && now !== null && now <= LIMIT_RATIO * before;
}

function levelOf({ of, what, was, is }: Change, whose: Whose): Danger {
  if (of === 'tier') return isOwn(whose) ? 'critical' : 'watch';
  if (of === 'flag') {
    if (isDangerous(what)) return isSafe(what, is) ? 'watch' : 'critical';
    return isOwn(whose) ? 'critical' : 'warning';
  }
  const [before, now] = [heightOf(was), heightOf(is)];
  if (now !== null && (now === 0 || (before !== null && now <= before))) return 'watch';
  if (isSmallStep(was, is)) return isOwn(whose) ? 'critical' : 'watch';
  return isCredit(what) ? 'critical' : 'warning';
}

/** What changed since the settings that nobody has to explain. */
export function findChanges(one: Treatment, known: Known | undefined, whose: Whose): Found[] {
  if (known === undefined) return [];
  return changesOf(known, one).map((change): Found => {
    const { of, what, was, is } = change;
    const [before, height] = of === 'limit' ? [heightOf(was), heightOf(is)] : [null, null];
    const size = of === 'limit' ? (height === null ? Number.MAX_SAFE_INTEGER : height / (before || 1)) : 1;
    return {
      ...{
        account: one.account,
        kind: 'changed',
        of,
        what,
        value: is.slice(0, 120),
        peers: was.slice(0, 120),
      },
      ...{ level: levelOf(change, whose), whose, tier: one.tier, height, size },
    };
  });
}

/** What is kept of an account after a snapshot: `standing` are the changes that nobody approved. */
export function knowAnew(one: Treatment, known: Known | undefined, standing: readonly Named[]): Known {
  const { account, tier, flags, limits } = one;
  const now: Settings = { tier, flags, limits };
  if (known === undefined || standing.length === 0) return { account, ...now };
  return { account, ...moved(now, known, standing), seen: now };
}

/** `settings` with what is named as `other` has it. */
function moved(settings: Settings, other: Settings, named: readonly Named[]): Settings {
  const pick = <T>(
    of: 'flag' | 'limit',
    mine: Readonly<Record<string, T>>,
    theirs: Readonly<Record<string, T>>,
  ): Record<string, T> => {
    const all = new Map(Object.entries(mine));
    for (const { of: kind, what } of named) {
      if (kind !== of) continue;
      const value = settingOf(theirs, what);
      if (value === undefined) all.delete(what);
      else all.set(what, value);
    }
    return Object.fromEntries(all);
  };
  return {
    tier: named.some(({ of }) => of === 'tier') ? other.tier : settings.tier,
    flags: pick('flag', settings.flags, other.flags),
    limits: pick('limit', settings.limits, other.limits),
  };
}

/** An answer of a person: what it closes, by account or tier. */
export type Answer = {
  readonly account: string;
  readonly closes: readonly Omit<Unequal, 'level' | 'whose'>[];
};

/** What is known after people answered: changes they named are no changes any more, absences are explained. */
export function withAnswers(known: readonly Known[], answers: readonly Answer[]): Known[] {
  if (answers.length === 0) return [...known];
  const bySubject = new Map<string, Answer['closes'][number][]>();
  for (const { account, closes } of answers)
    bySubject.set(account, [...(bySubject.get(account) ?? []), ...closes]);
  const missing = new Set(
    answers
      .filter(({ closes }) => closes.some(({ kind }) => kind === 'absent'))
      .map(({ account }) => account),
  );
  const next = known.map((one): Known => {
    const away = missing.delete(one.account) ? ({ away: true } as const) : {};
    if (one.seen === undefined) return { ...one, ...away };
    const { seen } = one;
    const own = bySubject.get(one.account) ?? [];
    const tiers = bySubject.get(`${TIER_PREFIX}${seen.tier}`) ?? [];
    const closed = changesOf(one, seen).filter(
      (change) =>
        own.some((answer) => isSame(answer, change)) ||
        tiers.some((answer) => isSame(answer, change) || isSmall(answer, change)),
    );
    const { account, tier, flags, limits } = { ...one, ...moved(one, seen, closed) };
    const settings = { account, tier, flags, limits };
    return { ...settings, ...(changesOf(settings, seen).length > 0 ? { seen } : {}), ...away };
  });
  const strangers = [...missing].map((account): Known => ({ account, ...NOTHING, away: true }));
  return [...next, ...strangers];
}

/** Of accounts that never were in a snapshot. */
const NOTHING: Settings = { tier: '-', flags: {}, limits: {} };

type Closed = Answer['closes'][number];
const isSame = ({ kind, of, what, value }: Closed, change: Change): boolean =>
  kind === 'changed' && of === change.of && what === change.what && value === change.is.slice(0, 120);
/** Small steps of a limit are named for the tier as a whole, each with a height of its own. */
const isSmall = ({ kind, of, what }: Closed, change: Change): boolean =>
  kind === 'changed' &&
  of === 'limit' &&
  change.of === of &&
  what === change.what &&
  isSmallStep(change.was, change.is);
