/**
 * One feed's minutes on their way out. Two sources speak of the same minutes: the live stream, whose rows change until
 * the minute closes, and the venue's recorded history, which fills what the stream missed. Rows are held here until
 * they are settled; then each minute passes the gates once, in order. Pure: no clock, no timers.
 */
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { checkedBar, createOrderGate } from '@sonae/core/nouns/prices/sources.ts';
import type { Bar, FeedSpec, Rejection, VenueEvent } from '@sonae/core/ports/venue.ts';

/** What a venue says of a minute; NaN where it said nothing usable. */
export type BarRow = Omit<Bar, 'kind' | 'feed' | 'knownAt'>;

/** A bar may be this far ahead of our clock; the minute in progress always is a little. */
const AHEAD_MS_MAX = 2 * MINUTE_MS;
/** Rows held for settling; two days of minutes are more than any back-fill brings. */
const HELD_ROWS_MAX = 3_000;
/** Settled minutes remembered, to tell a repetition from a restatement. */
const TAKEN_ROWS_MAX = 3_000;
/** Rows without a usable time, reported per settling. */
const TIMELESS_ROWS_MAX = 20;
const LINE_CHARS_MAX = 200;

export type MinuteBars = {
  /** The stream's newest statement on a minute, open or closed. */
  live(row: BarRow): void;
  /** The history's statement; the stream's wins where it has a usable one. */
  recorded(row: BarRow): void;
  /** Whether the stream gave a usable row for the minute. */
  hears(openAt: number): boolean;
  /** Forgets what the stream said of unsettled minutes: after a broken connection it may be half of the story. */
  forgetLive(): void;
  /** Emits every held minute that closed at or before `closedAt`, oldest first; rows that cannot be used are rejected. */
  settle(closedAt: number, now: number): void;
  /** Open time of the newest emitted bar, or null. */
  newest(): number | null;
};

/** @param after open time of the last minute before the watch: it and older ones pass unseen */
export function createMinuteBars(
  spec: FeedSpec,
  after: number,
  emit: (event: VenueEvent) => void,
): MinuteBars {
  const gate = createOrderGate();
  const liveRows = new Map<number, BarRow>();
  const recordedRows = new Map<number, BarRow>();
  const timeless: BarRow[] = [];
  const taken = new Map<number, BarRow>();
  let newest: number | null = null;

  const reject = (row: BarRow, reason: Rejection): void => {
    emit({ rejected: { feed: spec.id, reason, line: lineOf(row) } });
  };
  const hold = (rows: Map<number, BarRow>, row: BarRow): void => {
    if (!Number.isFinite(row.openAt)) {
      if (timeless.length < TIMELESS_ROWS_MAX) timeless.push(row);
      return;
    }
    const before = taken.get(row.openAt);
    if (row.openAt <= after || (before && sameRow(before, row))) return;
    if (rows.has(row.openAt) || rows.size < HELD_ROWS_MAX) rows.set(row.openAt, row);
  };
  const remember = (row: BarRow): void => {
    taken.set(row.openAt, row);
    if (taken.size > TAKEN_ROWS_MAX) taken.delete(taken.keys().next().value ?? row.openAt);
  };
  /** One row through all gates; true when it went out. */
  const pass = (row: BarRow, now: number): boolean => {
    remember(row);
    const parsed =
      row.openAt > now + AHEAD_MS_MAX ? ({ rejected: 'from-the-future' } as const) : checkedBar(spec, row);
    const reason = 'rejected' in parsed ? parsed.rejected : gate(parsed.ok);
    if (reason !== null || 'rejected' in parsed) {
      reject(row, reason ?? 'malformed-row');
      return false;
    }
    newest = row.openAt;
    emit({ observation: parsed.ok });
    return true;
  };

  return {
    live: (row) => hold(liveRows, row),
    recorded: (row) => hold(recordedRows, row),
    hears: (openAt) => {
      const row = liveRows.get(openAt);
      return row !== undefined && 'ok' in checkedBar(spec, row);
    },
    forgetLive: () => liveRows.clear(),
    settle: (closedAt, now) => {
      for (const row of timeless.splice(0)) reject(row, 'not-a-number');
      const due = new Set(
        [...liveRows.keys(), ...recordedRows.keys()].filter((at) => isDue(at, closedAt, now)),
      );
      for (const openAt of [...due].sort((a, b) => a - b)) {
        const [live, recorded] = [liveRows.get(openAt), recordedRows.get(openAt)];
        liveRows.delete(openAt);
        recordedRows.delete(openAt);
        const gone = live !== undefined && pass(live, now);
        if (!gone && recorded !== undefined && !(live && sameRow(live, recorded))) pass(recorded, now);
      }
    },
    newest: () => newest,
  };
}

const isDue = (openAt: number, closedAt: number, now: number): boolean =>
  openAt + MINUTE_MS <= closedAt || openAt > now + AHEAD_MS_MAX;

/** `sold` stays out: the stream may know it where the history does not. */
function sameRow(a: BarRow, b: BarRow): boolean {
  return (['open', 'high', 'low', 'close', 'volume'] as const).every((key) => Object.is(a[key], b[key]));
}

function lineOf(row: BarRow): string {
  const { openAt, open, high, low, close, volume } = row;
  return [openAt, open, high, low, close, volume].join(',').slice(0, LINE_CHARS_MAX);
}
