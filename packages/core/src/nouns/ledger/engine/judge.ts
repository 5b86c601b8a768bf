/** The rules of conduct, leg by leg: what happened is booked, and what broke a rule is written down with its exposure. */
import type { LedgerRule } from '../facts/rules.ts';
import { PURPOSES } from '../facts/rules.ts';
import { balanceOf, HAS_LINE, isBelowZero, LANES, limitOf, OWNER_MASK, PARTY, TRAITS } from './accounts.ts';
import type { Book, Correction, Violation } from './book.ts';
import { type Columns, idText, readU128 } from './columns.ts';
import { judgePrice } from './fair-price.ts';
import { CORRECTION, FEE, MUTUAL_BITS } from './flows.ts';

const CUSTOMER = 0;
const EXTERNAL = 5;
/** So far ahead of the clock may a posting be dated. */
const AHEAD_MS = 60_000;

/** One batch on its way through the verifier. */
export type Run = {
  readonly book: Book;
  readonly columns: Columns;
  readonly now: number;
  readonly violations: Violation[];
  readonly booked: number[];
  /** Numbers of rows that came with the batch and could not be read: they are not missing. */
  readonly unread: ReadonlySet<number>;
  repeats: number;
  turnedAway: number;
  /** Numbers that were left open by the batch, and open ones that it took. */
  readonly opened: number[];
  readonly taken: number[];
  /** Said once in a batch: without values there would be one for every trade. */
  isUnpricedSaid: boolean;
};

/** Holds a booked leg of the entry `from` to `to - 1` against the rules of conduct. */
export function judgeLeg(run: Run, from: number, to: number, n: number): void {
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
  else if (debitOwner === CUSTOMER && (MUTUAL_BITS & bit) !== 0)
    if (creditOwner !== CUSTOMER || isFirmIn(book, columns, from, to)) judgeTrade(run, from, to, n);
  if (purpose === CORRECTION) judgeCorrection(run, n);
  if (purpose === FEE && book.feeCeilingBps !== null && debitOwner === CUSTOMER) judgeFee(run, from, to, n);
  if (debitOwner !== EXTERNAL && isBelowZero(lanes, debit))
    judgeBelowZero(run, to, n, debitOwner, debitTraits);
}

/** A number that is not the next one: missing before it, left open by what was turned away, or used before. */
export function judgeSequence(run: Run, n: number, seq: number): void {
  const { book, unread } = run;
  passUnread(run);
  if (book.isEmpty || seq === book.nextSeq) book.nextSeq = seq + 1;
  else if (seq > book.nextSeq) {
    const text = book.nextSeq === seq - 1 ? `${book.nextSeq}` : `${book.nextSeq} to ${seq - 1}`;
    const came = [...unread].filter((one) => one > book.nextSeq && one < seq);
    for (const one of came) leaveOpen(run, one);
    note(run, n, 'sequence-gap', BigInt(seq - book.nextSeq - came.length), `missing: ${text}`);
    book.nextSeq = seq + 1;
  } else if (book.openSeqs.delete(seq)) run.taken.push(seq);
  else note(run, n, 'sequence-repeat', 0n, `the journal had reached ${book.nextSeq - 1}`);
}

/** Beyond it a corrected posting is called a repeated number, which somebody then answers for. */
const OPEN_SEQS_MAX = 100_000;

/** What came under this number was turned away: nothing is booked under it yet. */
export function leaveOpen({ book, opened }: Run, seq: number): void {
  if (book.openSeqs.size >= OPEN_SEQS_MAX) return;
  book.openSeqs.add(seq);
  opened.push(seq);
}

/** Goes on behind numbers that came and could not be read. */
function passUnread(run: Run): void {
  const { book, unread } = run;
  for (; !book.isEmpty && unread.has(book.nextSeq); book.nextSeq += 1) leaveOpen(run, book.nextSeq);
}

/** The batch is over: numbers of unreadable rows at its end have come too, and a book of nothing else is none without numbers. */
export function endNumbers(run: Run): void {
  const { book, unread } = run;
  if (book.isEmpty && unread.size > 0) {
    book.nextSeq = Math.min(...unread);
    book.isEmpty = false;
  }
  passUnread(run);
}

/**
 * Whether the firm takes part in the trade of this entry. Then everybody who gives in it is asked for: what one customer
 * pays the firm may be given back at the cost of another.
 */
function isFirmIn({ accounts }: Book, columns: Columns, from: number, to: number): boolean {
  const { lanes } = accounts;
  for (let m = from; m < to; m += 1) {
    if (((1 << (columns.purpose[m] as number)) & MUTUAL_BITS) === 0) continue;
    const giver = (lanes[(columns.debit[m] as number) * LANES + TRAITS] as number) & OWNER_MASK;
    const taker = (lanes[(columns.credit[m] as number) * LANES + TRAITS] as number) & OWNER_MASK;
    if (giver === CUSTOMER && taker !== CUSTOMER) return true;
  }
  return false;
}

/** A trade with the firm gives the customer something back, and what it is worth. */
function judgeTrade(run: Run, from: number, to: number, n: number): void {
  const { book, columns } = run;
  if (!hasCounterLeg(book, columns, from, to, n)) {
    note(run, n, 'no-counter-leg', readU128(columns.amount, n), '');
    return;
  }
  if (book.prices === null) return;
  const found = judgePrice(book, columns, book.prices, from, to, n);
  if (found === null || (found.rule === 'unpriced-trade' && run.isUnpricedSaid)) return;
  if (found.rule === 'unpriced-trade') run.isUnpricedSaid = true;
  note(run, n, found.rule, found.exposure, found.detail);
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

/** Why a transfer does not rest on the correction that it names, or null. */
export function correctionProblem(
  { accounts }: Book,
  correction: Correction | undefined,
  columns: Columns,
  n: number,
): string | null {
  if (correction === undefined) return 'it names no correction that was approved';
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
  note(
    run,
    n,
    rule,
    exposure,
    limit === 0n && lapsed === '' ? 'no credit line' : `approved: ${limit} minor units${lapsed}`,
  );
}

/** Writes down a broken rule by the posting where it happened. */
export function note(run: Run, n: number, rule: LedgerRule, exposure: bigint, detail: string): void {
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
