/**
 * What a transaction truly does, read from its own bytes and held against what was asked for: Bybit's signers were
 * shown one thing and signed another. What cannot be read is not signed.
 */

import { textHash } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { isErc20Transfer, readErc20Transfer } from '@sonae/proof/erc20';
import { formatAmount } from '../../../kernel/money.ts';
import type { Text } from '../../../log/fact.ts';
import type { Asset } from '../../instruments/facts.ts';
import type { Wallet } from '../facts/inventory.ts';
import type { Policy } from '../facts/policy.ts';
import type { Order, Shown } from '../facts/transfers.ts';

import { argumentLines, functionText } from './known-calls.ts';
import { type SafeTransaction, safeTxHash } from './safe-hash.ts';

export type Problem = { readonly rule: string; readonly why: Text };
export type Decoded = {
  readonly shown: Shown;
  readonly digest: string;
  readonly safeTxHash: string | null;
};

const no = (rule: string, en: string, ja: string): Problem => ({ rule, why: { en, ja } });

/** Why a transaction must not be signed at all, or null: form, operation and content against the order. */
export function transactionProblem(
  order: Order,
  wallet: Wallet,
  asset: Asset,
  safes: readonly string[],
  contracts: Policy['contracts'],
): Problem | null {
  const { transaction } = order;
  if (transaction.kind === 'raw' || transaction.kind === 'typed-data')
    return no(
      'blind-signing',
      'Raw bytes or unknown typed data cannot be decoded: nobody could know what they sign.',
      '生データや不明な型付きデータは復号できず、署名内容を確認できません。',
    );
  const wanted = { evm: 'safe', bitcoin: 'bitcoin', custodian: 'instruction', bank: 'instruction' } as const;
  if (transaction.kind !== wanted[wallet.kind])
    return no(
      'wrong-form',
      `A ${wallet.kind} wallet signs a ${wanted[wallet.kind]} transaction, not ${transaction.kind}.`,
      'ウォレットの種別と取引の形式が一致しません。',
    );
  const isCall = transaction.kind === 'safe' && transaction.data !== '0x';
  if (BigInt(order.amount) === 0n && !isCall)
    return no('nothing', 'It moves nothing.', '移転する数量がありません。');
  return transaction.kind === 'safe'
    ? safeProblem(transaction, order, wallet, asset, safes, contracts)
    : null;
}

function safeProblem(
  transaction: SafeTransaction,
  order: Order,
  wallet: Wallet,
  asset: Asset,
  safes: readonly string[],
  contracts: Policy['contracts'],
): Problem | null {
  const { operation, to, value, data, safe, chainId } = transaction;
  if (operation !== 'call')
    return no(
      'delegatecall',
      'DELEGATECALL would run foreign code as this wallet (Bybit, 2025-02-21).',
      'DELEGATECALL は他者のコードを自ウォレットとして実行します(Bybit 事件)。',
    );
  if (chainId !== wallet.chainId || !safes.includes(safe))
    return no(
      'other-safe',
      'The Safe or its chain is not this wallet’s.',
      'Safe またはチェーンが登録と異なります。',
    );
  const deployment = asset.chains.find(({ chain }) => chain === wallet.chain);
  if (deployment === undefined)
    return no(
      'other-chain',
      `${asset.asset} is not on ${wallet.chain}.`,
      'この資産はこのチェーンにありません。',
    );
  if (deployment.contract === null) {
    if (data === '0x' && to === order.destination && value === order.amount) return null;
  } else if (to === deployment.contract.toLowerCase() && value === '0') {
    const sent = readErc20Transfer(data);
    if (sent !== null && sent.to === order.destination && sent.amount === BigInt(order.amount)) return null;
  }
  const isListed = contracts.some(
    (one) => one.chain === wallet.chain && one.address === to && one.selector === data.slice(0, 10),
  );
  // A listed call moves what its own contract says; the order must then name the contract and the value it carries.
  if (isListed && order.destination === to && value === order.amount && deployment.contract === null)
    return null;
  if (data !== '0x' && !isListed && !isErc20Transfer(data))
    return no(
      'blind-signing',
      `The call data ${data.slice(0, 10)} to ${to} is not on the list of contracts.`,
      '呼出しデータが許可された契約・関数の一覧にありません。',
    );
  return no(
    'not-as-asked',
    'The bytes do not do what was asked: destination, asset or amount differs.',
    '取引の中身が申請内容(宛先・資産・数量)と一致しません。',
  );
}

/** What is known of the Safe that a transfer is from. */
export type SafeNotes = { readonly version: string | null; readonly lines: Shown };

/** The digest of the exact transaction, and the lines that every signer is shown. `id` makes it one use. */
export function decodeOrder(
  id: string,
  order: Order,
  wallet: Wallet,
  asset: Asset,
  destinationName: string,
  notes: SafeNotes,
): Decoded {
  const { transaction } = order;
  const hash = transaction.kind === 'safe' ? safeTxHash(transaction, notes.version) : null;
  const line = (en: string, ja: string, value: string) => ({ label: { en, ja }, value: value.slice(0, 500) });
  const shown = [
    line('From', '移転元', `${wallet.name} (${wallet.id})`),
    line('Chain', 'チェーン', wallet.chain),
    line('To', '宛先', order.destination),
    line('Known as', '登録名', destinationName),
    line('Asset', '資産', asset.asset),
    line('Amount', '数量', `${formatAmount(BigInt(order.amount), asset.decimals)} ${asset.asset}`),
    ...(order.withdrawal === undefined
      ? []
      : [
          line('Pays the held withdrawal', '支払う保留中の出金', order.withdrawal.id),
          line('Of customer', '顧客', order.withdrawal.customer),
        ]),
    ...linesOf(order, hash, asset),
    ...notes.lines,
  ];
  const bound = { id, wallet: wallet.id, chain: wallet.chain, order };
  return {
    shown,
    safeTxHash: hash,
    digest: textHash(`sonae/transfer/v1\n${canonicalJson(bound as unknown as JsonValue)}`),
  };

  function linesOf({ transaction: of }: Order, safeHash: string | null, { decimals }: Asset) {
    if (of.kind === 'safe')
      return [
        line('Calls', '呼出し先', of.to),
        line('Function', '関数', functionText(of.data)),
        ...argumentLines(of.data),
        line('Operation', '操作', of.operation.toUpperCase()),
        line('Nonce', 'ノンス', String(of.nonce)),
        line('Hash on the device', '端末に表示されるハッシュ', `0x${safeHash}`),
      ];
    if (of.kind === 'bitcoin')
      return [line('Fee at most', '手数料上限', formatAmount(BigInt(of.feeMax), decimals))];
    if (of.kind === 'instruction') return [line('Reference', '参照番号', of.reference)];
    return [];
  }
}
