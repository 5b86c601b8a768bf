/**
 * The hot path: every transfer of a batch is read, held against the rules, and booked, in the order of the firm's journal.
 * Nothing is allocated for a posting that keeps the rules. Pure: the same batches in the same order give the same book.
 */
import { assert } from '../../../kernel/assert.ts';
import { type LedgerRule, PURPOSES } from '../facts/rules.ts';
import { addLanes, CREDITS, DEBITS, LANES, NEWEST, subtractLanes, TRAITS } from './accounts.ts';
import { addLinks, type Book, type Violation } from './book.ts';
import { type Columns, ENTRY_LEGS_MAX, readU128 } from './columns.ts';
import { CORRECTION } from './flows.ts';
import { addId, fetchIds, findId, isSameContent } from './ids.ts';
import {
  correctionProblem,
  endNumbers,
  judgeLeg,
  judgeSequence,
  leaveOpen,
  note,
  type Run,
} from './judge.ts';

/** Slots of so many ids lie in the nearest cache together. */
const FETCHED_AHEAD = 256;

export type Verified = {
  /** Transfers that were booked: their places in the batch, ascending. Null: all of them. */
  readonly booked: Uint16Array | null;
  readonly bookedCount: number;
  /** Transfers that the book had already, with the same content. */
  readonly repeats: number;
  readonly turnedAway: number;
  readonly violations: Violation[];
  /** Numbers of the journal that it left open because their postings were turned away, and open ones that it took. */
  readonly opened: readonly number[];
  readonly taken: readonly number[];
};

const NONE: ReadonlySet<number> = new Set();

/**
 * Verifies and books a batch. `now` in ms: what is dated later is called out. `unread`: numbers of the journal that came
 * with the batch in rows that could not be read.
 */
export function verifyBatch(
  book: Book,
  columns: Columns,
  now: number,
  unread: ReadonlySet<number> = NONE,
): Verified {
  const counts = { repeats: 0, turnedAway: 0, isUnpricedSaid: false };
  const run: Run = {
    book,
    columns,
    now,
    violations: [],
    booked: [],
    unread,
    opened: [],
    taken: [],
    ...counts,
  };
  const { linked, count } = columns;
  let skipped = false;
  let fetched = 0;
  for (let from = 0; from < count; ) {
    if (from >= fetched) {
      fetched = Math.min(count, from + FETCHED_AHEAD);
      fetchIds(book.ids, columns.id, from, fetched);
    }
    let to = from + 1;
    while (to < count && linked[to - 1] === 1) to += 1;
    if (takeEntry(run, from, to)) {
      if (skipped) for (let n = from; n < to; n += 1) run.booked.push(n);
    } else if (!skipped) {
      // The first that stays out: from here on it is written down which ones count.
      skipped = true;
      for (let n = 0; n < from; n += 1) run.booked.push(n);
    }
    from = to;
  }
  endNumbers(run);
  return {
    booked: skipped ? Uint16Array.from(run.booked) : null,
    bookedCount: skipped ? run.booked.length : count,
    repeats: run.repeats,
    turnedAway: run.turnedAway,
    violations: run.violations,
    opened: run.opened,
    taken: run.taken,
  };
}

/** Books the entry of legs `from` to `to - 1`, unless it is known already or cannot be read as one. */
function takeEntry(run: Run, from: number, to: number): boolean {
  const { book, columns } = run;
  let known = 0;
  for (let n = from; n < to; n += 1) {
    const ordinal = findId(book.ids, columns.id, n);
    if (ordinal >= 0) {
      if (!isSameContent(book.ids, ordinal, columns, n)) return turnAway(run, from, to, n, 'id-changed', '');
      known += 1;
    } else {
      const rule = defectOf(book, columns, n);
      if (rule !== null) return turnAway(run, from, to, n, rule, '');
    }
  }
  if (known === to - from) {
    run.repeats += known;
    return false;
  }
  if (known > 0) return turnAway(run, from, to, from, 'entry-changed', `${known} of ${to - from} are known`);
  if (to - from > ENTRY_LEGS_MAX)
    return turnAway(run, from, to, from, 'bad-row', `an entry has at most ${ENTRY_LEGS_MAX} legs`);
  if (to - from > 1 && hasTwin(columns, from, to))
    return turnAway(run, from, to, from, 'id-changed', 'two legs of one entry carry one id');
  const full = applyEntry(book, columns, from, to);
  if (full >= 0) return turnAway(run, from, to, full, 'overflow', '');
  for (let n = from; n < to; n += 1) {
    if (columns.isNumberedHere) columns.seq[n] = book.nextSeq;
    judgeLeg(run, from, to, n);
  }
  return true;
}

