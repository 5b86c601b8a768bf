/** All shipped duties, and when one applies and is due. Pure: the log keeps what was computed then. */
import { civilDate, dateText } from '../../../kernel/business-days.ts';
import { HOUR_MS, isoTime, parseTime } from '../../../kernel/time.ts';
import type { Kind } from '../../incidents/facts/kinds.ts';
import type { Regime } from '../facts/duties.ts';
import { deadline, type Instants, targetOf } from './clock.ts';
import { FURTHER_DUTIES } from './duties-abroad.ts';
import { CURE_DUTIES } from './duties-cures.ts';
import { FSA_DUTIES, PRIVACY_DUTIES } from './duties-fsa.ts';
import { JVCEA_DUTIES } from './duties-jvcea.ts';
import { type Duty, SYSTEM_KINDS } from './duty.ts';

export const DUTIES: readonly Duty[] = [
  ...JVCEA_DUTIES,
  ...FSA_DUTIES,
  ...PRIVACY_DUTIES,
  ...CURE_DUTIES,
  ...FURTHER_DUTIES,
];

/** What of a profile decides on duties. */
export type Standing = {
  readonly regimes: readonly Regime[];
  readonly closedDays: readonly string[];
  readonly targets: Readonly<Record<string, number>>;
  readonly rulesAsOf: string | null;
};

/** What is known of a subject. */
export type Known = {
  readonly kinds: readonly Kind[];
  /** When an event happened, and the date that came with it; null while it has not. */
  event(name: string): { readonly at: string; readonly dueAt: string | null } | null;
  /** When we filed for a duty; null while we have not. */
  filed(duty: string, which: 'first' | 'latest'): string | null;
};

/** Whether the class of the incident is one the duty is about. While nobody knows the class, a system event is assumed. */
export function concerns(duty: Duty, kinds: readonly Kind[]): boolean {
  const has = (wanted: readonly Kind[]): boolean => wanted.some((kind) => kinds.includes(kind));
  if (kinds.length === 0) return duty.kinds.length === 0 || duty.kinds === SYSTEM_KINDS;
  if (duty.kinds.length > 0 && !has(duty.kinds)) return false;
  if (duty.andKinds !== undefined && !has(duty.andKinds)) return false;
  return duty.notKinds === undefined || !has(duty.notKinds);
}

/** Whether the firm stands under the rule, and the rule is in force on the day of the start. */
export function binds(duty: Duty, standing: Standing, startMs: number): boolean {
  if (!duty.regimes.some((regime) => standing.regimes.includes(regime))) return false;
  if (duty.confidence === 'C' && standing.targets[duty.id] === undefined) return false;
  const day = standing.rulesAsOf ?? dateText(civilDate(startMs, duty.zone));
  return day >= duty.validFrom && (duty.validTo === null || day <= duty.validTo);
}

export type Start = { readonly event: string; readonly at: string; readonly dueAt: string | null };

/** The earliest trigger that has happened. */
export function startOf(duty: Duty, known: Known): Start | null {
  const starts = duty.triggers.flatMap((trigger): Start[] => {
    if ('filing' in trigger) {
      const at = known.filed(trigger.filing, trigger.which);
      return at === null ? [] : [{ event: `filed:${trigger.filing}`, at, dueAt: null }];
    }
    if (trigger.kinds !== undefined && !trigger.kinds.some((kind) => known.kinds.includes(kind))) return [];
    const found = known.event(trigger.event);
    return found === null ? [] : [{ event: trigger.event, ...found }];
  });
  return starts.sort((a, b) => parseTime(a.at) - parseTime(b.at))[0] ?? null;
}

/** Start, legal end and own target of a duty, in milliseconds. */
export function instantsOf(duty: Duty, start: Start, known: Known, standing: Standing): Instants {
  const startAt = parseTime(start.at);
  const given = start.dueAt === null ? null : parseTime(start.dueAt);
  const plain = deadline(duty.clock, startAt, duty.zone, standing.closedDays, given);
  const dueAt = capped(duty, plain, startAt, known);
  const targetAt = targetOf(startAt, dueAt, standing.targets[duty.id] ?? duty.targetMinutes);
  return { startAt, dueAt, targetAt };
}

/** E.g. DORA: four hours from classification, but within a day of awareness unless it was classified later than that. */
function capped(duty: Duty, dueAt: number | null, startAt: number, known: Known): number | null {
  const other = duty.cap === undefined ? null : known.event(duty.cap.event);
  if (duty.cap === undefined || other === null || dueAt === null) return dueAt;
  const limit = parseTime(other.at) + duty.cap.hours * HOUR_MS;
  return startAt > limit ? dueAt : Math.min(dueAt, limit);
}

/** Instants as they stand in facts; whole seconds, the target rounded down. */
export function written({ startAt, dueAt, targetAt }: Instants): {
  startAt: string;
  dueAt: string | null;
  targetAt: string;
} {
  const second = (ms: number): string => isoTime(Math.floor(ms / 1000) * 1000);
  return {
    startAt: isoTime(startAt),
    dueAt: dueAt === null ? null : second(dueAt),
    targetAt: second(targetAt),
  };
}

export const dutyNamed = (id: string): Duty | undefined => DUTIES.find((duty) => duty.id === id);
