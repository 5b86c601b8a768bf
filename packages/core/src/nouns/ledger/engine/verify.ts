/**
 * The hot path: every transfer of a batch is read, held against the rules, and booked, in the order of the firm's journal.
 * Nothing is allocated for a posting that keeps the rules. Pure: the same batches in the same order give the same book.
 */
import { assert } from '../../../kernel/assert.ts';
import type { LedgerRule } from '../facts/rules.ts';
import { PURPOSES } from '../facts/rules.ts';
import {
  addLanes,
  balanceOf,
  CREDITS,
  DEBITS,
  HAS_LINE,
  isBelowZero,
  LANES,
  limitOf,
  NEWEST,
  OWNER_MASK,
  PARTY,
  subtractLanes,
  TRAITS,
} from './accounts.ts';
import type { Book, Correction, Violation } from './book.ts';
import { type Columns, ENTRY_LEGS_MAX, idText, readU128 } from './columns.ts';
import { CORRECTION, FEE, MUTUAL_BITS } from './flows.ts';
import { addId, findId, isSameContent } from './ids.ts';

const CUSTOMER = 0;
const EXTERNAL = 5;
/** So far ahead of the clock may a posting be dated. */
const AHEAD_MS = 60_000;

export type Verified = {
  /** Transfers that were booked: their places in the batch, ascending. Null: all of them. */
  readonly booked: Uint16Array | null;
  readonly bookedCount: number;
  /** Transfers that the book had already, with the same content. */
  readonly repeats: number;
  readonly turnedAway: number;
  readonly violations: Violation[];
};

/** Verifies and books a batch. `now` in ms: what is dated later is called out. */
export function verifyBatch(book: Book, columns: Columns, now: number): Verified {
  const run: Run = { book, columns, now, violations: [], repeats: 0, turnedAway: 0, booked: [] };
  const { linked, count } = columns;
  let skipped = false;
  for (let from = 0; from < count; ) {
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
  return {
    booked: skipped ? Uint16Array.from(run.booked) : null,
    bookedCount: skipped ? run.booked.length : count,
    repeats: run.repeats,
    turnedAway: run.turnedAway,
    violations: run.violations,
  };
}

type Run = {
  readonly book: Book;
  readonly columns: Columns;
  readonly now: number;
  readonly violations: Violation[];
  readonly booked: number[];
  repeats: number;
  turnedAway: number;
};

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
  if ((ordinal + 1) * 2 > book.links.length) {
    const grown = new Uint32Array(book.links.length * 2);
    grown.set(book.links);
    book.links = grown;
  }
  const debit = (columns.debit[n] as number) * LANES + NEWEST;
  const credit = (columns.credit[n] as number) * LANES + NEWEST;
  book.links[ordinal * 2] = lanes[debit] as number;
  book.links[ordinal * 2 + 1] = lanes[credit] as number;
  lanes[debit] = ordinal + 1;
  lanes[credit] = ordinal + 1;
  const at = columns.at[n] as number;
  if (at > book.newestAt) book.newestAt = at;
}

function judgeLeg(run: Run, from: number, to: number, n: number): void {
  const { book, columns } = run;
  const { lanes } = book.accounts;
  const seq = columns.seq[n] as number;
  if (seq !== book.nextSeq) judgeSequence(run, n, seq);
  else book.nextSeq = seq + 1;
  book.isEmpty = false;
  const at = columns.at[n] as number;
  if (at < book.sealedUntil) note(run, n, 'sealed-period', 0n, `sealed until ${isoOf(book.sealedUntil)}`);
  else if (at > run.now + AHEAD_MS) note(run, n, 'future-dated', 0n, `the clock said ${isoOf(run.now)}`);
  const debit = (columns.debit[n] as number) * LANES;
  const credit = (columns.credit[n] as number) * LANES;
  const debitTraits = lanes[debit + TRAITS] as number;
  const debitOwner = debitTraits & OWNER_MASK;
  const creditOwner = (lanes[credit + TRAITS] as number) & OWNER_MASK;
  const purpose = columns.purpose[n] as number;
  const bit = 1 << purpose;
  if (((book.flows[debitOwner * 8 + creditOwner] as number) & bit) === 0)
    note(run, n, 'forbidden-flow', readU128(columns.amount, n), '');
  else if (
    debitOwner === CUSTOMER &&
    creditOwner !== CUSTOMER &&
    (MUTUAL_BITS & bit) !== 0 &&
    !hasCounterLeg(book, columns, from, to, n)
  )
    note(run, n, 'no-counter-leg', readU128(columns.amount, n), '');
  if (purpose === CORRECTION) judgeCorrection(run, n);
  if (purpose === FEE && book.feeCeilingBps !== null && debitOwner === CUSTOMER) judgeFee(run, from, to, n);
  if (debitOwner !== EXTERNAL && isBelowZero(lanes, debit))
    judgeBelowZero(run, to, n, debitOwner, debitTraits);
}

function judgeSequence(run: Run, n: number, seq: number): void {
  const { book } = run;
  if (book.isEmpty) book.nextSeq = seq + 1;
  else if (seq > book.nextSeq) {
    const missing = book.nextSeq === seq - 1 ? `${book.nextSeq}` : `${book.nextSeq} to ${seq - 1}`;
    note(run, n, 'sequence-gap', BigInt(seq - book.nextSeq), `missing: ${missing}`);
    book.nextSeq = seq + 1;
  } else note(run, n, 'sequence-repeat', 0n, `the journal had reached ${book.nextSeq - 1}`);
}

