/**
 * Evaluating the peg controls of one asset, one reading after the other. A control measures one number (in bps, or a
 * ratio); its ladder says which level the number means after how long. Ladders give dwell time (a moment is not an
 * event) and hysteresis (the way back needs a better value, for longer), so that a level does not flap.
 */
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { Text } from '../../log/fact.ts';
import { LEVEL_RANK, type Level } from '../../log/levels.ts';
import type { BookReading } from '../prices/engine.ts';

/** `value >= enter` for `dwellMs` raises to `level`; `value < leave` for `calmMs` lowers again. */
export type Rung = {
  readonly level: 'watch' | 'warning' | 'critical';
  readonly enter: number;
  readonly dwellMs: number;
  readonly leave: number;
  readonly calmMs: number;
};

export type Limits = {
  readonly deviation: readonly Rung[];
  readonly depeg: readonly Rung[];
  readonly premium: readonly Rung[];
  readonly velocity: readonly Rung[];
  readonly dispersion: readonly Rung[];
  readonly pressure: readonly Rung[];
  readonly liquidity: readonly Rung[];
  readonly oracle: readonly Rung[];
  /** Window over which the fall is measured. */
  readonly velocityWindowMs: number;
  /** A fall that does not end below this discount is a return to the peg, not a departure. */
  readonly velocityFloorBps: number;
  /** Volume counts as a surge beside the median of this history. */
  readonly volumeWindowMs: number;
  readonly volumeHistoryMs: number;
  /** Sell pressure counts only with this share of aggressor sells and this discount. */
  readonly pressureSellShare: number;
  readonly pressureFloorBps: number;
  /** An oracle silent for longer cannot be compared. */
  readonly oracleSilentMs: number;
  readonly depthSilentMs: number;
  /** No control is read before the first price, for at most this long after the start. */
  readonly warmUpMs: number;
};

const rung = (
  level: Rung['level'],
  enter: number,
  dwellMin: number,
  leave: number,
  calmMin: number,
): Rung => ({
  level,
  enter,
  dwellMs: dwellMin * MINUTE_MS,
  leave,
  calmMs: calmMin * MINUTE_MS,
});

/** Initial values; the reason and source of each stands in docs/explain/peg-limits.md. Overridden by configuration. */
export const PEG_LIMITS: Limits = {
  deviation: [
    rung('watch', 30, 10, 20, 60),
    rung('warning', 50, 30, 35, 60),
    rung('critical', 100, 180, 70, 60),
  ],
  depeg: [
    rung('warning', 100, 3, 70, 60),
    rung('critical', 150, 10, 100, 60),
    rung('critical', 200, 5, 100, 60),
    rung('critical', 500, 1, 100, 60),
  ],
  premium: [rung('watch', 50, 60, 30, 60), rung('warning', 300, 60, 200, 60)],
  velocity: [
    rung('watch', 75, 1, 30, 30),
    rung('warning', 150, 2, 75, 30),
    rung('critical', 400, 2, 200, 30),
  ],
  dispersion: [rung('watch', 100, 10, 70, 30), rung('warning', 500, 5, 300, 30)],
  pressure: [rung('watch', 5, 1, 2, 30)],
  liquidity: [rung('watch', 0.7, 10, 0.5, 30), rung('warning', 0.9, 10, 0.8, 30)],
  oracle: [rung('watch', 100, 15, 70, 30), rung('warning', 300, 15, 200, 30)],
  velocityWindowMs: 15 * MINUTE_MS,
  velocityFloorBps: 30,
  volumeWindowMs: 30 * MINUTE_MS,
  volumeHistoryMs: 24 * HOUR_MS,
  pressureSellShare: 0.65,
  pressureFloorBps: 20,
  oracleSilentMs: 25 * HOUR_MS,
  depthSilentMs: 5 * MINUTE_MS,
  warmUpMs: 5 * MINUTE_MS,
};

/** One measurement: a value, or why there is none. */
export type Measured =
  | { readonly value: number; readonly say: (level: Level) => Text; readonly atMost?: 'watch' }
  /** `holds`: what was last seen stays in force, because what it is about (the price) cannot have gone away. */
  | { readonly blind: Text; readonly holds: boolean }
  | { readonly absent: true };

export type ControlReading = {
  readonly control: string;
  readonly level: Level;
  readonly why: Text;
  readonly value: number | null;
};

type Standing = { active: boolean; aboveSince: number | null; belowSince: number | null };
export type Ladder = { level: Level; readonly rungs: readonly Rung[]; readonly standings: Standing[] };

export function createLadder(rungs: readonly Rung[]): Ladder {
  return {
    level: 'ok',
    rungs,
    standings: rungs.map(() => ({ active: false, aboveSince: null, belowSince: null })),
  };
}

/** Whether the value alone would no longer enter the level the ladder still stands at. */
export function isEasing(ladder: Ladder, value: number): boolean {
  return (
    ladder.level !== 'ok' &&
    ladder.rungs.every((limit) => limit.level !== ladder.level || value < limit.enter)
  );
}

/** Climbs or descends. The entry timer survives dips that stay above `leave`. */
export function step(ladder: Ladder, value: number, at: number): Level {
  let worst: Level = 'ok';
  ladder.rungs.forEach((limit, i) => {
    const standing = ladder.standings[i] as Standing;
    if (value >= limit.enter) standing.aboveSince ??= at;
    if (value < limit.leave) {
      standing.aboveSince = null;
      standing.belowSince ??= at;
    } else {
      standing.belowSince = null;
    }
    if (standing.active)
      standing.active = standing.belowSince === null || at - standing.belowSince < limit.calmMs;
    else
      standing.active =
        value >= limit.enter && standing.aboveSince !== null && at - standing.aboveSince >= limit.dwellMs;
    if (standing.active && LEVEL_RANK[limit.level] > LEVEL_RANK[worst]) worst = limit.level;
  });
  ladder.level = worst;
  return worst;
}

/** What controls may look back on. Bounded by the longest window. */
export type History = {
  /** Discount in bps by minute, newest last. */
  readonly discounts: { at: number; bps: number }[];
  readonly volumes: { at: number; traded: number; sold: number }[];
  readonly bids: { at: number; bids: number }[];
};

export function createHistory(): History {
  return { discounts: [], volumes: [], bids: [] };
}

/** bps below the peg that every venue which counts agrees on; 0 inside the disagreement band. */
export function agreedDiscountBps(high: number): number {
  return high < 1 ? (1 - high) * 10_000 : 0;
}

/** bps above the peg that every venue which counts agrees on. */
export function agreedPremiumBps(low: number): number {
  return low > 1 ? (low - 1) * 10_000 : 0;
}

/** Adds a reading and forgets what no window reaches any more. */
export function remember(history: History, reading: BookReading, limits: Limits): void {
  const { at, composite } = reading;
  if (composite) history.discounts.push({ at, bps: agreedDiscountBps(composite.high) });
  history.volumes.push({ at, traded: reading.traded, sold: reading.sold });
  if (reading.depth) history.bids.push({ at, bids: reading.depth.bids });
  forget(history.discounts, at - limits.velocityWindowMs);
  forget(history.volumes, at - limits.volumeHistoryMs);
  forget(history.bids, at - limits.volumeHistoryMs);
}

function forget(entries: { at: number }[], before: number): void {
  let stale = 0;
  while (stale < entries.length && (entries[stale] as { at: number }).at < before) stale += 1;
  if (stale > 0) entries.splice(0, stale);
}
