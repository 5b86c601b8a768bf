/** What the log says of a book: how far it is sealed, which rules are broken, what came of it. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  batchesSealed,
  type LoggedViolation,
  periodSealed,
  violationsAnswered,
  violationsDetected,
} from '../facts/batches.ts';

/** Violations of one rule by one subject since the book began. */
export type Breach = {
  readonly rule: string;
  readonly subject: string;
  readonly count: number;
  readonly answered: number;
  /** The worst exposure seen, minor units. */
  readonly exposure: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly newest: LoggedViolation;
  readonly answer: { readonly by: string; readonly at: string; readonly reason: string } | null;
};

export type SealedBook = {
  /** The newest sealed frame; 0 before the first. */
  readonly sealedTo: number;
  readonly head: string;
  readonly transfers: number;
  readonly accounts: number;
  readonly nextSeq: number;
  readonly asOf: string;
  readonly repeats: number;
  readonly turnedAway: number;
  readonly violations: number;
  readonly sealedUntil: string;
  /** By `rule/subject`. */
  readonly breaches: Readonly<Record<string, Breach>>;
  /** Breaches of further subjects than can be kept: in the log all the same. */
  readonly unlisted: number;
  /** Newest last. */
  readonly newest: readonly LoggedViolation[];
};

const BREACHES_MAX = 500;
const NEWEST_MAX = 200;

/** Key: book. */
export const sealedBook = defineView<SealedBook>({
  name: 'ledger.book',
  version: 1,
  folds: [batchesSealed.name, violationsDetected.name, violationsAnswered.name, periodSealed.name],
  initial: () => ({
    sealedTo: 0,
    head: '',
    transfers: 0,
    accounts: 0,
    nextSeq: 0,
    asOf: '',
    repeats: 0,
    turnedAway: 0,
    violations: 0,
    sealedUntil: '',
    breaches: {},
    unlisted: 0,
    newest: [],
  }),
  keysOf: (fact) => [(fact.body as { book: string }).book],
  apply: (state, fact) => {
    if (isFact(batchesSealed, fact)) {
      const { to, head, transfers, accounts, nextSeq, asOf, repeats, turnedAway, violations } = fact.body;
      return {
        ...state,
        ...{ sealedTo: to, head, transfers, accounts, nextSeq, asOf },
        repeats: state.repeats + repeats,
        turnedAway: state.turnedAway + turnedAway,
        violations: state.violations + violations,
      };
    }
    if (isFact(periodSealed, fact)) return { ...state, sealedUntil: fact.body.until };
    if (isFact(violationsDetected, fact)) return withFound(state, fact.body, fact.recordedAt);
    if (!isFact(violationsAnswered, fact)) return state;
    const { rule, subject, by, reason } = fact.body;
    const key = `${rule}/${subject}`;
    const breach = state.breaches[key];
    if (breach === undefined) return state;
    const answer = { by, reason, at: fact.recordedAt };
    return {
      ...state,
      breaches: { ...state.breaches, [key]: { ...breach, answered: breach.count, answer } },
    };
  },
});

type Found = typeof violationsDetected extends { schema: { _output: infer B } } ? B : never;

function withFound(state: SealedBook, { byRule, first }: Found, at: string): SealedBook {
  const breaches = { ...state.breaches };
  let { unlisted } = state;
  for (const { rule, subject, count, exposure } of byRule) {
    const key = `${rule}/${subject}`;
    const known = breaches[key];
    const newest = first.findLast((one) => one.rule === rule) ?? known?.newest;
    if (newest === undefined || (known === undefined && Object.keys(breaches).length >= BREACHES_MAX)) {
      unlisted += count;
      continue;
    }
    breaches[key] = {
      ...{ rule, subject, newest, lastAt: at },
      count: (known?.count ?? 0) + count,
      answered: known?.answered ?? 0,
      answer: known?.answer ?? null,
      firstAt: known?.firstAt ?? at,
      exposure: BigInt(known?.exposure ?? '0') > BigInt(exposure) ? (known?.exposure ?? '0') : exposure,
    };
  }
  return { ...state, breaches, unlisted, newest: [...state.newest, ...first].slice(-NEWEST_MAX) };
}