/** Whether another leg of the entry brings something in another asset from that side back to the customer. */
function hasCounterLeg(book: Book, columns: Columns, from: number, to: number, n: number): boolean {
  const { lanes } = book.accounts;
  const customer = lanes[(columns.debit[n] as number) * LANES + PARTY];
  for (let m = from; m < to; m += 1) {
    if (m === n || columns.asset[m] === columns.asset[n]) continue;
    const receiver = (columns.credit[m] as number) * LANES;
    const giver = (lanes[(columns.debit[m] as number) * LANES + TRAITS] as number) & OWNER_MASK;
    if (lanes[receiver + PARTY] === customer && giver !== EXTERNAL) return true;
  }
  return false;
}

function judgeCorrection(run: Run, n: number): void {
  const { book, columns } = run;
  const amount = readU128(columns.amount, n);
  const correction = book.corrections[(columns.correction[n] as number) - 1];
  const problem = correctionProblem(book, correction, columns, n);
  if (problem !== null || correction === undefined)
    note(run, n, 'unauthorised-correction', amount, problem ?? '');
  else {
    const before = correction.left;
    correction.left -= amount;
    if (correction.left < 0n)
      note(run, n, 'unauthorised-correction', -correction.left, `${before} was left of what is authorised`);
  }
}

function correctionProblem(
  { accounts }: Book,
  correction: Correction | undefined,
  columns: Columns,
  n: number,
): string | null {
  if (correction === undefined) return 'it names no authorisation';
  const [debit, credit] = [
    accounts.names[columns.debit[n] as number],
    accounts.names[columns.credit[n] as number],
  ];
  if (correction.debit !== debit || correction.credit !== credit) return 'authorised for other accounts';
  return (columns.at[n] as number) > correction.until ? `authorised until ${isoOf(correction.until)}` : null;
}

/** Of a fee, what else the customer moves in the same asset and entry is the measure. */
function judgeFee(run: Run, from: number, to: number, n: number): void {
  const { book, columns } = run;
  const { lanes } = book.accounts;
  const customer = lanes[(columns.debit[n] as number) * LANES + PARTY];
  let moved = 0n;
  for (let m = from; m < to; m += 1) {
    if (columns.purpose[m] === FEE || columns.asset[m] !== columns.asset[n]) continue;
    const touches =
      lanes[(columns.debit[m] as number) * LANES + PARTY] === customer ||
      lanes[(columns.credit[m] as number) * LANES + PARTY] === customer;
    if (touches) moved += readU128(columns.amount, m);
  }
  const ceiling = (moved * BigInt(book.feeCeilingBps ?? 0)) / 10_000n;
  const fee = readU128(columns.amount, n);
  if (fee > ceiling) note(run, n, 'fee-excess', fee - ceiling, `ceiling ${ceiling}`);
}

/** The leg that is blamed is the last one of the entry that debits the account. */
function judgeBelowZero(run: Run, to: number, n: number, owner: number, traits: number): void {
  const { book, columns } = run;
  const debit = columns.debit[n] as number;
  for (let m = n + 1; m < to; m += 1) if (columns.debit[m] === debit) return;
  const exposure = -balanceOf(book.accounts, debit);
  const until = book.accounts.lineUntil.get(debit) ?? 0;
  const hasLine = (traits & HAS_LINE) !== 0 && (columns.at[n] as number) <= until;
  const limit = hasLine ? limitOf(book.accounts, debit) : 0n;
  if (exposure <= limit) return;
  const lapsed = (traits & HAS_LINE) !== 0 && !hasLine ? ` (the line ended ${isoOf(until)})` : '';
  const rule = owner === CUSTOMER ? 'overdraft' : 'credit-limit';
  note(run, n, rule, exposure, `approved: ${limit}${lapsed}`);
}

/** An entry that stays out as a whole: of one leg it is known why. Its numbers in the journal were seen all the same. */
function turnAway(run: Run, from: number, to: number, n: number, rule: LedgerRule, detail: string): false {
  const { book, columns } = run;
  run.turnedAway += to - from;
  note(run, n, rule, 0n, detail);
  if (columns.isNumberedHere) return false;
  for (let m = from; m < to; m += 1) {
    const seq = columns.seq[m] as number;
    if (book.isEmpty || seq === book.nextSeq) book.nextSeq = seq + 1;
    else if (seq > book.nextSeq) judgeSequence(run, m, seq);
    book.isEmpty = false;
  }
  return false;
}

function note(run: Run, n: number, rule: LedgerRule, exposure: bigint, detail: string): void {
  const { columns, book } = run;
  const { names, assets } = book.accounts;
  const debit = names[columns.debit[n] as number] ?? '?';
  const credit = names[columns.credit[n] as number] ?? '?';
  run.violations.push({
    rule,
    row: n,
    id: idText(columns.id, n),
    seq: columns.seq[n] as number,
    at: columns.at[n] as number,
    account: debit,
    other: credit,
    asset: assets.texts[columns.asset[n] as number] ?? '?',
    amount: readU128(columns.amount, n).toString(),
    purpose: PURPOSES[columns.purpose[n] as number] ?? '?',
    exposure: exposure.toString(),
    detail,
  });
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** Books what the journal holds, without judging it again; the caller knows the next number. Throws where it does not fit. */
export function replayBatch(book: Book, columns: Columns): void {
  const { linked, count } = columns;
  for (let from = 0; from < count; ) {
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
