/**
 * Which purposes may move value from which owner to which. What is not declared is forbidden. This is the default; a firm
 * revises it with a decision of two people (decisions/changes.ts), and the revision stands in the log.
 */

import { PURPOSES, type Purpose } from '../facts/rules.ts';
import { OWNERS, type Owner } from '../facts/words.ts';

/** `from` is the owner that is debited, `to` the one that is credited. */
export type Flow = { readonly from: Owner; readonly to: Owner; readonly purposes: readonly Purpose[] };

const own: readonly Purpose[] = [
  'transfer',
  'capital',
  'expense',
  'loan',
  'settlement',
  'correction',
  'trade',
];

/**
 * Customers' value reaches the house only as the firm's declared earnings, as a trade or a liquidation that gives something
 * back, or as an authorised correction; it reaches an affiliate only as one of the first two. Customers' deposits are not
 * the house's income. A firm that is its customers' counterparty takes their losses as `settlement`: two people declare it.
 */
export const DEFAULT_FLOWS: readonly Flow[] = [
  {
    from: 'customer',
    to: 'customer',
    purposes: ['trade', 'transfer', 'funding', 'liquidation', 'settlement', 'interest', 'loan', 'correction'],
  },
  { from: 'customer', to: 'house', purposes: ['trade', 'liquidation', 'correction'] },
  { from: 'customer', to: 'affiliate', purposes: ['trade', 'liquidation'] },
  { from: 'customer', to: 'suspense', purposes: ['correction', 'withdrawal', 'transfer'] },
  { from: 'customer', to: 'fee', purposes: ['fee', 'interest', 'funding'] },
  { from: 'customer', to: 'external', purposes: ['withdrawal', 'redeem'] },
  ...(['house', 'affiliate', 'fee'] as const).flatMap((from): Flow[] => [
    { from, to: 'customer', purposes: PURPOSES.filter((purpose) => purpose !== 'withdrawal') },
    ...(['house', 'affiliate', 'fee'] as const).map((to) => ({
      from,
      to,
      purposes: [...own, 'fee', 'interest'] as const,
    })),
    { from, to: 'suspense', purposes: ['correction', 'transfer'] },
    {
      from,
      to: 'external',
      purposes: ['withdrawal', 'capital', 'expense', 'loan', 'settlement', 'interest', 'redeem', 'fee'],
    },
  ]),
  { from: 'suspense', to: 'customer', purposes: ['deposit', 'correction', 'transfer', 'withdrawal'] },
  { from: 'suspense', to: 'external', purposes: ['withdrawal', 'correction'] },
  { from: 'suspense', to: 'suspense', purposes: ['transfer', 'correction'] },
  { from: 'suspense', to: 'house', purposes: ['correction'] },
  { from: 'external', to: 'customer', purposes: ['deposit', 'issue', 'reward', 'interest', 'correction'] },
  { from: 'external', to: 'suspense', purposes: ['deposit', 'correction'] },
  ...(['house', 'affiliate', 'fee'] as const).map(
    (to): Flow => ({
      from: 'external',
      to,
      purposes: [
        'capital',
        'loan',
        'settlement',
        'interest',
        'reward',
        'transfer',
        'issue',
        'fee',
        'expense',
      ],
    }),
  ),
  { from: 'external', to: 'external', purposes: ['transfer', 'settlement', 'correction'] },
];

/** Purposes that must bring something back to the customer in the same entry. */
const MUTUAL: readonly Purpose[] = ['trade', 'liquidation'];
export const MUTUAL_BITS = MUTUAL.reduce((bits, purpose) => bits | (1 << PURPOSES.indexOf(purpose)), 0);
export const CORRECTION = PURPOSES.indexOf('correction');
export const FEE = PURPOSES.indexOf('fee');

/** A bit per purpose, at `from * 8 + to`. */
export function compileFlows(flows: readonly Flow[]): Uint32Array {
  const table = new Uint32Array(64);
  for (const { from, to, purposes } of flows) {
    const at = OWNERS.indexOf(from) * 8 + OWNERS.indexOf(to);
    for (const purpose of purposes) table[at] = (table[at] as number) | (1 << PURPOSES.indexOf(purpose));
  }
  return table;
}
