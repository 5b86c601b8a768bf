/** What is declared and approved for a book, and what waits for approval. The verifier reads it before every batch. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { periodSealed } from '../facts/batches.ts';
import {
  type Change,
  changeApproved,
  changeEndorsed,
  changeProposed,
  changeRejected,
} from '../facts/changes.ts';

type Of<K extends Change['kind']> = Extract<Change, { kind: K }>;
export type Proposal = {
  readonly id: string;
  readonly change: Change;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly endorsedBy: readonly string[];
};
export type LedgerPolicy = {
  /** By account. */
  readonly lines: Readonly<
    Record<string, Of<'credit-line'> & { readonly id: string; readonly by: readonly string[] }>
  >;
  /** In the order of approval: postings refer to them by id. */
  readonly corrections: readonly (Of<'correction'> & {
    readonly id: string;
    readonly by: readonly string[];
  })[];
  /** Accounts that may be treated otherwise, and in what. */
  readonly exemptions: readonly (Of<'exemption'> & { readonly id: string; readonly by: readonly string[] })[];
  readonly flows: Of<'flows'>['flows'];
  readonly feeCeilingBps: number | null;
  readonly priceBand: Of<'price-band'>['band'];
  readonly sealedUntil: string;
  readonly proposals: readonly Proposal[];
};

export const PROPOSALS_MAX = 100;
export const CORRECTIONS_MAX = 10_000;

/** Key: book. */
export const ledgerPolicy = defineView<LedgerPolicy>({
  name: 'ledger.policy',
  version: 2,
  folds: [
    changeProposed.name,
    changeEndorsed.name,
    changeApproved.name,
    changeRejected.name,
    periodSealed.name,
  ],
  initial: () => ({
    lines: {},
    corrections: [],
    exemptions: [],
    flows: [],
    feeCeilingBps: null,
    priceBand: null,
    sealedUntil: '',
    proposals: [],
  }),
  keysOf: (fact) => [(fact.body as { book: string }).book],
  apply: (state, fact) => {
    if (isFact(periodSealed, fact)) return { ...state, sealedUntil: fact.body.until };
    if (isFact(changeProposed, fact)) {
      const { id, change, reason, by } = fact.body;
      const proposal = { id, change, reason, by, at: fact.recordedAt, endorsedBy: [] };
      return { ...state, proposals: [...state.proposals, proposal] };
    }
    if (isFact(changeEndorsed, fact)) {
      const { id, by } = fact.body;
      const proposals = state.proposals.map((one) =>
        one.id === id ? { ...one, endorsedBy: [...one.endorsedBy, by] } : one,
      );
      return { ...state, proposals };
    }
    if (isFact(changeRejected, fact))
      return { ...state, proposals: state.proposals.filter(({ id }) => id !== fact.body.id) };
    if (!isFact(changeApproved, fact)) return state;
    const { id, change, by } = fact.body;
    return inForce({ ...state, proposals: state.proposals.filter((one) => one.id !== id) }, id, change, by);
  },
});

function inForce(state: LedgerPolicy, id: string, change: Change, by: readonly string[]): LedgerPolicy {
  switch (change.kind) {
    case 'credit-line':
      return { ...state, lines: { ...state.lines, [change.account]: { ...change, id, by } } };
    case 'correction':
      return { ...state, corrections: [...state.corrections, { ...change, id, by }] };
    case 'exemption':
      return { ...state, exemptions: [...state.exemptions, { ...change, id, by }] };
    case 'flows': {
      const isNamed = ({ from, to }: { from: string; to: string }): boolean =>
        change.flows.some((flow) => flow.from === from && flow.to === to);
      return { ...state, flows: [...state.flows.filter((flow) => !isNamed(flow)), ...change.flows] };
    }
    case 'fee-ceiling':
      return { ...state, feeCeilingBps: change.bps };
    case 'price-band':
      return { ...state, priceBand: change.band };
  }
}
