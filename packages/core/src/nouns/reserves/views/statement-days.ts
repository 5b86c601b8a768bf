/** Which days of each account are settled: a statement spoke about them, or a person answered for its absence. */
import { DAY_MS, isoTime, parseTime } from '../../../kernel/time.ts';
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type Covered, withSpan } from '../engine/covered-days.ts';
import { breakOpened, breakResolved, dayOfLate } from '../facts/breaks.ts';
import { statementRecorded } from '../facts/statements.ts';

export type AccountDays = Covered & {
  readonly account: string;
  /** Days that are asked for: open breaks of them. */
  readonly asked: readonly { readonly id: string; readonly day: string }[];
};
export type StatementDays = { readonly accounts: readonly AccountDays[] };
const ACCOUNTS_KEPT = 400;

export const daysOf = ({ accounts }: StatementDays, account: string): AccountDays =>
  accounts.find((one) => one.account === account) ?? { account, until: '', spans: [], asked: [] };

/** One key, `all`. */
export const statementDays = defineView<StatementDays>({
  name: 'reserves.statement-days',
  version: 1,
  folds: [statementRecorded.name, breakOpened.name, breakResolved.name],
  initial: () => ({ accounts: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    const put = (one: AccountDays): StatementDays => ({
      accounts: [...state.accounts.filter(({ account }) => account !== one.account), one].slice(
        -ACCOUNTS_KEPT,
      ),
    });
    if (isFact(statementRecorded, fact)) {
      const { account, from } = fact.body;
      const to = untilNow(fact.body.to, fact.recordedAt);
      const known = daysOf(state, account);
      return from > to ? state : put({ ...known, ...withSpan(known, [from, to]) });
    }
    if (isFact(breakOpened, fact)) {
      const { id, scope, kind, key } = fact.body;
      if (kind !== 'statement-late') return state;
      const known = daysOf(state, scope);
      return put({ ...known, asked: [...known.asked, { id, day: dayOfLate(key) }] });
    }
    if (!isFact(breakResolved, fact)) return state;
    const { id, how } = fact.body;
    const known = state.accounts.find(({ asked }) => asked.some((one) => one.id === id));
    const day = known?.asked.find((one) => one.id === id)?.day;
    if (known === undefined || day === undefined) return state;
    const covered = how === 'person' ? withSpan(known, [day, day]) : known;
    return put({ ...known, ...covered, asked: known.asked.filter((one) => one.id !== id) });
  },
});

/** A statement that ran ahead of the clock (they are refused now) knows nothing of days to come. */
function untilNow(to: string, recordedAt: string): string {
  const newest = isoTime(parseTime(recordedAt) + DAY_MS).slice(0, 10);
  return to < newest ? to : newest;
}
