/** The newest statement of each account, and the statements of one account by which twins and gaps are found. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type REMARKS, STATEMENTS_KEPT, statementRecorded } from '../facts/statements.ts';

export type Received = {
  readonly statementId: string;
  readonly contentHash: string;
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly opening: string;
  readonly closing: string;
  readonly receivedAt: string;
  readonly roots: readonly string[];
  readonly remarks: readonly (typeof REMARKS)[number][];
};
const ACCOUNTS_KEPT = 200;

/** Key: account. Oldest first by the day they reach. */
export const accountStatements = defineView<{ readonly statements: readonly Received[] }>({
  name: 'reserves.statements',
  version: 2,
  folds: [statementRecorded.name],
  initial: () => ({ statements: [] }),
  keysOf: (fact) => (isFact(statementRecorded, fact) ? [fact.body.account] : []),
  apply: (state, fact) => {
    if (!isFact(statementRecorded, fact)) return state;
    const { statementId, contentHash, currency, from, to, opening, closing, receivedAt, roots, remarks } =
      fact.body;
    const one = {
      statementId,
      contentHash,
      currency,
      from,
      to,
      opening,
      closing,
      receivedAt,
      roots,
      remarks,
    };
    const all = [...state.statements, one].sort((a, b) => (a.to < b.to ? -1 : a.to > b.to ? 1 : 0));
    return { statements: all.slice(-STATEMENTS_KEPT) };
  },
});

export type Accounts = {
  readonly accounts: readonly { readonly account: string; readonly currency: string; readonly to: string }[];
};

/** One key, `all`: how far each account is known. */
export const accounts = defineView<Accounts>({
  name: 'reserves.accounts',
  version: 1,
  folds: [statementRecorded.name],
  initial: () => ({ accounts: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(statementRecorded, fact)) return state;
    const { account, currency, to } = fact.body;
    const known = state.accounts.find((one) => one.account === account);
    if (known !== undefined && known.to >= to) return state;
    const others = state.accounts.filter((one) => one.account !== account);
    return { accounts: [...others, { account, currency, to }].slice(-ACCOUNTS_KEPT) };
  },
});
