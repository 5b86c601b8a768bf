/** Transfers from request to reconciliation, what the approved ones add up to, and movements that nobody approved. */
import type { z } from 'zod';
import { type Fact, isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { sumNames } from '../engine/decide.ts';
import { addSum, type SumRow, slotAt } from '../engine/sums.ts';
import { SLOT_MS, WINDOW_MS_MAX } from '../facts/policy.ts';
import {
  approvalGiven,
  type BlockScan,
  blocksScanned,
  calledBack,
  type Movement,
  movementJudged,
  movementMatched,
  type Order,
  type Shown,
  scanningStarted,
  scanningStopped,
  signatureRefused,
  TRANSFER_FACTS,
  transferApproved,
  transferDenied,
  transferReconciled,
  transferRequested,
  transferSigned,
  transferStopped,
  unapprovedFound,
} from '../facts/transfers.ts';

export const TRANSFERS_OPEN_MAX = 500;
const TRANSFERS_LISTED_MAX = 1_000;
export const UNAPPROVED_LISTED_MAX = 200;

export type TransferStatus =
  | 'requested'
  | 'approved'
  | 'signed'
  | 'settled'
  | 'reconciled'
  | 'denied'
  | 'stopped';
export type Transfer = {
  readonly id: string;
  readonly status: TransferStatus;
  readonly order: Order;
  readonly chain: string;
  readonly digest: string;
  readonly safeTxHash: string | null;
  readonly value: string;
  readonly quorum: number;
  readonly callBack: boolean;
  /** The rule that let it be asked for, or that denied it. */
  readonly rule: string;
  readonly shown: Shown;
  readonly reason: string;
  /** Who moves: 受払担当. */
  readonly requester: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly approvals: readonly { readonly by: string; readonly at: string }[];
  readonly calledBackBy: string | null;
  readonly approvedAt: string | null;
  readonly hash: string | null;
  readonly mismatches: number;
  readonly settledBy: string | null;
  readonly reconciledBy: string | null;
};

export const isOpen = ({ status }: Pick<Transfer, 'status'>): boolean =>
  status === 'requested' || status === 'approved' || status === 'signed';

export type Transfers = { readonly transfers: readonly Transfer[] };

/** All open ones and the newest closed ones, in order of request. One key, `all`. */
export const transfers = defineView<Transfers>({
  name: 'custody.transfers',
  version: 1,
  folds: TRANSFER_FACTS.map(({ name }) => name),
  initial: () => ({ transfers: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(transferRequested, fact)) {
      const all = [...state.transfers, requested(fact, fact.body)];
      const closed = all.filter((one) => !isOpen(one));
      const dropped = new Set(closed.slice(0, Math.max(0, all.length - TRANSFERS_LISTED_MAX)));
      return { transfers: all.filter((one) => !dropped.has(one)) };
    }
    const id = idOf(fact);
    if (id === null) return state;
    return { transfers: state.transfers.map((one) => (one.id === id ? next(one, fact) : one)) };
  },
});

function idOf(fact: Fact): string | null {
  if (isFact(movementMatched, fact)) return fact.body.movement.transfer;
  const { transfer } = fact.body as { transfer?: string };
  return transfer ?? null;
}

function requested(fact: Fact, body: z.infer<typeof transferRequested.schema>): Transfer {
  const { transfer: id, ...about } = body;
  return {
    ...about,
    id,
    status: 'requested',
    requester: fact.actor,
    requestedAt: fact.recordedAt,
    approvals: [],
    calledBackBy: null,
    approvedAt: null,
    hash: null,
    mismatches: 0,
    settledBy: null,
    reconciledBy: null,
  };
}

function next(known: Transfer, fact: Fact): Transfer {
  if (isFact(approvalGiven, fact))
    return { ...known, approvals: [...known.approvals, { by: fact.actor, at: fact.recordedAt }] };
  if (isFact(calledBack, fact)) return { ...known, calledBackBy: fact.actor };
  if (isFact(transferApproved, fact)) return { ...known, status: 'approved', approvedAt: fact.recordedAt };
  if (isFact(transferDenied, fact)) return { ...known, status: 'denied', rule: fact.body.rule };
  if (isFact(transferStopped, fact)) return { ...known, status: 'stopped' };
  if (isFact(transferSigned, fact)) return { ...known, status: 'signed', hash: fact.body.hash };
  if (isFact(signatureRefused, fact)) return { ...known, mismatches: known.mismatches + 1 };
  if (isFact(movementMatched, fact)) {
    const { transaction, index } = fact.body.movement;
    return { ...known, status: 'settled', settledBy: `${transaction}:${index}` };
  }
  if (isFact(transferReconciled, fact)) return { ...known, status: 'reconciled', reconciledBy: fact.actor };
  return known;
}

export type TransferSums = { readonly sums: Readonly<Record<string, SumRow>> };

/** What was approved, by name of the sum; what is older than any window falls out. One key, `all`. */
export const transferSums = defineView<TransferSums>({
  name: 'custody.transfer-sums',
  version: 1,
  folds: [transferApproved.name],
  initial: () => ({ sums: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(transferApproved, fact)) return state;
    const { value, amount } = fact.body;
    const atMs = Date.parse(fact.recordedAt);
    const oldest = slotAt(atMs - WINDOW_MS_MAX - SLOT_MS);
    const kept = Object.entries(state.sums).filter(([, row]) => (row.at(-1)?.[0] ?? 0) >= oldest);
    const sums: Record<string, SumRow> = Object.fromEntries(kept);
    const added = { value: BigInt(value), count: 1, amount: BigInt(amount) };
    const { asset, wallet, chain, destination, withdrawal } = fact.body;
    const customer = withdrawal?.customer ?? null;
    for (const name of sumNames({ asset, wallet, chain, destination, customer }))
      sums[name] = addSum(sums[name] ?? [], slotAt(atMs), added);
    return { sums };
  },
});

export type Unapproved = { readonly movement: Movement; readonly wallet: string; readonly at: string };
export const movementKey = ({ chain, transaction, index }: Movement): string =>
  `${chain} ${hashText(transaction)}:${index}`;
/** Hex has no case: one spelling for the hash of a transaction. */
const hashText = (text: string): string => (/^(0x)?[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : text);

/** Movements that nobody approved and no person has judged yet. One key, `all`. */
export const unapprovedMovements = defineView<{
  readonly movements: Readonly<Record<string, Unapproved>>;
  readonly more: number;
}>({
  name: 'custody.unapproved',
  version: 1,
  folds: [unapprovedFound.name, movementJudged.name],
  initial: () => ({ movements: {}, more: 0 }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(unapprovedFound, fact)) {
      const { movement, wallet } = fact.body;
      if (Object.keys(state.movements).length >= UNAPPROVED_LISTED_MAX)
        return { ...state, more: state.more + 1 };
      const found = { movement, wallet, at: fact.recordedAt };
      return { ...state, movements: { ...state.movements, [movementKey(movement)]: found } };
    }
    if (!isFact(movementJudged, fact)) return state;
    const { [fact.body.movement]: _, ...movements } = state.movements;
    return { ...state, movements };
  },
});

/** What was found of a movement, so that the same one is not found twice. Key: `movementKey`. */
export const seenMovement = defineView<{ readonly matched: boolean } | null>({
  name: 'custody.movement',
  version: 1,
  folds: [movementMatched.name, unapprovedFound.name],
  initial: () => null,
  keysOf: (fact) =>
    isFact(movementMatched, fact) || isFact(unapprovedFound, fact) ? [movementKey(fact.body.movement)] : [],
  apply: (_, fact) => ({ matched: isFact(movementMatched, fact) }),
});

/** How far each source has read its chain, and when that was said. One key, `all`. */
export type ChainCursors = {
  readonly sources: Readonly<Record<string, BlockScan & { readonly at: string }>>;
  /** Since when each is to be read, also while nothing has been read of it. */
  readonly started: Readonly<Record<string, string>>;
  /** Since when each is not to be read any more; how far it was read stays known. */
  readonly stopped: Readonly<Record<string, string>>;
};
export const chainCursors = defineView<ChainCursors>({
  name: 'custody.chain-cursors',
  version: 3,
  folds: [blocksScanned.name, scanningStarted.name, scanningStopped.name],
  initial: () => ({ sources: {}, started: {}, stopped: {} }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(scanningStopped, fact))
      return { ...state, stopped: { ...state.stopped, [fact.body.source]: fact.recordedAt } };
    if (isFact(scanningStarted, fact)) {
      const { [fact.body.source]: _, ...stopped } = state.stopped;
      return { ...state, started: { ...state.started, [fact.body.source]: fact.recordedAt }, stopped };
    }
    if (!isFact(blocksScanned, fact)) return state;
    const { source, chain, fromHeight, toHeight, hash, balanced } = fact.body;
    const reading = { source, chain, fromHeight, toHeight, hash, balanced, at: fact.recordedAt };
    return { ...state, sources: { ...state.sources, [source]: reading } };
  },
});

export const TRANSFER_VIEWS = [
  transfers,
  transferSums,
  unapprovedMovements,
  seenMovement,
  chainCursors,
] as const;
