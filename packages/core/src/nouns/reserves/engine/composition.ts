/** A coin's backing against its rules, and what of it could be paid out now. */
import {
  addMonths,
  civilDate,
  dateText,
  dayNumber,
  isJapaneseBusinessDay,
  weekday,
} from '../../../kernel/business-days.ts';
import { HOUR_MS } from '../../../kernel/time.ts';
import type { Text } from '../../../log/fact.ts';
import type { Backing } from '../facts/coin.ts';
import type { Bank } from '../facts/policy.ts';
import { COMPOSITION_RULES, type CompositionRule, type Test } from './composition-rules.ts';

export type Finding = { readonly rule: CompositionRule; readonly why: Text };

const sum = (backing: readonly Backing[]): bigint =>
  backing.reduce((total, { amount }) => total + BigInt(amount), 0n);
const percent = (bps: bigint): string => `${bps / 100n}.${(bps % 100n).toString().padStart(2, '0')}%`;

export type Standing = 'decides' | 'not-trusted' | 'not-yet' | 'over';

/** Whether a rule decides on that day (YYYY-MM-DD) for a coin that trusts these confidences; if not, why. */
export function standingOfRule(
  { confidence, validFrom, validTo }: Pick<CompositionRule, 'confidence' | 'validFrom' | 'validTo'>,
  trusts: readonly string[],
  day: string,
): Standing {
  if (day < validFrom) return 'not-yet';
  if (validTo !== null && day > validTo) return 'over';
  return trusts.includes(confidence) ? 'decides' : 'not-trusted';
}

/** What the rules named here, as far as trusted and in force on that day (YYYY-MM-DD), find wrong. */
export function compositionFindings(
  backing: readonly Backing[],
  names: readonly string[],
  trusts: readonly string[],
  day: string,
): Finding[] {
  const decides = (rule: CompositionRule): boolean =>
    names.includes(rule.id) && standingOfRule(rule, trusts, day) === 'decides';
  return COMPOSITION_RULES.filter(decides).flatMap((rule) =>
    [...rule.tests.map((test) => failure(test, backing, day)), matured(backing, day)].flatMap((why) =>
      why === null ? [] : [{ rule, why }],
    ),
  );
}

/** What was redeemed before that day is money somewhere, or lost; whichever, it is not what the record says. */
function matured(backing: readonly Backing[], day: string): Text | null {
  const gone = backing.filter(({ maturity }) => maturity !== null && maturity < day);
  const [first] = gone;
  if (first === undefined) return null;
  const named = `${first.kind} ${first.bank} ${first.maturity}`;
  return {
    en: `${gone.length} item(s) matured already, first ${named}`,
    ja: `償還日を過ぎた資産が ${gone.length} 件、先頭は ${named}`,
  };
}

function failure(test: Test, backing: readonly Backing[], day: string): Text | null {
  const concerned = backing.filter(({ kind }) => test.kinds.includes(kind));
  const kinds = test.kinds.join(', ');
  if (test.is === 'at-least') {
    const [part, whole] = [sum(concerned), sum(backing)];
    if (part * 10_000n >= whole * BigInt(test.bps)) return null;
    const [is, needed] = [percent((part * 10_000n) / whole), percent(BigInt(test.bps))];
    return { en: `${kinds} are ${is}, needed ${needed}`, ja: `${kinds} が ${is}(必要 ${needed})` };
  }
  const odd =
    test.is === 'only' ? backing.filter(({ kind }) => !test.kinds.includes(kind)) : concerned.filter(isWrong);
  const [first] = odd;
  if (first === undefined) return null;
  const named = `${first.kind} ${first.bank}${first.maturity === null ? '' : ` ${first.maturity}`}`;
  return {
    en: `${odd.length} item(s) not allowed (${test.is}), first ${named}`,
    ja: `要件(${test.is})を満たさない資産が ${odd.length} 件、先頭は ${named}`,
  };
  function isWrong({ maturity, cancellable }: Backing): boolean {
    if (test.is === 'cancellable') return !cancellable;
    if (maturity === null) return true;
    if (test.is === 'matures-within') return dayNumber(dateOf(maturity)) - dayNumber(dateOf(day)) > test.days;
    return test.is === 'matures-within-months' && maturity > dateText(addMonths(dateOf(day), test.months));
  }
}

function dateOf(text: string): { year: number; month: number; day: number } {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
}

/** Whether money at a bank can be moved at this instant. */
export function isOpen({ calendar, zone, openHour, closeHour, closedOn }: Bank, nowMs: number): boolean {
  const today = civilDate(nowMs, zone);
  if (closedOn.includes(dateText(today))) return false;
  const isWeekday = weekday(today) !== 0 && weekday(today) !== 6;
  const isDay = calendar === 'always' || (calendar === 'jp' ? isJapaneseBusinessDay(today) : isWeekday);
  if (!isDay) return false;
  const hour = hourIn(nowMs, zone);
  return hour >= openHour && hour < closeHour;
}

function hourIn(nowMs: number, zone: string): number {
  const today = dateText(civilDate(nowMs, zone));
  // Hours since the day began there; zones whose clocks change do so at night, when banks are closed.
  let hours = 0;
  while (hours < 25 && dateText(civilDate(nowMs - (hours + 1) * HOUR_MS, zone)) === today) hours += 1;
  return hours;
}

/** What could be paid out now: deposits on demand at banks that are open and not blocked. */
export function reachableNow(
  backing: readonly Backing[],
  banks: readonly Bank[],
  blocked: readonly string[],
  nowMs: number,
): bigint {
  const open = new Set(
    banks.filter((one) => !blocked.includes(one.bank) && isOpen(one, nowMs)).map(({ bank }) => bank),
  );
  return sum(
    backing.filter(
      ({ kind, bank }) => (kind === 'demand-deposit' || kind === 'central-bank') && open.has(bank),
    ),
  );
}
