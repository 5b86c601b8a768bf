/** Open breaks with their owners and ages, the newest closed ones, and when each scope was reconciled. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  breakAssigned,
  breakExplained,
  breakOpened,
  breakResolved,
  isFoundKind,
  type OpenedBreak,
  reconciliationRecorded,
} from '../facts/breaks.ts';
import { CLOSED_BREAKS_KEPT, OPEN_BREAKS_MAX } from '../facts/words.ts';

export type Break = OpenedBreak & {
  readonly owner: string | null;
  readonly explained: {
    readonly reason: string;
    readonly note: string;
    readonly movedBy: string | null;
    readonly by: string;
  } | null;
  /** The newest business day whose run found it; null where no run finds such a thing. */
  readonly day: string | null;
  readonly closedAt: string | null;
  readonly closedHow: string | null;
};
export type Breaks = {
  readonly open: readonly Break[];
  readonly closed: readonly Break[];
  /** Open ones that found no room here; they stand in the log. */
  readonly beyond: number;
  /** The run that was recorded last: what it found follows it in the log. */
  readonly lastRun: { readonly scope: string; readonly day: string } | null;
};

/** One key, `all`. */
export const breaks = defineView<Breaks>({
  name: 'reserves.breaks',
  version: 2,
  folds: [
    reconciliationRecorded.name,
    breakOpened.name,
    breakAssigned.name,
    breakExplained.name,
    breakResolved.name,
  ],
  initial: () => ({ open: [], closed: [], beyond: 0, lastRun: null }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(reconciliationRecorded, fact)) return withRun(state, fact.body);
    if (isFact(breakOpened, fact)) {
      if (state.open.length >= OPEN_BREAKS_MAX) return { ...state, beyond: state.beyond + 1 };
      const opened: OpenedBreak = fact.body;
      const day =
        isFoundKind(opened.kind) && state.lastRun?.scope === opened.scope ? state.lastRun.day : null;
      const one: Break = { ...opened, owner: null, explained: null, day, closedAt: null, closedHow: null };
      return { ...state, open: [...state.open, one] };
    }
    const change = (to: (one: Break) => Break, id: string): Breaks => ({
      ...state,
      open: state.open.map((one) => (one.id === id ? to(one) : one)),
    });
    if (isFact(breakAssigned, fact))
      return change((one) => ({ ...one, owner: fact.body.owner }), fact.body.id);
    if (isFact(breakExplained, fact)) {
      const { id, reason, note, movedBy, by } = fact.body;
      const explained = { reason, note, movedBy, by };
      return change((one) => ({ ...one, explained }), id);
    }
    if (!isFact(breakResolved, fact)) return state;
    const gone = state.open.find(({ id }) => id === fact.body.id);
    if (gone === undefined) return state;
    const closed = [...state.closed, { ...gone, closedAt: fact.occurredAt, closedHow: fact.body.how }];
    return {
      ...state,
      open: state.open.filter((one) => one !== gone),
      closed: closed.slice(-CLOSED_BREAKS_KEPT),
    };
  },
});

/** A run closes what it does not find any more, so whatever it leaves open it has found too. */
function withRun(state: Breaks, { scope, day }: { scope: string; day: string }): Breaks {
  const open = state.open.map((one) =>
    one.scope === scope && isFoundKind(one.kind) && (one.day ?? '') < day ? { ...one, day } : one,
  );
  return { ...state, open, lastRun: { scope, day } };
}

export type Run = {
  readonly scope: string;
  readonly day: string;
  readonly at: string;
  readonly matched: number;
  readonly inFlight: number;
  readonly breaks: number;
  readonly unlisted: number;
  readonly workLimitReached: boolean;
};
const SCOPES_KEPT = 100;

/** One key, `all`: the run of the latest day of each scope. */
export const runs = defineView<{ readonly runs: readonly Run[] }>({
  name: 'reserves.runs',
  version: 1,
  folds: [reconciliationRecorded.name],
  initial: () => ({ runs: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(reconciliationRecorded, fact)) return state;
    const { scope, day, at, matched, inFlight, breaks: count, unlisted, workLimitReached } = fact.body;
    const known = state.runs.find((run) => run.scope === scope);
    if (known !== undefined && known.day > day) return state;
    const run: Run = { scope, day, at, matched, inFlight, breaks: count, unlisted, workLimitReached };
    return { runs: [...state.runs.filter((one) => one.scope !== scope), run].slice(-SCOPES_KEPT) };
  },
});
