/** Published proofs of liabilities, newest last, with how many customers have fetched their file. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { liabilitiesChecked, liabilitiesPublished, solvencyPublished } from '../facts/epochs.ts';

export type PublishedEpoch = {
  readonly exchange: string;
  readonly epoch: string;
  readonly epochRoot: string;
  /** Number of the fact in the log that holds the root. */
  readonly seq: number;
  readonly book: string;
  readonly at: string;
  readonly customers: number;
  readonly checks: number;
  /** Private: amounts are hidden but the totals, and what customers owe is not stated. */
  readonly mode: 'open' | 'private';
  readonly assets: readonly {
    asset: string;
    leaves: number;
    credit: string;
    debt: string | null;
    root: string;
  }[];
  readonly solvency: PublishedSolvency | null;
};
/** The newest solvency statement of an epoch, and the fact that holds its digest. */
export type PublishedSolvency = {
  readonly digest: string;
  readonly seq: number;
  readonly reserves: readonly string[];
  readonly assets: readonly {
    asset: string;
    owed: string;
    signed: string;
    attested: string;
    unproved: string;
    signedBps: string | null;
    heldBps: string | null;
  }[];
  readonly assetsWithoutProof: readonly string[];
};
export type Epochs = { readonly epochs: readonly PublishedEpoch[] };

const EPOCHS_AT_HAND_MAX = 1_000;

/** One key, `all`. */
export const epochs = defineView<Epochs>({
  name: 'reserves.epochs',
  version: 2,
  folds: [liabilitiesPublished.name, liabilitiesChecked.name, solvencyPublished.name],
  initial: () => ({ epochs: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(liabilitiesPublished, fact)) {
      const { liabilities, mode, book, at, customers, assets } = fact.body;
      const known = { book, at, mode, customers, checks: 0, assets, solvency: null };
      const epoch = { ...liabilities, seq: fact.seq, ...known };
      return { epochs: [...state.epochs.slice(1 - EPOCHS_AT_HAND_MAX), epoch] };
    }
    if (isFact(solvencyPublished, fact)) {
      const { solvency, reserves, assets, assetsWithoutProof } = fact.body;
      const stated = { digest: solvency.digest, seq: fact.seq, reserves, assets, assetsWithoutProof };
      return {
        epochs: state.epochs.map((one) =>
          one.epoch === solvency.epoch ? { ...one, solvency: stated } : one,
        ),
      };
    }
    if (!isFact(liabilitiesChecked, fact)) return state;
    const { epoch, checks } = fact.body;
    return {
      epochs: state.epochs.map((one) =>
        one.epoch === epoch ? { ...one, checks: one.checks + checks } : one,
      ),
    };
  },
});
