/** What must be true of custody, what each control rests on, and who owns it. */
import type { ControlDef } from '../../../log/define.ts';
import type { Text } from '../../../log/fact.ts';
import { defineLevels } from '../../../log/levels.ts';

export const CUSTODY_CONTROLS: readonly (ControlDef & { name: Text })[] = [
  {
    id: 'custody.unknown-address',
    name: { en: 'Addresses outside the inventory', ja: '台帳外アドレス' },
    statement: {
      en: 'Every address that receives customers’ coin belongs to a wallet of the inventory.',
      ja: '顧客資産を受領するアドレスはすべて台帳のウォレットに属する。',
    },
    basis: ['暗号資産交換業者に関する内閣府令27条', 'FTX: no complete inventory of wallets'],
    owner: 'custody',
    levels: ['ok', 'critical'],
  },
  {
    id: 'custody.unapproved-movement',
    name: { en: 'Movement nobody approved', ja: '承認のない移動' },
    statement: {
      en: 'Whatever leaves a wallet on chain is a transfer or withdrawal that was approved before.',
      ja: 'ウォレットからの移動はすべて事前に承認されたものである。',
    },
    basis: [
      '事務ガイドライン第三分冊16 II-2-2-4-2',
      'Coincheck 2018-01-26, Zaif 2018-09-14: noticed after hours',
    ],
    owner: 'custody',
    levels: ['ok', 'critical'],
  },
  {
    id: 'custody.movements-read',
    name: { en: 'Chains are read for movements', ja: 'チェーン上の移動の監視' },
    statement: {
      en: 'Blocks are read for what left our wallets, without a gap and lately.',
      ja: '自社ウォレットからの移動を調べるため、ブロックが欠けなく直近まで読み取られている。',
    },
    basis: ['Design idea 3: silence is an alarm', 'Coincheck 2018-01-26: noticed after eight hours'],
    owner: 'operations',
    levels: ['ok', 'blind'],
  },
  {
    id: 'custody.signed-as-approved',
    name: { en: 'Signed as approved', ja: '署名内容の一致' },
    statement: {
      en: 'What is handed to signers is exactly what was approved.',
      ja: '署名者に渡される内容は承認内容と完全に一致する。',
    },
    basis: ['事務ガイドライン第三分冊16 II-2-2-3-2(3)⑤', 'Bybit 2025-02-21'],
    owner: 'custody',
    levels: ['ok', 'critical'],
  },
  {
    id: 'custody.safe-state',
    name: { en: 'Safes as accepted', ja: 'Safe の状態' },
    statement: {
      en: 'Code, owners, threshold, modules, guards and handler of every Safe are as two people accepted them, and fit the keys of the inventory.',
      ja: 'すべての Safe の実装、所有者、必要署名数、モジュール、ガード、ハンドラーは、二名が承認した状態であり、台帳の鍵と一致する。',
    },
    basis: [
      '事務ガイドライン第三分冊16 II-2-2-3-2(3)⑤',
      'Bybit 2025-02-21: a DELEGATECALL replaced the code behind the address',
    ],
    owner: 'custody',
    levels: ['ok', 'watch', 'warning', 'critical', 'blind'],
  },
  {
    id: 'custody.safes-read',
    name: { en: 'Safes are read', ja: 'Safe の監視' },
    statement: {
      en: 'The state of every wallet declared as a Safe was read on chain lately.',
      ja: 'Safe として登録された全ウォレットの状態が、チェーンから直近に読み取られている。',
    },
    basis: ['Design idea 3: silence is an alarm'],
    owner: 'operations',
    levels: ['ok', 'watch', 'blind'],
  },
  {
    id: 'custody.hot-share',
    name: { en: 'Coin outside cold storage', ja: 'ホット比率' },
    statement: {
      en: 'Of all customers’ coin, in yen, no more lies outside cold storage than law and the firm’s own limit allow.',
      ja: '顧客の暗号資産の円換算総額のうち、コールド外の割合が法定および社内の上限を超えない。',
    },
    basis: [
      '資金決済法63条の11第2項',
      '暗号資産交換業者に関する内閣府令27条2項・3項',
      '事務ガイドライン第三分冊16 II-2-2-4-2(3)①',
    ],
    owner: 'custody',
    levels: ['ok', 'watch', 'warning', 'critical', 'blind'],
  },
  {
    id: 'custody.guarantee',
    name: { en: 'Own coin behind hot coin', ja: '履行保証暗号資産' },
    statement: {
      en: 'For customers’ coin outside cold storage, own coin of the same kind and quantity is kept apart in cold storage.',
      ja: 'コールド外の顧客資産と同種・同量の自己の暗号資産を、分別してコールドで保有している。',
    },
    basis: ['資金決済法63条の11の2', '暗号資産交換業者に関する内閣府令29条'],
    owner: 'finance',
    levels: ['ok', 'critical', 'blind'],
  },
  {
    id: 'custody.own-coin-buffer',
    name: { en: 'Own coin in customers’ wallets', ja: '自己分の混在' },
    statement: {
      en: 'Own coin in customers’ wallets stays within the buffer set beforehand.',
      ja: '顧客ウォレットに混在する自己の暗号資産は、あらかじめ定めた範囲に収まる。',
    },
    basis: ['事務ガイドライン第三分冊16 II-2-2-4-2(3)③注'],
    owner: 'finance',
    levels: ['ok', 'critical', 'blind'],
  },
  {
    id: 'custody.key-spread',
    name: { en: 'Keys spread over people and places', ja: '鍵の分散' },
    statement: {
      en: 'Three signers or more, at least half of them needed, not all; no person or place can sign alone.',
      ja: '署名者は3以上、必要数は半数以上かつ全数未満で、単独の者・場所だけでは署名できない。',
    },
    basis: ['事務ガイドライン第三分冊16 II-2-2-4-2', 'SEAL SFC ms-2.1.1'],
    owner: 'custody',
    levels: ['ok', 'warning'],
  },
  {
    id: 'custody.custodian-share',
    name: { en: 'Share with one custodian', ja: '委託先への集中' },
    statement: {
      en: 'No custodian holds more of everything than the policy allows.',
      ja: '一つの委託先への集中が、定めた割合を超えない。',
    },
    basis: ['custodyPolicy.custodianShareBps'],
    owner: 'risk',
    levels: ['ok', 'warning', 'blind'],
  },
  {
    id: 'custody.holdings-fresh',
    name: { en: 'Holdings are read', ja: '残高の把握' },
    statement: {
      en: 'What every wallet holds was read lately.',
      ja: '全ウォレットの残高が直近に読み取られている。',
    },
    basis: ['Design idea 3: silence is an alarm', '事務ガイドライン第三分冊16 II-2-2-4-2(3)④'],
    owner: 'operations',
    levels: ['ok', 'blind'],
  },
  {
    id: 'custody.duties-separated',
    name: { en: 'Movers do not reconcile', ja: '受払と照合の分離' },
    statement: {
      en: 'Nobody holds a role that moves coin and one that reconciles it.',
      ja: '受払担当と照合担当を兼ねる者がいない。',
    },
    basis: ['事務ガイドライン第三分冊16 II-2-2-4-2(2)⑤'],
    owner: 'compliance',
    levels: ['ok', 'warning'],
  },
];

export const {
  levelChanged: custodyLevelChanged,
  levels: custodyLevels,
  changes: custodyLevelChanges,
  signal: signalCustodyLevel,
} = defineLevels('custody', CUSTODY_CONTROLS, [
  'custody.holdings-fresh',
  'custody.movements-read',
  'custody.safes-read',
]);
