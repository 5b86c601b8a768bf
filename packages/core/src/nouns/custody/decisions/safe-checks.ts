/**
 * What the chain says of a Safe beside a transfer from it: the nonce that it executes next, and what its signers should
 * know. A nonce that was executed is refused; a gap, an unread or a changed Safe is said in plain words, for who must get
 * coin out of a Safe that was broken into must be able to ask for it.
 */
import { type Refused, refuse } from '../../../kernel/result.ts';
import type { Text } from '../../../log/fact.ts';
import { findingsOf } from '../controls/safes.ts';
import { bindsChain, freeNonce } from '../engine/safe-state.ts';
import type { Order, Shown } from '../facts/transfers.ts';
import type { Inventory } from '../views/inventory.ts';
import { type KnownSafe, type Safes, safeAt } from '../views/safes.ts';
import { isOpen, type Transfers } from '../views/transfers.ts';

export const NONCE_USED: Text = {
  en: 'The Safe has executed this nonce already.',
  ja: 'このノンスは Safe で実行済みである。',
};
const VALUE_CHARS_MAX = 500;
const WARNINGS_MAX = 6;

export type SafeWorld = {
  readonly safes: Safes;
  readonly transfers: Transfers;
  readonly inventory: Inventory;
};

/** The Safe that an order is from; null where it is from none, or from one that was never read. */
export const safeOfOrder = ({ transaction }: Order, chain: string, safes: Safes): KnownSafe | null =>
  transaction.kind === 'safe' ? safeAt(safes, chain, transaction.safe) : null;

/** Why this nonce can no longer be executed, or null. */
export function nonceProblem(order: Order, chain: string, safes: Safes): Refused | null {
  const { transaction } = order;
  const next = safeOfOrder(order, chain, safes)?.nonce ?? null;
  if (transaction.kind !== 'safe' || next === null || transaction.nonce >= next) return null;
  return refuse(
    'nonce-used',
    `order.transaction.nonce: ${transaction.nonce} is used, the Safe executes ${next} next`,
    'ask for the transfer again with the next free nonce',
  );
}

/** Nonces of a Safe that open transfers ask for and the Safe has not executed. */
export function askedNonces({ transfers }: Transfers, chain: string, safe: string): number[] {
  return transfers.flatMap(({ status, chain: on, order: { transaction } }) =>
    isOpen({ status }) && on === chain && transaction.kind === 'safe' && transaction.safe === safe
      ? [transaction.nonce]
      : [],
  );
}

/** The nonce to ask for next; null while the Safe was never read. */
export function nextNonce(world: Pick<SafeWorld, 'safes' | 'transfers'>, chain: string, safe: string) {
  const nonce = safeAt(world.safes, chain, safe)?.nonce ?? null;
  return nonce === null ? null : freeNonce(nonce, askedNonces(world.transfers, chain, safe));
}

/** Lines for signers: the Safe as it stands on chain, and warnings. */
export function safeLines(order: Order, chain: string, world: SafeWorld): Shown {
  const { transaction } = order;
  if (transaction.kind !== 'safe') return [];
  const line = (en: string, ja: string, value: string) => ({
    label: { en, ja },
    value: value.slice(0, VALUE_CHARS_MAX),
  });
  const warn = ({ en, ja }: Text) => line('Warning', '注意', `${en} / ${ja}`);
  const known = safeOfOrder(order, chain, world.safes);
  const state = known?.observed?.state ?? null;
  const version = state?.version ?? null;
  const domain = bindsChain(version) ? `${transaction.chainId} · ${transaction.safe}` : transaction.safe;
  return [
    line('Safe', 'Safe', transaction.safe),
    ...(state === null
      ? []
      : [
          line('Safe version', 'Safe のバージョン', version ?? '?'),
          line('Signatures needed', '必要署名数', `${state.threshold} / ${state.owners.length}`),
        ]),
    line('Signing domain', '署名ドメイン', domain),
    ...warningsOf(order, chain, world, known).slice(0, WARNINGS_MAX).map(warn),
  ];
}

function warningsOf(order: Order, chain: string, world: SafeWorld, known: KnownSafe | null): Text[] {
  const { transaction } = order;
  const wallet = world.inventory.wallets[order.wallet];
  if (transaction.kind !== 'safe' || wallet === undefined) return [];
  if (known?.observed == null)
    return [
      {
        en: 'The state of this Safe was not read on chain: compare nonce, owners and version yourself.',
        ja: 'この Safe の状態はチェーンから読み取られていません。ノンス、所有者、バージョンを確認してください。',
      },
    ];
  return [
    ...(known.confirmed ? [] : [NOT_ACCEPTED]),
    ...(transaction.to === transaction.safe && transaction.data !== '0x' ? [CHANGES_ITSELF] : []),
    ...findingsOf(known, wallet, world.inventory).map(({ says }) => says),
    ...nonceWarnings(transaction.nonce, known.nonce, askedNonces(world.transfers, chain, transaction.safe)),
  ];
}

const NOT_ACCEPTED: Text = {
  en: 'Two people have not accepted the state of this Safe yet.',
  ja: 'この Safe の状態はまだ二名に承認されていません。',
};

const CHANGES_ITSELF: Text = {
  en: 'This changes the Safe itself: have the state it will have accepted before it is executed.',
  ja: 'Safe 自体を変更する取引です。実行前に変更後の状態の承認を得てください。',
};

function nonceWarnings(nonce: number, next: number | null, asked: readonly number[]): Text[] {
  if (next === null) return [];
  if (asked.includes(nonce))
    return [
      {
        en: `Another transfer asks for nonce ${nonce}: only one of them can be executed.`,
        ja: `別の移転も同じノンス ${nonce} です。実行できるのは一方だけです。`,
      },
    ];
  const free = freeNonce(next, asked);
  if (nonce <= free) return [];
  return [
    {
      en: `A gap: nobody asks for nonce ${free}, and ${nonce} waits until that one is executed.`,
      ja: `ノンス ${free} の申請がなく、${nonce} はその実行まで処理されません(欠番)。`,
    },
  ];
}