/** Why a transfer cannot be booked at all. */
function defectOf(book: Book, columns: Columns, n: number): LedgerRule | null {
  const { accounts } = book;
  const debit = columns.debit[n] as number;
  const credit = columns.credit[n] as number;
  if (debit >= accounts.count || credit >= accounts.count) return 'unknown-account';
  if (debit === credit) return 'same-account';
  const asset = columns.asset[n] as number;
  const debitAsset = (accounts.lanes[debit * LANES + TRAITS] as number) >>> 16;
  const creditAsset = (accounts.lanes[credit * LANES + TRAITS] as number) >>> 16;
  if (debitAsset !== asset || creditAsset !== asset) return 'asset-mismatch';
  if ((columns.purpose[n] as number) >= PURPOSES.length) return 'unknown-purpose';
  const { amount } = columns;
  const at = n * 4;
  if (
    ((amount[at] as number) |
      (amount[at + 1] as number) |
      (amount[at + 2] as number) |
      (amount[at + 3] as number)) ===
    0
  )
    return 'bad-amount';
  if (!(Number.isInteger(columns.at[n]) && (columns.at[n] as number) >= 0)) return 'bad-time';
  return null;
}

function hasTwin({ id }: Columns, from: number, to: number): boolean {
  for (let a = from; a < to; a += 1)
    for (let b = a + 1; b < to; b += 1) {
      const [x, y] = [a * 4, b * 4];
      if (id[x] === id[y] && id[x + 1] === id[y + 1] && id[x + 2] === id[y + 2] && id[x + 3] === id[y + 3])
        return true;
    }
  return false;
}

/** Adds all legs, or none: then answers with the leg that does not fit. */
function applyEntry(book: Book, columns: Columns, from: number, to: number): number {
  const { lanes } = book.accounts;
  for (let n = from; n < to; n += 1) {
    const debit = (columns.debit[n] as number) * LANES + DEBITS;
    const credit = (columns.credit[n] as number) * LANES + CREDITS;
    const debitFull = addLanes(lanes, debit, columns.amount, n * 4);
    const creditFull = addLanes(lanes, credit, columns.amount, n * 4);
    if (!debitFull && !creditFull) continue;
    for (let undo = n; undo >= from; undo -= 1) {
      subtractLanes(lanes, (columns.debit[undo] as number) * LANES + DEBITS, columns.amount, undo * 4);
      subtractLanes(lanes, (columns.credit[undo] as number) * LANES + CREDITS, columns.amount, undo * 4);
    }
    return n;
  }
  for (let n = from; n < to; n += 1) link(book, columns, n);
  return -1;
}

/** Remembers the posting under its id and at the head of both accounts' chains. */
function link(book: Book, columns: Columns, n: number): void {
  const { lanes } = book.accounts;
  const ordinal = book.ids.count;
  addId(book.ids, columns, n);
  const debit = (columns.debit[n] as number) * LANES + NEWEST;
  const credit = (columns.credit[n] as number) * LANES + NEWEST;
  addLinks(book, ordinal, lanes[debit] as number, lanes[credit] as number);
  lanes[debit] = ordinal + 1;
  lanes[credit] = ordinal + 1;
  const at = columns.at[n] as number;
  if (at > book.newestAt) book.newestAt = at;
}

/** An entry that stays out as a whole: of one leg it is known why. Its numbers in the journal were seen all the same. */
function turnAway(run: Run, from: number, to: number, n: number, rule: LedgerRule, detail: string): false {
  const { book, columns } = run;
  run.turnedAway += to - from;
  note(run, n, rule, 0n, detail);
  if (columns.isNumberedHere) return false;
  for (let m = from; m < to; m += 1) {
    const seq = columns.seq[m] as number;
    if (!book.isEmpty && seq < book.nextSeq) continue;
    if (book.isEmpty || seq === book.nextSeq) book.nextSeq = seq + 1;
    else judgeSequence(run, m, seq);
    book.isEmpty = false;
    leaveOpen(run, seq);
  }
  return false;
}

/** Books what the journal holds, without judging it again; the caller knows the next number. Throws where it does not fit. */
export function replayBatch(book: Book, columns: Columns): void {
  const { linked, count } = columns;
  let fetched = 0;
  for (let from = 0; from < count; ) {
    if (from >= fetched) {
      fetched = Math.min(count, from + FETCHED_AHEAD);
      fetchIds(book.ids, columns.id, from, fetched);
    }
    let to = from + 1;
    while (to < count && linked[to - 1] === 1) to += 1;
    assert(applyEntry(book, columns, from, to) === -1, 'a journal holds only what was booked');
    from = to;
  }
  for (let n = 0; n < count; n += 1) {
    if (columns.purpose[n] !== CORRECTION) continue;
    const correction = book.corrections[(columns.correction[n] as number) - 1];
    if (correction && correctionProblem(book, correction, columns, n) === null)
      correction.left -= readU128(columns.amount, n);
  }
}
