/** Who is on call at an instant: overrides first, then shifts from a calendar, then the rotation. Pure. */
import { HOUR_MS, parseTime } from '../../../kernel/time.ts';

export type Shift = { readonly principal: string; readonly from: string; readonly to: string };
export type Rotation = {
  readonly participants: readonly string[];
  readonly startsAt: string;
  readonly shiftHours: number;
};
export type Schedule = {
  readonly schedule: string;
  readonly says: { readonly en: string; readonly ja: string };
  readonly rotation: Rotation | null;
  readonly shifts: readonly Shift[];
  readonly overrides: readonly Shift[];
};

const covers =
  (atMs: number) =>
  ({ from, to }: Shift): boolean =>
    parseTime(from) <= atMs && atMs < parseTime(to);

/** Null when nobody is. The newest override that covers the instant wins. */
export function onCall(schedule: Schedule, atMs: number): string | null {
  const explicit = schedule.overrides.findLast(covers(atMs)) ?? schedule.shifts.findLast(covers(atMs));
  if (explicit) return explicit.principal;
  return rotationAt(schedule.rotation, atMs)?.principal ?? null;
}

type Turn = { readonly principal: string; readonly fromMs: number; readonly toMs: number };

function rotationAt(rotation: Rotation | null, atMs: number): Turn | null {
  if (rotation === null) return null;
  const startMs = parseTime(rotation.startsAt);
  if (atMs < startMs) return null;
  const shiftMs = rotation.shiftHours * HOUR_MS;
  const turn = Math.floor((atMs - startMs) / shiftMs);
  const principal = rotation.participants[turn % rotation.participants.length];
  if (principal === undefined) return null;
  return { principal, fromMs: startMs + turn * shiftMs, toMs: startMs + (turn + 1) * shiftMs };
}

/** Of one calendar; beyond it the schedule is too finely cut to be read. */
const TURNS_MAX = 2_000;

/** Who is on call from `fromMs` to `toMs`, in order, without gaps merged away: gaps have nobody and are left out. */
export function turnsOf(
  schedule: Schedule,
  fromMs: number,
  toMs: number,
): { principal: string; from: number; to: number }[] {
  const edges = new Set<number>([fromMs, toMs]);
  for (const { from, to } of [...schedule.overrides, ...schedule.shifts])
    for (const at of [parseTime(from), parseTime(to)]) if (at > fromMs && at < toMs) edges.add(at);
  for (let at = fromMs, i = 0; at < toMs && i < TURNS_MAX; i += 1) {
    const turn = rotationAt(schedule.rotation, at);
    const next = turn?.toMs ?? Math.max(at + 1, startOf(schedule.rotation, at, toMs));
    if (next < toMs) edges.add(next);
    at = next;
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const turns: { principal: string; from: number; to: number }[] = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const [from = 0, to = 0] = [sorted[i], sorted[i + 1]];
    const principal = onCall(schedule, from);
    const last = turns.at(-1);
    if (principal === null) continue;
    if (last && last.principal === principal && last.to === from) last.to = to;
    else turns.push({ principal, from, to });
  }
  return turns;
}

const startOf = (rotation: Rotation | null, atMs: number, endMs: number): number => {
  const startMs = rotation === null ? endMs : parseTime(rotation.startsAt);
  return startMs > atMs ? Math.min(startMs, endMs) : endMs;
};
