/** What the gate has answered and let pass: one row per withdrawal, one row per running sum. The log's own counters. */

import type { Text } from '../../../log/fact.ts';
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { addSum, type SumRow } from '../engine/sums.ts';
import { type Answer, gateDecided, type Payment, paymentsAnnounced } from '../facts/gate.ts';
import { movementMatched, transferApproved } from '../facts/transfers.ts';

export type Answered = Answer & {
  readonly at: string;
  readonly reason: Text;
  /** The output or log on chain that paid it; one withdrawal is paid once. */
  readonly paidBy: string | null;
  /** The transfer that was approved to pay it; what was approved once is not asked for again, also not when stopped. */
  readonly releasedBy: string | null;
};

export const answerKey = (id: string): string => `withdrawal ${id}`;

/** Key: `answerKey(id)`; null: never asked. */
export const gateAnswer = defineView<Answered | null>({
  name: 'custody.gate-answer',
  version: 2,
  folds: [gateDecided.name, movementMatched.name, transferApproved.name],
  initial: () => null,
  keysOf: (fact) => {
    if (isFact(gateDecided, fact)) return fact.body.answers.map(({ id }) => answerKey(id));
    const withdrawal = isFact(movementMatched, fact)
      ? fact.body.movement.withdrawal
      : isFact(transferApproved, fact)
        ? fact.body.withdrawal?.id
        : null;
    return withdrawal ? [answerKey(withdrawal)] : [];
  },
  apply: (state, fact, key) => {
    if (isFact(movementMatched, fact)) {
      const { transaction, index } = fact.body.movement;
      return state === null ? null : { ...state, paidBy: `${transaction}:${index}` };
    }
    if (isFact(transferApproved, fact))
      return state === null ? null : { ...state, releasedBy: fact.body.transfer };
    if (!isFact(gateDecided, fact)) return state;
    const answer = fact.body.answers.find(({ id }) => answerKey(id) === key);
    if (answer === undefined) return state;
    const reason = fact.body.reasons[answer.rule] ?? { en: answer.rule, ja: answer.rule };
    return { ...answer, at: fact.recordedAt, reason, paidBy: null, releasedBy: null };
  },
});

/** Key: name of the sum (`sumNames`). Rows hold what passed the gate; requested transfers have their own list. */
export const gateSums = defineView<SumRow>({
  name: 'custody.gate-sums',
  version: 1,
  folds: [gateDecided.name],
  initial: () => [],
  keysOf: (fact) => (isFact(gateDecided, fact) ? [...new Set(fact.body.sums.map(([name]) => name))] : []),
  apply: (state, fact, key) => {
    if (!isFact(gateDecided, fact)) return state;
    return fact.body.sums.reduce(
      (row, [name, slot, value, count, amount]) =>
        name === key ? addSum(row, slot, { value: BigInt(value), count, amount: BigInt(amount) }) : row,
      state,
    );
  },
});

export type GateState = {
  readonly allow: number;
  readonly hold: number;
  readonly deny: number;
  /** Decisions by the rule that made them. */
  readonly byRule: Readonly<Record<string, number>>;
  readonly lastAt: string | null;
  readonly policy: number;
};
const RULES_COUNTED_MAX = 1_000;

/** For screens. One key, `all`. */
export const gateState = defineView<GateState>({
  name: 'custody.gate',
  version: 1,
  folds: [gateDecided.name],
  initial: () => ({ allow: 0, hold: 0, deny: 0, byRule: {}, lastAt: null, policy: 0 }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(gateDecided, fact)) return state;
    const counts = { allow: state.allow, hold: state.hold, deny: state.deny };
    const byRule: Record<string, number> = { ...state.byRule };
    for (const { decision, rule } of fact.body.answers) {
      counts[decision] += 1;
      if (rule in byRule || Object.keys(byRule).length < RULES_COUNTED_MAX)
        byRule[rule] = (byRule[rule] ?? 0) + 1;
    }
    return { ...counts, byRule, lastAt: fact.recordedAt, policy: fact.body.policy };
  },
});

/** A withdrawal that waits for people. What was asked is evidence; the exchange knows it under the id. */
export type HeldWithdrawal = {
  readonly id: string;
  readonly rule: string;
  readonly reason: Text;
  readonly at: string;
};
export type HeldWithdrawals = { readonly held: readonly HeldWithdrawal[]; readonly more: number };
const HELD_LISTED_MAX = 200;

/** The newest that are held and for which no transfer was approved. One key, `all`. */
export const heldWithdrawals = defineView<HeldWithdrawals>({
  name: 'custody.held',
  version: 1,
  folds: [gateDecided.name, transferApproved.name],
  initial: () => ({ held: [], more: 0 }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(transferApproved, fact)) {
      const { withdrawal } = fact.body;
      const held = state.held.filter(({ id }) => id !== withdrawal?.id);
      return held.length === state.held.length ? state : { ...state, held };
    }
    if (!isFact(gateDecided, fact)) return state;
    const { answers, reasons } = fact.body;
    const fresh = answers
      .filter(({ decision }) => decision === 'hold')
      .map(({ id, rule }) => ({
        ...{ id, rule, at: fact.recordedAt },
        reason: reasons[rule] ?? { en: rule, ja: rule },
      }));
    if (fresh.length === 0) return state;
    const all = [...state.held, ...fresh];
    const more = Math.max(0, all.length - HELD_LISTED_MAX);
    return { held: all.slice(more), more: state.more + more };
  },
});

/** Of one transaction, beyond what a block can hold. */
const PAID_BY_ONE_MAX = 5_000;
export const paymentKey = (chain: string, transaction: string): string =>
  `${chain} ${transaction.toLowerCase()}`;

/** Withdrawals that a transaction is said to pay. Key: `paymentKey`. */
export const announcedPayments = defineView<readonly Pick<Payment, 'id' | 'customer'>[]>({
  name: 'custody.payments',
  version: 1,
  folds: [paymentsAnnounced.name],
  initial: () => [],
  keysOf: (fact) =>
    isFact(paymentsAnnounced, fact)
      ? [...new Set(fact.body.payments.map(({ chain, transaction }) => paymentKey(chain, transaction)))]
      : [],
  apply: (state, fact, key) => {
    if (!isFact(paymentsAnnounced, fact)) return state;
    const known = new Set(state.map(({ id }) => id));
    const added = fact.body.payments
      .filter(({ id, chain, transaction }) => paymentKey(chain, transaction) === key && !known.has(id))
      .map(({ id, customer }) => ({ id, customer }));
    return [...state, ...added].slice(0, PAID_BY_ONE_MAX);
  },
});

export const GATE_VIEWS = [gateAnswer, gateSums, gateState, heldWithdrawals, announcedPayments] as const;
