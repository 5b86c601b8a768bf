/** Transfers that pay what the gate holds: exactly that withdrawal, one at a time, and one approved for ever. */
import { type Refused, refuse } from '../../../kernel/result.ts';
import type { Problem } from '../engine/decode.ts';
import type { Order } from '../facts/transfers.ts';
import type { Answered } from '../views/gate.ts';
import { isOpen, type Transfers } from '../views/transfers.ts';
import { withdrawalDigest } from './withdrawal.ts';

export const ASKED_ALREADY = {
  en: 'Another transfer is asked for the same withdrawal.',
  ja: '同じ出金に対する移転が既に申請されている。',
};

/** Refused while another transfer waits for the same withdrawal; null for a transfer that pays none. */
export function askedAlready({ withdrawal }: Order, { transfers }: Transfers): Refused | null {
  if (withdrawal === undefined) return null;
  const twin = transfers.find((one) => isOpen(one) && one.order.withdrawal?.id === withdrawal.id);
  if (twin === undefined) return null;
  return refuse(
    'asked-already',
    `order.withdrawal: transfer ${twin.id} is asked for it`,
    'approve or stop that one',
  );
}

/** Why a transfer does not pay what the gate holds, or null. */
export function withdrawalProblem(order: Order, chain: string, asked: Answered | null): Problem | null {
  if (order.withdrawal === undefined) return null;
  const { id, customer } = order.withdrawal;
  const { asset, amount, destination } = order;
  const digest = withdrawalDigest({ id, customer, asset, amount, destination, chain });
  if (asked === null || asked.decision !== 'hold' || asked.digest !== digest)
    return {
      rule: 'not-held',
      why: {
        en: 'The gate holds no such withdrawal: id, customer, asset, amount, destination and chain must be what it was asked.',
        ja: 'ゲートが保留した出金と一致しない(ID・顧客・資産・数量・宛先・チェーン)。',
      },
    };
  if (asked.releasedBy === null && asked.paidBy === null) return null;
  return {
    rule: 'released',
    why: {
      en: 'A transfer was approved for this withdrawal before.',
      ja: 'この出金には既に承認済みの移転がある。',
    },
  };
}
